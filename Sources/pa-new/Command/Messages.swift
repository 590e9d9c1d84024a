// Errors in words, each with its exit code.

import Scaffold

/// The exit codes of pa-new, from sysexits(3).
enum ExitCode {
    static let success: Int32 = 0
    /// `check` and `template check` found an error, `visit` got an answer of 400 or more.
    static let found: Int32 = 1
    /// `check` and `visit` could not look.
    static let cannotLook: Int32 = 2
    /// EX_USAGE: the words of the command line have to change.
    static let usage: Int32 = 64
    /// EX_DATAERR: what a template folder or a file of answers holds is wrong.
    static let data: Int32 = 65
    /// EX_NOINPUT: a template folder or a file of answers is not there.
    static let noInput: Int32 = 66
    /// EX_UNAVAILABLE: a program that was asked for is missing, or fails.
    static let unavailable: Int32 = 69
    /// EX_SOFTWARE: a fault in pa-new itself.
    static let software: Int32 = 70
    /// EX_CANTCREAT: the project cannot be made in that place.
    static let cannotCreate: Int32 = 73
    /// EX_IOERR: the system failed while reading or writing.
    static let inputOutput: Int32 = 74
    /// EX_NOPERM: the host does not take the token.
    static let refused: Int32 = 77
    /// EX_CONFIG: the environment has no token, or names no system of the host.
    static let configuration: Int32 = 78
    /// What a shell gives for SIGINT: the questions were broken off.
    static let interrupted: Int32 = 130

    /// A meaning of a code, and the commands for which it has it.
    struct Meaning {
        let code: Int32
        let meaning: String
        var commands = CommandName.allCases
    }

    /// Every code with its meanings, for the help.
    static let meanings = [
        Meaning(code: success, meaning: "done"),
        Meaning(code: success, meaning: "no error found", commands: [.check, .template]),
        Meaning(code: success, meaning: "an answer below 400", commands: [.visit]),
        Meaning(
            code: found,
            meaning: "an error, with --strict a warning",
            commands: [.check, .template]
        ),
        Meaning(code: found, meaning: "an answer from 400, or none", commands: [.visit]),
        Meaning(
            code: found,
            meaning: "the check found an error, or the page does not answer",
            commands: [.deploy]
        ),
        Meaning(code: found, meaning: "conflicts are left to resolve", commands: [.update]),
        Meaning(
            code: cannotLook,
            meaning: "could not look: no entry file, no Python",
            commands: [.check, .visit, .deploy]
        ),
        Meaning(code: usage, meaning: "the command line is wrong: an option, a name, a value"),
        Meaning(
            code: data,
            meaning: "a template folder of your own, or a file of answers, is wrong",
            commands: [.create, .update]
        ),
        Meaning(
            code: data,
            meaning: "a file of the project cannot be uploaded, or is not built",
            commands: [.deploy]
        ),
        Meaning(code: noInput, meaning: "there is no project", commands: [.deploy]),
        Meaning(
            code: noInput,
            meaning: "there is no such template folder or file of answers",
            commands: [.create, .update, .template]
        ),
        Meaning(
            code: unavailable,
            meaning: "a repository was asked for, and git is missing or fails",
            commands: [.create]
        ),
        Meaning(
            code: unavailable,
            meaning: "the host fails, or cannot be reached",
            commands: [.deploy]
        ),
        Meaning(code: software, meaning: "a fault in pa-new itself"),
        Meaning(
            code: cannotCreate,
            meaning: "the project cannot be made there: something is in its way",
            commands: [.create]
        ),
        Meaning(
            code: cannotCreate,
            meaning: "it is no project that can be updated, or something is in the way",
            commands: [.update]
        ),
        Meaning(
            code: cannotCreate,
            meaning: "the host is not ready: packages, or something is in the way",
            commands: [.deploy]
        ),
        Meaning(code: inputOutput, meaning: "the system failed: a full disk, a closed output"),
        Meaning(
            code: refused,
            meaning: "the host does not take the token",
            commands: [.deploy]
        ),
        Meaning(
            code: configuration,
            meaning: "the environment has no token, or a wrong PYTHONANYWHERE_SITE",
            commands: [.deploy]
        ),
        Meaning(
            code: interrupted,
            meaning: "broken off; what is done on the host is told",
            commands: [.deploy]
        ),
        Meaning(
            code: interrupted,
            meaning: "the questions were broken off: nothing was written",
            commands: [.create]
        ),
    ]

    /// Every code with all that it means, the commands named that have a meaning of their own.
    static var summaries: [(code: Int32, meaning: String)] {
        var codes: [Int32] = []
        for row in meanings where !codes.contains(row.code) { codes.append(row.code) }
        return codes.map { code in
            let parts = meanings.filter { $0.code == code }.map { row in
                let isGeneral = row.commands.count == CommandName.allCases.count
                return isGeneral || row.commands == [.create]
                    ? row.meaning : "\(listed(row.commands.map(\.word))): \(row.meaning)"
            }
            return (code, parts.joined(separator: "; "))
        }
    }
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

extension ScaffoldError {
    /// The exit code that tells a script whose move it is.
    var exitCode: Int32 {
        switch kind {
        case .usage: ExitCode.usage
        case .place: ExitCode.cannotCreate
        case .system: ExitCode.inputOutput
        case .program: ExitCode.unavailable
        case .templates: ExitCode.software
        case .input: ExitCode.noInput
        case .data: ExitCode.data
        }
    }
}

extension DeployError {
    /// The exit code that tells a script whose move it is.
    var exitCode: Int32 {
        switch self {
        case .noProject: ExitCode.noInput
        case .noAccount: ExitCode.usage
        }
    }
}
