// Finds the place for new code in a file that people have edited, and makes the edit; where a place is not
// certain, there is no edit.

/// A change to the code of a file.
struct CodeEdit: Sendable {
    /// The place of the old code; empty for an insertion.
    let range: Range<Int>
    let code: [UInt8]
}

/// Why there is no certain place for new code.
package enum PlaceProblem: Error, Sendable, Hashable {
    /// There is no such file.
    case noFile
    /// The code of the file cannot be read for certain.
    case code(CodeProblem)
    /// The file lacks a name that the new code uses.
    case noName(String)
    /// No list, import or call like this one.
    case notFound(String)
    /// More than one list, import or call like this one.
    case several(String)
    /// The value or the import is written in another way.
    case otherForm(String)
    /// The last line of the file waits for more.
    case unfinished
}

extension CodeFile {
    /// Returns the edit that puts code into its place.
    ///
    /// - Parameters:
    ///   - text: The code, with line feeds, and blank lines before it for the end of a file.
    ///   - place: The place.
    /// - Returns: The edit.
    /// - Throws: ``PlaceProblem`` if there is no certain place.
    func edit(adding text: String, at place: Addition.Place) throws(PlaceProblem) -> CodeEdit {
        switch place {
        case .end(let mark): try editAtEnd(text, before: mark)
        case .list(let name): try editOfList(text, name)
        case .imported(let module): try editOfImport(text, module)
        case .call(let function): try editAfterCall(text, function)
        }
    }

    /// Returns the code after some edits, which do not overlap.
    func applying(_ edits: [CodeEdit]) -> [UInt8] {
        var result = code
        for edit in edits.enumerated().sorted(by: {
            ($1.element.range.lowerBound, $1.offset) < ($0.element.range.lowerBound, $0.offset)
        }) {
            result.replaceSubrange(edit.element.range, with: edit.element.code)
        }
        return result
    }

    // MARK: - The end of the file

    private func editAtEnd(_ text: String, before mark: String?) throws(PlaceProblem) -> CodeEdit {
        var place = code.count
        let body = text.drop { $0 == "\n" }
        let blank = String(repeating: "\n", count: text.count - body.count)
        var isBeforeCode = false
        var last = statements.last
        if let mark, let index = statements.lastIndex(where: { indent($0).isEmpty }),
            self.text(statements[index].tokens).hasPrefix(mark.filter { !$0.isWhitespace })
        {
            place = startWithComments(statements[index])
            isBeforeCode = true
            last = index > 0 ? statements[index - 1] : nil
        }
        // A decorator would belong to the new code.
        if let last, last.tokens[0].isMark("@"), syntax.isIndented { throw .unfinished }
        var end = place
        while end > 0, Self.isSpace(code[end - 1]) { end -= 1 }
        let isEmpty = end == 0 || (end == 3 && code[0] == 0xEF)
        if !isEmpty, end < code.count { end = min(lineEnd(end), place) }
        let lacksLineEnd = !isEmpty && end == code.count && code[end - 1] != UInt8(ascii: "\n")
        let lines =
            (lacksLineEnd ? "\n" : "") + (isEmpty ? "" : blank) + body
            + (body.hasSuffix("\n") ? "" : "\n") + (isBeforeCode ? blank : "")
        return CodeEdit(range: end..<place, code: written(lines))
    }

    /// The start of a statement's first line, or of the comments directly above it.
    private func startWithComments(_ statement: Statement) -> Int {
        var start = lineStart(statement.tokens[0].range.lowerBound)
        while start > 0 {
            let above = lineStart(start - 1)
            guard code[above...].starts(with: syntax.comment) else { break }
            start = above
        }
        return start
    }

    private func indent(_ statement: Statement) -> [UInt8] {
        indent(statement.tokens[0].range.lowerBound)
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }

    /// Returns code as this file writes it: with its line ends and its indentation.
    private func written(_ text: String) -> [UInt8] {
        let tab = [UInt8(ascii: "\t")]
        var unit: Substring?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let spaces = line.prefix { $0 == " " }
            if unit == nil, !spaces.isEmpty { unit = spaces }
            guard let unit, indentUnit?.starts(with: tab) == true else { return Array(line.utf8) }
            let depth = spaces.count / unit.count
            return [UInt8](repeating: tab[0], count: depth)
                + Array(line.utf8.dropFirst(depth * unit.count))
        }
        return Array(lines.joined(separator: newline))
    }

    // MARK: - Calls

    private func editAfterCall(_ text: String, _ function: String) throws(PlaceProblem) -> CodeEdit
    {
        let what = "\(function)( … )"
        let start = function + "("
        let calls = statements.indices.filter {
            // One more token than the function has: a longer text takes time.
            self.text(statements[$0].tokens.prefix(20)).hasPrefix(start)
        }
        guard let first = calls.first, let last = calls.last else { throw .notFound(what) }
        let outer = indent(statements[first])
        // All in one block: between them is nothing that is less indented.
        for statement in statements[first...last] where indent(statement).count < outer.count {
            throw .several(what)
        }
        let own = calls.filter { indent(statements[$0]) == outer }
        guard let index = own.last, let token = statements[index].tokens.last else {
            throw .notFound(what)
        }
        guard !statements[index].tokens.contains(where: { $0.isMark(";") }) else {
            throw .otherForm(what)
        }
        let end = lineEnd(token.range.upperBound)
        let hasEnd = end > 0 && code[end - 1] == UInt8(ascii: "\n")
        var row = rows(of: text, indent: outer)
        row.removeLast()
        let code = hasEnd ? row + [UInt8(ascii: "\n")] : [UInt8(ascii: "\n")] + row
        return CodeEdit(range: end..<end, code: convert(code))
    }
}
