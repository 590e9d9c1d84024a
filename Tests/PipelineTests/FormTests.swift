// The files of pipelines under the judges of their form: the services' schemas, actionlint for what the schemas cannot
// say and for the shell's lines, and zizmor for what is unsafe.

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

    /// Runs actionlint, with shellcheck for the steps' own commands.
    private func actionlint(_ files: [String], in folder: URL) async throws -> ProcessResult {
        let programs = try await toolbox().deletingLastPathComponent()
        let shellcheck = programs.appending(path: "shellcheck")
        try #require(FileManager.default.isExecutableFile(atPath: shellcheck.path))
        // Without a pyflakes: no step has code in Python.
        let options = ["-no-color", "-pyflakes", "", "-shellcheck", shellcheck.path]
        return try await judge("actionlint", options + files, in: folder)
    }

    @Test("of generated projects keep to the schemas, and no judge finds anything in them")
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
            let workflows = try atLeastOne(files[.github] ?? []).count
            let linted = try await actionlint(files[.github] ?? [], in: folder)
            #expect(linted.exitCode == 0 && linted.stdout == "", "\(linted)")
            let safe = try await judge("zizmor", ["--offline", "."], in: folder)
            #expect(safe.exitCode == 0, "\(safe)")
            #expect(
                safe.stderr.components(separatedBy: "completed").count - 1 == workflows,
                "\(safe)"
            )
        }
    }

    @Test(
        "of this repository and of its pages keep to the schemas, and no judge finds anything in them"
    )
    func own() async throws {
        let page = Paths.package.appending(path: "docs/ci.md")
        let examples = try CodeBlock.all(of: page).filter {
            $0.words.starts(with: ["yaml", "github"])
        }
        try await withTemporaryFolder { folder in
            let workflows = folder.appending(path: ".github/workflows")
            try FileManager.default.createDirectory(
                at: workflows,
                withIntermediateDirectories: true
            )
            var texts: [String: String] = [:]
            for example in try atLeastOne(examples) {
                texts["ci-md-line-\(example.line).yml"] = example.text
            }
            for path in [
                ".github/workflows/ci.yml", ".github/workflows/release.yml",
                "ci/backstage/create-project.yml",
            ] {
                let file = Paths.package.appending(path: path)
                texts[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
            }
            for (name, text) in texts {
                // A local action: actionlint compares the inputs and outputs with what it has.
                let local = text.replacing("OWNER/pa-new@COMMIT", with: "./pa-new")
                try Data(local.utf8).write(to: workflows.appending(path: name))
            }
            for place in ["action.yml", "pa-new/action.yml"] {
                let copy = folder.appending(path: place)
                try FileManager.default.createDirectory(
                    at: copy.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try FileManager.default.copyItem(
                    at: Paths.package.appending(path: "action.yml"),
                    to: copy
                )
            }
            let files = texts.keys.sorted().map { ".github/workflows/" + $0 }
            for (name, files) in [
                ("vendor.github-actions", ["action.yml"]), ("vendor.github-workflows", files),
            ] {
                let checked = try await schema(name, files, in: folder)
                #expect(checked.exitCode == 0, "\(checked)")
            }
            let linted = try await actionlint(files, in: folder)
            #expect(linted.exitCode == 0 && linted.stdout == "", "\(linted)")
            // In the examples and in the file for Backstage, the reader replaces `COMMIT`.
            let read = ["action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"]
            let safe = try await judge("zizmor", ["--offline"] + read, in: folder)
            #expect(safe.exitCode == 0, "\(safe)")
            let count = safe.stderr.components(separatedBy: "completed").count - 1
            #expect(count == read.count, "\(safe)")
        }
        let checked = try await schema(
            "vendor.gitlab-ci",
            ["ci/gitlab/pa-new.yml"],
            in: Paths.package
        )
        #expect(checked.exitCode == 0, "\(checked)")
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
                "a/.github/workflows/d.yml": """
                on: push
                jobs:
                  a:
                    runs-on: ubuntu-24.04
                    steps:
                      - uses: $/
                      - run: cd $PLACE && echo ${{ steps.no.outputs.such }}

                """,
            ]
            try write(files, below: folder)
            let linted = try await actionlint(["a/.github/workflows/d.yml"], in: folder)
            #expect(linted.exitCode == 1, "\(linted)")
            for rule in ["[action]", "[expression]", "[shellcheck]"] {
                #expect(linted.stdout.contains(rule), "\(linted)")
            }
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
