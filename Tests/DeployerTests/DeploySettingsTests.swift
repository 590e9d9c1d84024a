// `pa-new deploy --env-file` and `--include` as a user runs them. The deployer's stdin has the token.

import Foundation
import Scaffold
import TestSupport
import Testing

private let newest = Interpreter.found(PythonVersion.offered.map(\.description)).last

extension DeployCommandTests {
    @Test("puts a file of settings there, and shows nothing of it or of the token")
    func settings() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { place in
            let folder = try await project([], below: place)
            try FileManager.default.removeItem(at: folder.appending(path: "tests"))
            let secret = "hunter2-Zq8xW"
            let text = "SHOP_KEY=\(secret)\n"
            try text.write(
                to: place.appending(path: "-shop.env"),
                atomically: true,
                encoding: .utf8
            )
            try await withFakeAPI(python, below: place) { host in
                let arguments = ["--interpreter", python, "--no-check"]
                // The deployer's stdin has the token: it must not go up in the place of settings.
                for path in ["-", "/dev/stdin", "/dev/fd/0"] {
                    let refused = try await deploy(
                        arguments + ["--env-file", path],
                        below: place,
                        to: host,
                        code: 64
                    )
                    #expect(refused.stderr.contains("--env-file"), "\(refused)")
                }
                #expect(try host.files(below: "home/alice").isEmpty)
                let options = arguments + ["--env-file=-shop.env"]
                let done = try await deploy(options, below: place, to: host)
                #expect(done.stdout.contains("upload   .env (1 setting)\n"), "\(done)")
                let there = try host.files(below: "home/alice/hello")
                #expect(there.contains(".env"), "\(there)")
                let again = try await deploy(options + ["--json"], below: place, to: host)
                #expect(again.stdout.contains("\"settings\": {"), "\(again)")
                try "A=1\n".write(
                    to: place.appending(path: "-shop.env"),
                    atomically: true,
                    encoding: .utf8
                )
                let stopped = try await deploy(options, below: place, to: host, code: 73)
                #expect(stopped.stderr.contains("--replace-env"), "\(stopped)")
                let replaced = try await deploy(
                    options + ["--replace-env"],
                    below: place,
                    to: host
                )
                for finished in [done, again, stopped, replaced] {
                    let isSilent = !finished.description.contains(secret)
                    #expect(isSilent, "\(finished)")
                }
            }
        }
    }

    @Test("takes a folder along that git ignores, and checks the app with it")
    func include() async throws {
        let python = try #require(newest).path
        try await withTemporaryFolder { place in
            let folder = try await project([], below: place)
            let package = """
                from pathlib import Path

                PAGE = (Path(__file__).parents[1] / "dist" / "page.html").read_text()
                """
            try write(
                ["dist/page.html": "built", ".gitignore": "dist/\n", "hello/__init__.py": package],
                below: folder
            )
            try await withFakeAPI(python, below: place) { host in
                let arguments = ["--interpreter", python]
                let stopped = try await deploy(arguments, below: place, to: host, code: 1)
                #expect(stopped.stderr.contains("--include dist/"), "\(stopped)")
                #expect(try host.files(below: "home/alice").isEmpty)
                let taken = arguments + ["--include", "dist/"]
                let done = try await deploy(taken, below: place, to: host)
                #expect(done.stdout.contains(": 200, Hello from handler"), "\(done)")
                #expect(try host.files(below: "home/alice/hello").contains("dist/page.html"))
                let checked = try await runTool(["check", "hello"] + taken, in: place)
                #expect(checked.exitCode == 0, "\(checked)")
            }
        }
    }
}
