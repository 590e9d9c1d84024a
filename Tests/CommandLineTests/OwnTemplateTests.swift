// Projects from a template folder of the user's own, with the built tool.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Templates of the user's own")
struct OwnTemplateTests {
    private func text(_ path: String, in project: URL) throws -> String {
        try String(contentsOf: project.appending(path: path), encoding: .utf8)
    }

    @Test("answers become names, files come and go, commands are shown and never run")
    func created() async throws {
        let words = [
            "--set", "author=Ada of x", "--set=docker=yes", "--set", "port=80", "--set",
            "license=Apache-2.0", "--set", "motto=it's $(x)",
        ]
        try await createFromTemplate(words) { (finished, project) throws in
            expectEnd(
                of: finished,
                code: 0,
                stdout: #"""
                    create  hello/.pa-new.base.json
                    create  hello/.pa-new.json
                    create  hello/NOTICE
                    create  hello/docker/Dockerfile
                    create  hello/hello/main.py

                    Next steps
                      1. In the folder hello:
                             git init
                             docker build -t hello .
                             say 'it'\''s $(x)'

                    """#,
                stderr: ""
            )
            #expect(try text("docker/Dockerfile", in: project) == "EXPOSE 80\n")
            #expect(try text("NOTICE", in: project) == "{{name}} as it is\n")
            #expect(
                try text("hello/main.py", in: project)
                    == "# Ada of x: it's $(x)\n# Apache-2.0 (not MIT)\n"
            )
            #expect(try filePaths(below: project).count == 5)
        }
    }

    @Test(
        "an answer in a command is one word, and that very text",
        arguments: [
            ("-x", "say -x"), ("a b", "say 'a b'"), ("$HOME", "say '$HOME'"),
            ("it's", #"say 'it'\''s'"#),
        ]
    )
    func words(motto: String, command: String) async throws {
        let words = ["--set", "author=Ada", "--set=docker=no", "--set", "motto=\(motto)"]
        try await createFromTemplate(words) { (finished, _) throws in
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n")
            #expect(lines.last.map(String.init) == "         " + command)
        }
    }

    @Test("defaults answer where nothing is said, and what is not asked is nothing")
    func defaults() async throws {
        try await createFromTemplate(["--set", "author=Ada"]) { (finished, project) throws in
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(
                try filePaths(below: project) == [
                    ".pa-new.base.json", ".pa-new.json", "hello/main.py",
                ]
            )
            #expect(try text("hello/main.py", in: project) == "# Ada\n# MIT\n")
        }
    }

    @Test("the record has the template's identity and the answers that were asked for")
    func record() async throws {
        var digests: [String] = []
        for extra in ["", "more\n"] {
            let files = demoTemplate.merging(["extra.txt": extra]) { $1 }
            try await createFromTemplate(["--set", "author=Ada", "-u", "alice"], files: files) {
                (finished, project) throws in
                expectEnd(of: finished, code: 0, stderr: "")
                let data = try Data(contentsOf: project.appending(path: ".pa-new.json"))
                let record = try JSONDecoder().decode(ProjectRecord.self, from: data)
                #expect(record.framework == nil)
                #expect(record.python == "3.13")
                #expect(record.user == "alice")
                #expect(record.template?.name == "demo")
                #expect(
                    record.answers == [
                        "author": .text("Ada"), "docker": .bool(false), "license": .text("MIT"),
                        "motto": .text(""),
                    ]
                )
                digests.append(record.template?.sha256 ?? "")
            }
        }
        #expect(Set(digests).count == 2)
        #expect(digests.allSatisfy { $0.count == 64 })
    }

    @Test("a file of answers is read, and --set has the last word")
    func answersFile() async throws {
        let answers = #"{"author": "Ada", "docker": true, "port": 1, "license": "MIT"}"#
        try await createFromTemplate(["--answers", "a.json", "--set", "port=2"]) { folder in
            try write(["a.json": answers], below: folder)
        } check: { (finished, project) throws in
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(try text("docker/Dockerfile", in: project) == "EXPOSE 2\n")
        }
    }

    @Test(
        "a wrong answer is refused, and nothing is written",
        arguments: [
            ([], 64, ["needs an answer to 'author'", "author: Author", "pass --set author=TEXT"]),
            (["--set", "author"], 64, ["--set does not understand 'author'", "--set KEY=VALUE"]),
            (["--set", "=x"], 64, ["--set does not understand '=x'"]),
            (["--set"], 64, ["--set needs a value"]),
            (["--set", "autor=Ada"], 64, ["no question 'autor'", "did you mean --set author="]),
            (["--set", "zzzzzz=Ada"], 64, ["no question 'zzzzzz'", "'docker', 'port'"]),
            (
                ["--set", "author=ada"], 64,
                ["'ada' is not a valid answer", "'[A-Z][a-z ]+'; the template says: your name"]
            ),
            (["--set", "author=Ada\nB"], 64, ["a line break is not allowed"]),
            (["--set", "author=A", "--set", "author=B"], 64, ["--set answers 'author' twice"]),
            (["--set", "author=Ada", "--set", "docker=maybe"], 64, ["'maybe'", "yes or no"]),
            (["--set", "author=Ada", "--set", "docker="], 64, ["''", "yes or no"]),
            (
                ["--set", "author=Ada", "--set", "port=1"], 64,
                ["'port' is not asked", "condition is not met: docker"]
            ),
            (
                ["--set", "author=Ada", "--set", "docker=y", "--set", "port=1.5"], 64,
                ["'1.5'", "a whole number"]
            ),
            (
                ["--set", "author=Ada", "--set", "docker=y", "--set", "port=99999999999999999999"],
                64, ["this number has too many digits"]
            ),
            (
                ["--set", "author=Ada", "--set", "license=MTI"], 64,
                ["'MTI'", "did you mean 'MIT'?"]
            ),
            (
                ["--set", "author=A" + String(repeating: "a", count: 9999)], 64,
                ["longer than 4096 bytes"]
            ),
            (["--framework", "flask"], 64, ["--framework and --template cannot be used together"]),
            (["--language", "python"], 64, ["--language and --template cannot be used together"]),
            (["--answers", "none.json"], 66, ["'none.json' does not exist"]),
            (["--answers", "."], 66, ["'.' is not a file"]),
            (["--answers", "/dev/zero"], 66, ["'/dev/zero' is not a file"]),
            (["--answers", "pipe"], 66, ["'pipe' is not a file"]),
            (["--answers", "huge"], 74, ["'huge' is too large", "1 MiB"]),
            (["--answers", "bom"], 65, ["bom:1:1: it starts with a byte order mark"]),
            (["--answers", "latin"], 65, ["latin:1:13: this is not valid UTF-8"]),
            (["--answers", "deep"], 65, ["deep:1:65: lists and objects are nested more than 64"]),
            (["--answers", "list"], 65, ["list:2:1: it has to be an object", "not a list"]),
            (["--answers", "twice"], 65, ["twice:1:16: the key 'author' is given twice"]),
            (
                ["--answers", "type"], 64,
                ["type:2:2: 5 is not a valid answer to 'author'", "a text"]
            ),
            (["--answers", "null"], 64, ["null:1:2: null is not a valid answer to 'author'"]),
            (
                ["--answers", "word"], 64,
                ["word:1:2: 'yes' is not a valid answer", "true or false"]
            ),
            (["--answers", "fraction"], 64, ["a number is not a valid answer to 'port'"]),
            (["--answers", "key"], 64, ["key:1:2: there is no question 'autor'", "'author'?"]),
        ] as [([String], Int32, [String])]
    )
    func wrongAnswers(words: [String], code: Int32, parts: [String]) async throws {
        try await createFromTemplate(words) { folder in
            try write(
                [
                    "bom": "\u{FEFF}{}", "list": "\n[]", "twice": #"{"author": "A","author": "B"}"#,
                    "deep": String(repeating: "[", count: 100_000), "type": "{\n \"author\": 5}",
                    "null": #"{"author": null}"#, "word": #"{"docker": "yes", "author": "Ada"}"#,
                    "fraction": #"{"author": "Ada", "docker": true, "port": 1.5}"#,
                    "key": #"{"autor": "Ada"}"#, "huge": String(repeating: " ", count: 1 << 20 + 1),
                ],
                below: folder
            )
            let latin = Data(#"{"author": ""#.utf8) + [0xE9] + Data("\"}".utf8)
            try latin.write(to: folder.appending(path: "latin"))
            mkfifo(folder.appending(path: "pipe").path, 0o600)
        } check: { (finished, project) throws in
            expectEnd(of: finished, code: code, stdout: "")
            for part in parts { #expect(finished.stderr.contains(part), "\(finished.stderr)") }
            #expect(finished.stderr.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
            #expect(!FileManager.default.fileExists(atPath: project.path))
        }
    }

    @Test("questions that have no answer are all named at once, but for those that depend on one")
    func allMissing() async throws {
        let manifest = """
            {"questions": [{"key": "a"}, {"key": "b", "type": "bool"},
              {"key": "c", "when": "b"}, {"key": "d", "type": "integer"},
              {"key": "e", "choices": ["x", "y"]}]}
            """
        let files = ["manifest.json": manifest, "t.mustache": "{{a}}{{b}}{{c}}{{d}}{{e}}"]
        try await createFromTemplate([], files: files) { finished, _ in
            expectEnd(of: finished, code: 64, stdout: "")
            #expect(finished.stderr.contains("needs an answer to 'a', 'b', 'd' and 'e'"))
            // Without prompts, there is nothing to say of the questions but their keys.
            #expect(!finished.stderr.contains("why:"), "\(finished)")
            #expect(
                finished.stderr.contains("--set a=TEXT --set b=yes|no --set d=NUMBER --set e=x|y,")
            )
        }
    }

    @Test("a template that check refuses is refused, with its findings, and nothing is written")
    func refused() async throws {
        let files = ["manifest.json": "{}", "a.txt.mustache": "x\n {{nmae}}\n"]
        try await createFromTemplate([], files: files) { (finished, project) throws in
            expectEnd(
                of: finished,
                code: 65,
                stdout: "",
                stderr: """
                    pa-new: the template 'demo' has errors
                       why: a.txt.mustache:2:4: unknown name 'nmae', did you mean 'name'?
                      help: for all errors: pa-new template check demo

                    """
            )
            #expect(!FileManager.default.fileExists(atPath: project.path))
        }
    }

    @Test(
        "a path that only the answers make wrong is refused with the file named",
        arguments: [
            ("..", "leads out"), (".", "leads out"), ("", "empty name"), ("a/b", nil),
            ("../../x", "leads out"),
            ("/x", "an empty name"), (".git", "reserved for git"),
            ("Main", "it conflicts with 'Main'"),
            (String(repeating: "x", count: 256), "255 bytes"),
        ] as [(String, String?)]
    )
    func pathsFromAnswers(answer: String, reason: String?) async throws {
        let files = [
            "manifest.json": #"{"questions": [{"key": "x"}]}"#, "main/a.txt": "",
            "{{x}}/b.txt": "",
        ]
        try await createFromTemplate(["--set", "x=" + answer], files: files) {
            (finished, project) throws in
            expectEnd(of: finished, code: reason == nil ? 0 : 65)
            if let reason {
                #expect(finished.stderr.contains(reason), "\(finished)")
                let isNamed =
                    finished.stderr.contains("{{x}}/b.txt")
                    || finished.stderr.contains("main/a.txt")
                #expect(isNamed)
                #expect(!FileManager.default.fileExists(atPath: project.path))
            }
        }
    }

    @Test(
        "what has to be uploaded follows the answers, and cannot be outside of the project",
        arguments: [
            ("lib", nil), ("a/b", nil), ("it's $(x)", nil), ("..", "'../x.so' cannot be uploaded"),
            ("", "a folder or file in it has an empty name"), ("/etc", "has an empty name"),
            (".git", "reserved for git"), (String(repeating: "x", count: 256), "255 bytes"),
        ] as [(String, String?)]
    )
    func uploads(answer: String, reason: String?) async throws {
        let files = [
            "manifest.json": #"{"questions": [{"key": "x"}], "uploads": ["{{x}}/x.so"]}"#,
            "wsgi.py": "",
        ]
        try await createFromTemplate(["--set", "x=" + answer], files: files) {
            (finished, project) throws in
            expectEnd(of: finished, code: reason == nil ? 0 : 65)
            if let reason {
                #expect(finished.stderr.contains(reason), "\(finished)")
                #expect(finished.stderr.contains("the manifest 'demo/manifest.json' has an error"))
                #expect(!FileManager.default.fileExists(atPath: project.path))
            } else {
                let text = finished.stdout.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
                #expect(text.contains("upload \(answer)/x.so to it."), "\(finished)")
            }
        }
    }
}
