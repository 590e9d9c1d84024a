// A JSON text with positions: the one reader of JSON, for manifests and answers that people write as well as for
// the documents of pa-new.

/// A value in a JSON text, with its position.
package struct JSONText: Sendable, Equatable {
    /// The kind and contents of a value.
    package enum Content: Sendable, Equatable {
        case null
        case bool(Bool)
        /// A number as it is written.
        case number(String)
        case text(String)
        case list([JSONText])
        /// The texts of a list one after the other, for a receiver that wants them so.
        case joined([UInt8])
        /// Members in the order of the text.
        case object([Member])
    }

    /// A key with its value.
    package struct Member: Sendable, Equatable {
        package let key: String
        /// The offset of the key's opening quotation mark.
        package let offset: Int
        package let value: JSONText
    }

    /// What happens to a key that an object has already.
    package enum RepeatedKeys: Sendable {
        /// It is a problem.
        case refused
        /// The first value counts.
        case ignored
    }

    /// Takes the elements of a long list, so that they are not in memory at the same time.
    package struct Receiver {
        /// The key of the list in the object that the text is.
        package let key: String
        /// The key of lists of texts in the elements that are joined; nil for none.
        let joined: String?
        /// Receives each element, also if the text turns out to have a mistake further on.
        package let receive: (JSONText) -> Void

        /// Creates a receiver.
        ///
        /// - Parameters:
        ///   - key: The key of the list in the object that the text is.
        ///   - joined: The key of lists in the elements: if such a list has only texts, they come as one text
        ///     (``Content/joined(_:)``), since a long text can have a hundred thousand lines. Nil for none.
        ///   - receive: Receives each element.
        package init(
            key: String,
            joined: String? = nil,
            receive: @escaping (JSONText) -> Void
        ) {
            self.key = key
            self.joined = joined
            self.receive = receive
        }
    }

    package let content: Content
    /// The offset of the value's first byte.
    package let offset: Int

    /// The maximum nesting depth of lists and objects.
    package static let maxDepth = 64
    /// The maximum size of a text in bytes, unless the caller gives another one.
    package static let maxBytes = 256 << 20

    /// Reads a JSON text as RFC 8259 defines it, with only white space before and after it.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8.
    ///   - repeatedKeys: What happens to a key that an object has already.
    ///   - most: The maximum size in bytes.
    ///   - receiver: Takes the elements of a list, which is then empty in the result; nil for none.
    /// - Throws: ``Problem`` at the first byte that is not allowed.
    package init(
        _ bytes: [UInt8],
        repeatedKeys: RepeatedKeys = .refused,
        most: Int = Self.maxBytes,
        receiver: Receiver? = nil
    ) throws(Problem) {
        guard bytes.count <= most else { throw Problem(.tooLarge(most: most), at: most) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw Problem(.byteOrderMark, at: 0) }
        var reader = JSONReader(bytes, repeatedKeys: repeatedKeys, receiver: receiver)
        do throws(Problem) {
            self = try reader.document()
        } catch {
            // A mistake in the encoding comes before all others: what follows it means nothing.
            guard let offset = firstByteThatIsNotUTF8(bytes) else { throw error }
            throw Problem(.notUTF8, at: offset)
        }
    }

    init(_ content: Content, at offset: Int) {
        self.content = content
        self.offset = offset
    }

    /// What is wrong with a text, and where.
    package struct Problem: Error, Equatable {
        package enum Kind: Equatable, Sendable {
            case byteOrderMark
            case notUTF8
            /// Something else is needed here; `found` is the text that is here, or nil at the end.
            case expected(String, found: String?)
            case controlCharacter
            case badEscape
            /// One half of a surrogate pair without the other.
            case loneSurrogate
            case badNumber
            case repeatedKey(String)
            case tooDeep
            case tooLarge(most: Int)
        }

        package let kind: Kind
        package let offset: Int

        package init(_ kind: Kind, at offset: Int) {
            self.kind = kind
            self.offset = offset
        }
    }
}

/// Returns the offset of the first byte that is not valid UTF-8, or nil.
///
/// - Parameter bytes: The text.
/// - Returns: The offset.
package func firstByteThatIsNotUTF8(_ bytes: [UInt8]) -> Int? {
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
        switch parser.parseScalar(from: &iterator) {
        case .valid(let scalar): offset += scalar.count
        case .emptyInput: return nil
        case .error: return offset
        }
    }
}
