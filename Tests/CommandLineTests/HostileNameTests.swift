// Names and texts that would control a terminal or hide in it, through every command and format: what is printed is
// text, in which each character is seen.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Names that no text should have")
struct HostileNameTests {
    /// What a name can have that nobody sees, or that changes what is seen.
    private static let parts = [
        "\u{1B}[31m", "\u{9B}31m", "\u{07}", "\r", "\t", "\u{7F}", "\u{85}", "\u{202E}", "\u{2066}",
        "\u{200B}",
        "\u{200D}", "\u{FEFF}", "\u{AD}", "\u{2028}", "\u{E000}", "\u{E0068}", "\u{E0100}",
        "\u{FE0F}", "\u{34F}",
        "\u{115F}", "\u{3164}", "\u{2800}", "\u{180B}", "\u{17B4}", "%0A::error::", "\n::error::",
    ]

    /// A project whose files have such names, also one that is not UTF-8, and texts in them; and a folder of that
    /// name with the same files.
    private func makeProject(in folder: URL) async throws -> String {
        let application = "def application(e, s):\n    s('200 OK', [])\n    return []\n"
        for part in Self.parts {
            try write(
                [
                    "p/a\(part)b.py": "def f(:\n", "p/d\(part)/x.so": "x",
                    "p/static/a\(part).txt": "x",
                    "p/a\(part)_wsgi.py": application,
                ],
                below: folder
            )
        }
        let all = "a" + Self.parts.joined()
        let code = "import x\(all.filter(\.isLetter))\nopen('\(all.filter { !$0.isNewline })')\n"
        let list = Self.parts.map { "-r \($0).txt\nx=\($0)=1\n" }.joined()
        try write(
            [
                "p/wsgi.py":
                    "SECRET_KEY = 'django-insecure-\(all.filter { !$0.isNewline })'\n\(code)\(application)",
                "p/requirements.txt": list, "p/.env": "A\(all)=\(all)\n",
                "p/pyproject.toml": "[project]\n\(all)",
                "p/manifest.json": "{\"title\": \"\(all)\", \"\(all)\": 1}",
                "p/.pa-new.json": "{\"\(all)\": 1}",
            ],
            below: folder
        )
        let script =
            #"cp -R p "$1" && cd p && printf x > "$(printf 'caf\351_wsgi.py')" && mkdir "$(printf 'd\351')""#
        let finished = try await run("sh", ["-c", script, "sh", all], in: folder)
        expectEnd(of: finished, code: 0, stderr: "")
        return all
    }

    @Test("are shown so that each character is seen, in every command and format")
    func commands() async throws {
        try await withTemporaryFolder { folder in
            let name = try await makeProject(in: folder)
            var commands: [[String]] = [
                [
                    "check", "--no-load", "--format", "github", "--entry", "a\u{1B}[31m_wsgi.py",
                    "p",
                ],
                ["check", "--no-load", "--format", "json", "--entry", "a\u{E0068}_wsgi.py", "p"],
                [
                    "adopt", "p", "--app", name + ".py:app", "--dry-run", "--json", "--user",
                    "alice",
                ],
                ["deploy", "p", "--dry-run", "--user", "alice", "--include", name], ["pack", "p"],
                ["deploy", "p", "--dry-run", "--json", "--user", "alice"], ["update", "p"],
                ["logs", "--domain", name], ["template", "check", "p"], [name],
                ["hello", "--template", "p", "--json"], ["list", "--template", "p", "--json"],
            ]
            for format in ["text", "json", "github", "sarif"] {
                commands.append(["check", "--no-load", "--format", format, name])
            }
            commands += [
                ["check", name], ["visit", name, "/" + name], ["logs", name], ["update", name],
                ["adopt", name, "--dry-run", "--user", "alice"], ["preview", name + "none"],
                ["deploy", name, "--dry-run", "--user", "alice"], ["pack", name],
                ["template", "check", name], ["add", "handler", name, "--in", name],
                ["hello", "--in", name, "--dry-run"],
            ]
            for arguments in commands {
                let finished = try await runTool(
                    arguments,
                    in: folder,
                    environment: ["API_TOKEN": nil]
                )
                let words = "\(arguments.map { plainOrQuoted($0) })"
                for output in [finished.stdout, finished.stderr] {
                    // Raw bytes would be U+FFFD here. The names of a template come from Swift, which replaces
                    // such bytes itself.
                    let isOfTemplate = !Set(arguments).isDisjoint(with: ["template", "--template"])
                    let raw: Unicode.Scalar? = isOfTemplate ? nil : "\u{FFFD}"
                    let hidden = output.unicodeScalars.filter {
                        isInvisible($0) && $0 != "\n" || $0 == raw
                    }
                    #expect(
                        hidden.isEmpty,
                        "\(words): \(hidden.map { String($0.value, radix: 16) })"
                    )
                    #expect(!output.contains("Traceback"), "\(words): \(output)")
                    #expect(!output.contains("without a report"), "\(words): \(output)")
                }
                #expect(
                    finished.exitCode < 128 && !(finished.stdout + finished.stderr).isEmpty,
                    "\(words)"
                )
                if arguments.contains("json") || arguments.contains("sarif"),
                    !finished.stdout.isEmpty
                {
                    let document = try? JSONSerialization.jsonObject(
                        with: Data(finished.stdout.utf8)
                    )
                    #expect(document != nil, "\(words): \(finished.stdout)")
                }
                // A name cannot give a CI service a command of its own.
                let commands = finished.stdout.split(separator: "\n").filter { $0.hasPrefix("::") }
                #expect(commands.allSatisfy { $0.contains(",title=") }, "\(words): \(commands)")
            }
        }
    }

    @Test(
        "keep what people see, and what chooses the form of a symbol",
        arguments: [
            ("é 日本 ❤ 👍", "é 日本 ❤ 👍"), ("❤\u{FE0F}", "❤\u{FE0F}"), ("a\u{FE0F}", "a\\u{fe0f}"),
            ("❤\u{FE0F}\u{FE0F}", "❤\u{FE0F}\\u{fe0f}"), ("\u{E0041}", "\\u{e0041}"),
            ("\u{3164}", "\\u{3164}"),
            ("\u{1B}[1m", "\\u{1b}[1m"), ("\u{FE0F}", "\\u{fe0f}"), ("\u{2800}", "\\u{2800}"),
        ]
    )
    func printableText(text: String, shown: String) {
        #expect(printable(text) == shown)
    }

    @Test("stay the same in a JSON document")
    func document() throws {
        let text = Self.parts.joined() + "❤\u{FE0F} é\u{1F44D}"
        let plain = String(decoding: try JSONEncoder().encode([text: [text]]), as: UTF8.self)
        let shown = printable(document: plain + "\n")
        #expect(shown.unicodeScalars.allSatisfy { !isInvisible($0) || $0 == "\n" })
        let read = try JSONDecoder().decode([String: [String]].self, from: Data(shown.utf8))
        #expect(read == [text: [text]])
    }
}
