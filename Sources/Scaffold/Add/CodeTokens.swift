// Splits code into tokens: enough to know what is code, what is a text and what is a comment, and which
// brackets belong together. A file that cannot be read for certain is an error.

/// A part of code.
struct CodeToken: Sendable {
    /// The kind of a token.
    enum Kind: Sendable, Equatable {
        /// A name, a keyword or a number.
        case word
        /// A text, with its prefix and quotation marks.
        case text
        /// Any other character.
        case mark(UInt8)
        case comment
        /// The end of a line.
        case lineEnd
    }

    let kind: Kind
    /// The place in the file.
    let range: Range<Int>
    /// The number of brackets around it; an opening and a closing bracket are not in their own.
    let depth: Int

    /// Whether it is a character.
    func isMark(_ character: Character) -> Bool {
        character.asciiValue.map { kind == .mark($0) } ?? false
    }
}

/// Why code cannot be read for certain.
package enum CodeProblem: Error, Sendable, Hashable {
    /// It is not valid UTF-8.
    case notText
    /// It has conflict markers.
    case conflict
    /// It is larger than any code that people write.
    case tooLarge
    /// A bracket or a text has no end or no start; the line.
    case notClosed(line: Int)
}

/// Splits code into tokens.
///
/// - Parameters:
///   - code: The code.
///   - syntax: How it is written.
/// - Returns: The tokens, in their order. Between them is only white space.
/// - Throws: ``CodeProblem/notClosed(line:)``.
func codeTokens(_ code: [UInt8], _ syntax: CodeSyntax) throws(CodeProblem) -> [CodeToken] {
    var lexer = CodeLexer(code: code, syntax: syntax)
    return try lexer.tokens()
}

private struct CodeLexer {
    let code: [UInt8]
    let syntax: CodeSyntax
    var at = 0

    /// Texts in texts in texts: far more than people write, and far less than the stack has room for.
    private static let maxNesting = 50

    init(code: [UInt8], syntax: CodeSyntax) {
        self.code = code
        self.syntax = syntax
    }

    mutating func tokens() throws(CodeProblem) -> [CodeToken] {
        var tokens: [CodeToken] = []
        var open: [UInt8] = []
        var isContinued = false
        // A byte order mark.
        if code.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
        while at < code.count {
            let start = at
            let kind: CodeToken.Kind
            let byte = code[at]
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C:
                at += 1
                continue
            case UInt8(ascii: "\n"):
                at += 1
                kind = .lineEnd
            case UInt8(ascii: "\r"):
                guard peek(1) == UInt8(ascii: "\n") else { throw problem(at) }
                at += 2
                kind = .lineEnd
            case UInt8(ascii: "\\") where syntax.isIndented:
                at += peek(1) == UInt8(ascii: "\r") ? 2 : 1
                guard peek(0) == UInt8(ascii: "\n") else { throw problem(start) }
                at += 1
                isContinued = true
                continue
            case 0:
                throw problem(at)
            default:
                kind = try codeKind()
            }
            isContinued = false
            if case .mark(let byte) = kind {
                if let closing = Self.closing(byte) {
                    tokens.append(CodeToken(kind: kind, range: start..<at, depth: open.count))
                    open.append(closing)
                    continue
                }
                if [UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(byte) {
                    guard open.popLast() == byte else { throw problem(start) }
                }
            }
            tokens.append(CodeToken(kind: kind, range: start..<at, depth: open.count))
        }
        guard open.isEmpty, !isContinued else { throw problem(code.count) }
        return tokens
    }

    /// Reads a token that is neither white space nor the end of a line.
    private mutating func codeKind() throws(CodeProblem) -> CodeToken.Kind {
        if code[at...].starts(with: syntax.comment) {
            while at < code.count, code[at] != UInt8(ascii: "\n") { at += 1 }
            if at < code.count, code[at - 1] == UInt8(ascii: "\r") { at -= 1 }
            return .comment
        }
        if syntax.hasBlockComments, code[at...].starts(with: Array("/*".utf8)) {
            try readBlockComment()
            return .comment
        }
        if try readText(nesting: 0) { return .text }
        if Self.isWord(code[at]) {
            while at < code.count, Self.isWord(code[at]) { at += 1 }
            return .word
        }
        at += 1
        return .mark(code[at - 1])
    }

    private mutating func readBlockComment() throws(CodeProblem) {
        let start = at
        var depth = 0
        while at < code.count {
            if code[at] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                depth += 1
                at += 2
            } else if code[at] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                depth -= 1
                at += 2
                if depth == 0 { return }
            } else {
                at += 1
            }
        }
        throw problem(start)
    }

    // MARK: - Texts

    /// Reads a text with its prefix, and returns false if there is none here.
    private mutating func readText(nesting: Int) throws(CodeProblem) -> Bool {
        guard nesting < Self.maxNesting else { throw problem(at) }
        let start = at
        var end = at
        let quotes: [UInt8] =
            syntax.texts == .prefixed
            ? [UInt8(ascii: "\""), UInt8(ascii: "'")] : [UInt8(ascii: "\"")]
        switch syntax.texts {
        case .prefixed:
            while end - start < 3, end < code.count, "rRbBuUfFtT".utf8.contains(code[end]) {
                end += 1
            }
        case .numbered:
            while end < code.count, code[end] == UInt8(ascii: "#") { end += 1 }
        }
        guard end < code.count, quotes.contains(code[end]) else { return false }
        let prefix = code[start..<end]
        let quote = code[end]
        let isLong =
            end + 2 < code.count && code[end + 1] == quote && code[end + 2] == quote
        at = end + (isLong ? 3 : 1)
        let closing = [UInt8](repeating: quote, count: isLong ? 3 : 1)
        switch syntax.texts {
        case .prefixed:
            let hasFields = prefix.contains { "fFtT".utf8.contains($0) }
            try readPrefixed(closing, from: start, hasFields: hasFields, nesting)
        case .numbered:
            try readNumbered(closing, from: start, numbers: prefix.count, nesting)
        }
        return true
    }

    private mutating func readPrefixed(
        _ closing: [UInt8],
        from start: Int,
        hasFields: Bool,
        _ nesting: Int
    ) throws(CodeProblem) {
        while at < code.count {
            switch code[at] {
            case UInt8(ascii: "\\"):
                at += peek(1) == UInt8(ascii: "\r") ? 3 : 2
            case UInt8(ascii: "\n") where closing.count == 1:
                throw problem(start)
            case UInt8(ascii: "{") where hasFields:
                at += 1
                if peek(0) == UInt8(ascii: "{") {
                    at += 1
                } else {
                    try readField(nesting + 1)
                }
            default:
                if code[at...].starts(with: closing) {
                    at += closing.count
                    return
                }
                at += 1
            }
        }
        throw problem(start)
    }

    /// Reads the rest of `{expression!r:format}`.
    private mutating func readField(_ nesting: Int) throws(CodeProblem) {
        guard nesting < Self.maxNesting else { throw problem(at) }
        let start = at
        var depth = 0
        var isFormat = false
        while at < code.count {
            if !isFormat, try readText(nesting: nesting) { continue }
            switch code[at] {
            case UInt8(ascii: "{") where isFormat:
                at += 1
                try readField(nesting + 1)
                continue
            case UInt8(ascii: "}") where depth == 0:
                at += 1
                return
            case UInt8(ascii: ":") where depth == 0: isFormat = true
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
                if !isFormat { depth += 1 }
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                if !isFormat { depth -= 1 }
            default:
                // The rest of a word is no prefix of a text.
                while at + 1 < code.count, Self.isWord(code[at]), Self.isWord(code[at + 1]) {
                    at += 1
                }
            }
            at += 1
        }
        throw problem(start)
    }

    private mutating func readNumbered(
        _ closing: [UInt8],
        from start: Int,
        numbers: Int,
        _ nesting: Int
    ) throws(CodeProblem) {
        let marks = [UInt8](repeating: UInt8(ascii: "#"), count: numbers)
        let end = closing + marks
        let escape = [UInt8(ascii: "\\")] + marks
        while at < code.count {
            if code[at...].starts(with: escape) {
                at += escape.count
                if peek(0) == UInt8(ascii: "(") {
                    at += 1
                    try readInterpolation(nesting + 1)
                } else {
                    at += 1
                }
            } else if code[at] == UInt8(ascii: "\n"), closing.count == 1 {
                throw problem(start)
            } else if code[at...].starts(with: end) {
                at += end.count
                return
            } else {
                at += 1
            }
        }
        throw problem(start)
    }

    /// Reads the rest of `\(expression)`.
    private mutating func readInterpolation(_ nesting: Int) throws(CodeProblem) {
        let start = at
        var depth = 1
        while at < code.count {
            if try readText(nesting: nesting) { continue }
            if code[at] == UInt8(ascii: "(") { depth += 1 }
            if code[at] == UInt8(ascii: ")") { depth -= 1 }
            at += 1
            if depth == 0 { return }
        }
        throw problem(start)
    }

    // MARK: - Characters

    private func peek(_ distance: Int) -> UInt8? {
        at + distance < code.count ? code[at + distance] : nil
    }

    private func problem(_ offset: Int) -> CodeProblem {
        let lines = code[..<min(offset, code.count)].count { $0 == UInt8(ascii: "\n") }
        return .notClosed(line: lines + 1)
    }

    private static func closing(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "("): UInt8(ascii: ")")
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "{"): UInt8(ascii: "}")
        default: nil
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
