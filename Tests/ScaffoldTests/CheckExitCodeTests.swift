// The exit codes of `pa-new check`.

import Testing

@testable import HostTools
@testable import Scaffold
@testable import pa_new

@Suite("The exit code of a check")
struct CheckExitCodeTests {
    @Test(
        "is that of an error first, then that of an app that was not loaded; a note never matters",
        arguments: [
            ([], .works, [0, 0]), ([.note], .works, [0, 0]), ([.warning], .works, [0, 1]),
            ([.error], .broken, [1, 1]), ([], .onlyRead, [0, 0]), ([.error], .onlyRead, [1, 1]),
            ([], .notLoaded, [2, 2]), ([.note], .notLoaded, [2, 2]),
            ([.warning], .notLoaded, [2, 1]), ([.error, .note], .notLoaded, [1, 1]),
        ] as [([Severity], CheckReport.Outcome, [Int32])]
    )
    func code(severities: [Severity], outcome: CheckReport.Outcome, codes: [Int32]) {
        let report = CheckReport(
            version: 2,
            entry: "wsgi.py",
            candidates: [],
            python: "3.13",
            interpreter: .init(path: "/usr/bin/python3", version: "3.13.1"),
            loaded: outcome != .notLoaded,
            allowed: 0,
            unread: [],
            findings: severities.map {
                Finding(
                    rule: "r",
                    severity: $0,
                    file: "wsgi.py",
                    line: 1,
                    message: "M",
                    fix: "F",
                    page: nil,
                    source: ""
                )
            },
            outcome: outcome,
            summary: "S",
            notes: [],
            domain: .init(name: "a.b", source: "--domain"),
            requests: []
        )
        #expect([false, true].map { report.exitCode(isStrict: $0) } == codes)
    }
}
