// The shells with completions for pa-new, and the code that their scripts share.

/// A shell with completions for pa-new.
enum Shell: String, CaseIterable {
    case bash, zsh, fish

    /// Returns the completion script for the shell.
    ///
    /// The script has all words as plain text, from the tables: a completion does not start pa-new.
    ///
    /// - Parameter options: All options.
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
    /// The commands with a name to type.
    static var words: [CommandName] { allCases.filter { $0 != .create } }

    /// The kind of each place after `pa-new`; the first place is for the name of the command.
    var places: [ValueKind] {
        let own = ValueKind.choice(Self.words.map { Choice($0.rawValue, help: $0.summary) })
        return self == .create ? [own] + positionals.dropFirst() : [own] + positionals
    }
}

extension Option {
    /// Every way to type the option.
    var spellings: [String] { (short.map { ["-\($0)"] } ?? []) + [long] }
}

extension [Option] {
    /// Whether the name of an option means something else for another command.
    func hasSeveralMeanings(_ option: Option) -> Bool {
        filter { $0.name == option.name }.count > 1
    }
}

extension ValueKind {
    /// The words to choose from, without empty ones and those with control characters.
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
