// The engine for HTML templates in projects with handlers in Python.
//
// `Python/mustache-tests/` runs the public specification, `Python/mustache-parity/` compares it with the
// engine of this package.

import Foundation
import TestSupport
import Testing

@Suite("Templates of pages", .needs(.hostPython), .lane(.full))
struct TemplateTests {
    @Test("pass the public specification of Mustache", .needs(MustacheSpecification.need))
    func specification() async throws {
        try await run("mustache-tests", ["MUSTACHE_SPEC": MustacheSpecification.folder.path])
    }

    @Test("are rendered as the engine in Swift renders them")
    func parity() async throws {
        try await run(
            "mustache-parity",
            ["RENDER_TEMPLATES": Paths.built("render-templates").path, "FUZZ": "6000"]
        )
    }

    @Test("are rendered as the engine in Swift renders them, many of them", .lane(.long))
    func manyTemplates() async throws {
        try await run(
            "mustache-parity",
            [
                "RENDER_TEMPLATES": Paths.built("render-templates").path,
                "FUZZ": "100000", "SEED": "7000",
            ]
        )
    }

    /// Runs the tests of a folder with a project called hello.
    private func run(_ folder: String, _ variables: [String: String?]) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject("handler", below: root)
            let finished = try await runUnittests(
                try #require(ProjectCase.span.first).path,
                in: hostScript.deletingLastPathComponent().appending(path: folder),
                environment: variables.merging(["PYTHONPATH": project.folder.path]) { $1 }
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
