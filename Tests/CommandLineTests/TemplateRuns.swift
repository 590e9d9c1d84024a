// The built tool on template folders: what several suites do with one.

import Foundation
import TestSupport
import Testing

/// A manifest with a question of each type.
private let demoManifest = """
    {
      "title": "Demo",
      "questions": [
        {"key": "author", "prompt": "Author", "pattern": "[A-Z][a-z ]+", "help": "your name"},
        {"key": "docker", "type": "bool", "default": false},
        {"key": "port", "type": "integer", "default": 8000, "when": "docker"},
        {"key": "license", "choices": ["MIT", "Apache-2.0"], "default": "MIT"},
        {"key": "motto", "default": ""}
      ],
      "files": {"docker": {"when": "docker"}, "NOTICE": {"when": "license=Apache-2_0"}},
      "commands": ["git init", "{{#docker}}docker build -t {{name}} .{{/docker}}", "say {{motto}}"]
    }
    """

/// The files of a template with these questions.
let demoTemplate = [
    "manifest.json": demoManifest,
    "docker/Dockerfile.mustache": "EXPOSE {{port}}\n",
    "NOTICE": "{{name}} as it is\n",
    "{{package}}/main.py.mustache": "# {{author}}{{#motto}}: {{motto}}{{/motto}}\n{{> rights}}",
    "_partials/rights.mustache": "# {{license}}{{^license=MIT}} (not MIT){{/license=MIT}}\n",
]

/// Runs the tool in a folder with a template called `demo`.
func createFromTemplate(
    _ words: [String],
    files: [String: String] = demoTemplate,
    prepare: (URL) async throws -> Void = { _ in },
    check: (ProcessResult, URL) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        let template = folder.appending(path: "demo")
        try write(files, below: template)
        try await prepare(folder)
        let finished = try await runTool(["hello", "--template", "demo"] + words, in: folder)
        try await check(finished, folder.appending(path: "hello"))
    }
}

/// Returns the lines that the check of a folder prints, and its exit code.
func checkTemplate(
    _ files: [String: String],
    _ words: [String] = [],
    prepare: (URL) async throws -> Void = { _ in }
) async throws -> (lines: [String], exitCode: Int32) {
    try await withTemporaryFolder { folder in
        try write(files, below: folder.appending(path: "t"))
        try await prepare(folder.appending(path: "t"))
        let finished = try await runTool(["template", "check", "t"] + words, in: folder)
        #expect(finished.stderr.isEmpty, "\(finished)")
        let lines = finished.stdout.split(separator: "\n").map(String.init)
        return (lines, finished.exitCode)
    }
}
