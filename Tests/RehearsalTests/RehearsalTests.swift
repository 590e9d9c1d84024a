// Each generated project on a rehearsed host, in a real browser: `Scripts/rehearse` does it.
//
// A target of its own: it needs nginx, openssl and chromium, and a Linux that lets us have namespaces.

import Foundation
import Scaffold
import TestSupport
import Testing

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))
private let newest = interpreters.last
/// The Pythons of the web apps, each of another version; for each push, the newest is enough.
private let oldestAndNewest =
    (Lane.current < .long ? [] : interpreters.dropLast().prefix(1)) + interpreters.suffix(1)

private let python = newest?.path ?? "python3"

/// Returns the arguments with which Python runs `Scripts/rehearse`.
private func arguments(_ options: [String], tool: URL) -> [String] {
    [
        Paths.package.appending(path: "Scripts/rehearse").path,
        "--pa-new", tool.path, "--cache", Paths.cache.appending(path: "rehearsal").path,
    ] + options
}

/// Runs `Scripts/rehearse` for something that takes no time.
private func rehearse(_ options: [String] = [], tool: URL = Paths.tool) async throws
    -> ProcessResult
{
    try await run(python, arguments(options, tool: tool), seconds: 60)
}

/// Runs `Scripts/rehearse` while other tests go on.
private func rehearseInBackground(_ options: [String], tool: URL = Paths.tool) async throws
    -> ProcessResult
{
    try await runInBackground(python, arguments(options, tool: tool), seconds: 1200)
}

/// Returns how many lines a rehearsal printed about each scenario.
private func numberOfLines(_ finished: ProcessResult) -> [String: Int] {
    finished.stdout.split(separator: "\n")
        .map { $0.prefix { $0 != " " } }
        .reduce(into: [:]) { counts, title in counts[String(title), default: 0] += 1 }
}

/// What keeps this computer from a rehearsal.
private let missing: String? = {
    guard newest != nil else { return "needs python3 with venv" }
    guard let checked = try? probe(python, arguments(["--check"], tool: Paths.tool)) else {
        return "Scripts/rehearse does not run"
    }
    return checked.exitCode == 0 ? nil : checked.stderr
}()

@Suite(
    "The rehearsed host",
    .needs(Need("\(missing ?? "")") { missing == nil }),
    .lane(.full),
    .serialized
)
struct RehearsalTests {
    @Test("is as the host is, and every project answers on it, before and after an edit")
    func everything() async throws {
        try await withTemporaryFolder { folder in
            let pythons = oldestAndNewest.flatMap { ["--python", $0.path] }
            let finished = try await rehearseInBackground(
                ["--screenshots", folder.path] + pythons
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(finished.stderr.isEmpty, "\(finished)")
            let catalog = try Catalog.embedded()
            var expected = ["host": 5]
            for framework in catalog.frameworks {
                let title = "\(framework.name)/\(framework.language ?? "")"
                let visits = "Scripts/rehearsal/visits/\(framework.name).py"
                let isVisited = FileManager.default.fileExists(
                    atPath: Paths.package.appending(path: visits).path
                )
                let lines = (framework.hasRequirements ? 7 : 6) + (isVisited ? 2 : 0)
                for python in oldestAndNewest {
                    expected["\(title)/\(python.version)"] = lines
                }
                let name = title.replacing("/", with: "-") + ".png"
                let picture = try Data(contentsOf: folder.appending(path: name))
                #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]), "\(name)")
            }
            // The first one is also deployed with a mistake, on the last Python.
            let first = try #require(catalog.frameworks.first)
            let version = try #require(oldestAndNewest.last).version
            expected["\(first.name)/\(first.language ?? "")/\(version)", default: 0] += 1
            #expect(numberOfLines(finished) == expected, "\(finished)")
            let bundles = finished.stdout.split(separator: "\n")
                .count { $0.contains(" packages from a bundle of ") }
            let needy = catalog.frameworks.count { $0.hasRequirements }
            #expect(bundles == needy * oldestAndNewest.count, "\(finished)")
            #expect(needy > 0)
        }
    }

    @Test("serves a project whose packages are in a virtualenv", .lane(.long))
    func virtualenv() async throws {
        let finished = try await rehearseInBackground([
            "--packages", "virtualenv", "--only", "flask",
        ])
        #expect(finished.exitCode == 0, "\(finished)")
        let version = try #require(newest).version
        #expect(numberOfLines(finished) == ["flask/python/\(version)": 10], "\(finished)")
        #expect(finished.stdout.contains(" packages in a virtualenv\n"), "\(finished)")
    }

    @Test("finds what a check of the code alone cannot know")
    func broken() async throws {
        // The check does not run uWSGI, which is the only one to say its name.
        let code = """
            inner = application
            def application(environ, start_response):
                if 'uwsgi.version' in environ: raise ProcessLookupError
                return inner(environ, start_response)
            """
        try await withTemporaryFolder { folder in
            let tool = folder.appending(path: "pa-new")
            // Written by another process: the system runs no file that somebody can write to.
            let script = """
                #!/bin/sh
                '\(Paths.tool.path)' "$@" || exit
                if [ "$1" = hello ]; then echo "$BREAKS" >>hello/hello/routes.py; fi
                """
            let made = try await run(
                "sh",
                ["-c", "printf '%s\\n' \"$SCRIPT\" >pa-new && chmod +x pa-new"],
                in: folder,
                environment: ["SCRIPT": script.replacing("$BREAKS", with: code)]
            )
            try #require(made.exitCode == 0, "\(made)")
            let finished = try await rehearseInBackground(["--only", "handler/python"], tool: tool)
            #expect(finished.exitCode == 1, "\(finished)")
            #expect(finished.stderr.contains("ProcessLookupError\n"), "\(finished)")
            #expect(finished.stderr.contains(": 500, "), "\(finished)")
            #expect(finished.stderr.contains("rehearse: failed: handler/python/"))
        }
    }
}

@Suite("Scripts/rehearse", .needs(.python(interpreters)))
struct RehearseCommandTests {
    @Test(
        "refuses invalid arguments",
        arguments: [
            (["--nowhere"], "--help"), (["--only", "falcon"], "host, handler/python"),
            (["--user", "../x"], "a-z"),
        ] as [([String], String)]
    )
    func invalidArguments(options: [String], message: String) async throws {
        let finished = try await rehearse(options)
        // Where something is missing, that is said first.
        let expected: [Int32] = missing == nil ? [64] : [64, 69]
        #expect(expected.contains(finished.exitCode), "\(finished)")
        #expect(missing != nil || finished.stderr.contains(message), "\(finished)")
        #expect(finished.stdout.isEmpty, "\(finished)")
    }

    @Test("says what is missing")
    func nothing() async throws {
        let finished = try await rehearse(tool: URL(filePath: "/nowhere/pa-new"))
        #expect(finished.exitCode == 69, "\(finished)")
        #expect(finished.stderr.hasPrefix("rehearse: there is no "), "\(finished)")
        #expect(try await rehearse(["--help"]).exitCode == 0)
    }
}
