// What an update would do, as an exit code, and the next steps after one with other answers.

import Foundation
import TestSupport
import Testing

@Suite("Updates with other answers")
struct UpdateAnswersTests {
    @Test("--check says by its exit code whether there is something to do, and changes nothing")
    func check() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            let readme = hello.appending(path: "README.md")
            let text = try String(contentsOf: readme, encoding: .utf8)
            try write(
                ["README.md": text.replacing("cp /home/alice/", with: "cp /home/carol/")],
                below: hello
            )
            let before = try tree(hello)
            // A checkout that nobody may write to can be checked as well.
            let manager = FileManager.default
            try manager.setAttributes([.posixPermissions: 0o555], ofItemAtPath: hello.path)
            defer {
                try? manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hello.path)
            }
            for (answer, code) in [
                ("user=alice", 0), ("python=3.12", 3), ("user=bob", 1),
            ] as [(String, Int32)] {
                let words = ["update", "hello", "--check", "--set", answer]
                let finished = try await runTool(words, in: folder)
                expectEnd(of: finished, code: code, stderr: "")
                #expect(finished.stdout.contains("is up to date") == (code == 0), "\(finished)")
                let says = finished.stdout.hasSuffix("\nNothing was written.\n")
                #expect(says == (code != 0), "\(finished)")
                let quiet = try await runTool(words + ["-q"], in: folder)
                expectEnd(of: quiet, code: code, stdout: "", stderr: "")
                let json = try await runTool(words + ["--json"], in: folder)
                expectEnd(of: json, code: code, stderr: "")
                #expect(json.stdout.contains(#""dryRun" : true"#), "\(json)")
                #expect(json.stdout.contains(#""verb" : "conflict""#) == (code == 1), "\(json)")
                #expect(try tree(hello) == before)
            }
            try manager.removeItem(at: folder.appending(path: "hello/static/hello.txt"))
            let deleted = try await runTool(["update", "hello", "--check"], in: folder)
            expectEnd(of: deleted, code: 0, stderr: "")
            let none = try await runTool(["update", "nowhere", "--check"], in: folder)
            #expect(none.exitCode == 73, "\(none)")
            // A script sees by an empty output that there is no report.
            let json = try await runTool(["update", "nowhere", "--check", "--json"], in: folder)
            expectEnd(of: json, code: 73, stdout: "")
            #expect(json.stderr.contains("there is no such folder"), "\(json)")
        }
    }

    @Test(
        "another Python, name, framework or set of packages has the steps of a change",
        arguments: [
            (
                [], ["python=3.12"],
                ["Upload the changed files", "set the Python version to 3.12.", "Press Reload."],
                ["mkvirtualenv", "source code folder", "unzip"]
            ),
            (
                ["--framework", "flask"], ["python=3.12"],
                [
                    "set the Python version to 3.12.", "rmvirtualenv hello",
                    "mkvirtualenv hello --python=python3.12", "pip install -r",
                ],
                ["source code folder", "set the virtualenv"]
            ),
            (
                ["--framework", "flask"], ["name=bye"],
                [
                    "unzip bye.zip", "mkvirtualenv bye --python=python3.13",
                    "set the source code folder to /home/alice/bye.",
                    "set the virtualenv to /home/alice/.virtualenvs/bye.",
                    "Replace the whole contents of the WSGI file",
                    "URL /static/, directory /home/alice/bye/static.",
                    "If your app saved files in /home/alice/hello, such as a database",
                ],
                ["rmvirtualenv", "Python version"]
            ),
            (
                [], ["framework=flask"],
                [
                    "unzip hello.zip", "mkvirtualenv hello --python=python3.13",
                    "set the virtualenv to /home/alice/.virtualenvs/hello.", "Replace the whole",
                ],
                ["Python version", "source code folder"]
            ),
            (
                ["--framework", "flask"], ["framework=handler"],
                ["unzip hello.zip", "clear the virtualenv", "Press Reload."],
                ["mkvirtualenv", "source code folder"]
            ),
            (
                ["--framework", "flask"], ["database=mysql"],
                ["workon hello", "pip install -r", "set a password for MySQL"],
                ["mkvirtualenv", "source code folder", "Python version"]
            ),
            (
                [], ["domain=www.example.com"], ["add a new web app for www.example.com"],
                ["The next steps change"]
            ),
        ] as [([String], [String], [String], [String])]
    )
    func changed(made: [String], set: [String], has: [String], hasNot: [String]) async throws {
        try await withTemporaryFolder { folder in
            let words = ["hello", "-u", "alice", "-q"] + made
            expectEnd(of: try await runTool(words, in: folder), code: 0)
            let finished = try await runTool(
                ["update", "hello"] + set.flatMap { ["--set", $0] },
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            // Steps are wrapped, and each line is indented.
            let text = finished.stdout.replacing(/\n +/, with: " ")
            for part in has { #expect(text.contains(part), "\(part): \(text)") }
            for part in hasNot + (set == ["domain=www.example.com"] ? [] : ["add a new web app"]) {
                #expect(!text.contains(part), "\(part): \(text)")
            }
        }
    }
}
