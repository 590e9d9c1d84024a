// The pipelines of generated projects, run command by command, from the checkout to the visited page.

import Foundation
import TestSupport
import Testing

@testable import HostTools
@testable import Scaffold

private let frameworks = (try? Catalog.embedded().frameworks) ?? []

@Suite("A project's pipeline", .needs(.wheel), .lane(.full))
struct GeneratedPipelineTests {
    /// The variables with which a pipeline does all that it can.
    private func variables(_ host: FakeAPI, wheel: URL) throws -> [String: String] {
        [
            "PA_NEW": wheel.path, "PA_NEW_SHA256": try digest(of: wheel),
            "PYTHONANYWHERE_USERNAME": "alice",
            "PYTHONANYWHERE_SITE": host.url,
        ]
    }

    /// A framework on a service, in turn: of each kind, they share all lines of both pipelines.
    ///
    /// Two with packages are enough for each push.
    private static let cases: [(folder: String, service: Service)] = {
        let withPackages = frameworks.filter(\.hasRequirements)
        let others = frameworks.filter { !$0.hasRequirements }
        return [withPackages.prefix(Lane.current < .long ? 2 : .max), others[...]]
            .flatMap { kind in
                kind.enumerated().flatMap { number, framework in
                    Service.allCases.inTurn(number).map { (framework.folder, $0) }
                }
            }
    }()

    @Test("both services have a case with packages, and one without")
    func complete() {
        for service in Service.allCases {
            let kinds = Set(
                Self.cases.filter { $0.service == service }
                    .compactMap { example in frameworks.first { $0.folder == example.folder } }
                    .map(\.hasRequirements)
            )
            #expect(kinds == [true, false])
        }
        guard Lane.current == .long else { return }
        #expect(Set(Self.cases.map(\.folder)) == Set(frameworks.map(\.folder)))
    }

    @Test("compiles, tests, lints, checks and deploys the project", arguments: cases)
    func everything(folder: String, service: Service) async throws {
        let framework = try #require(frameworks.first { $0.folder == folder })
        let interpreter = try #require(interpreters.last)
        let python = try await toolbox()
        let wheel = try await BuiltWheel.shared.wheel()
        try await withTemporaryFolder { scratch in
            let catalog = try Catalog.embedded()
            let project = try await makeProject(
                catalog.options(for: framework)
                    + ["--ci", service.rawValue, "--python", interpreter.version],
                below: scratch
            )
            let list = project.appending(path: "requirements.txt")
            let requirements = try? String(contentsOf: list, encoding: .utf8)
                .split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
            let app = try await PythonEnvironments.shared.python(
                interpreter,
                with: requirements ?? []
            )
            try await withFakeAPI(app.path, below: scratch) { host in
                if requirements != nil { try host.makeVirtualenv("hello", as: app) }
                var request = PipelineRequest(of: project, for: service, below: scratch)
                request.variables = try variables(host, wheel: wheel)
                request.secrets = ["API_TOKEN": FakeAPI.token]
                let ran = try await PipelineRun(request, with: python)
                #expect(ran.unsupported == nil, "\(ran)")

                let names = ["test", "lint", "check", "deploy"]
                let more = service == .github ? ["findings"] : []
                let jobs = (framework.language == "swift" ? ["build"] : []) + names + more
                let expected = jobs.reduce(into: [:]) { $0[$1] = Set(["success"]) }
                #expect(ran.results == expected, "\(ran)")
                let versions = ran.jobs.filter { $0.name == "test" }.flatMap { $0.variant.values }
                let around = try PythonVersion(interpreter.version).around.map(\.description)
                #expect(versions.sorted() == around.sorted())
                for job in ran.jobs where job.name == "test" {
                    let tests = job.commands.last?.output.firstMatch(of: /Ran (\d+) tests/)
                    #expect(tests.flatMap { Int($0.1) } ?? 0 >= 5, "\(ran)")
                }
                // What reaches the log, the service's own masking aside.
                #expect(!ran.description.contains(FakeAPI.token))
                let deploy = ran.jobs.last { $0.name == "deploy" }
                let last = deploy?.commands.last?.output ?? ""
                let greeting = framework.manifest.greeting
                // Steps that only a console can do may follow.
                #expect(
                    last.contains("https://alice.pythonanywhere.com/: 200, \(greeting)\n"),
                    "\(ran)"
                )
                let there = try host.files(below: "home/alice/hello")
                #expect(there.contains("static/hello.txt"), "\(there)")
                #expect(!there.contains { $0.hasPrefix(".git") }, "\(there)")
                #expect(there.contains("libHello.so") == (framework.language == "swift"))
            }
        }
    }

    /// What is done to a project, and where its pipeline has to stop.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let text: String
        let job: String
        /// The command that fails.
        let command: String
    }

    private static let mistakes = [
        Mistake(
            testDescription: "a syntax error in a file that no test imports",
            path: "hello/unused.py",
            text: "def\n",
            job: "test",
            command: "-m compileall"
        ),
        Mistake(
            testDescription: "a test that fails",
            path: "tests/test_more.py",
            text: """
                \"\"\"One more.\"\"\"

                import unittest


                class MoreTest(unittest.TestCase):
                    \"\"\"One more.\"\"\"

                    def test_nothing(self) -> None:
                        \"\"\"It fails.\"\"\"
                        self.fail()

                """,
            job: "test",
            command: "-m unittest"
        ),
        Mistake(
            testDescription: "an import that nothing uses",
            path: "hello/more.py",
            text: "import os\n",
            job: "lint",
            command: "ruff check"
        ),
        Mistake(
            testDescription: "a wrong type",
            path: "hello/more.py",
            text: "X: int = \"\"\n",
            job: "lint",
            command: "mypy"
        ),
        Mistake(
            testDescription: "a server of its own",
            path: "wsgi.py",
            text: """
                from wsgiref.simple_server import make_server

                from hello.routes import application

                make_server("", 8000, application).serve_forever()

                """,
            job: "check",
            command: "pa-new check"
        ),
    ]

    /// Both services in turn: each has commands of all kinds.
    private static let services = mistakes.indices.map { Service.allCases[$0 % 2] }

    @Test("stops at a mistake", arguments: zip(mistakes, services))
    func mistake(_ mistake: Mistake, service: Service) async throws {
        let interpreter = try #require(interpreters.last)
        let python = try await toolbox()
        let wheel = try await BuiltWheel.shared.wheel()
        try await withTemporaryFolder { scratch in
            let project = try await makeProject(
                ["--ci", service.rawValue, "--python", interpreter.version],
                below: scratch
            )
            try write([mistake.path: mistake.text], below: project)
            var request = PipelineRequest(of: project, for: service, below: scratch)
            request.variables = ["PA_NEW": wheel.path]
            request.only = [mistake.job]
            let ran = try await PipelineRun(request, with: python)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == [mistake.job: ["failure"]], "\(ran)")
            // What follows a failure only writes its findings down.
            let failed = ran.jobs.last?.commands.filter { $0.exit != 0 }
            #expect(failed?.map { $0.run.contains(mistake.command) } == [true], "\(ran)")
        }
    }

    @Test("installs no pa-new with another checksum, and says so", arguments: Service.allCases)
    func wrongChecksum(service: Service) async throws {
        let interpreter = try #require(interpreters.last)
        let wheel = try await BuiltWheel.shared.wheel()
        let digest = try digest(of: wheel)
        try await withTemporaryFolder { scratch in
            let project = try await makeProject(
                ["--ci", service.rawValue, "--python", interpreter.version],
                below: scratch
            )
            var request = PipelineRequest(of: project, for: service, below: scratch)
            let wrong = String(digest.reversed())
            request.variables = ["PA_NEW": wheel.path, "PA_NEW_SHA256": wrong]
            request.only = ["check"]
            let ran = try await PipelineRun(request, with: try await toolbox())
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(ran.results == ["check": ["failure"]], "\(ran)")
            let output = ran.jobs.last?.commands.last?.output ?? ""
            #expect(output.contains("DO NOT MATCH THE HASHES"), "\(ran)")
            #expect(output.contains(wrong) && output.contains(digest), "\(ran)")
        }
    }

    @Test("lints ordinary code without a finding, and demands more if you set that")
    func ordinary() async throws {
        let interpreter = try #require(interpreters.last)
        let python = try await toolbox()
        try await withTemporaryFolder { scratch in
            let project = try await makeProject(
                ["--ci", "github", "--python", interpreter.version],
                below: scratch
            )
            let code = """
                import json, os
                import a_library_without_types

                def total(items, tax = None):
                  sum = 0
                  for i in items: sum += i['price'] * a_library_without_types.rate
                  return json.dumps({'sum': sum, 'home': os.environ['HOME'], 'tax': tax })
                """
            try write(["hello/more.py": code], below: project)
            var request = PipelineRequest(of: project, for: .github, below: scratch)
            request.only = ["lint"]
            let settings = project.appending(path: "pyproject.toml")
            let text = try String(contentsOf: settings, encoding: .utf8)
            for (old, new, command) in [
                ("", "", nil), ("strict = false", "strict = true", "mypy"),
                ("select = [", "# select = [", "ruff check"),
            ] as [(String, String, String?)] {
                try Data(text.replacing(old, with: new).utf8).write(to: settings)
                #expect(old.isEmpty || text.contains("\n" + old), "\(text)")
                // The runner makes the commit only if there is none yet.
                try? FileManager.default.removeItem(at: project.appending(path: ".git"))
                let ran = try await PipelineRun(request, with: python)
                #expect(ran.unsupported == nil, "\(ran)")
                let result = command == nil ? "success" : "failure"
                #expect(ran.results == ["lint": [result]], "\(ran)")
                guard let command else { continue }
                let last = ran.jobs.last?.commands.last
                #expect(last?.run.contains(command) == true, "\(ran)")
            }
        }
    }

    @Test(
        "deploys nothing where a job failed, for a request to merge, off the main branch, or unasked",
        arguments: Service.allCases
    )
    func noDeployment(service: Service) async throws {
        let interpreter = try #require(interpreters.last)
        let python = try await toolbox()
        try await withTemporaryFolder { scratch in
            let project = try await makeProject(
                ["--ci", service.rawValue, "--python", interpreter.version],
                below: scratch
            )
            var request = PipelineRequest(of: project, for: service, below: scratch)
            // Jobs that do nothing but end, so that only the conditions count.
            var text = try String(contentsOf: URL(filePath: request.file), encoding: .utf8)
            text = text.replacing(/run: .*/, with: "run: $HELLO_TEST")
                .replacing(/\n    - (env|python|ruff|mypy|pa-new) .*/, with: "\n    - $HELLO_TEST")
            let pipeline = scratch.appending(path: "pipeline.yml")
            try Data(text.utf8).write(to: pipeline)
            request.file = pipeline.path

            let set = ["PA_NEW": "x", "PYTHONANYWHERE_USERNAME": "alice"]
            let merge = service == .github ? "pull_request" : "merge_request_event"
            for (event, branch, variables, result) in [
                ("push", "main", set, "success"), (merge, "main", set, "skipped"),
                ("push", "main", ["PA_NEW": "x"], "skipped"), ("push", "main", [:], "skipped"),
                ("push", "main", ["PYTHONANYWHERE_USERNAME": "alice"], "skipped"),
                ("push", "other", set, "skipped"),
                (service == .github ? "workflow_dispatch" : "web", "main", set, "success"),
                // No such thing starts GitHub's.
                ("schedule", "main", set, service == .github ? nil : "skipped"),
            ] as [(String, String, [String: String], String?)] {
                request.event = event
                request.branch = branch
                request.variables = variables
                let ran = try await PipelineRun(request, with: python)
                #expect(ran.unsupported == nil, "\(ran)")
                #expect(
                    ran.results["deploy"] == result.map { [$0] },
                    "\(event) \(variables): \(ran)"
                )
                guard result != nil else { continue }
                let check = variables["PA_NEW"] == nil ? "skipped" : "success"
                #expect(ran.results["check"] == [check], "\(event) \(variables): \(ran)")
                #expect(ran.results["test"] == ["success"], "\(ran)")
            }
            request.branch = "main"
            request.event = "push"
            request.variables = set
            for job in ["test", "lint", "check"] {
                // The first command of that job alone fails. The linters are advice.
                let start = try #require(
                    text.range(of: "\n\(job):") ?? text.range(of: "\n  \(job):")
                )
                var broken = text
                let rest = start.upperBound..<text.endIndex
                let command = try #require(broken.range(of: "$HELLO_TEST", range: rest))
                broken.replaceSubrange(command, with: "exit 3")
                try Data(broken.utf8).write(to: pipeline)
                let ran = try await PipelineRun(request, with: python)
                #expect(ran.results[job] == ["failure"], "\(ran)")
                let deploys = job == "lint" ? "success" : "skipped"
                #expect(ran.results["deploy"] == [deploys], "\(ran)")
            }
        }
    }
}
