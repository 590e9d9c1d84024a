// The fields of a query string or a form, and percent-encoding.

/// A mistake in a request, described for the client.
struct Malformed: Error {
  let what: String
  /// Whether there is more of something than a limit in bytes allows.
  var isTooLarge = false

  static let notUTF8 = Malformed(what: "text that is not UTF-8")
  static let escape = Malformed(what: "a % that two hexadecimal digits do not follow")
  static let tooManyFields = Malformed(what: "Max number of fields exceeded")
  static let nameTooLong = Malformed(what: "a name that is too long")
  static let tooManyMarks = Malformed(what: "more than \(maxMarks) combining marks in a row")

  /// A part of a form, such as "a file of the form is", that is larger than a limit in bytes.
  static func tooLarge(_ what: String, _ limit: Int) -> Malformed {
    Malformed(what: "\(what) larger than \(limit) bytes", isTooLarge: true)
  }
}

/// The maximum number of names in a line of the log.
private let maxShown = 10

/// The fields of a query string or an urlencoded form, in order.
struct Fields {
  /// All fields, in the order in which they were sent.
  let pairs: [(name: String, value: String)]

  /// Makes fields, none by default.
  init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

  /// Reads fields in the format `application/x-www-form-urlencoded` of the WHATWG's URL standard.
  ///
  /// - Parameters:
  ///   - bytes: The query string or the body.
  ///   - limits: The limits for the number of fields and the length of a name.
  ///   - isForm: Whether the limits for the text of a form count, too.
  /// - Throws: ``Malformed`` if an escape is not complete, a text is not allowed, or a limit is
  ///   exceeded.
  init(
    parsing bytes: ArraySlice<UInt8>,
    limits: RequestLimits = RequestLimits(),
    isForm: Bool = false
  ) throws(Malformed) {
    guard !bytes.isEmpty else {
      pairs = []
      return
    }
    try checkEscapes(bytes)
    guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
    // Count before anything is kept: a body of "&" has as many fields as bytes.
    let separators = bytes.count { $0 == UInt8(ascii: "&") }
    guard separators < limits.fields else { throw .tooManyFields }
    var pairs: [(name: String, value: String)] = []
    var size = 0
    for piece in bytes.split(separator: UInt8(ascii: "&")) {
      let name = piece.prefix { $0 != UInt8(ascii: "=") }
      guard name.count <= limits.nameLength else { throw .nameTooLong }
      let value = try unescaped(piece[name.endIndex...].dropFirst())
      size += name.count + value.count
      if isForm { try limits.checkText(value.count, all: size) }
      pairs.append((try String(checking: unescaped(name)), try String(checking: value)))
    }
    self.pairs = pairs
  }

  /// The last value of a field, or nil.
  subscript(name: String) -> String? { pairs.last { isSame($0.name, name) }?.value }

  /// Returns every value of a field, in order.
  func all(_ name: String) -> [String] {
    pairs.filter { isSame($0.name, name) }.map(\.value)
  }

  /// Returns the last value of a required field.
  ///
  /// - Parameter name: The field.
  /// - Returns: Its last value.
  /// - Throws: ``HTTPError`` 400 if the field is missing.
  func required(_ name: String) throws(HTTPError) -> String {
    guard let value = self[name] else {
      throw HTTPError(400, "missing argument: \(name)", reason: namesThatCame)
    }
    return value
  }

  /// The names of the fields, for the log.
  private var namesThatCame: String {
    var names: [String] = []
    for (name, _) in pairs where !isSame(name, csrfName) {
      if names.count > maxShown { break }
      let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(50)))
      if !names.contains(where: { isSame($0, shown) }) { names.append(shown) }
    }
    guard !names.isEmpty else { return "no field came" }
    let more = names.count > maxShown ? " and more" : ""
    return "the fields that came are \(names.prefix(maxShown).joined(separator: ", "))\(more)"
  }
}

/// Throws if "%" is not followed by two hexadecimal digits.
func checkEscapes(_ bytes: ArraySlice<UInt8>) throws(Malformed) {
  var rest = bytes
  while let index = rest.firstIndex(of: UInt8(ascii: "%")) {
    let digits = rest[(index + 1)...].prefix(2)
    guard digits.count == 2, digits.allSatisfy({ hexadecimal($0) != nil }) else { throw .escape }
    rest = rest[(index + 3)...]
  }
}

/// Decodes a percent-encoded text.
///
/// - Parameter text: The text, as ``percentEncoded(_:except:)`` returns it.
/// - Returns: The decoded text, or nil if the text is malformed.
func percentDecoded(_ text: String) -> String? {
  let bytes = Array(text.utf8)
  do {
    try checkEscapes(bytes[...])
    return try String(checking: unescaped(bytes[...], plus: UInt8(ascii: "+")))
  } catch {
    return nil
  }
}

/// Decodes the escapes of one name or value, in which `+` stands for the character `plus`.
private func unescaped(
  _ bytes: ArraySlice<UInt8>,
  plus: UInt8 = UInt8(ascii: " ")
) throws(Malformed) -> [UInt8] {
  var plain: [UInt8] = []
  plain.reserveCapacity(bytes.count)
  var index = bytes.startIndex
  while index < bytes.endIndex {
    switch bytes[index] {
    case UInt8(ascii: "+"): plain.append(plus)
    case UInt8(ascii: "%"):
      guard let high = hexadecimal(bytes[index + 1]), let low = hexadecimal(bytes[index + 2])
      else { throw .escape }
      plain.append(high << 4 | low)
      index += 2
    case let byte: plain.append(byte)
    }
    index += 1
  }
  return plain
}
