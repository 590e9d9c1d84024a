// Which names pass, what they become, and why others are refused.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Project names")
struct ProjectNameTests {
    private static let modules = ["tornado": "tornado", "flask": "flask", "click": "flask"]

    @Test(
        "a good name has four forms",
        arguments: [
            ("hello", "hello", "Hello", "Hello"),
            ("hello-world", "hello_world", "HelloWorld", "Hello world"),
            ("hello_world", "hello_world", "HelloWorld", "Hello world"),
            ("Hello-World2", "hello_world2", "HelloWorld2", "Hello World2"),
            ("x", "x", "X", "X"),
            ("handler", "handler", "Handler", "Handler"),
            ("testing", "testing", "Testing", "Testing"),
            ("a--b", "a__b", "AB", "A b"),
            ("my-URL_list-", "my_url_list_", "MyURLList", "My URL list"),
            ("top-10", "top_10", "Top10", "Top 10"),
            (
                String(repeating: "a", count: 64), String(repeating: "a", count: 64),
                "A" + String(repeating: "a", count: 63), nil
            ),
        ]
    )
    func good(name: String, package: String, module: String, title: String?) throws {
        let checked = try ProjectName(name, modules: Self.modules)
        #expect(checked.folder == name)
        #expect(checked.package == package)
        #expect(checked.module == module)
        if let title { #expect(checked.title == title) }
    }

    @Test(
        "a bad name is refused for its own reason, with a name that would pass",
        arguments: [
            ("", .empty, "hello"),
            ("2048", .leadingDigit, "app-2048"),
            ("9lives", .leadingDigit, "app-9lives"),
            ("hello world", .character(" "), "hello_world"),
            ("hello.py", .character("."), "hello_py"),
            ("héllo", .character("é"), "hello"),
            ("Überblick", .character("Ü"), "uberblick"),
            ("U\u{308}berblick", .character("U\u{308}"), "uberblick"),
            ("Straße-Ørsted", .character("ß"), "strasse-orsted"),
            ("Привет мир", .character("П"), "privet_mir"),
            ("Ελλάδα", .character("Ε"), "ellada"),
            ("Jsön", .character("ö"), "json-app"),
            ("sites/Ärger", .pathSeparator(parent: "sites"), "arger"),
            ("9 Äpfel", .character(" "), "app-9_apfel"),
            ("日本", .character("日"), "hello"),
            ("ъ", .character("ъ"), "hello"),
            ("hello\n", .character("\n"), "hello"),
            ("hel\0lo", .character("\0"), "hel_lo"),
            ("🎉", .character("🎉"), "hello"),
            ("hello🎉", .character("🎉"), "hello"),
            ("..", .character("."), "hello"),
            ("~", .character("~"), "hello"),
            ("hello;rm -rf", .character(";"), "hello-rm-rf"),
            ("sites/hello", .pathSeparator(parent: "sites"), "hello"),
            ("../hello", .pathSeparator(parent: ".."), "hello"),
            ("/tmp/hello", .pathSeparator(parent: "/tmp"), "hello"),
            ("/hello", .pathSeparator(parent: "/"), "hello"),
            ("hello/", .pathSeparator(parent: "."), "hello"),
            ("a\\b", .pathSeparator(parent: "a"), "b"),
            ("-hello", .leadingMark("-"), "hello"),
            ("_hello", .leadingMark("_"), "hello"),
            ("__init__", .leadingMark("_"), "init"),
            (
                String(repeating: "a", count: 65), .tooLong(count: 65),
                String(repeating: "a", count: 64)
            ),
            ("class", .keyword("class"), "class-app"),
            ("None", .keyword("None"), "None-app"),
            ("Class", .keyword("class"), "Class-app"),
            ("match", .keyword("match"), "match-app"),
            ("test", .standardLibrary("test"), "test-app"),
            ("json", .standardLibrary("json"), "json-app"),
            ("site", .standardLibrary("site"), "site-app"),
            ("JSON", .standardLibrary("json"), "JSON-app"),
            ("imp", .standardLibrary("imp"), "imp-app"),
            ("tomllib", .standardLibrary("tomllib"), "tomllib-app"),
            ("tornado", .framework("tornado", framework: "tornado"), "tornado-app"),
            ("Flask", .framework("flask", framework: "flask"), "Flask-app"),
            ("click", .framework("click", framework: "flask"), "click-app"),
            ("uwsgi", .environment("uwsgi"), "uwsgi-app"),
            ("pip", .environment("pip"), "pip-app"),
            ("wsgi", .layout("wsgi"), "wsgi-app"),
            ("pa-bundle", .layout("pa_bundle"), "pa-bundle-app"),
            ("pa-env", .layout("pa_env"), "pa-env-app"),
            ("tests", .layout("tests"), "tests-app"),
            ("collected", .layout("collected"), "collected-app"),
            ("Data", .layout("data"), "Data-app"),
            ("instance", .layout("instance"), "instance-app"),
            ("Static", .layout("static"), "Static-app"),
            ("templates", .layout("templates"), "templates-app"),
            ("uploads", .layout("uploads"), "uploads-app"),
            ("media", .layout("media"), "media-app"),
            ("Manage", .layout("manage"), "Manage-app"),
            ("list", .command("list"), "list-app"),
            ("check", .command("check"), "check-app"),
            ("deploy", .command("deploy"), "deploy-app"),
        ] as [(String, ProjectName.Problem, String)]
    )
    func bad(name: String, problem: ProjectName.Problem, suggestion: String) throws {
        let error = #expect(throws: ScaffoldError.self) {
            try ProjectName(name, modules: Self.modules)
        }
        guard case .invalidName(let text, let found, let suggested) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(text == name)
        #expect(found == problem)
        #expect(suggested == suggestion)
        #expect(throws: Never.self) { try ProjectName(suggested, modules: Self.modules) }
    }

    @Test("a folder that git ignores is no name: data or what a command deletes lies there")
    func ignoredFolders() throws {
        let templates = Paths.package.appending(path: "Templates")
        var names: Set<String> = []
        for folder in try FileManager.default.contentsOfDirectory(atPath: templates.path) {
            for path in ["\(folder)/.gitignore.mustache", "\(folder)/gitignore.mustache"] {
                let file = templates.appending(path: path)
                guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
                let lines = text.split(separator: "\n")
                let folders = lines.compactMap { $0.wholeMatch(of: /(\w+)\//) }
                names.formUnion(folders.map { String($0.1) })
            }
        }
        #expect(names.isSuperset(of: ["collected", "data", "instance", "venv"]))
        for name in names {
            #expect(throws: ScaffoldError.self, "\(name)") { try ProjectName(name) }
        }
    }

    @Test("whatever is typed, the suggestion passes", arguments: [1, 2, 3, 4, 5])
    func anySuggestion(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let pieces = [
            "a", "Z", "0", "9", "-", "_", "/", "\\", " ", ".", "é", "\0", "\n", "🎉", "class",
            "test",
            "list", "flask", "wsgi", "hello", String(repeating: "x", count: 40),
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...6, using: &random)
            let name = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            do {
                _ = try ProjectName(name, modules: Self.modules)
            } catch {
                guard case .invalidName(_, _, let suggestion) = error else {
                    Issue.record("\(name): another error: \(error)")
                    continue
                }
                #expect(throws: Never.self, "\(name) -> \(suggestion)") {
                    try ProjectName(suggestion, modules: Self.modules)
                }
            }
        }
    }

    @Test("a name of a million characters is refused at once")
    func huge() {
        let error = #expect(throws: ScaffoldError.self) {
            try ProjectName(String(repeating: "é", count: 1_000_000))
        }
        guard case .invalidName(_, .tooLong(1_000_000), _) = error else {
            Issue.record("another error: \(String(describing: error?.diagnostic))")
            return
        }
        #expect((error?.diagnostic.message.count ?? 0) < 200)
    }
}
