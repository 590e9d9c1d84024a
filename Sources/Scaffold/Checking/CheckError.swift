// What keeps a project from being looked at.

/// What keeps a project from being looked at.
public enum CheckError: Error, Sendable, Hashable {
    /// There is no Python, or not the one that was asked for.
    case noInterpreter(String?)
    /// The interpreter could not be started, with its `errno`.
    case cannotStart(path: String, code: Int32)
    /// No folder for the files of the checker could be made, with the `errno`.
    case noScratch(path: String, code: Int32)
    /// The checker itself said why it cannot look.
    case cannotLook(message: String)
    /// The checker broke down: what it left is no report.
    case brokenReport(exitCode: Int32)
}

extension CheckError {
    /// The error in words.
    public var explanation: Explanation {
        switch self {
        case .noInterpreter(let name?):
            Explanation(
                "there is no Python \(quoted(name)) that can be run",
                help: "pass the path of a python3 with --interpreter"
            )
        case .noInterpreter(nil):
            Explanation(
                "there is no python3 on PATH",
                help: "install Python, or pass one with --interpreter"
            )
        case .cannotStart(let path, let code):
            Explanation(
                "\(quoted(path)) could not be started",
                why: systemReason(code),
                help: "pass another Python with --interpreter"
            )
        case .noScratch(let path, let code):
            Explanation(
                "no temporary folder could be made in \(quoted(path))",
                why: systemReason(code),
                help: "set TMPDIR to a folder that can be written to"
            )
        case .cannotLook(let message):
            Explanation(message)
        case .brokenReport(let exitCode):
            Explanation(
                "the look at the project ended without a report",
                why: "Python ended with exit code \(exitCode)",
                help: "its own words, if any, stand above"
            )
        }
    }
}
