// `pa-new check` and `pa-new visit` on generated projects, good and then spoilt.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("check and visit", .needs(.hostPython), .lane(.full))
struct CheckCommandTests {
    /// The newest Python of this machine with what a project needs.
    private func python(for project: GeneratedProject) async throws -> String {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        return try await project.python(newest).path
    }

    @Test(
        "find nothing in a generated project, and print its line",
        arguments: try atLeastOne(ProjectCase.atTheEnds)
    )
    func good(_ example: ProjectCase) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(example.framework, below: root)
            try await project.build()
            let python = try await project.python(example.python).path
            let check = try await runTool(
                ["check", "hello", "--strict", "--interpreter", python],
                in: project.home
            )
            #expect(check.exitCode == 0, "\(check)")
            #expect(check.stdout.contains("no problems found in hello/wsgi.py, with Python 3."))

            let visit = try await runTool(["visit", "--interpreter", python], in: project.folder)
            #expect(visit.exitCode == 0, "\(visit)")
            #expect(visit.stdout.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(visit.stdout.hasSuffix("\r\n\r\n" + project.framework.manifest.greeting))

            let lost = try await runTool(
                ["visit", "/nowhere", "--interpreter", python],
                in: project.folder
            )
            #expect(lost.exitCode == 1, "\(lost)")
            #expect(lost.stdout.hasPrefix("HTTP/1.1 404 "))
            let files = Set(try await check.filesBefore(project)).union(try project.uploads)
            // A visit keeps the key of cookies, so that the next one reads those of this one.
            let there = try filePaths(below: project.folder).filter { $0 != ".secret_key" }
            #expect(there == files.sorted())
        }
    }

    @Test(
        "a spoilt project is found out, and cannot be visited",
        arguments: try atLeastOne(ProjectCase.folders)
    )
    func spoilt(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            try await project.build()
            let entry = project.folder.appending(path: "wsgi.py")
            var text = try String(contentsOf: entry, encoding: .utf8)
            text += """

                from wsgiref.simple_server import make_server

                make_server("127.0.0.1", 8765, application).serve_forever()

                """
            try text.write(to: entry, atomically: true, encoding: .utf8)
            let line =
                text.split(separator: "\n", omittingEmptySubsequences: false)
                .firstIndex { $0.hasPrefix("make_server") }.map { $0 + 1 } ?? 0
            let python = try await python(for: project)
            for options in [[], ["--no-load"]] {
                let check = try await runTool(
                    ["check", "--interpreter", python] + options,
                    in: project.folder
                )
                #expect(check.exitCode == 1, "\(check)")
                #expect(check.stdout.contains("wsgi.py:\(line): error: "), "\(check)")
                #expect(check.stdout.contains("[server-start]"))
                #expect(check.stdout.contains("1 error, 0 warnings"))
            }
            let visit = try await runTool(["visit", "--interpreter", python], in: project.folder)
            #expect(visit.exitCode == 1, "\(visit)")
            #expect(visit.stdout == "")
            #expect(visit.stderr.contains("[server-start]"), "\(visit)")
        }
    }

    @Test(
        "what is not built yet, or not for the host, is a finding that says what to do",
        arguments: try atLeastOne(ProjectCase.swiftFolders)
    )
    func notBuilt(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            let path = try #require(project.uploads.first)
            let file = project.folder.appending(path: path)
            let python = try await python(for: project)
            let checks = [["check"], ["check", "--no-load"]]
            // A visit of what is there answers as the host would: with the app's own 500.
            let rows: [(contents: String?, rule: String, said: String, words: [[String]])] = [
                (nil, "not-built", "./build.sh", checks + [["visit"]]),
                ("a text\n", "library-format", "is a text file", checks),
                ("", "library-format", "is empty", checks),
            ]
            for row in rows {
                if let contents = row.contents { try Data(contents.utf8).write(to: file) }
                for words in row.words {
                    let finished = try await runTool(
                        words + ["--interpreter", python],
                        in: project.folder
                    )
                    #expect(finished.exitCode == 1, "\(words) \(finished)")
                    let output = words == ["visit"] ? finished.stderr : finished.stdout
                    #expect(output.contains("[\(row.rule)]"), "\(words) \(finished)")
                    #expect(output.contains(row.said), "\(words) \(finished)")
                    #expect(!output.contains("[error-response]"), "\(finished)")
                }
            }
        }
    }

    @Test("what cannot be looked at is told with exit code 2")
    func cannotCheck() async throws {
        try await withTemporaryFolder { folder in
            for (words, part) in [
                (["check", "nowhere"], "nowhere"), (["check"], "--entry"),
                (["visit"], "--entry"), (["check", "--interpreter", "no/python"], "'no/python'"),
                (["check", "--entry", "no.py"], "no.py"),
            ] {
                let finished = try await runTool(words, in: folder)
                #expect(finished.exitCode == 2, "\(finished)")
                #expect(finished.stdout == "")
                #expect(finished.stderr.contains(part), "\(finished)")
            }
        }
    }

    @Test("nothing is left behind, not even by a signal")
    func nothingLeft() async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("handler", below: root)
            let entry = project.folder.appending(path: "wsgi.py")
            try Data("import time\ntime.sleep(60)\n".utf8).write(to: entry)
            let scratch = root.appending(path: "tmp")
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
            let python = try await python(for: project)
            let script = """
                "$1" check --interpreter "$2" & tool=$!
                sleep 2; kill -TERM $tool; wait $tool; echo "ended with $?"
                sleep 0.5; ls -A "$TMPDIR"; pgrep -f "$TMPDIR" || echo "no process"
                """
            let finished = try await run(
                "sh",
                ["-c", script, "sh", Paths.tool.path, python],
                in: project.folder,
                environment: ["TMPDIR": scratch.path],
                seconds: 30
            )
            #expect(finished.stdout.hasSuffix("no process\n"), "\(finished)")
            #expect(!finished.stdout.contains("pa-new-"), "\(finished)")
        }
    }
}

extension ProcessResult {
    /// The files that a project had when it was made.
    fileprivate func filesBefore(_ project: GeneratedProject) async throws -> [String] {
        let fresh =
            ["\(project.name.folder)", "-q", "-u", "alice"]
            + (try Catalog.embedded().options(for: project.framework))
        return try await withTemporaryFolder { folder in
            _ = try await runTool(fresh, in: folder)
            return try filePaths(below: folder.appending(path: project.name.folder))
        }
    }
}
