// What the tests of this target stand on: the Python world's own tools, and looks at folders.

import Foundation
import TestSupport
import Testing

/// The Python with the tools that judge wheels.
func judges() async throws -> String {
    let list = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Python/requirements.txt")
    let interpreter = try #require(BuiltWheel.interpreter, "\(Need.wheel.reason)")
    return try await PythonEnvironments.shared.python(interpreter, listedIn: list).path
}

/// Runs a program that has to succeed, and returns what it prints.
@discardableResult
func succeed(
    _ program: String,
    _ arguments: [String] = [],
    in folder: URL? = nil,
    environment: [String: String?] = [:],
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> String {
    let finished = try await run(program, arguments, in: folder, environment: environment)
    try #require(finished.exitCode == 0, "\(finished)", sourceLocation: sourceLocation)
    return finished.stdout
}

/// Every file, link and folder below a folder with its mode and contents, compiled Python aside.
///
/// A folder begins with `d`.
func everything(below folder: URL) async throws -> [String] {
    let command = """
        find . ! -name '*.pyc' ! -name __pycache__ -printf '%y %m %p %l\\n'
        find . -type f ! -name '*.pyc' -exec sha256sum {} +
        """
    return try await succeed("sh", ["-c", command], in: folder).split(separator: "\n").map(
        String.init
    )
    .sorted()
}

/// What `uname` says, for the names of files.
func machine() -> String {
    var names = utsname()
    uname(&names)
    return withUnsafeBytes(of: names.machine) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// What the tool writes for shells and for man, by the place below share/ where they look for it.
func companions() async throws -> [String: String] {
    let commands = [
        "bash-completion/completions/pa-new": ["completions", "bash"],
        "fish/vendor_completions.d/pa-new.fish": ["completions", "fish"],
        "man/man1/pa-new.1": ["man"],
        "zsh/site-functions/_pa-new": ["completions", "zsh"],
    ]
    var texts: [String: String] = [:]
    for (path, words) in commands { texts[path] = try await succeed(Paths.tool.path, words) }
    return texts
}

/// Expects that a folder has exactly the tool's companions below share/, of these sources.
func expectCompanions(
    below folder: URL,
    besides others: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let expected = try await companions()
    let share = folder.appending(path: "share")
    let found = try filePaths(below: share)
    #expect(found == (expected.keys + others).sorted(), sourceLocation: sourceLocation)
    for (path, text) in expected {
        let contents = try String(contentsOf: share.appending(path: path), encoding: .utf8)
        let isSame = contents == text
        #expect(isSame, "share/\(path)", sourceLocation: sourceLocation)
    }
}

/// Does the main job with an installed tool and nothing but a PATH, then what was made runs its tests.
///
/// The Python is nil where it is too old for them.
func expectMainJob(
    in folder: URL,
    path bin: URL,
    python: String?,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let words = ["-i", "PATH=\(bin.path)", "pa-new", "hello", "--framework", "handler"]
    let printed = try await succeed(
        "/usr/bin/env",
        words,
        in: folder,
        sourceLocation: sourceLocation
    )
    #expect(printed.contains("create  hello/wsgi.py"), sourceLocation: sourceLocation)
    guard let python else { return }
    let finished = try await run(
        python,
        ["-W", "error", "-m", "unittest"],
        in: folder.appending(path: "hello")
    )
    #expect(finished.exitCode == 0, "\(finished)", sourceLocation: sourceLocation)
    let ran = finished.stderr.firstMatch(of: /Ran (\d+) tests?/).flatMap { Int($0.1) } ?? 0
    #expect(ran >= 9, "\(finished)", sourceLocation: sourceLocation)
}
