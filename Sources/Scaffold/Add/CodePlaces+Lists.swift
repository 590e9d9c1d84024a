// The places in lists and imports, in all the ways that people and formatters write them.

extension CodeFile {
    // MARK: - A list

    func editOfList(_ text: String, _ name: String) throws(PlaceProblem) -> CodeEdit {
        let what = "\(name) = [ … ]"
        var found: [(statement: Statement, value: Int)] = []
        for statement in statements {
            if let value = value(of: name, in: statement) { found.append((statement, value)) }
        }
        guard let (statement, value) = found.first else { throw .notFound(what) }
        guard found.count == 1 else { throw .several(what) }
        let tokens = statement.tokens
        guard value < tokens.count, tokens[value].isMark("["),
            let close = tokens[value...].firstIndex(where: { $0.isMark("]") && $0.depth == 0 }),
            close + 1 == tokens.count || tokens[close + 1].isMark("+")
        else { throw .otherForm(what) }
        let inside = Array(tokens[(value + 1)..<close])
        // A list that is made by a loop has no end.
        if inside.contains(where: { $0.depth == 1 && self.text($0) == "for" }) {
            throw .otherForm(what)
        }
        let brackets = (tokens[value], tokens[close])
        return editOfBrackets(text, inside, brackets, statement)
    }

    /// The index of the value that a statement gives to a name.
    private func value(of name: String, in statement: Statement) -> Int? {
        let tokens = statement.tokens
        guard let index = tokens.firstIndex(where: { $0.kind == .word && text($0) == name }),
            tokens[index].depth == 0,
            syntax.isIndented
                ? index == 0
                : index > 0 && syntax.definers.contains(text(tokens[index - 1])),
            let equals = tokens[index...].firstIndex(where: { $0.isMark("=") && $0.depth == 0 }),
            equals == index + 1 || tokens[index + 1].isMark(":"),
            equals + 1 == tokens.count || !tokens[equals + 1].isMark("=")
        else { return nil }
        return equals + 1
    }

    private func editOfBrackets(
        _ text: String,
        _ inside: [CodeToken],
        _ brackets: (open: CodeToken, close: CodeToken),
        _ statement: Statement
    ) -> CodeEdit {
        let outer = indent(statement.tokens[0].range.lowerBound)
        let unit = unit
        let close = brackets.close.range.lowerBound
        let open = brackets.open.range.upperBound
        guard let last = inside.last else {
            let line = column(brackets.open.range.lowerBound) + text.utf8.count + 2
            if line <= syntax.width, self.text(open..<close).allSatisfy(\.isWhitespace) {
                return CodeEdit(range: open..<close, code: Array(text.utf8))
            }
            let rest = self.text(open..<close).trimmingEnd() + "\n"
            let row = rows(of: text, indent: outer + unit) + [UInt8(ascii: "\n")] + outer
            return CodeEdit(range: open..<close, code: convert(Array(rest.utf8) + row))
        }
        let comma = last.isMark(",") && last.depth == 1
        let isOneLine = !code[open..<close].contains(UInt8(ascii: "\n"))
        if isOneLine {
            // One line for each element: with the comma at the end, formatters leave it like that.
            var code: [UInt8] = []
            for element in elements(inside) {
                code += [UInt8(ascii: "\n")] + outer + unit
                code += Array(self.text(element).utf8) + [UInt8(ascii: ",")]
            }
            code += [UInt8(ascii: "\n")] + rows(of: text, indent: outer + unit)
            return CodeEdit(range: open..<close, code: convert(code + [UInt8(ascii: "\n")] + outer))
        }
        let first = elements(inside).last?.lowerBound ?? open
        var inner = indent(first)
        if lineStart(first) == lineStart(open) { inner = outer + unit }
        let isOnOwnLine = isFirst(brackets.close)
        let end = last.range.upperBound
        guard isOnOwnLine else {
            let code = (comma ? [] : [UInt8(ascii: ",")]) + [UInt8(ascii: "\n")] + inner
            let element = Array(text.utf8) + (comma ? [UInt8(ascii: ",")] : [])
            return CodeEdit(range: end..<end, code: convert(code) + element)
        }
        // Comments after the last element stay above the new one.
        let place = lineStart(close)
        let row = convert(rows(of: text, indent: inner) + [UInt8(ascii: "\n")])
        let rest = (comma ? [] : [UInt8(ascii: ",")]) + Array(code[end..<place])
        return CodeEdit(range: end..<place, code: rest + row)
    }

    /// The ranges of the elements between commas.
    private func elements(_ tokens: [CodeToken]) -> [Range<Int>] {
        tokens.split { $0.isMark(",") && $0.depth == 1 }.compactMap { part in
            guard let first = part.first, let last = part.last else { return nil }
            return first.range.lowerBound..<last.range.upperBound
        }
    }

    /// The white space that indents a block, in a file without one that of its formatter.
    private var unit: [UInt8] {
        indentUnit ?? (syntax.isIndented ? Array("    ".utf8) : Array("  ".utf8))
    }

    private func column(_ offset: Int) -> Int { offset - lineStart(offset) }

    /// Returns an element with its comma: in one line, or in a line for each argument if that is too long.
    func rows(of text: String, indent: [UInt8]) -> [UInt8] {
        var lines = [text + ","]
        if indent.count + text.utf8.count + 1 > syntax.width, let parts = arguments(of: text) {
            let unit = String(decoding: unit, as: UTF8.self)
            let ending = syntax.hasCommaAfterArguments ? "," : ""
            lines = [parts.head]
            for (index, part) in parts.arguments.enumerated() {
                let isLast = index == parts.arguments.count - 1
                lines.append(unit + part + (isLast ? ending : ","))
            }
            lines.append("),")
        }
        return Array(lines.map { indent + Array($0.utf8) }.joined(separator: [UInt8(ascii: "\n")]))
    }

    /// Splits a call, or a bracket, that ends with its closing bracket.
    private func arguments(of text: String) -> (head: String, arguments: [String])? {
        let bytes = Array(text.utf8)
        guard let tokens = try? codeTokens(bytes, syntax),
            let open = tokens.first(where: { $0.isMark("(") && $0.depth == 0 }),
            let close = tokens.last, close.isMark(")"), close.depth == 0
        else { return nil }
        let inside = tokens.filter {
            open.range.upperBound <= $0.range.lowerBound
                && $0.range.upperBound <= close.range.lowerBound
        }
        let parts = elements(inside).map { String(decoding: bytes[$0], as: UTF8.self) }
        return (String(decoding: bytes[..<open.range.upperBound], as: UTF8.self), parts)
    }

    /// Returns code with the line ends of this file.
    func convert(_ code: [UInt8]) -> [UInt8] {
        Array(
            code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
                $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
            }.joined(separator: newline)
        )
    }

    // MARK: - An import

    func editOfImport(_ name: String, _ module: String) throws(PlaceProblem) -> CodeEdit {
        let what = "from \(module) import …"
        let found = statements.compactMap { statement -> (tokens: [CodeToken], start: Int)? in
            let tokens = statement.tokens
            guard statement.isAtTop, text(tokens[0]) == "from",
                let index = tokens.firstIndex(where: { text($0) == "import" }),
                text(tokens[1..<index]) == module
            else { return nil }
            return (tokens, index + 1)
        }
        guard let (tokens, start) = found.first else { throw .notFound(what) }
        guard found.count == 1 else { throw .several(what) }
        var names = Array(tokens[start...])
        let isBracketed = names.first?.isMark("(") == true && names.last?.isMark(")") == true
        if isBracketed { names = Array(names.dropFirst().dropLast()) }
        let depth = isBracketed ? 1 : 0
        let items = names.split { $0.isMark(",") }.map(Array.init)
        guard !items.isEmpty, names.allSatisfy({ $0.depth == depth }),
            items.allSatisfy({ $0[0].kind == .word && $0.allSatisfy { $0.kind == .word } })
        else { throw .otherForm(what) }
        let keys = items.map { Self.order(of: text($0[0])) }
        let isSorted = zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }
        let index =
            isSorted
            ? keys.firstIndex { Self.order(of: name) < $0 } ?? items.count : items.count

        let from = tokens[0].range.lowerBound
        let end = tokens[tokens.count - 1].range.upperBound
        let isOneLine = !code[from..<end].contains(UInt8(ascii: "\n"))
        if isOneLine && !isBracketed {
            return editOfOneLine(name, index, items, from..<end, head: tokens[start - 1])
        }
        let hasOwnLines = items.allSatisfy { isFirst($0[0]) }
        if index < items.count {
            let next = items[index][0].range.lowerBound
            guard hasOwnLines else {
                return CodeEdit(range: next..<next, code: Array("\(name), ".utf8))
            }
            // Behind the line before it, so that a comment stays above its own name.
            let above = index > 0 ? items[index - 1].last : tokens[start]
            let place = above.map { lineEnd($0.range.upperBound) } ?? next
            return CodeEdit(
                range: place..<place,
                code: indent(next) + Array("\(name),".utf8) + newline
            )
        }
        let last = items[items.count - 1]
        let place = last[last.count - 1].range.upperBound
        guard hasOwnLines else {
            return CodeEdit(range: place..<place, code: Array(", \(name)".utf8))
        }
        let hasComma = names.last?.isMark(",") == true
        let comma = hasComma ? (names.last?.range.upperBound ?? place) : place
        let rowEnd = min(lineEnd(comma), lineStart(end - 1))
        guard isBracketed, rowEnd > comma else {
            return CodeEdit(range: place..<place, code: Array(", \(name)".utf8))
        }
        let rest = (hasComma ? [] : [UInt8(ascii: ",")]) + Array(code[comma..<rowEnd])
        let row = indent(last[0].range.lowerBound) + Array("\(name),".utf8) + newline
        return CodeEdit(range: comma..<rowEnd, code: rest + row)
    }

    private func editOfOneLine(
        _ name: String,
        _ index: Int,
        _ items: [[CodeToken]],
        _ range: Range<Int>,
        head: CodeToken
    ) -> CodeEdit {
        var names = items.map { text($0[0].range.lowerBound..<$0[$0.count - 1].range.upperBound) }
        names.insert(name, at: index)
        let head = Array(code[range.lowerBound..<head.range.upperBound])
        let line = head + Array((" " + names.joined(separator: ", ")).utf8)
        if column(range.lowerBound) + line.count <= syntax.width {
            return CodeEdit(range: range, code: line)
        }
        // A comment stays in the first line.
        let end = lineEnd(range.upperBound)
        var rest = Array(code[range.upperBound..<end])
        while rest.last.map(Self.isSpace) == true { rest.removeLast() }
        let outer = indent(range.lowerBound)
        var code = head + Array(" (".utf8) + rest + newline
        for name in names { code += outer + Array("    \(name),".utf8) + newline }
        return CodeEdit(
            range: range.lowerBound..<end,
            code: code + outer + Array(")".utf8) + newline
        )
    }

    /// The order of names in an import: constants, classes, others.
    private static func order(of name: String) -> (Int, String) {
        let isConstant = name.count > 1 && name == name.uppercased()
        return (isConstant ? 0 : name.first?.isUppercase == true ? 1 : 2, name)
    }
}

extension String {
    /// The text without the white space at its end.
    fileprivate func trimmingEnd() -> String {
        String(reversed().drop { $0.isWhitespace }.reversed())
    }
}
