// The completion script for fish.

/// Returns the script for fish.
///
/// - Parameter options: All options.
/// - Returns: Whole lines.
func fishCompletions(_ options: [Option]) -> String {
    let commands = CommandName.words.map { quote($0.rawValue) }.joined(separator: " ")
    let valued = options.filter { $0.value != nil }.flatMap { option in
        // The script looks for the option with and without the command.
        option.spellings.flatMap { spelling in
            options.hasSeveralMeanings(option)
                ? option.commands.map { "\($0.rawValue) \(spelling)" } : [spelling]
        }
    }
    .map(quote).joined(separator: " ")
    var lines: [String] = []
    for command in CommandName.allCases {
        for (index, kind) in command.places.enumerated() {
            guard let offer = offer(kind) else { continue }
            // The first place is the same for every command: offer it once.
            guard index > 0 || command == .create else { continue }
            lines.append("-n \(quote("__pa_new_at \(command.rawValue) \(index)")) \(offer)")
        }
    }
    for option in options {
        // One line for each text: an option can do something else for another command.
        for (text, commands) in option.helps {
            let owners = commands.map(\.rawValue).joined(separator: " ")
            var condition = "__pa_new_in \(owners)"
            if !option.isRepeatable {
                condition += "; and not __pa_new_given \(option.spellings.joined(separator: " "))"
            }
            var line = "-n \(quote(condition)) -l \(quote(option.name.rawValue))"
            if let short = option.short { line += " -s \(short)" }
            if option.value != nil { line += " " + (offer(option.kind) ?? "-x") }
            lines.append(line + " -d \(quote(onOneLine(text)))")
        }
    }
    return #"""
        # Completes the words of pa-new in fish. Made by: pa-new completions fish

        \#(functions(commands: commands, valued: valued))

        complete -c pa-new -e
        complete -c pa-new -f
        \#(lines.map { "complete -c pa-new " + $0 }.joined(separator: "\n"))

        """#
}

/// Returns the functions that find the place of the cursor.
private func functions(commands: String, valued: String) -> String {
    return #"""
        # Prints where the cursor is: the command, how many words are before, whether after "--", and the
        # options that are given.
        function __pa_new_place
            set -l command create
            set -l count 0
            set -l ended no
            set -l takes no
            set -l given
            set -l words (commandline -opc)
            set -e words[1]
            for word in $words
                if test $takes = yes
                    set takes no
                else if test $ended = no; and test "$word" = --
                    set ended yes
                else if test $ended = no; and string match -q -- '-?*' $word
                    set -l spelling (string replace -r -- '=.*' '' $word)
                    set -a given $spelling
                    if test "$spelling" = "$word"
                        for place in $word "$command $word"
                            contains -- $place \#(valued); and set takes yes
                        end
                    end
                else
                    if test $count -eq 0; and test $ended = no; and contains -- $word \#(commands)
                        set command $word
                    end
                    set count (math $count + 1)
                end
            end
            # The last one is not given yet while its value is being typed.
            test $takes = yes; and set -e given[-1]
            printf '%s\n' $command $count $ended $given
        end

        # Whether the next word is the one at this place of this command.
        function __pa_new_at
            set -l place (__pa_new_place)
            test $place[1] = $argv[1]; and test $place[2] -eq $argv[2]
            # After "--" a word is a name, also where it is that of a command.
            and not test "$place[2] $place[3]" = '0 yes'
        end

        # Whether options of one of these commands can come now.
        function __pa_new_in
            set -l place (__pa_new_place)
            test $place[3] = no; and contains -- $place[1] $argv
        end

        # Whether an option is given already in one of these spellings.
        function __pa_new_given
            set -l place (__pa_new_place)
            set -e place[1..3]
            for spelling in $argv
                contains -- $spelling $place; and return 0
            end
            return 1
        end
        """#
}

/// Returns the arguments that offer a kind of value; nil if there is nothing to offer.
private func offer(_ kind: ValueKind) -> String? {
    switch kind {
    case .text: return nil
    case .file: return "-r -F"
    case .folder: return "-x -a '(__fish_complete_directories)'"
    case .choice:
        // Fish parses the list a second time before it offers it.
        let words = kind.choices.map { choice in
            choice.help.isEmpty
                ? quote(choice.word) : quote(choice.word) + "\\t" + quote(choice.help)
        }
        return "-x -a " + quote(words.joined(separator: " "))
    }
}

/// Returns a text, quoted as one word for the shell.
private func quote(_ text: String) -> String {
    "'" + escaped(text, ["\\", "'"]) + "'"
}
