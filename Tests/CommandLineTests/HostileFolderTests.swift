// Folders that come from a stranger: files of odd kinds and sizes, a staging folder of an archive, a forged
// baseline; and the end of git when its run is killed.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Folders of a stranger")
struct HostileFolderTests {
    /// What is in the place of a file.
    enum Kind: String, CaseIterable {
        /// As large as the file system allows, and nearly without blocks.
        case huge
        case pipe
        case endless
        case folder

        func put(at place: URL) throws {
            try? FileManager.default.removeItem(at: place)
            switch self {
            case .huge:
                let file = open(place.path, O_CREAT | O_WRONLY, 0o600)
                defer { close(file) }
                for shift in 0..<30 where ftruncate(file, off_t(Int.max >> shift)) == 0 { break }
            case .pipe: #expect(mkfifo(place.path, 0o600) == 0)
            case .endless:
                let path = place.path
                try FileManager.default.createSymbolicLink(
                    atPath: path,
                    withDestinationPath: "/dev/zero"
                )
            case .folder:
                try FileManager.default.createDirectory(
                    at: place.appending(path: "x"),
                    withIntermediateDirectories: true
                )
            }
        }
    }

    @Test(
        "are refused with an error where a file of the project is none, or has any size",
        arguments: Kind.allCases
    )
    func kinds(kind: Kind) async throws {
        let files: [(path: String, words: [String])] = [
            (".pa-new.json", ["update", "hello"]), (".pa-new.base.json", ["update", "hello"]),
            (".pa-new.json", ["add", "handler", "about", "hello"]),
            (".pa-new.json", ["deploy", "hello"]), ("hello/handlers.py", ["update", "hello"]),
            ("hello/routes.py", ["add", "handler", "about", "hello"]),
            ("wsgi.py", ["hello", "--into", "--skip-existing"]),
            ("answers.json", ["other", "--template", "t", "--answers", "hello/answers.json"]),
        ]
        try await withTemporaryFolder { folder in
            let tool = { (words: [String]) in
                try await runTool(words, in: folder, environment: ["API_TOKEN": nil])
            }
            try makeTree(["t/manifest.json": #"{"questions": [{"key": "q"}]}"#], in: folder)
            for (path, words) in files {
                try? FileManager.default.removeItem(at: folder.appending(path: "hello"))
                expectEnd(of: try await tool(["hello", "--framework", "handler", "-q"]), code: 0)
                try kind.put(at: folder.appending(path: "hello/" + path))
                let finished = try await tool(words)
                #expect(finished.exitCode < 128, "\(kind) \(path): \(finished)")
                let isKept =
                    words.contains("--skip-existing") || path == "hello/handlers.py"
                if !isKept { #expect(finished.exitCode != 0, "\(kind) \(path): \(finished)") }
                if kind == .huge, !isKept, words.first == "update" || path == "answers.json" {
                    #expect(finished.exitCode == 74, "\(path): \(finished)")
                }
            }
        }
    }

    @Test("a staging folder of an archive steers nothing, and is named")
    func staging() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let journal =
                #"{"version":1,"removals":["README.md"],"emptied":[],"folders":[],"writes":[]}"#
            try makeTree(
                [
                    "hello/.pa-new-staging/journal": journal,
                    "hello/.pa-new-staging/removed-0": "evil",
                    "hello/.pa-new-staging/run-0123456789abcdef0123456789abcdef": "",
                ],
                in: folder
            )
            #expect(chmod(folder.path + "/hello/.pa-new-staging", 0o700) == 0)
            let before = try tree(folder)
            for words in [
                ["update", "hello"], ["update", "hello", "-n"], ["hello", "--into"],
                ["add", "handler", "about", "hello"], ["update", "hello", "--undo"],
            ] {
                let finished = try await runTool(words, in: folder)
                expectEnd(of: finished, code: 73, stdout: "")
                #expect(finished.stderr.contains("from an archive"), "\(finished)")
                #expect(try tree(folder) == before)
            }
        }
    }

    @Test("a forged baseline does not put .env into a public folder")
    func baseline() async throws {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-q"], in: folder), code: 0)
            let project = folder.appending(path: "hello")
            let style = try forge(in: project)
            let finished = try await runTool(["update", "hello"], in: folder)
            expectEnd(of: finished, code: 0, stderr: "")
            #expect(finished.stdout.contains("did not move or delete .env"), "\(finished)")
            let found = try tree(project)
            #expect(found[".env"] == "SECRET=1\n")
            #expect(found[style] != nil)
            #expect(found[style]?.contains("SECRET") == false)
        }
    }

    /// Lets the baseline say that `.env` is a public file of the template, and returns that file's path.
    private func forge(in project: URL) throws -> String {
        let base = project.appending(path: Baseline.fileName)
        let real = try Baseline([UInt8](Data(contentsOf: base)))
        let style = try #require(real.files.first { $0.path.hasPrefix("static/") })
        let forged = Baseline.File(
            path: ".env",
            template: style.template,
            contents: .digest(String(repeating: "0", count: 64)),
            isExecutable: false,
            isOnce: false
        )
        let others = real.files.filter { $0.path != style.path }
        try Data(Baseline(others + [forged]).document()).write(to: base)
        try makeTree([".env": "SECRET=1\n"], in: project)
        try FileManager.default.removeItem(at: project.appending(path: style.path))
        return style.path
    }

    @Test("a killed run takes its git with it")
    func git() async throws {
        try await withTemporaryFolder { folder in
            let script = """
                #!/bin/sh
                case "$*" in *--version*) echo 'git version 2.40.0'; exit 0;; *init*) ;; *) exit 1;; esac
                sleep 300 &
                echo $$ $! > "$PIDS.new" && mv "$PIDS.new" "$PIDS"
                wait
                """
            try makeTree(["bin/git": script, "work": "/"], in: folder)
            #expect(chmod(folder.path + "/bin/git", 0o755) == 0)
            let pids = folder.path + "/pids"
            // The shell that kills has to stay alive, so the tool runs in the background.
            let kill = """
                "$0" hello --git -q & tool=$!
                for i in $(seq 600); do [ -e "$PIDS" ] && break; sleep 0.05; done
                kill -9 $tool; wait $tool
                for i in $(seq 600); do
                    alive=
                    for pid in $(cat "$PIDS"); do
                        case $(ps -o stat= -p "$pid") in '' | Z*) ;; *) alive="$alive $pid";; esac
                    done
                    [ -z "$alive" ] && exit 0
                    sleep 0.05
                done
                echo "alive:$alive"; exit 1
                """
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let finished = try await runInBackground(
                "/bin/sh",
                ["-c", kill, Paths.tool.path],
                in: folder.appending(path: "work"),
                environment: ["PIDS": pids, "PATH": folder.path + "/bin:" + path]
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(FileManager.default.fileExists(atPath: pids))
        }
    }
}
