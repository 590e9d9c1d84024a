// A disk, a terminal and limits that refuse: nothing is left, and the reason is told.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A disk and a terminal that refuse")
struct RefusalTests {
    @Test("a folder that may not be written to")
    func notWritable() async throws {
        try await withTemporaryFolder { folder in
            let tool = folder.appending(path: "pa-new")
            try await copyTool(to: tool)
            let locked = folder.appending(path: "locked")
            try FileManager.default.createDirectory(
                at: locked,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o555]
            )
            // The administrator may write anywhere, and has to become somebody else first.
            let become = getuid() == 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : []
            let words = become + [tool.path, "hello", "-o", locked.path]
            let finished = try await run(words[0], Array(words.dropFirst()), in: folder)
            expectEnd(of: finished, code: 73, stdout: "")
            #expect(finished.stderr.contains("cannot create anything in"))
            #expect(finished.stderr.contains("Permission denied"))
            #expect(try filePaths(below: locked) == [])
        }
    }

    @Test("a disk that is full, at any size", .needs(.mount))
    func diskFull() async throws {
        // Every size up to the one that suffices: each fails somewhere else.
        let script = """
            set -e
            mkdir -p disk
            size=4
            while [ $size -le 2000 ]; do
                mount -t tmpfs -o size=${size}k,nr_inodes=$((size / 2 + 3)) tmpfs disk
                code=0; "$1" hello -o disk >out 2>err || code=$?
                echo "$size $code $(ls -A disk | tr '\\n' ' ')"
                [ $code = 0 ] || cat err >>errors
                umount disk
                [ $code != 0 ] || exit 0
                size=$((size + 8))
            done
            exit 9
            """
        try await withTemporaryFolder { folder in
            let finished = try await run(
                "unshare",
                ["-rm", "sh", "-c", script, "sh", Paths.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n")
            #expect(lines.count > 5, "\(finished)")
            for line in lines.dropLast() {
                #expect(line.split(separator: " ").dropFirst() == ["74"], "\(line)")
            }
            #expect(lines.last?.hasSuffix(" 0 hello ") == true, "\(finished)")
            let errors = try String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)
            #expect(errors.contains("No space left on device"))
            #expect(errors.contains("no files were changed"))
        }
    }

    @Test("a limit on the size of files")
    func fileSizeLimit() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await run(
                "sh",
                ["-c", "ulimit -f 1; exec \"$1\" hello", "sh", Paths.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 74, stdout: "")
            #expect(finished.stderr.contains("writing 'hello/"), "\(finished)")
            #expect(finished.stderr.contains("File too large"))
            #expect(try filePaths(below: folder) == [])
        }
    }

    @Test("a limit on open files that is lower than the number of files")
    func openFilesLimit() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await run(
                "sh",
                ["-c", "ulimit -n 12; exec \"$1\" hello -q", "sh", Paths.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stdout: "", stderr: "")
            #expect(try filePaths(below: folder).count == plannedCount())
        }
    }

    @Test(
        "a temporary folder that cannot be made or filled is told with the system's own reason",
        arguments: [
            ("TMPDIR=missing", "made in 'missing'", "No such file or directory"),
            ("TMPDIR=file", "made in 'file'", "Not a directory"),
            ("TMPDIR=locked", "made in 'locked'", "Permission denied"),
            // The first file of the checker has more bytes than this; the cache is out of reach.
            ("TMPDIR=tmp; ulimit -f 1", "could not be written", "failed: File too large"),
            ("TMPDIR=tmp; ulimit -n 4", "could not be written", "failed: Too many open files"),
        ]
    )
    func temporaryFolder(setup: String, part: String, reason: String) async throws {
        try await withTemporaryFolder { folder in
            let tool = folder.appending(path: "pa-new")
            try await copyTool(to: tool)
            let become = getuid() == 0 ? "setpriv --reuid=65534 --clear-groups " : ""
            let script = """
                chmod 755 . && mkdir -m 555 locked && mkdir -m 1777 tmp && touch file
                export HOME= XDG_CACHE_HOME= \(setup)
                exec \(become)./pa-new check
                """
            for command in ["check", "visit"] {
                let finished = try await run(
                    "sh",
                    ["-c", script.replacing("check", with: command)],
                    in: folder
                )
                expectEnd(of: finished, code: 2, stdout: "")
                #expect(finished.stderr.contains(part), "\(finished)")
                #expect(finished.stderr.contains("why: "), "\(finished)")
                #expect(finished.stderr.contains(reason), "\(finished)")
                #expect(finished.stderr.contains("help: set TMPDIR to"), "\(finished)")
                let left = try await run(
                    "sh",
                    ["-c", "ls -A tmp; rm -rf locked tmp file"],
                    in: folder
                )
                #expect(left.stdout.isEmpty, "\(left)")
            }
        }
    }

    @Test("an output that takes nothing is told on stderr")
    func fullOutput() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await run(
                "sh",
                ["-c", "exec \"$1\" list >/dev/full", "sh", Paths.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 74, stdout: "")
            #expect(finished.stderr.contains("the output could not be written"))
        }
    }

    @Test("a report that cannot be printed does not undo the project, and says so")
    func unprintedReport() async throws {
        try await withTemporaryFolder { folder in
            for redirection in [">/dev/full", ">&-"] {
                let script = "rm -rf hello; exec \"$1\" hello " + redirection
                let finished = try await run(
                    "sh",
                    ["-c", script, "sh", Paths.tool.path],
                    in: folder
                )
                expectEnd(of: finished, code: 74, stdout: "")
                #expect(finished.stderr.contains("the project is complete"), "\(finished)")
                #expect(try filePaths(below: folder).count == plannedCount())
            }
        }
    }

    @Test("a word that is not UTF-8 is refused, and no other folder is taken for it")
    func notUTF8() async throws {
        try await withTemporaryFolder { folder in
            let script = """
                bad=$(printf 'bad\\377'); other=$(printf 'bad\\357\\277\\275')
                mkdir "$bad" "$other"
                "$1" hello -o "$bad"; code=$?
                ls "$bad" "$other" | grep hello
                exit $code
                """
            let finished = try await run("sh", ["-c", script, "sh", Paths.tool.path], in: folder)
            expectEnd(of: finished, code: 64, stdout: "")
            #expect(finished.stderr.contains("argument 3 is not valid UTF-8"))
        }
    }

    @Test("of several runs at once for one name exactly one wins")
    func race() async throws {
        try await withTemporaryFolder { folder in
            let script = """
                for i in 1 2 3 4 5 6 7 8; do
                    ("$1" hello -q 2>/dev/null; echo $?) &
                done
                wait
                """
            let finished = try await run("sh", ["-c", script, "sh", Paths.tool.path], in: folder)
            #expect(
                finished.stdout.split(separator: "\n").sorted() == ["0"]
                    + Array(repeating: "73", count: 7)
            )
            #expect(try filePaths(below: folder).count == plannedCount())
        }
    }

    @Test(
        "the tool alone, with the repository out of sight, works",
        .needs(.mount)
    )
    func alone() async throws {
        try await withTemporaryFolder { folder in
            let tool = folder.appending(path: "elsewhere/pa-new")
            try FileManager.default.createDirectory(
                at: tool.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try await copyTool(to: tool)
            let script = "mount -t tmpfs tmpfs \"$2\" && ! ls \"$2\"/* && exec \"$1\" hello -q"
            let finished = try await run(
                "unshare",
                ["-rm", "sh", "-c", script, "sh", tool.path, Paths.package.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stdout: "")
            #expect(try filePaths(below: folder.appending(path: "hello")).count == plannedCount())
        }
    }

    /// Copies the tool, in a process of its own: a file that this one has open for writing, and that
    /// a child inherits, cannot be run ("Text file busy").
    private func copyTool(to place: URL) async throws {
        expectEnd(of: try await run("cp", [Paths.tool.path, place.path]), code: 0)
    }
}
