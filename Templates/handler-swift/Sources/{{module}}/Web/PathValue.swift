// The types that a handler's method can take from the path.

/// A type of a parameter that the path gives to a handler's method.
///
/// For a type of your own, write how to make it from a text. Return nil for a text that does not fit,
/// so that the response is a 404. Do not use an initialiser that traps: it would end the worker.
///
///     extension Colour: PathValue {
///       init?(pathText text: String) { self.init(rawValue: text) }
///     }
protocol PathValue: Sendable {
  /// Makes a value from a text in the path, or nil if the text does not fit.
  init?(pathText text: String)
}

extension String: PathValue {
  init?(pathText text: String) { self = text }
}

extension Character: PathValue {
  init?(pathText text: String) {
    // Character(text) traps for any text that is not one character.
    guard text.count == 1, let character = text.first else { return nil }
    self = character
  }
}

extension Bool: PathValue {
  init?(pathText text: String) { self.init(text) }
}

extension FixedWidthInteger where Self: Sendable {
  init?(pathText text: String) { self.init(text, radix: 10) }
}

extension Int: PathValue {}
extension Int8: PathValue {}
extension Int16: PathValue {}
extension Int32: PathValue {}
extension Int64: PathValue {}
extension UInt: PathValue {}
extension UInt8: PathValue {}
extension UInt16: PathValue {}
extension UInt32: PathValue {}
extension UInt64: PathValue {}

extension Double: PathValue {
  init?(pathText text: String) {
    guard isDecimal(text), let number = Double(text), number.isFinite else { return nil }
    self = number
  }
}

extension Float: PathValue {
  init?(pathText text: String) {
    guard isDecimal(text), let number = Float(text), number.isFinite else { return nil }
    self = number
  }
}

/// Whether a text has only characters of a decimal number.
///
/// Swift also reads "nan" and "0x1p3", but few people expect them in a path.
private func isDecimal(_ text: String) -> Bool {
  text.utf8.allSatisfy { byte in
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
  }
}
