// Shows an app in a browser. The part that must be Python is in `HostPython/pa_new_preview/`.

import ProjectFiles
import Scaffold

/// Which app to show in a browser, and how.
public struct PreviewRequest: Sendable, Hashable {
    /// The first port that is tried.
    public static let firstPort = 8000
    /// The number of workers, if none is given.
    public static let defaultWorkers = 2
    /// The highest number of workers.
    public static let maxWorkers = 16

    /// The project's folder.
    public var folder: String
    /// The entry file; nil to search for it.
    public var entry: String?
    /// The port; nil for the first one that is free.
    public var port: Int?
    /// The number of requests that are answered at the same time; nil for the default.
    public var workers: Int?
    /// Whether the app is loaded again when a file changes.
    public var loadsAgain: Bool
    /// Whether the browser then loads the page again.
    public var refreshesBrowser: Bool
    /// Whether to open the page in the browser.
    public var opensBrowser: Bool
    /// Whether the app is not told that this is a preview.
    public var isProduction: Bool
    /// The conditions under which the app is loaded.
    public var conditions: HostConditions

    /// Creates a request for a preview.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - entry: The entry file; nil to search for it.
    ///   - port: The port, from 1 to 65535; nil for the first one that is free.
    ///   - workers: The number of requests that are answered at the same time; nil for the default.
    ///   - loadsAgain: Whether the app is loaded again when a file changes.
    ///   - refreshesBrowser: Whether the browser then loads the page again.
    ///   - opensBrowser: Whether to open the page in the browser.
    ///   - isProduction: Whether the app is not told that this is a preview.
    ///   - conditions: The conditions under which the app is loaded.
    public init(
        folder: String = ".",
        entry: String? = nil,
        port: Int? = nil,
        workers: Int? = nil,
        loadsAgain: Bool = true,
        refreshesBrowser: Bool = false,
        opensBrowser: Bool = false,
        isProduction: Bool = false,
        conditions: HostConditions = HostConditions()
    ) {
        self.folder = folder
        self.entry = entry
        self.port = port
        self.workers = workers
        self.loadsAgain = loadsAgain
        self.refreshesBrowser = refreshesBrowser
        self.opensBrowser = opensBrowser
        self.isProduction = isProduction
        self.conditions = conditions
    }
}

/// Shows an app in the browser until a signal, such as that of Ctrl-C, ends it.
///
/// - Parameters:
///   - request: What to show, and how.
///   - interpreter: The Python that loads the app.
///   - project: The project, if pa-new made it.
/// - Throws: ``PythonError`` or ``CheckError`` if there is nothing to show, or no port.
package func preview(
    _ request: PreviewRequest,
    with interpreter: PythonInterpreter,
    project: LoadedProject? = nil
) throws {
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let exitCode = try temporary.run(
        with: interpreter,
        request.arguments(report: output, for: project)
    )
    _ = try report(in: output, exitCode: exitCode)
    guard exitCode == 0 else { throw CheckError(withoutReport: exitCode) }
}

extension PreviewRequest {
    /// Returns the checker's arguments for a preview.
    func arguments(report: String, for project: LoadedProject?) -> [String] {
        var arguments = ["preview", folder, "--report", report]
        if let entry { arguments += ["--entry", entry] }
        if let port { arguments.append("--port=\(port)") }
        arguments.append("--workers=\(workers ?? Self.defaultWorkers)")
        if !loadsAgain { arguments.append("--no-reload") }
        if refreshesBrowser { arguments.append("--live") }
        if opensBrowser { arguments.append("--open") }
        if isProduction { arguments.append("--production") }
        arguments += project?.staticArguments ?? []
        arguments += conditions.arguments(for: project)
        return arguments + (project?.products.arguments ?? [])
    }
}
