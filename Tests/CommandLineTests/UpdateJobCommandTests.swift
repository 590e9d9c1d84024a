// `--ci-updates`, the job that updates a project, and `update --exclude`, which it needs.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("--ci-updates and --exclude")
struct UpdateJobCommandTests {
    private let job = ".github/workflows/update.yml"

    private func record(in project: URL) throws -> ProjectRecord {
        try ProjectRecord(Array(Data(contentsOf: project.appending(path: ".pa-new.json"))))
    }

    private func has(_ path: String, in project: URL) -> Bool {
        FileManager.default.fileExists(atPath: project.appending(path: path).path)
    }

    @Test("add the job, which is recorded, changed by an update, and goes with the pipeline")
    func recorded() async throws {
        try await withTemporaryFolder { folder in
            let hello = folder.appending(path: "hello")
            let words = ["hello", "-q", "--ci", "github", "--ci-updates"]
            let made = try await runTool(words, in: folder)
            try #require(made.exitCode == 0, "\(made)")
            #expect(try record(in: hello).ciUpdates == true)
            #expect(has(job, in: hello) && !has(".gitlab", in: hello))
            for (setting, expected, isThere) in [
                ("python=3.12", true, true), ("ciUpdates=no", nil, false),
                ("ciUpdates=yes", true, true), ("ciUpdates=", nil, false),
                ("ciUpdates=on", true, true), ("ci=none", nil, false),
                ("ci=github", nil, false),
            ] as [(String, Bool?, Bool)] {
                let words = ["update", "hello", "-q", "--set", setting]
                let updated = try await runTool(words, in: folder)
                #expect(updated.exitCode == 0, "\(setting): \(updated)")
                #expect(try record(in: hello).ciUpdates == expected, "\(setting)")
                #expect(has(job, in: hello) == isThere, "\(setting)")
            }
            let both = ["update", "hello", "-q", "--set", "ci=gitlab", "--set", "ciUpdates=yes"]
            let moved = try await runTool(both, in: folder)
            #expect(moved.exitCode == 0, "\(moved)")
            #expect(!has(job, in: hello) && has(".gitlab/update.yml", in: hello))
        }
    }

    @Test("refuse a job without a pipeline, of a template that has none, and another answer")
    func refused() async throws {
        try await withTemporaryFolder { folder in
            let template = folder.appending(path: "web")
            try write(
                [
                    "manifest.json": #"{"files": {"ci.yml": {"when": "ci=github"}}}"#,
                    "ci.yml": "on: push\n", "wsgi.py": "application = None\n",
                ],
                below: template
            )
            try write(["index.html": "<h1>Hi</h1>\n"], below: folder.appending(path: "site"))
            let plain = try await runTool(["plain", "-q"], in: folder)
            try #require(plain.exitCode == 0, "\(plain)")
            for (words, reason) in [
                (["x", "--ci-updates"], "add --ci github or --ci gitlab"),
                (["x", "--ci", "none", "--ci-updates"], "add --ci github or --ci gitlab"),
                (
                    ["x", "-t", "web", "--ci", "github", "--ci-updates"],
                    "no file of it has the condition ciUpdates"
                ),
                (["update", "plain", "--set", "ciUpdates=yes"], "--set ci=github"),
                (["update", "plain", "--set", "ciUpdates=maybe"], "it has to be yes or no"),
                (["adopt", "site", "--ci-updates"], "add --ci github or --ci gitlab"),
                (["check", "plain", "--ci-updates"], "--ci-updates"),
            ] {
                let refused = try await runTool(words, in: folder)
                #expect(refused.exitCode == 64, "\(words): \(refused)")
                #expect(refused.stdout.isEmpty && refused.stderr.contains(reason), "\(refused)")
            }
            #expect(!has("x", in: folder))
        }
    }

    @Test("leave files as they are for a later update, and name them")
    func excluded() async throws {
        try await withTemporaryFolder { folder in
            let hello = folder.appending(path: "hello")
            let made = try await runTool(["hello", "-q", "--ci", "github"], in: folder)
            try #require(made.exitCode == 0, "\(made)")
            let workflow = hello.appending(path: ".github/workflows/ci.yml")
            let before = try String(contentsOf: workflow, encoding: .utf8)
            let update = ["update", "hello", "--set", "python=3.12"]
            for path in [".github", "./.github/workflows/", ".github/workflows/ci.yml"] {
                let words = update + ["--exclude", path, "--exclude", "not/there"]
                let updated = try await runTool(words, in: folder)
                #expect(updated.exitCode == 0, "\(updated)")
                #expect(try String(contentsOf: workflow, encoding: .utf8) == before, "\(path)")
                let remark = "Left out, for a later update: .github/workflows/ci.yml."
                #expect(updated.stdout.contains(remark), "\(updated)")
            }
            #expect(try record(in: hello).python == "3.12")
            // Nothing of it is forgotten: not what is new, and not that the file has no edits.
            let check = try await runTool(["update", "hello", "--check"], in: folder)
            #expect(check.exitCode == 3, "\(check)")
            #expect(check.stdout.contains("update  hello/.github/workflows/ci.yml\n"), "\(check)")
            let rest = try await runTool(["update", "hello", "-q"], in: folder)
            #expect(rest.exitCode == 0, "\(rest)")
            let new = folder.appending(path: "new")
            try FileManager.default.createDirectory(at: new, withIntermediateDirectories: false)
            _ = try await runTool(
                ["hello", "-q", "--ci", "github", "--python", "3.12"],
                in: new
            )
            #expect(try tree(hello) == tree(new.appending(path: "hello")))
        }
    }

    @Test("leave out files that would be removed, moved, made or in conflict")
    func excludedChanges() async throws {
        try await withTemporaryFolder { folder in
            let hello = folder.appending(path: "hello")
            _ = try await runTool(["hello", "-q", "--ci", "github"], in: folder)
            let workflow = hello.appending(path: ".github/workflows/ci.yml")
            let text = try String(contentsOf: workflow, encoding: .utf8)
                .replacing("          - \"3.13\"\n", with: "          - \"3.13\"  # mine\n")
            try Data(text.utf8).write(to: workflow)
            let files = try tree(hello)
            for settings in [
                ["--set", "ci=none"], ["--set", "python=3.9"],
                ["--set", "ci=github", "--set", "ciUpdates=yes"], ["--set", "name=other"],
            ] {
                let copy = folder.appending(path: "copy")
                try FileManager.default.copyItem(at: hello, to: copy)
                let words = ["update", "copy", "--exclude", ".github", "--exclude", "hello"]
                let updated = try await runTool(words + settings, in: folder)
                #expect(updated.exitCode == 0, "\(settings): \(updated)")
                let kept = try tree(copy)
                for path in files.keys where path.hasPrefix(".github/") || path.hasPrefix("hello/")
                {
                    #expect(kept[path] == files[path], "\(settings): \(path)")
                }
                #expect(!has(job, in: copy))
                try FileManager.default.removeItem(at: copy)
            }
        }
    }

    @Test(
        "refuse a path that is no part of the project",
        arguments: [
            "", "/etc", "../x", "a/../b", "a//b", ".", ".git/hooks", ".pa-new.json",
            "./.pa-new.base.json", "a\nb", String(repeating: "x", count: 300),
        ]
    )
    func badPaths(path: String) async throws {
        try await withTemporaryFolder { folder in
            _ = try await runTool(["hello", "-q"], in: folder)
            let before = try tree(folder)
            let words = ["update", "hello", "--set", "python=3.12", "--exclude", path]
            let refused = try await runTool(words, in: folder)
            #expect(refused.exitCode == 64, "\(refused)")
            #expect(refused.stderr.contains("it cannot leave out"), "\(refused)")
            #expect(try tree(folder) == before)
        }
    }
}
