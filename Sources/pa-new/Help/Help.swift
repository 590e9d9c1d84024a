// The texts of `pa-new --help` and `pa-new help COMMAND`.

import Scaffold

/// Returns the general help: every command, the options of `pa-new NAME`, and every exit code.
///
/// - Parameter options: All options.
/// - Returns: Whole lines.
func helpText(options: [Option]) -> String {
    let commands = CommandName.allCases.map { ("pa-new " + $0.synopsis, $0.summary) }
    let codes = ExitCode.summaries.map { (String($0.code), $0.meaning) }
    return """
        pa-new: make web projects for PythonAnywhere that work on the first Reload

        Usage
        \(table(commands))
        Options of pa-new NAME
        \(table(rows(options, of: .create)))
        For the options of a command: pa-new help COMMAND

        Exit codes
        \(table(codes))
        Example
          pa-new hello --framework handler --user alice

        """
}

/// Returns the help of one command.
///
/// - Parameters:
///   - command: The command.
///   - options: All options.
/// - Returns: Whole lines.
func helpText(of command: CommandName, options: [Option]) -> String {
    let details = command.details.map { paragraph in
        wrapped(paragraph, to: 80).joined(separator: "\n") + "\n"
    }
    let codes = ExitCode.meanings.filter { $0.commands.contains(command) }
        .filter { row in
            // A command's own meaning of a code replaces the general one.
            row.commands.count < CommandName.allCases.count
                || !ExitCode.meanings.contains {
                    $0.code == row.code && $0.commands.count < row.commands.count
                        && $0.commands.contains(command)
                }
        }
    return """
        pa-new \(command.synopsis): \(command.summary)

        \(details.joined(separator: "\n"))
        Options
        \(table(rows(options, of: command)))
        Exit codes
        \(table(codes.map { (String($0.code), $0.meaning) }))
        Examples
        \(command.examples.map { "  " + $0 + "\n" }.joined())
        """
}

/// Returns the options of a command as rows: how you type each, and what it does.
private func rows(_ options: [Option], of command: CommandName) -> [(String, String)] {
    options.filter { $0.commands.contains(command) }.map { option in
        let short = option.short.map { "-\($0), " } ?? "    "
        let typed = short + option.long + (option.value.map { " " + $0 } ?? "")
        return (typed, option.help(for: command))
    }
}

/// Returns rows of two columns; the second column is aligned, and wrapped if it is long.
func table(_ rows: [(String, String)]) -> String {
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { left, right in
        let lines = wrapped(right, to: max(100 - width - 4, 40))
        return "  " + left + String(repeating: " ", count: width - left.count + 2)
            + lines.joined(separator: "\n" + String(repeating: " ", count: width + 4)) + "\n"
    }.joined()
}
