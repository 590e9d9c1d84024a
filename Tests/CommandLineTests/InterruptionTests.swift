// Killed at any instant, refused at any call: a folder is as it was, or as it should be.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

@Suite("Changes that are interrupted", .needs(.compiler), .lane(.full))
struct InterruptionTests {
    private static let before = [
        "same": "same", "old": "old 1", "kept": "old 2", "kept~": "old 3", "gone/deep/x": "old 4",
        "kind": "old 5", "folder/y": "old 6", "mine/z": "mine", "empty": "/",
    ]
    private static let after = [
        "same": "same", "old": "new 1", "kept": "new 2", "kept~": "old 3", "kept.~2~": "old 2",
        "kind/a": "new 3", "folder": "new 4", "fresh/b": "new 5", "mine/z": "mine", "empty": "/",
    ]
    private static let words = [
        "write", "old", "new 1", "keep", "kept", "new 2", "remove", "gone/deep/x",
        "remove", "kind", "write", "kind/a", "new 3", "remove", "folder/y", "write", "folder",
        "new 4", "write", "fresh/b", "new 5",
    ]

    private func change(
        _ folder: URL,
        _ fault: Fault?,
        hasLinks: Bool = true
    ) async throws -> ProcessResult {
        try await Faults.run(
            Paths.built("change-folder"),
            [folder.path] + Self.words,
            in: folder,
            fault: fault,
            hasLinks: hasLinks
        )
    }

    /// Checks that nothing of what was there is lost, wherever it is now.
    private func expectNothingLost(_ folder: URL, _ fault: Fault) throws {
        let texts = try Set(tree(folder).values)
        let removed = ["old 1", "old 4", "old 5", "old 6"]
        for text in Self.before.values where !texts.contains(text) {
            // What the changes remove may be gone, once they have landed.
            guard removed.contains(text) else {
                Issue.record("\(fault): '\(text)' is lost")
                continue
            }
            let landed = try tree(folder).filter { !$0.key.hasPrefix(stagingFolder) }
            #expect(landed == Self.after, "\(fault): '\(text)' is lost")
        }
    }

    @Test("killed at any call, the next run finishes the job", arguments: [true, false])
    func killed(hasLinks: Bool) async throws {
        var call = 1
        var backs = 0
        while true {
            let isDone = try await withTemporaryFolder { folder in
                try makeTree(Self.before, in: folder)
                let fault = Fault.kill(at: call)
                let finished = try await change(folder, fault, hasLinks: hasLinks)
                if finished.exitCode == 0 { return true }
                #expect(finished.exitCode == 128 + SIGKILL, "\(finished)")
                try expectNothingLost(folder, fault)
                // A run that may not write sees what was there before.
                let isLanded: Bool
                do {
                    let looking = try WorkingFolder(folder.path, isReadOnly: true)
                    let text = String(decoding: try looking.contents(of: "old"), as: UTF8.self)
                    isLanded = text == "new 1"
                    #expect(isLanded || text == "old 1")
                    let state = try looking.state(of: "fresh/b")
                    #expect(isLanded ? state != .missing : state == .missing, "\(fault)")
                    let gone = try looking.state(of: "gone/deep/x")
                    #expect(isLanded ? gone == .missing : gone != .missing, "\(fault)")
                }
                // The next run takes back what did not land.
                do { _ = try WorkingFolder(folder.path) }
                #expect(try tree(folder) == (isLanded ? Self.after : Self.before), "\(fault)")
                if !isLanded { backs += 1 }
                if !isLanded {
                    #expect(try await change(folder, nil, hasLinks: hasLinks).exitCode == 0)
                    #expect(try tree(folder) == Self.after, "\(fault)")
                }
                return false
            }
            if isDone { break }
            call += 1
        }
        #expect(call > 50, "only \(call) calls")
        #expect(backs > 40, "only \(backs) taken back")
    }

    @Test("killed while taking back, again and again, the last run finishes the job")
    func killedTwice() async throws {
        var seen = 0
        for call in stride(from: 20, to: 57, by: 5) {
            for hasLinks in [true, false] {
                try await withTemporaryFolder { folder in
                    try makeTree(Self.before, in: folder)
                    _ = try await change(folder, .kill(at: call), hasLinks: hasLinks)
                    for second in 1... {
                        let finished = try await Faults.run(
                            Paths.built("change-folder"),
                            [folder.path],
                            in: folder,
                            fault: .kill(at: second),
                            hasLinks: hasLinks
                        )
                        try expectNothingLost(folder, .kill(at: second))
                        if finished.exitCode == 0 { break }
                        seen += 1
                    }
                    let found = try tree(folder)
                    #expect(found == Self.before || found == Self.after, "call \(call)")
                }
            }
        }
        #expect(seen > 50, "only \(seen)")
    }

    @Test("refused any one call, everything is put back", arguments: [EIO, EACCES, ENOSPC, EPERM])
    func refused(code: Int32) async throws {
        var call = 1
        var failures = 0
        while true {
            let isDone = try await withTemporaryFolder { folder in
                try makeTree(Self.before, in: folder)
                let fault = Fault.fail(at: call, code: code)
                let trace = folder.appending(path: "trace")
                let finished = try await Faults.run(
                    Paths.built("change-folder"),
                    [folder.path] + Self.words,
                    in: folder,
                    fault: fault,
                    trace: trace
                )
                let calls = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
                try FileManager.default.removeItem(at: trace)
                if calls.count < call { return true }
                var found = try tree(folder)
                if finished.exitCode == 0 {
                    // It went another way, or only the tidying up failed.
                    found = found.filter { !$0.key.hasPrefix(stagingFolder) }
                    #expect(found == Self.after, "\(fault)")
                } else {
                    failures += 1
                    #expect([73, 74].contains(finished.exitCode))
                    #expect(found == Self.before, "\(fault)")
                }
                return false
            }
            if isDone { break }
            call += 1
        }
        #expect(failures > 20, "only \(failures)")
    }

    @Test("with the disk full from any call on, everything is put back")
    func full() async throws {
        var call = 1
        while true {
            let isDone = try await withTemporaryFolder { folder in
                try makeTree(Self.before, in: folder)
                let finished = try await change(folder, .full(from: call))
                if finished.exitCode == 0 { return true }
                #expect(finished.stdout.contains("code: \(ENOSPC)"))
                #expect(try tree(folder) == Self.before, "\(Fault.full(from: call))")
                return false
            }
            if isDone { break }
            call += 1
        }
        #expect(call > 30, "only \(call) calls")
    }

    @Test("what a user makes of new files before they are taken back is kept")
    func edited() async throws {
        // Killed when every file is in its place and the journal still open.
        for call in 1... {
            let isFound = try await withTemporaryFolder { folder in
                try makeTree(Self.before, in: folder)
                let finished = try await change(folder, .kill(at: call))
                try #require(finished.exitCode != 0, "no such instant")
                let found = try tree(folder)
                guard found["fresh/b"] == "new 5", found[".pa-new-staging/journal"] != nil
                else { return false }
                #expect(found[".pa-new-staging/.gitignore"] == "*\n")
                try makeTree(["old": "my edit", "fresh/b": "my own"], in: folder)
                do { _ = try WorkingFolder(folder.path) }
                var expected = Self.before
                expected["old~"] = "my edit"
                expected["fresh/b"] = "my own"
                #expect(try tree(folder) == expected)
                return true
            }
            if isFound { break }
        }
    }
}
