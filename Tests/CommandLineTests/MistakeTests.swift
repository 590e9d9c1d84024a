// Mistakes on the command line: what is told of each, with which exit code, and nothing on the disk.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Mistakes on the command line")
struct MistakeTests {
    @Test(
        "a mistake gets what, why and help on stderr, its exit code, and nothing on disk",
        arguments: [
            ([], 64, ["the project needs a name", "try: pa-new hello"]),
            ([""], 64, ["name is empty", "try: pa-new hello"]),
            (["class"], 64, ["'class' cannot be", "Python keyword", "try: pa-new class-app"]),
            (["json"], 64, ["'json'", "standard library", "try: pa-new json-app"]),
            (["tornado"], 64, ["'tornado'", "did you mean: pa-new hello --framework tornado"]),
            (["a/b"], 64, ["'a/b'", "it is a path", "pa-new b --output a"]),
            (["--", "update"], 64, ["'update'", "command of pa-new"]),
            (
                ["hello", "-f", "tornadoo"], 64,
                ["'tornadoo'", "did you mean --framework tornado?"]
            ),
            (["hello", "-f", ""], 64, ["no framework ''", "see: pa-new list"]),
            (["hello", "--language", ""], 64, ["no language ''", "see: pa-new list"]),
            (["hello", "-l", "Python"], 64, ["'Python'", "did you mean --language python?"]),
            (["hello", "-l=pyhton"], 64, ["'pyhton'", "did you mean --language python?"]),
            (
                ["hello", "-l", "cobol"], 64,
                ["no language 'cobol'", "valid values: python"]
            ),
            (["hello", "-l", "c\u{1B}[2J\n"], 64, [#"'c\u{1b}[2J\u{a}'"#]),
            (
                ["hello", "-l", String(repeating: "x", count: 10_000)], 64,
                ["no language 'xxx", "…'"]
            ),
            (["hello", "-l", "python", "-l", "python"], 64, ["--language is given twice"]),
            (
                ["hello", "-l", "python", "-t", "."], 64,
                ["--language and --template cannot be used together"]
            ),
            (["hello", "-l", "cobol", "-f", "nope"], 64, ["no framework 'nope'"]),
            (
                ["hello", "--python", "3.14"], 64,
                ["'3.14'", "3.9, 3.10", "did you mean --python 3.13?"]
            ),
            (["hello", "--framwork=x"], 64, ["'--framwork'", "did you mean --framework?"]),
            (["hello", "--user", "a b"], 64, ["'a b'", "' '"]),
            (["hello", "--user", ""], 64, ["--user is empty"]),
            (["hello", "--domain", "https://a.b/"], 64, ["did you mean --domain a.b?"]),
            (
                ["hello", "-u", "alice", "--domain", "bob.pythonanywhere.com"], 64,
                ["'alice' cannot use the domain 'bob.pythonanywhere.com'", "--domain alice.pyth"]
            ),
            (["hello", "--output", ""], 64, ["--output is empty"]),
            (["hello", "--output", "no/such"], 73, ["no folder 'no/such'", "mkdir -p no/such"]),
            (["hello", "--output", "/dev/null"], 73, ["'/dev/null' is not a folder"]),
            (
                ["hello", "--strict"], 64,
                ["--strict is not an option of 'pa-new NAME'", "pa-new check"]
            ),
            (["list", "-f", "flask"], 64, ["--framework is not an option of 'pa-new list'"]),
            (
                ["completions"], 64,
                ["needs the name of a shell", "pa-new completions bash, zsh or fish"]
            ),
            (["completions", "fisch"], 64, ["'fisch'", "did you mean: pa-new completions fish?"]),
            (["completions", "csh\u{7}"], 64, [#"'csh\u{7}'"#, "bash, zsh and fish"]),
            (
                ["completions", "zsh", "fish"], 64,
                ["unexpected argument 'fish' for 'pa-new completions'"]
            ),
            (["man", "ls"], 64, ["unexpected argument 'ls' for 'pa-new man'"]),
            (["hello", "world"], 64, ["unexpected argument 'world'"]),
            (["hel\u{1B}[31mlo\u{7}"], 64, [#"'hel\u{1b}[31mlo\u{7}'"#]),
            (["hello\n"], 64, [#"'hello\u{a}'"#]),
            (
                ["chekc"], 64,
                ["no command 'chekc'", "did you mean: pa-new check?", "pa-new -- chekc"]
            ),
            (["serve"], 64, ["no command 'serve'", "nearest command is: pa-new preview"]),
            (["install"], 64, ["no command 'install'", "pa-new --help", "pa-new -- install"]),
            (["lsit", "--json"], 64, ["no command 'lsit'", "did you mean: pa-new list?"]),
            (["run", "hello"], 64, ["no command 'run'", "pa-new preview"]),
            (["🎉"], 64, ["'🎉'", "try: pa-new hello"]),
            ([".."], 64, ["'..'"]),
            ([String(repeating: "x", count: 10_000)], 64, ["it has 10000 characters", "…'"]),
            (["--" + String(repeating: "x", count: 10_000)], 64, ["there is no option '--xxx"]),
            (
                ["hello", "-o", String(repeating: "x", count: 10_000)], 73,
                ["accessing 'xxx"]
            ),
        ] as [([String], Int32, [String])]
    )
    func mistakes(words: [String], code: Int32, parts: [String]) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(words, in: folder)
            expectEnd(of: finished, code: code, stdout: "")
            #expect(finished.stderr.hasPrefix("pa-new: "))
            #expect(finished.stderr.count < 600)
            for part in parts { #expect(finished.stderr.contains(part), "\(finished.stderr)") }
            // No control character but line ends: nothing can steer the terminal.
            #expect(finished.stderr.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
            #expect(try filePaths(below: folder) == [])
        }
    }

    @Test("every wrong option with every other is an error of usage and leaves nothing")
    func combinations() async throws {
        let wrong = [
            ["--framework", "nope"], ["--language", "nope"], ["--python", "4.0"], ["--user", "-"],
            ["--domain", "x"],
            ["--output", ""], ["--nope"], ["--quiet=1"], ["--framework"],
        ]
        try await withTemporaryFolder { folder in
            for first in wrong {
                for second in wrong {
                    let finished = try await runTool(["hello"] + first + second, in: folder)
                    expectEnd(of: finished, code: 64, stdout: "")
                    #expect(!finished.stderr.isEmpty)
                }
            }
            #expect(try filePaths(below: folder) == [])
        }
    }
}
