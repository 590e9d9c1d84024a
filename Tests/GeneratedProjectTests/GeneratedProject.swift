// What the tests of generated projects stand on: cases from the catalogue, a project, a host.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

/// Every framework with every Python of the host that this machine has.
struct ProjectCase: Sendable, CustomTestStringConvertible {
    /// The framework's folder.
    let framework: String
    let python: Interpreter

    var testDescription: String { "\(framework), \(python)" }

    /// The frameworks there are, read from the catalogue.
    static let frameworks: [Framework] = (try? Catalog.embedded().frameworks) ?? []

    /// The folders of the frameworks, of which no two are called the same.
    static let folders = frameworks.map(\.folder)

    /// The interpreters of this machine that the host offers too.
    static let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

    /// The interpreters that a test in this lane takes if those between the ends differ in little: the
    /// newest in `quick`, the oldest, one in the middle and the newest in a whole run, all in `long`.
    static let span: [Interpreter] = {
        guard Lane.current < .long else { return interpreters }
        guard Lane.current > .quick else { return interpreters.suffix(1) }
        let places = Set([0, interpreters.count / 2, interpreters.count - 1])
        return places.sorted().filter(interpreters.indices.contains).map { interpreters[$0] }
    }()

    /// Each framework on each interpreter, in `quick` on the newest.
    static let all = cases(Lane.current > .quick ? interpreters : span)

    /// The oldest and the newest interpreter; in the lane `long` those of ``span``.
    static let ends = Lane.current < .long ? span.ends : span

    /// Each framework on the interpreters of ``ends``.
    static let atTheEnds = cases(ends)

    private static func cases(_ interpreters: [Interpreter]) -> [ProjectCase] {
        frameworks.flatMap { framework in
            interpreters.map { ProjectCase(framework: framework.folder, python: $0) }
        }
    }

    /// The folders of the frameworks whose handlers are in Swift.
    static let swiftFolders = frameworks.filter { $0.language == "swift" }.map(\.folder)
}

extension Need {
    /// A Python of the host's.
    static let hostPython = python(ProjectCase.interpreters)
}

extension Catalog {
    /// The framework that lies in a folder.
    func framework(inFolder folder: String) throws -> Framework {
        try #require(frameworks.first { $0.folder == folder }, "no framework lies in \(folder)")
    }

    /// What asks for the framework that lies in a folder, before anything is checked.
    func request(_ name: String, folder: String) throws -> Request {
        let framework = try framework(inFolder: folder)
        return Request(name: name, framework: framework.name, language: framework.language)
    }
}

/// A project in a home folder, written by the built tool.
struct GeneratedProject {
    /// The account's home folder.
    let home: URL
    /// What stands for `/var/www`.
    let www: URL
    /// The project's folder.
    let folder: URL
    let framework: Framework
    let name: ProjectName

    /// Makes a project below a temporary folder that stands for the host's root.
    ///
    /// - Parameters:
    ///   - framework: The framework's folder.
    ///   - name: The project's name.
    ///   - root: The temporary folder.
    ///   - options: Further options of pa-new.
    /// - Throws: Where the project cannot be made.
    init(
        _ framework: String,
        name: String = "hello",
        below root: URL,
        options: [String] = []
    ) async throws {
        let catalog = try Catalog.embedded()
        self.framework = try catalog.framework(inFolder: framework)
        home = root.appending(path: "home/alice")
        www = root.appending(path: "var/www")
        for folder in [home, www] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        let words =
            [name, "--user", "alice", "--quiet"] + catalog.options(for: self.framework) + options
        let finished = try await runTool(words, in: home)
        try #require(finished.exitCode == 0, "\(finished)")
        folder = home.appending(path: name)
        self.name = try ProjectName(name)
    }

    /// Copies the entry file to where the host has it, under the host's name for it.
    func installEntryFile() throws -> URL {
        let entry = www.appending(path: "alice_pythonanywhere_com_wsgi.py")
        try FileManager.default.copyItem(at: folder.appending(path: "wsgi.py"), to: entry)
        return entry
    }

    /// The file in the package that the entry file takes the application from, such as `routes.py`.
    var applicationFile: String {
        get throws {
            let entry = try String(contentsOf: folder.appending(path: "wsgi.py"), encoding: .utf8)
            let found = entry.firstMatch(of: /PROJECT \/ PACKAGE \/ "(\w+\.py)"/)
            return try String(#require(found, "wsgi.py looks for no file of the package").1)
        }
    }

    /// The files and folders that the README's first table names.
    var listedFiles: [String] {
        get throws {
            let readme = try String(
                contentsOf: folder.appending(path: "README.md"),
                encoding: .utf8
            )
            return readme.split(separator: "\n").prefix { $0 != "## Try it" }
                .filter { $0.hasPrefix("| `") }
                .flatMap { row in
                    row.split(separator: "|")[0].matches(of: /`([^`]+)`/).map { String($0.1) }
                }
        }
    }

    /// The lines of requirements.txt without comments, none where there is nothing to install.
    var requirements: [String] {
        get throws {
            guard framework.hasRequirements else { return [] }
            let file = folder.appending(path: "requirements.txt")
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .filter { !$0.hasPrefix("#") }
                .map(String.init)
        }
    }

    /// The paths of what has to be built and uploaded, where that is not the project itself.
    var uploads: [String] {
        get throws {
            let catalog = try Catalog.embedded()
            let request = try catalog.request(name.folder, folder: framework.folder)
            return try Project(ProjectConfiguration(request, catalog: catalog)).products.uploads
        }
    }

    /// Whether a file or folder that the README lists is made by a build, or by the app itself.
    func isMadeLater(_ path: String) -> Bool {
        let ignored = try? String(contentsOf: folder.appending(path: ".gitignore"), encoding: .utf8)
        return (ignored ?? "").split(separator: "\n").contains { $0 == path }
    }

    private func place(_ path: String) -> String { folder.appending(path: path).path }

    /// Builds what has to be uploaded, if there is anything.
    func build() async throws {
        let uploads = try uploads
        guard !uploads.isEmpty else { return }
        let built = try await BuiltLibraries.shared.project(
            name: name.folder,
            options: BuiltLibraries.unoptimised
        )
        for path in uploads where !FileManager.default.fileExists(atPath: place(path)) {
            try FileManager.default.copyItem(
                at: built.appending(path: path),
                to: folder.appending(path: path)
            )
        }
    }

    /// The Python of an environment with the project's requirements installed.
    func python(_ interpreter: Interpreter) async throws -> URL {
        try await PythonEnvironments.shared.python(interpreter, with: requirements)
    }
}

/// What an application answered.
struct Answer: Decodable, Equatable {
    let status: Int
    let headers: [String]
    let body: String
    let errors: String

    /// The value of a header field.
    func header(_ name: String) -> String? {
        headers.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}

/// What the host's loader has to tell.
struct Loaded: Decodable {
    let answers: [Answer]
    /// The modules that the application comes from, with their files.
    let files: [String: String]
}

/// The script that loads an entry file as the host does.
let hostScript = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Python/host.py")

/// Loads an entry file as the host does and makes requests.
///
/// - Parameters:
///   - entry: The entry file.
///   - python: The interpreter.
///   - requests: Methods and targets in turn.
///   - home: The account's home folder.
///   - folder: The working directory.
///   - path: What PYTHONPATH holds.
/// - Returns: How the interpreter ended.
/// - Throws: Where the interpreter cannot be run.
func load(
    _ entry: URL,
    with python: URL,
    _ requests: [String],
    home: URL,
    in folder: URL,
    path: URL? = nil
) async throws -> ProcessResult {
    try await run(
        python.path,
        ["-W", "error", hostScript.path, entry.path] + requests,
        in: folder,
        environment: ["HOME": home.path, "PYTHONPATH": path?.path]
    )
}

/// Decodes what the host's loader printed.
func decoded(
    _ finished: ProcessResult,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> Loaded {
    try #require(finished.exitCode == 0, "\(finished)", sourceLocation: sourceLocation)
    return try JSONDecoder().decode(Loaded.self, from: Data(finished.stdout.utf8))
}
