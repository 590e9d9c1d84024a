// The manual page pa-new.1, from the table of options.

import Scaffold

/// Returns the manual page in mdoc(7).
///
/// - Parameter options: All options.
/// - Returns: Whole lines.
func manualPage(options: [Option]) -> String {
    let synopses = CommandName.allCases.map { command in
        ".Nm pa-new " + argument(command.synopsis)
    }
    let commands = CommandName.allCases.map { command in
        ".It " + argument("pa-new " + command.synopsis) + "\n" + line(sentence(command.summary))
            + command.details.map { "\n.Pp\n" + sentences($0).map(line).joined(separator: "\n") }
            .joined()
    }
    let rows = options.map { option in
        var head =
            option.short.map { ".It Fl \($0) , Fl -\(option.name.rawValue)" }
            ?? ".It Fl -\(option.name.rawValue)"
        if let value = option.value { head += " Ar " + argument(value) }
        let isGeneral = option.commands.count == CommandName.allCases.count
        let texts = option.helps.map { text, owners in
            let owners = listed(owners.map { "pa-new " + $0.word })
            return line(sentence(text))
                + (isGeneral ? "" : "\n" + line("An option of: " + owners + "."))
        }
        return head + "\n" + texts.joined(separator: "\n.Pp\n")
    }
    let codes = ExitCode.summaries.map { code, meaning in
        ".It \(code)\n" + line(sentence(meaning))
    }
    return """
        .\\" Made by: pa-new man
        .Dd \(paNewDate)
        .Dt PA-NEW 1
        .Os pa-new \(paNewVersion)
        .Sh NAME
        .Nm pa-new
        .Nd make web projects for PythonAnywhere that work on the first Reload
        .Sh SYNOPSIS
        \(synopses.joined(separator: "\n"))
        .Sh DESCRIPTION
        .Nm
        makes web projects for the manual configuration of PythonAnywhere,
        checks whether an app would load there,
        deploys projects, and keeps them up to date.
        .Pp
        The commands are:
        .Bl -tag -width Ds
        \(commands.joined(separator: "\n"))
        .El
        .Pp
        Options can be placed before or after other arguments;
        no argument after
        .Fl -
        is read as an option or a command.
        The value of an option is the next argument, or follows
        .Sq = .
        .Bl -tag -width Ds
        \(rows.joined(separator: "\n"))
        .El
        .Sh EXIT STATUS
        .Bl -tag -width Ds
        \(codes.joined(separator: "\n"))
        .El
        .Sh EXAMPLES
        .Dl pa-new hello --framework handler --user alice
        .Pp
        makes a project in the folder
        .Pa hello
        and prints what to do next.

        """
}

/// Returns a text with a full stop.
private func sentence(_ text: String) -> String {
    text.hasSuffix(".") ? text : text + "."
}

/// Returns the sentences of a paragraph: in mdoc(7) each is on a line of its own.
private func sentences(_ paragraph: String) -> [String] {
    var sentences = [""]
    for word in paragraph.split(separator: " ") {
        let last = sentences[sentences.count - 1]
        if last.hasSuffix("."), word.first?.isLowercase == false {
            sentences.append(String(word))
        } else {
            sentences[sentences.count - 1] = last.isEmpty ? String(word) : last + " " + word
        }
    }
    return sentences
}

/// Returns a text as a line that the formatter never reads as a request.
private func line(_ text: String) -> String {
    let text = plain(text)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
}

/// Returns a text as one argument of a macro, which the formatter never reads as a macro.
private func argument(_ text: String) -> String {
    "\"\\&"
        + plain(text).split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\\(dq") + "\""
}

/// Returns a text that the formatter prints as it is; a minus stays a minus.
private func plain(_ text: String) -> String {
    onOneLine(text).reduce(into: "") { result, character in
        switch character {
        case "\\": result += "\\e"
        case "-": result += "\\-"
        default: result.append(character)
        }
    }
}
