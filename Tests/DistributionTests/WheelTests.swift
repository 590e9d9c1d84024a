// The wheel, as the tools of the Python world see it and as somebody installs it.
//
// A target of its own: the first test compiles pa-new in release, which takes minutes.

import Foundation
import Scaffold
import TestSupport
import Testing

/// The oldest Python that the wheel may be installed with, the host's oldest and its newest.
private let interpreters: [Interpreter] = {
    let offered = Interpreter.found(PythonVersion.offered.map(\.description))
    let found = Interpreter.found(["3.7", "3.8"]).prefix(1) + offered.prefix(1) + offered.suffix(1)
    return found.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
}()

@Suite("The wheel", .needs(.wheel), .lane(.full))
struct WheelTests {
    @Test("is called after version and platform, and PyPI would take it")
    func checks() async throws {
        let wheel = try await BuiltWheel.shared.wheel()
        let platform = "manylinux_2_34_\(machine())"
        let name = "pa_new-\(paNewVersion)-py3-none-\(platform).whl"
        #expect(wheel.lastPathComponent == name)
        let checked = try await run(
            judges(),
            ["-m", "twine", "--no-color", "check", "--strict", wheel.path]
        )
        #expect(checked.exitCode == 0 && checked.stdout.contains("PASSED"), "\(checked)")
    }

    @Test("holds what its tag promises: auditwheel finds nothing that it needs of a system")
    func tag() async throws {
        let wheel = try await BuiltWheel.shared.wheel()
        let python = try await judges()
        let shown = try await succeed(python, ["-m", "auditwheel", "show", "--json", wheel.path])
        let report = try #require(
            JSONSerialization.jsonObject(with: Data(shown.utf8)) as? [String: Any]
        )
        #expect(report["pure"] as? Bool == false)
        #expect(report["unsupported_isa"] as? Bool == false)
        for key in ["external_libs", "versioned_symbols"] {
            let needs = report[key] as? [String: Any]
            #expect(needs?.isEmpty == true, "\(shown)")
        }
        // The oldest tag that auditwheel knows; that of the wheel is newer, as hook.py explains.
        let found = try #require(report["overall_tag"] as? String)
        let version = try #require(found.firstMatch(of: /^manylinux_2_(\d+)_(.+)$/), "\(found)")
        #expect(try #require(Int(version.1)) <= 34, "\(found)")
        #expect(version.2 == machine())
    }

    @Test("is small: each file is packed as well as its form allows, with its mode and time")
    func size() async throws {
        let wheel = try await BuiltWheel.shared.wheel()
        let bytes = try #require(try wheel.resourceValues(forKeys: [.fileSizeKey]).fileSize)
        #expect(bytes <= 4_500_000)
        let program = """
            import sys, zipfile, zlib
            with zipfile.ZipFile(sys.argv[1]) as wheel:
                assert wheel.testzip() is None
                for info in wheel.infolist():
                    assert info.compress_size <= len(zlib.compress(wheel.read(info), 9)), info
                    print(oct(info.external_attr >> 16), info.date_time[0], info.filename)
            """
        let python = try await judges()
        let lines = try await succeed(python, ["-c", program, wheel.path]).split(separator: "\n")
        let year = paNewDate.suffix(4)
        let script = "0o100755 \(year) pa_new-\(paNewVersion).data/scripts/pa-new"
        #expect(lines.contains { $0 == script }, "\(lines)")
        #expect(lines.count == 9)
        #expect(lines.allSatisfy { $0.contains("644 \(year) ") || $0 == script }, "\(lines)")
    }

    @Test("says who and what it is, in files that match their sums")
    func contents() async throws {
        let wheel = try await BuiltWheel.shared.wheel()
        let python = try await judges()
        try await withTemporaryFolder { folder in
            // This compares each file with RECORD.
            try await succeed(python, ["-m", "wheel", "unpack", "--dest", folder.path, wheel.path])
            let root = folder.appending(path: "pa_new-\(paNewVersion)")
            let data = root.appending(path: "pa_new-\(paNewVersion).data")
            let info = root.appending(path: "pa_new-\(paNewVersion).dist-info")
            #expect(
                try filePaths(below: info) == ["METADATA", "RECORD", "WHEEL", "licenses/LICENSE"]
            )
            #expect(try filePaths(below: data.appending(path: "scripts")) == ["pa-new"])
            try await expectCompanions(below: data.appending(path: "data"))
            let count = try filePaths(below: root).count
            #expect(count == 9)

            func text(_ path: String) throws -> String {
                try String(contentsOf: info.appending(path: path), encoding: .utf8)
            }
            let package = Paths.package
            let licence = try String(
                contentsOf: package.appending(path: "LICENSE"),
                encoding: .utf8
            )
            #expect(try text("licenses/LICENSE") == licence)
            let kind = try text("WHEEL").split(separator: "\n")
            #expect(kind.contains("Root-Is-Purelib: false"))
            #expect(kind.contains("Tag: py3-none-manylinux_2_34_\(machine())"))

            let metadata = try text("METADATA").components(separatedBy: "\n\n")
            let fields = metadata[0].split(separator: "\n").map(String.init)
            for field in [
                "Name: pa-new", "Version: \(paNewVersion)", "License-Expression: MIT",
                "License-File: LICENSE", "Requires-Python: >=3.7",
                "Description-Content-Type: text/markdown",
            ] {
                #expect(fields.contains(field), "\(field)")
            }
            #expect(fields.contains { $0.hasPrefix("Summary: Writes web projects") })
            #expect(!fields.contains { $0.hasPrefix("Requires-Dist") })

            // The README, where links into the repository are plain text: they would be dead.
            let description = metadata.dropFirst().joined(separator: "\n\n")
            let readme = try String(
                contentsOf: package.appending(path: "README.md"),
                encoding: .utf8
            )
            let plain = readme.replacing(/!\[[^\]]*\]\((?!https:)[^)]+\)\n*/, with: "")
                .replacing(/\[([^\]]+)\]\((?!https:)[^)]+\)/) { $0.1 }
            #expect(description == plain)
            #expect(!description.contains(/\]\((?!https:)/))
        }
    }

    @Test(
        "is there after pip install, does the main job, and is gone after",
        arguments: interpreters
    )
    func installs(interpreter: Interpreter) async throws {
        let wheel = try await BuiltWheel.shared.wheel()
        try await withTemporaryFolder { folder in
            let environment = folder.appending(path: "venv")
            try await succeed(interpreter.path, ["-m", "venv", environment.path])
            let bin = environment.appending(path: "bin")
            let python = bin.appending(path: "python").path
            let before = try await everything(below: environment)
            let pip = ["-m", "pip", "--disable-pip-version-check"]
            try await succeed(python, pip + ["install", "--no-index", wheel.path])
            try await succeed(python, pip + ["check"])
            try await expectCompanions(below: environment)
            let tool = bin.appending(path: "pa-new").path
            #expect(try await succeed(tool, ["--version"]) == "pa-new \(paNewVersion)\n")
            let isOffered = PythonVersion.offered.map(\.description).contains(interpreter.version)
            try await expectMainJob(in: folder, path: bin, python: isOffered ? python : nil)

            try await succeed(python, pip + ["uninstall", "--yes", "pa-new"])
            let after = try await Set(everything(below: environment)).symmetricDifference(before)
            // pip removes a folder with nothing but files of ours in it, and not what that is in.
            let folders = ["", "/bash-completion", "/fish", "/man", "/zsh"]
            let left = folders.map { "d 755 ./share\($0) " }
            #expect(after.isSubset(of: left), "\(after.subtracting(left))")
        }
    }

    /// What changes the root: root may, or who is root in a namespace of their own.
    private static let rootless = getuid() == 0 ? [] : ["unshare", "--map-root-user"]

    private static let newRoot = Need("needs the right to change the root") {
        (try? probe("env", rootless + ["true"]))?.exitCode == 0
    }

    @Test(
        "has a binary that needs no other file: it starts where there is only itself",
        .needs(newRoot)
    )
    func alone() async throws {
        let binary = try await BuiltWheel.shared.binary()
        try await withTemporaryFolder { folder in
            try await succeed("install", [binary.path, folder.appending(path: "pa-new").path])
            // Swift's runtime asks /proc where its program lies, also where it is the program. It
            // finds the words of the command line with another file of it, so there are none here.
            let proc = folder.appending(path: "proc/self")
            try await succeed("mkdir", ["-p", proc.path])
            try await succeed("ln", ["-s", "/pa-new", proc.appending(path: "exe").path])
            let finished = try await run("env", Self.rootless + ["chroot", folder.path, "/pa-new"])
            #expect(finished.exitCode == 64, "\(finished)")
            #expect(finished.stderr.contains("the project needs a name"))
        }
    }
}
