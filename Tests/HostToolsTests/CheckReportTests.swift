// A report in every form.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import Scaffold

@Suite("Reports")
struct CheckReportTests {
    private static let report = CheckReport(
        version: 1,
        entry: "wsgi.py",
        candidates: ["other_wsgi.py"],
        python: "3.13",
        interpreter: .init(path: "/usr/bin/python3", version: "3.13.1"),
        loaded: true,
        allowed: 2,
        unread: [.init(file: "big.py", why: "it is too large")],
        findings: [
            Finding(
                rule: "server-start",
                severity: .error,
                file: "my site/a,b:c.py",
                line: 7,
                message: "It runs 100%.\nTwice.\u{1B}[31m",
                fix: "Remove it.",
                page: "Flask504And502Errors",
                source: "\tapp.run()\u{1B}[0m"
            ),
            Finding(
                rule: "placeholder",
                severity: .warning,
                file: "wsgi.py",
                line: 1,
                message: "M",
                fix: "F",
                page: nil,
                source: ""
            ),
            Finding(
                rule: "status",
                severity: .note,
                file: "wsgi.py",
                line: 1,
                message: "N",
                fix: "G",
                page: nil,
                source: ""
            ),
        ],
        outcome: .broken,
        summary: "site/wsgi.py fails.",
        notes: ["The domain is a.b.", "SHOP_KEY was lent."],
        domain: .init(name: "a.b", source: "--domain"),
        requests: [.init(path: "/", status: 500), .init(path: "/a", status: nil)],
        wsgiFile: "import sys\n"
    )

    /// Returns a report of a project that was loaded.
    private static func report(
        of findings: [Finding],
        outcome: CheckReport.Outcome = .works,
        summary: String = "It works.",
        notes: [String] = []
    ) -> CheckReport {
        CheckReport(
            version: 1,
            entry: "wsgi.py",
            candidates: [],
            python: "3.13",
            interpreter: .init(path: "/usr/bin/python3", version: "3.13.1"),
            loaded: true,
            allowed: 0,
            unread: [],
            findings: findings,
            outcome: outcome,
            summary: summary,
            notes: notes,
            domain: .init(name: "a.b", source: "--domain"),
            requests: []
        )
    }

    @Test("as text, with nothing that steers a terminal")
    func text() throws {
        #expect(
            try ReportFormat.text.write(Self.report, folder: "site") == """
                site/wsgi.py fails.

                site/my site/a,b:c.py:7: error: It runs 100%.
                    Twice.\\u{1b}[31m [server-start]
                  7 |     app.run()\\u{1b}[0m
                  fix: Remove it.
                  see: https://help.pythonanywhere.com/pages/Flask504And502Errors/

                site/wsgi.py:1: warning: M [placeholder]
                  fix: F

                site/wsgi.py:1: note: N [status]
                  fix: G

                note: The domain is a.b.
                note: SHOP_KEY was lent.

                # ---------------- the WSGI file begins here ----------------
                import sys
                # ---------------- the WSGI file ends here ----------------

                1 error, 1 warning, 1 note, 2 suppressed in site/wsgi.py, \
                with Python 3.13.1 (/usr/bin/python3)
                not read: site/big.py: it is too large
                other possible entry files: other_wsgi.py; choose one with --entry

                """
        )
    }

    @Test(
        "as text, which says where the Python was found",
        arguments: [
            (PythonInterpreter.Source.option, "from --interpreter"),
            (.project(".venv"), "from the project's .venv"),
            (.active, "from the active virtual environment"),
            (.path, "python3 from PATH"),
        ]
    )
    func source(source: PythonInterpreter.Source, words: String) throws {
        let text = try ReportFormat.text.write(Self.report, folder: ".", source: source)
        #expect(text.contains("with Python 3.13.1 (/usr/bin/python3, \(words))\n"))
    }

    @Test("as text, with hostile file names written out")
    func hostileNames() throws {
        let name = "a\u{1B}[2J\u{7F}.py"
        let finding = Finding(
            rule: "r",
            severity: .error,
            file: name,
            line: 1,
            message: "M",
            fix: "F",
            page: nil,
            source: ""
        )
        let report = CheckReport(
            version: 1,
            entry: name,
            candidates: [name],
            python: "3.13",
            interpreter: .init(path: "/\u{1B}[2J/python3", version: "3.13.1"),
            loaded: true,
            allowed: 0,
            unread: [.init(file: name, why: "W")],
            findings: [finding],
            outcome: .notLoaded,
            summary: name,
            unloaded: name,
            notes: [name],
            domain: .init(name: name, source: name),
            requests: [.init(path: name, status: nil)],
            wsgiFile: name
        )
        let text = try ReportFormat.text.write(report, folder: "\u{1B}c")
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 127 })
        #expect(text.contains("a\\u{1b}[2J\\u{7f}.py:1: error: M [r]"))
    }

    @Test(
        "as text on a terminal: wrapped at words, never inside of code, and in colour if it has any"
    )
    func terminal() throws {
        let finding = Finding(
            rule: "server-start",
            severity: .error,
            file: "wsgi.py",
            line: 12,
            message: "It starts a server, and the import never ends",
            fix:
                "Put it below `if __name__ == \"__main__\":` or remove it:\n    a line of code that is long",
            page: "AnyPage",
            source: "    app.run(host=\"0.0.0.0\", port=8080, debug=True)"
        )
        let report = Self.report(
            of: [finding],
            summary: "wsgi.py fails on PythonAnywhere: 1 error.",
            notes: ["The requests were for a.b, from the file's name."]
        )
        func text(_ colour: Bool) throws -> String {
            try ReportFormat.text.write(
                report,
                folder: ".",
                style: TextStyle(width: 36, hasColour: colour)
            )
        }
        let plain = try text(false)
        #expect(
            plain == """
                wsgi.py fails on PythonAnywhere: 1
                error.

                wsgi.py:12: error: It starts a
                    server, and the import never
                    ends [server-start]
                  12 |     app.run(host="0.0.0.0", …
                  fix: Put it below
                       `if __name__ == "__main__":`
                       or remove it:
                           a line of code that is long
                  see: https://help.pythonanywhere.com/pages/AnyPage/

                note: The requests were for
                      a.b, from the file's name.

                1 error, 0 warnings in wsgi.py,
                  with Python 3.13.1
                  (/usr/bin/python3)

                """
        )
        let coloured = try text(true)
        let verdict =
            "\u{1B}[1mwsgi.py fails on PythonAnywhere: 1\u{1B}[0m\n\u{1B}[1merror.\u{1B}[0m\n\n"
        #expect(coloured.hasPrefix(verdict))
        #expect(
            coloured.contains(
                "\u{1B}[1mwsgi.py:12:\u{1B}[0m \u{1B}[31merror:\u{1B}[0m It starts a\n"
            )
        )
        #expect(coloured.contains("\n\u{1B}[34mnote:\u{1B}[0m The requests"))
        // Without the colours, it is the same text.
        #expect(coloured.replacing(#/\x1b\[[0-9]*m/#, with: "") == plain)
    }

    @Test(
        "as text, with the numbers that say whether anything is wrong",
        arguments: [
            ([], "no problems found in"), ([.note], "no problems found, 1 note in"),
            ([.warning, .note, .note], "0 errors, 1 warning, 2 notes in"),
            ([.error], "1 error, 0 warnings in"),
        ] as [([Severity], String)]
    )
    func numbers(severities: [Severity], words: String) throws {
        let report = Self.report(of: severities.map { Self.finding($0) })
        #expect(
            try ReportFormat.text.write(report, folder: ".").contains("\n" + words)
                || ReportFormat.text.write(report, folder: ".").hasPrefix(words)
        )
    }

    private static func finding(_ severity: Severity) -> Finding {
        Finding(
            rule: "r",
            severity: severity,
            file: "wsgi.py",
            line: 1,
            message: "M",
            fix: "F",
            page: nil,
            source: ""
        )
    }

    @Test("of an app that could not be loaded say so in every form")
    func notLoaded() throws {
        let report = Self.report(
            of: [],
            outcome: .notLoaded,
            summary: "wsgi.py could not be loaded here: flask is missing."
        )
        let text = try ReportFormat.text.write(report, folder: ".")
        #expect(text.hasPrefix("wsgi.py could not be loaded here: flask is missing.\n\n"))
        let github = try ReportFormat.github.write(report, folder: "a b")
        #expect(
            github == "::error file=a b/wsgi.py,line=1,title=not-loaded::"
                + "wsgi.py could not be loaded here: flask is missing.\n"
        )
        let sarif = try ReportFormat.sarif.write(report, folder: ".")
        #expect(sarif.contains(#""executionSuccessful" : false"#))
        #expect(sarif.contains("could not be loaded here"))
    }

    @Test("as JSON, which reads back as the same report")
    func json() throws {
        let text = try ReportFormat.json.write(Self.report, folder: "site")
        #expect(try JSONDecoder().decode(CheckReport.self, from: Data(text.utf8)) == Self.report)
    }

    @Test("as workflow commands, a line for each finding, with what ends a part escaped")
    func github() throws {
        let text = try ReportFormat.github.write(Self.report, folder: ".")
        #expect(
            text == """
                ::error file=my site/a%2Cb%3Ac.py,line=7,title=server-start::It runs 100%25.%0ATwice.\
                \\u{1b}[31m%0Afix: Remove it.
                ::warning file=wsgi.py,line=1,title=placeholder::M%0Afix: F
                ::notice file=wsgi.py,line=1,title=status::N%0Afix: G

                """
        )
    }

    @Test(
        "as workflow commands, which GitHub's runner reads back",
        arguments: [
            "plain.py", "a b.py", "a,b.py", "a:b.py", "a::b.py", "a=b.py", "100%.py", "%3A%2C.py",
            "%25.py", "%253A.py", "two\nlines.py", "two\r\nlines.py", "::error::x.py",
            "caf\u{E9}.py",
            "e\u{301}.py", "\u{1F600}.py", " leading.py", "a]b;c.py", "a\u{2028}b.py", "::",
            "a\u{1B}[31mb.py", "a\u{202E}b.py", "a\u{E0041}b.py", "\u{2764}\u{FE0F}.py",
        ]
    )
    func githubRoundTrip(text: String) throws {
        let finding = Finding(
            rule: "push",
            severity: .warning,
            file: text,
            line: 3,
            message: text,
            fix: text,
            page: nil,
            source: ""
        )
        let output = try ReportFormat.github.write(Self.report(of: [finding]), folder: ".")
        #expect(output.hasSuffix("\n"))
        // The runner takes a line to end at any of these.
        let lines = output.unicodeScalars.dropLast().split(
            omittingEmptySubsequences: false,
            whereSeparator: { $0 == "\n" || $0 == "\r" }
        )
        #expect(lines.count == 1)
        let command = try #require(WorkflowCommand(output.unicodeScalars.dropLast()))
        #expect(command.name == "warning")
        // What nobody sees is shown as its code: the runner's log is read on a page and on a terminal.
        let shown = printable(text, keeping: ["\n"])
        #expect(command.properties == ["file": shown, "line": "3", "title": "push"])
        #expect(Array(command.data.utf8) == Array("\(shown)\nfix: \(shown)".utf8))
    }

    @Test("as SARIF 2.1.0: rules, levels and places")
    func sarif() throws {
        let text = try ReportFormat.sarif.write(Self.report, folder: "site")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        )
        #expect(document["version"] as? String == "2.1.0")
        let runs = try #require(document["runs"] as? [[String: Any]])
        let results = try #require(runs.first?["results"] as? [[String: Any]])
        #expect(
            results.map { $0["ruleId"] as? String } == ["server-start", "placeholder", "status"]
        )
        #expect(results.map { $0["level"] as? String } == ["error", "warning", "note"])
        #expect(text.contains(#""uri" : "site/my%20site/a%2Cb%3Ac.py""#))
        #expect(text.contains(#""startLine" : 7"#))
    }
}

/// A workflow command, read by the rules of GitHub's runner (`ActionCommand.cs`).
///
/// The first `::` after the leading one ends the head, wherever it stands; a comma ends a property;
/// the escapes are replaced one after the other, the percent sign's last.
private struct WorkflowCommand {
    var name = ""
    var properties: [String: String] = [:]
    var data = ""

    init?(_ line: some Sequence<UnicodeScalar>) {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: line)
        let trimmed = String(text.drop { $0.properties.isWhitespace })
        guard trimmed.hasPrefix("::"),
            let end = trimmed.dropFirst(2).range(of: "::", options: .literal)
        else { return nil }
        let head = trimmed[..<end.lowerBound].dropFirst(2)
        data = Self.unescaped(String(trimmed[end.upperBound...]), ["%0D": "\r", "%0A": "\n"])
        guard let space = head.firstIndex(of: " ") else {
            name = String(head)
            return
        }
        name = String(head[..<space])
        let list = head[space...].trimmingCharacters(in: .whitespaces)
        for property in list.components(separatedBy: ",") where !property.isEmpty {
            let key = property.components(separatedBy: "=")[0]
            let escapes = ["%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","]
            properties[key] = Self.unescaped(String(property.dropFirst(key.count + 1)), escapes)
        }
    }

    private static func unescaped(_ text: String, _ escapes: [String: String]) -> String {
        var text = text
        for (escape, plain) in escapes {
            text = text.replacingOccurrences(of: escape, with: plain, options: .literal)
        }
        return text.replacingOccurrences(of: "%25", with: "%", options: .literal)
    }
}
