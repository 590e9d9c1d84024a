// The shells that pa-new has completions for, and what their scripts share.

/// A shell that pa-new's words can be completed in.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// Returns the script that teaches the shell pa-new's words.
    ///
    /// Everything in it comes from the table, as plain text: completing a word starts no program.
    ///
    /// - Parameter options: The options there are.
    /// - Returns: Whole lines.
    func completions(_ options: [Option]) -> String {
        switch self {
        case .bash: bashCompletions(options)
        case .zsh: zshCompletions(options)
        case .fish: fishCompletions(options)
        }
    }
}

extension CommandName {
    /// The commands that have a word of their own.
    static var words: [CommandName] { allCases.filter { $0 != .create } }

    /// What each place after `pa-new` can hold: the first one holds the command's own word.
    var places: [ValueKind] {
        let own = ValueKind.choice(Self.words.map { Choice($0.rawValue, help: $0.summary) })
        return self == .create ? [own] + positionals.dropFirst() : [own] + positionals
    }
}

extension Option {
    /// Every way to type the option.
    var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + [long] }
}

extension ValueKind {
    /// The words to choose from, but for those that no terminal can show or take.
    var choices: [Choice] {
        guard case .choice(let choices) = self else { return [] }
        return choices.filter {
            !$0.word.isEmpty && !$0.word.unicodeScalars.contains(where: isControl)
        }
        .map { Choice($0.word, help: onOneLine($0.help)) }
    }
}

/// Returns a text without line ends and other control characters.
func onOneLine(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
}

/// Returns a text with a backslash before each of some characters.
func escaped(_ text: String, _ characters: Set<Character>) -> String {
    text.reduce(into: "") { result, character in
        if characters.contains(character) { result.append("\\") }
        result.append(character)
    }
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
}
