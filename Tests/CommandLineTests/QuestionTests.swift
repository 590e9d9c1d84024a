// What is asked on a real pseudo-terminal, and that nothing is asked anywhere else.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("Questions on a terminal")
struct QuestionTests {
    private func record(_ project: String, in folder: URL) throws -> ProjectRecord {
        let file = folder.appending(path: project + "/.pa-new.json")
        return try JSONDecoder().decode(ProjectRecord.self, from: Data(contentsOf: file))
    }

    @Test("bare, it asks for name, framework, Python, account and pipeline, each with its default")
    func bare() async throws {
        try await withTemporaryFolder { folder in
            let catalog = try Catalog.embedded()
            let languages = catalog.languages(of: catalog.defaultFramework.name)
            let answers = Array(repeating: "", count: languages.count > 1 ? 6 : 5)
            let finished = try await runOnTerminal([], answers: answers, in: folder)
            #expect(finished.exitCode == 0, "\(finished)")
            var shown = "Project name [hello]: \nFramework\n"
            for (index, framework) in catalog.offered(in: nil).enumerated() {
                let row = "\(framework.name): \(framework.manifest.summary)"
                let lines = wrapped(row, to: 75).joined(separator: "\n     ")
                shown += "  \(index + 1). \(lines)\n"
            }
            shown += "Number or name [\(catalog.defaultFramework.name)]: \n"
            if languages.count > 1 {
                shown += "Language\n"
                for (index, language) in languages.enumerated() {
                    shown += "  \(index + 1). \(language)\n"
                }
                shown += "Number or name [\(languages[0])]: \n"
            }
            shown += "Python on PythonAnywhere\n"
            for (index, python) in PythonVersion.offered.enumerated() {
                shown += "  \(index + 1). \(python)\n"
            }
            shown += "Number or name [\(PythonVersion.default)]: \n"
            shown += "PythonAnywhere account [none yet]: \nCI pipeline that tests each push\n"
            shown += "  1. none\n  2. github: a pipeline on GitHub\n"
            shown += "  3. gitlab: a pipeline on GitLab\nNumber or name [none]: \n"
            #expect(finished.stdout.hasPrefix(shown + "create  hello/"), "\(finished)")
            let record = try record("hello", in: folder)
            #expect(record.framework == catalog.defaultFramework.name)
            #expect(record.language == nil)
            #expect(record.user == nil)
            #expect(record.pipeline == nil)
        }
    }

    @Test("the pipeline is asked for, unless it was said")
    func pipeline() async throws {
        for (words, answers, pipeline) in [
            ([], ["a", "", "", "3"], "gitlab"), ([], ["b", "", "", "gitub", "github"], "github"),
            (["--ci", "github"], ["c", "", ""], "github"), (["--ci", "none"], ["d", "", ""], nil),
        ] as [([String], [String], String?)] {
            try await withTemporaryFolder { folder in
                let template = try oneOfOurs()
                let finished = try await runOnTerminal(
                    ["-f", template] + words,
                    answers: answers,
                    in: folder
                )
                #expect(finished.exitCode == 0, "\(finished)")
                #expect(try record(answers[0], in: folder).pipeline == pipeline)
                let complains = finished.stdout.contains("! 'gitub': did you mean 'github'?")
                #expect(complains == answers.contains("gitub"), "\(finished)")
            }
        }
    }

    /// A framework of the tool's own that is there in one language only, and asks nothing itself.
    private func oneOfOurs() throws -> String {
        let catalog = try Catalog.embedded()
        return try #require(
            catalog.frameworks.first { framework in
                catalog.languages(of: framework.name).count == 1
                    && framework.manifest.questions.isEmpty
            }
        ).name
    }

    /// A framework of the tool's own in a language that is not the standard one, and one of its names.
    private static let other: Framework? = {
        guard let catalog = try? Catalog.embedded() else { return nil }
        return catalog.frameworks.first { framework in
            catalog.languages(of: framework.name).count > 1
                && catalog.nonDefaultLanguage(of: framework) != nil
        }
    }()

    @Test("the language of a framework that is there in several is asked for, unless it was said")
    func language() async throws {
        let other = try #require(Self.other)
        let language = try #require(other.language)
        let runs: [([String], [String])] = [
            ([], ["a", other.name, "nope", language, "", "", ""]),
            (["-f", other.name], ["b", language, "", "", ""]),
            (["-l", language], ["c", other.name, "", "", ""]),
            (["-f", other.name, "-l", language], ["d", "", "", ""]),
        ]
        for (words, answers) in runs {
            try await withTemporaryFolder { folder in
                let finished = try await runOnTerminal(words, answers: answers, in: folder)
                #expect(finished.exitCode == 0, "\(finished)")
                let record = try record(answers[0], in: folder)
                #expect(record.framework == other.name)
                #expect(record.language == language)
                let asks = finished.stdout.contains("\nLanguage\n")
                #expect(asks == answers.dropFirst().contains(language), "\(finished)")
                #expect(finished.stdout.contains("! 'nope': valid values:") == (words == []))
            }
        }
    }

    @Test("a name that the language chosen later does not allow is asked for again")
    func nameOfOtherLanguage() async throws {
        let other = try #require(Self.other)
        let language = try #require(other.language)
        let catalog = try Catalog.embedded()
        let module = try #require(
            other.manifest.modules.first {
                (try? catalog.projectName($0, for: catalog.defaultFramework)) != nil
            }
        )
        try await withTemporaryFolder { folder in
            let answers = [module, other.name, language, "shop", "", "", ""]
            let finished = try await runOnTerminal([], answers: answers, in: folder)
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(
                finished.stdout.contains("! '\(module)' cannot be a project's name"),
                "\(finished)"
            )
            #expect(try record("shop", in: folder).language == language)
        }
    }

    @Test("an answer that cannot be is refused at once, with its reason, and asked for again")
    func repeated() async throws {
        let plain = try oneOfOurs()
        let number = try #require(try Catalog.embedded().names.firstIndex(of: plain)) + 1
        try await withTemporaryFolder { folder in
            let answers = [
                "class", "../x", "json", "Überblick", " shop ", "99", "flsk", "", "3.8", "3.12",
                "a b",
                "Alice\u{FFFD}", "Alice", "eu", "none",
            ]
            let finished = try await runOnTerminal(
                ["-f", plain],
                answers: ["class", "shop", "", "", "none"],
                in: folder
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(try record("shop", in: folder).framework == plain)

            let other = try await runOnTerminal(
                ["-o", "."],
                answers: answers.map {
                    // The empty answer is the default, which can have more questions.
                    $0.isEmpty ? "\(number)" : $0 == " shop " ? " store " : $0
                },
                in: folder
            )
            #expect(other.exitCode == 0, "\(other)")
            for sentence in [
                "! 'class' cannot be a project's name: 'class' is a Python keyword",
                "! '../x' cannot be a project's name: it is a path",
                "! 'json' cannot be a project's name: its package would hide", "try json-app\n",
                "try uberblick\n", "! '3.8': did you mean '3.9'?",
                "! '99': valid values: 'handler', ", "! 'flsk': did you mean 'flask'?",
                "! 'a b' cannot be a PythonAnywhere account", "! this is not valid UTF-8",
            ] {
                // A long one is wrapped.
                let shown = other.stdout.replacing("\n    ", with: " ")
                let start = sentence.hasPrefix("!") ? "\n  " : " "
                #expect(shown.contains(start + sentence), "\(sentence): \(other)")
            }
            let record = try record("store", in: folder)
            #expect(record.user == "Alice")
            #expect(record.domain == "alice.eu.pythonanywhere.com")
            #expect(record.python == "3.12")
            #expect(record.framework == plain)
        }
    }

    @Test("a folder that is in the way is told at once, and the default is not offered")
    func taken() async throws {
        let plain = try oneOfOurs()
        try await withTemporaryFolder { folder in
            try write(["hello/notes.txt": "x", "shop": "a file"], below: folder)
            let words = ["-f", plain, "--ci", "none", "-u", "bob"]
            let finished = try await runOnTerminal(
                words,
                answers: ["", "hello", "shop", "store", ""],
                in: folder
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let shown = """
                Project name:\u{20}
                  ! please type an answer
                Project name: hello
                  ! 'hello' exists and is not empty: it contains 'notes.txt'
                Project name: shop
                  ! 'shop' exists: it is a file
                Project name: store

                """
            #expect(finished.stdout.hasPrefix(shown), "\(finished)")
            // Before the first question about a project whose name was given.
            try write(Self.template, below: folder.appending(path: "t"))
            let named = try await runOnTerminal(["hello", "-t", "t"], answers: [], in: folder)
            #expect(named.exitCode == 73, "\(named)")
            #expect(named.stdout.hasPrefix("pa-new: 'hello' exists and is not empty"), "\(named)")
            // With --into, that is what the user wants.
            let into = try await runOnTerminal(
                words + ["--into"],
                answers: ["hello", ""],
                in: folder
            )
            #expect(into.exitCode == 0, "\(into)")
            // A parent that is not there is no mistake in the name.
            let nowhere = try await runOnTerminal(["-o", "nowhere"], answers: [], in: folder)
            #expect(nowhere.exitCode == 73, "\(nowhere)")
        }
    }

    @Test("what was said is not asked for")
    func said() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runOnTerminal(
                ["--framework", try oneOfOurs(), "--user", "bob"],
                answers: ["shop", "", "1"],
                in: folder
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(!finished.stdout.contains("System of the account"))
            #expect(!finished.stdout.contains("Number or name [handler]"))
            #expect(!finished.stdout.contains("PythonAnywhere account ["))
            let named = try await runOnTerminal(["blog"], answers: [], in: folder)
            #expect(named.exitCode == 0, "\(named)")
            #expect(named.stdout.hasPrefix("create  blog/"))
        }
    }

    /// How many questions the bare tool asks.
    private static let questions = other == nil ? 6 : 7

    @Test(
        "Ctrl-C and Ctrl-D end it at every question, with nothing written",
        arguments: 0..<questions,
        ["^C", "^D"]
    )
    func brokenOff(after count: Int, key: String) async throws {
        try await withTemporaryFolder { folder in
            let answers =
                (["shop", "1"] + (Self.other == nil ? [] : ["1"]) + ["1", "bob", "1"]).prefix(count)
                + [key]
            let finished = try await runOnTerminal([], answers: Array(answers), in: folder)
            #expect(finished.exitCode == 130, "\(finished)")
            let sentence = "pa-new: interrupted at a question; nothing was written"
            #expect(finished.stdout.contains("\n\(sentence)\n"), "\(finished)")
            #expect(try filePaths(below: folder) == [])
        }
    }

    private static let template = [
        "manifest.json": """
        {"questions": [
          {"key": "author", "prompt": "Author's name", "pattern": "[A-Z].*", "help": "in full"},
          {"key": "docker", "type": "bool", "prompt": "A Dockerfile?"},
          {"key": "port", "type": "integer", "prompt": "Port", "default": 80, "when": "docker"},
          {"key": "license", "choices": ["MIT", "2", "none"], "default": "MIT"},
          {"key": "motto", "prompt": "Motto", "default": ""}]}
        """,
        "out.txt.mustache": "{{author}}|{{docker}}|{{port}}|{{license}}|{{motto}}",
    ]

    @Test(
        "a template's questions are asked, those with an answer left out",
        arguments: [
            ([], ["Ada", "y", "", "", ""], "Ada|true|80|MIT|"),
            ([], ["", "ada", "Ada", "", "maybe", "NO", "3", "hm"], "Ada|false||none|hm"),
            ([], ["Ada", "yes", "x", "-1", "2", ""], "Ada|true|-1|2|"),
            (["--set", "docker=no", "--set", "motto=m"], ["Ada", "1"], "Ada|false||MIT|m"),
            (["--defaults", "--set", "author=A", "--set", "docker=n"], [], "A|false||MIT|"),
            (["-q", "--set", "author=A", "--set", "docker=n"], [], "A|false||MIT|"),
        ] as [([String], [String], String)]
    )
    func template(words: [String], answers: [String], text: String) async throws {
        try await withTemporaryFolder { folder in
            try write(Self.template, below: folder.appending(path: "t"))
            let finished = try await runOnTerminal(
                ["hello", "-t", "t"] + words,
                answers: answers,
                in: folder
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let out = folder.appending(path: "hello/out.txt")
            #expect(try String(contentsOf: out, encoding: .utf8) == text)
            if answers.first == "" {
                #expect(
                    finished.stdout.hasPrefix(
                        """
                        Author's name
                          in full
                        Answer:\u{20}
                          ! please type an answer
                        Answer: ada
                          ! 'ada' does not have the right form: in full
                        Answer: Ada
                        A Dockerfile? [yes or no]:\u{20}
                          ! please type an answer
                        A Dockerfile? [yes or no]: maybe
                          ! 'maybe': it has to be yes or no
                        A Dockerfile? [yes or no]: NO
                        license
                          1. MIT
                          2. 2
                          3. none
                        Number or name [MIT]: 3
                        Motto [none]: hm

                        """
                    ),
                    "\(finished)"
                )
            }
        }
    }

    @Test("the template folder and the file of answers are read once, before the first question")
    func readOnce() async throws {
        try await withTemporaryFolder { folder in
            try write(Self.template, below: folder.appending(path: "t"))
            try write(["answers.json": #"{"docker": true, "motto": "m"}"#], below: folder)
            let finished = try await runOnTerminal(
                ["hello", "-t", "t", "--answers", "answers.json"],
                answers: ["!rm -r t answers.json", "Ada", "8080", ""],
                in: folder
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let out = folder.appending(path: "hello/out.txt")
            #expect(try String(contentsOf: out, encoding: .utf8) == "Ada|true|8080|MIT|m")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "t").path))
        }
    }

    @Test("what was said wrongly is told before anything is asked")
    func wrongAtOnce() async throws {
        try await withTemporaryFolder { folder in
            try write(Self.template, below: folder.appending(path: "t"))
            try write(["bad/manifest.json": "{"], below: folder)
            for (words, code) in [
                (["class", "-t", "t"], Int32(64)), (["hello", "-t", "none"], 66),
                (["hello", "-t", "bad"], 65), (["hello", "-t", "t", "--set", "x=y"], 64),
                (["-f", "nope"], 64), (["--ci", "nope"], 64), (["-t", "t", "--ci", "github"], 64),
                (["hello", "-t", "t", "--answers", "none"], 66),
            ] {
                let finished = try await runOnTerminal(words, answers: [], in: folder)
                #expect(finished.exitCode == code, "\(words): \(finished)")
            }
        }
    }

    @Test(
        "without a terminal on both sides it never waits",
        arguments: [
            "exec timeout 20 \"$0\" </dev/null", "exec timeout 20 \"$0\" <&-",
            // A pipe that stays open and empty.
            "mkfifo f; exec timeout 20 \"$0\" <>f", "exec timeout 20 \"$0\" -t t 2>err",
        ]
    )
    func noTerminal(script: String) async throws {
        let python = try #require(Interpreter.standard)
        let driver = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/answer.py").path
        try await withTemporaryFolder { folder in
            try write(Self.template, below: folder.appending(path: "t"))
            // Inside of a terminal: the script takes one of its sides away.
            let words = [driver, "[]", "sh", "-c", script, Paths.tool.path]
            let finished = try await run(
                python.path,
                words,
                in: folder,
                environment: ["TERM": "dumb"]
            )
            #expect(finished.exitCode == 64, "\(finished)")
            #expect(!finished.stdout.contains("Project name"), "\(finished)")
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "hello").path))
        }
    }
}
