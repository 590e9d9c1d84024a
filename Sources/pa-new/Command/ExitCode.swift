// The exit codes: their meaning for each command, and the code of each error.

import HostTools
import Scaffold

/// The exit codes of pa-new, from sysexits(3).
enum ExitCode {
    static let success: Int32 = 0
    /// `check` and `template check` found an error, `visit` got a status of 400 or above.
    static let found: Int32 = 1
    /// `check` could not load the app here; `check` and `visit` found no entry file or no Python.
    static let cannotCheck: Int32 = 2
    /// `update --check`: the project is not up to date.
    static let outdated: Int32 = 3
    /// EX_USAGE: the command line is wrong.
    static let usage: Int32 = 64
    /// EX_DATAERR: a template folder or an answers file has errors.
    static let data: Int32 = 65
    /// EX_NOINPUT: a template folder or an answers file is missing.
    static let noInput: Int32 = 66
    /// EX_UNAVAILABLE: a program that you asked for is missing, or fails.
    static let unavailable: Int32 = 69
    /// EX_SOFTWARE: a bug in pa-new.
    static let software: Int32 = 70
    /// EX_CANTCREAT: the project cannot be made in that place.
    static let cannotCreate: Int32 = 73
    /// EX_IOERR: the system failed while reading or writing.
    static let inputOutput: Int32 = 74
    /// EX_NOPERM: the host rejects the token.
    static let refused: Int32 = 77
    /// EX_CONFIG: the environment has no token, or names no system of the host.
    static let configuration: Int32 = 78
    /// The code that a shell gives for SIGINT: the run was interrupted.
    static let interrupted: Int32 = 130

    /// A meaning of a code, and the commands that use the code with this meaning.
    struct Meaning {
        let code: Int32
        let meaning: String
        var commands = CommandName.allCases
    }

    /// Every code with its meanings, for the help.
    static let meanings = [
        Meaning(code: success, meaning: "done"),
        Meaning(
            code: success,
            meaning: "the app was loaded and answers without an error; with --no-load: "
                + "its code has no errors",
            commands: [.check]
        ),
        Meaning(code: success, meaning: "no errors found", commands: [.template]),
        Meaning(code: success, meaning: "a status below 400", commands: [.visit]),
        Meaning(
            code: found,
            meaning: "an error was found (with --strict, also a warning)",
            commands: [.check, .template]
        ),
        Meaning(
            code: found,
            meaning: "a status of 400 or above, no response, or more than 20 redirects",
            commands: [.visit]
        ),
        Meaning(
            code: found,
            meaning: "the check found an error, or the page does not respond",
            commands: [.deploy]
        ),
        Meaning(
            code: success,
            meaning: "done; with --check: the project is up to date",
            commands: [.update]
        ),
        Meaning(
            code: found,
            meaning: "there are conflicts to resolve; with --check: there would be",
            commands: [.update]
        ),
        Meaning(
            code: outdated,
            meaning: "with --check: the project is outdated, and can be updated without a conflict",
            commands: [.update]
        ),
        Meaning(
            code: found,
            meaning: "a place for the code is not certain: it is printed for you to add by hand",
            commands: [.add]
        ),
        Meaning(
            code: cannotCheck,
            meaning: "the app could not be loaded on this computer, and its code has no errors; "
                + "or there is no entry file, or no Python to check with",
            commands: [.check]
        ),
        Meaning(
            code: cannotCheck,
            meaning: "no request can be made: no entry file, no Python, or a file of an option "
                + "that cannot be read or written",
            commands: [.visit]
        ),
        Meaning(code: success, meaning: "you ended it with Ctrl-C", commands: [.preview]),
        Meaning(
            code: cannotCheck,
            meaning: "no entry file, no Python, or no free port",
            commands: [.preview]
        ),
        Meaning(
            code: cannotCheck,
            meaning: "no entry file or no Python to check with",
            commands: [.deploy]
        ),
        Meaning(code: usage, meaning: "the command line is wrong: an option, a name or a value"),
        Meaning(
            code: data,
            meaning: "your template folder or answers file has errors",
            commands: [.create, .update, .add, .list]
        ),
        Meaning(
            code: data,
            meaning: "a file of the project cannot be uploaded or is not built",
            commands: [.deploy]
        ),
        Meaning(code: noInput, meaning: "there is no project in the folder", commands: [.deploy]),
        Meaning(
            code: noInput,
            meaning:
                "there is no project in the folder, no such log, or no reload in the server log",
            commands: [.logs]
        ),
        Meaning(
            code: noInput,
            meaning: "the template folder or answers file does not exist or cannot be read",
            commands: [.create, .update, .add, .list, .template]
        ),
        Meaning(
            code: found,
            meaning: "you and pa-new changed the same lines of a file",
            commands: [.adopt]
        ),
        Meaning(
            code: cannotCheck,
            meaning: "no Python to read the app with",
            commands: [.adopt]
        ),
        Meaning(
            code: data,
            meaning: "no app was found, or PythonAnywhere cannot run it",
            commands: [.adopt]
        ),
        Meaning(code: noInput, meaning: "there is no such folder", commands: [.adopt]),
        Meaning(
            code: cannotCreate,
            meaning: "a file of yours is in the way, or pa-new made the project",
            commands: [.adopt]
        ),
        Meaning(
            code: unavailable,
            meaning: "--git was given, but git is missing or fails",
            commands: [.create]
        ),
        Meaning(
            code: unavailable,
            meaning: "the template cannot be fetched: no git, no network, or no permission",
            commands: [.create, .update, .add, .list, .template]
        ),
        Meaning(
            code: unavailable,
            meaning: "PythonAnywhere cannot be reached or has an error",
            commands: [.deploy, .logs]
        ),
        Meaning(code: software, meaning: "a bug in pa-new"),
        Meaning(
            code: cannotCreate,
            meaning: "the project cannot be made there: something is in the way",
            commands: [.create]
        ),
        Meaning(
            code: cannotCreate,
            meaning: "the folder has no project that can be updated, or something is in the way",
            commands: [.update]
        ),
        Meaning(
            code: cannotCreate,
            meaning:
                "the name or the path is there already, or nothing can be added to the project",
            commands: [.add]
        ),
        Meaning(
            code: cannotCreate,
            meaning: "packages are missing on PythonAnywhere, or something is in the way",
            commands: [.deploy]
        ),
        Meaning(
            code: inputOutput,
            meaning: "a system error, such as a full disk or a closed output"
        ),
        Meaning(
            code: refused,
            meaning: "PythonAnywhere rejects the API token",
            commands: [.deploy, .logs]
        ),
        Meaning(
            code: configuration,
            meaning: "the environment has no API_TOKEN, or PYTHONANYWHERE_SITE is wrong",
            commands: [.deploy, .logs]
        ),
        Meaning(
            code: interrupted,
            meaning: "interrupted; the output says what was done on PythonAnywhere",
            commands: [.deploy]
        ),
        Meaning(
            code: interrupted,
            meaning: "interrupted",
            commands: [.check, .visit, .logs]
        ),
        Meaning(
            code: interrupted,
            meaning: "interrupted at a question; nothing was written",
            commands: [.create]
        ),
    ]

    /// Every code with all its meanings.
    ///
    /// A meaning that only some commands have starts with their names, except for `create`.
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

extension ScaffoldError {
    /// The exit code; it tells a script what you have to change.
    var exitCode: Int32 {
        switch kind {
        case .usage: ExitCode.usage
        case .destination: ExitCode.cannotCreate
        case .system: ExitCode.inputOutput
        case .program: ExitCode.unavailable
        case .internalFault: ExitCode.software
        case .input: ExitCode.noInput
        case .data: ExitCode.data
        }
    }
}

extension CheckReport {
    /// Returns the exit code of a check with this report.
    ///
    /// An error counts more than that the app could not be loaded: it is certain.
    ///
    /// - Parameter isStrict: Whether warnings count as errors; notes never do.
    /// - Returns: The exit code.
    func exitCode(isStrict: Bool) -> Int32 {
        if count(.error) > 0 || (isStrict && count(.warning) > 0) { return ExitCode.found }
        return outcome == .notLoaded ? ExitCode.cannotCheck : ExitCode.success
    }
}

extension AdoptError {
    /// The exit code; it tells a script what you have to change.
    var exitCode: Int32 {
        if isUsage { return ExitCode.usage }
        if isConflict { return ExitCode.cannotCreate }
        return isMissing ? ExitCode.noInput : ExitCode.data
    }
}

extension DeployError {
    /// The exit code; it tells a script what you have to change.
    var exitCode: Int32 {
        switch self {
        case .noProject(_, .missing): ExitCode.noInput
        case .noProject, .badProject, .unfinished: ExitCode.data
        case .noAccount(_): ExitCode.usage
        }
    }
}
