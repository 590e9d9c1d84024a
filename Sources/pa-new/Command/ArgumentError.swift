// What can be wrong with the arguments, and the messages for it.

import HostTools
import Scaffold

/// What is wrong with the words of the command line.
enum ArgumentError: Error, Equatable {
    case secondName(String, first: String)
    case unexpected(String, command: CommandName)
    case unknownOption(String, nearest: String?)
    case optionOfAnotherCommand(String, command: CommandName, owners: [CommandName])
    case missingValue(String, placeholder: String, next: String?)
    case unexpectedValue(String, value: String)
    case repeated(String)
    case unknownFormat(String, nearest: String?)
    case badHeader(String)
    case excluded(String, by: String)
    case needed(String, for: String)
    case noShell
    case noSuchCommand(String, nearest: String?)
    case unknownShell(String, nearest: String?)
    case badSetting(String)
    case noTemplateCommand
    case unknownTemplateCommand(String, nearest: String?)
    case notText(position: Int)
}

extension ArgumentError {
    /// The error in words.
    var diagnostic: Diagnostic {
        switch self {
        case .secondName(let word, let first):
            Diagnostic(
                "\(quoted(word)) is one name too many",
                reason: "the project is called \(quoted(first)) already",
                hint: "a value belongs behind its option, and --into takes none: it adds to the "
                    + "folder of the project's name; see: pa-new --help"
            )
        case .unexpected(let word, let command):
            Diagnostic(
                "'pa-new \(command.rawValue)' takes no \(quoted(word))",
                hint: "see: pa-new \(command.rawValue) --help"
            )
        case .unknownOption(let spelling, let nearest):
            Diagnostic(
                "there is no option \(quoted(spelling))",
                hint: nearest.map { "did you mean \($0)?" } ?? "see: pa-new --help"
            )
        case .optionOfAnotherCommand(let option, let command, let owners):
            Diagnostic(
                "\(option) does not belong here",
                reason: "it is an option of: "
                    + listed(owners.map { "pa-new " + $0.word }),
                // An update takes other answers by their keys.
                hint: command == .update
                    && UpdateRequest.ownKeys.contains(String(option.dropFirst(2)))
                    ? "write: --set \(option.dropFirst(2))=…" : "see: pa-new --help"
            )
        case .missingValue(let option, let placeholder, let next):
            Diagnostic(
                "\(option) needs a value",
                reason: next.map { "\(quoted($0)) is an option, not its value" },
                hint: "write: \(option) \(placeholder)"
                    + (next == nil ? "" : ", or \(option)=\(placeholder) for a value with a '-'")
            )
        case .unexpectedValue(let option, let value):
            Diagnostic("\(option) takes no value", reason: "it was given \(quoted(value))")
        case .notText(let position):
            Diagnostic(
                "word \(position) of the command line is not valid UTF-8",
                hint: "rename the file or folder that it names"
            )
        case .repeated(let option):
            Diagnostic("\(option) is given twice", hint: "keep the one that you mean")
        case .unknownFormat(let word, let nearest):
            Diagnostic(
                "there is no form \(quoted(word)) for a report",
                reason: "the forms are \(listed(ReportFormat.allCases.map(\.rawValue)))",
                hint: nearest.map { "did you mean --format \($0)?" } ?? "see: pa-new --help"
            )
        case .noShell:
            Diagnostic(
                "completions for which shell?",
                hint: "write: pa-new completions "
                    + listed(Shell.allCases.map(\.rawValue), conjunction: "or")
            )
        case .unknownShell(let word, let nearest):
            Diagnostic(
                "there are no completions for the shell \(quoted(word))",
                reason: "the shells are \(listed(Shell.allCases.map(\.rawValue)))",
                hint: nearest.map { "did you mean: pa-new completions \($0)?" }
                    ?? "see: pa-new --help"
            )
        case .excluded(let option, let other):
            Diagnostic("\(option) and \(other) exclude each other", hint: "keep one of them")
        case .needed(let option, let other):
            Diagnostic(
                "\(other) needs \(option)",
                reason: "without it no folder is taken that is not empty",
                hint: "add \(option)"
            )
        case .noSuchCommand(let word, let nearest):
            Diagnostic(
                "there is no command \(quoted(word))",
                hint: nearest.map { "did you mean: pa-new help \($0)?" } ?? "see: pa-new --help"
            )
        case .badSetting(let word):
            Diagnostic(
                "\(quoted(word)) is no answer to a question",
                reason: "a key, '=' and the answer are needed",
                hint: "write it as --set KEY=VALUE"
            )
        case .noTemplateCommand:
            Diagnostic(
                "what should be done with the template?",
                hint: "try: pa-new template check"
            )
        case .unknownTemplateCommand(let word, let nearest):
            Diagnostic(
                "'pa-new template' has no command \(quoted(word))",
                hint: (nearest.map { "did you mean" + " pa-new template \($0)?" })
                    ?? "there is: pa-new template check [DIR]"
            )
        case .badHeader(let word):
            Diagnostic(
                "\(quoted(word)) is not a header field",
                hint: "write it as --header 'Accept: text/html'"
            )
        }
    }
}
