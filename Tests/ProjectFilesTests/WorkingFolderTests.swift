// Changes to a folder that exists: all of them land, or none does.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("Changing a folder that exists")
struct WorkingFolderTests {
    private func write(
        _ path: String,
        _ text: String,
        isExecutable: Bool = false,
        keepingOld: Bool = false
    ) -> FileChange {
        .write(
            ProjectFile(path: path, contents: Array(text.utf8), isExecutable: isExecutable),
            keepingOld: keepingOld
        )
    }

    /// Applies changes to a tree and returns the error, where old contents went, and the tree.
    private func outcome(
        of changes: [FileChange],
        on before: [String: String]
    ) throws -> (error: FileError?, kept: [String: String], after: [String: String]) {
        try withTemporaryFolder { folder in
            try makeTree(before, in: folder)
            var failure: FileError?
            var kept: [String: String] = [:]
            do throws(FileError) {
                kept = try WorkingFolder(folder.path).apply(changes)
            } catch {
                failure = error
            }
            return (failure, kept, try tree(folder))
        }
    }

    @Test("tells whether a path is listed as it is, and not only found")
    func listed() throws {
        try withTemporaryFolder { folder in
            try makeTree(["lib/metrics.py": "", "caf\u{e9}": ""], in: folder)
            let working = try WorkingFolder(folder.path)
            for (path, isListed) in [
                ("lib/metrics.py", true), ("lib/Metrics.py", false), ("Lib/metrics.py", false),
                ("caf\u{e9}", true), ("cafe\u{301}", false), ("lib", true), ("none/x", false),
            ] {
                #expect(try working.lists(path) == isListed, "\(path)")
            }
        }
    }

    @Test("files are made, replaced, kept and removed, and the rest is left alone")
    func lands() throws {
        let (error, kept, after) = try outcome(
            of: [
                write("new/deep/a", "A"), write("old", "new"), write("b/c", "C", keepingOld: true),
                .remove(path: "gone/deep/x"), .remove(path: "gone/y"), .remove(path: "half/z"),
                .remove(path: "never/was"), write("fresh", "F", keepingOld: true),
            ],
            on: [
                "old": "old", "b/c": "c", "mine": "mine", "gone/deep/x": "x", "gone/y": "y",
                "half/z": "z", "half/mine": "mine", "link": "-> mine",
            ]
        )
        #expect(error == nil)
        #expect(kept == ["b/c": "b/c~"])
        #expect(
            after == [
                "new/deep/a": "A", "old": "new", "b/c": "C", "b/c~": "c", "mine": "mine",
                "half/mine": "mine", "link": "-> mine", "fresh": "F",
            ]
        )
    }

    @Test("a folder makes room for a file, and a file for a folder")
    func changesOfKind() throws {
        let (error, _, after) = try outcome(
            of: [
                .remove(path: "a"), write("a/b/c", "1"),
                .remove(path: "d/e/f"), write("d", "2"),
            ],
            on: ["a": "old", "d/e/f": "old"]
        )
        #expect(error == nil)
        #expect(after == ["a/b/c": "1", "d": "2"])
    }

    @Test("a folder that is emptied and filled again is the same folder")
    func sameFolder() throws {
        try withTemporaryFolder { folder in
            try makeTree(["a/b": "1"], in: folder)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o700],
                ofItemAtPath: folder.path + "/a"
            )
            try WorkingFolder(folder.path).apply([.remove(path: "a/b"), write("a/c", "2")])
            let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/a")
            #expect(mode[.posixPermissions] as? Int == 0o700)
            #expect(try tree(folder) == ["a/c": "2"])
        }
    }

    @Test("old contents never take the place of others that were kept")
    func keptNames() throws {
        let (error, kept, after) = try outcome(
            of: [write("a", "3", keepingOld: true), write("b", "2", keepingOld: true)],
            on: ["a": "2", "a~": "1", "a.~2~": "0", "b": "1", "b~/x": "mine"]
        )
        #expect(error == nil)
        #expect(kept == ["a": "a.~3~", "b": "b.~2~"])
        #expect(
            after == [
                "a": "3", "a~": "1", "a.~2~": "0", "a.~3~": "2", "b": "2", "b.~2~": "1",
                "b~/x": "mine",
            ]
        )
    }

    @Test("a replaced file keeps its permissions, but for the right to run it")
    func modes() throws {
        try withTemporaryFolder { folder in
            let manager = FileManager.default
            for (name, mode) in [("a", 0o600), ("b", 0o640), ("c", 0o755)] {
                try makeTree([name: "old"], in: folder)
                try manager.setAttributes(
                    [.posixPermissions: mode],
                    ofItemAtPath: folder.path + "/" + name
                )
            }
            try WorkingFolder(folder.path).apply([
                write("a", "new"), write("b", "new", isExecutable: true), write("c", "new"),
                write("d", "new", isExecutable: true),
            ])
            for (name, mode) in [("a", 0o600), ("b", 0o750), ("c", 0o644), ("d", 0o777)] {
                let found = try manager.attributesOfItem(atPath: folder.path + "/" + name)
                let umask = name == "d" ? 0o077 : 0
                #expect(
                    (found[.posixPermissions] as? Int).map { $0 & ~umask } == mode & ~umask,
                    "\(name)"
                )
            }
        }
    }

    @Test(
        "what is in the way is refused before anything is written",
        arguments: [
            (["a": "-> b", "b": "mine"], "a"),
            (["a/x": "mine"], "a"),
            (["a": "-> /etc/passwd"], "a"),
            (["a": "-> nowhere"], "a"),
        ] as [([String: String], String)]
    )
    func inTheWay(before: [String: String], blocker: String) throws {
        let (error, _, after) = try outcome(of: [write("0", "0"), write("a", "new")], on: before)
        guard case .inTheWay(let path, _)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(path.hasSuffix("/" + blocker))
        #expect(after == before)
    }

    @Test(
        "no change passes through a link or a file",
        arguments: [
            FileChange.remove(path: "a/b/c"),
            .write(ProjectFile(path: "a/b/c", contents: [], isExecutable: false)),
            .write(ProjectFile(path: "a/b/new/d", contents: [], isExecutable: false)),
        ],
        [["a/b": "-> ../real", "real/c": "mine"], ["a": "-> .", "b/c": "mine"], ["a/b": "mine"]]
    )
    func links(change: FileChange, before: [String: String]) throws {
        let (error, _, after) = try outcome(of: [write("0", "0"), change], on: before)
        guard case .inTheWay? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(after == before)
    }

    @Test(
        "a path that leaves the folder, or that git or pa-new keeps for itself, is refused",
        arguments: [
            "", "/", "/etc/x", "..", "../x", "a/../../x", "a//b", "a/", "./a", "a/.", ".git/config",
            "sub/.git/hooks/pre-commit", ".GIT/config", ".pa-new-staging/journal", "a\nb",
            "a\u{0}b", String(repeating: "x", count: 256), "git~1/config", ".Pa-New-Staging",
            "../\u{301}x", "a/../\u{301}../x", ".git/\u{301}x", "/\u{301}x",
            String(repeating: "x/", count: 2048),
            String(repeating: "x/", count: 100) + "x",
        ]
    )
    func badPaths(path: String) throws {
        for change in [write(path, "bad"), .remove(path: path)] {
            let (error, _, after) = try outcome(of: [write("0", "0"), change], on: ["a": "mine"])
            guard case .badPath? = error else {
                Issue.record("another error: \(String(describing: error))")
                return
            }
            #expect(after == ["a": "mine"])
        }
    }

    @Test("a path that is named twice is refused")
    func twice() throws {
        let (error, _, after) = try outcome(
            of: [write("a", "1"), .remove(path: "a")],
            on: ["a": "mine"]
        )
        guard case .badPath(_, .taken)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(after == ["a": "mine"])
    }

    @Test("a failure halfway puts every file back")
    func halfway() throws {
        // The long name passes every check, and is refused when its old contents are to be kept.
        let long = String(repeating: "x", count: 255)
        let before = [
            "a": "1", "z/" + long: "old", "gone/x": "x", "kind": "file", "other/y": "y",
            "empty": "/",
        ]
        let (error, _, after) = try outcome(
            of: [
                write("a", "2", keepingOld: true), .remove(path: "gone/x"), write("b/c/d", "new"),
                .remove(path: "kind"), write("kind/e", "new"), .remove(path: "other/y"),
                write("other", "new"), write("z/y", "new"),
                // A folder in the way that is not empty after all: it holds what was not named.
                write("empty/" + long, "new", keepingOld: true),
                write("empty/" + long + "/f", "new"),
            ],
            on: before
        )
        #expect(error != nil)
        #expect(after == before)
    }

    @Test("two runs do not work in one folder")
    func lock() throws {
        try withTemporaryFolder { folder in
            let first = try WorkingFolder(folder.path)
            for isReadOnly in [false, true] {
                do throws(FileError) {
                    _ = try WorkingFolder(folder.path, isReadOnly: isReadOnly)
                    Issue.record("it was let in")
                } catch {
                    guard case .busy = error else {
                        Issue.record("another error: \(error)")
                        return
                    }
                }
            }
            try first.apply([write("a", "1")])
        }
        try withTemporaryFolder { folder in
            try WorkingFolder(folder.path).apply([write("a", "1")])
            try WorkingFolder(folder.path).apply([write("a", "2")])
            #expect(try tree(folder) == ["a": "2"])
        }
    }

    @Test("states and contents are told without following a link")
    func states() throws {
        try withTemporaryFolder { folder in
            try makeTree(
                ["a": "abc", "b/c": "", "l": "-> a", "d": "-> b"],
                in: folder
            )
            let working = try WorkingFolder(folder.path)
            #expect(try working.state(of: "a") == .file(bytes: 3, isExecutable: false))
            #expect(try working.contents(of: "a") == Array("abc".utf8))
            #expect(try working.state(of: "no/such") == .missing)
            #expect(try working.state(of: "b") == .blocked(by: "b", .folder(entries: [])))
            #expect(try working.state(of: "l") == .blocked(by: "l", .link))
            #expect(try working.state(of: "d/c") == .blocked(by: "d", .link))
            #expect(try working.state(of: "a/x") == .blocked(by: "a", .file))
            for path in ["l", "d/c", "b", "nothing"] {
                #expect(throws: FileError.self) { try working.contents(of: path) }
            }
        }
    }

    @Test("a staging folder that is not ours steers nothing")
    func foreignStaging() throws {
        let journal = #"{"version":1,"removals":[],"emptied":[],"folders":[],"writes":[]}"#
        for (mode, text) in [(0o755, journal), (0o700, "{"), (0o700, #"{"version":2}"#)] {
            try withTemporaryFolder { folder in
                try makeTree([".pa-new-staging/journal": text, "a": "mine"], in: folder)
                let token = try vouch(for: folder, mode: mode)
                defer { token.forget() }
                let before = try tree(folder)
                do throws(FileError) {
                    _ = try WorkingFolder(folder.path)
                    Issue.record("it was taken")
                } catch {
                    guard case .badStaging = error else {
                        Issue.record("another error: \(error)")
                        return
                    }
                }
                #expect(try tree(folder) == before)
            }
        }
    }

    @Test("a journal cannot put a file where git would run it, or outside")
    func hostileJournal() throws {
        for path in [".git/hooks/pre-commit", "../outside", "/tmp/outside"] {
            let journal =
                #"{"version":1,"removals":["\#(path)"],"emptied":[],"folders":[],"writes":[]}"#
            try withTemporaryFolder { folder in
                try makeTree(
                    [
                        ".pa-new-staging/journal": journal, ".pa-new-staging/removed-0": "evil",
                        ".git/hooks/sample": "",
                    ],
                    in: folder
                )
                let token = try vouch(for: folder)
                defer { token.forget() }
                let before = try tree(folder)
                #expect(
                    throws: FileError.badStaging(
                        path: folder.path + "/.pa-new-staging",
                        .unreadable
                    )
                ) { _ = try WorkingFolder(folder.path) }
                #expect(try tree(folder) == before)
            }
        }
    }

    /// Makes the token of a run for a staging folder that a test made.
    private func vouch(for folder: URL, mode: Int = 0o700) throws -> StagingToken {
        let staging = folder.path + "/.pa-new-staging"
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: staging)
        var status = stat()
        #expect(lstat(staging, &status) == 0)
        let token = try #require(StagingToken.make(for: status))
        try makeTree([token.marker: ""], in: folder)
        return token
    }
}
