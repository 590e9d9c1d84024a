// The document of `pa-new check --json`, judged by its published schema.

import Foundation
import TestSupport
import Testing

@Suite("The document of check")
struct CheckDocumentTests {
    private static let app = """
        def application(environ, start_response):
            start_response("STATUS", [("Content-Type", "text/plain")])
            return [b"hello"]

        """

    /// Projects with the options of a check, its outcome and its exit code.
    private static let projects:
        [(files: [String: String], options: [String], outcome: String, code: Int32)] = [
            (
                ["wsgi.py": app.replacing("STATUS", with: "200 OK")],
                ["--path", "/a", "--domain", "www.example.com"], "works", 0
            ),
            (["wsgi.py": app.replacing("STATUS", with: "403 Forbidden")], [], "works", 0),
            (["wsgi.py": app.replacing("STATUS", with: "500 Error")], [], "broken", 1),
            (["wsgi.py": app], ["--no-load"], "only-read", 0),
            (
                ["wsgi.py": "import nowhere_lib\n" + app, "requirements.txt": "nowhere-lib\n"],
                [], "not-loaded", 2
            ),
            // The WSGI file has to put the folder on the path.
            (
                [
                    "alice_pythonanywhere_com_wsgi.py": "from app import application\n",
                    "app.py": app,
                ],
                [], "broken", 1
            ),
        ]

    @Test("keeps to the schema, which lets no other one pass")
    func schema() async throws {
        let interpreter = try #require(Interpreter.standard)
        let judge = try await PythonEnvironments.shared.python(
            interpreter,
            with: ["jsonschema==4.23.0"]
        )
        let schema = Paths.package.appending(path: "docs/check.schema.json").path
        let script = Paths.package.appending(path: "Tests/CommandLineTests/Python/validate.py").path
        try await withTemporaryFolder { folder in
            var documents: [String] = []
            for (number, project) in Self.projects.enumerated() {
                let place = folder.appending(path: "project-\(number)")
                try write(project.files, below: place)
                let finished = try await runTool(
                    ["check", "--json", "--interpreter", interpreter.path] + project.options,
                    in: place
                )
                expectEnd(of: finished, code: project.code, stderr: "")
                #expect(
                    finished.stdout.contains(#""outcome" : "\#(project.outcome)""#),
                    "\(finished)"
                )
                let document = folder.appending(path: "\(number).json")
                try Data(finished.stdout.utf8).write(to: document)
                documents.append(document.path)
            }
            let good = try await run(judge.path, [script, schema] + documents)
            #expect(good.exitCode == 0, "\(good)")
            let texts = try documents.map { try String(contentsOfFile: $0, encoding: .utf8) }
            #expect(texts[0].contains(#""source" : "option""#), "\(texts[0])")
            #expect(texts[1].contains(#""severity" : "note""#), "\(texts[1])")
            #expect(texts[4].contains(#""unloaded" : "the module nowhere_lib"#), "\(texts[4])")
            #expect(texts[5].contains(#""wsgi_file" : "import sys"#), "\(texts[5])")

            // Each of these breaks one rule.
            for (number, old, new) in [
                (0, #""version" : 2"#, #""version" : 1"#),
                (0, #""outcome" : "works""#, #""outcome" : "fine""#),
                (0, #""status" : 200"#, #""status" : 20"#), (0, #""summary""#, #""verdict""#),
                (1, #""severity" : "note""#, #""severity" : "hint""#),
                (5, #""wsgi_file" : "import"#, #""wsgi_file" : "", "x" : "import"#),
            ] {
                let place = folder.appending(path: "bad.json")
                let broken = texts[number].replacing(old, with: new)
                #expect(broken != texts[number], "\(old)")
                try Data(broken.utf8).write(to: place)
                let bad = try await run(judge.path, [script, schema, place.path])
                #expect(bad.exitCode == 1, "\(new) passes: \(bad)")
            }
        }
    }
}
