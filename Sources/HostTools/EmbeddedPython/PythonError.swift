// What keeps Python from being run, and the words for it.

import Scaffold

/// Why a program of ours that is in Python cannot be run.
public enum PythonError: Error, Sendable, Hashable {
    /// There is no Python, or not the one that was asked for.
    case noInterpreter(String?)
    /// The interpreter could not be started, with its `errno`.
    case cannotStart(path: String, code: Int32)
    /// No folder for the program's files could be made, with the system's reason.
    case noTemporaryDirectory(path: String, reason: String)
}

extension PythonError {
    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .noInterpreter(let name?):
            Diagnostic(
                "there is no Python \(quoted(name)) that can be run",
                hint: "pass the path of a python3 with --interpreter"
            )
        case .noInterpreter(nil):
            Diagnostic(
                "there is no python3 on PATH",
                hint: "install Python, or pass one with --interpreter"
            )
        case .cannotStart(let path, let code):
            Diagnostic(
                "\(quoted(path)) could not be started",
                reason: systemReason(code),
                hint: "pass another Python with --interpreter"
            )
        case .noTemporaryDirectory(let path, let reason):
            Diagnostic(
                "no temporary folder could be made in \(quoted(path))",
                reason: reason,
                hint: "set TMPDIR to a folder that can be written to"
            )
        }
    }
}
