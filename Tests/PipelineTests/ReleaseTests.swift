// The workflow that makes a release: its steps up to what leaves this machine.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("The workflow of a release", .needs(.wheel), .lane(.full))
struct ReleaseTests {
    /// The files of this repository that the workflow reads, with their executable scripts.
    private func source(below scratch: URL) async throws -> URL {
        let copy = scratch.appending(path: "pa-new")
        let command = """
            mkdir "$1" && cp -R \(BuiltWheel.sources.joined(separator: " ")) "$1"
            find "$1" -name __pycache__ -prune -exec rm -r {} +
            """
        let copied = try await run("sh", ["-c", command, "sh", copy.path], in: Paths.package)
        try #require(copied.exitCode == 0, "\(copied)")
        return copy
    }

    /// Runs the jobs that build and attest, with the binary that was compiled once.
    private func runWorkflow(_ source: URL, tag: String?, below scratch: URL) async throws
        -> PipelineRun
    {
        let file = Paths.package.appending(path: ".github/workflows/release.yml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let binary = try await BuiltWheel.shared.binary()
        // To pack is cheap; `.ci/run long` compiles twice, and compares.
        let cheap =
            text
            .replacing("--check-reproducible", with: "--binary \(binary.path)")
            .replacing(/run: apt-get update .*/, with: "run: true")
            .replacing("[ubuntu-24.04, ubuntu-24.04-arm]", with: "[ubuntu-24.04]")
        let changes =
            text.split(separator: "\n").count
            - Set(text.split(separator: "\n"))
            .intersection(cheap.split(separator: "\n")).count
        #expect(changes >= 3)
        let job = scratch.appending(path: "release.yml")
        try Data(cheap.utf8).write(to: job)
        var request = PipelineRequest(
            service: .github,
            file: job.path,
            repository: source.path,
            root: scratch.appending(path: "runner").path
        )
        request.tag = tag
        request.only = ["build", "attest"]
        return try await PipelineRun(request, with: try await toolbox())
    }

    @Test("builds what the tag names, and attests the very files that it uploads")
    func builds() async throws {
        let expected = try await BuiltWheel.shared.folder()
        try await withTemporaryFolder { scratch in
            let source = try await source(below: scratch)
            let wrong = try await runWorkflow(source, tag: "v99.0.0", below: scratch)
            #expect(wrong.unsupported == nil, "\(wrong)")
            #expect(wrong.results == ["build": ["failure"], "attest": ["skipped"]], "\(wrong)")
            let reason = "::error::the tag is v99.0.0, but these sources are pa-new \(paNewVersion)"
            #expect(wrong.description.contains(reason), "\(wrong)")

            let ran = try await runWorkflow(source, tag: "v\(paNewVersion)", below: scratch)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["build": ["success"], "attest": ["success"]], "\(ran)")
            let root = scratch.appending(path: "runner")
            let release = root.appending(path: "artifacts/release")
            let names = try filePaths(below: release)
            #expect(names == (try filePaths(below: expected)), "\(ran)")
            for name in names {
                let made = try Data(contentsOf: release.appending(path: name))
                let isSame = made == (try Data(contentsOf: expected.appending(path: name)))
                #expect(isSame, "\(name)")
            }
            let attested = try JSONDecoder().decode(
                [String].self,
                from: Data(contentsOf: root.appending(path: "attested.json"))
            )
            #expect(attested == names)
            // A push to a branch releases nothing.
            let idle = try await runWorkflow(source, tag: nil, below: scratch)
            #expect(idle.jobs.isEmpty && idle.unsupported == nil, "\(idle)")
        }
    }
}
