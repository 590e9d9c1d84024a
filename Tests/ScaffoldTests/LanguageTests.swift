// Frameworks in several languages: which is taken, which is refused, and how they are listed.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("Frameworks in several languages")
struct LanguageTests {
    @Test("are listed by name, and those of one name with the standard language first")
    func order() throws {
        let catalog = try TwoLanguages.catalog()
        #expect(catalog.frameworks.map(\.folder) == ["basic", "basic-swift", "flat", "vast"])
        #expect(catalog.names == ["basic", "flat", "vast"])
        #expect(catalog.languages == ["python", "swift"])
        #expect(catalog.defaultLanguage == "python")
        #expect(catalog.languages(of: "basic") == ["python", "swift"])
        #expect(catalog.offered(in: nil).map(\.folder) == ["basic", "flat", "vast"])
        #expect(catalog.offered(in: "swift").map(\.folder) == ["basic-swift", "vast"])
        #expect(
            catalog.frameworks.map { catalog.options(for: $0).joined(separator: " ") } == [
                "--framework basic", "--framework basic --language swift", "--framework flat",
                "--framework vast --language swift",
            ]
        )
    }

    @Test(
        "the standard language is that of the default framework, whatever that is called",
        arguments: ["swift", "zig"]
    )
    func standard(language: String) throws {
        let texts = [
            "b": #""default": true, "language": "\#(language)""#, "a": #""framework": "b""#,
        ]
        let files = texts.flatMap { folder, text in
            [
                TemplateFile(
                    path: folder + "/manifest.json",
                    contents: .text(#"{"title": "T", "summary": "S", "greeting": "G", \#(text)}"#)
                ), TemplateFile(path: folder + "/wsgi.py", contents: .text("")),
            ]
        }
        let catalog = try Catalog(files: files)
        #expect(catalog.languages == [language, "python"])
        #expect(catalog.frameworks.map(\.folder) == ["b", "a"])
        #expect(catalog.nonDefaultLanguage(of: catalog.frameworks[1]) == "python")
    }

    @Test(
        "are found by name and language, each of which can be left out",
        arguments: [
            (nil, nil, "basic"), (nil, "python", "basic"), (nil, "swift", "basic-swift"),
            ("basic", nil, "basic"), ("basic", "python", "basic"),
            ("basic", "swift", "basic-swift"),
            ("flat", nil, "flat"), ("vast", nil, "vast"), ("vast", "swift", "vast"),
        ] as [(String?, String?, String)]
    )
    func found(name: String?, language: String?, folder: String) throws {
        let request = Request(name: "hello", framework: name, language: language)
        #expect(try TwoLanguages.catalog().framework(for: request).folder == folder)
    }

    @Test("a language alone takes its first framework where the default one is not there in it")
    func withoutDefault() throws {
        let all = embeddedTemplateFiles.filter { $0.path.hasPrefix("handler/") }
        let other = #"{"title": "T", "summary": "S", "greeting": "G", "language": "zig"}"#
        let files = ["z", "y"].flatMap { folder in
            [
                TemplateFile(path: folder + "/manifest.json", contents: .text(other)),
                TemplateFile(path: folder + "/wsgi.py", contents: .text("")),
            ]
        }
        #expect(try Catalog(files: all + files).framework(named: nil, in: "zig").name == "y")
    }

    @Test(
        "one that is not there in a language is refused, with where it is and what is there",
        arguments: [
            ("flat", "swift", ["python"], ["basic", "vast"]),
            ("vast", "python", ["swift"], ["basic", "flat"]),
        ]
    )
    func elsewhere(name: String, language: String, languages: [String], known: [String]) throws {
        let catalog = try TwoLanguages.catalog()
        let error = #expect(throws: ScaffoldError.self) {
            try ProjectConfiguration(
                Request(name: "hello", framework: name, language: language),
                catalog: catalog
            )
        }
        guard case .frameworkInOtherLanguages(name, language, languages, known) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(error?.exitCode == 64)
        let diagnostic = try #require(error?.diagnostic)
        #expect(diagnostic.message == "the framework \(name) is not available in \(language)")
        #expect(
            diagnostic.reason == "\(name) is available in \(languages[0]); "
                + "the frameworks in \(language) are: \(known[0]) and \(known[1])"
        )
        #expect(
            diagnostic.hint
                == "remove --language, or use --framework \(known[0]) or \(known[1])"
        )
    }

    @Test(
        "a word for no language is refused with the nearest that is one, and all there are",
        arguments: [
            ("", nil), ("Swift", "swift"), ("swfit", "swift"), ("PYTHON", "python"), ("rust", nil),
            ("swift ", "swift"), ("basic", nil), ("\u{1B}[2J\u{7}", nil), ("スイフト", nil),
            (String(repeating: "swift", count: 100_000), nil),
        ] as [(String, String?)]
    )
    func unknown(language: String, nearest: String?) throws {
        let catalog = try TwoLanguages.catalog()
        for framework in [nil, "basic"] {
            let error = #expect(throws: ScaffoldError.self) {
                try ProjectConfiguration(
                    Request(name: "hello", framework: framework, language: language),
                    catalog: catalog
                )
            }
            guard case .unknownLanguage(language, nearest, ["python", "swift"]) = error else {
                Issue.record("another error: \(String(describing: error?.diagnostic))")
                return
            }
            #expect(error?.exitCode == 64)
            let diagnostic = try #require(error?.diagnostic)
            #expect(diagnostic.message == "there is no language \(quoted(language))")
            #expect(diagnostic.message.count < 200)
            #expect(diagnostic.reason == "valid values: python and swift")
            let help = nearest.map { "did you mean --language \($0)?" } ?? "see: pa-new list"
            #expect(diagnostic.hint == help)
        }
    }

    @Test(
        "names are refused for the modules of their own language only",
        arguments: [
            ("foundation", "python", true), ("foundation", "swift", false),
            ("Foundation", "swift", false), ("flat", "python", false), ("flat", "swift", true),
            ("vast", "swift", false), ("vast", "python", true), ("json", "swift", false),
        ]
    )
    func modules(name: String, language: String, isGood: Bool) throws {
        let catalog = try TwoLanguages.catalog()
        let framework = try catalog.framework(named: "basic", in: language)
        guard !isGood else {
            #expect(try catalog.projectName(name, for: framework).folder == name)
            return
        }
        let error = #expect(throws: ScaffoldError.self) {
            try catalog.projectName(name, for: framework)
        }
        let diagnostic = try #require(error?.diagnostic)
        switch name {
        case "vast":
            #expect(diagnostic.reason?.hasSuffix("the module 'vast', which vast needs") == true)
            #expect(
                diagnostic.hint == "try: pa-new vast-app; or did you mean: "
                    + "pa-new hello --framework vast --language swift"
            )
        case "flat": #expect(diagnostic.hint?.hasSuffix("--framework flat") == true)
        case "json": #expect(diagnostic.reason?.contains("standard library") == true)
        default:
            #expect(
                diagnostic.reason?.hasSuffix("the module 'foundation', which basic needs")
                    == true
            )
            #expect(diagnostic.hint == "try: pa-new \(name)-app")
        }
    }

    @Test("templates know their language, those of the user's own have none")
    func names() throws {
        for (language, text) in [("python", "B in python\n"), ("swift", "BS in swift\n")] {
            let request = Request(name: "my-site", language: language)
            let answers = try ProjectConfiguration(request, catalog: TwoLanguages.catalog())
            let files = try render(Project(answers))
            let file = try #require(files.first { $0.path == "my_site/MySite.txt" })
            #expect(String(decoding: try file.contents.bytes(), as: UTF8.self) == text)
        }
        try withTemporaryFolder { folder in
            try write(["manifest.json": "{}", "a.mustache": "[{{language}}]"], below: folder)
            let request = Request(name: "hello", template: folder.path)
            let answers = try ProjectConfiguration(request, catalog: TwoLanguages.catalog())
            let files = try render(Project(answers))
            let file = try #require(files.first { $0.path == "a" })
            #expect(String(decoding: try file.contents.bytes(), as: UTF8.self) == "[]")
        }
    }

    @Test("a language and a template folder exclude each other", arguments: ["swift", "nope", ""])
    func template(language: String) throws {
        let request = Request(name: "hello", language: language, template: "/nonexistent")
        let error = #expect(throws: ScaffoldError.self) {
            try ProjectConfiguration(request, catalog: TwoLanguages.catalog())
        }
        guard case .languageAndTemplate = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(error?.exitCode == 64)
    }

    @Test("the list has a row for each framework in each of its languages")
    func list() throws {
        let catalog = try TwoLanguages.catalog()
        #expect(
            listText(catalog) == """
                Nothing to install

                  basic (default)
                      SB
                  basic --language swift
                      SBS
                  flat
                      SF
                  vast --language swift
                      SV

                Python on PythonAnywhere: 3.9 to 3.13 (default: 3.13); choose with --python

                A template folder of your own: pa-new NAME --template DIR
                What it asks: pa-new list --template DIR

                """
        )
        struct Document: Decodable {
            let frameworks: [[String: Value]]
        }
        struct Value: Decodable {
            let text: String?
            init(from decoder: any Decoder) throws {
                text = try? decoder.singleValueContainer().decode(String.self)
            }
        }
        let json = Data(try listJSON(catalog).utf8)
        let rows = try JSONDecoder().decode(Document.self, from: json).frameworks
        #expect(rows.map { $0["name"]?.text } == ["basic", "basic", "flat", "vast"])
        #expect(rows.map { $0["language"]?.text } == ["python", "swift", "python", "swift"])
    }

    @Test("help, completions and manual page offer the languages, and each framework once")
    func offered() throws {
        let options = try Option.all(TwoLanguages.catalog())
        let language = try #require(options.first { $0.name == .language })
        #expect(
            language.kind
                == .choice([
                    Choice("python", help: "basic and flat"),
                    Choice("swift", help: "basic and vast"),
                ])
        )
        #expect(language.help.hasSuffix(": python or swift (default: python)"))
        let framework = try #require(options.first { $0.name == .framework })
        #expect(
            framework.kind
                == .choice([
                    Choice("basic", help: "SB"), Choice("flat", help: "SF"),
                    Choice("vast", help: "SV"),
                ])
        )
        #expect(helpText(options: options).contains("-l, --language L"))
        for shell in Shell.allCases {
            #expect(shell.completions(options).contains("swift"), "\(shell)")
        }
        #expect(manualPage(options: options).contains("python or swift"))
    }

    @Test("the record has a language that is not the standard one, the report always has it")
    func record() throws {
        struct Document: Decodable {
            let answers: [String: String]
        }
        for (language, recorded) in [("python", nil), ("swift", "swift")] as [(String, String?)] {
            try withTemporaryFolder { folder in
                let request = Request(name: "hello", language: language, output: folder.path)
                let report = try createProject(request, from: TwoLanguages.catalog())
                let data = try Data(contentsOf: folder.appending(path: "hello/.pa-new.json"))
                let record = try JSONDecoder().decode([String: String].self, from: data)
                #expect(record["language"] == recorded)
                #expect(record["framework"] == "basic")
                let json = Data(try report.json().utf8)
                let answers = try JSONDecoder().decode(Document.self, from: json).answers
                #expect(answers["language"] == language)
            }
        }
    }
}
