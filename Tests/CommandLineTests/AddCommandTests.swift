// `pa-new add`, as a user sees it.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

@Suite("pa-new add")
struct AddCommandTests {
    private func withProject(
        _ options: [String] = [],
        _ body: (URL) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let words = ["hello", "-q", "--user", "alice"] + options
            expectEnd(of: try await runTool(words, in: folder), code: 0)
            try await body(folder)
        }
    }

    @Test("it says what changed and what to do next; a second run is refused")
    func added() async throws {
        try await withProject { folder in
            let words = ["add", "handler", "about_us", "hello"]
            expectEnd(
                of: try await runTool(words, in: folder),
                code: 0,
                stdout: """
                    update  hello/hello/handlers.py
                    update  hello/hello/routes.py
                    update  hello/tests/test_handlers.py

                    Next steps
                      1. Look at the page:
                             pa-new visit hello /about-us

                    """,
                stderr: ""
            )
            let before = try tree(folder)
            for options in [[], ["--dry-run"], ["--json"]] {
                let again = try await runTool(words + options, in: folder)
                expectEnd(of: again, code: 73, stdout: "")
                #expect(
                    again.stderr.contains(
                        "'AboutUsHandler' is already used in hello/handlers.py, line"
                    )
                )
            }
            let path = try await runTool(
                ["add", "handler", "other", "--path", "/about-us/"],
                in: folder.appending(path: "hello")
            )
            expectEnd(of: path, code: 73, stdout: "")
            #expect(path.stderr.contains("already a route for '/about-us' in hello/routes.py"))
            #expect(try tree(folder) == before)
        }
    }

    @Test("a dry run shows a diff, and writes nothing")
    func dryRun() async throws {
        try await withProject(["--framework", "bottle"]) { folder in
            let before = try tree(folder)
            let finished = try await runTool(
                ["add", "handler", "about", "hello", "-n"],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(
                finished.stdout.contains("\n+    app.route(\"/about\", \"GET\", handlers.about)\n")
            )
            #expect(finished.stdout.contains("\n+def about() -> str:\n"))
            #expect(finished.stdout.hasSuffix("\n\nNothing was written.\n"))
            let removed = finished.stdout.split(separator: "\n")
                .filter { $0.hasPrefix("-") && !$0.hasPrefix("--- ") }
            #expect(removed == [])
            #expect(try tree(folder) == before)
        }
    }

    @Test("where a place is not certain, all code is printed, and nothing is written")
    func byHand() async throws {
        try await withProject { folder in
            let routes = folder.appending(path: "hello/hello/routes.py")
            let text = try String(contentsOf: routes, encoding: .utf8)
            try Data(text.replacing("routes = [", with: "table = [").utf8).write(to: routes)
            let before = try tree(folder)
            let finished = try await runTool(["add", "handler", "about", "hello"], in: folder)
            expectEnd(
                of: finished,
                code: 1,
                stderr: """
                    pa-new: the handler 'about' was not added: nothing was written
                       why: hello/routes.py has no 'routes = [ … ]'
                      help: add the code that is printed here by hand

                    """
            )
            for piece in [
                "Add this at the end of hello/handlers.py:\n\n    class AboutHandler(RequestHandler):\n",
                "Add this to the names that hello/routes.py imports from '.handlers':\n\n    AboutHandler\n",
                "Add this at the end of the list 'routes' in hello/routes.py:\n\n    (r\"/about\", AboutHandler)\n",
            ] {
                #expect(finished.stdout.contains(piece), "\(finished)")
            }
            let json = try await runTool(
                ["add", "handler", "about", "hello", "--json"],
                in: folder
            )
            #expect(json.exitCode == 1)
            #expect(json.stdout.contains("\"byHand\" : true"))
            #expect(try tree(folder) == before)
        }
    }

    @Test("the JSON document keeps to its schema, which lets no other one pass")
    func schema() async throws {
        let interpreter = try #require(Interpreter.standard)
        let python = try await PythonEnvironments.shared.python(
            interpreter,
            with: ["jsonschema==4.23.0"]
        )
        let schema = Paths.package.appending(path: "docs/add.schema.json").path
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/validate.py").path
        try await withProject { folder in
            let words = ["add", "handler", "about", "hello", "--json"]
            let dry = try await runTool(words + ["-n"], in: folder)
            let real = try await runTool(words, in: folder)
            let routes = folder.appending(path: "hello/hello/routes.py")
            try FileManager.default.removeItem(at: routes)
            let byHand = try await runTool(
                ["add", "handler", "other", "hello", "--json"],
                in: folder
            )
            #expect((dry.exitCode, real.exitCode, byHand.exitCode) == (0, 0, 1))
            var documents: [String] = []
            for (index, finished) in [dry, real, byHand].enumerated() {
                let place = folder.appending(path: "\(index).json")
                try Data(finished.stdout.utf8).write(to: place)
                documents.append(place.path)
            }
            let good = try await run(python.path, [script, schema] + documents, in: folder)
            expectEnd(of: good, code: 0, stdout: "")
            for (old, new) in [
                (#""schema" : 1"#, #""schema" : 2"#), (#""dryRun""#, #""dryrun""#),
                (#""byHand" : false"#, #""byHand" : 0"#), (#""sha256" : ""#, #""sha256" : "G"#),
                (#""path" : "/about""#, #""path" : "about""#), (#""place""#, #""places""#),
            ] {
                let place = folder.appending(path: "bad.json")
                let broken = real.stdout.replacing(old, with: new)
                #expect(broken != real.stdout, "\(old)")
                try Data(broken.utf8).write(to: place)
                let bad = try await run(python.path, [script, schema, place.path], in: folder)
                #expect(bad.exitCode == 1, "\(new) passes: \(bad)")
            }
        }
    }

    @Test(
        "a wrong name or path is told before the project is looked at",
        arguments: [
            ["about-us"], ["../x"], ["class"], [""], ["list"], ["about", "--path", "x"],
            ["about", "--path", "/static/x"], ["about", "--path", "/<id>"],
        ]
    )
    func usage(words: [String]) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["add", "handler"] + words, in: folder)
            expectEnd(of: finished, code: 64, stdout: "")
            let other = try await runTool(["add", "handler", "about"], in: folder)
            expectEnd(of: other, code: 73, stdout: "")
            #expect(other.stderr.contains("it has no .pa-new.json, so it was not made by pa-new"))
        }
    }

    @Test("a template of the user's own needs its folder, and additions")
    func ownTemplate() async throws {
        try await withTemporaryFolder { folder in
            try write(
                ["web/manifest.json": "{}", "web/app.py": "x = 1\n"],
                below: folder
            )
            expectEnd(of: try await runTool(["hello", "-q", "-t", "web"], in: folder), code: 0)
            let words = ["add", "handler", "about", "hello"]
            let without = try await runTool(words, in: folder)
            expectEnd(of: without, code: 73, stdout: "")
            #expect(without.stderr.contains("--template"))
            let bare = try await runTool(words + ["-t", "web"], in: folder)
            expectEnd(of: bare, code: 73, stdout: "")
            #expect(bare.stderr.contains("'additions'"))
            let manifest = """
                {"additions": {"handler": {"pieces": [
                  {"file": "app.py", "at": "end", "from": "code.mustache", "names": ["{{handler}}"]}]}}}
                """
            try write(
                [
                    "web/manifest.json": manifest,
                    "web/_additions/code.mustache": "\n{{handler}} = \"{{route}}\"\n",
                ],
                below: folder
            )
            expectEnd(of: try await runTool(["template", "check", "web"], in: folder), code: 0)
            expectEnd(
                of: try await runTool(words + ["-t", "web"], in: folder),
                code: 0,
                stderr: ""
            )
            let app = folder.appending(path: "hello/app.py")
            #expect(try String(contentsOf: app, encoding: .utf8) == "x = 1\n\nabout = \"/about\"\n")
        }
    }

    @Test("template check reads the additions, too")
    func templateCheck() async throws {
        try await withTemporaryFolder { folder in
            let manifest = """
                {"additions": {"handler": {"pieces": [
                  {"file": "{{packag}}/app.py", "at": "end", "from": "code.mustach"}]}}}
                """
            try write(
                ["web/manifest.json": manifest, "web/_additions/code.mustache": "{{handlr}}\n"],
                below: folder
            )
            let finished = try await runTool(["template", "check", "web"], in: folder)
            expectEnd(of: finished, code: 1)
            for words in [
                "unknown name 'packag', did you mean 'package'?",
                "there is no file or folder '_additions/code.mustach', did you mean '_additions/code.mustache'?",
                "_additions/code.mustache: warning: no addition uses it",
                "_additions/code.mustache:1:3: unknown name 'handlr', did you mean 'handler'?",
            ] {
                #expect(finished.stdout.contains(words), "\(finished)")
            }
        }
    }

    @Test("a failure in the middle leaves nothing", .needs(.compiler), .lane(.full))
    func failure() async throws {
        try await withProject { folder in
            let before = try tree(folder)
            let words = ["add", "handler", "about", "hello"]
            var failed = 0
            for call in 1... {
                let finished = try await Faults.run(
                    Paths.tool,
                    words,
                    in: folder,
                    fault: .full(from: call)
                )
                if finished.exitCode == 0 { break }
                failed += 1
                expectEnd(of: finished, code: 74, stdout: "")
                #expect(try tree(folder) == before, "call \(call)")
            }
            #expect(failed > 5)
            let after = try tree(folder)
            #expect(after != before)
            var killed = 0
            for call in 1... {
                try FileManager.default.removeItem(at: folder.appending(path: "hello"))
                try makeTree(before, in: folder)
                let finished = try await Faults.run(
                    Paths.tool,
                    words,
                    in: folder,
                    fault: .kill(at: call)
                )
                if finished.exitCode == 0 { break }
                killed += 1
                // The next run undoes what is left, and gets through; unless all was written.
                let next = try await runTool(words, in: folder)
                #expect([0, 73].contains(next.exitCode), "\(next)")
                #expect(try tree(folder) == after, "call \(call)")
            }
            #expect(killed > 5)
        }
    }
}
