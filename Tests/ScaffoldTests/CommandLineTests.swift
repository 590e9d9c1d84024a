// The built tool, as it is used: stdout, stderr and exit code apart.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

/// Checks how the tool ended, and reports the caller's line if it was another way.
func expectEnd(
    of finished: Finished,
    code: Int32,
    stdout: String? = nil,
    stderr: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(finished.exitCode == code, "\(finished)", sourceLocation: sourceLocation)
    if let stdout { #expect(finished.stdout == stdout, sourceLocation: sourceLocation) }
    if let stderr { #expect(finished.stderr == stderr, sourceLocation: sourceLocation) }
}

/// How many files a project of the default framework has.
func plannedCount() throws -> Int {
    let catalog = try Catalog.embedded()
    return try Plan(ProjectConfiguration(Request(name: "hello"), catalog: catalog)).files.count
}

@Suite("The command line")
struct CommandLineTests {
    @Test("the main job: files, then steps with this project's values")
    func mainJob() throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(
                ["hello", "--framework", "handler", "--user", "alice"],
                in: folder
            )
            expectEnd(
                of: finished,
                code: 0,
                stdout: """
                    create  hello/.gitignore
                    create  hello/.pa-new.base.json
                    create  hello/.pa-new.json
                    create  hello/README.md
                    create  hello/hello/__init__.py
                    create  hello/hello/handlers.py
                    create  hello/hello/routes.py
                    create  hello/hello/web.py
                    create  hello/static/hello.txt
                    create  hello/tests/__init__.py
                    create  hello/tests/client.py
                    create  hello/tests/test_entry.py
                    create  hello/tests/test_handlers.py
                    create  hello/wsgi.py

                    Next steps
                      1. On your computer, in the folder that holds hello, pack the project:
                             python3 -m zipfile -c hello.zip hello
                      2. On the Files tab, upload hello.zip to /home/alice. Then unpack it in a Bash
                         console:
                             unzip -o hello.zip
                      3. On the Web tab, add a new web app for alice.pythonanywhere.com: choose
                         Manual configuration and Python 3.13.
                      4. There, set the source code folder to /home/alice/hello.
                      5. Replace the whole contents of the WSGI file
                         /var/www/alice_pythonanywhere_com_wsgi.py with those of hello/wsgi.py, in
                         the Web tab's editor or in the console:
                             cp /home/alice/hello/wsgi.py /var/www/alice_pythonanywhere_com_wsgi.py
                      6. Map static files on the Web tab: URL /static/, directory
                         /home/alice/hello/static.
                      7. Press Reload.
                      8. Visit https://alice.pythonanywhere.com/: it answers "Hello from handler".

                    Or all of it at once, with an API token of the account in the variable
                    API_TOKEN:
                        pa-new deploy hello

                    """,
                stderr: ""
            )
            let written = try filePaths(below: folder)
            #expect(
                written
                    == finished.stdout.split(separator: "\n").compactMap { line in
                        line.hasPrefix("create  ") ? String(line.dropFirst(8)) : nil
                    }
            )
        }
    }

    @Test("without an account the steps say what stands for it")
    func noAccount() throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(["hello"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("Next steps (USER is your account on the host)"))
            #expect(finished.stdout.contains("/var/www/USER_pythonanywhere_com_wsgi.py"))
        }
    }

    @Test("with --quiet nothing is printed, and the project is the same")
    func quiet() throws {
        try withTemporaryFolder { folder in
            expectEnd(
                of: try runTool(["hello", "--quiet"], in: folder),
                code: 0,
                stdout: "",
                stderr: ""
            )
            #expect(try filePaths(below: folder).count == plannedCount())
        }
    }

    @Test("--output names the parent, in the verbs and in the steps")
    func output() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                at: folder.appending(path: "my sites"),
                withIntermediateDirectories: false
            )
            let finished = try runTool(["hello", "-o", "my sites/"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("create  my sites/hello/wsgi.py\n"))
            #expect(finished.stdout.contains("cd 'my sites/'\n"))
            #expect(try filePaths(below: folder).allSatisfy { $0.hasPrefix("my sites/hello/") })
        }
    }

    @Test("list names every framework, with one marked as the default")
    func list() throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(["list"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n")
            let frameworks = try Catalog.embedded().frameworks
            #expect(lines.count == frameworks.count)
            for (line, framework) in zip(lines, frameworks) {
                #expect(line.hasPrefix("  \(framework.name) "))
                #expect(line.contains(framework.manifest.summary))
                #expect(
                    line.contains(" -l ")
                        == (framework.language != frameworks[0].language)
                )
                #expect(line.hasSuffix(" (default)") == framework.manifest.isDefault)
            }
        }
    }

    @Test("list --json is one document")
    func listJSON() throws {
        struct Document: Decodable {
            struct Row: Decodable {
                let name: String
                let language: String
                let title: String
                let summary: String
                let `default`: Bool
                let requirements: Bool
            }
            let frameworks: [Row]
        }
        try withTemporaryFolder { folder in
            let finished = try runTool(["list", "--json"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let document = try JSONDecoder().decode(Document.self, from: Data(finished.stdout.utf8))
            let catalog = try Catalog.embedded()
            #expect(document.frameworks.map(\.name) == catalog.frameworks.map(\.name))
            #expect(document.frameworks.map(\.language) == catalog.frameworks.map(\.language))
            #expect(
                document.frameworks.map(\.summary) == catalog.frameworks.map(\.manifest.summary)
            )
            #expect(document.frameworks.map(\.title) == catalog.frameworks.map(\.manifest.title))
            #expect(
                document.frameworks.filter(\.default).map(\.name) == [catalog.defaultFramework.name]
            )
            #expect(
                document.frameworks.map(\.requirements) == catalog.frameworks.map(\.hasRequirements)
            )
        }
    }

    @Test("the help tells of every command, framework and exit code, and of the main job's options")
    func help() throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(["--help"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let catalog = try Catalog.embedded()
            for option in Option.all(catalog) {
                let isTold =
                    finished.stdout.contains("      \(option.long)")
                    || finished.stdout.contains(", \(option.long)")
                #expect(isTold == option.commands.contains(.create), "\(option.long)")
            }
            for command in CommandName.allCases {
                #expect(finished.stdout.contains(command.synopsis))
            }
            for framework in catalog.frameworks {
                #expect(finished.stdout.contains(framework.name))
            }
            for language in catalog.languages { #expect(finished.stdout.contains(language)) }
            for row in ExitCode.summaries { #expect(finished.stdout.contains("  \(row.code) ")) }
            #expect(finished.stdout.split(separator: "\n").allSatisfy { $0.count <= 100 })
            for words in [["help"], ["-h"], ["hello", "--help"], ["help", "--help"]] {
                #expect(try runTool(words, in: folder).stdout == finished.stdout)
            }
        }
    }

    @Test(
        "the help of a command tells of its options and exit codes, and of no others",
        arguments: CommandName.allCases.filter { $0 != .create }
    )
    func helpOfCommand(command: CommandName) throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(["help", command.rawValue], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.hasPrefix("pa-new \(command.synopsis): \(command.summary)\n\n"))
            let words = Set(finished.stdout.split(whereSeparator: \.isWhitespace))
            let rows = finished.stdout.split(separator: "\n").filter { $0.hasPrefix("  ") }
            for option in try Option.all(.embedded()) {
                let isTold =
                    rows.contains { $0.hasPrefix("      \(option.long)") }
                    || option.short.map { short in
                        rows.contains { $0.hasPrefix("  -\(short), \(option.long)") }
                    } ?? false
                #expect(isTold == option.commands.contains(command), "\(option.long)")
            }
            for row in ExitCode.meanings where row.commands.count < CommandName.allCases.count {
                #expect(
                    finished.stdout.contains("  \(row.meaning)\n") == row.commands.contains(command)
                )
            }
            #expect(words.contains("64"))
            #expect(finished.stdout.split(separator: "\n").allSatisfy { $0.count <= 100 })
            if command != .help {
                #expect(
                    try runTool([command.rawValue, "--help"], in: folder).stdout == finished.stdout
                )
            }
        }
    }

    @Test("the examples in the help can be typed")
    func examples() throws {
        let options = try Option.all(.embedded())
        for command in CommandName.allCases {
            for example in command.examples {
                // As a shell cuts it, for what the examples have of a shell.
                let text = example.replacing(/^source <\(|\)$| > .*$/, with: "")
                let words = try run("sh", ["-c", "printf '%s\n' \(text)"]).stdout
                    .split(separator: "\n").map(String.init)
                #expect(words.first == "pa-new")
                _ = try parse(Array(words.dropFirst()), options: options) { _ in false }
            }
        }
    }

    @Test("the version is the one that projects record")
    func version() throws {
        try withTemporaryFolder { folder in
            expectEnd(
                of: try runTool(["--version"], in: folder),
                code: 0,
                stdout: "pa-new \(paNewVersion)\n",
                stderr: ""
            )
        }
    }

    @Test(
        "a mistake gets what, why and help on stderr, its exit code, and nothing on disk",
        arguments: [
            ([], 64, ["what should the project be called?", "try: pa-new hello"]),
            ([""], 64, ["name is empty", "try: pa-new hello"]),
            (["class"], 64, ["'class' cannot be", "keyword of Python", "try: pa-new class-app"]),
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
                ["no language 'cobol'", "the frameworks are in python"]
            ),
            (["hello", "-l", "c\u{1B}[2J\n"], 64, [#"'c\u{1b}[2J\u{a}'"#]),
            (
                ["hello", "-l", String(repeating: "x", count: 10_000)], 64,
                ["no language 'xxx", "…'"]
            ),
            (["hello", "-l", "python", "-l", "python"], 64, ["--language is given twice"]),
            (["hello", "-l", "python", "-t", "."], 64, ["--language and --template exclude"]),
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
                ["'alice' cannot have the domain 'bob.pythonanywhere.com'", "--domain alice.pyth"]
            ),
            (["hello", "--output", ""], 64, ["--output is empty"]),
            (["hello", "--output", "no/such"], 73, ["no folder 'no/such'", "mkdir -p no/such"]),
            (["hello", "--output", "/dev/null"], 73, ["'/dev/null' is not a folder"]),
            (["hello", "--strict"], 64, ["--strict does not belong here", "pa-new check"]),
            (["list", "-f", "flask"], 64, ["--framework does not belong here"]),
            (["completions"], 64, ["for which shell?", "pa-new completions bash, zsh or fish"]),
            (["completions", "fisch"], 64, ["'fisch'", "did you mean: pa-new completions fish?"]),
            (["completions", "csh\u{7}"], 64, [#"'csh\u{7}'"#, "bash, zsh and fish"]),
            (["completions", "zsh", "fish"], 64, ["'pa-new completions' takes no 'fish'"]),
            (["man", "ls"], 64, ["'pa-new man' takes no 'ls'"]),
            (["hello", "world"], 64, ["'world' is one name too many"]),
            (["hel\u{1B}[31mlo\u{7}"], 64, [#"'hel\u{1b}[31mlo\u{7}'"#]),
            (["hello\n"], 64, [#"'hello\u{a}'"#]),
            (["🎉"], 64, ["'🎉'", "try: pa-new hello"]),
            ([".."], 64, ["'..'"]),
            ([String(repeating: "x", count: 10_000)], 64, ["it has 10000 characters", "…'"]),
            (["--" + String(repeating: "x", count: 10_000)], 64, ["there is no option '--xxx"]),
            (["hello", "-o", String(repeating: "x", count: 10_000)], 73, ["looking at 'xxx"]),
        ] as [([String], Int32, [String])]
    )
    func mistakes(words: [String], code: Int32, parts: [String]) throws {
        try withTemporaryFolder { folder in
            let finished = try runTool(words, in: folder)
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
    func combinations() throws {
        let wrong = [
            ["--framework", "nope"], ["--language", "nope"], ["--python", "4.0"], ["--user", "-"],
            ["--domain", "x"],
            ["--output", ""], ["--nope"], ["--quiet=1"], ["--framework"],
        ]
        try withTemporaryFolder { folder in
            for first in wrong {
                for second in wrong {
                    let finished = try runTool(["hello"] + first + second, in: folder)
                    expectEnd(of: finished, code: 64, stdout: "")
                    #expect(!finished.stderr.isEmpty)
                }
            }
            #expect(try filePaths(below: folder) == [])
        }
    }
}

@Suite("A disk and a terminal that refuse")
struct RefusalTests {
    @Test("a folder that may not be written to")
    func notWritable() throws {
        try withTemporaryFolder { folder in
            let tool = folder.appending(path: "pa-new")
            try copyTool(to: tool)
            let locked = folder.appending(path: "locked")
            try FileManager.default.createDirectory(
                at: locked,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o555]
            )
            // The administrator may write anywhere, and has to become somebody else first.
            let become = getuid() == 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : []
            let words = become + [tool.path, "hello", "-o", locked.path]
            let finished = try run(words[0], Array(words.dropFirst()), in: folder)
            expectEnd(of: finished, code: 73, stdout: "")
            #expect(finished.stderr.contains("nothing can be made in"))
            #expect(finished.stderr.contains("Permission denied"))
            #expect(try filePaths(below: locked) == [])
        }
    }

    @Test("a disk that is full, at any size", .enabled(if: canMount, "needs unshare and mount"))
    func diskFull() throws {
        // Every size up to the one that suffices: each fails somewhere else.
        let script = """
            set -e
            mkdir -p disk
            size=4
            while [ $size -le 400 ]; do
                mount -t tmpfs -o size=${size}k,nr_inodes=$((size / 2 + 3)) tmpfs disk
                code=0; "$1" hello -o disk >out 2>err || code=$?
                echo "$size $code $(ls -A disk | tr '\\n' ' ')"
                [ $code = 0 ] || cat err >>errors
                umount disk
                [ $code != 0 ] || exit 0
                size=$((size + 4))
            done
            exit 9
            """
        try withTemporaryFolder { folder in
            let finished = try run(
                "unshare",
                ["-rm", "sh", "-c", script, "sh", Places.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n")
            #expect(lines.count > 5, "\(finished)")
            for line in lines.dropLast() {
                #expect(line.split(separator: " ").dropFirst() == ["74"], "\(line)")
            }
            #expect(lines.last?.hasSuffix(" 0 hello ") == true, "\(finished)")
            let errors = try String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)
            #expect(errors.contains("No space left on device"))
            #expect(errors.contains("nothing was left behind"))
        }
    }

    /// Whether this system lets a test mount a small disk of its own.
    private static let canMount: Bool = {
        let probe = try? run("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])
        return probe?.exitCode == 0 || isContinuousIntegration
    }()

    @Test("a limit on the size of files")
    func fileSizeLimit() throws {
        try withTemporaryFolder { folder in
            let finished = try run(
                "sh",
                ["-c", "ulimit -f 1; exec \"$1\" hello", "sh", Places.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 74, stdout: "")
            #expect(finished.stderr.contains("writing 'hello/"), "\(finished)")
            #expect(finished.stderr.contains("File too large"))
            #expect(try filePaths(below: folder) == [])
        }
    }

    @Test("a limit on open files that is lower than the number of files")
    func openFilesLimit() throws {
        try withTemporaryFolder { folder in
            let finished = try run(
                "sh",
                ["-c", "ulimit -n 8; exec \"$1\" hello -q", "sh", Places.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stdout: "", stderr: "")
            #expect(try filePaths(below: folder).count == plannedCount())
        }
    }

    @Test("an output that takes nothing is told on stderr")
    func fullOutput() throws {
        try withTemporaryFolder { folder in
            let finished = try run(
                "sh",
                ["-c", "exec \"$1\" list >/dev/full", "sh", Places.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 74, stdout: "")
            #expect(finished.stderr.contains("the output could not be written"))
        }
    }

    @Test("a report that cannot be printed does not undo the project, and says so")
    func unprintedReport() throws {
        try withTemporaryFolder { folder in
            for redirection in [">/dev/full", ">&-"] {
                let script = "rm -rf hello; exec \"$1\" hello " + redirection
                let finished = try run("sh", ["-c", script, "sh", Places.tool.path], in: folder)
                expectEnd(of: finished, code: 74, stdout: "")
                #expect(finished.stderr.contains("the project is whole"), "\(finished)")
                #expect(try filePaths(below: folder).count == plannedCount())
            }
        }
    }

    @Test("a word that is not UTF-8 is refused, and no other folder is taken for it")
    func notUTF8() throws {
        try withTemporaryFolder { folder in
            let script = """
                bad=$(printf 'bad\\377'); other=$(printf 'bad\\357\\277\\275')
                mkdir "$bad" "$other"
                "$1" hello -o "$bad"; code=$?
                ls "$bad" "$other" | grep hello
                exit $code
                """
            let finished = try run("sh", ["-c", script, "sh", Places.tool.path], in: folder)
            expectEnd(of: finished, code: 64, stdout: "")
            #expect(finished.stderr.contains("word 3 of the command line is not valid UTF-8"))
        }
    }

    @Test("of several runs at once for one name exactly one wins")
    func race() throws {
        try withTemporaryFolder { folder in
            let script = """
                for i in 1 2 3 4 5 6 7 8; do
                    ("$1" hello -q 2>/dev/null; echo $?) &
                done
                wait
                """
            let finished = try run("sh", ["-c", script, "sh", Places.tool.path], in: folder)
            #expect(
                finished.stdout.split(separator: "\n").sorted() == ["0"]
                    + Array(repeating: "73", count: 7)
            )
            #expect(try filePaths(below: folder).count == plannedCount())
        }
    }

    @Test(
        "the tool alone, with the repository out of sight, works",
        .enabled(if: canMount, "needs unshare and mount")
    )
    func alone() throws {
        try withTemporaryFolder { folder in
            let tool = folder.appending(path: "elsewhere/pa-new")
            try FileManager.default.createDirectory(
                at: tool.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try copyTool(to: tool)
            let script = "mount -t tmpfs tmpfs \"$2\" && ! ls \"$2\"/* && exec \"$1\" hello -q"
            let finished = try run(
                "unshare",
                ["-rm", "sh", "-c", script, "sh", tool.path, Places.package.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stdout: "")
            #expect(try filePaths(below: folder.appending(path: "hello")).count == plannedCount())
        }
    }

    /// Copies the tool, in a process of its own: a file that this one has open for writing, and that
    /// a child inherits, cannot be run ("Text file busy").
    private func copyTool(to place: URL) throws {
        expectEnd(of: try run("cp", [Places.tool.path, place.path]), code: 0)
    }
}
