// The built tool, as it is used: stdout, stderr and exit code apart.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("The command line")
struct CommandLineTests {
    @Test("the main job: files, then steps with this project's values")
    func mainJob() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(
                ["hello", "--framework", "handler", "--user", "alice"],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n", omittingEmptySubsequences: false)
            // The library of the handlers has many files; those on the disk are compared below.
            let shown = lines.filter { !$0.hasPrefix("create  hello/hello/web/") }
            let expected = """
                create  hello/.env.example
                create  hello/.gitignore
                create  hello/.pa-new.base.json
                create  hello/.pa-new.json
                create  hello/AGENTS.md
                create  hello/README.md
                create  hello/hello/__init__.py
                create  hello/hello/handlers.py
                create  hello/hello/routes.py
                create  hello/pa_env.py
                create  hello/pyproject.toml
                create  hello/static/hello.txt
                create  hello/tests/__init__.py
                create  hello/tests/client.py
                create  hello/tests/test_entry.py
                create  hello/tests/test_handlers.py
                create  hello/wsgi.py

                Next steps
                  1. On your computer, in the folder that contains hello, pack the project:
                         pa-new pack hello
                  2. On the Files tab, upload hello.zip to /home/alice. Then unpack it in a Bash
                     console. If unzip asks to replace a file, answer n if your app saves data
                     in it:
                         unzip hello.zip
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

                Or do all of this with one command. It needs an API token in the environment
                variable API_TOKEN:
                    pa-new deploy hello

                """
            #expect(shown.joined(separator: "\n") == expected)
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
    func noAccount() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["hello"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(
                finished.stdout.contains(
                    "Next steps (replace USER with your PythonAnywhere account)"
                )
            )
            #expect(finished.stdout.contains("/var/www/USER_pythonanywhere_com_wsgi.py"))
        }
    }

    @Test(
        "what a template says of a Python version is printed once, before the steps",
        arguments: [("3.9", true), ("3.10", false), ("3.13", false)]
    )
    func pythonNote(version: String, isNoted: Bool) async throws {
        try await withTemporaryFolder { folder in
            let words = ["hello", "--framework", "django", "--python", version]
            for options in [["--dry-run"], []] {
                let finished = try await runTool(words + options, in: folder)
                #expect(finished.exitCode == 0, "\(finished)")
                let notes = finished.stdout.components(separatedBy: "\nnote: for Python 3.9 ")
                #expect(notes.count == (isNoted ? 2 : 1), "\(finished)")
                #expect(!notes[0].contains("Next steps") || !isNoted, "\(finished)")
            }
        }
    }

    @Test("with --quiet nothing is printed, and the project is the same")
    func quiet() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(
                of: try await runTool(["hello", "--quiet"], in: folder),
                code: 0,
                stdout: "",
                stderr: ""
            )
            #expect(try filePaths(below: folder).count == plannedCount())
        }
    }

    @Test("--output names the parent, in the verbs and in the steps")
    func output() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                at: folder.appending(path: "my sites"),
                withIntermediateDirectories: false
            )
            let finished = try await runTool(["hello", "-o", "my sites/"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("create  my sites/hello/wsgi.py\n"))
            #expect(finished.stdout.contains("cd 'my sites/'\n"))
            #expect(try filePaths(below: folder).allSatisfy { $0.hasPrefix("my sites/hello/") })
        }
    }

    @Test("list --json is one document")
    func listJSON() async throws {
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
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["list", "--json"], in: folder)
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

    /// Returns the names of the options that a help text tells of.
    private func options(toldIn help: String) -> Set<String> {
        let rows = help.matches(of: /(?m)^  (?:-\w, |    )(--[\w-]+)/)
        return Set(rows.map { String($0.1) })
    }

    /// Returns the names of a command's options; two commands can have different ones of a name.
    private func options(of command: CommandName, from catalog: Catalog) -> Set<String> {
        Set(Option.all(catalog).filter { $0.commands.contains(command) }.map(\.long))
    }

    @Test("the help tells of every command, framework and exit code, and of the main job's options")
    func help() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["--help"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let catalog = try Catalog.embedded()
            #expect(options(toldIn: finished.stdout) == options(of: .create, from: catalog))
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
                #expect(try await runTool(words, in: folder).stdout == finished.stdout)
            }
        }
    }

    @Test(
        "the help of a command tells of its options and exit codes, and of no others",
        arguments: CommandName.allCases.filter { $0 != .create }
    )
    func helpOfCommand(command: CommandName) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["help", command.rawValue], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.hasPrefix("pa-new \(command.synopsis): \(command.summary)\n\n"))
            let words = Set(finished.stdout.split(whereSeparator: \.isWhitespace))
            let names = options(toldIn: finished.stdout)
            #expect(try names == options(of: command, from: .embedded()))
            let text = finished.stdout.split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            let rows = ExitCode.meanings.filter { $0.commands.contains(command) }
            // A meaning of the command's own stands for the general one of its code.
            let told = rows.filter { row in
                row.commands.count < CommandName.allCases.count
                    || !rows.contains {
                        $0.code == row.code && $0.commands.count < row.commands.count
                    }
            }
            let codes = told.map { "\($0.code) \($0.meaning)" }.joined(separator: " ")
            #expect(text.contains("Exit codes \(codes)"))
            #expect(words.contains("64"))
            #expect(finished.stdout.split(separator: "\n").allSatisfy { $0.count <= 100 })
            if command != .help {
                #expect(
                    try await runTool([command.rawValue, "--help"], in: folder).stdout
                        == finished.stdout
                )
            }
        }
    }

    @Test("the examples in the help can be typed")
    func examples() async throws {
        let all = try Option.all(.embedded())
        let options = OptionTable(all: all)
        for command in CommandName.allCases {
            for example in command.examples {
                // As a shell cuts it, for what the examples have of a shell.
                let text = example.replacing(/^source <\(|\)$| > .*$/, with: "")
                let words = try await run("sh", ["-c", "printf '%s\n' \(text)"]).stdout
                    .split(separator: "\n").map(String.init)
                #expect(words.first == "pa-new")
                _ = try parse(Array(words.dropFirst()), options: options) { _ in false }
            }
        }
    }

    @Test("the version is the one that projects record")
    func version() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(
                of: try await runTool(["--version"], in: folder),
                code: 0,
                stdout: "pa-new \(paNewVersion)\n",
                stderr: ""
            )
        }
    }
}
