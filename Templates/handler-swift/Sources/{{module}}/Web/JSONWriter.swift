// Writes values as JSON, several times as fast as Foundation's encoder, with the keys in the order
// in which the type declares them. Foundation still encodes its own types.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Encodes a value as JSON (RFC 8259), without white space.
///
/// - Parameter value: The value to encode. The keys of a dictionary are sorted, since a dictionary
///   has no order. A date becomes a text in ISO 8601, in UTC.
/// - Returns: The JSON, in UTF-8.
/// - Throws: `EncodingError` for a value that JSON does not allow, such as infinity.
func json(_ value: some Encodable) throws -> [UInt8] {
  let output = JSONOutput()
  try output.write(value, at: nil)
  output.close(downTo: 0)
  // Foundation's encoder keeps everything until the end, so that containers can take turns.
  return output.isInterleaved ? Array(try sortingEncoder.encode(value)) : output.bytes
}

/// The place of a value: a key, and the place that it is in.
final class JSONPath {
  let parent: JSONPath?
  let key: any CodingKey

  init(_ parent: JSONPath?, _ key: any CodingKey) {
    self.parent = parent
    self.key = key
  }

  /// The keys from the outermost value to this place.
  var keys: [any CodingKey] {
    var keys = [key]
    var place = parent
    while let next = place {
      keys.append(next.key)
      place = next.parent
    }
    return keys.reversed()
  }
}

/// An open object or array.
struct JSONContainer {
  /// The number of open objects and arrays, with this one.
  let depth: Int
  /// A number that no other container has.
  let id: Int
}

/// The JSON written so far, and its open objects and arrays.
final class JSONOutput {
  private(set) var bytes: [UInt8] = []
  /// Whether a container was used after it was closed; then the JSON is not valid.
  private(set) var isInterleaved = false
  /// For each open object or array, its closing character, and whether it is empty.
  private var open: [(end: UInt8, isEmpty: Bool, id: Int)] = []
  private var lastID = 0
  /// The size at which the last encoder for a superclass has written nothing yet.
  private var unused = -1

  init() { bytes.reserveCapacity(256) }

  /// Opens an object or an array as the next value.
  ///
  func begin(_ start: UInt8, _ end: UInt8) -> JSONContainer {
    bytes.append(start)
    lastID += 1
    open.append((end, true, lastID))
    return JSONContainer(depth: open.count, id: lastID)
  }

  /// Closes the objects and arrays in a container, which are complete when the next value starts.
  func close(downTo depth: Int) {
    finishUnused()
    while open.count > depth { bytes.append(open.removeLast().end) }
  }

  /// Writes an element of a container; if that fails, nothing is written.
  func element(of container: JSONContainer, _ write: () throws -> Void) rethrows {
    close(downTo: container.depth)
    guard open.last?.id == container.id else {
      isInterleaved = true
      return
    }
    let place = container.depth - 1
    let (size, wasEmpty) = (bytes.count, open[place].isEmpty)
    if !wasEmpty { bytes.append(UInt8(ascii: ",")) }
    open[place].isEmpty = false
    do {
      try write()
    } catch {
      restore(size, container.depth)
      open[place].isEmpty = wasEmpty
      throw error
    }
  }

  /// Writes the key of an object's next value.
  func write(key: any CodingKey) {
    write(key.stringValue)
    put(":")
  }

  /// Remembers that an encoder for a superclass comes next, which may write nothing.
  func expectSuper() { unused = bytes.count }

  private func finishUnused() {
    if bytes.count == unused { put("{}") }
  }

  /// Removes what was written after a moment.
  private func restore(_ size: Int, _ depth: Int) {
    if bytes.count > size { bytes.removeLast(bytes.count - size) }
    if open.count > depth { open.removeLast(open.count - depth) }
    if unused > size { unused = -1 }
  }

  func put(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  func write(_ number: some FixedWidthInteger) {
    var description = number.description
    description.withUTF8 { bytes.append(contentsOf: $0) }
  }

  func write<Number: BinaryFloatingPoint & CustomStringConvertible & Encodable>(
    _ number: Number,
    at path: @autoclosure () -> JSONPath?
  ) throws {
    guard number.isFinite else {
      let context = EncodingError.Context(
        codingPath: path()?.keys ?? [], debugDescription: "JSON has no \(number): write nil")
      throw EncodingError.invalidValue(number, context)
    }
    var description = number.description
    if description.hasSuffix(".0") { description.removeLast(2) }
    description.withUTF8 { bytes.append(contentsOf: $0) }
  }

  func write(_ text: String) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { text in
      let isPlain = text.allSatisfy {
        $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
      if isPlain { bytes.append(contentsOf: text) } else { for byte in text { escape(byte) } }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private func escape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case 0x08: put("\\b")
    case UInt8(ascii: "\t"): put("\\t")
    case UInt8(ascii: "\n"): put("\\n")
    case 0x0C: put("\\f")
    case UInt8(ascii: "\r"): put("\\r")
    case 0..<0x10: bytes += Array("\\u000".utf8) + Array(String(byte, radix: 16).utf8)
    case 0x10..<0x20: bytes += Array("\\u00".utf8) + Array(String(byte, radix: 16).utf8)
    default: bytes.append(byte)
    }
  }

  /// Writes any value as the next one.
  func write<Value: Encodable>(
    _ value: Value,
    at path: @autoclosure () -> JSONPath?
  ) throws {
    switch value {
    case let text as String: write(text)
    case let number as Int: write(number)
    case let flag as Bool: put(flag ? "true" : "false")
    case let number as Double: try write(number, at: path())
    case let date as Date:
      guard let text = isoDate(date) else {
        let context = EncodingError.Context(
          codingPath: path()?.keys ?? [], debugDescription: "JSON has no such date")
        // Not the date itself: its description, which the log has, traps for some dates.
        throw EncodingError.invalidValue(date.timeIntervalSince1970, context)
      }
      write(text)
    case is Data, is URL, is Decimal:
      // Foundation has its own forms for these types, and its encoder accepts a single value.
      bytes += try sortingEncoder.encode(value)
    case let dictionary as any JSONDictionary: try dictionary.write(to: self, at: path())
    default:
      let (size, depth) = (bytes.count, open.count)
      do {
        try value.encode(to: JSONValueEncoder(output: self, path: path()))
      } catch {
        restore(size, depth)
        throw error
      }
      close(downTo: depth)
      if bytes.count == size { put("{}") }
    }
  }
}

/// A dictionary that becomes an object in JSON.
private protocol JSONDictionary {
  func write(to output: JSONOutput, at path: JSONPath?) throws
}

extension Dictionary: JSONDictionary where Key: CodingKeyRepresentable, Value: Encodable {
  fileprivate func write(to output: JSONOutput, at path: JSONPath?) throws {
    let container = output.begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
    let members = map { (key: $0.key.codingKey, value: $0.value) }
    for (key, value) in members.sorted(by: { isBefore($0.key.stringValue, $1.key.stringValue) }) {
      try output.element(of: container) {
        output.write(key: key)
        try output.write(value, at: JSONPath(path, key))
      }
    }
    output.close(downTo: container.depth - 1)
  }
}

private let sortingEncoder = {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .custom { date, encoder in
    var container = encoder.singleValueContainer()
    try container.encode(isoDate(date))
  }
  return encoder
}()

/// Returns what an error says; of a value that JSON does not allow also its place, such as `a[2].b`.
func words(of error: any Error) -> String {
  guard case .invalidValue(_, let context)? = error as? EncodingError else { return "\(error)" }
  var place = ""
  for key in context.codingPath {
    place += key.intValue.map { "[\($0)]" } ?? (place.isEmpty ? "" : ".") + key.stringValue
  }
  return place.isEmpty ? context.debugDescription : "\(context.debugDescription) (\(place))"
}
