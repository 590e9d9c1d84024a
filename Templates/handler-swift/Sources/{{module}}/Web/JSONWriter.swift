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
///   has no order.
/// - Returns: The JSON, in UTF-8.
/// - Throws: `EncodingError` for a value that JSON does not allow, such as infinity.
func json(_ value: some Encodable) throws -> [UInt8] {
  let output = JSONOutput()
  try output.write(value, at: [])
  output.close(downTo: 0)
  return output.bytes
}

/// The JSON written so far, and its open objects and arrays.
private final class JSONOutput {
  private(set) var bytes: [UInt8] = []
  /// For each open object or array, its closing character, and whether it is empty.
  private var open: [(end: UInt8, isEmpty: Bool)] = []

  init() { bytes.reserveCapacity(256) }

  /// Opens an object or an array as the next value.
  ///
  /// - Returns: The number of open objects and arrays, by which a container is known.
  func begin(_ start: UInt8, _ end: UInt8) -> Int {
    bytes.append(start)
    open.append((end, true))
    return open.count
  }

  /// Closes the objects and arrays in a container, which are complete when the next value starts.
  func close(downTo depth: Int) {
    while open.count > depth { bytes.append(open.removeLast().end) }
  }

  /// Prepares for another element of a container.
  func next(in depth: Int) {
    close(downTo: depth)
    if open[depth - 1].isEmpty {
      open[depth - 1].isEmpty = false
    } else {
      bytes.append(UInt8(ascii: ","))
    }
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
    at path: [any CodingKey]
  ) throws {
    guard number.isFinite else {
      let context = EncodingError.Context(
        codingPath: path, debugDescription: "JSON has no \(number)")
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
  func write<Value: Encodable>(_ value: Value, at path: [any CodingKey]) throws {
    switch value {
    case let text as String: write(text)
    case let number as Int: write(number)
    case let flag as Bool: put(flag ? "true" : "false")
    case let number as Double: try write(number, at: path)
    case is Date, is Data, is URL, is Decimal:
      // Foundation has its own forms for these types, and its encoder accepts a single value.
      bytes += try sortingEncoder.encode(value)
    case let dictionary as any JSONDictionary: try dictionary.write(to: self, at: path)
    default:
      let depth = open.count
      let start = bytes.count
      try value.encode(to: JSONValueEncoder(output: self, codingPath: path))
      close(downTo: depth)
      if bytes.count == start { put("{}") }
    }
  }
}

/// A dictionary that becomes an object in JSON.
private protocol JSONDictionary {
  func write(to output: JSONOutput, at path: [any CodingKey]) throws
}

extension Dictionary: JSONDictionary where Key: CodingKeyRepresentable, Value: Encodable {
  fileprivate func write(to output: JSONOutput, at path: [any CodingKey]) throws {
    let depth = output.begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
    let members = map { (key: $0.key.codingKey, value: $0.value) }
    for (key, value) in members.sorted(by: { $0.key.stringValue < $1.key.stringValue }) {
      output.next(in: depth)
      output.write(key.stringValue)
      output.put(":")
      try output.write(value, at: path + [key])
    }
    output.close(downTo: depth - 1)
  }
}

/// A key that is not declared in a type.
private struct JSONKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = "Index \(intValue)"
    self.intValue = intValue
  }
}

/// The encoder for a value's `encode(to:)`.
private final class JSONValueEncoder: Encoder {
  let output: JSONOutput
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// The value's container.
  ///
  /// A class and its superclass write into the same one.
  private var depth: Int?

  init(output: JSONOutput, codingPath: [any CodingKey]) {
    self.output = output
    self.codingPath = codingPath
  }

  private func begin(_ start: UInt8, _ end: UInt8) -> Int {
    let depth = depth ?? output.begin(start, end)
    self.depth = depth
    return depth
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let depth = begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
    return KeyedEncodingContainer(
      JSONObject(output: output, depth: depth, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let depth = begin(UInt8(ascii: "["), UInt8(ascii: "]"))
    return JSONArray(output: output, depth: depth, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONSingle(output: output, codingPath: codingPath)
  }
}

/// An object during writing.
private struct JSONObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let output: JSONOutput
  let depth: Int
  let codingPath: [any CodingKey]

  private func begin(_ key: any CodingKey) {
    output.next(in: depth)
    output.write(key.stringValue)
    output.put(":")
  }

  func encodeNil(forKey key: Key) {
    begin(key)
    output.put("null")
  }

  func encode(_ value: String, forKey key: Key) {
    begin(key)
    output.write(value)
  }

  func encode(_ value: Int, forKey key: Key) {
    begin(key)
    output.write(value)
  }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    begin(key)
    try output.write(value, at: codingPath + [key])
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    begin(key)
    return JSONValueEncoder(output: output, codingPath: codingPath + [key])
      .container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    begin(key)
    return JSONValueEncoder(output: output, codingPath: codingPath + [key]).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { superEncoder(JSONKey(stringValue: "super")) }

  func superEncoder(forKey key: Key) -> any Encoder { superEncoder(key as any CodingKey) }

  private func superEncoder(_ key: any CodingKey) -> any Encoder {
    begin(key)
    return JSONValueEncoder(output: output, codingPath: codingPath + [key])
  }
}

/// An array during writing.
private struct JSONArray: UnkeyedEncodingContainer {
  let output: JSONOutput
  let depth: Int
  let codingPath: [any CodingKey]
  private(set) var count = 0

  init(output: JSONOutput, depth: Int, codingPath: [any CodingKey]) {
    self.output = output
    self.depth = depth
    self.codingPath = codingPath
  }

  private mutating func begin() -> [any CodingKey] {
    output.next(in: depth)
    defer { count += 1 }
    return codingPath + [JSONKey(intValue: count)]
  }

  mutating func encodeNil() {
    _ = begin()
    output.put("null")
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try output.write(value, at: begin())
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    JSONValueEncoder(output: output, codingPath: begin()).container(keyedBy: keyType)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    JSONValueEncoder(output: output, codingPath: begin()).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    JSONValueEncoder(output: output, codingPath: begin())
  }
}

/// A value that is neither an object nor an array.
private struct JSONSingle: SingleValueEncodingContainer {
  let output: JSONOutput
  let codingPath: [any CodingKey]

  func encodeNil() { output.put("null") }
  func encode(_ value: Bool) { output.put(value ? "true" : "false") }
  func encode(_ value: String) { output.write(value) }
  func encode(_ value: Double) throws { try output.write(value, at: codingPath) }
  func encode(_ value: Float) throws { try output.write(value, at: codingPath) }
  func encode(_ value: Int) { output.write(value) }
  func encode(_ value: Int8) { output.write(value) }
  func encode(_ value: Int16) { output.write(value) }
  func encode(_ value: Int32) { output.write(value) }
  func encode(_ value: Int64) { output.write(value) }
  func encode(_ value: UInt) { output.write(value) }
  func encode(_ value: UInt8) { output.write(value) }
  func encode(_ value: UInt16) { output.write(value) }
  func encode(_ value: UInt32) { output.write(value) }
  func encode(_ value: UInt64) { output.write(value) }
  func encode<Value: Encodable>(_ value: Value) throws { try output.write(value, at: codingPath) }
}

private let sortingEncoder = {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return encoder
}()
