// Decoding types from a JSON text: the containers of Codable.

extension JSONText {
    /// Decodes a value as a type.
    func decoded<Value: Decodable>(
        as type: Value.Type,
        at path: @autoclosure () -> JSONPath?
    ) throws -> Value {
        // The types that large documents consist of, without a container for each text.
        if type == String.self, case .text(let text) = content, let value = text as? Value {
            return value
        }
        if type == [String].self, let texts, let value = texts as? Value { return value }
        return try Value(from: JSONValueDecoder(json: self, path: path()))
    }

    /// The elements of a list of texts; nil if it is something else.
    private var texts: [String]? {
        guard case .list(let elements) = content else { return nil }
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for element in elements {
            guard case .text(let text) = element.content else { return nil }
            texts.append(text)
        }
        return texts
    }

    /// Returns the error for a value of another type.
    fileprivate func mismatch(_ type: Any.Type, _ path: JSONPath?) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: path?.keys ?? [],
            debugDescription: "not a value of the type \(type)"
        )
        return content == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

/// The decoder for a type's `init(from:)`.
private struct JSONValueDecoder: Decoder {
    let json: JSONText
    let path: JSONPath?
    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = json.content else {
            throw json.mismatch([String: Any].self, path)
        }
        return KeyedDecodingContainer(JSONObjectDecoder(members, path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .list(let elements) = json.content else {
            throw json.mismatch([Any].self, path)
        }
        return JSONListDecoder(elements: elements, path: path)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { json.content == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard case .bool(let value) = json.content else { throw json.mismatch(type, path) }
        return value
    }

    func decode(_ type: String.Type) throws -> String {
        guard case .text(let value) = json.content else { throw json.mismatch(type, path) }
        return value
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard case .number(let text) = json.content, let value = Double(text), value.isFinite else {
            throw json.mismatch(type, path)
        }
        return value
    }

    func decode(_ type: Float.Type) throws -> Float {
        guard case .number(let text) = json.content, let value = Float(text), value.isFinite else {
            throw json.mismatch(type, path)
        }
        return value
    }

    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try json.decoded(as: type, at: path)
    }

    /// Decodes a whole number, also if it is written as `1.0` or `1e3`.
    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        guard case .number(let text) = json.content else { throw json.mismatch(type, path) }
        if let number = Number(text) { return number }
        // From here on, a floating-point number may differ from the one that is written.
        let mostExact = 0x1p53
        guard let value = Double(text), value.magnitude < mostExact,
            let number = Number(exactly: value)
        else { throw json.mismatch(type, path) }
        return number
    }
}

/// The members of an object, for a type that declares its keys.
private struct JSONObjectDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let members: [JSONText.Member]
    private let path: JSONPath?
    /// The place of each key; empty for few keys, which are compared faster than hashed.
    private let places: [String: Int]

    init(_ members: [JSONText.Member], _ path: JSONPath?) {
        self.members = members
        self.path = path
        let few = 16
        places =
            members.count <= few
            ? [:]
            : Dictionary(members.enumerated().map { ($1.key, $0) }) { first, _ in first }
    }

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var allKeys: [Key] { members.compactMap { Key(stringValue: $0.key) } }

    private func member(_ name: String) -> JSONText? {
        let place =
            places.isEmpty ? members.firstIndex { $0.key == name } : places[name]
        return place.map { members[$0].value }
    }

    private func value(_ key: some CodingKey) throws -> JSONText {
        if let value = member(key.stringValue) { return value }
        let context = DecodingError.Context(
            codingPath: codingPath,
            debugDescription: "no value for the key '\(key.stringValue)'"
        )
        throw DecodingError.keyNotFound(key, context)
    }

    private func decoder(_ key: some CodingKey) throws -> JSONValueDecoder {
        JSONValueDecoder(json: try value(key), path: JSONPath(path, key))
    }

    func contains(_ key: Key) -> Bool { member(key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).content == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try value(key).decoded(as: type, at: JSONPath(path, key))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(JSONKey.super) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

/// The elements of a list, one after the other.
private struct JSONListDecoder: UnkeyedDecodingContainer {
    let elements: [JSONText]
    let path: JSONPath?
    private(set) var currentIndex = 0

    init(elements: [JSONText], path: JSONPath?) {
        self.elements = elements
        self.path = path
    }

    var codingPath: [any CodingKey] { path?.keys ?? [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    private var place: JSONPath { JSONPath(path, JSONKey.index(currentIndex)) }

    private func next(_ type: Any.Type) throws -> JSONText {
        guard !isAtEnd else {
            let context = DecodingError.Context(
                codingPath: place.keys,
                debugDescription: "the list has only \(elements.count) values"
            )
            throw DecodingError.valueNotFound(type, context)
        }
        return elements[currentIndex]
    }

    /// Returns the decoder of the next element, which counts as decoded.
    private mutating func nextDecoder() throws -> JSONValueDecoder {
        let decoder = JSONValueDecoder(json: try next((any Decoder).self), path: place)
        currentIndex += 1
        return decoder
    }

    mutating func decodeNil() throws -> Bool {
        guard try next(Never?.self).content == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try next(type).decoded(as: type, at: place)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try nextDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try nextDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try nextDecoder() }
}
