// The exit codes, what each means for which command, and the one that each error has.

import HostTools
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

extension ScaffoldError {
    /// The exit code that tells a script whose move it is.
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

extension DeployError {
    /// The exit code that tells a script whose move it is.
    var exitCode: Int32 {
        switch self {
        case .noProject(_, .missing): ExitCode.noInput
        case .noProject(_, .unreadable), .badProject: ExitCode.data
        case .noAccount: ExitCode.usage
        }
    }
}
