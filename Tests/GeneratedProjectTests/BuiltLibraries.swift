// Projects with handlers in Swift, built: a build takes a quarter of a minute, so each is made once.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

/// Builds projects with handlers in Swift, each once, and keeps them for the next run of the tests.
struct BuiltLibraries: Sendable {
    /// The one builder of this process.
    static let shared = BuiltLibraries()

    /// What `build.sh` is given for a library that answers a few requests.
    ///
    /// The compiler takes a third of the time. What users build is tested with the fixtures.
    static let unoptimised = ["-Xswiftc", "-Onone"]

    /// Where the handlers lie that tests put in the place of the project's own.
    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Swift")

    private let built = Once<URL>()

    /// Returns the folder of a built project.
    ///
    /// All tests share it, so it is for reading alone: a test that changes something takes a copy of
    /// `wsgi.py` and `libHello.so`.
    ///
    /// - Parameters:
    ///   - fixture: A folder of ``fixtures`` whose files take the place of those in `Sources/Hello`;
    ///     nil is the project as it was generated.
    ///   - name: The project's name.
    ///   - options: What `build.sh` is given.
    /// - Returns: The folder, with `libHello.so` in it.
    /// - Throws: Where the project cannot be generated or built.
    func project(
        _ fixture: String? = nil,
        name: String = "hello",
        options: [String] = []
    ) async throws -> URL {
        let key = (["swift", fixture ?? "plain", name] + options).joined(separator: "+")
            .map { $0.isLetter || $0.isNumber ? $0 : "-" }
        let folder = Paths.cache.appending(path: String(key))
        return try await built.value(folder.path) {
            try await withTemporaryFolder { root in
                let project = try await GeneratedProject("handler-swift", name: name, below: root)
                    .folder
                if let fixture {
                    try Self.overlay(Self.fixtures.appending(path: fixture), on: project)
                }
                try await build(project, in: folder, options) {
                    // Read and not run itself: a child that another test starts while the script is
                    // copied holds the copy open, and the system runs no file that somebody can
                    // write to.
                    let script = folder.appending(path: "build.sh").path
                    try await Self.check(run("sh", [script] + options, in: folder, seconds: 600))
                }
            }
            return folder
        }
    }

    /// Builds a project that a test made, runs its tests in Swift, and copies its libraries into it.
    ///
    /// - Parameters:
    ///   - project: The project's folder.
    ///   - key: What to call the built copy, which is kept.
    /// - Throws: Where the project cannot be built or its tests fail.
    func copyLibraries(of project: URL, key: String) async throws {
        let folder = Paths.cache.appending(path: key)
        try await build(project, in: folder, ["swift test"]) {
            let tests = try filePaths(below: folder).filter { $0.hasSuffix("Tests.swift") }
                .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
                .reduce(0) { $0 + $1.components(separatedBy: "@Test(").count - 1 }
            let script = folder.appending(path: "build.sh").path
            try await Self.check(
                run("sh", [script] + Self.unoptimised, in: folder, seconds: 600)
            )
            let finished = try await run("swift", ["test"], in: folder, seconds: 600)
            try Self.check(finished)
            let output = finished.stdout + finished.stderr
            try #require(output.contains("Test run with \(tests) tests"), "\(finished)")
        }
        let libraries = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".so") }
        try #require(!libraries.isEmpty)
        for library in libraries {
            try FileManager.default.copyItem(
                at: folder.appending(path: library),
                to: project.appending(path: library)
            )
        }
    }

    /// Copies a project to a folder that stays, where only files that changed are written: what was
    /// built there before is built on.
    ///
    /// - Parameters:
    ///   - project: The project's folder.
    ///   - key: What to call the copy.
    /// - Returns: The copy.
    /// - Throws: Where a file cannot be read or written.
    static func keptCopy(of project: URL, key: String) throws -> URL {
        let copy = Paths.cache.appending(path: key)
        let manager = FileManager.default
        let paths = Set(try filePaths(below: project))
        if manager.fileExists(atPath: copy.path) {
            for path in try filePaths(below: copy)
            where !path.hasPrefix(".build/") && !paths.contains(path) {
                try manager.removeItem(at: copy.appending(path: path))
            }
        }
        for path in paths.sorted() {
            let (source, place) = (project.appending(path: path), copy.appending(path: path))
            if manager.contentsEqual(atPath: source.path, andPath: place.path) { continue }
            try manager.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try? manager.removeItem(at: place)
            try manager.copyItem(at: source, to: place)
        }
        return copy
    }

    /// Copies a project to a folder and builds it there, unless the folder has just that already.
    private func build(
        _ project: URL,
        in folder: URL,
        _ options: [String],
        _ commands: () async throws -> Void
    ) async throws {
        let digest = try await Self.digest(of: project, options)
        let stamp = folder.appending(path: "complete.txt")
        guard (try? String(contentsOf: stamp, encoding: .utf8)) != digest else { return }

        try Self.replace(folder, byCopyOf: project)
        try await commands()
        try digest.write(to: stamp, atomically: true, encoding: .utf8)
    }

    /// Puts a copy of a project in the place of a folder, whatever a killed run has left there.
    ///
    /// The compiler of such a run can still write to it, so that it cannot be removed: but it can be moved away.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - project: The project.
    /// - Throws: Where a file cannot be read or written.
    static func replace(_ folder: URL, byCopyOf project: URL) throws {
        let manager = FileManager.default
        let place = folder.deletingLastPathComponent()
        let leftover = folder.lastPathComponent + ".left-"
        try manager.createDirectory(at: place, withIntermediateDirectories: true)
        if (try? manager.attributesOfItem(atPath: folder.path)) != nil {
            let name = leftover + UUID().uuidString
            try manager.moveItem(at: folder, to: place.appending(path: name))
        }
        for name in try manager.contentsOfDirectory(atPath: place.path)
        where name.hasPrefix(leftover) {
            // What cannot be removed now, the next run removes.
            try? manager.removeItem(at: place.appending(path: name))
        }
        let copy = place.appending(path: leftover + UUID().uuidString)
        try manager.copyItem(at: project, to: copy)
        try manager.moveItem(at: copy, to: folder)
    }

    private static func check(_ finished: ProcessResult) throws {
        try #require(finished.exitCode == 0, "\(finished)")
    }

    /// Puts a fixture's files in the place of the project's own.
    private static func overlay(_ fixture: URL, on project: URL) throws {
        let sources = project.appending(path: "Sources/Hello")
        for path in try filePaths(below: fixture) {
            let place = sources.appending(path: path)
            try? FileManager.default.removeItem(at: place)
            try FileManager.default.copyItem(at: fixture.appending(path: path), to: place)
        }
    }

    /// Returns a digest of all that the library is made of: sources, options and compiler.
    private static func digest(of project: URL, _ options: [String]) async throws -> String {
        let compiler = try await run("swift", ["--version"])
        var lines = options + [compiler.stdout]
        for path in try filePaths(below: project) {
            let contents = try Data(contentsOf: project.appending(path: path))
            lines.append("\(path) \(SHA256.hex(of: Array(contents)))")
        }
        return SHA256.hex(of: Array(lines.joined(separator: "\n").utf8))
    }
}
