// The containers of Codable, which write into the output of JSONWriter.swift.

/// A key that is not declared in a type.
private enum JSONKey: CodingKey {
  case name(String)
  case index(Int)

  init(stringValue: String) { self = .name(stringValue) }
  init(intValue: Int) { self = .index(intValue) }

  var stringValue: String {
    switch self {
    case .name(let name): name
    case .index(let index): "Index \(index)"
    }
  }

  var intValue: Int? {
    if case .index(let index) = self { index } else { nil }
  }
}

/// The encoder for a value's `encode(to:)`.
final class JSONValueEncoder: Encoder {
  let output: JSONOutput
  let path: JSONPath?
  var codingPath: [any CodingKey] { path?.keys ?? [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }
  /// The value's container.
  ///
  /// A class and its superclass write into the same one.
  private var container: JSONContainer?

  init(output: JSONOutput, path: JSONPath?) {
    self.output = output
    self.path = path
  }

  private func begin(_ start: UInt8, _ end: UInt8) -> JSONContainer {
    let container = container ?? output.begin(start, end)
    self.container = container
    return container
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    let container = begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
    return KeyedEncodingContainer(JSONObject(output: output, container: container, path: path))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    let container = begin(UInt8(ascii: "["), UInt8(ascii: "]"))
    return JSONArray(output: output, container: container, path: path)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONSingle(output: output, path: path)
  }
}

/// An object during writing.
private struct JSONObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let output: JSONOutput
  let container: JSONContainer
  let path: JSONPath?
  var codingPath: [any CodingKey] { path?.keys ?? [] }

  private func member(_ key: any CodingKey, _ write: () throws -> Void) rethrows {
    try output.element(of: container) {
      output.write(key: key)
      try write()
    }
  }

  private func encoder(for key: any CodingKey) -> JSONValueEncoder {
    JSONValueEncoder(output: output, path: JSONPath(path, key))
  }

  func encodeNil(forKey key: Key) { member(key) { output.put("null") } }
  func encode(_ value: String, forKey key: Key) { member(key) { output.write(value) } }
  func encode(_ value: Int, forKey key: Key) { member(key) { output.write(value) } }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try member(key) { try output.write(value, at: JSONPath(path, key)) }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    member(key) {}
    return encoder(for: key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    member(key) {}
    return encoder(for: key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { superEncoder(JSONKey(stringValue: "super")) }

  func superEncoder(forKey key: Key) -> any Encoder { superEncoder(key as any CodingKey) }

  private func superEncoder(_ key: any CodingKey) -> any Encoder {
    member(key) {}
    output.expectSuper()
    return encoder(for: key)
  }
}

/// An array during writing.
private struct JSONArray: UnkeyedEncodingContainer {
  let output: JSONOutput
  let container: JSONContainer
  let path: JSONPath?
  var codingPath: [any CodingKey] { path?.keys ?? [] }
  private(set) var count = 0

  init(output: JSONOutput, container: JSONContainer, path: JSONPath?) {
    self.output = output
    self.container = container
    self.path = path
  }

  private var nextPath: JSONPath { JSONPath(path, JSONKey.index(count)) }

  /// Begins an element that its own encoder writes.
  private mutating func nextEncoder() -> JSONValueEncoder {
    let path = nextPath
    output.element(of: container) {}
    count += 1
    return JSONValueEncoder(output: output, path: path)
  }

  mutating func encodeNil() {
    output.element(of: container) { output.put("null") }
    count += 1
  }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    try output.element(of: container) { try output.write(value, at: nextPath) }
    count += 1
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    nextEncoder().container(keyedBy: keyType)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    nextEncoder().unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder {
    let encoder = nextEncoder()
    output.expectSuper()
    return encoder
  }
}

/// A value that is neither an object nor an array.
private struct JSONSingle: SingleValueEncodingContainer {
  let output: JSONOutput
  let path: JSONPath?
  var codingPath: [any CodingKey] { path?.keys ?? [] }

  func encodeNil() { output.put("null") }
  func encode(_ value: Bool) { output.put(value ? "true" : "false") }
  func encode(_ value: String) { output.write(value) }
  func encode(_ value: Double) throws { try output.write(value, at: path) }
  func encode(_ value: Float) throws { try output.write(value, at: path) }
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
  func encode<Value: Encodable>(_ value: Value) throws { try output.write(value, at: path) }
}
