// Reads JSON with positions, for manifests and answers files.
//
// Foundation's decoder gives neither the line nor the column of a value, and takes the last of two
// values with the same key.

/// A value in a JSON text, with its position.
struct JSONText: Sendable, Equatable {
    /// The kind and contents of a value.
    enum Content: Sendable, Equatable {
        case null
        case bool(Bool)
        /// A number as it is written.
        case number(String)
        case text(String)
        case list([JSONText])
        /// Members in the order of the text; keys are unique.
        case object([Member])
    }

    /// A key with its value.
    struct Member: Sendable, Equatable {
        let key: String
        /// The offset of the key's opening quotation mark.
        let offset: Int
        let value: JSONText
    }

    let content: Content
    /// The offset of the value's first byte.
    let offset: Int

    /// The maximum nesting depth of lists and objects.
    static let maxDepth = 64

    /// Reads a JSON text as RFC 8259 defines it, with only white space before and after it.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Throws: ``Problem`` at the first byte that is not allowed.
    init(_ bytes: [UInt8]) throws(Problem) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw Problem(.byteOrderMark, at: 0) }
        if let offset = firstByteThatIsNotUTF8(bytes) { throw Problem(.notUTF8, at: offset) }
        var reader = JSONReader(bytes: bytes)
        self = try reader.document()
    }

    private init(_ content: Content, at offset: Int) {
        self.content = content
        self.offset = offset
    }

    /// What is wrong with a text, and where.
    struct Problem: Error, Equatable {
        enum Kind: Equatable {
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
        }

        let kind: Kind
        let offset: Int

        init(_ kind: Kind, at offset: Int) {
            self.kind = kind
            self.offset = offset
        }
    }

    /// Reads a text from front to back.
    private struct JSONReader {
        let bytes: [UInt8]
        var position = 0
        var depth = 0

        mutating func document() throws(Problem) -> JSONText {
            let value = try value()
            skipSpace()
            guard position == bytes.count else { throw expected("the end of the file") }
            return value
        }

        private mutating func value() throws(Problem) -> JSONText {
            skipSpace()
            let start = position
            guard position < bytes.count else { throw expected("a value") }
            switch bytes[position] {
            case UInt8(ascii: "{"): return JSONText(.object(try members()), at: start)
            case UInt8(ascii: "["): return JSONText(.list(try elements()), at: start)
            case UInt8(ascii: "\""): return JSONText(.text(try text()), at: start)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                return JSONText(.number(try number()), at: start)
            default:
                for (word, content) in [
                    ("true", Content.bool(true)), ("false", .bool(false)), ("null", .null),
                ] where bytes[position...].starts(with: word.utf8) {
                    position += word.utf8.count
                    return JSONText(content, at: start)
                }
                throw expected("a value")
            }
        }

        private mutating func members() throws(Problem) -> [Member] {
            try enter()
            var members: [Member] = []
            var keys: Set<String> = []
            while try hasNext(until: UInt8(ascii: "}"), isFirst: members.isEmpty) {
                let offset = position
                guard take(UInt8(ascii: "\"")) else { throw expected("a key in quotation marks") }
                position = offset
                let key = try text()
                guard keys.insert(key).inserted else {
                    throw Problem(.repeatedKey(key), at: offset)
                }
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw expected("':'") }
                members.append(Member(key: key, offset: offset, value: try value()))
            }
            depth -= 1
            return members
        }

        private mutating func elements() throws(Problem) -> [JSONText] {
            try enter()
            var elements: [JSONText] = []
            while try hasNext(until: UInt8(ascii: "]"), isFirst: elements.isEmpty) {
                elements.append(try value())
            }
            depth -= 1
            return elements
        }

        /// Enters a list or an object, past its opening bracket.
        private mutating func enter() throws(Problem) {
            depth += 1
            if depth > JSONText.maxDepth { throw Problem(.tooDeep, at: position) }
            position += 1
        }

        /// Whether another element follows.
        ///
        /// Moves to it, or past the closing bracket.
        private mutating func hasNext(
            until end: UInt8,
            isFirst: Bool
        ) throws(Problem) -> Bool {
            skipSpace()
            if take(end) { return false }
            if isFirst { return true }
            guard take(UInt8(ascii: ",")) else {
                throw expected("',' or '\(Character(Unicode.Scalar(end)))'")
            }
            skipSpace()
            // A comma before the closing bracket.
            if position < bytes.count, bytes[position] == end { throw expected("another value") }
            return true
        }

        private mutating func text() throws(Problem) -> String {
            position += 1
            var collected: [UInt8] = []
            while position < bytes.count {
                switch bytes[position] {
                case UInt8(ascii: "\""):
                    position += 1
                    return String(decoding: collected, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    collected += Array(String(try escape()).utf8)
                case 0..<0x20:
                    throw Problem(.controlCharacter, at: position)
                case let byte:
                    collected.append(byte)
                    position += 1
                }
            }
            throw expected("'\"'")
        }

        private mutating func escape() throws(Problem) -> Unicode.Scalar {
            let start = position
            position += 1
            guard position < bytes.count else { throw expected("'\"'") }
            let simple: [UInt8: Unicode.Scalar] = [
                UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
                UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
                UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
            ]
            if let scalar = simple[bytes[position]] {
                position += 1
                return scalar
            }
            guard let first = unit() else { throw Problem(.badEscape, at: start) }
            if let scalar = Unicode.Scalar(first) { return scalar }
            guard first < 0xDC00, position < bytes.count, take(UInt8(ascii: "\\")),
                let second = unit(), (0xDC00...0xDFFF).contains(second)
            else { throw Problem(.loneSurrogate, at: start) }
            let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            guard let scalar = Unicode.Scalar(value) else { throw Problem(.badEscape, at: start) }
            return scalar
        }

        /// Reads `u` and four hexadecimal digits.
        private mutating func unit() -> UInt16? {
            guard position + 5 <= bytes.count, bytes[position] == UInt8(ascii: "u") else {
                return nil
            }
            var value: UInt16 = 0
            for byte in bytes[(position + 1)..<(position + 5)] {
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
                value = value << 4 | UInt16(digit)
            }
            position += 5
            return value
        }

        private mutating func number() throws(Problem) -> String {
            let start = position
            _ = take(UInt8(ascii: "-"))
            let whole = digits()
            var isGood = whole == 1 || whole > 1 && bytes[position - whole] != UInt8(ascii: "0")
            if take(UInt8(ascii: ".")) { isGood = digits() > 0 && isGood }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                isGood = digits() > 0 && isGood
            }
            guard isGood else { throw Problem(.badNumber, at: start) }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        private mutating func digits() -> Int {
            let start = position
            while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
            return position - start
        }

        private mutating func take(_ byte: UInt8) -> Bool {
            guard position < bytes.count, bytes[position] == byte else { return false }
            position += 1
            return true
        }

        private mutating func skipSpace() {
            let space = Set(" \t\r\n".utf8)
            while position < bytes.count, space.contains(bytes[position]) { position += 1 }
        }

        private func expected(_ what: String) -> Problem {
            let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
            return Problem(.expected(what, found: rest.first.map(String.init)), at: position)
        }
    }
}

/// Returns the offset of the first byte that is not valid UTF-8, or nil.
func firstByteThatIsNotUTF8(_ bytes: [UInt8]) -> Int? {
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

extension JSONText.Problem: CustomStringConvertible {
    /// The problem in words, without its position.
    var description: String {
        switch kind {
        case .byteOrderMark: "it starts with a byte order mark; save it as UTF-8 without one"
        case .notUTF8: "this is not valid UTF-8"
        case .expected(let what, let found?): "expected \(what), found \(quoted(found))"
        case .expected(let what, nil): "expected \(what), found the end of the file"
        case .controlCharacter: "control characters in a text have to be escaped, such as \\n"
        case .badEscape: "this is not a valid JSON escape"
        case .loneSurrogate: "one half of a surrogate pair is missing"
        case .badNumber: "this is not a valid JSON number"
        case .repeatedKey(let key): "the key \(quoted(key)) is given twice"
        case .tooDeep: "lists and objects are nested more than \(JSONText.maxDepth) levels deep"
        }
    }
}

extension JSONText {
    /// The type of the value, for errors.
    var kindName: String {
        switch content {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
