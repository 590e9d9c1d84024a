// A project that was made without packages gets some later, as a user does it: each command is the one
// that the command before it names.

import Foundation
import Scaffold
import TestSupport
import Testing

private let newest = Interpreter.found(PythonVersion.offered.map(\.description)).last

extension DeployCommandTests {
    @Test(
        "names the command that gives packages to a project without, and it works",
        arguments: ["handler", "bottle"]
    )
    func packagesLater(framework: String) async throws {
        let interpreter = try #require(newest)
        try await withTemporaryFolder { place in
            let folder = try await project(["--framework", framework], below: place)
            let list = folder.appending(path: "requirements.txt")
            let mine = "# mine\nPyMySQL==1.1.1\n"
            try write(["requirements.txt": mine], below: folder)
            let routes = folder.appending(path: "hello/routes.py")
            let code = try String(contentsOf: routes, encoding: .utf8)
            let uses = code + "\nimport pymysql\n\nassert pymysql.VERSION\n"
            try write(["hello/routes.py": uses], below: folder)
            let python = try await PythonEnvironments.shared.python(interpreter, listedIn: list)
            let arguments = ["--interpreter", python.path]
            let command = "pa-new update hello --set packages=yes"

            let check = try await runTool(["check", "hello"] + arguments, in: place)
            #expect(check.exitCode == 0, "\(check)")
            #expect(check.stdout.contains("no-bundle"), "\(check)")
            #expect(check.stdout.contains("Run `\(command)`"), "\(check)")
            for words in [["deploy", "hello", "--dry-run"], ["pack", "hello"]] {
                let refused = try await runTool(
                    words + ["--packages", "bundle"] + arguments,
                    in: place
                )
                #expect(refused.exitCode == 73, "\(refused)")
                let text = refused.stderr.replacing("\n", with: " ")
                #expect(text.contains("run '\(command)', which adds it"), "\(refused)")
            }
            try await withFakeAPI(python.path, below: place) { host in
                let refused = try await deploy(arguments, below: place, to: host, code: 73)
                #expect(refused.stderr.contains("run '\(command)', which adds"), "\(refused)")
                #expect(try host.files(below: "home/alice").isEmpty)

                let words = command.split(separator: " ").dropFirst().map(String.init)
                let updated = try await runTool(words, in: place)
                #expect(updated.exitCode == 0, "\(updated)")
                #expect(updated.stdout.contains("create  hello/pa_bundle.py\n"), "\(updated)")
                let note = "note: You already have requirements.txt: it stays unchanged"
                #expect(updated.stdout.contains(note), "\(updated)")
                #expect(try String(contentsOf: list, encoding: .utf8) == mine)

                let again = try await runTool(["check", "hello"] + arguments, in: place)
                #expect(again.exitCode == 0 && !again.stdout.contains("no-bundle"), "\(again)")
                let done = try await deploy(arguments, below: place, to: host)
                #expect(done.stdout.contains(": 200, Hello from "), "\(done)")
                let bundles = try host.files(below: "home/alice/.pa-new/bundles/hello")
                #expect(bundles.contains("current.json"), "\(bundles)")
            }
            // Once the file is deleted, no update brings it back, and so none is advised.
            try FileManager.default.removeItem(at: folder.appending(path: "pa_bundle.py"))
            let deleted = try await runTool(
                ["pack", "hello", "--packages", "bundle"] + arguments,
                in: place
            )
            #expect(deleted.exitCode == 73, "\(deleted)")
            #expect(deleted.stderr.contains("restore that file if you deleted it"), "\(deleted)")
        }
    }
}
