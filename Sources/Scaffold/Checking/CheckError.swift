// What keeps a project from being looked at.

/// What keeps a project from being looked at.
public enum CheckError: Error, Sendable, Hashable {
    /// There is no Python, or not the one that was asked for.
    case noInterpreter(String?)
    /// The interpreter could not be started, with its `errno`.
    case cannotStart(path: String, code: Int32)
    /// No folder for the files of the checker could be made, with the `errno`.
    case noTemporaryDirectory(path: String, code: Int32)
    /// The checker itself said why it cannot look.
    case cannotLook(message: String)
    /// The checker broke down: what it left is no report.
    case brokenReport(exitCode: Int32)
}

extension CheckError {
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
        case .noTemporaryDirectory(let path, let code):
            Diagnostic(
                "no temporary folder could be made in \(quoted(path))",
                reason: systemReason(code),
                hint: "set TMPDIR to a folder that can be written to"
            )
        case .cannotLook(let message):
            Diagnostic(message)
        case .brokenReport(let exitCode):
            Diagnostic(
                "the look at the project ended without a report",
                reason: "Python ended with exit code \(exitCode)",
                hint: "its own words, if any, stand above"
            )
        }
    }
}
