// The errors in the arguments of the command line, and their messages.

import HostTools
import Scaffold

/// An error in the arguments of the command line.
enum ArgumentError: Error, Equatable {
    case secondName(String, first: String)
    case unexpected(String, command: CommandName)
    case unknownOption(String, nearest: String?)
    case optionOfAnotherCommand(String, command: CommandName, owners: [CommandName])
    case missingValue(String, placeholder: String, next: String?)
    case unexpectedValue(String, value: String)
    case repeated(String)
    /// A file with both `--ours` and `--theirs`.
    case repeatedPath(String)
    case unknownFormat(String, nearest: String?)
    case badHeader(String)
    case badMethod(String)
    case badField(String)
    case badPath(String)
    case badVariable(String)
    case badCount(String)
    /// A text that is not a number of bytes.
    case badSize(String)
    /// A number that an option cannot have.
    case badNumber(String, option: String, ClosedRange<Int>)
    case unknownPackagesWay(String, nearest: String?)
    /// `pack` with a file of settings.
    case secretsInPack
    case excluded(String, by: String)
    case needed(String, for: String)
    case noShell
    case noSuchCommand(String, nearest: String?)
    case unknownShell(String, nearest: String?)
    case badSetting(String)
    case noAddition
    case unknownAddition(String, nearest: String?)
    case noHandlerName
    case noTemplateCommand
    case unknownTemplateCommand(String, nearest: String?)
    case notText(position: Int)
    /// `--into` with the folder of an app, which is there already.
    case adoptInstead(folder: String)
    /// The current folder was given as the name of a project. `name` is the name that a project in it would
    /// have; nil if it is not possible.
    case currentFolder(name: String?, holdsApp: Bool)
    /// The folder to check is a package of the project in the current folder.
    case folderInProject(String, CommandName)
    /// The folder belongs to a project in a folder above it, and the command changes something.
    case partOfProject(String, project: String, CommandName)
    /// The folder is no project, but there are projects in it.
    case projectsBelow(String, [String], CommandName)
    /// A name that looks like a mistyped command, or is a command of other tools. `isName` says
    /// whether it is also a valid project name.
    case nearlyCommand(MeantCommand, isName: Bool)
}

extension ArgumentError {
    /// The message for the error.
    var diagnostic: Diagnostic {
        switch self {
        case .secondName(let word, let first):
            Diagnostic(
                "unexpected argument \(quoted(word))",
                reason: "the project is already called \(quoted(first))",
                hint: "the value of an option follows the option; --into takes no value: it adds "
                    + "the project to the folder of that name; see: pa-new --help"
            )
        case .unexpected(let word, let command):
            Diagnostic(
                "unexpected argument \(quoted(word)) for 'pa-new \(command.rawValue)'",
                hint: "see: pa-new \(command.rawValue) --help"
            )
        case .unknownOption(let spelling, let nearest):
            Diagnostic(
                "there is no option \(quoted(spelling))",
                hint: nearest.map { "did you mean \($0)?" } ?? "see: pa-new --help"
            )
        case .optionOfAnotherCommand(let option, let command, let owners):
            Diagnostic(
                "\(option) is not an option of 'pa-new \(command.word)'",
                reason: "it is an option of "
                    + listed(owners.map { "'pa-new \($0.word)'" }),
                // `update` takes these answers with --set.
                hint: command == .update
                    && (UpdateRequest.ownKeys + [Framework.databaseKey])
                        .contains(String(option.dropFirst(2)))
                    ? "write: --set \(option.dropFirst(2))=…"
                    : "see: pa-new " + (command == .create ? "" : command.rawValue + " ") + "--help"
            )
        case .secretsInPack:
            Diagnostic(
                "--env-file is not an option of 'pa-new pack'",
                reason: "the zip file would have your secrets in it, and zip files get copied",
                hint: "write .env on the Files page of PythonAnywhere, or use: pa-new deploy "
                    + "--env-file FILE"
            )
        case .missingValue(let option, let placeholder, let next):
            Diagnostic(
                "\(option) needs a value",
                reason: next.map { "\(quoted($0)) is an option, not its value" },
                hint: "write: \(option) \(placeholder)"
                    + (next == nil
                        ? "" : ", or \(option)=\(placeholder) if the value starts with '-'")
            )
        case .unexpectedValue(let option, let value):
            Diagnostic("\(option) takes no value", reason: "you gave it \(quoted(value))")
        case .notText(let position):
            Diagnostic(
                "argument \(position) is not valid UTF-8",
                hint: "rename the file or folder that it names"
            )
        case .repeated(let option):
            Diagnostic("\(option) is given twice", hint: "keep one of them")
        case .repeatedPath(let path):
            Diagnostic(
                "\(quoted(path)) is given twice",
                reason: "--ours and --theirs are for different files",
                hint: "keep one of them"
            )
        case .unknownFormat(let word, let nearest):
            Diagnostic(
                "there is no report format \(quoted(word))",
                reason: "valid values: \(listed(ReportFormat.allCases.map(\.rawValue)))",
                hint: nearest.map { "did you mean --format \($0)?" } ?? "see: pa-new check --help"
            )
        case .noShell:
            Diagnostic(
                "completions needs the name of a shell",
                hint: "write: pa-new completions "
                    + listed(Shell.allCases.map(\.rawValue), conjunction: "or")
            )
        case .unknownShell(let word, let nearest):
            Diagnostic(
                "there are no completions for the shell \(quoted(word))",
                reason: "valid values: \(listed(Shell.allCases.map(\.rawValue)))",
                hint: nearest.map { "did you mean: pa-new completions \($0)?" }
                    ?? "see: pa-new completions --help"
            )
        case .excluded(let option, let other):
            Diagnostic("\(option) and \(other) cannot be used together", hint: "keep one of them")
        case .needed(let option, let other):
            Diagnostic(
                "\(other) needs \(option)",
                reason: option == Option.Name.into.long
                    ? "without it, pa-new writes only into new or empty folders" : nil,
                hint: "add \(option)"
            )
        case .noSuchCommand(let word, let nearest):
            Diagnostic(
                "there is no command \(quoted(word))",
                hint: nearest.map { "did you mean: pa-new help \($0)?" } ?? "see: pa-new --help"
            )
        case .badSetting(let word):
            Diagnostic(
                "--set does not understand \(quoted(word))",
                reason: "it has no key with a '=' after it",
                hint: "write: --set KEY=VALUE"
            )
        case .noAddition:
            Diagnostic("add needs to know what to add", hint: "write: \(addition("NAME"))")
        case .unknownAddition(let word, let nearest):
            Diagnostic(
                "there is nothing called \(quoted(word)) to add",
                reason: "valid values: \(listed(AdditionKind.allCases.map(\.rawValue)))",
                hint: nearest == nil && (try? HandlerName(word)) != nil
                    ? "did you mean: \(addition(word))?" : "write: \(addition("NAME"))"
            )
        case .noHandlerName:
            Diagnostic("the new handler needs a name", hint: "try: \(addition("about"))")
        case .noTemplateCommand:
            Diagnostic("template needs a command", hint: "write: pa-new template check")
        case .unknownTemplateCommand(let word, let nearest):
            Diagnostic(
                "'pa-new template' has no command \(quoted(word))",
                hint: nearest.map { "did you mean: pa-new template \($0)?" }
                    ?? "write: pa-new template check"
            )
        case .badHeader(let word):
            Diagnostic(
                "\(quoted(word)) is not an HTTP header",
                hint: "write it like this: --header 'Accept: text/html'"
            )
        case .badMethod(let word):
            Diagnostic(
                "\(quoted(word)) is not an HTTP method",
                hint: "write a word such as GET, POST or DELETE"
            )
        case .badField(let word):
            Diagnostic(
                "--form does not understand \(quoted(word))",
                reason: "it has no name with a '=' after it",
                hint: "write: --form NAME=VALUE, or: --form NAME=@FILE to send a file"
            )
        case .badPath(let word):
            Diagnostic(
                "\(quoted(word)) is not a path of a site",
                reason: "a path starts with '/'",
                hint: "write it like this: --path /about"
            )
        case .adoptInstead(let folder):
            Diagnostic(
                (folder == "." ? "the current folder" : quoted(folder)) + " has an app already",
                reason:
                    "--into adds the files of a new project to the folder with the project's name",
                hint: "to connect the app with PythonAnywhere: pa-new adopt"
                    + (folder == "." ? "" : " " + shellQuoted(folder))
                    + "; to make a new project, leave out --into"
            )
        case .currentFolder(let name, let holdsApp):
            Diagnostic(
                "'.' cannot be a project's name",
                reason: "pa-new makes a new folder, which has the project's name",
                hint: (holdsApp ? "to connect the app in this folder: pa-new adopt; " : "")
                    + "to make a new folder here: pa-new hello"
                    + (name.map {
                        "; to add a project to this folder: pa-new \($0) --into --output .."
                    } ?? "")
            )
        case .folderInProject(let folder, let command):
            Diagnostic(
                "\(quoted(folder)) is a package inside the project, not the project itself",
                reason: "the current folder is the project",
                hint: "to \(command.rawValue) the project: \(command.typed(for: nil))"
            )
        case .partOfProject(let folder, let project, let command):
            Diagnostic(
                "\(quoted(folder)) is a folder inside a project, not the project itself",
                reason: "the project is in \(quoted(project))",
                hint: "pass the folder of the project: \(command.typed(for: project))"
            )
        case .projectsBelow(let folder, let projects, let command):
            Diagnostic(
                "there is no project in \(quoted(folder))",
                reason: projects.count == 1
                    ? "the project is in \(quoted(projects[0]))"
                    : "there are \(projects.count) projects below it: "
                        + listed(projects.map(plainOrQuoted), most: 8),
                hint: (projects.count == 1
                    ? "pass the folder of the project: " : "pass the folder of one, for example: ")
                    + command.typed(for: projects[0])
            )
        case .badVariable(let word):
            Diagnostic(
                "--env takes the name of a variable, not \(quoted(word))",
                reason: "the value is the one that the variable has in your shell",
                hint: "set the variable first (export NAME=VALUE), then write: --env NAME"
            )
        case .unknownPackagesWay(let word, let nearest):
            Diagnostic(
                "there is no value \(quoted(word)) for --packages",
                reason: "valid values: \(listed(PackagesWay.allCases.map(\.rawValue)))",
                hint: nearest.map { "did you mean --packages \($0)?" }
                    ?? "see: pa-new deploy --help"
            )
        case .badNumber(let word, let option, let range):
            Diagnostic(
                "\(quoted(word)) is not a number for \(option)",
                reason: "it is a whole number from \(range.lowerBound) to \(range.upperBound)",
                hint: "write it like this: \(option) \(range.contains(8080) ? 8080 : 2)"
            )
        case .badSize(let word):
            Diagnostic(
                "\(quoted(word)) is not a size for --max-output",
                reason: "it is a whole number of bytes, or one with K, M, G or T after it",
                hint: "write it like this: --max-output 4G"
            )
        case .badCount(let word):
            Diagnostic(
                "\(quoted(word)) is not a number of lines",
                reason: "it is a whole number from 1 to 100000",
                hint: "write it like this: -n 100"
            )
        case .nearlyCommand(let meant, let isName):
            Diagnostic(
                "there is no command \(quoted(meant.word))",
                hint: meant.advice
                    + (isName
                        ? " (for a project called \(quoted(meant.word)): pa-new -- \(meant.word))"
                        : "")
            )
        }
    }
}

/// Returns the command that adds a handler.
private func addition(_ name: String) -> String {
    "pa-new \(CommandName.add.rawValue) \(AdditionKind.handler.rawValue) \(name)"
}

extension MeantCommand {
    /// The hint: what to type instead of the word.
    fileprivate var advice: String {
        switch nearest {
        case nil: "for a list of the commands: pa-new --help"
        case .create?: "to make a project: pa-new NAME"
        case let command? where isSlip: "did you mean: pa-new \(command.rawValue)?"
        case let command?: "the nearest command is: pa-new \(command.rawValue)"
        }
    }
}
