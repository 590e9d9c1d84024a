// Looking at a project: the part that must be Python lies in `HostPython/pa_new_check/` and inside this program.

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
///   - products: What has to be built before.
/// - Returns: What was found.
/// - Throws: ``CheckError`` where it could not look.
public func check(
    _ request: CheckRequest,
    with interpreter: PythonInterpreter,
    products: BuildProducts = .none
) throws(CheckError) -> CheckReport {
    let words = request.words(ProjectRecord.read(in: request.folder), products)
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let exitCode = try runChild(interpreter.path, temporary.command(words), output: output)
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
///   - products: What has to be built before.
/// - Returns: How it ended.
/// - Throws: ``CheckError`` where the request could not be made.
public func visit(
    _ request: VisitRequest,
    with interpreter: PythonInterpreter,
    products: BuildProducts = .none
) throws(CheckError) -> VisitOutcome {
    let temporary = try TemporaryDirectory(for: .checker)
    defer { temporary.remove() }
    let output = temporary.path + "/report.json"
    let words = request.words(report: output, products)
    let exitCode = try runChild(interpreter.path, temporary.command(words))
    if FileManager.default.fileExists(atPath: output) {
        return .failed(try report(in: output, exitCode: exitCode))
    }
    guard exitCode <= 1 else { throw .brokenReport(exitCode: exitCode) }
    return .answered(isGood: exitCode == 0)
}

extension CheckRequest {
    /// The checker's words for it.
    func words(_ record: ProjectRecord?, _ products: BuildProducts) -> [String] {
        var words = ["check", folder]
        if let entry { words += ["--entry", entry] }
        if let python = python?.description ?? record?.python { words += ["--python", python] }
        if let user = record?.user { words += ["--account", user] }
        if !loads { words.append("--no-load") }
        return words + products.words
    }
}

extension VisitRequest {
    /// The checker's words for it.
    func words(report: String, _ products: BuildProducts) -> [String] {
        var words = ["visit", folder, target, "--report", report]
        if let entry { words += ["--entry", entry] }
        if let method { words += ["--method", method] }
        if let body { words += ["--data=\(body)"] }
        for header in headers { words += ["--header", header] }
        return words + products.words
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
    if let report = try? JSONDecoder().decode(CheckReport.self, from: data) { return report }
    if let refusal = try? JSONDecoder().decode(Refusal.self, from: data) {
        throw .cannotLook(message: refusal.error.message)
    }
    throw .brokenReport(exitCode: exitCode)
}

extension ProjectRecord {
    /// Reads what a project was made from; nil where pa-new did not make it, or nobody can tell.
    static func read(in folder: String) -> ProjectRecord? {
        FileManager.default.contents(atPath: folder + "/" + Plan.answersFile)
            .flatMap { try? JSONDecoder().decode(ProjectRecord.self, from: $0) }
    }
}
