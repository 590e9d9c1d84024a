// Answers as literals: what a template writes with `{{author.python}}` is read by the parsers of the languages.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

/// The Pythons that have a parser for TOML.
private let interpreters = Interpreter.found(["3.11", "3.12", "3.13"])

private let python = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

/// Runs the program that decodes literals.
private func decode(_ document: URL) async throws -> ProcessResult {
    let interpreter = try #require(interpreters.last)
    let environment = try await PythonEnvironments.shared.python(
        interpreter,
        with: ["pyyaml==6.0.4"]
    )
    return try await run(
        environment.path,
        ["-W", "error", python.appending(path: "decode_literals.py").path, document.path]
    )
}

@Suite("Answers as literals", .needs(.python(interpreters)), .needs("bash"), .lane(.quick))
struct LiteralTests {
    private static let texts = [
        "", " ", "Ada", #"The "best" shop"#, "it's", #"it's "both""#, #"\"#, #"\""#, #"C:\new\x"#,
        "a\nb",
        "a\r\nb", "\r", "\t", "\0", "\0001", "\u{1B}[31m", "\u{7F}\u{80}\u{85}\u{9F}\u{A0}\u{AD}",
        "\u{2028}\u{2029}", "\u{202E}abc", "\u{FEFF}x", "é", "e\u{301}", "日本", "👩‍💻", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "\u{1F600}\u{10FFFF}",
        "\u{FFFD}\u{FFFE}\u{FFFF}\u{E000}\u{D7FF}", "</script>", "<!-- x", "]]>", "&amp;", "&#39;",
        "$(x)", "`x`",
        "$HOME", "!!", "~", "*", "-n", "yes", "no", "null", "~", "1e3", "0x10", "1:30",
        "2001-01-01", "- a",
        "a: b", "a #b", "#", "{a}", "[a]", "|", ">", "%", "@", "{{name}}", "{0}", "%s", #"""""#,
        "'''", #"\N{DASH}"#,
        #"\u0041"#, "true", "---", "...", "a\n---\nb", " a ", "a\n\n b",
    ]

    /// Returns texts of the characters that are special somewhere, and of any others.
    private func random(_ count: Int) -> [String] {
        var generator = SplitMix(seed: 22)
        let marks = Array("\"'\\\n\r\t<>&$`!#:-{}[]|%@~*?,; \0abyN01".unicodeScalars)
        return (0..<count).map { _ in
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0..<12, using: &generator) {
                let number = UInt32.random(in: 0...0x10FFFF, using: &generator)
                let small = UInt32.random(in: 0..<0x3000, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: text.append(Unicode.Scalar(number) ?? "x")
                case 1: text.append(Unicode.Scalar(small) ?? "x")
                default: text.append(marks.randomElement(using: &generator) ?? "x")
                }
            }
            return String(text)
        }
    }

    @Test("the parser of each language reads every text from its literal")
    func texts() async throws {
        let texts = Self.texts + random(Lane.current >= .long ? 100_000 : 500)
        var document = ["texts": texts]
        for language in LiteralLanguage.allCases {
            document[language.rawValue] = texts.map { language.literal($0) }
        }
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "literals.json")
            try JSONEncoder().encode(document).write(to: file)
            let finished = try await decode(file)
            expectEnd(of: finished, code: 0, stdout: "\(texts.count) texts, 0 wrong\n", stderr: "")
        }
    }

    @Test("a project has the answers in its code, whatever they are")
    func project() async throws {
        let texts = Self.texts.filter { text in
            (try? Question(text: "x").check(.text(text))) != nil
        }
        try #require(texts.count > 40)
        let keys = texts.indices.map { "q\($0)" }
        let questions = keys.map { "{\"key\": \"\($0)\", \"default\": \"\"}" }
        let manifest = "{\"questions\": [\(questions.joined(separator: ", "))]}"
        let files = Dictionary(
            uniqueKeysWithValues: LiteralLanguage.allCases.map { language in
                let lines = keys.map { "{{\($0).\(language.rawValue)}}\n" }.joined()
                return ("\(language.rawValue).txt.mustache", lines)
            }
        )
        let answers = Dictionary(uniqueKeysWithValues: zip(keys, texts))
        let json = try JSONEncoder().encode(answers)
        try await createFromTemplate(
            ["--answers", "answers.json", "--quiet"],
            files: files.merging(["manifest.json": manifest]) { $1 },
            prepare: { try json.write(to: $0.appending(path: "answers.json")) },
            check: { (finished, project) async throws in
                expectEnd(of: finished, code: 0, stdout: "", stderr: "")
                var document = ["texts": texts]
                for language in LiteralLanguage.allCases {
                    let file = project.appending(path: "\(language.rawValue).txt")
                    let lines = try String(contentsOf: file, encoding: .utf8).split(
                        separator: "\n",
                        omittingEmptySubsequences: false
                    )
                    document[language.rawValue] = lines.dropLast().map(String.init)
                }
                let place = project.appending(path: "literals.json")
                try JSONEncoder().encode(document).write(to: place)
                let decoded = try await decode(place)
                expectEnd(
                    of: decoded,
                    code: 0,
                    stdout: "\(texts.count) texts, 0 wrong\n",
                    stderr: ""
                )
            }
        )
    }

    @Test("an answer that is no text is a literal, too, and one that is not asked is empty")
    func otherTypes() async throws {
        let manifest = """
            {"questions": [
              {"key": "flag", "type": "bool"}, {"key": "port", "type": "integer"},
              {"key": "word", "choices": ["one", "a \\"b\\""]},
              {"key": "later", "type": "bool", "when": "!flag", "default": true},
              {"key": "text", "when": "later", "default": "x"},
              {"key": "count", "type": "integer", "when": "later", "default": 7},
              {"key": "none", "default": ""}
            ]}
            """
        let names = [
            "flag", "port", "word", "later", "text", "count", "none", "pythons", "name", "hasUser",
        ]
        let files = Dictionary(
            uniqueKeysWithValues: LiteralLanguage.allCases.map { language in
                let known = names.filter { language != .html || $0 != "pythons" }
                return (
                    "\(language.rawValue).mustache",
                    known.map { "{{\($0).\(language.rawValue)}}" }.joined(separator: " ")
                )
            }
        )
        let expected: [LiteralLanguage: String] = [
            .python: #"True 80 'a "b"' False "" 0 "" ["3.12", "3.13"] "hello" False"#,
            .json: #"true 80 "a \"b\"" false "" 0 "" ["3.12", "3.13"] "hello" false"#,
            .toml: #"true 80 "a \"b\"" false "" 0 "" ["3.12", "3.13"] "hello" false"#,
            .yaml: #"true 80 "a \"b\"" false "" 0 "" ["3.12", "3.13"] "hello" false"#,
            .html: #"true 80 a &quot;b&quot; false  0  hello false"#,
            .shell: #"true 80 'a "b"' false '' 0 '' '3.12' '3.13' 'hello' false"#,
        ]
        try await createFromTemplate(
            ["--set=flag=yes", "--set=port=80", "--set", "word=a \"b\"", "--quiet"],
            files: files.merging(["manifest.json": manifest]) { $1 },
            check: { (finished, project) async throws in
                expectEnd(of: finished, code: 0, stdout: "", stderr: "")
                for language in LiteralLanguage.allCases {
                    let file = project.appending(path: language.rawValue)
                    #expect(try String(contentsOf: file, encoding: .utf8) == expected[language])
                }
            }
        )
    }
}

extension Question {
    /// A question for a text.
    fileprivate init(text key: String) {
        self.init(
            key: key,
            kind: .text(nil),
            prompt: key,
            help: nil,
            defaultAnswer: nil,
            condition: Condition(terms: [])
        )
    }
}
