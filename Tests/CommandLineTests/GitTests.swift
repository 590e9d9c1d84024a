// `--git`: a repository with a first commit, whatever the user's settings are.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

@Suite("A git repository", .needs("git"))
struct GitTests {
    /// A home, and a folder to work in, without any settings of this computer's.
    private struct Desk {
        let home: URL
        let work: URL
        var environment: [String: String?]

        init(in folder: URL, settings: String) throws {
            home = folder.appending(path: "home")
            work = folder.appending(path: "work")
            try makeTree(["home/.gitconfig": settings, "work": "/"], in: folder)
            environment = ["HOME": home.path, "XDG_CONFIG_HOME": nil, "EMAIL": nil]
            for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("GIT_") {
                environment[name] = .some(nil)
            }
            environment["GIT_CONFIG_NOSYSTEM"] = "1"
        }

        func tool(_ words: [String]) async throws -> ProcessResult {
            try await runTool(words, in: work, environment: environment)
        }

        func git(_ words: [String], in folder: String = "hello") async throws -> ProcessResult {
            try await run(
                "git",
                ["-C", work.path + "/" + folder] + words,
                in: work,
                environment: environment
            )
        }

        /// What a repository says of itself: authors, subjects, branch, and what is not committed.
        func story(_ folder: String = "hello") async throws -> [String] {
            [
                try await git(["log", "--format=%an <%ae>, %cn <%ce>: %s"], in: folder).stdout,
                try await git(["symbolic-ref", "--short", "HEAD"], in: folder).stdout,
                try await git(["status", "--porcelain", "--untracked-files=all"], in: folder)
                    .stdout,
            ].map { $0.trimmingCharacters(in: .newlines) }
        }
    }

    private static let alice = "[user]\nname = Alice B\nemail = alice@example.com\n"
    private static let first =
        "Alice B <alice@example.com>, Alice B <alice@example.com>: "
        + "Make hello with pa-new \(paNewVersion)"

    @Test("the first commit holds all files, and the report says what was done")
    func commit() async throws {
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: Self.alice)
            let finished = try await desk.tool(["hello", "--git"])
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(try await desk.story() == [Self.first, "main", ""])
            let listed = try await desk.git(["ls-files"]).stdout.split(separator: "\n").map(
                String.init
            )
            let files = try filePaths(below: desk.work.appending(path: "hello"))
                .filter { !$0.hasPrefix(".git/") }
            #expect(listed.sorted() == files)
            let id = try await desk.git(["rev-parse", "HEAD"]).stdout.prefix(10)
            #expect(
                finished.stdout.contains(
                    "\n   git  a repository with a first commit on main (\(id))\n"
                )
            )
            #expect(try await desk.git(["fsck", "--strict"]).exitCode == 0)
            let hooks = desk.work.appending(path: "hello/.git/hooks").path
            #expect(!FileManager.default.fileExists(atPath: hooks))
            #expect(try filePaths(below: desk.work).allSatisfy { $0.hasPrefix("hello/") })
        }
    }

    @Test(
        "no setting of the user's breaks it, or runs anything",
        arguments: [
            "[core]\nhooksPath = HOME/hooks\n",
            "[init]\ntemplateDir = HOME/template\n",
            "[commit]\ngpgSign = true\ntemplate = HOME/none\n[gpg]\nprogram = HOME/trap\n",
            "[core]\nautocrlf = true\nsafecrlf = true\neol = crlf\n",
            "[core]\nexcludesFile = HOME/ignore\n",
            "[core]\nattributesFile = HOME/attributes\n[filter \"x\"]\nclean = HOME/trap\n"
                + "required = true\n",
            "[core]\nfsmonitor = HOME/trap\neditor = HOME/trap\npager = HOME/trap\n",
            "[alias]\ncommit = !HOME/trap\nadd = !HOME/trap\ninit = !HOME/trap\n",
            "[init]\ndefaultBranch = a..b\n",
            "[core]\nbare = true\nworktree = /nowhere\n",
            "[user]\nsigningKey = x\nuseConfigOnly = true\n",
            "[include]\npath = HOME/none\n[url \"x\"]\ninsteadOf = y\n",
        ]
    )
    func settings(settings: String) async throws {
        try await withTemporaryFolder { folder in
            var desk = try Desk(in: folder, settings: "")
            let home = desk.home.path
            try Data((Self.alice + settings.replacing("HOME", with: home)).utf8)
                .write(to: desk.home.appending(path: ".gitconfig"))
            let trap = "#!/bin/sh\ntouch '\(home)/sprung'\nexit 1\n"
            try makeTree(
                [
                    "trap": trap, "hooks/pre-commit": trap, "hooks/commit-msg": trap,
                    "hooks/post-commit": trap, "template/hooks/pre-commit": trap,
                    "hooks/reference-transaction": trap, "ignore": "*\n",
                    "attributes": "* filter=x\n",
                ],
                in: desk.home
            )
            let places = ["trap", "hooks", "template/hooks"].map { home + "/" + $0 }
            expectEnd(of: try await run("chmod", ["-R", "+x"] + places), code: 0)
            // As a hook of another repository would call us.
            desk.environment.merge([
                "GIT_DIR": home + "/other/.git", "GIT_WORK_TREE": home, "GIT_INDEX_FILE": "/x",
                "GIT_TEMPLATE_DIR": home + "/template", "GIT_EDITOR": home + "/trap",
            ]) { $1 }
            let finished = try await desk.tool(["hello", "--git"])
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(!FileManager.default.fileExists(atPath: home + "/sprung"))

            // Looked at without those settings.
            try Data(Self.alice.utf8).write(to: desk.home.appending(path: ".gitconfig"))
            for name in desk.environment.keys where name.hasPrefix("GIT_") {
                desk.environment[name] = .some(nil)
            }
            #expect(try await desk.story() == [Self.first, "main", ""])
            let id = try await desk.git(["rev-parse", "HEAD"]).stdout
            #expect(id.count == 41)
        }
    }

    @Test(
        "the user's settings choose the branch and the author",
        arguments: [
            ("\(alice)[init]\ndefaultBranch = trunk\n", [:], first, "trunk"),
            (
                "",
                [
                    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "C",
                    "GIT_COMMITTER_EMAIL": "c@d",
                ],
                "A <a@b>, C <c@d>: Make hello with pa-new \(paNewVersion)", "main"
            ),
            (
                "\(alice)[includeIf \"gitdir:WORK/\"]\npath = ~/work.config\n", [:],
                "At Work <w@x>, At Work <w@x>: Make hello with pa-new \(paNewVersion)", "main"
            ),
        ] as [(String, [String: String], String, String)]
    )
    func choices(
        settings: String,
        variables: [String: String],
        commit: String,
        branch: String
    ) async throws {
        try await withTemporaryFolder { folder in
            let work = folder.appending(path: "work").path
            var desk = try Desk(in: folder, settings: settings.replacing("WORK", with: work))
            try Data("[user]\nname = At Work\nemail = w@x\n".utf8)
                .write(to: desk.home.appending(path: "work.config"))
            for (name, value) in variables { desk.environment[name] = value }
            expectEnd(of: try await desk.tool(["hello", "--git"]), code: 0, stderr: "")
            #expect(try await desk.story() == [commit, branch, ""])
        }
    }

    @Test(
        "where git knows no name, the commit is by a stand-in, and can be made the user's",
        arguments: ["", "[user]\nname = Alice\n", "[user\n broken", "[user]\nemail = a@b\n"]
    )
    func standIn(settings: String) async throws {
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: settings)
            let finished = try await desk.tool(["hello", "--git"])
            expectEnd(of: finished, code: 0, stderr: "")
            try Data(Self.alice.utf8).write(to: desk.home.appending(path: ".gitconfig"))
            #expect(
                try await desk.story()[0].hasPrefix("pa-new <pa-new@localhost>, pa-new <pa-new@")
            )
            let command = "git -C hello commit --amend --reset-author --no-edit"
            #expect(finished.stdout.contains("        " + command + "\n"))
            let amended = try await run(
                "sh",
                ["-c", command],
                in: desk.work,
                environment: desk.environment
            )
            #expect(amended.exitCode == 0, "\(amended)")
            #expect(try await desk.story() == [Self.first, "main", ""])
        }
    }

    @Test(
        "inside of a repository none is nested, and nothing is committed",
        arguments: [true, false]
    )
    func outer(isFile: Bool) async throws {
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: Self.alice)
            try makeTree(["work/repo/deep": "/"], in: folder)
            if isFile {
                // As in a worktree or a submodule.
                try makeTree(["work/repo/.git": "gitdir: /elsewhere\n"], in: folder)
            } else {
                expectEnd(of: try await desk.git(["init", "-q"], in: "repo"), code: 0)
            }
            let before = try tree(desk.work.appending(path: "repo/.git"))
            let finished = try await desk.tool(["hello", "--git", "-o", "repo/deep"])
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(
                finished.stdout.contains(
                    "git  no new repository: repo/deep/hello is inside the one in \(desk.work.path)/repo\n"
                )
            )
            #expect(try tree(desk.work.appending(path: "repo/.git")) == before)
            #expect(
                try filePaths(below: desk.work.appending(path: "repo/deep/hello"))
                    .allSatisfy { !$0.hasPrefix(".git/") }
            )
            // That folder itself, with --into, too, and without any git at all.
            let into = try await runTool(
                ["repo", "--git", "--into"],
                in: desk.work,
                environment: ["PATH": "/nowhere"]
            )
            expectEnd(of: into, code: 0, stderr: "")
            #expect(into.stdout.contains("is inside the one in \(desk.work.path)/repo\n"))
        }
    }

    @Test("a folder that exists becomes a repository of the project's files alone")
    func into() async throws {
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: Self.alice)
            try makeTree(["work/hello/mine": "m", "work/hello/README.md": "mine"], in: folder)
            let skipped = try await desk.tool(["hello", "--into", "--git", "--skip-existing"])
            expectEnd(of: skipped, code: 0, stderr: "")
            #expect(try await desk.story() == [Self.first, "main", "?? README.md\n?? mine"])
            let again = try await desk.tool(["hello", "--into", "--git", "--overwrite"])
            expectEnd(of: again, code: 0, stderr: "")
            #expect(again.stdout.contains("no new repository"))
            #expect(try await desk.story()[0] == Self.first)
        }
    }

    @Test("a dry run says what git would do, and does nothing")
    func dryRun() async throws {
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: Self.alice)
            let finished = try await desk.tool(["hello", "--git", "-n"])
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("git  a repository with a first commit on main\n"))
            #expect(try filePaths(below: desk.work) == [])
            let missing = try await runTool(
                ["hello", "--git", "-n"],
                in: desk.work,
                environment: ["PATH": "/nowhere"]
            )
            expectEnd(of: missing, code: 69, stdout: "")
        }
    }

    @Test(
        "without git, or with one that fails at any step, nothing is written",
        arguments: ["", "--version", "init", "symbolic-ref", "add", "commit", "rev-parse"]
    )
    func failing(step: String) async throws {
        let git = try await run("sh", ["-c", "command -v git"]).stdout
            .trimmingCharacters(in: .newlines)
        let script = """
            #!/bin/sh
            for word in "$@"; do
                if [ "$word" = '\(step)' ]; then echo "first line"; echo "it broke" >&2; exit 3; fi
            done
            exec '\(git)' "$@"
            """
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: Self.alice)
            try makeTree(step.isEmpty ? ["bin": "/"] : ["bin/script": script], in: folder)
            if !step.isEmpty {
                // Written by another process: a child that this one starts at the same moment would
                // hold a file that is open here, and the system runs none that somebody can write to.
                let words = ["-m", "755", folder.path + "/bin/script", folder.path + "/bin/git"]
                expectEnd(of: try await run("install", words), code: 0)
            }
            var environment = desk.environment
            environment["PATH"] = folder.path + "/bin"
            for (words, before) in [
                (["hello", "--git"], [:]),
                (
                    ["hello", "--git", "--into", "--overwrite"],
                    ["hello/README.md": "mine", "hello/mine": "mine"]
                ),
            ] {
                try makeTree(before, in: desk.work)
                let finished = try await runTool(words, in: desk.work, environment: environment)
                expectEnd(of: finished, code: 69, stdout: "")
                #expect(
                    finished.stderr.contains(
                        step.isEmpty
                            ? "--git needs git, which is not installed" : "git \(step) failed"
                    ),
                    "\(finished.stderr)"
                )
                if !step.isEmpty { #expect(finished.stderr.contains("'it broke'")) }
                #expect(try tree(desk.work) == before)
            }
        }
    }

    @Test(
        "killed at any call, there is the repository or nothing",
        .needs(.compiler),
        .lane(.full),
        arguments: [false, true]
    )
    func killed(isInto: Bool) async throws {
        try await withTemporaryFolder { folder in
            let desk = try Desk(in: folder, settings: Self.alice)
            let words = ["hello", "-q", "--git"] + (isInto ? ["--into", "--overwrite"] : [])
            let before = isInto ? ["hello/README.md": "mine"] : [:]
            // In the program alone, not in git.
            var count = 0
            for call in stride(from: 1, to: 400, by: 3) {
                try FileManager.default.removeItem(at: desk.work)
                try makeTree(["work": "/"], in: folder)
                try makeTree(before, in: desk.work)
                let finished = try await Faults.run(
                    Paths.tool,
                    words,
                    in: desk.work,
                    fault: .kill(at: call),
                    environment: desk.environment
                )
                if finished.exitCode == 0 { break }
                count += 1
                let hello = desk.work.appending(path: "hello").path
                let isRepository = FileManager.default.fileExists(atPath: hello + "/.git")
                if isRepository { #expect(try await desk.story()[0] == Self.first) }
                let found = try tree(desk.work)
                if isInto { #expect(found.values.contains("mine"), "\(call)") }
                expectEnd(
                    of: try await desk.tool(isInto || !isRepository ? words : ["list"]),
                    code: 0
                )
                #expect(try await desk.story()[0] == Self.first)
                let hidden = try FileManager.default.contentsOfDirectory(atPath: desk.work.path)
                #expect(hidden == ["hello"])
                let left = FileManager.default.fileExists(atPath: hello + "/" + stagingFolder)
                #expect(!left, "\(call)")
            }
            #expect(count > 10, "only \(count)")
        }
    }
}
