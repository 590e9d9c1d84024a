// What platform teams use: a script that updates many repositories, and a software template for Backstage.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("ci/update-many", .lane(.full))
struct ManyRepositoriesTests {
    private static let script = Paths.package.appending(path: "ci/update-many")

    private func git(_ words: [String], in folder: URL) async throws -> String {
        let user = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        let finished = try await run("git", user + words, in: folder)
        try #require(finished.exitCode == 0, "\(finished)")
        return finished.stdout
    }

    /// Makes repositories with projects that an older pa-new has made, and returns the list of them.
    private func repositories(_ names: [String], below scratch: URL) async throws -> URL {
        let made = try await runTool(["hello", "-q", "--user", "alice"], in: scratch)
        try #require(made.exitCode == 0, "\(made)")
        let project = scratch.appending(path: "hello")
        _ = try await git(["init", "-q", "-b", "main"], in: project)
        for path in ["README.md", ".pa-new.base.json"] {
            let file = project.appending(path: path)
            let text = try String(contentsOf: file, encoding: .utf8)
            let older = text.replacing("## Start no server", with: "## Begin no server")
            try #require(older != text)
            try Data(older.utf8).write(to: file)
        }
        _ = try await git(["add", "-A"], in: project)
        _ = try await git(["commit", "-q", "-m", "All"], in: project)
        var lines = "# The repositories of the team.\n\n"
        for name in names {
            _ = try await git(["clone", "-q", "--bare", ".", "../\(name).git"], in: project)
            lines += scratch.appending(path: name + ".git").path + "\n"
        }
        let list = scratch.appending(path: "list.txt")
        try Data(lines.utf8).write(to: list)
        return list
    }

    /// Commits a change of the user's to a branch of a repository.
    private func change(
        _ name: String,
        _ branch: String,
        _ old: String,
        _ new: String,
        below scratch: URL
    ) async throws {
        let clone = scratch.appending(path: "clone-\(name)")
        try? FileManager.default.removeItem(at: clone)
        _ = try await git(["clone", "-q", "-b", branch, "\(name).git", clone.path], in: scratch)
        let file = clone.appending(path: "README.md")
        let text = try String(contentsOf: file, encoding: .utf8).replacing(old, with: new)
        try Data(text.utf8).write(to: file)
        _ = try await git(["commit", "-q", "-a", "-m", "Edit"], in: clone)
        _ = try await git(["push", "-q", "origin", branch], in: clone)
    }

    /// A program in the place of pa-new, which notes its runs, and kills the script in one of them.
    private func program(below scratch: URL, killsIn name: String?) throws -> URL {
        let kill = name.map { "case $PWD in */*\($0)*) kill -9 $PPID; sleep 9;; esac" } ?? ":"
        let file = scratch.appending(path: "pa-new")
        let text = """
            #!/bin/sh
            [ "$2" != --check ] || { basename "$PWD" >>'\(scratch.path)/runs'; \(kill); }
            exec '\(Paths.tool.path)' "$@"

            """
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return file
    }

    private func updateMany(_ program: URL, _ list: URL, below scratch: URL) async throws
        -> ProcessResult
    {
        try await run(
            "python3",
            [
                Self.script.path, "--state", "state", "--jobs", "1", "--pa-new", program.path,
                "--then", "git log -1 --format=%s >>'\(scratch.path)/requests'", list.path,
            ],
            in: scratch
        )
    }

    @Test("goes on where it was killed, and does no repository twice")
    func resumed() async throws {
        try await withTemporaryFolder { scratch in
            let names = ["one", "two", "three", "four"]
            let list = try await repositories(names, below: scratch)
            let killing = try program(below: scratch, killsIn: "three")
            let killed = try await updateMany(killing, list, below: scratch)
            #expect(killed.exitCode != 0, "\(killed)")
            #expect(killed.stdout.components(separatedBy: "updated  ").count == 3, "\(killed)")

            let whole = try program(below: scratch, killsIn: nil)
            let resumed = try await updateMany(whole, list, below: scratch)
            #expect(resumed.exitCode == 0, "\(resumed)")
            #expect(resumed.stdout.hasSuffix("4 updated\n"), "\(resumed)")
            let runs = try String(
                contentsOf: scratch.appending(path: "runs"),
                encoding: .utf8
            ).split(separator: "\n")
            let counts = names.map { name in runs.filter { $0.contains("-\(name).git-") }.count }
            #expect(counts == [1, 1, 2, 1], "\(runs)")
            let requests = try String(
                contentsOf: scratch.appending(path: "requests"),
                encoding: .utf8
            )
            let line = "Update to pa-new \(paNewVersion)\n"
            #expect(requests == String(repeating: line, count: 4))
            for name in names {
                let repository = scratch.appending(path: name + ".git")
                let paths = try await git(
                    ["diff", "--name-only", "main", "pa-new-update"],
                    in: repository
                )
                #expect(paths == ".pa-new.base.json\nREADME.md\n", "\(name)")
            }
            #expect(try filePaths(below: scratch.appending(path: "state/clones")) == [])
        }
    }

    @Test("notices a new commit of a project's template, and names it")
    func template() async throws {
        try await withTemporaryFolder { scratch in
            let template = scratch.appending(path: "template")
            try write(["web/manifest.json": "{}", "web/page.txt": "one\n"], below: template)
            _ = try await git(["init", "-q", "-b", "main"], in: template)
            _ = try await git(["add", "-A"], in: template)
            _ = try await git(["commit", "-q", "-m", "One"], in: template)
            let address = "git+file://\(template.path)#web"
            let made = try await runTool(["hello", "-q", "--template", address], in: scratch)
            try #require(made.exitCode == 0, "\(made)")
            let project = scratch.appending(path: "hello")
            _ = try await git(["init", "-q", "-b", "main"], in: project)
            _ = try await git(["add", "-A"], in: project)
            _ = try await git(["commit", "-q", "-m", "All"], in: project)
            _ = try await git(["clone", "-q", "--bare", ".", "../one.git"], in: project)
            let repository = scratch.appending(path: "one.git")
            try write(["list.txt": repository.path + "\n"], below: scratch)
            let list = scratch.appending(path: "list.txt")
            let tool = try program(below: scratch, killsIn: nil)

            for _ in 0..<2 {
                let ran = try await updateMany(tool, list, below: scratch)
                #expect(ran.exitCode == 0 && ran.stdout.hasSuffix("1 up to date\n"), "\(ran)")
            }
            try write(["web/page.txt": "two\n"], below: template)
            _ = try await git(["commit", "-q", "-a", "-m", "Two"], in: template)
            let commit = try await git(["rev-parse", "HEAD"], in: template)
            for _ in 0..<2 {
                let ran = try await updateMany(tool, list, below: scratch)
                #expect(ran.exitCode == 0 && ran.stdout.hasSuffix("1 updated\n"), "\(ran)")
            }
            let runs = try String(contentsOf: scratch.appending(path: "runs"), encoding: .utf8)
            #expect(runs.split(separator: "\n").count == 2, "\(runs)")
            let message = try await git(
                ["log", "-1", "--format=%B", "pa-new-update"],
                in: repository
            )
            // The same title as that of the job in a project's own pipeline.
            #expect(message.hasPrefix("Update to web \(commit.prefix(10))\n\nThe template "))
            #expect(message.contains(" has moved from commit "), "\(message)")
        }
    }

    @Test("says that the command of --then failed, also if it prints nothing")
    func then() async throws {
        try await withTemporaryFolder { scratch in
            let list = try await repositories(["one"], below: scratch)
            let words = [
                "--state", "s", "--pa-new", Paths.tool.path, "--then", "exit 7", list.path,
            ]
            let ran = try await run("python3", [Self.script.path] + words, in: scratch)
            #expect(ran.exitCode == 1, "\(ran)")
            let said = "the command of --then: it ended with 7, and printed nothing"
            #expect(ran.stdout.contains(said), "\(ran)")
        }
    }

    @Test("tells what could not be updated, and tries that again")
    func results() async throws {
        try await withTemporaryFolder { scratch in
            let list = try await repositories(["mine", "branch"], below: scratch)
            try await change("mine", "main", "## Begin no server", "## My server", below: scratch)
            let tool = try program(below: scratch, killsIn: nil)
            let text =
                try String(contentsOf: list, encoding: .utf8) + "/not/there.git\n--upload-pack=x\n"
            try Data(text.utf8).write(to: list)
            var ran = try await updateMany(tool, list, below: scratch)
            #expect(ran.exitCode == 1, "\(ran)")
            #expect(ran.stdout.contains("conflict    \(scratch.path)/mine.git\n"), "\(ran)")
            #expect(ran.stdout.contains("same lines of 'README.md'"), "\(ran)")
            #expect(ran.stdout.contains("failed      /not/there.git\n"), "\(ran)")
            #expect(ran.stdout.hasSuffix("1 conflict, 2 failed, 1 updated\n"), "\(ran)")
            let branches = try await git(["branch"], in: scratch.appending(path: "mine.git"))
            #expect(branches == "* main\n")

            // The user resolves one, and edits the branch of the other.
            try await change("mine", "main", "## My server", "## Begin no server", below: scratch)
            try await change("branch", "pa-new-update", "Start", "Begin", below: scratch)
            try FileManager.default.removeItem(at: scratch.appending(path: "state/results"))
            ran = try await updateMany(tool, list, below: scratch)
            #expect(ran.stdout.hasSuffix("1 edited, 2 failed, 1 updated\n"), "\(ran)")
        }
    }

    /// The workflow of docs/ci.md that runs the script on several machines.
    private static func matrix() throws -> String {
        let page = Paths.package.appending(path: "docs/ci.md")
        let blocks = try CodeBlock.all(of: page).filter {
            $0.words == ["yaml", "github", "matrix"]
        }
        try #require(blocks.count == 1)
        return blocks[0].text
    }

    /// A program in the place of GitHub's `gh`, which refuses one request if it is told so.
    private func gh(below scratch: URL) throws -> String {
        """
        #!/bin/sh
        [ "$GH_TOKEN" = secret ] || exit 9
        case "$1 $2" in
        "auth setup-git") ;;
        "pr view") exit 1 ;;
        "pr create")
            if [ -e '\(scratch.path)/refuse' ]; then rm '\(scratch.path)/refuse'; exit 1; fi
            basename "$PWD" >>'\(scratch.path)/created' ;;
        *) exit 8 ;;
        esac

        """
    }

    @Test(
        "works as a matrix on GitHub, as the page says, and goes on with what failed",
        .needs(.wheel)
    )
    func matrix() async throws {
        let python = try await toolbox()
        let wheel = try await BuiltWheel.shared.wheel()
        try await withTemporaryFolder { scratch in
            let names = ["one", "two", "three", "four", "five"]
            let list = try await repositories(names, below: scratch)
            let team = scratch.appending(path: "team")
            let own = scratch.appending(path: "pa-new-source")
            try write(
                [
                    "team/repositories.txt": String(contentsOf: list, encoding: .utf8),
                    "pipeline.yml": Self.matrix(), "runner/tools/gh": gh(below: scratch),
                    "refuse": "",
                ],
                below: scratch
            )
            let tool = scratch.appending(path: "runner/tools/gh").path
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
            let place = own.appending(path: "ci/update-many")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try FileManager.default.copyItem(at: Self.script, to: place)
            _ = try await git(["init", "-q"], in: own)
            _ = try await git(["add", "-A"], in: own)
            _ = try await git(["commit", "-q", "-m", "All"], in: own)

            var request = PipelineRequest(
                service: .github,
                file: scratch.appending(path: "pipeline.yml").path,
                repository: team.path,
                root: scratch.appending(path: "runner").path
            )
            request.cache = scratch.appending(path: "cache").path
            request.event = "workflow_dispatch"
            request.actions = ["OWNER/pa-new@COMMIT": own.path]
            request.variables = ["PA_NEW": wheel.path, "PA_NEW_SHA256": try digest(of: wheel)]
            request.secrets = ["REPOSITORY_TOKEN": "secret"]
            let first = try await PipelineRun(request, with: python)
            #expect(first.unsupported == nil, "\(first)")
            #expect(first.jobs.count == 4)
            #expect(first.jobs.filter { $0.result == "failure" }.count == 1, "\(first)")
            // A part that failed keeps what it has done, too.
            request.inputs = ["attempt": "2"]
            let second = try await PipelineRun(request, with: python)
            #expect(second.results == ["update": ["success"]], "\(second)")
            let created = try String(
                contentsOf: scratch.appending(path: "created"),
                encoding: .utf8
            ).split(separator: "\n")
            #expect(created.count == names.count, "\(created)")
            for name in names {
                #expect(created.contains { $0.contains("-\(name).git-") }, "\(created)")
                let paths = try await git(
                    ["diff", "--name-only", "main", "pa-new-update"],
                    in: scratch.appending(path: name + ".git")
                )
                #expect(paths == ".pa-new.base.json\nREADME.md\n", "\(name)")
            }
        }
    }

    @Test(
        "refuses what it cannot use",
        arguments: [
            (["list.txt"], "--state"), (["--state", "s", "missing.txt"], "cannot read"),
            (["--state", "s", "--jobs", "0", "list.txt"], "1 or more"),
            (["--state", "s", "--pa-new", "not-there", "list.txt"], "cannot find not-there"),
        ]
    )
    func refused(words: [String], reason: String) async throws {
        try await withTemporaryFolder { scratch in
            try write(["list.txt": ""], below: scratch)
            let tool = words.contains("--pa-new") ? [] : ["--pa-new", Paths.tool.path]
            let ran = try await run("python3", [Self.script.path] + tool + words, in: scratch)
            #expect(ran.exitCode == 2 && ran.stderr.contains(reason), "\(ran)")
        }
    }
}
