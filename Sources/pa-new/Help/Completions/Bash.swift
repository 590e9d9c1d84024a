// The completion script for bash 3.2 (the version of macOS) and later.

/// Returns the script for bash.
///
/// - Parameter options: All options.
/// - Returns: Whole lines.
func bashCompletions(_ options: [Option]) -> String {
    let commands = CommandName.words.map { quote($0.rawValue) }.joined(separator: " | ")
    var longForms: [String] = []
    for option in options where option.short != nil {
        let line = "\(quote(option.spellings[0]))) spelling=\(quote(option.long)) ;;"
        if !longForms.contains(line) { longForms.append(line) }
    }
    let several = options.filter { options.hasSeveralMeanings($0) }.map { quote($0.long) }
    let valued = options.filter { $0.value != nil }.flatMap { places(of: $0, options) }.map(quote)
        .joined(separator: " | ")
    let repeatable = options.filter(\.isRepeatable).flatMap { places(of: $0, options) }
        .map { quote($0) + ") spelling= ;;" }
    let lists = CommandName.allCases.map { command in
        let words = options.filter { $0.commands.contains(command) }.map { quote($0.long) }
        return "\(quote(command.rawValue))) candidates=(\(words.joined(separator: " "))) ;;"
    }
    var values = options.flatMap { option in
        places(of: option, options).compactMap { branch($0, option.kind) }
    }
    for command in CommandName.allCases {
        for (index, kind) in command.places.enumerated() {
            if let branch = branch("\(command.rawValue) \(index)", kind) { values.append(branch) }
        }
    }
    return #"""
        # Completes the words of pa-new in bash. Made by: pa-new completions bash

        \#(mainFunction(commands: commands, valued: valued, repeatable: repeatable))

        # Sets spelling to the long form of an option, and place to where it is: an option that means
        # something else for another command is at a place of each command.
        _pa_new_place() {
            _pa_new_spelling "$1"
            place=$spelling
            case $spelling in \#((["''"] + several).joined(separator: " | "))) place="$command $spelling" ;; esac
        }

        # Sets spelling to the long form of an option.
        _pa_new_spelling() {
            case $1 in
                \#(longForms.joined(separator: "\n        "))
                *) spelling=$1 ;;
            esac
        }

        # Sets candidates to the options that can still be given.
        _pa_new_options() {
            local word
            local -a all
            case $command in
                \#(lists.joined(separator: "\n        "))
            esac
            all=(${candidates[@]+"${candidates[@]}"})
            candidates=()
            for word in ${all[@]+"${all[@]}"}; do
                [[ $given == *" $word "* ]] || candidates+=("$word")
            done
        }

        # Sets candidates, or the kind of names, for the value of an option or for a word of a command.
        _pa_new_values() {
            case $1 in
                \#(values.joined(separator: "\n        "))
            esac
        }

        complete -F _pa_new pa-new

        """#
}

/// Returns the function that bash calls: it finds the place of the cursor, and the words for it.
private func mainFunction(commands: String, valued: String, repeatable: [String]) -> String {
    return #"""
        _pa_new() {
            COMPREPLY=()

            # Readline cuts words at characters such as "=": put the pieces together again.
            local line=${COMP_LINE-} own=${COMP_WORDS[COMP_CWORD]} rest i
            local -a words
            words=()
            rest=${line#*"${COMP_WORDS[0]}"}
            for ((i = 1; i <= COMP_CWORD; i++)); do
                if ((i > 1)) && { [[ $rest == [![:space:]]* ]] ||
                    [[ -z $line && (${COMP_WORDS[i]} == "=" || ${COMP_WORDS[i - 1]} == "=") ]]; }; then
                    words[${#words[@]} - 1]+=${COMP_WORDS[i]}
                else
                    words+=("${COMP_WORDS[i]}")
                fi
                rest=${rest#*"${COMP_WORDS[i]}"}
            done
            case $own in *[!=:]*) ;; *) own= ;; esac

            # Where the cursor is: which command, after how many words, after which option.
            local command=create count=0 ended= option= given=" " word spelling place
            for ((i = 0; i < ${#words[@]} - 1; i++)); do
                word=${words[i]}
                if [[ -n $option ]]; then
                    option=
                elif [[ -n $ended || $word != -?* ]]; then
                    if ((count == 0)) && [[ -z $ended ]]; then
                        case $word in \#(commands)) command=$word ;; esac
                    fi
                    count=$((count + 1))
                elif [[ $word == -- ]]; then
                    ended=yes
                else
                    _pa_new_place "${word%%=*}"
                    if [[ $word != *=* ]]; then
                        case $place in \#(valued)) option=$place ;; esac
                    fi
                    case $place in
                        \#(repeatable.joined(separator: "\n                "))
                    esac
                    given+="$spelling "
                fi
            done

            local full=${words[${#words[@]} - 1]} head= names=
            local -a candidates
            candidates=()
            if [[ -n $option ]]; then
                _pa_new_values "$option"
            elif [[ -z $ended && $full == -*=* ]]; then
                head=${full%%=*}=
                _pa_new_place "${full%%=*}"
                _pa_new_values "$place"
            elif [[ -n $ended && $count == 0 ]]; then
                : # a name, also where it is the word of a command
            elif [[ -n $ended || $full != -* ]]; then
                _pa_new_values "$command $count"
                if [[ -z $ended && -z $names && ${#candidates[@]} == 0 && -z $full ]]; then
                    _pa_new_options
                fi
            else
                _pa_new_options
            fi

            # Readline puts the answer in the place of the last piece only.
            local part=${full%"$own"}
            for word in ${candidates[@]+"${candidates[@]}"}; do
                printf -v word %q "$word"
                [[ $head$word == "$full"* ]] && word=$head$word && COMPREPLY+=("${word#"$part"}")
            done
            # Readline completes the names of files itself, quotes and all; an old bash cannot ask for it.
            if [[ -n $names ]] && ! compopt -o "$names" 2>/dev/null; then
                local letter=f
                [[ $names == dirnames ]] && letter=d
                while IFS= read -r word; do
                    word=$head$word
                    COMPREPLY+=("${word#"$part"}")
                done < <(compgen -"$letter" -- "${full#"$head"}")
            fi
            return 0
        }
        """#
}

/// Returns the places of an option: its name, or one place for each command.
private func places(of option: Option, _ options: [Option]) -> [String] {
    options.hasSeveralMeanings(option)
        ? option.commands.map { "\($0.rawValue) \(option.long)" } : [option.long]
}

/// Returns the branch that offers words or files in a place; nil if there is nothing to offer.
private func branch(_ place: String, _ kind: ValueKind) -> String? {
    switch kind {
    case .text: nil
    case .file: "\(quote(place))) names=default ;;"
    case .folder: "\(quote(place))) names=dirnames ;;"
    case .choice:
        "\(quote(place))) candidates=(\(kind.choices.map { quote($0.word) }.joined(separator: " "))) ;;"
    }
}

/// Returns a text, quoted as one word for the shell.
private func quote(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
        + "'"
}
