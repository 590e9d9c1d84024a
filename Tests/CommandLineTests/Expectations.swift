// What the tests of the built tool expect in common.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

/// Checks how the tool ended, and reports the caller's line if it was another way.
func expectEnd(
    of finished: ProcessResult,
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
    return try render(Project(ProjectConfiguration(Request(name: "hello"), catalog: catalog))).count
}

/// Runs the tool on a terminal, and answers each question in turn.
func runOnTerminal(
    _ words: [String],
    answers: [String] = [],
    in folder: URL,
    environment: [String: String?] = ["TERM": "dumb"]
) async throws -> ProcessResult {
    let python = try #require(Interpreter.standard)
    let script = Paths.package.appending(path: "Tests/CommandLineTests/Python/answer.py")
    let typed = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
    return try await run(
        python.path,
        [script.path, typed, Paths.tool.path] + words,
        in: folder,
        environment: environment
    )
}
