// From a program and data to text: one loop over tokens, without recursion.

extension Mustache {
    /// Walks the tokens of a program, and of the programs that it includes, and writes the result.
    ///
    /// One loop does all the work. What is entered and will be left again is in two lists: `loops`
    /// for sections, and `calls` for everything that goes on with other tokens: partials, parents,
    /// arguments, and lambdas.
    struct Renderer {
        private let partials: [String: Template]
        private let mode: Mode
        private let limits: Limits

        private var output: [UInt8] = []
        private var expansions = 0

        /// The values that names are looked up in, the innermost one last.
        private var contexts: [Value]
        private var loops: [Loop] = []
        private var calls: [Call] = []

        /// The arguments of the parents that are entered.
        private var scopes: [Scope] = []

        /// What is rendered at the moment.
        private var current: Position

        /// How many bytes of the indentation are on the current line already.
        private var indented = 0

        /// Prepares to render a program.
        init(
            _ program: Program,
            value: Value,
            partials: [String: Template],
            mode: Mode,
            limits: Limits
        ) {
            self.partials = partials
            self.mode = mode
            self.limits = limits
            contexts = [value]
            current = Position(program: program, end: program.tokens.count)
        }

        /// Renders the whole program.
        mutating func render() throws(Failure) -> [UInt8] {
            // A guess of the result's size that is mostly too high costs less than growing.
            let size = current.program.source.count
            output.reserveCapacity(min(size + size / 4 + 64, max(limits.outputBytes, 0)))
            while true {
                if current.next == current.end {
                    guard let call = calls.popLast() else { return output }
                    try leave(call)
                    continue
                }
                current.token = current.next
                current.next += 1
                switch current.program.tokens[current.token] {
                case .text(let text): try write(text)
                case .variable(let name, let isEscaped): try writeVariable(name, isEscaped)
                case .section(let index): try enterSection(index)
                case .endSection: try endSection()
                case .partial(let index): try enterPartial(index)
                case .block(let index): try enterBlock(index)
                }
            }
        }
    }
}

extension Mustache.Renderer {
    /// Where the rendering is, and what belongs to that place.
    private struct Position {
        var program: Mustache.Program
        /// The index of the token that is rendered.
        var token = 0
        /// The index of the token to render next.
        var next = 0
        /// The index of the token to stop before.
        var end: Int
        /// What each line of the template gets before it.
        var indentation: [UInt8] = []
        /// The index in `scopes` of the innermost parent around this place.
        var scope: Int?
    }

    /// A section that is being shown; its context is the last one.
    private struct Loop {
        /// The list, or an empty list for a section that is shown once.
        let items: [Mustache.Value]
        /// The index of the item to show next.
        var next = 1
        /// The index of the section's first token.
        let start: Int
    }

    /// A partial, parent, argument, or lambda that is being rendered.
    private struct Call {
        enum Ending {
            case plain
            /// Takes the arguments of a parent away.
            case scope
            /// Escapes what a lambda has written from an offset on.
            case escape(from: Int)
            /// Takes what a lambda has written from an offset on as the name of a partial.
            case name(of: Int, from: Int)
        }

        /// The name of the partial or lambda, nil for an argument.
        let name: String?
        let caller: Position
        let ending: Ending
    }

    /// The arguments that a parent tag gives to blocks.
    private struct Scope {
        let program: Mustache.Program
        /// The indices in the program's blocks, by their names.
        let arguments: [String: Int]
        /// The scope around the parent tag.
        let outer: Int?
    }
}

// MARK: - Entering and leaving

extension Mustache.Renderer {
    private mutating func enterSection(_ index: Int) throws(Mustache.Failure) {
        let section = current.program.sections[index]
        let value = try lookUp(section.name) ?? .null
        if section.isInverted {
            if !value.isFalse {
                current.next = section.end
            }
            return
        }
        switch value {
        case .null, .bool(false):
            current.next = section.end
        case .list(let items):
            guard let first = items.first else {
                current.next = section.end
                return
            }
            try push(Loop(items: items, start: current.next), first)
        case .lambda(let lambda):
            let content = current.program.source[section.content]
            let lineStart = section.content.lowerBound
            current.next = section.end
            try enterLambda(
                lambda(String(decoding: content, as: UTF8.self)),
                name: section.name,
                delimiters: section.delimiters,
                startsLine: lineStart == 0
                    || current.program.source[lineStart - 1] == Mustache.Byte.newline,
                indentation: current.indentation,
                ending: .plain
            )
        default:
            try push(Loop(items: [], start: current.next), value)
        }
    }

    private mutating func push(_ loop: Loop, _ context: Mustache.Value) throws(Mustache.Failure) {
        loops.append(loop)
        contexts.append(context)
        try checkEntry()
    }

    private mutating func endSection() throws(Mustache.Failure) {
        let last = loops.count - 1
        let item = loops[last].next
        if item < loops[last].items.count {
            contexts[contexts.count - 1] = loops[last].items[item]
            loops[last].next = item + 1
            current.next = loops[last].start
            try countExpansion()
        } else {
            loops.removeLast()
            contexts.removeLast()
        }
    }

    private mutating func enterPartial(_ index: Int) throws(Mustache.Failure) {
        let partial = current.program.partials[index]
        guard partial.isDynamic else {
            try enterPartial(index, named: current.program.names[partial.name].text)
            return
        }
        guard let value = try lookUp(partial.name) else {
            current.next = partial.end
            return
        }
        let start = output.count
        if case .lambda(let lambda) = value {
            try enterLambda(
                lambda(nil),
                name: partial.name,
                ending: .name(of: index, from: start)
            )
        } else {
            try write(value, name: partial.name, isEscaped: false)
            try enterPartial(index, named: takeOutput(from: start))
        }
    }

    private mutating func enterPartial(
        _ index: Int,
        named name: String
    ) throws(Mustache.Failure) {
        let partial = current.program.partials[index]
        let program = current.program
        guard let template = partials[name] else {
            if mode == .strict {
                let nearest = Scaffold.nearest(to: name, in: partials.keys.sorted())
                throw failure(.unknownPartial(name, nearest: nearest), at: partial.name)
            }
            current.next = partial.end
            return
        }
        var position = Position(
            program: template.program,
            end: template.program.tokens.count,
            scope: current.scope
        )
        if let range = partial.indentation {
            position.indentation = current.indentation + program.source[range]
        }
        current.next = partial.end
        try enter(position, name: name, ending: partial.arguments.isEmpty ? .plain : .scope)
        if !partial.arguments.isEmpty {
            let outer = current.scope
            scopes.append(Scope(program: program, arguments: partial.arguments, outer: outer))
            current.scope = scopes.count - 1
        }
    }

    /// Goes on with the argument for a block, or else with the block's own content.
    private mutating func enterBlock(_ index: Int) throws(Mustache.Failure) {
        let block = current.program.blocks[index]
        guard let (argument, scope) = argument(for: current.program.names[block.name].text) else {
            return
        }
        let indentation = current.indentation + current.program.source[block.indentation]
        let content = scope.program.blocks[argument]
        current.next = block.end
        try enter(
            Position(
                program: scope.program,
                token: content.start - 1,
                next: content.start,
                end: content.end,
                indentation: indentation,
                scope: scope.outer
            ),
            name: nil,
            ending: .plain
        )
        if !block.isStandalone {
            indented = indentation.count
        } else if !content.contentBeginsLine {
            try beginLine()
        }
    }

    /// Finds the argument for a block; that of the outermost parent counts.
    private func argument(for name: String) -> (index: Int, scope: Scope)? {
        var found: (Int, Scope)?
        var next = current.scope
        while let index = next {
            let scope = scopes[index]
            if let argument = scope.arguments[name] {
                found = (argument, scope)
            }
            next = scope.outer
        }
        return found
    }

    private mutating func enterLambda(
        _ text: String,
        name: Int,
        delimiters: Mustache.Delimiters = .default,
        startsLine: Bool = false,
        indentation: [UInt8] = [],
        ending: Call.Ending
    ) throws(Mustache.Failure) {
        let origin =
            current.program.origin
            ?? Mustache.Program.Origin(program: current.program, name: name)
        guard text.utf8.count <= limits.outputBytes else {
            throw origin.failure(.outputTooLarge(limit: limits.outputBytes))
        }
        var parser = Mustache.Parser(text, delimiters: delimiters, startsLine: startsLine)
        let tables: Mustache.Program.Tables
        do {
            tables = try parser.parse()
        } catch {
            throw origin.failure(error.kind)
        }
        let path = current.program.path
        let program = Mustache.Program(path: path, tables: tables, origin: origin)
        let position = Position(
            program: program,
            end: program.tokens.count,
            indentation: indentation,
            scope: current.scope
        )
        try enter(position, name: current.program.names[name].text, ending: ending)
    }

    private mutating func enter(
        _ position: Position,
        name: String?,
        ending: Call.Ending
    ) throws(Mustache.Failure) {
        calls.append(Call(name: name, caller: current, ending: ending))
        // The failure, if any, is in the tag, so it is thrown before the position changes.
        try checkEntry()
        current = position
    }

    private mutating func leave(_ call: Call) throws(Mustache.Failure) {
        current = call.caller
        indented = 0
        switch call.ending {
        case .plain:
            break
        case .scope:
            scopes.removeLast()
        case .escape(let start):
            let text = takeOutput(from: start)
            writeEscaped(text)
        case .name(let index, let start):
            try enterPartial(index, named: takeOutput(from: start))
        }
    }

    private mutating func takeOutput(from start: Int) -> String {
        let text = String(decoding: output[start...], as: UTF8.self)
        output.removeLast(output.count - start)
        return text
    }
}

// MARK: - Looking up names

extension Mustache.Renderer {
    /// Finds the value of a name; an unknown name is nil, or a failure in strict mode.
    private func lookUp(_ index: Int) throws(Mustache.Failure) -> Mustache.Value? {
        let program = current.program
        if program.names[index].parts.isEmpty {
            if program.names[index].isCurrentItem { return contexts.last }
            if let value = find(program.names[index].text) { return value }
        } else if let value = find(program.names[index].parts) {
            return value
        }
        if mode == .strict {
            throw unknownName(index)
        }
        return nil
    }

    /// Finds a name without dots in the innermost object that has it.
    private func find(_ name: String) -> Mustache.Value? {
        var index = contexts.count
        while index > 0 {
            index -= 1
            if case .object(let members) = contexts[index], let value = members[name] {
                return value
            }
        }
        return nil
    }

    /// Finds the first part like a name without dots, and each further part in the one before.
    private func find(_ parts: [String]) -> Mustache.Value? {
        var value = find(parts[0])
        for part in parts.dropFirst() {
            guard case .object(let members)? = value else { return nil }
            value = members[part]
        }
        return value
    }

    private func unknownName(_ index: Int) -> Mustache.Failure {
        let name = current.program.names[index]
        var known: [String] = []
        var candidates: [String] = []
        for context in contexts {
            if case .object(let members) = context { candidates += members.keys }
        }
        var parts = name.parts.isEmpty ? [name.text] : name.parts
        // The parts that are known stay, and the first other part is replaced.
        while known.count + 1 < parts.count, let value = find(Array(parts[...known.count])) {
            known.append(parts[known.count])
            candidates = []
            if case .object(let members) = value { candidates += members.keys }
        }
        let unknown = parts[known.count]
        let nearest = Scaffold.nearest(to: unknown, in: candidates.sorted()).map { candidate in
            parts[known.count] = candidate
            return parts.joined(separator: ".")
        }
        return failure(.unknownName(name.text, nearest: nearest), at: index)
    }
}

// MARK: - Writing

extension Mustache.Renderer {
    private mutating func write(_ text: Mustache.Program.Text) throws(Mustache.Failure) {
        if current.indentation.isEmpty {
            append(current.program, text.start, text.end)
            try checkOutput()
            return
        }
        if text.beginsLine {
            try beginLine(before: text.start, of: text)
        }
        var start = text.start
        while start < text.end {
            let rest = current.program.source[start..<text.end]
            guard let newline = rest.firstIndex(of: Mustache.Byte.newline) else { break }
            append(current.program, start, newline + 1)
            start = newline + 1
            if start < text.end || text.lineFollows {
                try beginLine(before: start, of: text)
            }
        }
        append(current.program, start, text.end)
        try checkOutput()
    }

    /// Writes the indentation, but not on an empty line of source code.
    private mutating func beginLine(
        before start: Int,
        of text: Mustache.Program.Text
    ) throws(Mustache.Failure) {
        let source = current.program.source
        if mode == .strict, start < text.end {
            let isReturn = source[start] == Mustache.Byte.carriageReturn
            let next = isReturn ? start + 1 : start
            if next < text.end, source[next] == Mustache.Byte.newline {
                indented = 0
                return
            }
        }
        try beginLine()
    }

    private mutating func beginLine() throws(Mustache.Failure) {
        output.append(contentsOf: current.indentation.dropFirst(indented))
        indented = 0
        try checkOutput()
    }

    private mutating func append(_ program: Mustache.Program, _ start: Int, _ end: Int) {
        program.source.withUnsafeBufferPointer { source in
            output.append(contentsOf: UnsafeBufferPointer(rebasing: source[start..<end]))
        }
    }

    private mutating func writeVariable(
        _ name: Int,
        _ isEscaped: Bool
    ) throws(Mustache.Failure) {
        guard let value = try lookUp(name) else { return }
        let isEscaped = isEscaped && mode == .specification
        if case .lambda(let lambda) = value {
            let ending: Call.Ending = isEscaped ? .escape(from: output.count) : .plain
            try enterLambda(lambda(nil), name: name, ending: ending)
        } else {
            try write(value, name: name, isEscaped: isEscaped)
        }
    }

    private mutating func write(
        _ value: Mustache.Value,
        name: Int,
        isEscaped: Bool
    ) throws(Mustache.Failure) {
        switch value {
        case .string(let string) where isEscaped: writeEscaped(string)
        case .string(let string): write(string)
        case .bool(let bool): write(bool ? "true" : "false")
        case .integer(let integer): write(String(integer))
        case .decimal(let decimal): write(String(decimal))
        case .null: break
        case .list, .object, .lambda:
            guard mode == .specification else {
                throw failure(.notText(current.program.names[name].text), at: name)
            }
        }
        try checkOutput()
    }

    private mutating func write(_ string: String) {
        var string = string
        string.withUTF8 { output.append(contentsOf: $0) }
    }

    /// Writes a text with the four characters replaced that the specification names.
    private mutating func writeEscaped(_ string: String) {
        var string = string
        string.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices {
                let replacement: StaticString
                switch bytes[index] {
                case UInt8(ascii: "&"): replacement = "&amp;"
                case UInt8(ascii: "\""): replacement = "&quot;"
                case UInt8(ascii: "<"): replacement = "&lt;"
                case UInt8(ascii: ">"): replacement = "&gt;"
                default: continue
                }
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
                replacement.withUTF8Buffer { output.append(contentsOf: $0) }
                start = index + 1
            }
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
        }
    }
}

// MARK: - Limits

extension Mustache.Renderer {
    /// Checks the depth and counts, after something has been entered.
    private mutating func checkEntry() throws(Mustache.Failure) {
        if loops.count + calls.count > limits.depth {
            throw failureInTag(.tooDeep(limit: limits.depth, chain: chain))
        }
        try countExpansion()
    }

    private mutating func countExpansion() throws(Mustache.Failure) {
        expansions += 1
        if expansions > limits.expansions {
            throw failureInTag(.tooManyExpansions(limit: limits.expansions))
        }
    }

    private func checkOutput() throws(Mustache.Failure) {
        if output.count > limits.outputBytes {
            throw failureInTag(.outputTooLarge(limit: limits.outputBytes))
        }
    }

    /// The partials and lambdas on the way, or the last turn if they go in a circle.
    private var chain: [String] {
        let names = calls.compactMap(\.name)
        guard
            let last = names.last,
            let previous = names.dropLast().lastIndex(of: last)
        else { return names }
        return Array(names[previous...])
    }

    private func failure(_ kind: Mustache.Failure.Kind, at name: Int) -> Mustache.Failure {
        current.program.failure(kind, at: current.program.names[name].offset)
    }

    /// Makes a failure that has to do with the tag or text that is rendered, not with a name.
    private func failureInTag(_ kind: Mustache.Failure.Kind) -> Mustache.Failure {
        let program = current.program
        var token = current.token
        if case .endSection = program.tokens[token], let loop = loops.last {
            token = loop.start - 1
        }
        return switch program.tokens[token] {
        case .text(let text): program.failure(kind, at: text.start)
        case .variable(let name, _): failure(kind, at: name)
        case .section(let index): failure(kind, at: program.sections[index].name)
        case .partial(let index): failure(kind, at: program.partials[index].name)
        case .block(let index): failure(kind, at: program.blocks[index].name)
        case .endSection: program.failure(kind, at: 0)
        }
    }
}
