// What `pa-new adopt` writes in Python, under the linters: ruff with all rules, and mypy --strict.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

private let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

@Suite("The files of pa-new adopt", .needs(.python(interpreters)))
struct AdoptLintTests {
    // As for generated projects: mypy 1.19 is the last to know Python 3.9.
    private static let tools = ["ruff==0.17.6", "mypy==1.19.1"]

    @Test("pass all rules of ruff, and mypy --strict, for each Python", arguments: AdoptedApp.all)
    func clean(app: AdoptedApp) async throws {
        let newest = try #require(interpreters.last)
        let python = try await PythonEnvironments.shared.python(newest, with: Self.tools).path
        // What mypy knows of Python itself is the same for each app.
        let cache = "mypy-adopted"
        try await withTemporaryFolder { root in
            let folder = try app.make(below: root)
            let before = Set(try tree(folder).keys)
            let made = try await runTool(["adopt", app.name, "-u", "alice", "-q"], in: root)
            try #require(made.exitCode == 0, "\(made)")
            let new = try tree(folder).keys.filter { !before.contains($0) && $0.hasSuffix(".py") }
                .sorted()
            try #require(new.contains("pythonanywhere_wsgi.py"))
            let format = ["-m", "ruff", "format", "--no-cache", "--isolated", "--diff"]
            let formatted = try await run(python, format + new, in: folder)
            #expect(formatted.exitCode == 0, "\(formatted)")
            for version in PythonVersion.offered {
                let target = ["--target-version", "py3\(version.minor)"]
                let ruff = ["-m", "ruff", "check", "--no-cache", "--isolated"] + target + new
                let checked = try await run(python, ruff, in: folder)
                #expect(checked.stdout == "All checks passed!\n", "\(checked)")
                // The app's own files need not be typed, and its packages are not installed here.
                let options = ["--strict", "--ignore-missing-imports", "--follow-imports=silent"]
                let mypy =
                    ["--python-version", "\(version)"] + options + ["pythonanywhere_wsgi.py"]
                let typed = try await runMypy(python, mypy, cache: cache, in: folder)
                #expect(typed.exitCode == 0, "\(typed)")
            }
        }
    }
}
