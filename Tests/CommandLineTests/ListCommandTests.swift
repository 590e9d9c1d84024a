// `pa-new list`, as a user sees it.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("pa-new list")
struct ListCommandTests {
    @Test("it groups the frameworks and says what each has, needs and asks, in 80 columns")
    func text() async throws {
        let catalog = try Catalog.embedded()
        try await withTemporaryFolder { folder in
            let finished = try await runTool(["list"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n", omittingEmptySubsequences: false)
                .map(String.init)
            for line in lines { #expect(line.count <= 80, "\(line)") }
            let packages = try #require(lines.firstIndex { $0.hasPrefix("Packages to install") })
            #expect(lines.first == "Nothing to install")
            for framework in catalog.frameworks {
                let language = catalog.nonDefaultLanguage(of: framework)
                let heading = "  " + framework.name + (language.map { " --language \($0)" } ?? "")
                let row = try #require(
                    lines.firstIndex { $0 == heading || $0 == heading + " (default)" }
                )
                let isDefault = lines[row].hasSuffix(" (default)")
                #expect(isDefault == framework.manifest.isDefault, "\(heading)")
                #expect((row > packages) == framework.hasRequirements, "\(heading)")
                let block = lines[(row + 1)...].prefix { $0.hasPrefix("      ") }
                    .map { $0.drop { $0 == " " } }.joined(separator: " ")
                #expect(block.hasPrefix(framework.manifest.summary))
                for feature in framework.manifest.features { #expect(block.contains(feature)) }
                for question in framework.manifest.questions {
                    #expect(block.contains(question.prompt))
                }
                // Who has 512 MiB wants to know.
                #expect(block.contains(" MiB") == framework.hasRequirements, "\(heading)")
            }
        }
    }

    @Test("a template of the user's own is told like a framework")
    func template() async throws {
        try await withTemporaryFolder { folder in
            let manifest = """
                {"title": "Shop", "summary": "a small shop", "features": ["a cart"], "megabytes": [3, 40],
                 "questions": [{"key": "owner", "prompt": "Owner"},
                               {"key": "workers", "type": "integer", "default": 2}]}
                """
            try write(
                ["shop/manifest.json": manifest, "shop/a.mustache": "{{owner}}{{workers}}"],
                below: folder
            )
            expectEnd(
                of: try await runTool(["list", "--template", "shop"], in: folder),
                code: 0,
                stdout: """
                      Shop
                          a small shop
                          has: a cart
                          packages: 3 to 40 MiB, depending on the options
                          --set owner=…: Owner: a text (needed)
                          --set workers=…: workers: a whole number (default: 2)

                    Python on PythonAnywhere: 3.9 to 3.13 (default: 3.13); choose with --python

                    """,
                stderr: ""
            )
            expectEnd(
                of: try await runTool(["list", "-t", "none"], in: folder),
                code: 66,
                stdout: ""
            )
            for sizes in ["[]", "[0]", "[2, 1]", "[1, 2, 3]", "[1.5]", "[\"1\"]", "1"] {
                try write(
                    ["shop/manifest.json": "{\"megabytes\": \(sizes)}", "shop/a.mustache": ""],
                    below: folder
                )
                let finished = try await runTool(["list", "-t", "shop"], in: folder)
                expectEnd(of: finished, code: 65, stdout: "")
                #expect(finished.stderr.contains("'megabytes' has"), "\(finished)")
            }
        }
    }

    @Test("the JSON document keeps to its schema, which lets no other one pass")
    func schema() async throws {
        let interpreter = try #require(Interpreter.standard)
        let python = try await PythonEnvironments.shared.python(
            interpreter,
            with: ["jsonschema==4.23.0"]
        )
        let schema = Paths.package.appending(path: "docs/list.schema.json").path
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/validate.py").path
        try await withTemporaryFolder { folder in
            try write(["web/manifest.json": "{}", "web/a": "a"], below: folder)
            let all = try await runTool(["list", "--json"], in: folder)
            let own = try await runTool(["list", "--json", "-t", "web"], in: folder)
            var documents: [String] = []
            for (index, finished) in [all, own].enumerated() {
                expectEnd(of: finished, code: 0, stderr: "")
                let place = folder.appending(path: "\(index).json")
                try Data(finished.stdout.utf8).write(to: place)
                documents.append(place.path)
            }
            let good = try await run(python.path, [script, schema] + documents, in: folder)
            expectEnd(of: good, code: 0, stdout: "")
            for (old, new) in [
                (#""default" : true"#, #""default" : 1"#), (#""features""#, #""feature""#),
                (#""type" : "bool""#, #""type" : "truth""#), (#""3.13""#, #""313""#),
            ] {
                let place = folder.appending(path: "bad.json")
                let broken = all.stdout.replacing(old, with: new)
                #expect(broken != all.stdout, "\(old)")
                try Data(broken.utf8).write(to: place)
                let bad = try await run(python.path, [script, schema, place.path], in: folder)
                #expect(bad.exitCode == 1, "\(new) passes: \(bad)")
            }
        }
    }
}
