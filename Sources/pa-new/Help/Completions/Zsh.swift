// The completion script for zsh; it can be a file on fpath, or be sourced.

/// Returns the script for zsh.
///
/// - Parameter options: All options.
/// - Returns: Whole lines.
func zshCompletions(_ options: [Option]) -> String {
    let commands = CommandName.words.map { quote($0.rawValue) }.joined(separator: " | ")
    // An option before the command has its meaning for `create`, if it has several.
    let valued = options.filter { $0.value != nil }
        .filter { !options.hasSeveralMeanings($0) || $0.commands.contains(.create) }
        .flatMap(\.spellings).map(quote)
        .joined(separator: " | ")
    let specifications = CommandName.allCases.map { command in
        let lines =
            options.filter { $0.commands.contains(command) }
            .flatMap { optionSpecifications($0, for: command) }
            + command.places.enumerated().map { index, kind in
                quote("\(index + 1): :" + action(kind, "\(command.rawValue) \(index)"))
            }
        return "(\(quote(command.rawValue))) specifications=(\n            "
            + lines.joined(separator: "\n            ") + "\n        ) ;;"
    }
    var values = options.compactMap { branch($0.long, $0.kind) }
    for command in CommandName.allCases {
        for (index, kind) in command.places.enumerated() {
            if let branch = branch("\(command.rawValue) \(index)", kind) { values.append(branch) }
        }
    }
    return #"""
        #compdef pa-new
        # Completes the words of pa-new in zsh. Made by: pa-new completions zsh

        _pa-new() {
            # Which command it is: its word can stand after options.
            local command=create ended= takes= word
            for word in "${(@Q)words[2,CURRENT-1]}"; do
                if [[ -n $takes ]]; then
                    takes=
                elif [[ $word == -- ]]; then
                    ended=yes
                    break
                else
                    case $word in
                        (\#(valued)) takes=yes ;;
                        (-?*) ;;
                        (\#(commands)) command=$word; break ;;
                        (*) break ;;
                    esac
                fi
            done

            local -a specifications
            case $command in
                \#(specifications.joined(separator: "\n        "))
            esac
            _arguments -S : "${specifications[@]}"
        }

        # Offers the words to choose from for the value of an option or for a word of a command.
        _pa-new_values() {
            # After -- a word is a name, also where it is that of a command.
            [[ -n $ended && $1 == 'create 0' ]] && return 1
            local -a choices
            case $1 in
                \#(values.joined(separator: "\n        "))
            esac
            _describe -t values value choices
        }

        if [[ $funcstack[1] == _pa-new ]]; then
            _pa-new "$@"
        else
            compdef _pa-new pa-new
        fi

        """#
}

/// Returns an option in the form of `_arguments`, once for each spelling.
private func optionSpecifications(_ option: Option, for command: CommandName) -> [String] {
    let others = option.isRepeatable ? "*" : "(\(option.spellings.joined(separator: " ")))"
    return option.spellings.map { spelling in
        var text = others + spelling
        if option.value != nil { text += "=" }
        text += "[\(escaped(onOneLine(option.help(for: command)), ["\\", "]", "[", ":"]))]"
        if let value = option.value {
            text += ":\(escaped(onOneLine(value), ["\\", ":"])):" + action(option.kind, option.long)
        }
        return quote(text)
    }
}

/// Returns the action of `_arguments` for a kind of value.
private func action(_ kind: ValueKind, _ place: String) -> String {
    switch kind {
    case .text: " "
    case .file: "_files"
    case .folder: "_files -/"
    // The place has only words of pa-new: only the space needs a backslash.
    case .choice: " _pa-new_values \(escaped(place, [" "]))"
    }
}

/// Returns the branch that offers words in a place; nil if there are none.
private func branch(_ place: String, _ kind: ValueKind) -> String? {
    guard case .choice = kind else { return nil }
    let words = kind.choices.map { choice in
        let word = escaped(choice.word, ["\\", ":"])
        return quote(choice.help.isEmpty ? word : word + ":" + choice.help)
    }
    return "(\(quote(place))) choices=(\(words.joined(separator: " "))) ;;"
}

/// Returns a text, quoted as one word for the shell, also with `RC_QUOTES` set.
private func quote(_ text: String) -> String {
    text.contains("'") ? "$'" + escaped(text, ["\\", "'"]) + "'" : "'" + text + "'"
}
