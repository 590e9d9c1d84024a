// A file system that takes upper and lower case for the same, as those of macOS and Windows do.

import Foundation
import TestSupport
import Testing

#if os(Linux)
    @Suite(
        "On a file system without upper and lower case",
        .lane(.full),
        // exFAT in user space, which only root can mount everywhere.
        .enabled(
            if: geteuid() == 0 && access("/dev/fuse", R_OK | W_OK) == 0
                && access("/dev/loop-control", R_OK | W_OK) == 0
                && access("/usr/sbin/mount.exfat-fuse", X_OK) == 0
        )
    )
    struct CaseTests {
        private static let template = [
            "t/manifest.json": """
            {"questions": [{"key": "upper", "type": "bool", "default": false}],
             "files": {"docs": {"when": "!upper"}, "DOCS": {"when": "upper"},
                       "src/a.py": {"when": "!upper"}, "src/A.py": {"when": "upper"}}}
            """,
            "t/wsgi.py": "application = 1\n", "t/docs/a.md": "1\n2\n3\n4\n5\n6\n",
            "t/DOCS/a.md": "1\n2\n3\n4\n5\n6\n", "t/src/a.py": "1\n2\n3\n4\n5\n6\n",
            "t/src/A.py": "1\n2\n3\n4\n5\n6\n",
        ]

        /// Runs commands in a folder on such a disk, which is gone when they end.
        private func script(_ commands: String, in folder: URL) async throws -> ProcessResult {
            let mounted = """
                set -eu; truncate -s 20M disk; mkfs.exfat disk >made; mkdir -p m
                loop=$(losetup -f --show disk); trap 'cd ..; umount m; losetup -d "$loop"' EXIT
                mount.exfat-fuse "$loop" m >made 2>&1
                cd m; touch Aa; test -e aA; rm Aa
                \(commands)
                """
            return try await run(
                "/bin/sh",
                ["-c", #"exec unshare -m /bin/sh -c "$1" "$0""#, Paths.tool.path, mounted],
                in: folder,
                environment: stateOfTool
            )
        }

        @Test("a file and a folder that get a name in upper case have it, with the user's edits")
        func renamed() async throws {
            try await withTemporaryFolder { folder in
                try write(Self.template, below: folder)
                let finished = try await script(
                    """
                    "$0" shop --template ../t -q
                    echo mine >>shop/docs/a.md; echo mine >>shop/src/a.py
                    "$0" update shop --template ../t --set upper=yes -q
                    ls shop shop/*/; cat shop/*/*a.md shop/src/*.py
                    "$0" update shop --template ../t --check
                    "$0" update shop --undo -q
                    ls shop shop/*/; cat shop/*/*a.md shop/src/*.py
                    """,
                    in: folder
                )
                expectEnd(of: finished, code: 0)
                let text = "1\n2\n3\n4\n5\n6\nmine\n"
                let (upper, lower) = (
                    "DOCS\nsrc\nwsgi.py\n\nshop/DOCS/:\na.md\n\nshop/src/:\nA.py\n",
                    "docs\nsrc\nwsgi.py\n\nshop/docs/:\na.md\n\nshop/src/:\na.py\n"
                )
                #expect(
                    finished.stdout == "shop:\n" + upper + text + text
                        + "shop is up to date\nshop:\n"
                        + lower + text + text
                )
            }
        }

        @Test("a folder with files of the user's keeps its name, and nothing is lost")
        func shared() async throws {
            try await withTemporaryFolder { folder in
                try write(Self.template, below: folder)
                let finished = try await script(
                    """
                    "$0" shop --template ../t -q; echo own >shop/docs/own.md
                    "$0" update shop --template ../t --set upper=yes -q
                    ls shop shop/docs; cat shop/DOCS/own.md
                    "$0" update shop --undo -q; ls shop/docs
                    """,
                    in: folder
                )
                expectEnd(
                    of: finished,
                    code: 0,
                    stdout:
                        "shop:\ndocs\nsrc\nwsgi.py\n\nshop/docs:\na.md\nown.md\nown\na.md\nown.md\n"
                )
            }
        }
    }
#endif
