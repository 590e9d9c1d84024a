// A report in every form, and the Python that makes it.

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
                page: "Flask504And502Errors"
            ),
            Finding(
                rule: "placeholder",
                severity: .warning,
                file: "wsgi.py",
                line: 1,
                message: "M",
                fix: "F",
                page: nil
            ),
        ]
    )

    /// Returns a report of a project that was loaded.
    private static func report(of findings: [Finding]) -> CheckReport {
        CheckReport(
            version: 1,
            entry: "wsgi.py",
            candidates: [],
            python: "3.13",
            interpreter: .init(path: "/usr/bin/python3", version: "3.13.1"),
            loaded: true,
            allowed: 0,
            unread: [],
            findings: findings
        )
    }

    @Test("as text, with nothing that steers a terminal")
    func text() throws {
        #expect(
            try ReportFormat.text.write(Self.report, folder: "site") == """
                site/my site/a,b:c.py:7: error: It runs 100%.
                         Twice.\\u{1b}[31m [server-start]
                    fix: Remove it.
                    see: https://help.pythonanywhere.com/pages/Flask504And502Errors/
                site/wsgi.py:1: warning: M [placeholder]
                    fix: F
                1 error, 1 warning, 2 suppressed in site/wsgi.py, \
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
            page: nil
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
            findings: [finding]
        )
        let text = try ReportFormat.text.write(report, folder: "\u{1B}c")
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || $0.value == 127 })
        #expect(text.contains("a\\u{1b}[2J\\u{7f}.py:1: error: M [r]"))
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
                \u{1B}[31m%0Afix: Remove it.
                ::warning file=wsgi.py,line=1,title=placeholder::M%0Afix: F

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
            page: nil
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
        #expect(command.properties == ["file": text, "line": "3", "title": "push"])
        #expect(Array(command.data.utf8) == Array("\(text)\nfix: \(text)".utf8))
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
        #expect(results.map { $0["ruleId"] as? String } == ["server-start", "placeholder"])
        #expect(results.map { $0["level"] as? String } == ["error", "warning"])
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

@Suite("The Python that looks")
struct PythonInterpreterTests {
    /// Makes something that can be run, at each of the paths.
    private func programs(_ paths: [String], in folder: URL) throws {
        for path in paths {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data().write(to: file)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: file.path
            )
        }
    }

    @Test(
        "is the one named, the project's own, the active one, then python3",
        arguments: [
            (["p/.venv/bin/python", "p/venv/bin/python", "v/bin/python", "b/python3"], ".venv"),
            (["p/venv/bin/python", "v/bin/python", "b/python3"], "venv"),
            (["v/bin/python", "b/python3"], "active"),
            (["b/python3"], "path"),
            ([], "none"),
        ]
    )
    func order(paths: [String], expected: String) throws {
        try withTemporaryFolder { folder in
            try programs(paths, in: folder)
            let environment = [
                "PATH": "/nowhere:\(folder.path)/b", "VIRTUAL_ENV": folder.path + "/v",
            ]
            var source = "none"
            do {
                let found = try PythonInterpreter.find(
                    named: nil,
                    for: folder.path + "/p",
                    environment: environment
                )
                source =
                    switch found.source {
                    case .option: "option"
                    case .project(let name): name
                    case .active: "active"
                    case .path: "path"
                    }
            } catch PythonError.noInterpreter(nil) {
                source = "none"
            }
            #expect(source == expected)
        }
    }

    @Test("that was named has to be there, and to be a program")
    func named() throws {
        try withTemporaryFolder { folder in
            try programs(["b/python3"], in: folder)
            let environment = ["PATH": folder.path + "/b"]
            for name in ["python3", folder.path + "/b/python3"] {
                let found = try PythonInterpreter.find(
                    named: name,
                    for: ".",
                    environment: environment
                )
                #expect(found.path == folder.path + "/b/python3")
                #expect(found.source == .option)
            }
            for name in ["python9", folder.path, folder.path + "/b/python9", "", "/dev/null"] {
                #expect(throws: PythonError.noInterpreter(name)) {
                    try PythonInterpreter.find(named: name, for: ".", environment: environment)
                }
            }
        }
    }
}
