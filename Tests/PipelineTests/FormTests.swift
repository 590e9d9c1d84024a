// The files of pipelines under the judges of their form: the services' schemas, and zizmor for what is unsafe.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Pipelines and actions", .needs(.wheel), .lane(.full))
struct FormTests {
    /// Runs one of the judges.
    private func judge(_ module: String, _ words: [String], in folder: URL) async throws
        -> ProcessResult
    {
        let program = try await toolbox().deletingLastPathComponent().appending(path: module)
        return try await run(program.path, words, in: folder)
    }

    private func schema(_ name: String, _ files: [String], in folder: URL) async throws
        -> ProcessResult
    {
        let options = name.hasSuffix("gitlab-ci") ? ["--data-transform", "gitlab-ci"] : []
        return try await judge(
            "check-jsonschema",
            ["--builtin-schema", name] + options + files,
            in: folder
        )
    }

    @Test("of generated projects keep to the schemas, and zizmor finds nothing in them")
    func generated() async throws {
        try await withTemporaryFolder { folder in
            let catalog = try Catalog.embedded()
            var files: [Service: [String]] = [:]
            for framework in catalog.frameworks {
                for service in Service.allCases {
                    for user in [["--user", "alice"], []] {
                        let name = "\(framework.folder)-\(service)-\(user.count)"
                        let words = catalog.options(for: framework) + user + ["--python", "3.10"]
                        let made = try await runTool(
                            [name, "--ci", service.rawValue, "--ci-updates", "--quiet"] + words,
                            in: folder
                        )
                        try #require(made.exitCode == 0, "\(made)")
                        files[service, default: []] += [service.path, service.updatePath]
                            .map { name + "/" + $0 }
                    }
                }
            }
            // An app that was there already has a pipeline beside its own.
            for service in Service.allCases {
                let name = "adopted-\(service)"
                try write(["index.html": "<h1>Hi</h1>\n"], below: folder.appending(path: name))
                let words = ["adopt", name, "--ci", service.rawValue, "--ci-updates", "--quiet"]
                let made = try await runTool(words, in: folder)
                try #require(made.exitCode == 0, "\(made)")
                let paths = [
                    service.path.replacing("/ci.yml", with: "/pythonanywhere.yml"),
                    service.updatePath.replacing("workflows/", with: "workflows/pythonanywhere-"),
                ]
                files[service, default: []] += paths.map { name + "/" + $0 }
            }
            for (service, schema) in [
                (Service.github, "vendor.github-workflows"), (.gitlab, "vendor.gitlab-ci"),
            ] {
                let checked = try await self.schema(schema, files[service] ?? [], in: folder)
                #expect(checked.exitCode == 0, "\(checked)")
            }
            let safe = try await judge("zizmor", ["--offline", "."], in: folder)
            let workflows = try atLeastOne(files[.github] ?? []).count
            #expect(safe.exitCode == 0, "\(safe)")
            #expect(
                safe.stderr.components(separatedBy: "completed").count - 1 == workflows,
                "\(safe)"
            )
        }
    }

    @Test("of this repository keep to the schemas, and zizmor finds nothing in them")
    func own() async throws {
        for (name, file) in [
            ("vendor.github-actions", "action.yml"),
            ("vendor.github-workflows", ".github/workflows/ci.yml"),
            ("vendor.github-workflows", ".github/workflows/release.yml"),
            ("vendor.gitlab-ci", "ci/gitlab/pa-new.yml"),
        ] {
            let checked = try await schema(name, [file], in: Paths.package)
            #expect(checked.exitCode == 0, "\(checked)")
        }
        let read = ["action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"]
        let safe = try await judge("zizmor", ["--offline"] + read, in: Paths.package)
        #expect(safe.exitCode == 0, "\(safe)")
        #expect(safe.stderr.components(separatedBy: "completed").count - 1 == read.count, "\(safe)")
    }

    @Test("are seen to be wrong by the same judges")
    func wrong() async throws {
        try await withTemporaryFolder { folder in
            let files = [
                "a/.github/workflows/a.yml": """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-24.04
                    steps:
                      - uses: actions/checkout@v7
                      - run: echo ${{ github.event.issue.title }}

                """,
                "b.yml": "on: push\njobs: {a: {steps: []}}\n", "c.yml": "a: {script: 1}\n",
            ]
            try write(files, below: folder)
            let unsafe = try await judge("zizmor", ["--offline", "a"], in: folder)
            #expect(unsafe.exitCode != 0, "\(unsafe)")
            for rule in ["template-injection", "unpinned-uses", "artipacked"] {
                #expect(unsafe.stdout.contains(rule), "\(unsafe)")
            }
            for (name, file) in [
                ("vendor.github-workflows", "b.yml"), ("vendor.gitlab-ci", "c.yml"),
            ] {
                let checked = try await schema(name, [file], in: folder)
                #expect(checked.exitCode == 1, "\(checked)")
            }
        }
    }
}
