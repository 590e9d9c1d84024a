// `pa-new update --abort`, `--undo`, `--ours` and `--theirs`, killed or without space at one call of each kind: all is
// as before or as after, and the same command gets through. An update that was killed is undone by them first.

import Foundation
import TestSupport
import Testing

import ProjectFiles

extension CrashTests {
    /// A command after an update.
    private struct WayBack: Sendable, CustomTestStringConvertible {
        let options: [String]
        /// Whether the update has a conflict.
        var hasConflict = true
        /// Whether it takes back an update.
        var isUndo = true

        var testDescription: String { options.joined(separator: " ") }
    }

    private static let waysBack = [
        WayBack(options: ["--abort"]), WayBack(options: ["--undo"], hasConflict: false),
        WayBack(options: ["--ours", "hello/README.md"], isUndo: false),
        WayBack(options: ["--theirs", "hello/README.md"], isUndo: false),
    ]

    private static let updating = ["update", "hello", "--set", "user=bob", "--set", "name=other"]

    /// A project with edits, and in a conflict with one of lines that the update changes, too.
    private func project(hasConflict: Bool) async throws -> [String: String] {
        try await withTemporaryFolder { folder in
            expectEnd(of: try await runTool(["hello", "-u", "alice", "-q"], in: folder), code: 0)
            var project = try tree(folder)
            let readme = try #require(project["hello/README.md"])
            let edited = readme.replacing("cp /home/alice/", with: "cp /home/carol/")
            try #require(edited != readme)
            if hasConflict { project["hello/README.md"] = edited }
            project["hello/own.txt"] = "mine"
            project["hello/static/hello.txt"] = nil
            return project
        }
    }

    /// Makes the project, and updates it.
    private func update(
        _ project: [String: String],
        for way: WayBack,
        in folder: URL
    ) async throws -> [String: String] {
        try makeTree(project, in: folder)
        let updated = try await runTool(Self.updating + ["-q"], in: folder)
        expectEnd(of: updated, code: way.hasConflict ? 1 : 0)
        return try tree(folder)
    }

    /// Returns the first, the middle and the last call of each kind.
    private func calls(_ words: [String], in folder: URL, trace: URL) async throws -> [[Int]] {
        _ = try await Faults.run(Paths.tool, words, in: folder, fault: nil, trace: trace)
        var numbers: [Substring: [Int]] = [:]
        let names = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
        for (index, name) in names.enumerated() { numbers[name, default: []].append(index + 1) }
        try #require(numbers.count >= 5, "\(numbers)")
        return numbers.values.map { [$0[0], $0[$0.count / 2], $0[$0.count - 1]] }
    }

    @Test(
        "a way back from an update: killed, or no space, at calls of each kind",
        arguments: waysBack
    )
    private func wayBack(_ way: WayBack) async throws {
        let project = try await project(hasConflict: way.hasConflict)
        let words = ["update", "hello", "-q"] + way.options
        let (kinds, after) = try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: false
            )
            _ = try await update(project, for: way, in: folder)
            let trace = root.appending(path: "trace")
            return (try await calls(words, in: folder, trace: trace), try tree(folder))
        }
        let kills = Set(kinds.flatMap { way.isUndo ? [$0[0], $0[2]] : [$0[1]] })
        let faults = kills.sorted().map(Fault.kill) + kinds.map { Fault.full(from: $0[1]) }
        var undone = 0
        for fault in faults {
            try await withTemporaryFolder { folder in
                let before = try await update(project, for: way, in: folder)
                let hit = try await Faults.run(Paths.tool, words, in: folder, fault: fault)
                if case .kill = fault {
                    #expect(hit.exitCode == 128 + SIGKILL, "\(fault)")
                    let left = try tree(folder).filter { !$0.key.contains(stagingFolder) }
                    let again = try await runTool(["update", "hello"] + way.options, in: folder)
                    // What was done to the end cannot be done once more.
                    let isDone = left == after && again.exitCode == 73
                    #expect(again.exitCode == 0 || isDone, "\(fault): \(again)")
                    undone += again.stderr.contains("an interrupted run in 'hello'") ? 1 : 0
                } else if hit.exitCode != 0 {
                    expectEnd(of: hit, code: 74, stdout: "")
                    #expect(try tree(folder) == before, "\(fault)")
                    expectEnd(of: try await runTool(words, in: folder), code: 0, stderr: "")
                }
                #expect(try tree(folder) == after, "\(fault)")
            }
        }
        #expect(undone > 0, "nothing was ever undone")
    }

    @Test("an abort that was killed before it removed its record has nothing to do")
    func doneAlready() async throws {
        let way = Self.waysBack[0]
        let project = try await project(hasConflict: true)
        try await withTemporaryFolder { folder in
            _ = try await update(project, for: way, in: folder)
            try makeTree(project, in: folder)
            let made = try tree(folder).keys.filter { project[$0] == nil }
            for path in made {
                try FileManager.default.removeItem(at: folder.appending(path: path))
            }
            let words = ["update", "hello", "--abort"]
            let again = try await runTool(words, in: folder)
            expectEnd(of: again, code: 0, stdout: "there is nothing to undo\n", stderr: "")
            expectEnd(of: try await runTool(words, in: folder), code: 73, stdout: "")
        }
    }

    @Test(
        "an update that was killed is undone by --undo and --abort, which then have nothing to do"
    )
    func killedUpdate() async throws {
        let project = try await project(hasConflict: true)
        let numbers = try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try makeTree(project, in: folder)
            let trace = root.appending(path: "trace")
            let kinds = try await calls(Self.updating, in: folder, trace: trace)
            return Set(kinds.flatMap { [$0[0], $0[2]] }).sorted()
        }
        var undone = 0
        for (index, call) in numbers.enumerated() {
            try await withTemporaryFolder { folder in
                try makeTree(project, in: folder)
                let fault = Fault.kill(at: call)
                _ = try await Faults.run(Paths.tool, Self.updating, in: folder, fault: fault)
                let option = index.isMultiple(of: 2) ? "--undo" : "--abort"
                let words = ["update", "hello", option]
                let dry = try await runTool(words + ["-n"], in: folder)
                let ran = try await runTool(words, in: folder)
                #expect(dry.exitCode == ran.exitCode, "\(fault): \(dry) \(ran)")
                if ran.stderr.contains("an interrupted run in 'hello'") {
                    expectEnd(of: ran, code: 0, stdout: "there is nothing to undo\n")
                    undone += 1
                } else {
                    // It was killed before it began, or after its end.
                    #expect([0, 73].contains(ran.exitCode), "\(fault): \(ran)")
                }
                #expect(try tree(folder) == project, "\(fault): \(option)")
            }
        }
        #expect(undone > 2, "only \(undone)")
    }
}
