// The manual page: sound mdoc, with everything of the table in it.

import Foundation
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("The manual page", .needs("mandoc"), .lane(.full))
struct ManualPageTests {
    /// Checks a page and returns it as it is shown, in lines of one space between words.
    private func shown(_ page: String) async throws -> String {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "pa-new.1")
            try page.write(to: file, atomically: true, encoding: .utf8)
            expectEnd(
                of: try await run("mandoc", ["-T", "lint", "-W", "warning", file.path]),
                code: 0,
                stdout: "",
                stderr: ""
            )
            let finished = try await run("mandoc", ["-T", "utf8", file.path])
            expectEnd(of: finished, code: 0, stderr: "")
            // Bold is a character, a step back and the character again.
            return finished.stdout.replacing(/.\u{8}/, with: "").split(
                whereSeparator: \.isWhitespace
            )
            .joined(separator: " ")
        }
    }

    @Test("mandoc finds nothing to say, and every command, option and exit code is in it")
    func everything() async throws {
        let options = try Option.all(.embedded())
        let printed = try await withTemporaryFolder { try await runTool(["man"], in: $0) }
        expectEnd(of: printed, code: 0, stdout: manualPage(options: options), stderr: "")
        let text = try await shown(printed.stdout)
        for option in options {
            let short = option.short.map { "-\($0), " } ?? ""
            let head = short + option.long + (option.value.map { " " + $0 } ?? "")
            #expect(text.contains("\(head) \(option.helps[0].text)"), "\(option.long)\n\(text)")
            for help in option.helps { #expect(text.contains(help.text), "\(option.long)") }
        }
        for command in CommandName.allCases {
            #expect(text.contains("pa-new \(command.synopsis) \(command.summary)"), "\(text)")
        }
        for row in ExitCode.summaries {
            #expect(text.contains("\(row.code) \(row.meaning)"), "\(text)")
        }
    }

    @Test(
        "hostile texts are text and nothing more",
        arguments: [
            ".Sh HELP", "'br", #"\fBbold\fR \*[x] \\"#, #"a "quoted" word"#, "Ar Fl Xo", "\"",
            "-- -x",
            "a\n.Sh b", "ü…", "x.", "\\",
        ]
    )
    func hostile(text: String) async throws {
        let option = Option(
            name: .framework,
            short: "f",
            value: text,
            kind: .text,
            commands: [.create],
            help: text
        )
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let full = words.hasSuffix(".") ? words : words + "."
        let shown = try await shown(manualPage(options: [option]))
        #expect(
            shown.contains("-f, --framework \(words) \(full) An option of: pa-new NAME."),
            "\(shown)"
        )
    }
}
