// Paths of a project, and what is refused before anything is written.

import Testing

@testable import ProjectFiles
@testable import Scaffold

@Suite("Plans and rendering")
struct PlanTests {
    private static let manifest =
        #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#

    /// Returns the configuration of a project made from these files alone.
    private func answers(
        _ files: [(path: String, text: String)],
        shared: [(path: String, text: String)] = []
    ) throws -> ProjectConfiguration {
        let all =
            [("t/manifest.json", Self.manifest), ("t/wsgi.py", "")]
            + files.map { ("t/" + $0.path, $0.text) }
            + shared.map { ("_shared/" + $0.path, $0.text) }
        let catalog = try Catalog(
            files: all.map { TemplateFile(path: $0.0, contents: .text($0.1)) }
        )
        return try ProjectConfiguration(
            Request(name: "hello-world", user: "alice"),
            catalog: catalog
        )
    }

    @Test("path segments are templates, the suffix goes, other files stay as they are")
    func paths() throws {
        let answers = try answers(
            [
                ("{{package}}/a.py.mustache", "{{name}} {{> part}}"), ("b.txt", "{{name}}"),
                ("{{name}}.md", ""),
            ],
            shared: [("part.mustache", "by {{user}}")]
        )
        let project = try Project(answers)
        let plan = try Plan(project, Context(project))
        #expect(
            plan.files.map(\.path) == [
                ".pa-new.base.json", ".pa-new.json", "b.txt", "hello-world.md", "hello_world/a.py",
                "wsgi.py",
            ]
        )
        let files = try render(Project(answers))
        #expect(String(decoding: try files[2].contents.bytes(), as: UTF8.self) == "{{name}}")
        #expect(
            String(decoding: try files[4].contents.bytes(), as: UTF8.self) == "hello-world by alice"
        )
    }

    @Test("a rule for a folder counts below it, whatever script its name has")
    func rules() {
        // The second one is one character with the slash behind it, for Swift.
        for folder in ["x", "x\u{600}", "e\u{301}", "日本"] {
            var manifest = Manifest()
            manifest.rules[folder] = Condition(terms: [Condition.Term("hasUser")])
            manifest.onceRules = [folder]
            manifest.formerPaths[folder] = ["old"]
            for path in [folder, folder + "/b", folder + "/b/c"] {
                #expect(manifest.condition(for: path).terms.count == 1, "\(path)")
                #expect(manifest.isMadeOnce(path), "\(path)")
                #expect(manifest.formerPaths(of: path).count == 1, "\(path)")
            }
            for path in [folder + "b", "b/" + folder] {
                #expect(manifest.condition(for: path).terms.isEmpty, "\(path)")
                #expect(!manifest.isMadeOnce(path), "\(path)")
            }
        }
    }

    @Test("a path is the same beside others that begin like it")
    func starts() throws {
        let user = "{{#hasUser}}u{{/hasUser}}"
        let paths = [
            "{{package}}/a", "{{package}}/b/c", "{{name}}/b", "{{package}}x/c", "{{package}}x/d",
            "\(user)/d", "\(user)/e", "\(user) f", "{{=<% %>=}}<%name%>/g",
            "{{=<% %>=}}<%user%>/h", "{{! c }}{{user}}p", "{{user}}{{! c }}i", "{{user}}{{! c }} j",
            "k}/l", "k}/m", "n", "{{name}}.o",
        ]
        func plan(_ paths: [String]) throws -> Set<String> {
            let project = try Project(answers(paths.map { ($0, "") }))
            return Set(try Plan(project, Context(project)).files.map(\.path))
        }
        let alone = try paths.map { try plan([$0]) }
        #expect(try plan(paths) == alone.reduce(into: []) { $0.formUnion($1) })
        #expect(try plan(paths.reversed()) == plan(paths))
        #expect(try plan(paths).count == paths.count + 3)
        let some = ["hello_world/a", "u/e", "hello-world/g", "alicei"]
        #expect(try plan(paths).isSuperset(of: some))
    }

    @Test(
        "a path that leaves the project or is in another's way is refused",
        arguments: [
            (["../a"], .leaves), (["a/../../b"], .leaves), (["./a"], .leaves),
            (["/a"], .emptySegment), ([".git/hooks/a"], .reserved), (["b/.GIT/a"], .reserved),
            (["a//b"], .emptySegment), (["a/"], .emptySegment), (["a\nb"], .controlCharacter),
            (["a\0b"], .controlCharacter), ([String(repeating: "a", count: 256)], .tooLong),
            (["../\u{301}a"], .leaves), (["a/../\u{301}/../\u{301}b"], .leaves),
            ([".git/\u{301}a"], .reserved), (["/\u{301}a"], .emptySegment),
            ([String(repeating: "a/", count: 2047) + "ab"], .pathTooLong),
            ([String(repeating: "a/", count: 100) + "b"], .tooDeep),
            (["a", "A"], .taken(by: "A")), (["a", "a.mustache"], .taken(by: "a")),
            (["a", "a/b"], .taken(by: "a")), (["a/c", "A/b"], .taken(by: "A")),
            (["e\u{301}", "é"], .taken(by: "é")), (["e\u{301}/a", "é/b"], .taken(by: "é")),
            (["STRASSE", "straße"], .taken(by: "STRASSE")), ([".g\u{200C}it/hooks"], .reserved),
            (["git~1. "], .reserved), ([".git::$INDEX_ALLOCATION"], .reserved),
            ([".pa-new.json"], .taken(by: ".pa-new.json")),
            ([".pa-new.base.json"], .taken(by: ".pa-new.base.json")),
            (["{{package}}", "hello_world"], .taken(by: "hello_world")),
        ] as [([String], PathProblem)]
    )
    func badPaths(paths: [String], problem: PathProblem) throws {
        let answers = try answers(paths.map { ($0, "") })
        let error = #expect(throws: ScaffoldError.self) { try render(Project(answers)) }
        guard case .badPath(_, _, problem) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(error?.kind == .internalFault)
    }

    @Test(
        "a wrong template stops it with path, line and column",
        arguments: [
            ("one\ntwo {{nmae}}\n", 2, 8), ("{{#hasUser}}\n", 1, 1), ("{{> nothing}}", 1, 1),
            ("a {{/name}}", 1, 1),
        ]
    )
    func badTemplate(text: String, line: Int, column: Int) throws {
        let answers = try answers([("a.py.mustache", text)])
        let error = #expect(throws: ScaffoldError.self) {
            try render(Project(answers))
        }
        guard case .badTemplate(let failure) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(failure.location.path == "t/a.py.mustache")
        #expect(failure.location.line == line)
        #expect(error?.diagnostic.reason?.contains("t/a.py.mustache:\(line)") == true, "\(failure)")
    }

    @Test("the same answers give the same bytes")
    func deterministic() throws {
        let catalog = try Catalog.embedded()
        for framework in catalog.frameworks {
            let request = Request(
                name: "hello",
                framework: framework.name,
                language: framework.language,
                user: "alice"
            )
            let answers = try ProjectConfiguration(request, catalog: catalog)
            let first = try render(Project(answers))
            let second = try render(Project(answers))
            #expect(first == second)
        }
    }

    @Test("the answers are recorded, and only those that were given")
    func record() throws {
        let catalog = try Catalog.embedded()
        func record(_ request: Request) throws -> String {
            let answers = try ProjectConfiguration(request, catalog: catalog)
            let files = try render(Project(answers))
            let file = try #require(files.first { $0.path == ".pa-new.json" })
            let text = String(decoding: try file.contents.bytes(), as: UTF8.self)
            return text.filter { !$0.isWhitespace }
        }
        #expect(
            try record(Request(name: "hello"))
                == #"{"answers":{"packages":false},"framework":"handler","name":"hello","#
                + #""pa-new":"\#(paNewVersion)","python":"3.13"}"#
        )
        #expect(
            try record(Request(name: "hello", framework: "tornado", hasAgents: false))
                == #"{"agents":false,"framework":"tornado","name":"hello","#
                + #""pa-new":"\#(paNewVersion)","python":"3.13"}"#
        )
        #expect(
            try record(Request(name: "hello", framework: "flask", user: "Alice", python: "3.9"))
                == #"{"answers":{"database":"none","pages":false},"#
                + #""domain":"alice.pythonanywhere.com","framework":"flask","name":"hello","#
                + #""pa-new":"\#(paNewVersion)","python":"3.9","user":"Alice"}"#
        )
    }
}

@Suite("The walkthrough")
struct NextStepsTests {
    private func steps(_ request: Request) throws -> String {
        let answers = try ProjectConfiguration(request, catalog: Catalog.embedded())
        return try NextSteps(Project(answers), parent: answers.parent).steps
            .map { ([$0.action] + $0.commands).joined(separator: "\n") }.joined(separator: "\n")
    }

    @Test("holds this project's own values")
    func values() throws {
        let text = try steps(
            Request(
                name: "my-shop",
                framework: "flask",
                user: "Alice",
                domain: "shop-alice.eu.pythonanywhere.com",
                python: "3.11"
            )
        )
        for value in [
            "pa-new pack my-shop", "/home/Alice", "unzip my-shop.zip",
            "answer n if your app saves data in it",
            "mkvirtualenv my-shop --python=python3.11",
            "pip install -r /home/Alice/my-shop/requirements.txt",
            "Manual configuration and Python 3.11", "shop-alice.eu.pythonanywhere.com",
            "/home/Alice/.virtualenvs/my-shop", "/home/Alice/my-shop/static",
            "/var/www/shop-alice_eu_pythonanywhere_com_wsgi.py", "Reload",
            "Visit https://shop-alice.eu.pythonanywhere.com/", "Hello from Flask",
        ] {
            #expect(text.contains(value), "\(value)")
        }
        #expect(!text.contains("cd "))
    }

    @Test("has no virtualenv where there is nothing to install")
    func nothingToInstall() throws {
        #expect(try !steps(Request(name: "hello", user: "alice")).contains("virtualenv"))
    }

    @Test(
        "starts in the folder that --output named, quoted for a shell",
        arguments: [
            ("sites", "cd sites"), ("my sites", "cd 'my sites'"), ("it's", #"cd 'it'\''s'"#),
            ("$(x)", "cd '$(x)'"), ("-", "cd ./-"), ("-P", "cd ./-P"),
            ("a\u{1B}[31m\n'b", #"cd $'a\033[31m\012\'b'"#),
            ("a\u{202E}b", #"cd $'a\342\200\256b'"#),
        ]
    )
    func output(parent: String, command: String) throws {
        let text = try steps(Request(name: "hello", output: parent))
        #expect(text.contains("\n\(command)\npa-new pack hello\n"))
    }

    /// The steps of a project of the small catalogue, numbered by their order.
    private func uploadSteps(
        _ uploads: String,
        files: [String] = ["static/a.css"]
    ) throws -> [String] {
        let manifest = """
            {"title": "T", "summary": "S", "greeting": "Hi", "default": true,
             "commands": ["./build.sh {{name}}"], "uploads": [\(uploads)]}
            """
        let all = ["manifest.json": manifest, "wsgi.py": ""]
            .merging(files.map { ($0, "") }) { first, _ in first }
        let catalog = try Catalog(
            files: all.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
        )
        let answers = try ProjectConfiguration(
            Request(name: "my-site", user: "alice"),
            catalog: catalog
        )
        return try NextSteps(Project(answers), parent: nil).steps
            .map { ([$0.action] + $0.commands).joined(separator: "\n") }
    }

    @Test("names what has to be on the host, where that is not the whole project")
    func uploads() throws {
        #expect(
            try uploadSteps(#""lib{{module}}.so""#) == [
                "In the folder my-site:\n./build.sh my-site",
                "On the Files tab, make the folder /home/alice/my-site and upload libMySite.so to it.",
                "On the Files tab, make the folder /home/alice/my-site/static "
                    + "and upload the files in my-site/static to it.",
                "On the Web tab, add a new web app for alice.pythonanywhere.com: "
                    + "choose Manual configuration and Python 3.13.",
                "There, set the source code folder to /home/alice/my-site.",
                "Replace the whole contents of the WSGI file "
                    + "/var/www/alice_pythonanywhere_com_wsgi.py with those of my-site/wsgi.py, "
                    + "in the Web tab's editor.",
                "Map static files on the Web tab: URL /static/, directory /home/alice/my-site/static.",
                "Press Reload.",
                #"Visit https://alice.pythonanywhere.com/: it answers "Hi"."#,
            ]
        )
    }

    @Test("has a step for each folder to upload to, and no console but for a virtualenv")
    func uploadFolders() throws {
        let steps = try uploadSteps(
            #""b/c/{{name}}.db", "b/x", "a.so", "requirements.txt", "b/y""#,
            files: ["requirements.txt"]
        )
        #expect(
            steps[1...5] == [
                "On the Files tab, make the folder /home/alice/my-site "
                    + "and upload a.so and requirements.txt to it.",
                "On the Files tab, make the folder /home/alice/my-site/b "
                    + "and upload b/x and b/y to it.",
                "On the Files tab, make the folder /home/alice/my-site/b/c "
                    + "and upload b/c/my-site.db to it.",
                "In a Bash console, make a virtualenv and install what it needs:\n"
                    + "mkvirtualenv my-site --python=python3.13\n"
                    + "pip install -r /home/alice/my-site/requirements.txt",
                "On the Web tab, add a new web app for alice.pythonanywhere.com: "
                    + "choose Manual configuration and Python 3.13.",
            ]
        )
        #expect(steps[7] == "There, set the virtualenv to /home/alice/.virtualenvs/my-site.")
        let deep = try uploadSteps(#""b/x""#, files: ["requirements.txt.mustache", "static/a"])
        #expect(deep[1].hasSuffix("/home/alice/my-site and upload requirements.txt to it."))
        #expect(
            try uploadSteps(#""b/x""#, files: [])[1]
                == "On the Files tab, make the folder /home/alice/my-site."
        )
        #expect(
            !(try uploadSteps(#""a", "b/c""#)).contains {
                $0.contains("zip") || $0.contains("onsole")
            }
        )
    }

    @Test("packs the whole project where an empty list says nothing")
    func noUploads() throws {
        #expect(try uploadSteps("")[1].contains("pa-new pack"))
    }
}
