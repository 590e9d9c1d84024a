// Checks a project. The part that must be Python is in `HostPython/pa_new_check/` and inside this program.

import JSON
import ProjectFiles
import Scaffold

/// What to check, and how.
public struct CheckRequest: Sendable, Hashable {
    /// The project's folder.
    public var folder: String
    /// The entry file; nil to search for it.
    public var entry: String?
    /// The Python version on PythonAnywhere; nil for the project's own.
    public var python: PythonVersion?
    /// Whether to load the app, which runs its code.
    public var loads: Bool
    /// Whether the app is only read if the Python here has another version than on PythonAnywhere.
    public var needsSamePython: Bool
    /// The paths to request, besides `/`.
    public var paths: [String]
    /// Whether to request every GET route that needs no parameters.
    public var asksAllRoutes: Bool
    /// Files and folders that get to PythonAnywhere, although a deployment would leave them here.
    public var includes: [String]
    /// The conditions under which the app is loaded.
    public var conditions: HostConditions

    /// Creates a request for a check.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - entry: The entry file; nil to search for it.
    ///   - python: The Python version on PythonAnywhere; nil for the project's own.
    ///   - loads: Whether to load the app, which runs its code.
    ///   - needsSamePython: Whether the app is only read if the Python here has another version than on
    ///     PythonAnywhere.
    ///   - paths: The paths to request, besides `/`.
    ///   - asksAllRoutes: Whether to request every GET route that needs no parameters.
    ///   - includes: Files and folders that get to PythonAnywhere, although a deployment would leave them
    ///     here.
    ///   - conditions: The conditions under which the app is loaded.
    public init(
        folder: String = ".",
        entry: String? = nil,
        python: PythonVersion? = nil,
        loads: Bool = true,
        needsSamePython: Bool = false,
        paths: [String] = [],
        asksAllRoutes: Bool = false,
        includes: [String] = [],
        conditions: HostConditions = HostConditions()
    ) {
        self.folder = folder
        self.entry = entry
        self.python = python
        self.loads = loads
        self.needsSamePython = needsSamePython
        self.paths = paths
        self.asksAllRoutes = asksAllRoutes
        self.includes = includes
        self.conditions = conditions
    }
}

/// Checks a project and reports what would happen on PythonAnywhere.
///
/// - Parameters:
///   - request: What to check. Without a Python version in the request, the project's recorded one is
///     used, or else that of the interpreter.
///   - interpreter: The Python that runs the checker.
///   - project: The project, if pa-new made it.
///   - showsProgress: Whether stderr is a terminal that can show what the checker waits for.
/// - Returns: The report.
/// - Throws: ``PythonError`` or ``CheckError`` if the project could not be checked.
package func check(
    _ request: CheckRequest,
    with interpreter: PythonInterpreter,
    project: LoadedProject? = nil,
    showsProgress: Bool = false
) throws -> CheckReport {
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let exitCode = try temporary.run(
        with: interpreter,
        request.arguments(for: project)
            + interpreter.environmentArguments
            + (showsProgress ? ["--progress"] : []),
        output: output
    )
    guard let report = try report(in: output, exitCode: exitCode) else {
        throw CheckError(withoutReport: exitCode)
    }
    return report
}

extension CheckRequest {
    /// Returns the checker's arguments for a check.
    func arguments(for project: LoadedProject?) -> [String] {
        var arguments = ["check", folder]
        if let entry { arguments += ["--entry", entry] }
        if let python = python?.description ?? project?.record.python {
            arguments += ["--python", python]
        }
        if !loads { arguments.append("--no-load") }
        if needsSamePython { arguments.append("--same-python") }
        arguments += paths.map { "--path=\($0)" }
        arguments += includes.map { "--include=\($0)" }
        if asksAllRoutes { arguments.append("--all-routes") }
        if let command = project?.bundleCommand(in: folder) {
            arguments.append("--bundle-command=\(command)")
        }
        arguments += conditions.arguments(for: project)
        return arguments + (project?.products.arguments ?? [])
    }
}

/// Reads the document that a program of ours wrote; nil if it wrote none.
func document(in path: String, exitCode: Int32) throws(CheckError) -> [UInt8]? {
    let document: [UInt8]
    do throws(ReadProblem) {
        // Far more than the report on a project with thousands of problems.
        document = try readFile(path, most: 64 << 20)
    } catch .missing {
        return nil
    } catch {
        throw .brokenReport(exitCode: exitCode)
    }
    if document.isEmpty { throw CheckError(withoutReport: exitCode) }
    return document
}

/// Reads the report that the checker wrote; nil if it wrote none.
func report(in path: String, exitCode: Int32) throws(CheckError) -> CheckReport? {
    struct Refusal: Decodable {
        struct Reason: Decodable {
            let kind: String
            let message: String
        }
        let error: Reason
        let wsgiFile: String?
        let others: [String]?

        enum CodingKeys: String, CodingKey {
            case error, others
            case wsgiFile = "wsgi_file"
        }
    }
    guard let document = try document(in: path, exitCode: exitCode) else { return nil }
    if let report = try? JSONDocument.value(CheckReport.self, from: document) { return report }
    if let refusal = try? JSONDocument.value(Refusal.self, from: document) {
        let message = printable(refusal.error.message)
        guard refusal.error.kind == "no-entry" else { throw .cannotCheck(message: message) }
        let others = (refusal.others ?? []).map { printable($0) }
        throw .noEntry(message: message, wsgiFile: refusal.wsgiFile, others: others)
    }
    throw .brokenReport(exitCode: exitCode)
}

extension PythonInterpreter {
    /// The checker's argument for the environment whose packages it reads, if it is not the Python's own one.
    var environmentArguments: [String] { packages.map { ["--environment=\($0)"] } ?? [] }
}

extension BuildProducts {
    /// The checker's arguments for the build products.
    ///
    /// The build commands are left out if no files have to be built.
    var arguments: [String] {
        uploads.isEmpty ? [] : uploads.map { "--upload=\($0)" } + commands.map { "--build=\($0)" }
    }
}

extension LoadedProject {
    /// Loads the project in the folder to check; nil if pa-new did not make it.
    ///
    /// - Parameters:
    ///   - folder: The folder of an app, whether pa-new made it or not.
    ///   - catalog: The available frameworks.
    /// - Returns: The project.
    /// - Throws: ``CheckError/badRecord(folder:_:)``.
    package static func find(
        in folder: String,
        from catalog: Catalog
    ) throws(CheckError) -> LoadedProject? {
        do throws(RecordProblem) {
            return try LoadedProject(in: folder, from: catalog)
        } catch {
            guard error == .missing else { throw .badRecord(folder: folder, error) }
            return nil
        }
    }
}
