// Prints a web app's logs: checks the request, then runs `HostPython/pa_new_deploy/`.

import ProjectFiles
import Scaffold

/// A request to print the last lines of a web app's logs.
public struct LogsRequest: Sendable, Hashable {
    /// A log that PythonAnywhere keeps for each web app.
    public enum Kind: String, Sendable {
        case error, server, access
    }

    /// The project's folder.
    public var folder: String
    /// The account; nil for the recorded one.
    public var user: String?
    /// The domain of the web app; nil for the recorded one.
    public var domain: String?
    /// The logs to print; the error log if there are none.
    public var kinds: [Kind] = []
    /// The number of lines of each log; nil for 50, or for all since the reload.
    public var lines: Int?
    /// Whether only lines since the last reload are printed.
    public var isSinceReload = false
    /// Whether lines that are added later are printed, too, until the user interrupts it.
    public var follows = false

    /// Creates a request for the error log.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - user: The account; nil for the recorded one.
    ///   - domain: The domain of the web app; nil for the recorded one.
    public init(folder: String = ".", user: String? = nil, domain: String? = nil) {
        self.folder = folder
        self.user = user
        self.domain = domain
    }
}

/// The logs of a project's web app.
public struct Logs: Sendable {
    private let request: LogsRequest
    private let app: WebApp

    /// Checks the project's record and the request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - loaded: The project.
    ///   - isEuropean: Whether the account is on the EU system, if no domain tells.
    /// - Throws: ``DeployError`` or ``ScaffoldError`` for the first value that is not valid.
    package init(_ request: LogsRequest, _ loaded: LoadedProject, isEuropean: Bool) throws {
        self.request = request
        app = try WebApp(
            of: loaded.record,
            user: request.user,
            domain: request.domain,
            isEuropean: isEuropean,
            for: "logs"
        )
    }

    /// Prints the lines.
    ///
    /// - Parameter interpreter: The Python that runs the reader.
    /// - Returns: The exit code.
    /// - Throws: ``PythonError`` if Python cannot be run.
    public func run(with interpreter: PythonInterpreter) throws(PythonError) -> Int32 {
        let temporary = try TemporaryDirectory(for: .deployer)
        defer { temporary.remove() }
        return try temporary.run(with: interpreter, arguments, passesToken: true)
    }

    /// The reader's arguments.
    var arguments: [String] {
        ["logs", "--user=\(app.account)", "--domain=\(app.domain)"]
            + request.kinds.map { "--kind=\($0.rawValue)" }
            + (request.lines.map { ["--lines=\($0)"] } ?? [])
            + (request.isSinceReload ? ["--since-reload"] : [])
            + (request.follows ? ["--follow"] : [])
    }
}
