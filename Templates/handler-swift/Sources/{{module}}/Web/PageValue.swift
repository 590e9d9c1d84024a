// Turns the values that a handler passes to a page into those of the template engine.

import Mustache

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Returns a value as templates use it.
///
/// - Parameter value: A text, a number, a truth value, an array, a dictionary with texts as keys, or
///   another value that is `Encodable`.
/// - Returns: The value for the engine.
/// - Throws: The error of the value's `encode(to:)`.
func pageValue(_ value: any Encodable) throws -> Mustache.Value {
  switch value {
  case let value as Mustache.Value: return value
  case let text as String: return .string(text)
  case let number as Int: return .integer(number)
  case let flag as Bool: return .bool(flag)
  case let number as Double: return .decimal(number)
  case let texts as [String]: return .list(texts.map { .string($0) })
  case let date as Date: return isoDate(date).map { .string($0) } ?? .null
  case let url as URL: return .string(url.absoluteString)
  case let number as Decimal: return .string("\(number)")
  default:
    let node = PageNode()
    try value.encode(to: PageEncoder(node: node, codingPath: []))
    return node.value
  }
}

extension Mustache.Value: Encodable {
  /// Encodes the value; a function has no value of its own.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null, .lambda: try container.encodeNil()
    case .bool(let flag): try container.encode(flag)
    case .integer(let number): try container.encode(number)
    case .decimal(let number): try container.encode(number)
    case .string(let text): try container.encode(text)
    case .list(let items): try container.encode(items)
    case .object(let members): try container.encode(members)
    case .deferred(let make): try container.encode(make())
    case .withMembers(let value, _): try container.encode(value)
    }
  }
}

/// A value while it is encoded: its members or items can still be added.
private final class PageNode {
  private var single = Mustache.Value.null
  private var members: [String: PageNode]?
  private(set) var items: [PageNode]?

  var value: Mustache.Value {
    if let members { return .object(members.mapValues(\.value)) }
    if let items { return .list(items.map(\.value)) }
    return single
  }

  func set(_ value: Mustache.Value) { single = value }
  func beginObject() { members = members ?? [:] }
  func beginList() { items = items ?? [] }

  func member(_ name: String) -> PageNode {
    let node = PageNode()
    members?[name] = node
    return node
  }

  func item() -> PageNode {
    let node = PageNode()
    items?.append(node)
    return node
  }
}

/// The encoder for a value's `encode(to:)`.
private struct PageEncoder: Encoder {
  let node: PageNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.beginObject()
    return KeyedEncodingContainer(PageObject(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.beginList()
    return PageList(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    PageSingle(node: node, codingPath: codingPath)
  }
}

/// An object during encoding.
private struct PageObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: PageNode
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { _ = node.member(key.stringValue) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    node.member(key.stringValue).set(try pageValue(value))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    encoder(for: key).container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(for: key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    PageEncoder(node: node.member("super"), codingPath: codingPath)
  }

  func superEncoder(forKey key: Key) -> any Encoder { encoder(for: key) }

  private func encoder(for key: Key) -> PageEncoder {
    PageEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
  }
}

/// A list during encoding.
private struct PageList: UnkeyedEncodingContainer {
  let node: PageNode
  let codingPath: [any CodingKey]
  var count: Int { node.items?.count ?? 0 }

  func encodeNil() { _ = node.item() }

  func encode<Value: Encodable>(_ value: Value) throws { node.item().set(try pageValue(value)) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    superEncoder().container(keyedBy: keyType)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    superEncoder().unkeyedContainer()
  }

  func superEncoder() -> any Encoder { PageEncoder(node: node.item(), codingPath: codingPath) }
}

/// A value that is neither an object nor a list.
private struct PageSingle: SingleValueEncodingContainer {
  let node: PageNode
  let codingPath: [any CodingKey]

  func encodeNil() { node.set(.null) }
  func encode(_ value: Bool) { node.set(.bool(value)) }
  func encode(_ value: String) { node.set(.string(value)) }
  func encode(_ value: Double) { node.set(.decimal(value)) }
  func encode(_ value: Float) { node.set(.string(value.description)) }
  func encode(_ value: Int) { node.set(.integer(value)) }
  func encode(_ value: Int8) { node.set(.integer(Int(value))) }
  func encode(_ value: Int16) { node.set(.integer(Int(value))) }
  func encode(_ value: Int32) { node.set(.integer(Int(value))) }
  func encode(_ value: Int64) { node.set(.integer(Int(value))) }
  func encode(_ value: UInt) { node.set(.string(value.description)) }
  func encode(_ value: UInt8) { node.set(.integer(Int(value))) }
  func encode(_ value: UInt16) { node.set(.integer(Int(value))) }
  func encode(_ value: UInt32) { node.set(.integer(Int(value))) }
  func encode(_ value: UInt64) { node.set(.string(value.description)) }
  func encode<Value: Encodable>(_ value: Value) throws { node.set(try pageValue(value)) }
}
