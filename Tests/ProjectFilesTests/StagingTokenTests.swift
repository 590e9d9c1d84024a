// A staging folder counts only if a run of this user left it here.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("A staging folder that is not of a run of this user")
struct StagingTokenTests {
    private static let journal = """
        {"version":1,"removals":["gone"],"emptied":[],"folders":[],
         "writes":[{"path":"new","isReplacement":false,"sha256":"\(SHA256.hex(of: Array("mine".utf8)))"},
                   {"path":"old","isReplacement":true,"sha256":"x"}],"makesRepository":false}
        """
    /// What rolls back to a lost file, another text and a file that was not there.
    private static let files = [
        ".pa-new-staging/journal": journal, ".pa-new-staging/removed-0": "evil",
        ".pa-new-staging/old-1": "evil", "new": "mine", "old": "mine",
    ]

    /// Makes a folder with such a staging folder, and returns its status.
    private func stage(_ files: [String: String] = files, in folder: URL) throws -> stat {
        try makeTree(files, in: folder)
        let staging = folder.path + "/.pa-new-staging"
        #expect(chmod(staging, 0o700) == 0)
        var status = stat()
        #expect(lstat(staging, &status) == 0)
        return status
    }

    private func expectRefusal(
        of folder: URL,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try tree(folder)
        for isReadOnly in [true, false] {
            do throws(FileError) {
                _ = try WorkingFolder(folder.path, isReadOnly: isReadOnly)
                Issue.record("it was believed", sourceLocation: sourceLocation)
            } catch {
                guard case .badStaging(_, .foreign) = error else {
                    Issue.record("another error: \(error)", sourceLocation: sourceLocation)
                    continue
                }
            }
        }
        #expect(try tree(folder) == before, sourceLocation: sourceLocation)
    }

    @Test("with the token of a run here, it is rolled back, and the token is gone")
    func ours() throws {
        try withTemporaryFolder { folder in
            let status = try stage(in: folder)
            let token = try #require(StagingToken.make(for: status))
            try makeTree([token.marker: ""], in: folder)
            #expect(token.isOurs(status))
            _ = try WorkingFolder(folder.path)
            #expect(try tree(folder) == ["gone": "evil", "old": "evil", "old~": "mine"])
            #expect(!token.isOurs(status))
        }
    }

    @Test(
        "without a token, or with one that no run made, it changes nothing",
        arguments: [
            [], ["run-0123456789abcdef0123456789abcdef"], ["run-"], ["run-../../x"], ["run-0"],
            ["run-0123456789ABCDEF0123456789ABCDEF"],
        ]
    )
    func forged(markers: [String]) throws {
        try withTemporaryFolder { folder in
            let markers = Dictionary(
                uniqueKeysWithValues: markers.map {
                    (".pa-new-staging/" + $0.replacing("/", with: "%"), "")
                }
            )
            _ = try stage(Self.files.merging(markers) { $1 }, in: folder)
            try expectRefusal(of: folder)
        }
    }

    @Test("with the token of another folder, or two tokens, it changes nothing")
    func copied() throws {
        try withTemporaryFolder { folder in
            let there = folder.appending(path: "there")
            let copy = folder.appending(path: "copy")
            let token = try #require(StagingToken.make(for: stage(in: there)))
            defer { token.forget() }
            _ = try stage(Self.files.merging([token.marker: ""]) { $1 }, in: copy)
            try expectRefusal(of: copy)
            let other = ".pa-new-staging/run-0123456789abcdef0123456789abcdef"
            try makeTree([token.marker: "", other: ""], in: there)
            try expectRefusal(of: there)
        }
    }

    @Test("without a journal, nothing in it is removed; an empty one is")
    func noJournal() throws {
        try withTemporaryFolder { folder in
            _ = try stage(
                [".pa-new-staging/old-0": "mine", ".pa-new-staging/done": ""],
                in: folder
            )
            try expectRefusal(of: folder)
        }
        try withTemporaryFolder { folder in
            _ = try stage([".pa-new-staging": "/"], in: folder)
            _ = try WorkingFolder(folder.path)
            #expect(try tree(folder).isEmpty)
        }
    }

    @Test("the folder for tokens is below the state folder, which has to be an absolute path")
    func place() {
        func place(_ variables: [String: String]) -> String? {
            stateFolder("runs") { variables[$0] }
        }
        #expect(place(["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/pa-new/runs")
        #expect(place(["XDG_STATE_HOME": "s", "HOME": "/h"]) == "/h/.local/state/pa-new/runs")
        #expect(place(["HOME": "h"]) == nil)
        #expect(place([:]) == nil)
    }
}
