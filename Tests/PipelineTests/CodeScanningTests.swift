// The findings of `pa-new check` in GitHub's code scanning: where they are shown, and with which permissions.

import Foundation
import TestSupport
import Testing

@Suite("Findings in code scanning", .needs(.wheel), .lane(.full))
struct CodeScanningTests {
    /// Runs the jobs `check` and `findings` of a project, with the built tool in the place of what pip installs.
    private func run(
        _ project: URL,
        below scratch: URL,
        event: String = "push",
        variables: [String: String] = [:],
        inputs: [String: String] = [:],
        _ change: (String) -> String = { $0 }
    ) async throws -> PipelineRun {
        let file = project.appending(path: Service.github.path)
        let text = try String(contentsOf: file, encoding: .utf8)
        let job = scratch.appending(path: "job.yml")
        let tools = Paths.tool.deletingLastPathComponent().path
        let installed = text.replacing(
            /run: python -m pip install --requirement \/dev\/stdin.*/,
            with: "run: echo \"\(tools)\" >>\"$GITHUB_PATH\""
        )
        #expect(installed != text)
        try Data(change(installed).utf8).write(to: job)
        var request = PipelineRequest(
            service: .github,
            file: job.path,
            repository: project.path,
            root: scratch.appending(path: "runner").path
        )
        request.event = event
        request.variables = ["PA_NEW": "installed"].merging(variables) { $1 }
        request.inputs = inputs
        request.only = ["check", "findings"]
        return try await PipelineRun(request, with: try await toolbox())
    }

    /// The rules of the findings that were uploaded; nil if none were.
    private func uploaded(below scratch: URL) throws -> [String]? {
        let file = scratch.appending(path: "runner/code-scanning/pa-new")
        guard let data = try? Data(contentsOf: file) else { return nil }
        struct Document: Decodable {
            struct Result: Decodable { let ruleId: String }
            struct Run: Decodable { let results: [Result] }
            let runs: [Run]
        }
        return try JSONDecoder().decode(Document.self, from: data).runs[0].results.map(\.ruleId)
    }

    @Test("are those of the check, also if it fails, and only if there was one")
    func findings() async throws {
        let interpreter = try #require(interpreters.last)
        try await withTemporaryFolder { scratch in
            let project = try await makeProject(
                ["--ci", "github", "--python", interpreter.version],
                below: scratch
            )
            let server = "from wsgiref.simple_server import make_server as s\ns('', 80, 0)\n"
            try write(["hello/handlers.py": server], below: project)
            var ran = try await run(project, below: scratch)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["check": ["failure"], "findings": ["success"]], "\(ran)")
            #expect(try uploaded(below: scratch)?.contains("server-start") == true)
            ran = try await run(project, below: scratch) {
                $0.replacing(/echo .* >>"\$GITHUB_PATH"/, with: "exit 1")
            }
            #expect(ran.results == ["check": ["failure"], "findings": ["skipped"]], "\(ran)")
            #expect(try uploaded(below: scratch) == nil)
        }
    }

    @Test("need a public repository or the variable, and no fork")
    func conditions() async throws {
        let interpreter = try #require(interpreters.last)
        try await withTemporaryFolder { scratch in
            let project = try await makeProject(
                ["--ci", "github", "--python", interpreter.version],
                below: scratch
            )
            let scanning = ["CODE_SCANNING": "true"]
            let fork = ["head": "mallory/hello"]
            for (event, variables, inputs, isShown) in [
                ("push", [:], [:], true), ("workflow_dispatch", [:], [:], true),
                ("push", [:], ["private": "true"], false),
                ("push", ["CODE_SCANNING": "no"], ["private": "true"], false),
                ("push", scanning, ["private": "true"], true),
                ("pull_request", [:], ["head": "alice/hello"], true),
                ("pull_request", [:], fork, false), ("pull_request", scanning, fork, false),
            ] as [(String, [String: String], [String: String], Bool)] {
                let ran = try await run(
                    project,
                    below: scratch,
                    event: event,
                    variables: variables,
                    inputs: inputs
                ) {
                    // Only the conditions count here.
                    $0.replacing("pa-new check --strict --all-routes --format github", with: "true")
                        .replacing(
                            /pa-new check --all-routes --format sarif >.*/,
                            with:
                                #"echo '{"version":"2.1.0","runs":[{"results":[]}]}' >pa-new.sarif"#
                        )
                }
                #expect(ran.unsupported == nil, "\(ran)")
                let result = isShown ? "success" : "skipped"
                let expected: [String: Set<String>] = ["check": ["success"], "findings": [result]]
                #expect(ran.results == expected, "\(event) \(variables) \(inputs): \(ran)")
                #expect(try (uploaded(below: scratch) != nil) == isShown)
            }
        }
    }
}
