// From the text of a template to a program: one pass over its bytes, without recursion.

extension Mustache {
    /// Makes the tables of a program out of a template's text, in one pass over its bytes.
    ///
    /// For each tag, the text before it becomes a token, then the tag. Tags that are open wait in
    /// a list for their closing tags.
    struct Parser {
        /// A mistake, before its offset is made a location.
        struct Problem: Error {
            let kind: Failure.Kind
            let offset: Int
        }

        let source: [UInt8]
        private var delimiters: Delimiters
        private var tables: Program.Tables
        private var open: [OpenTag] = []

        /// Everything before this offset is in the tables already.
        private var position = 0

        /// Whether the first byte of the source is the first one of a line.
        private let startsLine: Bool

        /// The white space that the current argument loses at the start of its lines.
        private var dedentation = 0..<0

        /// Prepares to parse a text.
        ///
        /// - Parameters:
        ///   - text: The text of the template.
        ///   - delimiters: The delimiters at its start.
        ///   - startsLine: Whether the text begins a line, false for what a lambda made inside one.
        init(_ text: String, delimiters: Delimiters, startsLine: Bool) {
            source = Array(text.utf8)
            tables = Program.Tables(text: text, source: source)
            self.delimiters = delimiters
            self.startsLine = startsLine
        }

        /// Parses the whole text.
        mutating func parse() throws(Problem) -> Program.Tables {
            while let tag = try nextTag() {
                switch tag.sigil {
                case .variable, .unescaped: try addVariable(tag)
                case .section, .inverted: try openSection(tag)
                case .partial: try addPartial(tag)
                case .parent: try openParent(tag)
                case .block: try openBlock(tag)
                case .closing: try close(tag)
                case .comment: _ = addTextBeforeStandalone(tag)
                case .delimiters: try setDelimiters(tag)
                }
            }
            if let unclosed = open.last {
                let name = closingName(of: unclosed)
                throw Problem(kind: .unclosedSection(name), offset: unclosed.tag.start)
            }
            addText(upTo: source.count, beforeTag: false)
            return tables
        }
    }
}

// MARK: - Finding tags

extension Mustache.Parser {
    /// What a tag is, by the character after its opening delimiter.
    private enum Sigil {
        case variable, unescaped, section, inverted, closing
        case partial, parent, block, comment, delimiters
    }

    /// A tag that was found in the source.
    private struct Tag {
        let sigil: Sigil
        /// The offset of the opening delimiter.
        let start: Int
        /// The offset after the closing delimiter.
        let end: Int
        /// What lies between delimiters and sigils.
        let content: Range<Int>
    }

    /// A tag that waits for its closing tag.
    private struct OpenTag {
        enum Kind {
            /// With the index in `sections`.
            case section(Int)
            /// With the index in `partials`, the white space before the tag if it begins a line,
            /// and the index of the token for that white space.
            case parent(Int, indentation: Range<Int>?, indentationToken: Int)
            /// With the index in `blocks`.
            case block(Int)
            /// With the index in `blocks` and the dedentation around the argument.
            case argument(Int, outerDedentation: Range<Int>)
        }

        let kind: Kind
        let tag: Tag
        let name: TagName
    }

    /// The name in a tag, as a range of the source.
    private struct TagName {
        var range: Range<Int>
        var isDynamic = false
    }

    private func nextTag() throws(Problem) -> Tag? {
        guard let start = firstIndex(of: delimiters.opening, from: position) else { return nil }
        var contentStart = start + delimiters.opening.count
        let sigil = contentStart < source.count ? self.sigil(source[contentStart]) : .variable
        if sigil != .variable {
            contentStart += 1
        }
        let closing =
            switch sigil {
            case .unescaped where source[contentStart - 1] != UInt8(ascii: "&"):
                delimiters.unescapedClosing
            case .delimiters: delimiters.delimitersClosing
            default: delimiters.closing
            }
        guard let contentEnd = firstIndex(of: closing, from: contentStart) else {
            if sigil == .delimiters {
                throw malformedDelimiters(start: start, content: contentStart..<source.count)
            }
            throw Problem(kind: .unclosedTag, offset: start)
        }
        return Tag(
            sigil: sigil,
            start: start,
            end: contentEnd + closing.count,
            content: contentStart..<contentEnd
        )
    }

    private func sigil(_ byte: UInt8) -> Sigil {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "&"): .unescaped
        case UInt8(ascii: "#"): .section
        case UInt8(ascii: "^"): .inverted
        case UInt8(ascii: "/"): .closing
        case UInt8(ascii: ">"): .partial
        case UInt8(ascii: "<"): .parent
        case UInt8(ascii: "$"): .block
        case UInt8(ascii: "!"): .comment
        case Mustache.Byte.equals: .delimiters
        default: .variable
        }
    }

    private func firstIndex(of needle: [UInt8], from start: Int) -> Int? {
        let first = needle[0]
        let last = source.count - needle.count
        return source.withUnsafeBufferPointer { bytes in
            var index = start
            while index <= last {
                if bytes[index] == first, contains(needle, at: index) { return index }
                index += 1
            }
            return nil
        }
    }

    private func contains(_ needle: [UInt8], at start: Int) -> Bool {
        guard start + needle.count <= source.count else { return false }
        for offset in needle.indices where source[start + offset] != needle[offset] {
            return false
        }
        return true
    }
}

// MARK: - Names and delimiters

extension Mustache.Parser {
    /// Finds the name in a tag and checks its characters.
    private func name(in tag: Tag) throws(Problem) -> TagName {
        let range = trimmed(tag.content)
        for index in range {
            let byte = source[index]
            let isDelimiter =
                (byte == delimiters.opening[0] && contains(delimiters.opening, at: index))
                || (byte == delimiters.closing[0] && contains(delimiters.closing, at: index))
            // This tag lacks its end and has swallowed the next tag.
            guard !isDelimiter else {
                throw Problem(kind: .unclosedTag, offset: tag.start)
            }
        }
        let canBeDynamic = tag.sigil == .partial || tag.sigil == .parent
        guard canBeDynamic, let first = range.first, source[first] == Mustache.Byte.star else {
            return try checked(TagName(range: range), in: tag)
        }
        let name = TagName(range: trimmed(first + 1..<range.upperBound), isDynamic: true)
        return try checked(name, in: tag)
    }

    private func checked(_ name: TagName, in tag: Tag) throws(Problem) -> TagName {
        guard !name.range.isEmpty else {
            throw Problem(kind: .emptyTag, offset: tag.start)
        }
        // A closing tag need not have a good name, only the name of the tag that it closes.
        let isGood =
            tag.sigil == .closing || !source[name.range].contains(where: Mustache.Byte.isWhitespace)
        guard isGood else {
            throw Problem(kind: .malformedName(text(name.range)), offset: name.range.lowerBound)
        }
        return name
    }

    /// Adds a name to the tables, split at its dots if it is a name in the data.
    private mutating func add(
        _ name: TagName,
        kind: Mustache.Reference.Kind
    ) throws(Problem) -> Int {
        let range = name.range
        let text = text(range)
        var parts: [String] = []
        if kind.isInData, range.count > 1, source[range].contains(Mustache.Byte.dot) {
            for part in source[range].split(
                separator: Mustache.Byte.dot,
                omittingEmptySubsequences: false
            ) {
                guard !part.isEmpty else {
                    throw Problem(kind: .malformedName(text), offset: range.lowerBound)
                }
                parts.append(String(decoding: part, as: UTF8.self))
            }
        }
        tables.names.append(
            Mustache.Program.Name(
                kind: kind,
                text: text,
                parts: parts,
                isCurrentItem: range.count == 1 && source[range.lowerBound] == Mustache.Byte.dot,
                offset: range.lowerBound
            )
        )
        return tables.names.count - 1
    }

    private mutating func setDelimiters(_ tag: Tag) throws(Problem) {
        let words = source[tag.content].split(whereSeparator: Mustache.Byte.isWhitespace)
        guard words.count == 2 else {
            throw malformedDelimiters(start: tag.start, content: tag.content)
        }
        _ = addTextBeforeStandalone(tag)
        delimiters = Mustache.Delimiters(opening: Array(words[0]), closing: Array(words[1]))
    }

    /// Shows the content up to where the tag was most likely meant to end.
    private func malformedDelimiters(start: Int, content: Range<Int>) -> Problem {
        guard let end = firstIndex(of: delimiters.closing, from: content.lowerBound) else {
            return Problem(kind: .unclosedTag, offset: start)
        }
        let shown = content.lowerBound..<max(content.lowerBound, min(end, content.upperBound))
        return Problem(kind: .malformedDelimiters(text(shown)), offset: start)
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, Mustache.Byte.isWhitespace(source[start]) { start += 1 }
        while start < end, Mustache.Byte.isWhitespace(source[end - 1]) { end -= 1 }
        return start..<end
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: source[range], as: UTF8.self)
    }
}

// MARK: - Tags

extension Mustache.Parser {
    private mutating func addVariable(_ tag: Tag) throws(Problem) {
        addText(upTo: tag.start, beforeTag: true)
        position = tag.end
        let name = try add(try name(in: tag), kind: .variable)
        tables.tokens.append(.variable(name: name, isEscaped: tag.sigil == .variable))
    }

    private mutating func openSection(_ tag: Tag) throws(Problem) {
        _ = addTextBeforeStandalone(tag)
        let tagName = try name(in: tag)
        let isInverted = tag.sigil == .inverted
        tables.sections.append(
            Mustache.Program.Section(
                name: try add(tagName, kind: isInverted ? .invertedSection : .section),
                isInverted: isInverted,
                delimiters: delimiters,
                content: position..<position
            )
        )
        let index = tables.sections.count - 1
        tables.tokens.append(.section(index))
        push(.section(index), tag, tagName)
    }

    private mutating func addPartial(_ tag: Tag) throws(Problem) {
        let indentation = addTextBeforeStandalone(tag)
        let tagName = try name(in: tag)
        tables.partials.append(
            Mustache.Program.Partial(
                name: try add(tagName, kind: tagName.isDynamic ? .dynamicPartial : .partial),
                isDynamic: tagName.isDynamic,
                indentation: indentation,
                end: tables.tokens.count + 1
            )
        )
        tables.tokens.append(.partial(tables.partials.count - 1))
    }

    /// Opens a parent, which counts as standalone if nothing else stands before its opening tag
    /// and after its closing tag.
    ///
    /// Because the closing tag is not known yet, the white space before gets a token of its own.
    private mutating func openParent(_ tag: Tag) throws(Problem) {
        var indentation: Range<Int>?
        if let lineStart = blankLineStart(before: tag.start) {
            addText(upTo: lineStart, beforeTag: false)
            indentation = dedented(lineStart)..<tag.start
        }
        let indentationToken = tables.tokens.count
        addText(upTo: tag.start, beforeTag: true)
        position = tag.end
        let tagName = try name(in: tag)
        tables.partials.append(
            Mustache.Program.Partial(
                name: try add(tagName, kind: tagName.isDynamic ? .dynamicParent : .parent),
                isDynamic: tagName.isDynamic,
                end: tables.tokens.count + 1
            )
        )
        let index = tables.partials.count - 1
        tables.tokens.append(.partial(index))
        push(
            .parent(index, indentation: indentation, indentationToken: indentationToken),
            tag,
            tagName
        )
    }

    private mutating func openBlock(_ tag: Tag) throws(Problem) {
        if case .parent(let parent, _, _)? = open.last?.kind {
            try openArgument(tag, of: parent)
            return
        }
        let lineStart = blankLineStart(before: tag.start)
        let standalone = addTextBeforeStandalone(tag)
        let tagName = try name(in: tag)
        tables.tokens.append(.block(tables.blocks.count))
        tables.blocks.append(
            Mustache.Program.Block(
                name: try add(tagName, kind: .block),
                start: tables.tokens.count,
                contentBeginsLine: standalone != nil,
                isStandalone: standalone != nil,
                indentation: lineStart.map { dedented($0)..<tag.start } ?? tag.start..<tag.start
            )
        )
        push(.block(tables.blocks.count - 1), tag, tagName)
    }

    /// Opens a block directly inside a parent, where text outside of blocks has no meaning.
    ///
    /// The line end after the opening tag is no part of the content, and neither is the white
    /// space that the first line of the content begins with.
    private mutating func openArgument(_ tag: Tag, of parent: Int) throws(Problem) {
        let outerDedentation = dedentation
        let lineEnd = blankLineEnd(after: tag.end).flatMap { $0 < source.count ? $0 : nil }
        position = lineEnd ?? tag.end
        if lineEnd != nil {
            dedentation = firstIndentation(from: position)
        }
        let tagName = try name(in: tag)
        tables.partials[parent].arguments[text(tagName.range)] = tables.blocks.count
        tables.tokens.append(.block(tables.blocks.count))
        tables.blocks.append(
            Mustache.Program.Block(
                name: try add(tagName, kind: .block),
                start: tables.tokens.count,
                contentBeginsLine: lineEnd != nil,
                isStandalone: false,
                indentation: tag.start..<tag.start
            )
        )
        push(
            .argument(tables.blocks.count - 1, outerDedentation: outerDedentation),
            tag,
            tagName
        )
    }

    private mutating func push(_ kind: OpenTag.Kind, _ tag: Tag, _ name: TagName) {
        open.append(OpenTag(kind: kind, tag: tag, name: name))
    }

    /// The name that the closing tag of an open tag must have.
    private func closingName(of tag: OpenTag) -> String {
        (tag.name.isDynamic ? "*" : "") + text(tag.name.range)
    }

    private mutating func close(_ tag: Tag) throws(Problem) {
        var tagName = try name(in: tag)
        let written = tagName.range
        guard let opened = open.popLast() else {
            throw Problem(kind: .strayClosingTag(text(written)), offset: written.lowerBound)
        }
        if opened.name.isDynamic, source[written.lowerBound] == Mustache.Byte.star {
            tagName.range = trimmed(written.lowerBound + 1..<written.upperBound)
            tagName.isDynamic = true
        }
        guard
            opened.name.isDynamic == tagName.isDynamic,
            source[opened.name.range].elementsEqual(source[tagName.range])
        else {
            throw Problem(
                kind: .wrongClosingTag(text(written), expected: closingName(of: opened)),
                offset: written.lowerBound
            )
        }
        switch opened.kind {
        case .section(let index):
            let start = tables.sections[index].content.lowerBound
            let end = addTextBeforeStandalone(tag)?.lowerBound ?? tag.start
            tables.sections[index].content = start..<max(start, end)
            if !tables.sections[index].isInverted {
                tables.tokens.append(.endSection)
            }
            tables.sections[index].end = tables.tokens.count
        case .parent(let index, let indentation, let indentationToken):
            tables.partials[index].end = tables.tokens.count
            position = tag.end
            if let indentation, let lineEnd = blankLineEnd(after: tag.end) {
                position = lineEnd
                tables.partials[index].indentation = indentation
                tables.tokens[indentationToken] = .text(
                    Mustache.Program.Text(start: 0, end: 0, beginsLine: false, lineFollows: false)
                )
            }
        case .block(let index):
            _ = addTextBeforeStandalone(tag)
            let block = tables.blocks[index]
            tables.blocks[index].end = tables.tokens.count
            if block.isStandalone, tables.tokens.count > block.start {
                let firstLine = blankLineEnd(after: opened.tag.end) ?? opened.tag.end
                let indentation = firstIndentation(from: firstLine)
                tables.blocks[index].indentation =
                    dedented(indentation.lowerBound)..<indentation.upperBound
            }
        case .argument(let index, let outerDedentation):
            let lineStart = blankLineStart(before: tag.start)
            addText(upTo: max(position, lineStart ?? tag.start), beforeTag: false)
            position = tag.end
            tables.blocks[index].end = tables.tokens.count
            dedentation = outerDedentation
        }
    }
}

// MARK: - Text, lines, and indentation

extension Mustache.Parser {
    /// Adds the text before a tag that may be standalone, and moves behind the tag.
    ///
    /// If the tag is standalone, the rest of its line goes away with it, and the result is the
    /// white space that it is indented with. Else the result is nil.
    private mutating func addTextBeforeStandalone(_ tag: Tag) -> Range<Int>? {
        guard
            let lineStart = blankLineStart(before: tag.start),
            let lineEnd = blankLineEnd(after: tag.end)
        else {
            addText(upTo: tag.start, beforeTag: true)
            position = tag.end
            return nil
        }
        addText(upTo: lineStart, beforeTag: false)
        position = lineEnd
        return dedented(lineStart)..<tag.start
    }

    /// Adds the text up to an offset, where a tag follows that is part of its line, or not.
    private mutating func addText(upTo end: Int, beforeTag: Bool) {
        let start = position
        position = end
        let lineFollows = beforeTag && isLineStart(end)
        guard dedentation.isEmpty else {
            addDedentedText(start..<end, lineFollows: lineFollows)
            return
        }
        guard start < end || lineFollows else { return }
        tables.tokens.append(
            .text(
                Mustache.Program.Text(
                    start: start,
                    end: end,
                    beginsLine: isLineStart(start),
                    lineFollows: lineFollows && start < end
                )
            )
        )
    }

    /// Adds each line as a text of its own, without the dedentation.
    private mutating func addDedentedText(_ range: Range<Int>, lineFollows: Bool) {
        var start = range.lowerBound
        while start < range.upperBound {
            let newline = source[start..<range.upperBound].firstIndex(of: Mustache.Byte.newline)
            let end = newline.map { $0 + 1 } ?? range.upperBound
            let beginsLine = isLineStart(start)
            let text = Mustache.Program.Text(
                start: beginsLine ? min(dedented(start), end) : start,
                end: end,
                beginsLine: beginsLine,
                lineFollows: false
            )
            tables.tokens.append(.text(text))
            start = end
        }
        if lineFollows {
            tables.tokens.append(
                .text(
                    Mustache.Program.Text(
                        start: range.upperBound,
                        end: range.upperBound,
                        beginsLine: true,
                        lineFollows: false
                    )
                )
            )
        }
    }

    private func isLineStart(_ offset: Int) -> Bool {
        offset == 0 ? startsLine : source[offset - 1] == Mustache.Byte.newline
    }

    /// The start of the line, if there are only blanks from there to the offset.
    private func blankLineStart(before offset: Int) -> Int? {
        var start = offset
        while start > 0, Mustache.Byte.isBlank(source[start - 1]) { start -= 1 }
        return isLineStart(start) ? start : nil
    }

    /// The start of the next line, or the end of the source, if there are only blanks on the way.
    private func blankLineEnd(after offset: Int) -> Int? {
        var end = offset
        while end < source.count, Mustache.Byte.isBlank(source[end]) { end += 1 }
        if end == source.count { return end }
        if source[end] == Mustache.Byte.newline { return end + 1 }
        let isReturn = source[end] == Mustache.Byte.carriageReturn
        guard isReturn, end + 1 < source.count, source[end + 1] == Mustache.Byte.newline else {
            return nil
        }
        return end + 2
    }

    /// Moves from the start of a line over the part of its indentation that an argument loses.
    private func dedented(_ lineStart: Int) -> Int {
        var offset = lineStart
        for index in dedentation {
            guard offset < source.count, source[offset] == source[index] else { break }
            offset += 1
        }
        return offset
    }

    /// The blanks that the first line begins with that has more than blanks.
    private func firstIndentation(from start: Int) -> Range<Int> {
        var lineStart = start
        while lineStart < source.count, let next = blankLineEnd(after: lineStart) {
            lineStart = next
        }
        var end = lineStart
        while end < source.count, Mustache.Byte.isBlank(source[end]) { end += 1 }
        return lineStart..<end
    }
}
