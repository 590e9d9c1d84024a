// What Tab does in real shells: bash, zsh and fish, each with the script that the tool prints.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("Completions", .lane(.full))
struct CompletionTests {
    /// The shells that are there to test with.
    ///
    /// With CI=true all are, or their tests fail.
    private static let shells = Shell.allCases.filter {
        isContinuousIntegration || Need.program($0.rawValue).isMet()
    }

    @Test("every shell is there to test with", .needs("bash"), .needs("zsh"), .needs("fish"))
    func shellsAreThere() {
        #expect(Self.shells == Shell.allCases)
    }

    @Test("Tab puts the rest of the word on the line", arguments: try atLeastOne(shells))
    func tab(shell: Shell) async throws {
        let rows: [(typed: String, left: String)] = [
            ("pa-new li", "pa-new list "),
            ("pa-new comp", "pa-new completions "),
            ("pa-new completions z", "pa-new completions zsh "),
            ("pa-new -f torn", "pa-new -f tornado "),
            ("pa-new --framework torn", "pa-new --framework tornado "),
            ("pa-new --framework=torn", "pa-new --framework=tornado "),
            ("pa-new -q hello --framework=torn", "pa-new -q hello --framework=tornado "),
            ("pa-new check --python 3.12", "pa-new check --python 3.12 "),
            ("pa-new check --format sa", "pa-new check --format sarif "),
            ("pa-new --no-load check --format=sa", "pa-new --no-load check --format=sarif "),
            // Files and folders, with what has to be quoted.
            ("pa-new --output on", #"pa-new --output one\ folder/"#),
            ("pa-new --output=on", #"pa-new --output=one\ folder/"#),
            ("pa-new check on", #"pa-new check one\ folder/"#),
            ("pa-new check --entry=fi", "pa-new check --entry=file.py "),
            // A folder is asked for and there is only a file, which zsh then takes by custom.
            ("pa-new check fi", "pa-new check fi" + (shell == .zsh ? "le.py " : "")),
            // What an option means depends on the command.
            ("pa-new visit --output fi", "pa-new visit --output file.py "),
            ("pa-new visit -o fi", "pa-new visit -o file.py "),
            ("pa-new -o on", #"pa-new -o one\ folder/"#),
            ("pa-new visit --json x --foll", "pa-new visit --json x --follow "),
            ("pa-new list --json --vers", "pa-new list --json --version "),
            ("pa-new --json che", "pa-new --json check "),
            // What belongs to another command, is given already, or may be anything.
            ("pa-new list --fra", "pa-new list --fra"),
            ("pa-new -f flask hello --fra", "pa-new -f flask hello --fra"),
            ("pa-new --user l", "pa-new --user l"),
            // After -- the word of a command is a name.
            ("pa-new -- l", "pa-new -- l"),
            ("pa-new hello l", "pa-new hello l"),
            // The value of an option is no command.
            ("pa-new --user check --str", "pa-new --user check --str"),
        ]
        try await withShell(shell, Option.all(.embedded())) { desk in
            let answers = try await desk.press(rows.map(\.typed))
            for (row, answer) in zip(rows, answers) {
                #expect(answer.left == row.left, "\(shell), after: \(row.typed)")
            }
        }
    }

    @Test(
        "every option is offered with every command that knows it",
        arguments: try atLeastOne(shells)
    )
    func everyOption(shell: Shell) async throws {
        let options = try Option.all(.embedded())
        let lines = CommandName.allCases.map { command in
            "pa-new " + (command == .create ? "" : command.rawValue + " ") + "--"
        }
        try await withShell(shell, options) { desk in
            for (command, offered) in zip(CommandName.allCases, try await desk.offered(lines)) {
                let own = options.filter { $0.commands.contains(command) }.map(\.long)
                #expect(Set(offered) == Set(own), "\(shell), pa-new \(command)")
            }
        }
    }

    @Test("every word to choose is offered", arguments: try atLeastOne(shells))
    func everyChoice(shell: Shell) async throws {
        let options = try Option.all(.embedded())
        var rows: [(line: String, words: [String])] = [
            ("pa-new ", CommandName.words.map(\.rawValue))
        ]
        for option in options where !option.kind.choices.isEmpty {
            for command in option.commands {
                for spelling in option.spellings {
                    let word = command == .create ? "hello" : command.rawValue
                    let line = "pa-new \(word) \(spelling) "
                    rows.append((line, option.kind.choices.map(\.word)))
                }
            }
        }
        for command in CommandName.words {
            for (index, kind) in command.places.enumerated()
            where !kind.choices.isEmpty && index > 0 {
                let before = Array(repeating: "x ", count: index - 1).joined()
                rows.append(("pa-new \(command.rawValue) \(before)", kind.choices.map(\.word)))
            }
        }
        try await withShell(shell, options) { desk in
            for (row, offered) in zip(rows, try await desk.offered(rows.map(\.line))) {
                #expect(Set(offered) == Set(row.words), "\(shell), after: \(row.line)")
            }
        }
    }

    /// Words that would do harm in a script that does not quote them.
    private static let hostile = [
        "it's", "a b", "$(touch pwned)", "`touch pwned`", "\"q\"", "back\\slash", "x*", "c;d",
        "e&f",
        "'", "$HOME", "h!i", "(j)", "k|l", "m>n", "o[p]", "q%F", "r#s", "{t,u}", "ü",
    ]

    @Test(
        "hostile words and sentences are text and nothing more",
        arguments: try atLeastOne(shells)
    )
    func hostileWords(shell: Shell) async throws {
        let help = "]: '$(touch pwned)' `touch pwned` \"x\" [y] \\ %F{red}\nnext $HOME"
        let choices = Self.hostile.map { Choice($0, help: help) } + [Choice("no\nline")]
        let options = [
            Option(
                name: .framework,
                short: "f",
                value: "F: '$(touch pwned)' [",
                kind: .choice(choices),
                commands: [.create],
                help: help
            ),
            Option(name: .quiet, commands: [.create], help: help),
        ]
        try await withShell(shell, options) { desk in
            let offered = try await desk.offered(["pa-new -f ", "pa-new --"])
            #expect(Set(offered[0]) == Set(Self.hostile), "\(shell)")
            #expect(Set(offered[1]) == ["--framework", "--quiet"], "\(shell)")
            let answers = try await desk.press([
                "pa-new -f it", "pa-new -f back", "pa-new --framework=it",
            ])
            #expect(
                answers.map(\.left) == [
                    #"pa-new -f it\'s "#, #"pa-new -f back\\slash "#, #"pa-new --framework=it\'s "#,
                ],
                "\(shell)"
            )
            let paths = try filePaths(below: desk.folder)
            #expect(!paths.contains { $0.contains("pwned") })
        }
    }

    @Test("the tool prints the script", arguments: Shell.allCases)
    func printed(shell: Shell) async throws {
        try await withTemporaryFolder { folder in
            expectEnd(
                of: try await runTool(["completions", shell.rawValue], in: folder),
                code: 0,
                stdout: shell.completions(try Option.all(.embedded())),
                stderr: ""
            )
        }
    }

    @Test("zsh finds the script in a folder of its functions", .needs("zsh"))
    func zshFunction() async throws {
        try await withShell(.zsh, Option.all(.embedded()), scriptName: "_pa-new") { desk in
            // The first use loads the file, and has to complete already.
            let left = try await desk.press(["pa-new li", "pa-new li"]).map(\.left)
            #expect(left == ["pa-new list ", "pa-new list "])
        }
    }

    @Test(
        "bash completes with any settings",
        .needs("bash"),
        arguments: [
            "set -u", "COMP_WORDBREAKS=' '", "set -o posix", "shopt -s nullglob failglob", "IFS=e",
        ]
    )
    func bashSettings(setting: String) async throws {
        let script = """
            source "$1"
            \(setting)
            COMP_WORDS=(pa-new check --format=te) COMP_CWORD=2 COMP_LINE='pa-new check --format=te'
            _pa_new
            printf '%s\\n' "${COMPREPLY[@]}"
            COMP_WORDS=(pa-new check -) COMP_CWORD=2 COMP_LINE='pa-new check -'
            _pa_new
            printf '%s\\n' "${COMPREPLY[0]}"
            """
        try await withShell(.bash, Option.all(.embedded())) { desk in
            let finished = try await run(
                "bash",
                ["-c", script, "bash", desk.script.path],
                in: desk.folder
            )
            expectEnd(of: finished, code: 0, stdout: "--format=text\n--domain\n", stderr: "")
        }
    }

    @Test("an option whose value is the path of something says so")
    func pathKinds() throws {
        for option in try Option.all(.embedded()) {
            guard let value = option.value else {
                #expect(option.kind == .text, "\(option.long) has no value")
                continue
            }
            switch value {
            case "DIR": #expect(option.kind == .folder, "\(option.long)")
            case "FILE", "PATH": #expect(option.kind == .file, "\(option.long)")
            default: #expect(option.kind != .file && option.kind != .folder, "\(option.long)")
            }
        }
    }
}

/// A folder with a shell's script and a few files to complete.
private struct ShellDesk {
    let shell: Shell
    let folder: URL
    let script: URL

    struct Answer: Decodable {
        let offered: [String]
        let left: String
    }

    /// Types lines in the shell on a terminal, with Tab after each.
    func press(_ lines: [String]) async throws -> [Answer] {
        let driver = Paths.package.appending(path: "Tests/CommandLineTests/Python/complete.py")
        let finished = try await run(
            "python3",
            [driver.path, shell.rawValue, script.path] + lines,
            in: folder
        )
        try #require(finished.exitCode == 0, "\(finished)")
        return try JSONDecoder().decode([Answer].self, from: Data(finished.stdout.utf8))
    }

    /// Returns the words that the shell offers after each line.
    func offered(_ lines: [String]) async throws -> [[String]] {
        let program: String
        switch shell {
        case .zsh: return try await press(lines).map(\.offered)
        case .bash:
            // The answer is what is put on the line: the shell reads it once more.
            program = """
                source "$0"
                for COMP_LINE; do
                    read -ra COMP_WORDS <<<"$COMP_LINE"
                    [[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
                    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                    _pa_new
                    eval "set -- ${COMPREPLY[*]}"
                    printf '%s\\035' "$@"
                    printf '\\036'
                done
                """
        case .fish:
            program = """
                source $argv[1]
                for line in $argv[2..]
                    complete -C "$line" | string replace -r '\\t.*' '' | string join \\x1d
                    printf '\\x1e'
                end
                """
        }
        let words =
            shell == .bash
            ? ["-c", program, script.path] + lines
            : ["--no-config", "-c", program, script.path] + lines
        let finished = try await run(shell.rawValue, words, in: folder)
        #expect(finished.exitCode == 0 && finished.stderr.isEmpty, "\(finished)")
        return finished.stdout.split(separator: "\u{1E}", omittingEmptySubsequences: false)
            .dropLast()
            .map { part in
                part.split { $0 == "\u{1D}" || $0 == "\n" }.map(String.init)
            }
    }
}

/// Runs an action beside a shell's script, as it is made from options.
private func withShell(
    _ shell: Shell,
    _ options: [Option],
    scriptName: String = "script",
    _ action: (ShellDesk) async throws -> Void
) async throws {
    try await withTemporaryFolder { root in
        let folder = root.appending(path: "work")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "one folder"),
            withIntermediateDirectories: true
        )
        try Data().write(to: folder.appending(path: "file.py"))
        let script = root.appending(path: scriptName)
        try shell.completions(options).write(to: script, atomically: true, encoding: .utf8)
        try await action(ShellDesk(shell: shell, folder: folder, script: script))
    }
}
