// `pa-new update` as the user sees it: other answers, edits, moves, conflicts.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("pa-new update")
struct UpdateCommandTests {
    private func text(_ path: String, in project: URL) throws -> String {
        try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    private func edit(_ path: String, in project: URL, _ change: (String) -> String) throws {
        let text = change(try text(path, in: project))
        try Data(text.utf8).write(to: project.appending(path: path))
    }

    @Test(
        "an unedited project with other answers is what a new one would be, byte for byte",
        arguments: [
            ["--set", "user=bob"], ["--set", "name=other-name"], ["--set", "python=3.9"],
            ["--set", "framework=flask"], ["--set", "framework=tornado", "--set", "name=x"],
            ["--set", "domain=www.example.com"], ["--set", "user="],
            ["--set", "user=bob", "--set", "domain=bob.eu.pythonanywhere.com"],
        ]
    )
    func sameAsNew(words: [String]) async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let updated = try await runTool(["update", "hello"] + words, in: folder)
            expectEnd(of: updated, code: 0, stderr: "")

            var settings = ["user": "alice", "name": "hello"]
            for word in words where word != "--set" {
                let parts = word.split(separator: "=", omittingEmptySubsequences: false)
                settings[String(parts[0])] = parts[1].isEmpty ? nil : String(parts[1])
            }
            let name = settings.removeValue(forKey: "name") ?? ""
            let options = settings.flatMap { ["--" + $0.key, $0.value] }
            let new = folder.appending(path: "new")
            try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
            expectEnd(
                of: try await runTool([name, "-o", "new", "-q"] + options, in: folder),
                code: 0
            )
            #expect(
                try tree(folder.appending(path: "hello")) == tree(new.appending(path: name))
            )
        }
    }

    @Test("a report for people, and nothing to tell when nothing is new")
    func told() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            let none = try await runTool(["update", "hello"], in: folder)
            expectEnd(of: none, code: 0, stdout: "hello is up to date\n", stderr: "")
            try FileManager.default.removeItem(at: hello.appending(path: "static/hello.txt"))
            try edit("hello/handlers.py", in: hello) { $0 + "\n# mine\n" }
            let updated = try await runTool(["update", "--set", "user=alice"], in: hello)
            expectEnd(
                of: updated,
                code: 0,
                stdout: """
                    update  .pa-new.base.json
                    update  .pa-new.json
                    update  README.md
                      skip  static/hello.txt

                    Next steps
                      1. On your computer, in the project's folder, run its tests:
                             python3 -m unittest
                      2. Upload the changed files to /home/alice/hello.
                      3. Press Reload.

                    Or, once its tests pass, do the rest with one command. It needs an API token in
                    the environment variable API_TOKEN:
                        pa-new deploy .

                    """,
                stderr: ""
            )
            #expect(try text("hello/handlers.py", in: hello).hasSuffix("\n# mine\n"))
            #expect(try !filePaths(below: hello).contains("static/hello.txt"))
        }
    }

    @Test("a conflict has markers, is listed, and ends with exit code 1; a dry run as well")
    func conflict() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try edit("README.md", in: hello) { $0.replacing("alice", with: "carol") }
            let before = try tree(hello)
            let words = ["update", "hello", "--set", "user=bob"]
            let dry = try await runTool(words + ["--dry-run"], in: folder)
            expectEnd(of: dry, code: 1, stderr: "")
            #expect(dry.stdout.contains("conflict  hello/README.md\n"))
            #expect(dry.stdout.hasSuffix("\nNothing was written.\n"))
            #expect(try tree(hello) == before)

            let finished = try await runTool(words, in: folder)
            expectEnd(of: finished, code: 1, stderr: "")
            #expect(finished.stdout.contains("conflict  hello/README.md\n"))
            #expect(finished.stdout.contains("  1. Resolve the conflicts in README.md: "))
            let readme = try text("README.md", in: hello)
            #expect(readme.contains("\n<<<<<<< yours\n"))
            #expect(readme.contains("\n>>>>>>> pa-new \(paNewVersion)\n"))
            #expect(readme.contains("carol") && readme.contains("bob"))

            let again = try await runTool(words, in: folder)
            expectEnd(of: again, code: 73, stdout: "")
            #expect(again.stderr.contains("an earlier update left conflicts in 'README.md'"))

            let quiet = try await withTemporaryFolder { other in
                _ = try await runTool(["hello", "-u", "alice", "-q"], in: other)
                try edit("README.md", in: other.appending(path: "hello")) {
                    $0.replacing("alice", with: "carol")
                }
                return try await runTool(words + ["-q"], in: other)
            }
            expectEnd(of: quiet, code: 1, stdout: "")
            #expect(quiet.stderr.contains("README.md"))
        }
    }

    @Test("what cannot be merged lies beside the user's, and what is generated no more stays")
    func unmerged() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try Data([0, 1, 2]).write(to: hello.appending(path: "README.md"))
            try edit("hello/web/errors.py", in: hello) { $0 + "# mine\n" }
            let words = ["update", "hello", "--set", "framework=flask"]
            let finished = try await runTool(words, in: folder)
            expectEnd(of: finished, code: 1, stderr: "")
            for line in [
                "conflict  hello/README.md\n", "  create  hello/README.md.pa-new\n",
                "conflict  hello/hello/web/errors.py\n",
                "  1. Compare README.md with the template's",
                "  2. You edited hello/web/errors.py, which the template no longer has",
                "mkvirtualenv hello",
            ] {
                #expect(finished.stdout.contains(line), "\(finished)")
            }
            #expect(!finished.stdout.contains("<<<<<<<"))
            #expect(try Data(contentsOf: hello.appending(path: "README.md")) == Data([0, 1, 2]))
            #expect(try text("README.md.pa-new", in: hello).contains("Flask"))
            #expect(try text("hello/web/errors.py", in: hello).hasSuffix("# mine\n"))
        }
    }

    @Test("another name takes the user's own files in the package along, and says what else to do")
    func renamed() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try write(
                [
                    "hello/models.py": "V = 1\n", "hello/pages/a.html": "a",
                    "hello/__pycache__/x.pyc": "x", "own.py": "from hello import models\n",
                ],
                below: hello
            )
            try edit("hello/handlers.py", in: hello) { "from .models import V\n" + $0 }
            let finished = try await runTool(["update", "hello", "--set", "name=bye"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(try text("bye/models.py", in: hello) == "V = 1\n")
            #expect(try text("bye/pages/a.html", in: hello) == "a")
            #expect(try text("bye/handlers.py", in: hello).hasPrefix("from .models import V\n"))
            #expect(try text("own.py", in: hello) == "from hello import models\n")
            for line in [
                "move  hello/bye/models.py  (before: hello/hello/models.py)\n",
                "Rename the project's folder to bye", "to bye.\n", "/home/alice/bye",
                "source code folder",
            ] {
                #expect(finished.stdout.contains(line), "\(finished)")
            }
        }
    }

    @Test("another name takes along the user's own files in every folder that it moves")
    func renamedFolders() async throws {
        try await withTemporaryFolder { folder in
            let words = ["hello", "-l", "swift", "-u", "alice", "-q"]
            expectEnd(of: try await runTool(words, in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try write(
                [
                    "Sources/Hello/Extra.swift": "1", "Sources/Hello/Web/More.swift": "2",
                    "Sources/Hello/Own/Deep.swift": "3", "Sources/Other/Other.swift": "4",
                    "tests/HelloTests/ExtraTests.swift": "5", "tests/test_own.py": "6",
                ],
                below: hello
            )
            let finished = try await runTool(
                ["update", "hello", "--set", "name=my-site"],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            for (path, contents) in [
                ("Sources/MySite/Extra.swift", "1"), ("Sources/MySite/Web/More.swift", "2"),
                ("Sources/MySite/Own/Deep.swift", "3"), ("Sources/Other/Other.swift", "4"),
                ("tests/MySiteTests/ExtraTests.swift", "5"), ("tests/test_own.py", "6"),
            ] {
                #expect(try text(path, in: hello) == contents)
            }
            #expect(!(try filePaths(below: hello)).contains { $0.contains("Hello") })
            let plain = finished.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            #expect(plain.contains("imports of Hello to MySite."), "\(finished)")
        }
    }

    @Test(
        "the next steps are those of a new web app where it is another one, and short where not",
        arguments: [
            ("user=bob", true), ("domain=www.example.com", true), ("python=3.11", false),
            ("framework=flask", false),
        ]
    )
    func steps(setting: String, isNew: Bool) async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let finished = try await runTool(["update", "hello", "--set", setting], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("add a new web app for") == isNew, "\(finished)")
            #expect(
                finished.stdout.contains("mkvirtualenv") == (setting == "framework=flask")
            )
        }
    }

    @Test("a dry run ends as the real run where nothing can be written")
    func readOnly() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            // Root may write anywhere: another user tries.
            let script = """
                chmod 755 . ; chmod -R a+rX hello; chmod 555 hello
                [ "$(id -u)" = 0 ] && as="setpriv --reuid 65534 --regid 65534 --clear-groups" || as=
                $as "$1" update hello --set user=alice $2
                """
            var ends: [ProcessResult] = []
            for option in ["-n", "-q"] {
                ends.append(
                    try await run("sh", ["-c", script, "sh", Paths.tool.path, option], in: folder)
                )
            }
            #expect(ends.map(\.exitCode) == [73, 73], "\(ends)")
            #expect(ends[0].stderr == ends[1].stderr)
            #expect(ends[0].stderr.contains("Permission denied"), "\(ends[0])")
        }
    }

    @Test("git, a dirty tree and what else lies in the folder are left alone")
    func elsewhere() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            let others = [".git/HEAD": "x", ".git/index.lock": "", "mine/a.py": "a", ".env": "b"]
            for (path, text) in others { try write([path: text], below: hello) }
            // No program of the user's is run, git neither.
            let finished = try await runTool(
                ["update", "hello", "--set", "user=alice"],
                in: folder,
                environment: ["PATH": "/nonexistent"]
            )
            expectEnd(of: finished, code: 0, stderr: "")
            for (path, content) in others { #expect(try text(path, in: hello) == content) }
        }
    }

    @Test("line ends that git or an editor changed are no edits of every line")
    func windowsLineEnds() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try edit("README.md", in: hello) { $0.replacing("\n", with: "\r\n") + "mine\r\n" }
            let finished = try await runTool(
                ["update", "hello", "--set", "user=alice"],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            let data = try Data(contentsOf: hello.appending(path: "README.md"))
            let readme = String(decoding: data, as: UTF8.self)
            #expect(readme.contains("/home/alice/hello") && readme.hasSuffix("mine\r\n"))
            #expect(!readme.replacing("\r\n", with: "").unicodeScalars.contains("\n"))
        }
    }

    @Test("a template of the user's own is named again, with new questions answered")
    func ownTemplate() async throws {
        try await withTemporaryFolder { folder in
            let template = folder.appending(path: "mine")
            let manifest = """
                {"title": "Mine", "summary": "S", "questions": [
                  {"key": "colour", "type": "text", "prompt": "Colour?"}MORE]}
                """
            try write(
                [
                    "manifest.json": manifest.replacing("MORE", with: ""),
                    "{{package}}.txt.mustache": "1\n2\n3\n{{colour}}\n",
                ],
                below: template
            )
            let made = try await runTool(
                ["hello", "--template", "mine", "--set", "colour=red", "-q"],
                in: folder
            )
            expectEnd(of: made, code: 0, stderr: "")
            let hello = folder.appending(path: "hello")
            try edit("hello.txt", in: hello) { "0\n" + $0 }

            let lost = try await runTool(["update", "hello"], in: folder)
            expectEnd(of: lost, code: 73, stdout: "")
            #expect(lost.stderr.contains("--template"))

            let more = #", {"key": "size", "type": "integer", "prompt": "Size?"}"#
            try write(
                [
                    "manifest.json": manifest.replacing("MORE", with: more),
                    "{{package}}.txt.mustache": "1\n2\n3\n{{colour}} {{size}}\n",
                ],
                below: template
            )
            let open = try await runTool(["update", "hello", "--template", "mine"], in: folder)
            expectEnd(of: open, code: 64, stdout: "")
            #expect(open.stderr.contains("--set size="))

            let unknown = try await runTool(
                ["update", "hello", "--template", "mine", "--set", "sise=1"],
                in: folder
            )
            expectEnd(of: unknown, code: 64, stdout: "")
            #expect(unknown.stderr.contains("size"))

            let done = try await runTool(
                ["update", "hello", "--template", "mine", "--set", "size=4"],
                in: folder
            )
            expectEnd(of: done, code: 0, stderr: "")
            #expect(try text("hello.txt", in: hello) == "0\n1\n2\n3\nred 4\n")
        }
    }
}
