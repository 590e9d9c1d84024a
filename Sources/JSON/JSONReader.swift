// Reads a JSON text from front to back, each byte once.

/// Reads a JSON text from front to back.
struct JSONReader {
    private typealias Problem = JSONText.Problem

    private let bytes: [UInt8]
    private let repeatedKeys: JSONText.RepeatedKeys
    private let receiver: JSONText.Receiver?
    private var position = 0
    private var depth = 0
    /// Whether this is in the list whose elements are handed over.
    private var isReceiving = false

    init(
        _ bytes: [UInt8],
        repeatedKeys: JSONText.RepeatedKeys,
        receiver: JSONText.Receiver? = nil
    ) {
        self.bytes = bytes
        self.repeatedKeys = repeatedKeys
        self.receiver = receiver
    }

    /// Reads the only value of the text.
    mutating func document() throws(JSONText.Problem) -> JSONText {
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
        case UInt8(ascii: "t") where take("true"): return JSONText(.bool(true), at: start)
        case UInt8(ascii: "f") where take("false"): return JSONText(.bool(false), at: start)
        case UInt8(ascii: "n") where take("null"): return JSONText(.null, at: start)
        default: throw expected("a value")
        }
    }

    // MARK: - Lists and objects

    private mutating func members() throws(Problem) -> [JSONText.Member] {
        try enter()
        var members: [JSONText.Member] = []
        // A few keys are compared faster than hashed.
        let few = 16
        var keys: Set<String> = []
        var isFirst = true
        while try hasNext(until: UInt8(ascii: "}"), isFirst: isFirst) {
            isFirst = false
            let offset = position
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw expected("a key in quotation marks")
            }
            let key = try text()
            if members.count == few, keys.isEmpty { keys = Set(members.map(\.key)) }
            let isRepeated =
                keys.isEmpty
                ? members.contains { $0.key == key } : !keys.insert(key).inserted
            if isRepeated, repeatedKeys == .refused {
                throw Problem(.repeatedKey(key), at: offset)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw expected("':'") }
            let value: JSONText
            if let receiver, depth == 1, key == receiver.key, !isRepeated {
                value = try handed(to: receiver)
            } else if isReceiving, depth == 3, key == receiver?.joined, let text = try joined() {
                value = text
            } else {
                value = try self.value()
            }
            if !isRepeated {
                members.append(JSONText.Member(key: key, offset: offset, value: value))
            }
        }
        depth -= 1
        return members
    }

    private mutating func elements() throws(Problem) -> [JSONText] {
        var elements: [JSONText] = []
        try self.elements { elements.append($0) }
        return elements
    }

    /// Reads a list, and hands over its elements one after the other.
    private mutating func elements(_ receive: (JSONText) -> Void) throws(Problem) {
        try enter()
        var isFirst = true
        while try hasNext(until: UInt8(ascii: "]"), isFirst: isFirst) {
            isFirst = false
            receive(try value())
        }
        depth -= 1
    }

    /// Reads a value; the elements of a list are handed over, and an empty list stays.
    private mutating func handed(to receiver: JSONText.Receiver) throws(Problem) -> JSONText {
        skipSpace()
        let start = position
        guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else {
            return try value()
        }
        isReceiving = true
        try elements(receiver.receive)
        isReceiving = false
        return JSONText(.list([]), at: start)
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
    private mutating func hasNext(until end: UInt8, isFirst: Bool) throws(Problem) -> Bool {
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

    // MARK: - Texts

    private mutating func text() throws(Problem) -> String {
        position += 1
        let start = position
        moveToEscaped()
        // Most texts have no escape.
        if take(UInt8(ascii: "\"")) { return try string(bytes[start..<(position - 1)], at: start) }
        var collected = Array(bytes[start..<position])
        try collectText(&collected)
        return try string(collected[...], at: start)
    }

    /// Reads the rest of a text, past its closing quotation mark.
    private mutating func collectText(_ collected: inout [UInt8]) throws(Problem) {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                let scalar = try escape()
                if scalar.isASCII {
                    collected.append(UInt8(truncatingIfNeeded: scalar.value))
                } else {
                    collected.append(
                        contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                    )
                }
            case 0..<0x20: throw Problem(.controlCharacter, at: position)
            default:
                let start = position
                moveToEscaped()
                collected.append(contentsOf: bytes[start..<position])
            }
        }
        throw expected("'\"'")
    }

    /// Moves to the next byte that ends a text, begins an escape, or cannot stand in a text; or to the end.
    private mutating func moveToEscaped() {
        position = bytes.withUnsafeBufferPointer { firstEscaped(in: $0, from: position) }
    }

    /// Reads a list of texts as one text; nil if it is something else, and then nothing is read.
    private mutating func joined() throws(Problem) -> JSONText? {
        skipSpace()
        let start = position
        guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else { return nil }
        try enter()
        var joined: [UInt8] = []
        var isFirst = true
        while try hasNext(until: UInt8(ascii: "]"), isFirst: isFirst) {
            isFirst = false
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                position = start
                depth -= 1
                return nil
            }
            position += 1
            try collectText(&joined)
        }
        depth -= 1
        // As they stand here: a character that is cut in two texts is none.
        let written = bytes[start..<position]
        if !written.withUnsafeBytes(isASCII) { _ = try string(written, at: start) }
        // A copy has no room left over, which would stay in memory with it.
        return JSONText(.joined(joined.withUnsafeBufferPointer { Array($0) }), at: start)
    }

    private func string(_ bytes: ArraySlice<UInt8>, at start: Int) throws(Problem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.notUTF8, at: start)
        }
        return text
    }

    private mutating func escape() throws(Problem) -> Unicode.Scalar {
        let start = position
        position += 1
        guard position < bytes.count else { throw expected("'\"'") }
        let simple: Unicode.Scalar? =
            switch bytes[position] {
            case UInt8(ascii: "\""): "\""
            case UInt8(ascii: "\\"): "\\"
            case UInt8(ascii: "/"): "/"
            case UInt8(ascii: "b"): "\u{8}"
            case UInt8(ascii: "f"): "\u{C}"
            case UInt8(ascii: "n"): "\n"
            case UInt8(ascii: "r"): "\r"
            case UInt8(ascii: "t"): "\t"
            default: nil
            }
        if let simple {
            position += 1
            return simple
        }
        guard let first = unit() else { throw Problem(.badEscape, at: start) }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")),
            let second = unit(), UTF16.isTrailSurrogate(second)
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
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt16(digit)
        }
        position += 5
        return value
    }

    // MARK: - Numbers, words and space

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

    private mutating func take(_ word: StaticString) -> Bool {
        let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isThere { position += word.utf8CodeUnitCount }
        return isThere
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                position += 1
            default: return
            }
        }
    }

    private func expected(_ what: String) -> Problem {
        let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
        return Problem(.expected(what, found: rest.first.map(String.init)), at: position)
    }
}

/// Whether all bytes are ASCII.
private func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var place = 0
    while place + 8 <= bytes.count {
        if bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 != 0
        {
            return false
        }
        place += 8
    }
    return bytes[place...].allSatisfy { $0 < 0x80 }
}
