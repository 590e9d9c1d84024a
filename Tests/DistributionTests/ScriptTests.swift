// Scripts/build-wheel: the same bytes each time, and what it refuses.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Scripts/build-wheel", .needs(.wheel), .lane(.full))
struct ScriptTests {
    /// Runs the script, in a folder for temporary files where it must not leave any.
    private func build(
        _ arguments: [String],
        script: URL = BuiltWheel.script,
        below folder: URL,
        _ environment: [String: String?] = [:],
        umask: String = "022",
        python: Interpreter? = BuiltWheel.interpreter,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ProcessResult {
        let python = try #require(python, "\(Need.wheel.reason)", sourceLocation: sourceLocation)
        let scratch = folder.appending(path: "scratch")
        try await succeed("mkdir", ["-p", scratch.path])
        let finished = try await run(
            "sh",
            ["-c", "umask \(umask); exec \"$@\"", "sh", python.path, script.path] + arguments,
            in: folder,
            environment: ["TMPDIR": scratch.path, "SOURCE_DATE_EPOCH": nil]
                .merging(environment) { $1 },
            seconds: 1800
        )
        // SwiftPM leaves locks and folders of its own there.
        let left = try filePaths(below: scratch).filter { $0.hasPrefix("pa-new") }
        #expect(left.isEmpty, "\(finished)", sourceLocation: sourceLocation)
        return finished
    }

    /// Copies what the script reads, and returns the copy of the script.
    private func copySources(to folder: URL) async throws -> URL {
        try await succeed("mkdir", ["-p", folder.path])
        try await succeed(
            "cp",
            ["-R"] + BuiltWheel.sources.map { Paths.package.appending(path: $0).path }
                + [folder.path]
        )
        // Package.swift names the folders of tests.
        let tests = Paths.package.appending(path: "Tests").path
        try await succeed("ln", ["-s", tests, folder.appending(path: "Tests").path])
        // The tools are installed once.
        let tools = try FileManager.default
            .contentsOfDirectory(atPath: Paths.package.appending(path: ".build").path)
            .filter { $0.hasPrefix("wheel-tools-") }
        try await succeed("mkdir", [folder.appending(path: ".build").path])
        for name in tools {
            let place = Paths.package.appending(path: ".build/\(name)").path
            try await succeed("ln", ["-s", place, folder.appending(path: ".build/\(name)").path])
        }
        return folder.appending(path: "Scripts/build-wheel")
    }

    @Test("makes the same bytes from a copy of the sources, for another user")
    func reproducible() async throws {
        let first = try await BuiltWheel.shared.folder()
        let binary = try await BuiltWheel.shared.binary()
        // Another Python, too.
        let python = Interpreter.found(["3.10", "3.11", "3.12", "3.13"]).first
        try await withTemporaryFolder { folder in
            let script = try await copySources(to: folder.appending(path: "another place"))
            let scripts = try filePaths(below: script.deletingLastPathComponent())
            try await succeed("mkdir", [folder.appending(path: "home").path])
            let output = folder.appending(path: "of another user/dist")
            // To compile again takes minutes: in shorter lanes it only packs.
            let compiled = Lane.current == .long ? [] : ["--binary", binary.path]
            let finished = try await build(
                ["--output", output.path] + compiled,
                script: script,
                below: folder,
                [
                    "HOME": folder.appending(path: "home").path, "USER": "alice",
                    "TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "7",
                ],
                umask: "077",
                python: python
            )
            try #require(finished.exitCode == 0, "\(finished)")
            #expect(try filePaths(below: output) == filePaths(below: first))
            // action.yml has a digest of all files, so no compiled Python may stay among them.
            #expect(try filePaths(below: script.deletingLastPathComponent()) == scripts)
            for name in try filePaths(below: first) {
                let comparison = try await run(
                    "cmp",
                    [first.appending(path: name).path, output.appending(path: name).path]
                )
                #expect(comparison.exitCode == 0, "\(comparison)")
            }
        }
    }

    @Test("compares a second build with the first where it is asked to")
    func check() async throws {
        let binary = try await BuiltWheel.shared.binary()
        try await withTemporaryFolder { folder in
            let words = ["--output", "dist", "--binary", binary.path, "--check-reproducible"]
            let same = try await build(words, below: folder)
            #expect(same.exitCode == 0, "\(same)")
            #expect(try filePaths(below: folder.appending(path: "dist")).count == 3)

            // What is the user's must not get in; where it does, that is found.
            let script = try await copySources(to: folder.appending(path: "leaking"))
            let staging = folder.appending(path: "leaking/Scripts/wheel_builder/staging.py")
            let text = try String(contentsOf: staging, encoding: .utf8)
            let leaking = text.replacing("ask(binary, \"man\")", with: "str(Path.home())")
            try #require(leaking != text)
            try leaking.write(to: staging, atomically: true, encoding: .utf8)
            let other = try await build(
                ["--output", "leaks"] + words.dropFirst(2),
                script: script,
                below: folder
            )
            #expect(other.exitCode == 70, "\(other)")
            #expect(other.stderr.contains("is not reproducible: a second build"), "\(other)")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/leaks"))
        }
    }

    @Test("takes the time from SOURCE_DATE_EPOCH, in every member of both archives")
    func time() async throws {
        let binary = try await BuiltWheel.shared.binary()
        try await withTemporaryFolder { folder in
            let finished = try await build(
                ["--output", "dist", "--binary", binary.path],
                below: folder,
                ["SOURCE_DATE_EPOCH": "1000000000"]
            )
            try #require(finished.exitCode == 0, "\(finished)")
            let script = """
                import glob, tarfile, zipfile
                for member in zipfile.ZipFile(*glob.glob("dist/*.whl")).infolist():
                    print(member.date_time)
                for member in tarfile.open(*glob.glob("dist/*.gz")):
                    print(member.mtime, member.uid, member.gid, member.uname, member.gname)
                print(open(*glob.glob("dist/*.gz"), "rb").read()[4:8])
                """
            let python = try #require(BuiltWheel.interpreter).path
            let lines = try await succeed(python, ["-c", script], in: folder).split(separator: "\n")
            #expect(
                Set(lines) == [
                    "(2001, 9, 9, 1, 46, 40)", "1000000000 0 0 root root",
                    "b'\\x00\\x00\\x00\\x00'",
                ]
            )
            #expect(lines.count == 9 + 7 + 1)
        }
    }

    @Test(
        "refuses words that it does not know",
        arguments: [["--outptu", "x"], ["--out", "x"], ["dist"], ["--output"], ["--binary"]]
    )
    func words(arguments: [String]) async throws {
        try await withTemporaryFolder { folder in
            let finished = try await build(arguments, below: folder)
            expectRefusal(finished, 64, "--help")
        }
    }

    @Test("explains itself")
    func help() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await build(["--help"], below: folder)
            #expect(finished.exitCode == 0 && finished.stderr.isEmpty, "\(finished)")
            for word in ["--output DIR", "--binary PATH", "--check-reproducible", "SOURCE_DATE"] {
                #expect(finished.stdout.contains(word), "\(word)")
            }
        }
    }

    @Test("packs no binary that would not run on every system, and leaves nothing")
    func binaries() async throws {
        let good = try await Data(contentsOf: BuiltWheel.shared.binary(), options: .mappedIfSafe)
        var foreign = good
        foreign[18] = 40  // 32-bit ARM.
        let inputs: [(name: String, contents: Data?, code: Int32, reason: String)] = [
            ("missing", nil, 66, "cannot pack 'missing': no such file"),
            ("folder", nil, 66, "cannot pack 'folder': it is not a file"),
            ("text", Data("#!/bin/sh\necho pa-new\n".utf8), 65, "it is not an ELF file"),
            ("empty", Data(), 65, "it is not an ELF file"),
            ("short", good.prefix(100), 65, "it is incomplete"),
            ("foreign", foreign, 65, "it is for machine 40"),
            (Paths.tool.path, nil, 65, "it is dynamically linked and needs /lib"),
        ]
        try await withTemporaryFolder { folder in
            try await succeed("mkdir", [folder.appending(path: "folder").path])
            for (name, contents, code, reason) in inputs {
                try contents?.write(to: folder.appending(path: name))
                let finished = try await build(
                    ["--output", "a/dist", "--binary", name],
                    below: folder
                )
                expectRefusal(finished, code, reason)
            }
            #expect(try filePaths(below: folder).allSatisfy { !$0.hasPrefix("a") })
        }
    }

    /// Builds as if this machine were another one, which can run the binary.
    private static let onAarch64 = """
        import platform, sys
        from pathlib import Path
        sys.dont_write_bytecode = True
        scripts, foreign, native, output = sys.argv[1:]
        sys.path.insert(0, scripts)
        platform.machine = lambda: "aarch64"
        import wheel_builder.binary as binary
        ask = binary.ask
        binary.ask = lambda _, *arguments: ask(Path(native), *arguments)
        from wheel_builder.main import main
        sys.exit(main(["--binary", foreign, "--output", output]))
        """

    @Test("names the machine that it packs for, which the binary has to agree with")
    func machines() async throws {
        let native = try await BuiltWheel.shared.binary()
        let python = try #require(BuiltWheel.interpreter).path
        try await withTemporaryFolder { folder in
            let foreign = folder.appending(path: "foreign")
            var bytes = try Data(contentsOf: native)
            bytes[18] = 183  // aarch64
            try bytes.write(to: foreign)
            let scripts = BuiltWheel.script.deletingLastPathComponent().path
            func build(_ binary: URL) async throws -> ProcessResult {
                try await run(
                    python,
                    ["-c", Self.onAarch64, scripts, binary.path, native.path, "dist"],
                    in: folder,
                    environment: ["SOURCE_DATE_EPOCH": nil]
                )
            }
            if machine() != "aarch64" {
                expectRefusal(try await build(native), 65, "it is for \(machine())")
            }
            let finished = try await build(foreign)
            #expect(finished.exitCode == 0, "\(finished)")
            let names = try filePaths(below: folder.appending(path: "dist"))
            let wheel = "pa_new-\(paNewVersion)-py3-none-manylinux_2_34_aarch64.whl"
            #expect(
                names == ["SHA256SUMS", "pa-new-\(paNewVersion)-linux-aarch64.tar.gz", wheel]
            )
            let script =
                "import sys, zipfile as z; w = z.ZipFile(sys.argv[1]); "
                + "print(*[w.read(n).decode() for n in w.namelist() if n.endswith('/WHEEL')])"
            let tag = try await succeed(python, ["-c", script, "dist/\(wheel)"], in: folder)
            #expect(tag.contains("Tag: py3-none-manylinux_2_34_aarch64\n"), "\(tag)")
        }
    }

    @Test("packs no binary of another version than the sources are of")
    func version() async throws {
        let binary = try await BuiltWheel.shared.binary()
        try await withTemporaryFolder { folder in
            let script = try await copySources(to: folder.appending(path: "next"))
            let file = folder.appending(path: "next/Sources/Scaffold/Version.swift")
            let text = try String(contentsOf: file, encoding: .utf8)
            try text.replacing("\"\(paNewVersion)\"", with: "\"99.0.0\"")
                .write(to: file, atomically: true, encoding: .utf8)
            let finished = try await build(
                ["--binary", binary.path],
                script: script,
                below: folder
            )
            let reason = "'pa-new \(paNewVersion)', but these sources are pa-new 99.0.0"
            expectRefusal(finished, 65, reason)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/next/dist"))
        }
    }

    @Test("writes into a folder only, and puts nothing there unless everything can land")
    func places() async throws {
        let binary = try await BuiltWheel.shared.binary()
        let wheel = try await BuiltWheel.shared.wheel().lastPathComponent
        try await withTemporaryFolder { folder in
            try write(["file": "kept\n", "dist/\(wheel)/in the way": ""], below: folder)
            let words = ["--binary", binary.path, "--output"]
            for place in ["file", "file/dist"] {
                let finished = try await build(words + [place], below: folder)
                expectRefusal(finished, 73, "file' is not a folder")
            }
            let finished = try await build(words + ["dist"], below: folder)
            expectRefusal(finished, 73, "\(wheel)' is a folder")
            #expect(
                try filePaths(below: folder) == ["dist/\(wheel)/in the way", "file", "scratch"]
            )
        }
    }

    @Test("needs a time that archives can hold, and Swift where there is no binary")
    func surroundings() async throws {
        try await withTemporaryFolder { folder in
            for text in ["", "yesterday", "-1", "0", "9999999999", "1.5"] {
                let finished = try await build([], below: folder, ["SOURCE_DATE_EPOCH": text])
                expectRefusal(finished, 78, "SOURCE_DATE_EPOCH is '\(text)'")
            }
            let bare = folder.appending(path: "bin")
            try await succeed("mkdir", [bare.path])
            try await succeed("ln", ["-s", "/bin/sh", bare.path])
            let finished = try await build(
                ["--output", "dist"],
                below: folder,
                ["PATH": bare.path]
            )
            expectRefusal(finished, 69, "cannot find swift on PATH")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/dist"))
        }
    }

    /// Expects one line on stderr with a reason, nothing on stdout, and an exit code.
    private func expectRefusal(
        _ finished: ProcessResult,
        _ code: Int32,
        _ reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let lines = finished.stderr.split(separator: "\n")
        let isClear =
            finished.exitCode == code && lines.count == 1 && finished.stdout.isEmpty
            && finished.stderr.hasPrefix("build-wheel: ") && finished.stderr.contains(reason)
        #expect(isClear, "\(reason): \(finished)", sourceLocation: sourceLocation)
    }
}
