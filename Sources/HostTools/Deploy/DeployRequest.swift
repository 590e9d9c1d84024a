// A request to deploy a project, and why it can be refused.

import Scaffold

/// A way to bring packages to PythonAnywhere.
public enum PackagesWay: String, Sendable, CaseIterable {
    /// One archive, made on this computer.
    case bundle
    /// A virtualenv, made in a console on PythonAnywhere.
    case virtualenv
}

/// A request to deploy a project to PythonAnywhere.
public struct DeployRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// The account; nil for the recorded one.
    public var user: String?
    /// The domain of the web app; nil for the recorded one.
    public var domain: String?
    /// The Python version of the web app; nil for the recorded one.
    public var python: String?
    /// Whether to replace a WSGI file that does not belong to this project.
    public var replacesEntryFile: Bool
    /// Whether the packages are already installed, outside of the project's virtualenv.
    public var assumesInstalled: Bool
    /// The way the packages get to PythonAnywhere; nil to choose by what is there.
    public var packages: PackagesWay?
    /// Files to upload although they look like secrets or data.
    public var includes: [String] = []
    /// Whether an included database may replace the one on PythonAnywhere.
    public var overwritesData = false
    /// A file to put on PythonAnywhere as the project's `.env`.
    public var settingsFile: String?
    /// Whether that file may replace another `.env` on PythonAnywhere.
    public var replacesSettings = false
    /// Whether a new web app redirects visitors to HTTPS.
    public var forcesHTTPS = true
    /// Whether to bring back what the last deployment replaced, instead of deploying.
    public var undoes = false
    /// Whether to undo the first deployment, too, after which the site is empty.
    public var allowsEmpty = false
    /// Whether there is a user at a terminal to ask.
    public var canAsk = false
    /// Whether to list the API calls and change nothing.
    public var isDryRun: Bool
    /// Whether to print one JSON document.
    public var asJSON: Bool

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - user: The account; nil for the recorded one.
    ///   - domain: The domain of the web app; nil for the recorded one.
    ///   - python: The Python version of the web app; nil for the recorded one.
    ///   - replacesEntryFile: Whether to replace a WSGI file that does not belong to this project.
    ///   - assumesInstalled: Whether the packages are already installed, outside of the virtualenv.
    ///   - isDryRun: Whether to list the API calls and change nothing.
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

/// Why a project cannot be deployed.
public enum DeployError: Error, Sendable {
    /// The project's record cannot be used.
    case noProject(folder: String, RecordProblem)
    /// The framework or template in the record cannot be used.
    case badProject(folder: String, ScaffoldError)
    /// A killed run of pa-new left unfinished changes in the project.
    case unfinished(folder: String)
    /// Neither the record nor the command line gives an account, which the command needs.
    case noAccount(command: String)
}

extension DeployError {
    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .noProject(let folder, .missing):
            Diagnostic(
                "there is no project in \(quoted(folder))",
                reason: "it has no \(ProjectRecord.fileName)",
                hint:
                    "pass the folder of a project that pa-new made; to connect an app of your own "
                    + "first: pa-new adopt DIR"
            )
        case .noProject(let folder, let problem):
            problem.diagnostic("the project in \(quoted(folder)) cannot be deployed")
                ?? Diagnostic("there is no project in \(quoted(folder))")
        case .badProject(let folder, let error):
            error.diagnostic(answeredBy: .update)
                .asReason(for: "the project in \(quoted(folder)) cannot be deployed")
        case .unfinished(let folder):
            Diagnostic(
                "some files of the project in \(quoted(folder)) are half updated",
                reason: "a run of pa-new was interrupted there",
                hint: "run 'pa-new update' in this folder: it restores the original files first"
            )
        case .noAccount(let command):
            Diagnostic(
                "\(command) needs a PythonAnywhere account",
                reason: "the project was made without one",
                hint: "pass the name of your account with --user"
            )
        }
    }
}
