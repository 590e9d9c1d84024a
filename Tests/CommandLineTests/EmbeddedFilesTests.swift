// The files that pa-new runs itself, its Python, where other users try to change them: in folders that others can
// write to or own, before a run and during one.

import Foundation
import TestSupport
import Testing

@Suite("The files of pa-new's Python")
struct EmbeddedFilesTests {
    private static let swappedPython = Paths.package
        .appending(path: "Tests/CommandLineTests/Python/swapped-python").path

    private static let otherUser = Need("needs root and setpriv, to act as two users") {
        getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    }

    /// Checks a small project as a user with this home, and returns whether somebody else's code was run.
    private func isAttacked(
        in folder: URL,
        after setup: String = ":",
        python: String = swappedPython,
        _ variables: String = "HOME=$PWD/home XDG_CACHE_HOME=",
        location: SourceLocation = #_sourceLocation
    ) async throws -> Bool {
        try write(
            ["app/wsgi.py": "def application(e, s):\n    s('200 OK', [])\n    return []\n"],
            below: folder
        )
        let mark = folder.appending(path: "mark")
        let finished = try await run(
            "sh",
            [
                "-c",
                """
                chmod 755 . && mkdir -p home && \(setup) || exit 9
                export \(variables)
                exec "$TOOL" check --no-load --interpreter "$PYTHON" app
                """,
            ],
            in: folder,
            environment: [
                "TOOL": Paths.tool.path, "PYTHON": python, "MARK": mark.path,
                "SCRATCH": folder.path,
                "TMPDIR": nil,
            ]
        )
        let isMarked = FileManager.default.fileExists(atPath: mark.path)
        // The app was checked, too, wherever the files are.
        if !isMarked {
            #expect(finished.exitCode == 0, "\(finished)", sourceLocation: location)
            #expect(
                finished.stdout.contains("no problems found"),
                "\(finished)",
                sourceLocation: location
            )
        }
        return isMarked
    }

    @Test(
        "cannot be replaced by another user between the look at them and Python's start",
        .needs(otherUser),
        arguments: [
            ("a cache that all can write to", "mkdir -m 777 cache", "XDG_CACHE_HOME=$PWD/cache"),
            ("pa-new's own folder", "mkdir -m 777 -p cache/pa-new", "XDG_CACHE_HOME=$PWD/cache"),
            ("a folder far above", "mkdir -m 777 a && mkdir -p a/b/c", "XDG_CACHE_HOME=$PWD/a/b/c"),
            ("a link to such a folder", "mkdir -m 777 a && ln -s a b", "XDG_CACHE_HOME=$PWD/b"),
            ("a group's folder", "mkdir -m 770 a && chgrp 65534 a", "XDG_CACHE_HOME=$PWD/a"),
            ("~/.cache", "mkdir -m 777 home/.cache", "HOME=$PWD/home XDG_CACHE_HOME="),
            ("the home", "chmod 777 home", "HOME=$PWD/home XDG_CACHE_HOME="),
            ("the home of another user", "chown 65534 home", "HOME=$PWD/home XDG_CACHE_HOME="),
            ("a temporary folder", "mkdir -m 777 tmp", "HOME= XDG_CACHE_HOME= TMPDIR=$PWD/tmp"),
            (
                "another user's temporary folder", "mkdir tmp && chown 65534 tmp",
                "HOME= XDG_CACHE_HOME= TMPDIR=$PWD/tmp"
            ),
            (
                "all of them", "chmod 777 . && mkdir -m 777 t",
                "HOME=$PWD XDG_CACHE_HOME= TMPDIR=$PWD/t"
            ),
            ("a sticky folder", "mkdir -m 1777 tmp", "XDG_CACHE_HOME=$PWD/tmp TMPDIR=$PWD/tmp"),
        ]
    )
    func swapped(place: String, setup: String, variables: String) async throws {
        try await withTemporaryFolder { folder in
            let isTaken = try await isAttacked(in: folder, after: setup, variables)
            #expect(!isTaken, "\(place)")
        }
    }

    @Test(
        "nothing that was put among them counts, even as the user's own, with the right size and time"
    )
    func planted() async throws {
        try await withTemporaryFolder { folder in
            let evil = #"open(__import__("os").environ["MARK"], "w")"#
            try write(["evil.py": evil + "\n", "plant.py": plantCompiled], below: folder)
            func check(_ setup: String) async throws -> Bool {
                try await isAttacked(in: folder, after: setup, python: "python3")
            }
            let isTaken = try await check(":")
            #expect(!isTaken)
            let place = "$(echo home/.cache/pa-new/host-python-*)"
            let modules = "\(place)/pa_new_shared/__pycache__/read.*.modules"
            let plantMain = "python3 plant.py \(place)/pa_new_check/main.py"
            for plant in [
                "cp evil.py \(place)/os.py", "cp evil.py \(place)/argparse.py",
                "cp evil.py \(place)/sitecustomize.py", "echo import evil > \(place)/a.pth",
                "mkdir \(place)/pa_new_check/main && cp evil.py \(place)/pa_new_check/main/__init__.py",
                "echo > \(place)/pa_new_check/main.abi3.so",
                // Python looks at a module's own file if the file with all of them is not there.
                "rm \(modules) && \(plantMain)",
                "python3 plant.py \(modules)",
                // As it comes back from an archive that somebody else has made of it all.
                "rm \(modules) && \(plantMain) && cp -a home home2 && rm -r home && mv home2 home",
                "python3 plant.py \(modules) && cp -a home home2 && rm -r home && mv home2 home",
                "rm \(modules) && mkdir -p away && rm -rf \(place)/pa_new_check/__pycache__"
                    + " && ln -s $PWD/away \(place)/pa_new_check/__pycache__ && \(plantMain)",
                "mkdir \(place)/pa_new_shared/__pycache__/text.pyc",
                "truncate -s 1G \(place)/derived.txt", "rm -r \(place)/pa_new_check/__pycache__",
            ] {
                let isTaken = try await check(plant)
                #expect(!isTaken, "\(plant)")
                let left = try await run(
                    "sh",
                    ["-c", "ls -Ad home/.cache/pa-new/* \(place)/*"],
                    in: folder
                )
                #expect(left.stdout.split(separator: "\n").count == 8, "\(plant): \(left)")
            }
        }
    }

    /// Puts code into the compiled file of a module, with the time and the size of its source; or into the file
    /// with all modules of a command.
    private let plantCompiled = """
        import importlib.util, marshal, os, sys

        code = compile(open("evil.py").read() + "main = len\\n", "evil.py", "exec")
        path = sys.argv[1]
        if path.endswith(".modules"):
            with open(path, "rb") as file:
                magic, usual, others = marshal.load(file)
            assert "pa_new_check.main" in usual
            usual["pa_new_check.main"] = (False, code)
            data = marshal.dumps((magic, usual, others))
        else:
            source = os.stat(path)
            numbers = 0, int(source.st_mtime), source.st_size
            head = b"".join(number.to_bytes(4, "little") for number in numbers)
            data = importlib.util.MAGIC_NUMBER + head + marshal.dumps(code)
            path = importlib.util.cache_from_source(path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

        """

    @Test(
        "are kept under every umask, by every user",
        arguments: ["0", "0177", "0777", "0277", "022"]
    )
    func umask(mask: String) async throws {
        try await withTemporaryFolder { folder in
            try write(
                ["wsgi.py": "def application(e, s):\n    s('200 OK', [])\n    return []\n"],
                below: folder
            )
            let become = getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
            let user = getuid() == 0 ? "chown 65534:65534 home" : ":"
            let script = """
                # The tool may be where another user cannot go.
                cp "$TOOL" pa-new && chmod 755 . && mkdir -p home && \(user)
                python=$(PATH=/usr/bin:/usr/local/bin:$PATH command -v python3)
                for turn in 1 2; do
                    (umask \(mask) && HOME=$PWD/home XDG_CACHE_HOME= \(become) \
                        ./pa-new check --no-load --interpreter $python . > /dev/null) || exit
                    ls -id home/.cache/pa-new/*/pa_new_shared/__pycache__/read.*.modules
                done
                find home -mindepth 1 ! -perm 600 ! -perm 700
                """
            let finished = try await run(
                "sh",
                ["-c", script],
                in: folder,
                environment: ["TOOL": Paths.tool.path, "TMPDIR": nil]
            )
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n")
            // The same file with compiled modules, twice, and nothing that others could read.
            #expect(lines.count == 2 && Set(lines).count == 1, "\(finished)")
        }
    }

    @Test(
        "lie nowhere if others can change every place for them",
        .needs(.mount),
        arguments: ["check", "visit"]
    )
    func nowhere(command: String) async throws {
        let script = """
            mount -t tmpfs -o mode=777 tmpfs /tmp && export HOME= XDG_CACHE_HOME= TMPDIR=
            exec "$1" \(command) /usr
            """
        let finished = try await run("unshare", ["-rm", "sh", "-c", script, "sh", Paths.tool.path])
        #expect(finished.exitCode != 0 && finished.stdout.isEmpty, "\(finished)")
        #expect(
            finished.stderr.hasPrefix("pa-new: '/tmp' is no safe place for temporary files\n"),
            "\(finished)"
        )
        #expect(
            finished.stderr.contains("help: set TMPDIR to a folder that only you can write to"),
            "\(finished)"
        )
    }
}
