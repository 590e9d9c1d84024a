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
            let isNew = report.nextSteps.steps.contains { step in
                step.action.contains("new web app") || step.action.contains("change the web app")
            }
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
                return report.nextSteps.steps.map {
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
                "On the Files tab, upload the files in hello/static to /home/alice/hello/static.",
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
                "the framework flat is not available in swift: flat is available in python; "
                    + "the frameworks in swift are: basic and vast", "--set language=python"
            ),
            (
                ["framework=vast", "language=python"],
                "the framework vast is not available in python: vast is available in swift; "
                    + "the frameworks in python are: basic and flat", "--set language=swift"
            ),
            (
                ["language=Swift"],
                "there is no language 'Swift': valid values: python and swift",
                "--set language=swift"
            ),
            (
                ["language=\u{1B}"],
                #"there is no language '\u{1b}': valid values: python and swift"#,
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
            #expect(error?.diagnostic.hint?.contains(help) == true)
            #expect(try tree(folder) == before)
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
