// A pipeline that ran on this machine: `Python/pipeline.py` runs its own commands, as they are written.

import Foundation
import Scaffold
import TestSupport
import Testing

/// The interpreters of this machine that the host offers too.
let interpreters = Interpreter.found(PythonVersion.offered.map(\.description))

private let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Python")

/// The Python with what runs and judges pipelines.
func toolbox() async throws -> URL {
    let list = folder.appending(path: "requirements.txt")
    let interpreter = try #require(interpreters.last, "\(Need.wheel.reason)")
    return try await PythonEnvironments.shared.python(interpreter, listedIn: list)
}

/// A service that runs pipelines.
enum Service: String, CaseIterable, Encodable {
    case github
    case gitlab

    /// Where a project has the pipeline.
    var path: String {
        switch self {
        case .github: ".github/workflows/ci.yml"
        case .gitlab: ".gitlab-ci.yml"
        }
    }

    /// Where a project has the job that updates it.
    var updatePath: String {
        switch self {
        case .github: ".github/workflows/update.yml"
        case .gitlab: ".gitlab/update.yml"
        }
    }
}

/// What to run, and what the service knows besides: the keys are those of `pipeline.py`.
struct PipelineRequest: Encodable {
    var service: Service
    /// The pipeline.
    var file: String
    /// The project that it is for.
    var repository: String
    /// The folder for what jobs make.
    var root: String
    /// The folder for what is kept between runs.
    var cache = Paths.cache.appending(path: "pipelines").path
    var pythons = Dictionary(uniqueKeysWithValues: interpreters.map { ($0.version, $0.path) })
    var event = "push"
    var branch = "main"
    var tag: String?
    var variables: [String: String] = [:]
    var secrets: [String: String] = [:]
    var inputs: [String: String] = [:]
    var actions: [String: String] = [:]
    var kept: [String: String] = [:]
    var only: [String]?
    var include: String?
    var scoped: [String: [String: String]]?
    var requests: String?
    var forbids: Bool?
}

extension PipelineRequest {
    /// Asks for the pipeline that a project has for a service.
    init(of project: URL, for service: Service, below scratch: URL) {
        self.init(
            service: service,
            file: project.appending(path: service.path).path,
            repository: project.path,
            root: scratch.appending(path: "runner").path
        )
    }
}

/// What ran.
struct PipelineRun: Decodable, CustomStringConvertible {
    struct Command: Decodable {
        let name: String
        let run: String
        let exit: Int
        let output: String
    }

    struct Job: Decodable {
        let name: String
        let variant: [String: String]
        let result: String
        let commands: [Command]
    }

    let jobs: [Job]
    /// What the file says that no runner of ours does as the service would; nil where there is nothing.
    let unsupported: String?
    /// The actions of GitHub's that were done here, each with its commit.
    let pinned: [String]

    /// Everything, for the message of a failed test.
    var description: String {
        jobs.map { job in
            "\(job.name) \(job.variant.values.sorted()): \(job.result)\n"
                + job.commands.map { "$ \($0.run)\n\($0.output)[\($0.exit)]\n" }.joined()
        }
        .joined() + (unsupported.map { "not supported: \($0)\n" } ?? "")
    }

    /// How each job ended; one that ran for several versions has several results.
    var results: [String: Set<String>] {
        jobs.reduce(into: [:]) { $0[$1.name, default: []].insert($1.result) }
    }

    /// Runs a pipeline.
    ///
    /// - Parameters:
    ///   - request: What to run.
    ///   - python: The Python of ``toolbox()``.
    /// - Throws: Where the runner itself fails.
    init(_ request: PipelineRequest, with python: URL) async throws {
        let finished: ProcessResult = try await withTemporaryFolder { scratch in
            let file = scratch.appending(path: "request.json")
            try JSONEncoder().encode(request).write(to: file)
            return try await TestSupport.run(
                "sh",
                ["-c", #""$1" "$2" <"$3""#, "sh", python.path]
                    + [folder.appending(path: "pipeline.py").path, file.path],
                seconds: 1500
            )
        }
        try #require(finished.exitCode == 0, "\(finished)")
        self = try JSONDecoder().decode(PipelineRun.self, from: Data(finished.stdout.utf8))
    }
}

/// Returns the SHA-256 of a built file, from the list beside it.
func digest(of file: URL) throws -> String {
    let list = file.deletingLastPathComponent().appending(path: "SHA256SUMS")
    let lines = try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
    let line = lines.first { $0.hasSuffix("  " + file.lastPathComponent) }
    return String(try #require(line).prefix(64))
}

/// Makes a project for alice with the built tool, and returns its folder.
func makeProject(_ options: [String], below folder: URL) async throws -> URL {
    let made = try await runTool(["hello", "--user", "alice", "--quiet"] + options, in: folder)
    try #require(made.exitCode == 0, "\(made)")
    return folder.appending(path: "hello")
}
