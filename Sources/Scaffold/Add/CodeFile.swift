// A file of code: its statements, and the names that they define.

import ProjectFiles

/// A file of code, read for certain.
struct CodeFile: Sendable {
    /// A statement with all its lines.
    ///
    /// A block that is known by its indentation has one for its head, and further ones for what is in it.
    struct Statement: Sendable {
        /// Its tokens without comments and line ends; there is at least one.
        let tokens: [CodeToken]
        /// Whether it is outside of functions and classes.
        let isAtTop: Bool
    }

    /// The path below the project's folder.
    let path: String
    let code: [UInt8]
    let syntax: CodeSyntax
    let tokens: [CodeToken]
    let statements: [Statement]

    /// Far more than people write, so that reading takes no time.
    static let maxBytes = 1 << 22

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - code: The contents of the file.
    ///   - syntax: How its code is written.
    /// - Throws: ``CodeProblem`` if it cannot be read for certain.
    init(path: String, code: [UInt8], syntax: CodeSyntax) throws(CodeProblem) {
        guard code.count <= Self.maxBytes else { throw .tooLarge }
        guard String(validating: code, as: UTF8.self) != nil else { throw .notText }
        guard !Self.hasMarkers(code) else { throw .conflict }
        self.path = path
        self.code = code
        self.syntax = syntax
        tokens = try codeTokens(code, syntax)
        statements = Self.statements(tokens, code, syntax)
    }

    /// Whether the code has conflict markers of pa-new or git.
    private static func hasMarkers(_ code: [UInt8]) -> Bool {
        let lines = Lines(code).lines
        let start = lines.firstIndex { $0.starts(with: "<<<<<<< ".utf8) }
        return start.map { lines[$0...].contains { $0.starts(with: ">>>>>>> ".utf8) } } ?? false
    }

    private static func statements(
        _ tokens: [CodeToken],
        _ code: [UInt8],
        _ syntax: CodeSyntax
    ) -> [Statement] {
        var statements: [Statement] = []
        // The heads of the blocks around the next statement.
        var blocks: [(indent: Int, isScope: Bool)] = []
        var current: [CodeToken] = []
        func close() {
            guard let first = current.first else { return }
            let indent = code[..<first.range.lowerBound].reversed()
                .prefix { $0 != UInt8(ascii: "\n") }.count
            if syntax.isIndented {
                while let last = blocks.last, last.indent >= indent { blocks.removeLast() }
            }
            let isAtTop = !blocks.contains(where: \.isScope)
            statements.append(Statement(tokens: current, isAtTop: isAtTop))
            if syntax.isIndented {
                let words = current.prefix(2).map {
                    String(decoding: code[$0.range], as: UTF8.self)
                }
                let isScope = words.contains { syntax.definers.contains($0) }
                blocks.append((indent, isScope))
            }
            current = []
        }
        for token in tokens {
            switch token.kind {
            case .lineEnd: if token.depth == 0 { close() }
            case .comment: continue
            default: current.append(token)
            }
        }
        close()
        return statements
    }

    // MARK: - Text

    /// The text of a token.
    func text(_ token: CodeToken) -> String { text(token.range) }

    /// The text in a range.
    func text(_ range: Range<Int>) -> String { String(decoding: code[range], as: UTF8.self) }

    /// The text of some tokens, without the space between them.
    func text(_ tokens: some Sequence<CodeToken>) -> String { tokens.map { text($0) }.joined() }

    /// The number of a line, from 1.
    func line(of offset: Int) -> Int { code[..<offset].count { $0 == UInt8(ascii: "\n") } + 1 }

    /// The start of the line with an offset.
    func lineStart(_ offset: Int) -> Int {
        (code[..<offset].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }

    /// The offset after the line with an offset, and after its end.
    func lineEnd(_ offset: Int) -> Int {
        code[offset...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? code.count
    }

    /// The white space at the start of the line with an offset.
    func indent(_ offset: Int) -> [UInt8] {
        let start = lineStart(offset)
        return code[start...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .map(\.self)
    }

    /// Whether a token is the first one in its line.
    func isFirst(_ token: CodeToken) -> Bool {
        lineStart(token.range.lowerBound) + indent(token.range.lowerBound).count
            == token.range.lowerBound
    }

    /// The end of lines in this file.
    var newline: [UInt8] {
        guard let first = code.firstIndex(of: UInt8(ascii: "\n")), first > 0,
            code[first - 1] == UInt8(ascii: "\r")
        else { return [UInt8(ascii: "\n")] }
        return Array("\r\n".utf8)
    }

    /// The white space that indents a block, if it has one.
    var indentUnit: [UInt8]? {
        var before = 0
        for statement in statements {
            let indent = indent(statement.tokens[0].range.lowerBound)
            if indent.count > before, before == 0 { return indent }
            before = indent.count
        }
        // A block in braces is one statement.
        let inside = tokens.first { $0.depth == 1 && $0.kind != .lineEnd && isFirst($0) }
        return inside.map { indent($0.range.lowerBound) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    // MARK: - Names

    /// The names that the file defines or imports outside of functions and classes, each with its offset.
    var names: [String: Int] {
        var names: [String: Int] = [:]
        for statement in statements where statement.isAtTop {
            for token in definedNames(statement) {
                let name = text(token)
                if names[name] == nil { names[name] = token.range.lowerBound }
            }
        }
        return names
    }

    private func definedNames(_ statement: Statement) -> [CodeToken] {
        let tokens = statement.tokens
        var found: [CodeToken] = []
        var isImport = false
        for (index, token) in tokens.enumerated() where token.kind == .word {
            let word = text(token)
            let next = index + 1 < tokens.count ? tokens[index + 1] : nil
            let before = index > 0 ? tokens[index - 1] : nil
            if isImport {
                // `import a.b` defines a, and `a as b` defines b.
                let isPart = before?.isMark(".") == true
                let isRenamed = next.map { text($0) == "as" } ?? false
                if word != "as", !isPart, !isRenamed { found.append(token) }
                if tokens[index...].dropFirst().first?.isMark(";") == true { isImport = false }
                continue
            }
            guard token.depth == 0 else { continue }
            if word == "import" {
                isImport = true
            } else if let before, before.kind == .word, syntax.definers.contains(text(before)) {
                found.append(token)
            } else if before?.isMark(";") ?? true, let next, syntax.isIndented,
                next.isMark("=") || next.isMark(":")
            {
                // `name = value` and `name: Type = value`, but not `else:`.
                if next.isMark("=") || tokens.count > 2 { found.append(token) }
            }
        }
        return found
    }

    // MARK: - Routes

    /// The first texts in calls, or in brackets without a name before them: what can be a path.
    ///
    /// - Parameter calls: The names before the bracket; an empty one for none.
    /// - Returns: The contents of the texts, each with its offset.
    func firstTexts(in calls: Set<String>) -> [(text: String, offset: Int)] {
        let tokens = tokens.filter { $0.kind != .comment && $0.kind != .lineEnd }
        return tokens.indices.dropFirst().compactMap { index in
            let token = tokens[index]
            guard token.kind == .text, tokens[index - 1].isMark("(") else { return nil }
            let before = index > 1 ? tokens[index - 2] : nil
            let isCall =
                before.map { $0.kind == .word || $0.isMark(")") || $0.isMark("]") } ?? false
            guard calls.contains(isCall ? before.map { text($0) } ?? "" : "") else { return nil }
            let content = text(token).drop { $0 != "\"" && $0 != "'" }
            guard let quote = content.first else { return nil }
            let inside = content.drop { $0 == quote }
            let end = inside.lastIndex { $0 != quote && $0 != "#" }
            return (end.map { String(inside[...$0]) } ?? "", token.range.lowerBound)
        }
    }
}
