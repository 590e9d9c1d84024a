// The generated code under the Python world's own judges.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Generated code", .needs(.hostPython))
struct LintTests {
    // Pinned: a newer linter may know new rules. mypy 1.19 is the last to know Python 3.9.
    static let tools = ["ruff==0.17.6", "mypy==1.19.1"]

    /// The options with which ruff has more rules than pyproject.toml sets.
    ///
    /// They exclude what a framework's own program has written, and the files of other projects.
    static let allRules =
        ["--isolated"]
        + (["migrations"] + copies.sorted()).flatMap { ["--extend-exclude", $0] }

    /// The names of files of other projects.
    private static let copies = Set(
        CopiedFiles.scripts.keys.map { ($0 as NSString).lastPathComponent }
    )

    /// The scripts in Python, each with its package if it has one.
    private static let pythonScripts = [
        ["build-wheel", "wheel_builder"], ["fetch-bottle"], ["rehearse", "rehearsal"],
    ]

    /// The Python of the environment with the tools.
    private static func toolbox() async throws -> URL {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        return try await PythonEnvironments.shared.python(newest, with: tools)
    }

    /// Names that sort before and after everything, and the longest one.
    private static let names = ["hello", "a", "zulu-two", String(repeating: "w", count: 64)]

    /// Makes a project of each framework under each name, side by side.
    ///
    /// - Returns: The folders of the projects.
    private func projects(_ frameworks: [String], below root: URL) async throws -> [URL] {
        var folders: [URL] = []
        for framework in frameworks {
            for (index, name) in Self.names.enumerated() {
                let place = root.appending(path: "\(framework)-\(index)")
                folders.append(
                    try await GeneratedProject(framework, name: name, below: place).folder
                )
            }
        }
        return folders
    }

    @Test("is clean under ruff check and ruff format, whatever the project is called")
    func ruff() async throws {
        let python = try await Self.toolbox().path
        try await withTemporaryFolder { root in
            let folders = try await projects(atLeastOne(ProjectCase.folders), below: root)
            // It formats the examples in Markdown and the types of others' code, too, but not
            // what a framework writes itself.
            let count = try folders.flatMap(filePaths)
                .count { path in
                    [".py", ".pyi", ".md"].contains { path.hasSuffix($0) }
                        && !Self.copies.contains(path)
                        && !path.contains("/migrations/")
                }
            #expect(count > folders.count)
            let words = ["-m", "ruff", "format", "--no-cache", "--diff", "."]
            let format = try await run(python, words, in: root)
            #expect(format.exitCode == 0, "\(format)")
            #expect(format.stderr == "\(count) files already formatted\n", "\(format)")
            // What is generated passes all rules of ruff, and not only those of pyproject.toml.
            // One run for all projects: to start takes longer than to read them.
            let sources = folders.map { "\"\($0.path)\"" }.joined(separator: ", ")
            let strict =
                Self.allRules + ["--config", "src = [\(sources)]"]
            for version in PythonVersion.offered {
                let target = "py3\(version.minor)"
                let words = ["-m", "ruff", "check", "--no-cache", "--target-version", target, "."]
                for options in [[], strict] {
                    let check = try await run(python, words + options, in: root)
                    #expect(check.exitCode == 0, "\(check)")
                    #expect(check.stdout == "All checks passed!\n", "\(check)")
                }
            }
        }
    }

    @Test(
        "is clean under mypy --strict on the Pythons of the host",
        arguments: try atLeastOne(ProjectCase.folders)
    )
    func mypy(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(
                framework,
                below: root,
                options: ["--ci", "github"]
            )
            try Self.checkReadme(of: project.folder)
            // Each version with its own packages: what is installed for another may use its syntax.
            for interpreter in ProjectCase.span {
                let finished = try await Self.mypy(project.folder, on: interpreter)
                #expect(finished.exitCode == 0, "\(interpreter): \(finished)")
                #expect(finished.stdout.contains("no issues found"), "\(finished)")
            }
        }
    }

    /// Checks that the README installs what the pipeline does, if mypy needs a plugin.
    private static func checkReadme(of folder: URL) throws {
        func text(_ path: String) throws -> String {
            try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }
        guard try text("pyproject.toml").contains("\nplugins = ") else { return }
        let pipeline = try text(".github/workflows/ci.yml")
        let command = try #require(pipeline.firstMatch(of: /pip install ruff==.+/)).output
        #expect(try text("README.md").contains("\n\(command)\nruff check\nmypy .\n"))
    }

    /// Runs `mypy --strict` on a project with a pipeline on GitHub, which says what mypy needs.
    static func mypy(_ folder: URL, on interpreter: Interpreter) async throws -> ProcessResult {
        let file = folder.appending(path: ".github/workflows/ci.yml")
        let text = try String(contentsOf: file, encoding: .utf8)
        let line = try #require(
            text.firstMatch(of: /pip install (ruff==.+)/),
            "the pipeline installs no linters"
        )
        let more = line.1.matches(of: /"([^"]+)"|(\S+)/)
            .map { String($0.1 ?? $0.2 ?? "") }
            .filter { !tools.contains($0) }
        // A plugin of mypy's has to be installed beside it, with the framework.
        let settings = try String(
            contentsOf: folder.appending(path: "pyproject.toml"),
            encoding: .utf8
        )
        let plugin = settings.firstMatch(of: /\nplugins = \["([\w.]+)"\]/)?.1
        let plugins = plugin == nil ? more : tools + more
        // What mypy has read of a project with one plugin can end it with another.
        let cache = plugin.map { "mypy-\($0)" } ?? "mypy"
        let list = folder.appending(path: "requirements.txt")
        let packages =
            FileManager.default.fileExists(atPath: list.path)
            ? try await PythonEnvironments.shared.python(interpreter, listedIn: list, and: plugins)
            : try await PythonEnvironments.shared.python(interpreter, with: plugins)
        let python = try await plugin == nil ? toolbox() : packages
        return try await runMypy(
            python.path,
            [
                "--strict", "--python-version", interpreter.version,
                "--python-executable", packages.path, ".",
            ],
            cache: cache,
            in: folder
        )
    }

    @Test("is clean under swift format lint --strict, whatever the project is called")
    func swiftFormat() async throws {
        try await withTemporaryFolder { root in
            let frameworks = try atLeastOne(ProjectCase.swiftFolders)
            let files = try await projects(frameworks, below: root).flatMap { folder in
                try atLeastOne(filePaths(below: folder).filter { $0.hasSuffix(".swift") })
                    .map { folder.appending(path: $0).path }
            }
            // The settings that a user has without any of their own; these and more rules.
            let rules = root.appending(path: "rules.json")
            let more = [
                "AllPublicDeclarationsHaveDocumentation",
                "BeginDocumentationCommentWithOneLineSummary", "NeverForceUnwrap",
                "NeverUseForceTry", "NeverUseImplicitlyUnwrappedOptionals",
                "ValidateDocumentationComments",
            ]
            let list = more.map { "\"\($0)\": true" }.joined(separator: ", ")
            try Data("{\"version\": 1, \"rules\": {\(list)}}".utf8).write(to: rules)
            for options in [[], ["--configuration", rules.path]] {
                let finished = try await run(
                    "swift",
                    ["format", "lint", "--strict"] + options + files,
                    in: root
                )
                #expect(finished.exitCode == 0, "\(finished)")
                #expect(finished.stderr == "", "\(finished)")
            }
        }
    }

    @Test("the Python that the tests themselves run is clean too")
    func ownPython() async throws {
        let python = try await Self.toolbox()
        let folders =
            [hostScript.deletingLastPathComponent()]
            + [
                "Benchmarks", "HostPython", "Tests/CheckerTests/Python",
                "Tests/DeployerTests/Python", "Tests/PipelineTests/Python",
                "Tests/PreviewTests/Python",
                "Tests/TestSupport/Python", "Scripts",
            ].map { Paths.package.appending(path: $0) }
        for folder in folders {
            // ruff does not find what has no ending.
            let isScripts = folder.lastPathComponent == "Scripts"
            let names = isScripts ? Self.pythonScripts.map { $0[0] } : []
            for words in [["format", "--check"], ["check"]] {
                let finished = try await run(
                    python.path,
                    ["-m", "ruff"] + words + ["--no-cache", "."] + names,
                    in: folder
                )
                #expect(finished.exitCode == 0, "\(finished)")
            }
        }
    }

    @Test("what is embedded is clean under mypy --strict for every Python of the host")
    func embedded() async throws {
        let root = Paths.package.appending(path: "HostPython")
        let packages = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
            .filter { $0.hasPrefix("pa_new_") }
        #expect(packages.count >= 2)
        let python = try await Self.toolbox()
        for version in PythonVersion.offered.map(\.description) {
            let finished = try await runMypy(
                python.path,
                ["--strict", "--python-version", version] + packages,
                cache: "mypy-embedded",
                in: root
            )
            #expect(finished.exitCode == 0, "\(version): \(finished)")
        }
    }

    @Test(
        "a script and its package, if it has one, are clean under mypy --strict, for the oldest Python",
        arguments: pythonScripts
    )
    func scripts(paths: [String]) async throws {
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        // With the driver of the browser, which has types.
        let driver = Paths.package.appending(path: "Scripts/rehearsal/requirements.txt")
        let python = try await PythonEnvironments.shared.python(
            newest,
            listedIn: driver,
            and: Self.tools
        )
        let oldest = try #require(PythonVersion.offered.map(\.description).first)
        let finished = try await runMypy(
            python.path,
            ["--strict", "--python-version", oldest] + paths,
            cache: "mypy-Scripts",
            in: Paths.package.appending(path: "Scripts"),
            environment: [
                // The fake API, which the rehearsed host is made of, and what the host gives an app.
                "MYPYPATH": ["Tests/DeployerTests/Python", "HostPython"]
                    .map { Paths.package.appending(path: $0).path }.joined(separator: ":")
            ]
        )
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
