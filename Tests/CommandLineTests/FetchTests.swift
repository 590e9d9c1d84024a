// Templates by address, with the built tool, git and repositories on this machine.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

@Suite("Templates by address", .needs("git"), .lane(.quick))
struct FetchTests {
    private func withPlace(
        _ files: [String: String] = FetchPlace.template,
        _ action: (FetchPlace) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await action(FetchPlace(in: folder, files))
        }
    }

    @Test("make a project, whose record has the commit, and which an update brings to the newest")
    func project() async throws {
        try await withPlace { place in
            let first = try await place.git(["rev-parse", "HEAD"])
            let made = try await place.tool([
                "hello", "--template", place.address + "#web", "--quiet",
            ])
            expectEnd(of: made, code: 0, stdout: "", stderr: "")
            #expect(try place.text("hello/page.txt") == "one\ntwo\nthree\nx\n")
            var record = try place.record()
            #expect(
                record.name == "web" && record.address == place.address && record.folder == "web"
            )
            #expect(record.ref == nil && record.commit == first)

            // Another folder of the repository changes: nothing to do.
            try await place.commit(["README.md": "S\n"])
            let check = try await place.tool(["update", "hello", "--check"])
            expectEnd(of: check, code: 0, stdout: "hello is up to date\n", stderr: "")

            let second = try await place.commit(
                ["web/page.txt.mustache": "one\n2\nthree\n{{motto}}\n"]
            )
            let page = place.folder.appending(path: "work/hello/page.txt")
            try "mine\none\ntwo\nthree\nx\n".write(to: page, atomically: true, encoding: .utf8)
            let outdated = try await place.tool(["update", "hello", "--check", "--json"])
            expectEnd(of: outdated, code: 3, stderr: "")
            #expect(outdated.stdout.contains(second))
            let title = #""title" : "Update to web \#(second.prefix(10))""#
            #expect(outdated.stdout.contains(title), "\(outdated)")
            let updated = try await place.tool(["update", "hello", "--set", "motto=y"])
            expectEnd(of: updated, code: 0, stderr: "")
            let words = updated.stdout.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let move = "has moved from commit \(first.prefix(10)) to \(second.prefix(10))."
            #expect(words.contains(move), "\(updated)")
            #expect(try place.text("hello/page.txt") == "mine\none\n2\nthree\ny\n")
            record = try place.record()
            #expect(record.commit == second)
            let again = try await place.tool(["update", "hello"])
            expectEnd(of: again, code: 0, stdout: "hello is up to date\n", stderr: "")
        }
    }

    @Test("have branches, tags and commits")
    func refs() async throws {
        try await withPlace { place in
            let first = try await place.git(["rev-parse", "HEAD"])
            try await place.git(["tag", "v1"])
            try await place.git(["tag", "--annotate", "--message=x", "v2"])
            try await place.git(["branch", "feature/x"])
            let second = try await place.commit(["web/page.txt.mustache": "new {{motto}}\n"])
            for (ref, commit) in [
                ("", second), ("@main", second), ("@v1", first), ("@v2", first),
                ("@feature/x", first),
                ("@" + first, first),
            ] {
                let name = "p" + String(ref.filter { $0.isLetter || $0.isNumber })
                let finished = try await place.tool(
                    [name, "--template", place.address + ref + "#web", "--quiet"]
                )
                expectEnd(of: finished, code: 0, stdout: "", stderr: "")
                let record = try place.record(name)
                #expect(
                    record.commit == commit
                        && record.ref == (ref.isEmpty ? nil : String(ref.dropFirst()))
                )
            }
            // What names a commit does not move.
            let fixed = try await place.tool(["update", "pv1", "--check"])
            expectEnd(of: fixed, code: 0, stderr: "")
        }
    }

    @Test("that are not there are an error that says so")
    func missing() async throws {
        try await withPlace { place in
            for (ref, code, reason) in [
                ("@nope", 66, "no branch, tag or commit 'nope'"), ("#nope", 66, "no folder 'nope'"),
                ("@" + String(repeating: "1", count: 40), 66, "no branch, tag or commit '1111"),
                ("/nope", 69, "git says"), ("#README.md", 66, "no folder 'README.md'"),
            ] as [(String, Int32, String)] {
                let finished = try await place.tool(["hello", "--template", place.address + ref])
                expectEnd(of: finished, code: code, stdout: "")
                #expect(finished.stderr.contains("cannot be fetched"), "\(finished)")
                #expect(finished.stderr.contains(reason), "\(finished)")
            }
            try await place.git(["update-ref", "-d", "HEAD"])
            let empty = try await place.tool(["hello", "--template", place.address])
            expectEnd(of: empty, code: 66, stdout: "")
            let words = ["hello", "--template", "https://127.0.0.1:1/x"]
            let offline = try await place.tool(words, ["PATH": "/nonexistent"])
            expectEnd(of: offline, code: 69, stdout: "")
            #expect(offline.stderr.contains("there is no program git on PATH"))
            let unreachable = try await place.tool(
                words,
                ["https_proxy": nil, "HTTPS_PROXY": nil, "no_proxy": "*"]
            )
            expectEnd(of: unreachable, code: 69, stdout: "")
            #expect(unreachable.stderr.contains("check the"), "\(unreachable)")
            let wrong = try await place.tool(["hello", "--template", "https://ada:secret@h/x"])
            expectEnd(of: wrong, code: 64, stdout: "")
            #expect(!wrong.stderr.contains("secret"))
        }
    }

    @Test("run nothing: no hook, no filter, no program of the user's settings or of the repository")
    func nothingRuns() async throws {
        try await withPlace { place in
            let proof = place.folder.appending(path: "proof").path
            let program = place.folder.appending(path: "program")
            try "#!/bin/sh\ntouch '\(proof)'\ncat\n".write(
                to: program,
                atomically: true,
                encoding: .utf8
            )
            _ = try await run("chmod", ["755", program.path])
            let hooks = place.folder.appending(path: "hooks")
            try FileManager.default.createDirectory(at: hooks, withIntermediateDirectories: true)
            for hook in [
                "post-checkout", "reference-transaction", "post-merge", "pre-auto-gc",
                "post-index-change",
            ] {
                try FileManager.default.copyItem(at: program, to: hooks.appending(path: hook))
            }
            try """
            [core]
                hooksPath = \(hooks.path)
                fsmonitor = \(program.path)
            [filter "evil"]
                smudge = \(program.path)
                process = \(program.path)
                required = true
            [protocol "ext"]
                allow = always

            """.write(
                to: place.folder.appending(path: "home/.gitconfig"),
                atomically: true,
                encoding: .utf8
            )
            try write(
                ["web/.gitattributes": "* filter=evil text eol=crlf ident\n"],
                below: place.repository
            )
            _ = try await run(
                "git",
                ["-c", "core.hooksPath=/dev/null", "add", "--all"],
                in: place.repository
            )
            _ = try await run(
                "git",
                [
                    "-c", "core.hooksPath=/dev/null", "-c", "user.name=A", "-c", "user.email=a@b",
                    "commit", "--quiet", "-m", "x",
                ],
                in: place.repository
            )
            try? FileManager.default.removeItem(atPath: proof)
            let finished = try await place.tool([
                "hello", "--template", place.address + "#web", "--quiet",
            ])
            expectEnd(of: finished, code: 0, stdout: "", stderr: "")
            #expect(try place.text("hello/page.txt") == "one\ntwo\nthree\nx\n")
            #expect(!FileManager.default.fileExists(atPath: proof))

            // Settings can send an address elsewhere, but not to a program.
            try
                "[url \"ext::\(program.path) \"]\n insteadOf = file://\n[protocol \"ext\"]\n allow = always\n"
                .write(
                    to: place.folder.appending(path: "home/.gitconfig"),
                    atomically: true,
                    encoding: .utf8
                )
            let refused = try await place.tool(["other", "--template", place.address + "#web"])
            expectEnd(of: refused, code: 69, stdout: "")
            #expect(!FileManager.default.fileExists(atPath: proof))
        }
    }

    @Test("have findings for what a repository can have and a template cannot")
    func hostile() async throws {
        try await withPlace { place in
            let commit = try await place.git(["rev-parse", "HEAD"])
            let blob = try await place.git(["rev-parse", "HEAD:README.md"])
            let manifest = try await place.git(["rev-parse", "HEAD:web/manifest.json"])
            let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
            try write(["pointer": pointer], below: place.folder)
            let large = try await place.git(
                ["hash-object", "-w", place.folder.appending(path: "pointer").path]
            )
            let entries = [
                "100644 blob \(manifest)\tmanifest.json", "120000 blob \(blob)\tlink",
                "160000 commit \(commit)\tmodule", "100644 blob \(large)\tlarge",
                "100644 blob \(blob)\tREADME.md", "100644 blob \(blob)\treadme.md",
            ]
            let tree = place.folder.appending(path: "tree")
            try (entries.joined(separator: "\n") + "\n").write(
                to: tree,
                atomically: true,
                encoding: .utf8
            )
            let made = try await run(
                "sh",
                ["-c", "git mktree --missing < '\(tree.path)'"],
                in: place.repository,
                environment: place.environment
            )
            let name = made.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
            let hostile = try await place.git(["commit-tree", name, "-m", "x"])
            try await place.git(["update-ref", "refs/heads/hostile", hostile])
            let found = try await place.tool(["template", "check", place.address + "@hostile"])
            expectEnd(of: found, code: 1, stderr: "")
            for line in [
                "large: it is kept by Git LFS", "link: it is a symbolic link",
                "module: it is a git submodule",
                "readme.md: its path is not allowed in a project: it conflicts with 'README.md'",
            ] {
                #expect(found.stdout.contains(line), "\(found)")
            }
            let refused = try await place.tool(["hello", "--template", place.address + "@hostile"])
            expectEnd(of: refused, code: 65, stdout: "")
        }
    }

    @Test("that are too large, or have too many files, are an error, and quickly")
    func tooLarge() async throws {
        try await withPlace { place in
            let source = try TemplateAddress(place.address).source
            var limits = FetchLimits()
            #expect(try fetchTree(source, limits).entries.count == 4)
            limits.files = 3
            #expect(throws: FetchProblem.tooMany(most: 3)) { try fetchTree(source, limits) }
            limits = FetchLimits()
            limits.bytes = 100_000
            let problem = FetchProblem.tooLarge(most: limits.bytes)
            // What is small in a pack and large in a project, and what is large in a pack, too.
            try await place.commit(["large": String(repeating: "a", count: 200_000)])
            #expect(throws: problem) { try fetchTree(source, limits) }
            var generator = SplitMix(seed: 1)
            let random = (0..<100_000).map { _ in String(generator.next(), radix: 36) }.joined()
            try await place.commit(["large": random])
            #expect(throws: problem) { try fetchTree(source, limits) }
            try await place.commit(["large": ""])
            // A folder that contains itself, ten times in each of ten levels.
            var tree = try await place.git(["rev-parse", "HEAD:web"])
            let file = place.folder.appending(path: "tree")
            for _ in 0..<10 {
                let lines = (0..<10).map { "040000 tree \(tree)\t\($0)\n" }.joined()
                try lines.write(to: file, atomically: true, encoding: .utf8)
                let words = ["-c", "git mktree < '\(file.path)'"]
                tree = try await run("sh", words, in: place.repository).stdout
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            }
            let bomb = try await place.git(["commit-tree", tree, "-m", "x"])
            try await place.git(["update-ref", "refs/heads/bomb", bomb])
            limits = FetchLimits()
            limits.bytes = 1 << 20
            let address = try TemplateAddress(place.address + "@bomb")
            #expect(throws: FetchProblem.tooMany(most: limits.files)) {
                try fetchTree(address.source, limits)
            }
        }
    }

    @Test("leave nothing behind if a signal ends the tool")
    func interrupted() async throws {
        try await withPlace { place in
            let git = place.folder.appending(path: "bin/git")
            let note = place.folder.appending(path: "note").path
            try write(
                ["bin/git": "#!/bin/sh\necho $$ >> '\(note)'\nkill -TERM $PPID\nsleep 60\n"],
                below: place.folder
            )
            _ = try await run("chmod", ["755", git.path])
            let path = git.deletingLastPathComponent().path + ":/usr/bin:/bin"
            let finished = try await place.tool(
                ["hello", "--template", place.address],
                ["PATH": path]
            )
            #expect(finished.exitCode == 128 + SIGTERM, "\(finished)")
            let child = try #require(
                Int32(
                    String(contentsOfFile: note, encoding: .utf8).split(separator: "\n").first ?? ""
                )
            )
            #expect(kill(child, 0) != 0)
        }
    }

    @Test("in a record that somebody else wrote are as strictly read")
    func hostileRecord() async throws {
        try await withPlace { place in
            let made = try await place.tool([
                "hello", "--template", place.address + "#web", "--quiet",
            ])
            expectEnd(of: made, code: 0)
            let file = place.folder.appending(path: "work/hello/.pa-new.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            for (old, new, reason) in [
                (#""address" : "git+file:"#, #""address" : "ext:"#, "begins with 'ext'"),
                (#""folder" : "web""#, #""folder" : "../web""#, "'../web' cannot be a folder"),
                (
                    #""folder" : "web""#, #""folder" : "web", "ref" : "--upload-pack=x""#,
                    "'--upload-pack=x'"
                ),
                (#""commit" : ""#, #""commit" : "-"#, "'commit'"),
                (#""commit" : ""#, #""commit" : "0"#, "'commit'"),
            ] {
                let changed = text.replacingOccurrences(of: old, with: new)
                try #require(changed != text)
                try changed.write(to: file, atomically: true, encoding: .utf8)
                let finished = try await place.tool(["update", "hello"])
                expectEnd(of: finished, code: 73, stdout: "")
                #expect(finished.stderr.contains(reason), "\(finished)")
            }
        }
    }
}
