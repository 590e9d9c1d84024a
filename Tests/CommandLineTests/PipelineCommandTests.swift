// `--ci` and `ci=` on the command line: refused words, templates of the user's own, updates.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A pipeline on the command line")
struct PipelineCommandTests {
    private static let anyWord = "pass one of these values to --ci, or remove --ci"

    @Test(
        "for a service that nobody knows is refused, with the nearest",
        arguments: [
            ("githb", "did you mean --ci github?"), ("GitLab", "did you mean --ci gitlab?"),
            ("", anyWord), ("travis", anyWord),
            ("nne", "did you mean --ci none?"),
            (String(repeating: "g", count: 100_000), anyWord),
        ]
    )
    func unknown(word: String, help: String) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["hello", "--ci", word], in: folder)
            #expect(finished.exitCode == 64, "\(finished)")
            #expect(finished.stdout.isEmpty)
            #expect(
                finished.stderr.hasPrefix("pa-new: there is no CI pipeline for '"),
                "\(finished)"
            )
            #expect(finished.stderr.contains("help: " + help + "\n"), "\(finished)")
            #expect(try filePaths(below: folder) == [])
        }
    }

    @Test("a template of the user's own has one where its manifest says so")
    func ownTemplate() async throws {
        let files = [
            "manifest.json": #"{"files": {"a.yml.mustache": {"when": "ci=gitlab"}}}"#,
            "a.yml.mustache": "{{#ci=gitlab}}{{ci}}{{#pythons}} {{.}}{{/pythons}}{{/ci=gitlab}}",
            "b.mustache": "{{^ci}}none{{/ci}}{{#ci=github}}github{{/ci=github}}",
        ]
        try await withTemporaryFolder { folder in
            try write(files, below: folder.appending(path: "t"))
            for (name, words, paths) in [
                ("one", ["--ci", "gitlab", "--python", "3.12"], ["a.yml", "b"]),
                ("two", ["--ci", "none"], ["b"]), ("three", [], ["b"]),
            ] {
                let finished = try await runTool([name, "-t", "t", "-q"] + words, in: folder)
                #expect(finished.exitCode == 0, "\(finished)")
                let made = try filePaths(below: folder.appending(path: name))
                #expect(made.filter { !$0.hasPrefix(".") } == paths)
            }
            let text = { (path: String) in
                try String(contentsOf: folder.appending(path: path), encoding: .utf8)
            }
            #expect(try text("one/a.yml") == "GitLab 3.11 3.12 3.13")
            #expect(try text("one/b") == "")
            #expect(try text("two/b") == "none")

            let refused = try await runTool(["four", "-t", "t", "--ci", "github"], in: folder)
            #expect(refused.exitCode == 64, "\(refused)")
            #expect(
                refused.stderr == """
                    pa-new: the template 't' has no CI pipeline for GitHub
                       why: no file of it has the condition ci=github
                      help: remove --ci, or add a pipeline to the template (see docs/templates.md)

                    """,
                "\(refused)"
            )
            let check = try await runTool(["template", "check", "t", "--strict"], in: folder)
            #expect(check.exitCode == 0, "\(check)")
        }
    }

    @Test("a question cannot be called as it is")
    func question() async throws {
        try await withTemporaryFolder { folder in
            try write(["manifest.json": #"{"questions": [{"key": "ci"}]}"#], below: folder)
            let finished = try await runTool(["template", "check", "."], in: folder)
            #expect(finished.exitCode == 1, "\(finished)")
            #expect(finished.stdout.contains("'ci'"), "\(finished)")
        }
    }

    @Test("comes and goes with an update, and stays with the others")
    func update() async throws {
        try await withTemporaryFolder { folder in
            let made = try await runTool(["hello", "--ci", "gitlab", "-q"], in: folder)
            try #require(made.exitCode == 0, "\(made)")
            let hello = folder.appending(path: "hello")
            func pipelines() throws -> [String] {
                try filePaths(below: hello).filter { $0.hasSuffix("ci.yml") }
            }
            for (setting, paths) in [
                ("python=3.12", [".gitlab-ci.yml"]), ("ci=github", [".github/workflows/ci.yml"]),
                ("ci=", []), ("ci=gitlab", [".gitlab-ci.yml"]), ("ci=none", []),
            ] {
                let finished = try await runTool(["update", "hello", "--set", setting], in: folder)
                #expect(finished.exitCode == 0, "\(setting): \(finished)")
                // The host has nothing of it.
                let isForHost = finished.stdout.contains("Press Reload.")
                #expect(isForHost == setting.hasPrefix("python"), "\(finished)")
                let says = finished.stdout.contains("Push the project to Git")
                #expect(
                    says == (setting.hasPrefix("ci=g") && !setting.hasSuffix("=")),
                    "\(finished)"
                )
                #expect(try pipelines() == paths, "\(setting): \(finished)")
            }
            // As if it had been made so.
            let other = folder.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
            _ = try await runTool(["hello", "--python", "3.12", "-q"], in: other)
            for path in try filePaths(below: other.appending(path: "hello")) {
                let texts = try [hello, other.appending(path: "hello")].map {
                    try Data(contentsOf: $0.appending(path: path))
                }
                #expect(texts[0] == texts[1], "\(path)")
            }
            let option = try await runTool(["update", "hello", "--ci", "github"], in: folder)
            #expect(option.exitCode == 64, "\(option)")
            #expect(option.stderr.hasSuffix("help: write: --set ci=…\n"), "\(option)")
            for (setting, help) in [
                ("ci=githb", "did you mean --set ci=github?"),
                ("ci=travis", "choose another: --set ci=none"),
                ("framework=flsk", "did you mean --set framework=flask?"),
            ] {
                let finished = try await runTool(["update", "hello", "--set", setting], in: folder)
                #expect(finished.exitCode == 64, "\(finished)")
                #expect(finished.stderr.hasSuffix("help: \(help)\n"), "\(finished)")
            }
        }
    }
}
