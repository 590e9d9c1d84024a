// Makes requests to an app. The part that must be Python is in `HostPython/pa_new_check/`.

import ProjectFiles
import Scaffold

/// One HTTP request to an app, and what happens to its response.
public struct VisitRequest: Sendable, Hashable {
    /// The body of a request, as the user gives it: `@FILE` stands for the content of a file.
    public enum Body: Sendable, Hashable {
        /// Parts that are joined with `&`, as a web form sends them.
        case data([String])
        /// Parts of a JSON document.
        case json([String])
        /// Fields of a form that can have files, each as `NAME=VALUE` or `NAME=@FILE`.
        case form([String])
    }

    /// The project's folder.
    public var folder: String
    /// The path and query, as a browser sends them.
    public var target: String
    /// The entry file; nil to search for it.
    public var entry: String?
    /// The HTTP method; nil for GET, or POST if there is a body.
    public var method: String?
    /// The body.
    public var body: Body?
    /// Header fields, each as `Name: value`.
    public var headers: [String]
    /// Whether to make the requests that redirects ask for.
    public var followsRedirects: Bool
    /// The file from which cookies are read, and to which they are written.
    public var cookieJar: String?
    /// The file for the response's body; nil for stdout.
    public var output: String?
    /// Whether to print only the response's body.
    public var printsBodyOnly: Bool
    /// The conditions under which the app is loaded.
    public var conditions: HostConditions

    /// Creates a request for a visit.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - target: The path and query, as a browser sends them.
    ///   - entry: The entry file; nil to search for it.
    ///   - method: The HTTP method; nil for GET, or POST if there is a body.
    ///   - body: The body.
    ///   - headers: Header fields, each as `Name: value`.
    ///   - followsRedirects: Whether to make the requests that redirects ask for.
    ///   - cookieJar: The file from which cookies are read, and to which they are written.
    ///   - output: The file for the response's body; nil for stdout.
    ///   - printsBodyOnly: Whether to print only the response's body.
    ///   - conditions: The conditions under which the app is loaded.
    public init(
        folder: String = ".",
        target: String = "/",
        entry: String? = nil,
        method: String? = nil,
        body: Body? = nil,
        headers: [String] = [],
        followsRedirects: Bool = false,
        cookieJar: String? = nil,
        output: String? = nil,
        printsBodyOnly: Bool = false,
        conditions: HostConditions = HostConditions()
    ) {
        self.folder = folder
        self.target = target
        self.entry = entry
        self.method = method
        self.body = body
        self.headers = headers
        self.followsRedirects = followsRedirects
        self.cookieJar = cookieJar
        self.output = output
        self.printsBodyOnly = printsBodyOnly
        self.conditions = conditions
    }
}

/// The result of a visit.
public enum VisitOutcome: Sendable, Hashable {
    /// The app answered, and the response was printed; `isGood` means a status below 400.
    case answered(isGood: Bool)
    /// There was no response; the report is that of a check.
    case failed(CheckReport)
}

/// Makes a request to an app, in-process, and prints the response as `curl -i` would.
///
/// The response goes to this process's stdout as it arrives, and can have any length. If the project is
/// not built, no request is made, because the app cannot work without its build products.
///
/// - Parameters:
///   - request: The request.
///   - interpreter: The Python that loads the app.
///   - project: The project, if pa-new made it.
/// - Returns: The result.
/// - Throws: ``PythonError`` or ``CheckError`` if the request could not be made.
package func visit(
    _ request: VisitRequest,
    with interpreter: PythonInterpreter,
    project: LoadedProject? = nil
) throws -> VisitOutcome {
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let exitCode = try temporary.run(
        with: interpreter,
        request.arguments(report: output, for: project)
    )
    if let report = try report(in: output, exitCode: exitCode) { return .failed(report) }
    guard exitCode <= 1 else { throw CheckError(withoutReport: exitCode) }
    return .answered(isGood: exitCode == 0)
}

extension VisitRequest {
    /// Returns the checker's arguments for a visit.
    func arguments(report: String, for project: LoadedProject?) -> [String] {
        var arguments = ["visit", folder, target, "--report", report]
        if let entry { arguments += ["--entry", entry] }
        if let method { arguments.append("--method=\(method)") }
        arguments += body?.arguments ?? []
        arguments += headers.map { "--header=\($0)" }
        if followsRedirects { arguments.append("--follow") }
        if let cookieJar { arguments.append("--cookie-jar=\(cookieJar)") }
        if let output { arguments.append("--output=\(output)") }
        if printsBodyOnly { arguments.append("--body") }
        arguments += project?.staticArguments ?? []
        arguments += conditions.arguments(for: project)
        return arguments + (project?.products.arguments ?? [])
    }
}

extension LoadedProject {
    /// The checker's arguments for the paths that PythonAnywhere serves without the app.
    var staticArguments: [String] {
        record.ownStaticFolders.map { "--static=\($0.text)" }
            + (record.staticFolders ?? []).map(\.argument)
    }
}

extension VisitRequest.Body {
    /// The checker's arguments for the body.
    fileprivate var arguments: [String] {
        switch self {
        case .data(let parts): parts.map { "--data=\($0)" }
        case .json(let parts): parts.map { "--json=\($0)" }
        case .form(let fields): fields.map { "--form=\($0)" }
        }
    }
}
