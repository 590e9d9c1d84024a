// Everything that is wrong with the tags of a template, not only the first thing.

extension Mustache {
    /// Parses a template, and goes on after a mistake as if its tag were not there.
    ///
    /// - Parameters:
    ///   - text: The text of the template.
    ///   - path: What failures and references call the template.
    ///   - most: How many mistakes to look for: each takes another pass over the text.
    /// - Returns: What is left of the template, nil where there are more mistakes; and the mistakes,
    ///   in the order of the text.
    package static func diagnose(
        _ text: String,
        path: String,
        most: Int = 20
    ) -> (template: Template?, failures: [Failure]) {
        let original = Array(text.utf8)
        var source = original
        var problems: [Parser.Problem] = []
        /// Names that a wrong closing tag was found instead of: that they are not closed is no second
        /// mistake.
        var expected: [String] = []
        var template: Template?
        while template == nil, problems.count <= most {
            var parser = Parser(
                String(decoding: source, as: UTF8.self),
                delimiters: .default,
                startsLine: true
            )
            do throws(Parser.Problem) {
                template = Template(program: Program(path: path, tables: try parser.parse()))
            } catch {
                switch error.kind {
                case .wrongClosingTag(_, let name):
                    problems.append(error)
                    expected.append(name)
                case .unclosedSection(let name):
                    if let index = expected.lastIndex(of: name) {
                        expected.remove(at: index)
                    } else {
                        problems.append(error)
                    }
                default: problems.append(error)
                }
                guard blankTag(at: error, in: &source) else { return (nil, failures()) }
            }
        }
        return (template, failures())

        func failures() -> [Failure] {
            problems.sorted { $0.offset < $1.offset }.map {
                Failure($0.kind, at: $0.offset, source: original, path: path)
            }
        }
    }

    /// Replaces the tag with a mistake by spaces, so that every place after it stays where it is.
    ///
    /// - Returns: Whether anything changed.
    private static func blankTag(at problem: Parser.Problem, in source: inout [UInt8]) -> Bool {
        guard problem.offset < source.count else { return false }
        // The offset is the start of the tag, or of the name in it.
        var start = problem.offset
        let open = UInt8(ascii: "{")
        while start > 0, source[start] != open, source[start] != Byte.newline { start -= 1 }
        guard source[start] == open else {
            // A tag between other delimiters: the rest of its line goes.
            start = problem.offset
            let end = source[start...].firstIndex(of: Byte.newline) ?? source.count
            return blank(start..<end, in: &source)
        }
        while start > 0, source[start - 1] == open { start -= 1 }
        var end = problem.offset
        if problem.kind == .unclosedTag {
            // Its end is not known: what opens it goes.
            while end < source.count, source[end] == open { end += 1 }
        } else {
            let close = UInt8(ascii: "}")
            while end < source.count, source[end] != close { end += 1 }
            while end < source.count, source[end] == close { end += 1 }
        }
        return blank(start..<end, in: &source)
    }

    private static func blank(_ range: Range<Int>, in source: inout [UInt8]) -> Bool {
        var isChanged = false
        for index in range where source[index] != Byte.newline {
            isChanged = isChanged || source[index] != Byte.space
            source[index] = Byte.space
        }
        return isChanged
    }
}

extension Mustache.Template {
    init(program: Mustache.Program) {
        self.program = program
    }

    /// Every name in the order of the text, each with the names of the sections around it.
    package var referencesInSections: [(reference: Mustache.Reference, sections: [String])] {
        let names = program.names
        let sections = program.sections.filter { !$0.isInverted }
            .sorted { $0.content.lowerBound < $1.content.lowerBound }
        var next = 0
        var around: [(end: Int, name: String)] = []
        var result: [(Mustache.Reference, [String])] = []
        for (name, reference) in zip(names, references) {
            while next < sections.count, sections[next].content.lowerBound <= name.offset {
                around.append((sections[next].content.upperBound, names[sections[next].name].text))
                next += 1
            }
            around.removeAll { $0.end <= name.offset }
            result.append((reference, around.map(\.name)))
        }
        return result
    }
}
