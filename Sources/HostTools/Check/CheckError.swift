// What keeps a project from being looked at.

import Scaffold

/// What keeps a project from being looked at.
public enum CheckError: Error, Sendable, Hashable {
    /// The project's record holds something else.
    case badRecord(folder: String, reason: String)
    /// The checker itself said why it cannot look.
    case cannotLook(message: String)
    /// The checker broke down: what it left is no report.
    case brokenReport(exitCode: Int32)
}

extension CheckError {
    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .badRecord(let folder, let reason):
            Diagnostic(
                "the project in \(quoted(folder)) cannot be checked",
                reason: "its \(ProjectRecord.fileName) cannot be read: \(reason)",
                hint: "restore the file that pa-new wrote, for example from version control"
            )
        case .cannotLook(let message):
            Diagnostic(message)
        case .brokenReport(let exitCode):
            Diagnostic(
                "the checker stopped without a report",
                reason: "Python ended with exit code \(exitCode)",
                hint: "if the checker printed anything, it is above"
            )
        }
    }
}
