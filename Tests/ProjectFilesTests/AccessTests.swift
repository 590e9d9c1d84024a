// Owners, groups and permissions of files that are replaced, moved and added; and files of odd sizes and kinds.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("Owners, permissions and sizes")
struct AccessTests {
    /// A file before and after: its permissions, and whether the new one can be executed.
    private static let replacements: [(mode: mode_t, isExecutable: Bool, result: mode_t)] = [
        (0o640, false, 0o640), (0o600, true, 0o700), (0o745, true, 0o745), (0o711, true, 0o711),
        (0o755, false, 0o644), (0o444, false, 0o444), (0o4755, true, 0o755),
    ]

    private func status(_ path: String, in folder: URL) throws -> stat {
        var status = stat()
        try #require(lstat(folder.path + "/" + path, &status) == 0, "\(path)")
        return status
    }

    private func write(_ path: String, isExecutable: Bool = false, from old: String? = nil)
        -> FileChange
    {
        let file = ProjectFile(path: path, contents: [1], isExecutable: isExecutable)
        return .write(file, movedFrom: old)
    }

    @Test(
        "a replaced file keeps its permissions; the right to execute changes only with the file's own"
    )
    func permissions() throws {
        try withTemporaryFolder { folder in
            for (index, row) in Self.replacements.enumerated() {
                try makeTree(["\(index)": "old"], in: folder)
                #expect(chmod(folder.path + "/\(index)", row.mode) == 0)
            }
            try WorkingFolder(folder.path).apply(
                Self.replacements.enumerated().map { write("\($0)", isExecutable: $1.isExecutable) }
            )
            for (index, row) in Self.replacements.enumerated() {
                #expect(try status("\(index)", in: folder).st_mode & 0o7777 == row.result, "\(row)")
            }
        }
    }

    @Test("a file that moves keeps its permissions, and one that is brought back has its old ones")
    func moves() throws {
        try withTemporaryFolder { folder in
            try makeTree(["a/secret": "old"], in: folder)
            #expect(chmod(folder.path + "/a/secret", 0o600) == 0)
            let working = try WorkingFolder(folder.path)
            try working.apply([write("b/secret", from: "a/secret"), .remove(path: "a/secret")])
            #expect(try status("b/secret", in: folder).st_mode & 0o777 == 0o600)
            #expect(try working.permissions(of: "b/secret") == 0o600)
            #expect(try working.permissions(of: "b") == nil)
            var file = ProjectFile(path: "c", contents: [])
            file.permissions = 0o640
            try working.apply([.write(file)])
            #expect(try status("c", in: folder).st_mode & 0o777 == 0o640)
        }
    }

    @Test("a folder to which files move has the permissions of theirs, and those of all of them")
    func folders() throws {
        try withTemporaryFolder { folder in
            try makeTree(["a/b/x": "x", "a/b/y": "y", "a/z": "z", "p/q": "q"], in: folder)
            for (path, mode) in [("a", 0o750), ("a/b", 0o2700), ("p", 0o710)] as [(String, mode_t)]
            {
                #expect(chmod(folder.path + "/" + path, mode) == 0)
            }
            let moves = [
                ("a/b/x", "n/b/x"), ("a/b/y", "n/b/y"), ("a/z", "n/z"), ("p/q", "n/q"),
            ]
            try WorkingFolder(folder.path).apply(
                moves.map { write($1, from: $0) } + moves.map { .remove(path: $0.0) }
                    + [write("other/new")]
            )
            #expect(
                try tree(folder).keys.sorted() == ["n/b/x", "n/b/y", "n/q", "n/z", "other/new"]
            )
            let (outer, inner) = (
                try status("n", in: folder).st_mode, try status("n/b", in: folder).st_mode
            )
            #expect(outer & 0o7777 == 0o710)
            #expect(inner & 0o7777 == 0o2700)
            let new = try status("other", in: folder).st_mode
            #expect(new & 0o700 == 0o700 && new & 0o077 != 0)
        }
    }

    @Test(
        "the owner and the group stay, too, if this user may set them",
        .enabled(if: geteuid() == 0)
    )
    func owners() throws {
        try withTemporaryFolder { folder in
            try makeTree(
                [
                    "theirs": "old", "moved": "old", "shared": "/", "sub/x": "",
                    "private/x": "x",
                ],
                in: folder
            )
            for (path, owner, group) in [
                ("theirs", 1234, 1235), ("moved", 1234, 1235), ("shared", 0, 1236),
                ("sub", 0, 1237), ("private", 1234, 1235),
            ] as [(String, uid_t, gid_t)] {
                #expect(lchown(folder.path + "/" + path, owner, group) == 0)
            }
            #expect(chmod(folder.path + "/shared", 0o2775) == 0)
            try WorkingFolder(folder.path).apply([
                write("theirs"), write("shared/new"), write("shared/deep/new"), write("sub/new"),
                write("there", from: "moved"), .remove(path: "moved"),
                write("private2/x", from: "private/x"), .remove(path: "private/x"),
            ])
            for (path, owner, group) in [
                ("theirs", 1234, 1235), ("there", 1234, 1235), ("shared/new", 0, 1236),
                ("private2", 1234, 1235), ("shared/deep", 0, 1236), ("shared/deep/new", 0, 1236),
                ("sub/new", 0, getegid()),
            ] as [(String, uid_t, gid_t)] {
                let status = try status(path, in: folder)
                #expect((status.st_uid, status.st_gid) == (owner, group), "\(path)")
            }
        }
    }

    @Test("a group that cannot be kept does not give its rights to another one")
    func otherGroup() throws {
        try withTemporaryFolder { folder in
            // Nobody may give a file to the group that means "no change".
            var old = stat()
            old.st_uid = geteuid()
            old.st_gid = geteuid() == 0 ? getegid() : 1
            old.st_mode = 0o664
            let path = folder.path + "/f"
            let file = open(path, O_CREAT | O_RDWR, 0o600)
            defer { close(file) }
            #expect(Access(like: old).give(to: file) == 0)
            let mode = try status("f", in: folder).st_mode & 0o777
            #expect(mode == (try status("f", in: folder).st_gid == old.st_gid ? 0o664 : 0o644))
        }
    }

    @Test("files of any size and kind are read, or refused without a crash")
    func sizes() throws {
        try withTemporaryFolder { folder in
            try makeTree(
                ["small": "abc", "empty": "", "zero": "-> /dev/zero", "dir/x": ""],
                in: folder
            )
            mkfifo(folder.path + "/pipe", 0o600)
            for (name, size) in [("large", maxFileBytes + 1), ("huge", Int.max)] {
                let file = open(folder.path + "/" + name, O_CREAT | O_WRONLY, 0o600)
                // Not every file system has files of the largest size.
                for shift in 0..<30 where ftruncate(file, off_t(size >> shift)) == 0 { break }
                close(file)
                try #require(try status(name, in: folder).st_size > maxFileBytes, "\(name)")
            }
            let working = try WorkingFolder(folder.path)
            #expect(try working.contents(of: "small") == Array("abc".utf8))
            #expect(try working.contents(of: "small", most: 3) == Array("abc".utf8))
            #expect(try working.contents(of: "empty").isEmpty)
            for (path, code) in [
                ("large", EFBIG), ("huge", EFBIG), ("dir", EISDIR), ("pipe", EISDIR),
            ] {
                #expect(throws: FileError.system(.read, path: folder.path + "/" + path, code: code))
                {
                    try working.contents(of: path)
                }
                #expect(throws: ReadProblem.self) {
                    try readFile(folder.path + "/" + path, most: maxFileBytes)
                }
            }
            #expect(throws: FileError.self) { try working.contents(of: "zero") }
            #expect(throws: ReadProblem.notAFile) { try readFile(folder.path + "/zero", most: 10) }
            #expect(throws: FileError.system(.read, path: folder.path + "/small", code: EFBIG)) {
                try working.contents(of: "small", most: 2)
            }
        }
    }
}
