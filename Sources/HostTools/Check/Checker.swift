// Looking at a project: the part that must be Python lies in `HostPython/pa_new_check/` and inside this program.

import ProjectFiles
import Scaffold

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What to look at, and how.
public struct CheckRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// The entry file, where it is not to be searched for.
    public var entry: String?
    /// The Python on the host, where it is not the project's own.
    public var python: PythonVersion?
    /// Whether to load the app, which runs its code.
    public var loads: Bool

    /// Says what to look at.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - entry: The entry file, where it is not to be searched for.
    ///   - python: The Python on the host, where it is not the project's own.
    ///   - loads: Whether to load the app, which runs its code.
    public init(
        folder: String = ".",
        entry: String? = nil,
        python: PythonVersion? = nil,
        loads: Bool = true
    ) {
        self.folder = folder
        self.entry = entry
        self.python = python
        self.loads = loads
    }
}

/// One request to make of an app.
public struct VisitRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// The path and query, as a browser sends them.
    public var target: String
    /// The entry file, where it is not to be searched for.
    public var entry: String?
    /// The HTTP method, where it does not follow from the body.
    public var method: String?
    /// The body.
    public var body: String?
    /// Header fields, each as `Name: value`.
    public var headers: [String]

    /// Says which request to make.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - target: The path and query, as a browser sends them.
    ///   - entry: The entry file, where it is not to be searched for.
    ///   - method: The HTTP method, where it does not follow from the body.
    ///   - body: The body.
    ///   - headers: Header fields, each as `Name: value`.
    public init(
        folder: String = ".",
        target: String = "/",
        entry: String? = nil,
        method: String? = nil,
        body: String? = nil,
        headers: [String] = []
    ) {
        self.folder = folder
        self.target = target
        self.entry = entry
        self.method = method
        self.body = body
        self.headers = headers
    }
}

/// Looks at a project and tells what the host would make of it.
///
/// - Parameters:
///   - request: What to look at. Where it names no Python, the one that the project was made for is
///     taken, and else the interpreter's own.
///   - interpreter: The Python that looks.
///   - project: The project, where pa-new made it.
/// - Returns: What was found.
/// - Throws: ``PythonError`` or ``CheckError`` where it could not look.
package func check(
    _ request: CheckRequest,
    with interpreter: PythonInterpreter,
    project: LoadedProject? = nil
) throws -> CheckReport {
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let exitCode = try temporary.run(
        with: interpreter,
        request.arguments(for: project),
        output: output
    )
    return try report(in: output, exitCode: exitCode)
}

/// How a visit ended.
public enum VisitOutcome: Sendable, Hashable {
    /// The app answered, and the answer is printed; whether its status was below 400.
    case answered(isGood: Bool)
    /// There was no answer: what `check` would have found.
    case failed(CheckReport)
}

/// Makes one request of an app, in-process, and prints the answer as `curl -i` would.
///
/// The answer goes to this process's stdout as it comes, and may be of any length. No request is made
/// of an app that is not built: what it would answer without its parts is no news.
///
/// - Parameters:
///   - request: The request.
///   - interpreter: The Python that loads the app.
///   - project: The project, where pa-new made it.
/// - Returns: How it ended.
/// - Throws: ``PythonError`` or ``CheckError`` where the request could not be made.
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
    if FileManager.default.fileExists(atPath: output) {
        return .failed(try report(in: output, exitCode: exitCode))
    }
    guard exitCode <= 1 else { throw CheckError.brokenReport(exitCode: exitCode) }
    return .answered(isGood: exitCode == 0)
}

extension CheckRequest {
    /// The checker's arguments for it.
    func arguments(for project: LoadedProject?) -> [String] {
        var arguments = ["check", folder]
        if let entry { arguments += ["--entry", entry] }
        if let python = python?.description ?? project?.record.python {
            arguments += ["--python", python]
        }
        if let user = project?.record.user { arguments += ["--account", user] }
        if !loads { arguments.append("--no-load") }
        return arguments + (project?.products.arguments ?? [])
    }
}

extension VisitRequest {
    /// The checker's arguments for it.
    func arguments(report: String, for project: LoadedProject?) -> [String] {
        var arguments = ["visit", folder, target, "--report", report]
        if let entry { arguments += ["--entry", entry] }
        if let method { arguments += ["--method", method] }
        if let body { arguments += ["--data=\(body)"] }
        for header in headers { arguments += ["--header", header] }
        return arguments + (project?.products.arguments ?? [])
    }
}

/// Reads what the checker wrote.
private func report(in path: String, exitCode: Int32) throws(CheckError) -> CheckReport {
    struct Refusal: Decodable {
        struct Reason: Decodable {
            let message: String
        }
        let error: Reason
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw .brokenReport(exitCode: exitCode)
    }
    if let report = try? JSONDocument.value(CheckReport.self, from: data) { return report }
    if let refusal = try? JSONDocument.value(Refusal.self, from: data) {
        throw .cannotLook(message: refusal.error.message)
    }
    throw .brokenReport(exitCode: exitCode)
}

extension BuildProducts {
    /// The checker's arguments for it.
    ///
    /// How to build is of no use where nothing has to be there.
    fileprivate var arguments: [String] {
        uploads.isEmpty ? [] : uploads.map { "--upload=\($0)" } + commands.map { "--build=\($0)" }
    }
}

extension LoadedProject {
    /// Reads the project in a folder to check; nil where pa-new did not make it.
    ///
    /// - Parameters:
    ///   - folder: The folder of an app, ours or anybody's.
    ///   - catalog: The frameworks there are.
    /// - Returns: The project.
    /// - Throws: ``CheckError/badRecord(folder:reason:)``.
    package static func find(
        in folder: String,
        from catalog: Catalog
    ) throws(CheckError) -> LoadedProject? {
        do throws(RecordProblem) {
            return try LoadedProject(in: folder, from: catalog)
        } catch {
            switch error {
            case .missing: return nil
            case .unreadable(let reason): throw .badRecord(folder: folder, reason: reason)
            }
        }
    }
}
