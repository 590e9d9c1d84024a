// Projects taken to later templates and other answers, as the user sees it.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

/// Catalogues of one framework `t`, a version of its templates after the other.
private enum Ladder {
    /// Returns a catalogue with these files, by path.
    static func catalog(_ files: [String: String]) throws -> Catalog {
        let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
        let all = files.merging(["manifest.json": manifest, "wsgi.py": "app\n"]) { own, _ in own }
        return try Catalog(
            files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
    }

    static let body = (1...20).map { "line \($0)\n" }.joined()

    static let steps: [[String: String]] = [
        ["same.txt": body, "{{package}}/app.py": body, "gone.txt": "1\n", "late-gone.txt": "1\n"],
        [
            "same.txt": body,
            "{{package}}/app.py": body.replacing("line 3\n", with: "line three\n"),
            "late-gone.txt": "1\n", "new.txt": "new\n",
        ],
        [
            "same.txt": body,
            "{{package}}/app.py": body.replacing("line 3\n", with: "line three\n") + "line 21\n",
            "late-gone.txt": "2\n", "new.txt": "new\nnewer\n",
        ],
        [
            "same.txt": body, "{{package}}/app.py": "#!\n" + body, "new.txt": "newest\n",
            "{{package}}/extra.py.mustache": "# {{title}}\n",
        ],
    ]
}

@Suite("Updating projects")
struct UpdateProjectTests {
    private func make(_ catalog: Catalog, in folder: URL, user: String? = nil) throws -> URL {
        let request = Request(name: "hello", user: user, output: folder.path)
        _ = try createProject(request, from: catalog)
        return folder.appending(path: "hello")
    }

    private func text(_ path: String, in project: URL) throws -> String {
        try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    private func edit(_ path: String, in project: URL, _ change: (String) -> String) throws {
        let text = change(try text(path, in: project))
        try Data(text.utf8).write(to: project.appending(path: path))
    }

    private func verbs(_ report: Report) -> [String: String] {
        report.files.reduce(into: [:]) { $0[$1.path] = $1.verb.rawValue }
    }

    @Test("up a ladder of templates, with edits between the steps")
    func ladder() throws {
        try withTemporaryFolder { folder in
            let catalogs = try Ladder.steps.map(Ladder.catalog)
            let project = try make(catalogs[0], in: folder)
            try edit("hello/app.py", in: project) { "# mine\n" + $0 }
            try edit("same.txt", in: project) { $0 + "mine\n" }
            try FileManager.default.removeItem(at: project.appending(path: "late-gone.txt"))
            try Data("own\n".utf8).write(to: project.appending(path: "own.txt"))

            let request = UpdateRequest(folder: project.path)
            let first = verbs(try updateProject(request, from: catalogs[1]))
            #expect(first["hello/app.py"] == "merge")
            #expect(first["same.txt"] == "keep")
            #expect(first["gone.txt"] == "delete")
            #expect(first["late-gone.txt"] == "skip")
            #expect(first["new.txt"] == "create")
            #expect(first["own.txt"] == nil)
            #expect(first["wsgi.py"] == "identical")

            try edit("hello/app.py", in: project) { $0.replacing("line 10\n", with: "line ten\n") }
            let second = verbs(try updateProject(request, from: catalogs[2]))
            #expect(second["hello/app.py"] == "merge")
            #expect(second["new.txt"] == "update")
            #expect(second["late-gone.txt"] == "skip")
            #expect(
                try text("hello/app.py", in: project)
                    == "# mine\n"
                    + Ladder.body.replacing("line 3\n", with: "line three\n")
                    .replacing("line 10\n", with: "line ten\n") + "line 21\n"
            )

            let third = try updateProject(request, from: catalogs[3])
            #expect(third.conflicts == ["hello/app.py"])
            let merged = try text("hello/app.py", in: project)
            #expect(merged.hasPrefix("<<<<<<< yours\n# mine\n=======\n#!\n>>>>>>> pa-new "))
            #expect(merged.hasSuffix("line ten\n" + (11...20).map { "line \($0)\n" }.joined()))
            #expect(try text("hello/extra.py", in: project) == "# Hello\n")
            #expect(try text("own.txt", in: project) == "own\n")
            #expect(try text("same.txt", in: project) == Ladder.body + "mine\n")
            #expect(!FileManager.default.fileExists(atPath: project.path + "/late-gone.txt"))

            // Until the conflict is resolved there is no other update.
            #expect(throws: ScaffoldError.self) { try updateProject(request, from: catalogs[3]) }
            try edit("hello/app.py", in: project) { _ in "resolved\n" }
            let fourth = verbs(try updateProject(request, from: catalogs[3]))
            #expect(Set(fourth.values) == ["keep", "identical"])
        }
    }

    @Test("the law: generate old, edit, update equals merge of base, edited and new")
    func law() throws {
        var generator = SplitMix(seed: 5)
        for _ in 0..<25 {
            var versions: [[String: String]] = [[:], [:]]
            var edited: [String: [UInt8]] = [:]
            for name in ["a.txt", "b/c.txt", "d.py"] {
                let lines = generator.lines(0...25)
                // Names of templates would be rendered; these texts have none.
                versions[0][name] = String(decoding: generator.text(lines), as: UTF8.self)
                let later = generator.edited(lines, edits: 0...5)
                versions[1][name] = String(decoding: generator.text(later), as: UTF8.self)
                edited[name] = generator.text(generator.edited(lines, edits: 0...5))
            }
            try withTemporaryFolder { folder in
                let project = try make(Ladder.catalog(versions[0]), in: folder)
                for (name, bytes) in edited {
                    try Data(bytes).write(to: project.appending(path: name))
                }
                let report = try updateProject(
                    UpdateRequest(folder: project.path),
                    from: Ladder.catalog(versions[1])
                )
                for (name, bytes) in edited {
                    let merge = Merge(
                        base: Array((versions[0][name] ?? "").utf8),
                        yours: bytes,
                        theirs: Array((versions[1][name] ?? "").utf8),
                        label: "pa-new \(paNewVersion)"
                    )
                    let data = try Data(contentsOf: project.appending(path: name))
                    #expect(Array(data) == merge.text)
                    #expect(report.conflicts.contains(name) == (merge.conflicts > 0))
                }
            }
        }
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
    func sameAsNew(words: [String]) throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let updated = try runTool(["update", "hello"] + words, in: folder)
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
            expectEnd(of: try runTool([name, "-o", "new", "-q"] + options, in: folder), code: 0)
            #expect(
                try tree(folder.appending(path: "hello")) == tree(new.appending(path: name))
            )
        }
    }

    @Test(
        "another language is another answer, which an empty one takes away",
        arguments: [
            (nil, nil, ["language=swift"], nil, "swift"),
            (nil, "swift", ["language="], nil, nil), (nil, "swift", ["name=bye"], nil, "swift"),
            (nil, "swift", ["framework=vast"], "vast", "swift"),
            (nil, "swift", ["framework="], nil, "swift"),
            (nil, "swift", ["framework=flat", "language="], "flat", nil),
            (nil, "swift", ["framework=flat", "language=python"], "flat", "python"),
            ("flat", nil, ["framework=vast"], "vast", nil),
        ] as [(String?, String?, [String], String?, String?)]
    )
    func language(
        framework: String?,
        language: String?,
        settings: [String],
        newFramework: String?,
        newLanguage: String?
    ) throws {
        let catalog = try TwoLanguages.catalog()
        try withTemporaryFolder { folder in
            let old = Request(
                name: "hello",
                framework: framework,
                language: language,
                output: folder.path
            )
            _ = try createProject(old, from: catalog)
            let hello = folder.appending(path: "hello")
            let report = try updateProject(
                UpdateRequest(folder: hello.path, answers: settings.map(typed)),
                from: catalog
            )
            let name = settings == ["name=bye"] ? "bye" : "hello"
            let new = folder.appending(path: "new")
            try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
            let request = Request(
                name: name,
                framework: newFramework,
                language: newLanguage,
                output: new.path
            )
            _ = try createProject(request, from: catalog)
            #expect(try tree(hello) == tree(new.appending(path: name)))
            // What has to be uploaded is another thing in another language.
            let isNew = report.walkthrough.steps.contains { $0.action.contains("new web app") }
            let languages = try [old, request].map { try catalog.framework(for: $0).language }
            #expect(isNew == (name == "bye" || languages[0] != languages[1]))
        }
    }

    @Test("where only some files are on the host, an update says which to make and to upload")
    func uploads() throws {
        func catalog(_ files: [String: String]) throws -> Catalog {
            let manifest = """
                {"title": "T", "summary": "S", "greeting": "G", "default": true,
                 "commands": ["./build.sh"], "uploads": ["a.so", "b/c"]}
                """
            let all = ["manifest.json": manifest, "wsgi.py": "1\n", "tests/test_a.py": ""]
                .merging(files) { $1 }
            return try Catalog(
                files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
            )
        }
        func steps(_ files: [String: String], _ settings: [String] = []) throws -> [String] {
            try withTemporaryFolder { folder in
                let old = try catalog(["a.c": "1\n", "static/a": "1\n"])
                let project = try make(old, in: folder, user: "alice")
                let request = UpdateRequest(folder: project.path, answers: settings.map(typed))
                let report = try updateProject(
                    request,
                    from: catalog(["a.c": "1\n", "static/a": "1\n"].merging(files) { $1 })
                )
                return report.walkthrough.steps.map {
                    ([$0.action] + $0.commands).joined(separator: "\n")
                }
            }
        }
        let first = [
            "In the folder hello:\n./build.sh",
            "On your computer, in the project's folder, run its tests:\npython3 -m unittest",
        ]
        let uploads = [
            "On the Files tab, upload a.so to /home/alice/hello.",
            "On the Files tab, upload b/c to /home/alice/hello/b.",
        ]
        #expect(try steps(["a.c": "2\n"]) == first + uploads + ["Press Reload."])
        let all = try steps(["static/a": "2\n", "wsgi.py": "2\n"])
        #expect(
            all == first + uploads + [
                "On the Files tab, upload what is in hello/static to /home/alice/hello/static.",
                "Replace the whole contents of the WSGI file "
                    + "/var/www/alice_pythonanywhere_com_wsgi.py with those of hello/wsgi.py, "
                    + "in the Web tab's editor.",
                "Press Reload.",
            ]
        )
        // Another web app has all of the steps, and what is made is made once.
        let other = try steps(["a.c": "2\n"], ["python=3.12"])
        #expect(Array(other.prefix(2)) == first)
        #expect(other[2].hasPrefix("On the Files tab, make the folder /home/alice/hello and "))
        #expect(other.last == #"Visit https://alice.pythonanywhere.com/: it answers "G"."#)
    }

    /// Returns the answer that `--set` gives.
    private func typed(_ setting: String) -> AnswerInput {
        let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return AnswerInput(
            key: String(parts[0]),
            value: .typed(String(parts[1])),
            origin: .option
        )
    }

    @Test(
        "a framework that is not there in the project's language is told, and nothing is touched",
        arguments: [
            (
                ["framework=flat"],
                "there is no flat in swift: flat is in python, and in swift "
                    + "there is basic and vast", "--set language=python"
            ),
            (
                ["framework=vast", "language=python"],
                "there is no vast in python: vast is in "
                    + "swift, and in python there is basic and flat", "--set language=swift"
            ),
            (
                ["language=Swift"],
                "there is no language 'Swift': the frameworks are in python and swift",
                "--set language=swift"
            ),
            (
                ["language=\u{1B}"],
                #"there is no language '\u{1b}': the frameworks are in python and swift"#,
                "--set language=python"
            ),
        ]
    )
    func otherLanguages(settings: [String], why: String, help: String) throws {
        let catalog = try TwoLanguages.catalog()
        try withTemporaryFolder { folder in
            let request = Request(name: "hello", language: "swift", output: folder.path)
            _ = try createProject(request, from: catalog)
            let before = try tree(folder)
            let hello = folder.appending(path: "hello").path
            let error = #expect(throws: ScaffoldError.self) {
                try updateProject(
                    UpdateRequest(folder: hello, answers: settings.map(typed)),
                    from: catalog
                )
            }
            #expect(error?.exitCode == 64)
            #expect(error?.diagnostic.reason == why)
            #expect(error?.diagnostic.hint?.hasSuffix(help) == true)
            #expect(try tree(folder) == before)
        }
    }

    @Test("a report for people, and nothing to tell when nothing is new")
    func told() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            let none = try runTool(["update", "hello"], in: folder)
            expectEnd(of: none, code: 0, stdout: "hello is up to date\n", stderr: "")
            try FileManager.default.removeItem(at: hello.appending(path: "static/hello.txt"))
            try edit("hello/handlers.py", in: hello) { $0 + "\n# mine\n" }
            let updated = try runTool(["update", "--set", "user=alice"], in: hello)
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
                      2. Bring the changed files to /home/alice/hello.
                      3. Press Reload.

                    Or, once its tests pass, the rest at once, with an API token of the account in
                    the variable API_TOKEN:
                        pa-new deploy .

                    """,
                stderr: ""
            )
            #expect(try text("hello/handlers.py", in: hello).hasSuffix("\n# mine\n"))
            #expect(try !filePaths(below: hello).contains("static/hello.txt"))
        }
    }

    @Test("a conflict has markers, is listed, and ends with exit code 1; a dry run as well")
    func conflict() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try edit("README.md", in: hello) { $0.replacing("alice", with: "carol") }
            let before = try tree(hello)
            let words = ["update", "hello", "--set", "user=bob"]
            let dry = try runTool(words + ["--dry-run"], in: folder)
            expectEnd(of: dry, code: 1, stderr: "")
            #expect(dry.stdout.contains("conflict  hello/README.md\n"))
            #expect(dry.stdout.hasSuffix("\nNothing was written.\n"))
            #expect(try tree(hello) == before)

            let finished = try runTool(words, in: folder)
            expectEnd(of: finished, code: 1, stderr: "")
            #expect(finished.stdout.contains("conflict  hello/README.md\n"))
            #expect(finished.stdout.contains("  1. Resolve the conflicts in README.md: "))
            let readme = try text("README.md", in: hello)
            #expect(readme.contains("\n<<<<<<< yours\n"))
            #expect(readme.contains("\n>>>>>>> pa-new \(paNewVersion)\n"))
            #expect(readme.contains("carol") && readme.contains("bob"))

            let again = try runTool(words, in: folder)
            expectEnd(of: again, code: 73, stdout: "")
            #expect(again.stderr.contains("an earlier update left conflicts in 'README.md'"))

            let quiet = try withTemporaryFolder { other in
                _ = try runTool(["hello", "-u", "alice", "-q"], in: other)
                try edit("README.md", in: other.appending(path: "hello")) {
                    $0.replacing("alice", with: "carol")
                }
                return try runTool(words + ["-q"], in: other)
            }
            expectEnd(of: quiet, code: 1, stdout: "")
            #expect(quiet.stderr.contains("README.md"))
        }
    }

    @Test("what cannot be merged lies beside the user's, and what is generated no more stays")
    func unmerged() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try Data([0, 1, 2]).write(to: hello.appending(path: "README.md"))
            try edit("hello/web.py", in: hello) { $0 + "# mine\n" }
            let words = ["update", "hello", "--set", "framework=flask"]
            let finished = try runTool(words, in: folder)
            expectEnd(of: finished, code: 1, stderr: "")
            for line in [
                "conflict  hello/README.md\n", "  create  hello/README.md.pa-new\n",
                "conflict  hello/hello/web.py\n", "  1. Compare README.md with the template's",
                "  2. You edited hello/web.py, which the template has no more",
                "mkvirtualenv hello",
            ] {
                #expect(finished.stdout.contains(line), "\(finished)")
            }
            #expect(!finished.stdout.contains("<<<<<<<"))
            #expect(try Data(contentsOf: hello.appending(path: "README.md")) == Data([0, 1, 2]))
            #expect(try text("README.md.pa-new", in: hello).contains("Flask"))
            #expect(try text("hello/web.py", in: hello).hasSuffix("# mine\n"))
        }
    }

    @Test("another name takes the user's own files in the package along, and says what else to do")
    func renamed() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try write(
                [
                    "hello/models.py": "V = 1\n", "hello/pages/a.html": "a",
                    "hello/__pycache__/x.pyc": "x", "own.py": "from hello import models\n",
                ],
                below: hello
            )
            try edit("hello/handlers.py", in: hello) { "from .models import V\n" + $0 }
            let finished = try runTool(["update", "hello", "--set", "name=bye"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(try text("bye/models.py", in: hello) == "V = 1\n")
            #expect(try text("bye/pages/a.html", in: hello) == "a")
            #expect(try text("bye/handlers.py", in: hello).hasPrefix("from .models import V\n"))
            #expect(try text("own.py", in: hello) == "from hello import models\n")
            for line in [
                "move  hello/bye/models.py  (before: hello/hello/models.py)\n",
                "Rename the project's folder to bye", "write bye.\n", "/home/alice/bye",
                "source code folder",
            ] {
                #expect(finished.stdout.contains(line), "\(finished)")
            }
        }
    }

    @Test("another name takes along the user's own files in every folder that it moves")
    func renamedFolders() throws {
        try withTemporaryFolder { folder in
            let words = ["hello", "-l", "swift", "-u", "alice", "-q"]
            expectEnd(of: try runTool(words, in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try write(
                [
                    "Sources/Hello/Extra.swift": "1", "Sources/Hello/Web/More.swift": "2",
                    "Sources/Hello/Own/Deep.swift": "3", "Sources/Other/Other.swift": "4",
                    "tests/HelloTests/ExtraTests.swift": "5", "tests/test_own.py": "6",
                ],
                below: hello
            )
            let finished = try runTool(["update", "hello", "--set", "name=my-site"], in: folder)
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
            #expect(plain.contains("import Hello, write MySite."), "\(finished)")
        }
    }

    @Test(
        "the next steps are those of a new web app where it is another one, and short where not",
        arguments: [
            ("user=bob", true), ("domain=www.example.com", true), ("python=3.11", true),
            ("framework=flask", true),
        ]
    )
    func steps(setting: String, isNew: Bool) throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            let finished = try runTool(["update", "hello", "--set", setting], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("add a new web app for") == isNew, "\(finished)")
            #expect(
                finished.stdout.contains("mkvirtualenv") == (setting == "framework=flask")
            )
        }
    }

    @Test("a dry run ends as the real run where nothing can be written")
    func readOnly() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-q"], in: folder), code: 0)
            // Root may write anywhere: another user tries.
            let script = """
                chmod 755 . ; chmod -R a+rX hello; chmod 555 hello
                [ "$(id -u)" = 0 ] && as="setpriv --reuid 65534 --regid 65534 --clear-groups" || as=
                $as "$1" update hello --set user=alice $2
                """
            var ends: [Finished] = []
            for option in ["-n", "-q"] {
                ends.append(
                    try run("sh", ["-c", script, "sh", Places.tool.path, option], in: folder)
                )
            }
            #expect(ends.map(\.exitCode) == [73, 73], "\(ends)")
            #expect(ends[0].stderr == ends[1].stderr)
            #expect(ends[0].stderr.contains("Permission denied"), "\(ends[0])")
        }
    }

    @Test("markers that were there from the beginning are no conflict")
    func documentedMarkers() throws {
        try withTemporaryFolder { folder in
            let text = "<<<<<<< yours\na\n=======\nb\n>>>>>>> pa-new 1\n"
            let project = try make(Ladder.catalog(["a.txt": text]), in: folder)
            let report = try updateProject(
                UpdateRequest(folder: project.path),
                from: Ladder.catalog(["a.txt": text + "more\n"])
            )
            #expect(verbs(report)["a.txt"] == "update")
        }
    }

    @Test("git, a dirty tree and what else lies in the folder are left alone")
    func elsewhere() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            let others = [".git/HEAD": "x", ".git/index.lock": "", "mine/a.py": "a", ".env": "b"]
            for (path, text) in others { try write([path: text], below: hello) }
            // No program of the user's is run, git neither.
            let finished = try runTool(
                ["update", "hello", "--set", "user=alice"],
                in: folder,
                environment: ["PATH": "/nonexistent"]
            )
            expectEnd(of: finished, code: 0, stderr: "")
            for (path, content) in others { #expect(try text(path, in: hello) == content) }
        }
    }

    @Test("line ends that git or an editor changed are no edits of every line")
    func windowsLineEnds() throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try edit("README.md", in: hello) { $0.replacing("\n", with: "\r\n") + "mine\r\n" }
            let finished = try runTool(["update", "hello", "--set", "user=alice"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let data = try Data(contentsOf: hello.appending(path: "README.md"))
            let readme = String(decoding: data, as: UTF8.self)
            #expect(readme.contains("/home/alice/hello") && readme.hasSuffix("mine\r\n"))
            #expect(!readme.replacing("\r\n", with: "").unicodeScalars.contains("\n"))
        }
    }

    @Test("a template of the user's own is named again, with new questions answered")
    func ownTemplate() throws {
        try withTemporaryFolder { folder in
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
            let made = try runTool(
                ["hello", "--template", "mine", "--set", "colour=red", "-q"],
                in: folder
            )
            expectEnd(of: made, code: 0, stderr: "")
            let hello = folder.appending(path: "hello")
            try edit("hello.txt", in: hello) { "0\n" + $0 }

            let lost = try runTool(["update", "hello"], in: folder)
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
            let open = try runTool(["update", "hello", "--template", "mine"], in: folder)
            expectEnd(of: open, code: 64, stdout: "")
            #expect(open.stderr.contains("--set size="))

            let unknown = try runTool(
                ["update", "hello", "--template", "mine", "--set", "sise=1"],
                in: folder
            )
            expectEnd(of: unknown, code: 64, stdout: "")
            #expect(unknown.stderr.contains("size"))

            let done = try runTool(
                ["update", "hello", "--template", "mine", "--set", "size=4"],
                in: folder
            )
            expectEnd(of: done, code: 0, stderr: "")
            #expect(try text("hello.txt", in: hello) == "0\n1\n2\n3\nred 4\n")
        }
    }

    /// A way to spoil a project, and what is said then.
    struct Spoilt: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: [String]
        let spoil: @Sendable (URL) throws -> Void

        init(
            _ description: String,
            _ words: [String],
            _ spoil: @escaping @Sendable (URL) throws -> Void
        ) {
            testDescription = description
            self.words = words
            self.spoil = spoil
        }

        static func file(_ path: String, _ text: String?, _ words: [String]) -> Spoilt {
            Spoilt("\(path): \(text?.prefix(30) ?? "gone")", words) { hello in
                let place = hello.appending(path: path)
                try FileManager.default.removeItem(at: place)
                if let text { try Data(text.utf8).write(to: place) }
            }
        }
    }

    static let spoilt: [Spoilt] = [
        .file(".pa-new.json", nil, ["it has no .pa-new.json"]),
        .file(".pa-new.json", "", [".pa-new.json cannot be read: it is no JSON"]),
        .file(".pa-new.json", "{}", ["the key 'pa-new' is missing"]),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": 1, "python": "3.13"}"#,
            ["'name' has a value of a wrong type"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "99.0.0", "name": "hello", "python": "3.13", "framework": "handler"}"#,
            ["pa-new 99.0.0 made it", "install"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "../x", "python": "3.13", "framework": "handler"}"#,
            ["'../x'"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.13", "framework": "handlr"}"#,
            ["handlr", "handler"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.8", "framework": "handler"}"#,
            ["does not offer Python '3.8'", "--set python=3.9"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.13", "language": ["x"]}"#,
            ["'language' has a value of a wrong type"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.13", "language": "cobol"}"#,
            ["there is no language 'cobol'", "--set language=python"]
        ),
        .file(".pa-new.base.json", nil, ["it has no .pa-new.base.json"]),
        .file(".pa-new.base.json", "[", ["it is damaged"]),
        .file(".pa-new.base.json", #"{"version": 7, "files": []}"#, ["the version 7"]),
        .file(
            ".pa-new.base.json",
            #"{"version": 1, "files": [{"path": "../../x", "lines": []}]}"#,
            ["'../../x'"]
        ),
        Spoilt("a link in the place of a file", ["README.md", "a link"]) { hello in
            let place = hello.appending(path: "README.md")
            try FileManager.default.removeItem(at: place)
            try FileManager.default.createSymbolicLink(
                atPath: place.path,
                withDestinationPath: "/etc/passwd"
            )
        },
        Spoilt("a link in the place of a folder", ["tests", "a link"]) { hello in
            let place = hello.appending(path: "tests")
            try FileManager.default.moveItem(at: place, to: hello.appending(path: "elsewhere"))
            try FileManager.default.createSymbolicLink(
                atPath: place.path,
                withDestinationPath: "elsewhere"
            )
        },
        Spoilt("a folder in the place of a file", ["README.md", "a folder"]) { hello in
            let place = hello.appending(path: "README.md")
            try FileManager.default.removeItem(at: place)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        },
    ]

    @Test("what cannot be updated is told, and nothing is touched", arguments: spoilt)
    func refused(example: Spoilt) throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try example.spoil(hello)
            let before = try tree(hello)
            for options in [[], ["--dry-run"]] {
                let words = ["update", "hello", "--set", "user=alice"] + options
                let finished = try runTool(words, in: folder)
                #expect([64, 73].contains(finished.exitCode), "\(finished)")
                #expect(finished.stdout == "")
                for word in example.words {
                    #expect(finished.stderr.contains(word), "\(finished)")
                }
                #expect(try tree(hello) == before)
            }
        }
    }

    @Test(
        "words that ask for nothing possible are refused",
        arguments: [
            (["update", "nowhere"], 73, "nowhere"), (["update", "hello", "x"], 64, "'x'"),
            (["update", "hello", "--set", "user"], 64, "user"),
            (["update", "hello", "--set", "user=A_B"], 64, "'A_B'"),
            (["update", "hello", "--set", "python=2.7"], 64, "2.7"),
            (["update", "hello", "--set", "language=cobol"], 64, "'cobol'"),
            (["update", "hello", "--set", "lnguage=x"], 64, "'language'"),
            (["update", "hello", "--set", "language=a", "--set", "language=a"], 64, "language"),
            (["update", "hello", "--language", "python"], 64, "--language"),
            (["update", "hello", "-t", "t", "--set", "language=python"], 64, "--template"),
            (["update", "hello", "--set", "colour=red"], 64, "colour"),
            (["update", "hello", "--set", "usr=bob"], 64, "'user'"),
            (["update", "hello", "--set", "user=a", "--set", "user=b"], 64, "user"),
            (["update", "hello", "--set", "name="], 64, "name"),
            (["update", "hello", "--user", "bob"], 64, "--user"),
            (["update", "hello", "-q", "--json"], 64, "--json"),
            (["update", "hello", "--template", "nowhere"], 73, "nowhere"),
        ] as [([String], Int32, String)]
    )
    func badWords(words: [String], code: Int32, part: String) throws {
        try withTemporaryFolder { folder in
            expectEnd(of: try runTool(["hello", "-q"], in: folder), code: 0)
            let before = try tree(folder)
            let finished = try runTool(words, in: folder)
            #expect([code, 64, 66].contains(finished.exitCode), "\(finished)")
            #expect(finished.stdout == "")
            #expect(finished.stderr.contains(part), "\(finished)")
            #expect(try tree(folder) == before)
        }
    }

    @Test(
        "versions are compared by their numbers",
        arguments: [
            ("0.1.0", "0.1.0", false), ("0.1.1", "0.1.0", true), ("0.10.0", "0.9.9", true),
            ("0.9.9", "0.10.0", false), ("1", "0.9", true), ("x", "0.1.0", false),
        ]
    )
    func versions(version: String, other: String, result: Bool) {
        #expect(isNewer(version, than: other) == result)
    }
}
