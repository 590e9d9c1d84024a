// The question about a name that looks like a mistyped command.

import Foundation
import TestSupport
import Testing

extension QuestionTests {
    @Test(
        "a name that is nearly a command is asked about, and is made only after yes",
        arguments: [
            (["chekc"], ["y"], true), (["chekc"], ["maybe", "YES"], true), (["chekc"], [""], false),
            (["chekc"], ["n"], false), (["serve", "--into"], [], true), (["run"], ["no"], false),
            (["run", "--json"], ["yes"], true),
        ] as [([String], [String], Bool)]
    )
    func nearlyCommand(words: [String], answers: [String], isMade: Bool) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runOnTerminal(words, answers: answers, in: folder)
            #expect(finished.exitCode == (isMade ? 0 : 64), "\(finished)")
            let made = folder.appending(path: words[0] + "/wsgi.py").path
            #expect(FileManager.default.fileExists(atPath: made) == isMade)
            let asked = """
                there is no command '\(words[0])'
                Make a project called '\(words[0])'? [no]:\u{20}
                """
            #expect(finished.stdout.hasPrefix(asked) == !answers.isEmpty, "\(finished)")
            if !isMade {
                #expect(try filePaths(below: folder) == [])
                #expect(finished.stdout.contains("pa-new -- \(words[0])"), "\(finished)")
            }
        }
    }

    @Test(
        "who is asked nothing, or cannot have the name, is refused at once",
        arguments: ["-q", "test"]
    )
    func nearlyCommandUnasked(word: String) async throws {
        try await withTemporaryFolder { folder in
            let words = word == "-q" ? ["chekc", "-q"] : [word]
            let finished = try await runOnTerminal(words, answers: [], in: folder)
            #expect(finished.exitCode == 64, "\(finished)")
            #expect(finished.stdout.hasPrefix("pa-new: there is no command"), "\(finished)")
            #expect(try filePaths(below: folder) == [])
        }
    }
}
