// The code of docs/recipes.md and docs/guide.md is as clean as that of a new project: GuideTests runs it, and
// this lints it.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("The recipes", .needs(.hostPython), .lane(.full))
struct RecipePageTests {
    /// The recipes of each framework; what the guide writes is one more.
    private static let recipes = Dictionary(
        grouping: Chapter.others.filter { $0.page == "docs/recipes.md" }
            + Chapter.walkthroughs.filter { $0.page == "docs/guide.md" }
    ) { chapter in
        let words = chapter.blocks.first?.text.split(separator: " ") ?? []
        let option = words.firstIndex(of: "--framework").map { words.index(after: $0) }
        return option.map { String(words[$0]) } ?? ""
    }

    /// Writes the Python of recipes into one project: only their route tables have the same name.
    private func write(_ chapters: [Chapter], into folder: URL) throws {
        var written: Set<String> = []
        for (number, chapter) in chapters.enumerated() {
            for block in chapter.blocks where block.words.dropFirst().first == "write" {
                guard block.words[2].hasSuffix(".py") else { continue }
                let path =
                    chapters.count == 1
                    ? block.words[2]
                    : block.words[2].replacing("/routes.py", with: "/routes\(number).py")
                #expect(written.insert(path).inserted, "two recipes write \(path)")
                try Data(block.text.utf8).write(to: folder.appending(path: path))
            }
        }
    }

    @Test(
        "have code that is clean for the linters of a new project",
        arguments: try atLeastOne(recipes.keys.sorted())
    )
    func lint(framework: String) async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let tools = try await PythonEnvironments.shared.python(newest, with: LintTests.tools)
        let linters = [
            ["ruff", "check", "--no-cache", "."], ["ruff", "format", "--no-cache", "--diff", "."],
        ]
        try await withTemporaryFolder { root in
            let words = ["hello", "-q", "--framework", framework, "--python", "3.9"]
            let made = try await runTool(words, in: root)
            try #require(made.exitCode == 0, "\(made)")
            try write(Self.recipes[framework] ?? [], into: root)
            for linter in linters {
                let finished = try await run(
                    tools.path,
                    ["-m"] + linter,
                    in: root.appending(path: "hello")
                )
                #expect(finished.exitCode == 0, "\(linter): \(finished)")
            }
            // The types of other frameworks are in packages, which only a virtual environment has.
            guard framework == "handler" else { return }
            let typed = try await runMypy(tools.path, ["."], in: root.appending(path: "hello"))
            #expect(typed.exitCode == 0, "\(typed)")
        }
    }

    @Test("for MySQL counts visits in a real database", .needs(OptionTests.servers))
    func mysql() async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let chapter = try #require(Self.recipes["handler"]?.first { $0.title == "MySQL" })
        let list = try #require(
            chapter.blocks.first { $0.words.last == "hello/requirements.txt" }
        )
        let folder = hostScript.deletingLastPathComponent()
        try await withTemporaryFolder { root in
            let made = try await runTool(["hello", "-q", "--framework", "handler"], in: root)
            try #require(made.exitCode == 0, "\(made)")
            try write([chapter], into: root)
            let packages = list.text.split(separator: "\n").map(String.init)
            let python = try await PythonEnvironments.shared.python(newest, with: packages)
            let finished = try await runUnittests(
                python.path,
                in: folder.appending(path: "recipe-tests"),
                environment: [
                    "PYTHONPATH": "\(folder.path):\(root.appending(path: "hello").path)"
                ]
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }

    @Test("are for each subject that beginners ask about")
    func complete() {
        #expect((Self.recipes["handler"] ?? []).count >= 14)
        #expect(Self.recipes.keys.sorted() == ["django", "flask", "handler"])
    }
}
