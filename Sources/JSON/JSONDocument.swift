// JSON documents that pa-new writes and reads, all in one format.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Why a JSON document cannot be read or written.
package enum JSONProblem: Error, Sendable, Hashable {
    /// JSON cannot represent the value, with the encoder's reason.
    case notEncodable(reason: String)
    /// The text is not one JSON value.
    case notJSON
    /// The text has more bytes than the limit.
    case tooLarge(most: Int)
    /// A required key is missing.
    case missing(key: String)
    /// A key has a value of another type; nil for the document itself.
    case wrongType(key: String?)
}

extension JSONProblem: CustomStringConvertible {
    /// The problem as the end of a sentence.
    package var description: String {
        switch self {
        case .notEncodable(let reason): "a value cannot be written as JSON: \(reason)"
        case .notJSON: "it is not valid JSON"
        case .tooLarge(let most): "it has more than \(most) bytes"
        case .missing(let key): "the key '\(key)' is missing"
        case .wrongType(nil): "it is not a JSON object"
        case .wrongType(let key?): "'\(key)' has a value of the wrong type"
        }
    }
}

/// Reads and writes JSON documents in one format (RFC 8259).
package enum JSONDocument {
    /// Encodes a value as a document: indented, with sorted keys and a line end.
    ///
    /// - Parameter value: The value.
    /// - Returns: UTF-8. Equal values always give the same bytes.
    /// - Throws: ``JSONProblem/notEncodable(reason:)``, for example for an infinite number.
    package static func bytes(of value: some Encodable) throws(JSONProblem) -> [UInt8] {
        do {
            return bytes(of: try JSONOutput(encoding: value))
        } catch EncodingError.invalidValue(_, let context) {
            throw .notEncodable(reason: context.debugDescription)
        } catch {
            throw .notEncodable(reason: "\(error)")
        }
    }

    /// Writes a value as a document, in the same format.
    ///
    /// - Parameter value: The value. Its texts are valid UTF-8.
    /// - Returns: UTF-8.
    package static func bytes(of value: JSONOutput) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(document: value)
        return writer.bytes
    }

    /// A list whose elements are made one after the other, so that they are not in memory at the same time.
    package struct LongList<Failure: Error> {
        let key: String
        let count: Int
        let size: Int
        let element: (Int) throws(Failure) -> JSONOutput

        /// Creates a list.
        ///
        /// - Parameters:
        ///   - key: Its key, which comes before all others of the document.
        ///   - count: The number of its elements.
        ///   - size: About the number of bytes that it takes.
        ///   - element: Makes the element with a number.
        package init(
            key: String,
            count: Int,
            size: Int,
            element: @escaping (Int) throws(Failure) -> JSONOutput
        ) {
            self.key = key
            self.count = count
            self.size = size
            self.element = element
        }
    }

    /// Writes a document that has a long list, in the same format.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - others: What else the document has.
    /// - Returns: UTF-8.
    /// - Throws: The failure of making an element.
    package static func bytes<Failure: Error>(
        of list: LongList<Failure>,
        _ others: [String: JSONOutput]
    ) throws(Failure) -> [UInt8] {
        var writer = JSONWriter()
        _ = try writer.write(document: list, others)
        return writer.bytes
    }

    /// Writes a document that has a long list in pieces, in the same format.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - others: What else the document has.
    ///   - take: Takes a piece in UTF-8, and returns whether to go on.
    /// - Throws: The failure of making an element.
    package static func write<Failure: Error>(
        _ list: LongList<Failure>,
        _ others: [String: JSONOutput],
        _ take: (ArraySlice<UInt8>) -> Bool
    ) throws(Failure) {
        var writer = JSONWriter()
        let isAtEnd = try writer.write(document: list, others, piece: 32 << 10, take)
        if isAtEnd { _ = take(writer.bytes[...]) }
    }

    /// Tells whether a document that has a long list is the same as another one, without writing all of it.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - others: What else the document has.
    ///   - document: The other document.
    /// - Returns: Whether all bytes are the same.
    /// - Throws: The failure of making an element.
    package static func isSame<Failure: Error>(
        _ list: LongList<Failure>,
        _ others: [String: JSONOutput],
        as document: [UInt8]
    ) throws(Failure) -> Bool {
        var rest = document[...]
        var isSame = true
        try write(list, others) { piece in
            isSame = starts(rest, with: piece)
            if isSame { rest = rest.dropFirst(piece.count) }
            return isSame
        }
        return isSame && rest.isEmpty
    }

    /// Encodes a value as the text of a document, like ``bytes(of:)``.
    ///
    /// - Parameter value: The value.
    /// - Returns: The document.
    /// - Throws: ``JSONProblem/notEncodable(reason:)``.
    package static func text(of value: some Encodable) throws(JSONProblem) -> String {
        String(decoding: try bytes(of: value), as: UTF8.self)
    }

    /// Decodes a value.
    ///
    /// If an object has a key twice, the first value counts.
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - bytes: The document.
    ///   - most: The maximum size of the document in bytes.
    ///   - receiver: Takes the elements of a list, which is then empty in the value; nil for none.
    /// - Returns: The value.
    /// - Throws: ``JSONProblem`` with the first problem.
    package static func value<Value: Decodable>(
        _ type: Value.Type,
        from bytes: [UInt8],
        most: Int = JSONText.maxBytes,
        receiver: JSONText.Receiver? = nil
    ) throws(JSONProblem) -> Value {
        let text: JSONText
        do throws(JSONText.Problem) {
            text = try JSONText(bytes, repeatedKeys: .ignored, most: most, receiver: receiver)
        } catch {
            if case .tooLarge(let most) = error.kind { throw .tooLarge(most: most) }
            throw .notJSON
        }
        return try value(type, from: text)
    }

    /// Decodes a value from a text that was read already.
    ///
    /// - Parameters:
    ///   - type: The type of the value.
    ///   - text: The text.
    /// - Returns: The value.
    /// - Throws: ``JSONProblem`` with the first problem.
    package static func value<Value: Decodable>(
        _ type: Value.Type,
        from text: JSONText
    ) throws(JSONProblem) -> Value {
        do {
            return try text.decoded(as: type, at: nil)
        } catch DecodingError.keyNotFound(let key, _) {
            throw .missing(key: key.stringValue)
        } catch DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context)
        {
            let path = context.codingPath.map(\.stringValue)
            throw .wrongType(key: path.isEmpty ? nil : path.joined(separator: "."))
        } catch {
            throw .wrongType(key: nil)
        }
    }
}

/// Whether bytes begin with others: Swift's own `starts(with:)` compares one after the other.
private func starts(_ bytes: ArraySlice<UInt8>, with start: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= start.count else { return false }
    return bytes.withUnsafeBytes { bytes in
        start.withUnsafeBytes { start in
            guard let first = bytes.baseAddress, let other = start.baseAddress else { return true }
            return memcmp(first, other, start.count) == 0
        }
    }
}
