// What to bring onto the host, and what is allowed.

import Scaffold

/// A project to bring onto the host.
public struct DeployRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// The account, where it is not the recorded one.
    public var user: String?
    /// The domain of the web app, where it is not the recorded one.
    public var domain: String?
    /// The host's Python, where it is not the recorded one.
    public var python: String?
    /// Whether to replace a WSGI file that is not this project's.
    public var replacesEntryFile: Bool
    /// Whether the packages are on the host by other means than the project's virtualenv.
    public var assumesInstalled: Bool
    /// Whether to list the calls, and to change nothing.
    public var isDryRun: Bool
    /// Whether to print one JSON document.
    public var asJSON: Bool

    /// Says what to bring onto the host.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - user: The account, where it is not the recorded one.
    ///   - domain: The domain of the web app, where it is not the recorded one.
    ///   - python: The host's Python, where it is not the recorded one.
    ///   - replacesEntryFile: Whether to replace a WSGI file that is not this project's.
    ///   - assumesInstalled: Whether the packages are on the host by other means.
    ///   - isDryRun: Whether to list the calls, and to change nothing.
    ///   - asJSON: Whether to print one JSON document.
    public init(
        folder: String = ".",
        user: String? = nil,
        domain: String? = nil,
        python: String? = nil,
        replacesEntryFile: Bool = false,
        assumesInstalled: Bool = false,
        isDryRun: Bool = false,
        asJSON: Bool = false
    ) {
        self.folder = folder
        self.user = user
        self.domain = domain
        self.python = python
        self.replacesEntryFile = replacesEntryFile
        self.assumesInstalled = assumesInstalled
        self.isDryRun = isDryRun
        self.asJSON = asJSON
    }
}

/// Why it cannot be told what to bring onto the host.
public enum DeployError: Error, Sendable {
    /// The record of a project in the folder cannot be used.
    case noProject(folder: String, RecordProblem)
    /// What the record tells of is not there any more.
    case badProject(folder: String, ScaffoldError)
    /// Neither the record nor the command line names an account.
    case noAccount
}

extension DeployError {
    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .noProject(let folder, .missing):
            Diagnostic(
                "there is no project in \(quoted(folder))",
                reason: "it has no \(ProjectRecord.fileName)",
                hint: "pass the folder of a project made by pa-new: pa-new deploy DIR"
            )
        case .noProject(let folder, .unreadable(let reason)):
            Diagnostic(
                "the project in \(quoted(folder)) cannot be deployed",
                reason: "its \(ProjectRecord.fileName) cannot be read: \(reason)",
                hint: "restore the file that pa-new wrote, for example from version control"
            )
        case .badProject(let folder, let error):
            error.diagnostic(answeredBy: .update)
                .asReason(for: "the project in \(quoted(folder)) cannot be deployed")
        case .noAccount:
            Diagnostic(
                "deploy needs a PythonAnywhere account",
                reason: "the project was made without one",
                hint: "pass the name of your account with --user"
            )
        }
    }
}
