// What `pa-new update` refuses: spoilt projects and impossible words.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("What update refuses")
struct UpdateRefusalTests {
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

    /// A record with another answer.
    private static func other(_ members: String) -> String {
        let others = [#""name": "hello""#, #""python": "3.13""#].filter { member in
            !members.contains(member.prefix { $0 != ":" })
        }
        return #"{"pa-new": "0.1.0", "framework": "handler", "#
            + (others + [members]).joined(separator: ", ") + "}"
    }

    private static let conflict = "<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n"
    private static let resolve = "git checkout --ours .pa-new.json .pa-new.base.json"

    static let spoilt: [Spoilt] = [
        .file(".pa-new.json", conflict, ["git left a conflict in its .pa-new.json", resolve]),
        .file(
            ".pa-new.base.json",
            "{\n" + conflict,
            ["git left a conflict in its .pa-new.base.json, in line 2", resolve]
        ),
        .file(
            ".pa-new.base.json",
            "{\n>>>>>>> other\n}",
            ["git left a conflict in its .pa-new.base.json, in line 2", resolve]
        ),
        .file(
            ".pa-new.json",
            nil,
            ["its .pa-new.json is missing", "restore it from version control"]
        ),
        Spoilt("no record at all", ["it has no .pa-new.json"]) { hello in
            for name in [".pa-new.json", ".pa-new.base.json"] {
                try FileManager.default.removeItem(at: hello.appending(path: name))
            }
        },
        .file(
            ".pa-new.json",
            "",
            [".pa-new.json cannot be read: line 1, column 1: expected a value"]
        ),
        .file(".pa-new.json", "{}", ["the key 'pa-new' is missing"]),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": 1, "python": "3.13"}"#,
            ["'name' has a value of the wrong type"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "99.\u001b.0", "name": "hello", "python": "3.13", "framework": "handler"}"#,
            [#"it was made by pa-new 99.\u{1b}.0"#]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "99.0.0", "name": "hello", "python": "3.13", "framework": "handler"}"#,
            ["it was made by pa-new 99.0.0", "install"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "../x", "python": "3.13", "framework": "handler"}"#,
            ["the answer 'name' in its .pa-new.json is not valid: '../x' cannot", "correct it"]
        ),
        .file(
            ".pa-new.json",
            other(#""user": "A_B""#),
            ["the answer 'user' in its .pa-new.json is not valid: 'A_B'"]
        ),
        .file(
            ".pa-new.json",
            other(#""domain": "x""#),
            ["the answer 'domain' in its .pa-new.json is not valid: 'x'"]
        ),
        .file(
            ".pa-new.json",
            other(#""user": "bob", "domain": "alice.pythonanywhere.com""#),
            ["the answer 'domain' in its .pa-new.json is not valid: the account 'bob' cannot"]
        ),
        .file(
            ".pa-new.json",
            other(#""python": "2.7""#),
            ["the answer 'python' in its .pa-new.json is not valid: '2.7'"]
        ),
        .file(
            ".pa-new.json",
            other(#""python": "3.013""#),
            ["'3.013' is not a version such as 3.13"]
        ),
        .file(
            ".pa-new.json",
            other(#""ci": "githb""#),
            ["the answer 'ci' in its .pa-new.json: there is no CI", "--set ci=github"]
        ),
        .file(
            ".pa-new.json",
            other(#""name": "json""#),
            [
                "the answer 'name' in its .pa-new.json: 'json' cannot be a project's name",
                "choose another name: --set name=NAME",
            ]
        ),
        Spoilt("a name that the package has no longer", ["'name' in its .pa-new.json"]) { hello in
            let record = hello.appending(path: ".pa-new.json")
            let text = try String(contentsOf: record, encoding: .utf8)
            try Data(text.replacing("\"hello\"", with: "\"json\"").utf8).write(to: record)
        },
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.13", "framework": "handlr"}"#,
            ["handlr", "handler"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.8", "framework": "handler"}"#,
            [
                "the answer 'python' in its .pa-new.json: PythonAnywhere does not offer Python '3.8'",
                "--set python=3.9",
            ]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.13", "language": ["x"]}"#,
            ["'language' has a value of the wrong type"]
        ),
        .file(
            ".pa-new.json",
            #"{"pa-new": "0.1.0", "name": "hello", "python": "3.13", "language": "cobol"}"#,
            ["there is no language 'cobol'", "--set language=python"]
        ),
        .file(".pa-new.base.json", nil, ["it has no .pa-new.base.json"]),
        .file(".pa-new.base.json", "[", ["it is damaged"]),
        .file(".pa-new.base.json", #"{"version": 7, "files": []}"#, ["format version 7"]),
        .file(
            ".pa-new.base.json",
            #"{"version": 1, "files": [{"path": "../../x", "lines": []}]}"#,
            ["'../../x'"]
        ),
    ]

    @Test("what cannot be updated is told, and nothing is touched", arguments: spoilt)
    func refused(example: Spoilt) async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let hello = folder.appending(path: "hello")
            try example.spoil(hello)
            let before = try tree(hello)
            for options in [[], ["--dry-run"]] {
                let words = ["update", "hello", "--set", "user=alice"] + options
                let finished = try await runTool(words, in: folder)
                #expect([64, 73].contains(finished.exitCode), "\(finished)")
                #expect(finished.stdout == "")
                for word in example.words {
                    #expect(finished.stderr.contains(word), "\(finished)")
                }
                #expect(try tree(hello) == before)
            }
        }
    }

    @Test("a conflict of git in the record is resolved as the message says", .needs("git"))
    func gitConflict() async throws {
        try await withTemporaryFolder { folder in
            let own = [
                "-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main",
            ]
            func git(_ words: [String]) async throws -> ProcessResult {
                try await run("git", own + words, in: folder.appending(path: "hello"))
            }
            func update(_ answer: String) async throws -> ProcessResult {
                try await runTool(["update", "hello", "--set", answer], in: folder)
            }
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            for words in [
                ["init", "-q"], ["add", "."], ["commit", "-qm", "1"], ["branch", "b"],
            ] {
                expectEnd(of: try await git(words), code: 0)
            }
            expectEnd(of: try await update("user=alice"), code: 0)
            expectEnd(of: try await git(["commit", "-qam", "2"]), code: 0)
            expectEnd(of: try await git(["checkout", "-q", "b"]), code: 0)
            expectEnd(of: try await update("user=bob"), code: 0)
            expectEnd(of: try await git(["commit", "-qam", "3"]), code: 0)
            #expect(try await git(["merge", "-q", "main"]).exitCode == 1)

            let refused = try await update("python=3.12")
            expectEnd(of: refused, code: 73, stdout: "")
            let text = refused.stderr.replacing(/\n\s*/, with: " ")
            #expect(text.contains("git left a conflict in its .pa-new.json, in line"), "\(refused)")
            let advice = try #require(text.firstMatch(of: /git (checkout --ours [^,;]*?)\. Then/))
            let words = advice.1.split(separator: " ").map(String.init)
            expectEnd(of: try await git(words), code: 0)
            expectEnd(of: try await git(["checkout", "-q", "--ours", "."]), code: 0)
            expectEnd(of: try await update("python=3.12"), code: 0, stderr: "")
            let record = folder.appending(path: "hello/.pa-new.json")
            let answers = try String(contentsOf: record, encoding: .utf8)
            #expect(answers.contains("\"bob\"") && answers.contains("\"3.12\""))
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
            (
                ["update", "hello", "-t", "../t", "--set", "language=python"], 64,
                "only frameworks have a language\n  help: remove --set language="
            ),
            (["update", "hello", "--set", "colour=red"], 64, "colour"),
            (["update", "hello", "--set", "usr=bob"], 64, "'user'"),
            (["update", "hello", "--set", "user=a", "--set", "user=b"], 64, "user"),
            (["update", "hello", "--set", "name="], 64, "help: try: --set name=hello"),
            (["update", "hello", "--set", "name=json"], 64, "help: try: --set name=json-app"),
            (["update", "hello", "--set", "name=../x"], 64, "help: try: --set name=x"),
            (["update", "hello", "--set", "user=a@b.c"], 64, "did you mean --set user=a?"),
            (["update", "hello", "--set", "domain=https://x.org/"], 64, "--set domain=x.org?"),
            (
                ["update", "hello", "--set", "user=a", "--set", "domain=b.pythonanywhere.com"], 64,
                "did you mean --set domain=a.pythonanywhere.com?"
            ),
            (["update", "hello", "--set", "zz=1"], 64, "the questions are 'packages', 'name', "),
            (["update", "hello", "--ours", "a", "--theirs", "a"], 64, "'a' is given twice"),
            (["update", "hello", "--ours", "../x"], 73, "'../x' has no conflict of an update"),
            (["update", "hello", "--ours", ""], 73, "'' has no conflict of an update"),
            (["update", "hello", "--user", "bob"], 64, "--user"),
            (["update", "hello", "-q", "--json"], 64, "--json"),
            (["update", "hello", "--template", "nowhere"], 73, "nowhere"),
        ] as [([String], Int32, String)]
    )
    func badWords(words: [String], code: Int32, part: String) async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let before = try tree(folder)
            let finished = try await runTool(words, in: folder)
            #expect([code, 64, 66].contains(finished.exitCode), "\(finished)")
            #expect(finished.stdout == "")
            #expect(finished.stderr.contains(part), "\(finished)")
            #expect(try tree(folder) == before)
        }
    }
}
