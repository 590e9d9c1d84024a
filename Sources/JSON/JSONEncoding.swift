// Encoding types as JSON values: the containers of Codable.

extension JSONOutput {
    /// Encodes a value.
    init(encoding value: some Encodable) throws {
        let encoder = JSONValueEncoder(path: nil)
        try encoder.encode(value)
        self = encoder.output
    }

    fileprivate static let null = JSONOutput.word("null")

    fileprivate init<Number: BinaryFloatingPoint & CustomStringConvertible & Encodable>(
        _ number: Number,
        at path: JSONPath?
    ) throws {
        guard number.isFinite else {
            let context = EncodingError.Context(
                codingPath: path?.keys ?? [],
                debugDescription: "JSON has no number \(number)"
            )
            throw EncodingError.invalidValue(number, context)
        }
        var text = number.description
        if text.hasSuffix(".0") { text.removeLast(2) }
        self = .word(text)
    }
}

/// The encoder for a value's `encode(to:)`: it collects what the containers get.
private final class JSONValueEncoder: Encoder {
    /// What the value encoded so far.
    private enum Content {
        case nothing
        case value(JSONOutput)
        /// Elements, some of which are encoded later.
        case list([JSONValueEncoder])
        case object([String: JSONValueEncoder])
    }

    let path: JSONPath?
    private var content = Content.nothing

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(path: JSONPath?) { self.path = path }

    /// The value; an empty object if nothing was encoded.
    var output: JSONOutput {
        switch content {
        case .nothing: .object([:])
        case .value(let value): value
        case .list(let elements): .list(elements.map(\.output))
        case .object(let members): .object(members.mapValues(\.output))
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        // A class and its superclass encode into the same object.
        if case .object = content {} else { content = .object([:]) }
        return KeyedEncodingContainer(JSONObjectEncoder(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .list = content {} else { content = .list([]) }
        return JSONListEncoder(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    // MARK: - For containers

    /// The number of elements of the list.
    var count: Int {
        if case .list(let elements) = content { elements.count } else { 0 }
    }

    /// Adds a member to the object.
    func member(_ key: any CodingKey) -> JSONValueEncoder {
        let member = JSONValueEncoder(path: JSONPath(path, key))
        guard case .object(var members) = content else { return member }
        content = .nothing
        members[key.stringValue] = member
        content = .object(members)
        return member
    }

    /// Adds an element to the list.
    func element() -> JSONValueEncoder {
        guard case .list(var elements) = content else { return JSONValueEncoder(path: path) }
        let element = JSONValueEncoder(path: JSONPath(path, JSONKey.index(elements.count)))
        content = .nothing
        elements.append(element)
        content = .list(elements)
        return element
    }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() { content = .value(.null) }
    func encode(_ value: Bool) { content = .value(.bool(value)) }
    func encode(_ value: String) { content = .value(.text(value)) }
    func encode(_ value: Double) throws { content = .value(try JSONOutput(value, at: path)) }
    func encode(_ value: Float) throws { content = .value(try JSONOutput(value, at: path)) }
    func encode(_ value: Int) { encode(integer: value) }
    func encode(_ value: Int8) { encode(integer: value) }
    func encode(_ value: Int16) { encode(integer: value) }
    func encode(_ value: Int32) { encode(integer: value) }
    func encode(_ value: Int64) { encode(integer: value) }
    func encode(_ value: UInt) { encode(integer: value) }
    func encode(_ value: UInt8) { encode(integer: value) }
    func encode(_ value: UInt16) { encode(integer: value) }
    func encode(_ value: UInt32) { encode(integer: value) }
    func encode(_ value: UInt64) { encode(integer: value) }

    func encode<Value: Encodable>(_ value: Value) throws {
        // The types that large documents consist of, without a container for each text.
        if Value.self == String.self, let text = value as? String {
            encode(text)
        } else if Value.self == [String].self, let texts = value as? [String] {
            content = .value(.list(texts.map(JSONOutput.text)))
        } else {
            try value.encode(to: self)
        }
    }

    private func encode(integer: some FixedWidthInteger) {
        content = .value(.word(integer.description))
    }
}

/// The members of an object.
private struct JSONObjectEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) { encoder.member(key).encodeNil() }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try encoder.member(key).encode(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder.member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.member(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.member(JSONKey.super) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.member(key) }
}

/// The elements of a list.
private struct JSONListEncoder: UnkeyedEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.count }

    func encodeNil() { encoder.element().encodeNil() }

    func encode<Value: Encodable>(_ value: Value) throws { try encoder.element().encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        encoder.element().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        encoder.element().unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.element() }
}
