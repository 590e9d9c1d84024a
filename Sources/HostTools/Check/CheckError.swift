// Why a project cannot be checked, and the words for it.

import Scaffold

/// Why a project cannot be checked.
public enum CheckError: Error, Sendable, Hashable {
    /// The project's record is not valid.
    case badRecord(folder: String, RecordProblem)
    /// The checker itself reported why it cannot check the project.
    case cannotCheck(message: String)
    /// There is no entry file; with the text of the WSGI file to write, if the checker knows one, and what
    /// other apps it found.
    case noEntry(message: String, wsgiFile: String?, others: [String] = [])
    /// A signal, such as that of Ctrl-C, ended the checker.
    case interrupted
    /// The checker stopped without a valid report.
    case brokenReport(exitCode: Int32)
}

extension CheckError {
    /// The error of a checker that has written no report.
    ///
    /// - Parameter exitCode: Its exit code: 128 and the number of the signal, if one ended it.
    init(withoutReport exitCode: Int32) {
        let interrupt: Int32 = 2
        let hangUp: Int32 = 1
        let terminate: Int32 = 15
        let signals = [interrupt, hangUp, terminate].map { 128 + $0 }
        self = signals.contains(exitCode) ? .interrupted : .brokenReport(exitCode: exitCode)
    }

    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .badRecord(let folder, let problem):
            problem.diagnostic("the project in \(quoted(folder)) cannot be checked")
                ?? Diagnostic("there is no project in \(quoted(folder))")
        case .cannotCheck(let message):
            Diagnostic(message)
        case .noEntry(let message, let wsgiFile, _):
            Diagnostic(
                message,
                hint: wsgiFile.map { _ in
                    "pa-new adopt writes an entry file for the app; for the text of a WSGI file "
                        + "only: pa-new check"
                }
            )
        case .interrupted: Diagnostic("interrupted")
        case .brokenReport(let exitCode):
            Diagnostic(
                "the checker stopped without a report",
                reason: "Python ended with exit code \(exitCode)",
                hint: "if the checker printed anything, it is above"
            )
        }
    }
}
