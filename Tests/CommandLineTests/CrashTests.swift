// The tool, killed at any call that writes, or with no space from any call on: there is the whole
// project, or what was there before, and the next run finds nothing in its way.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

/// The project that is made or updated when the tool is interrupted.
///
/// Each call of a run is one more run, so each push tries a project with a file of each kind, and the lane
/// `long` a whole one, too.
enum InterruptedProject: CaseIterable, Sendable {
    case small
    case whole

    static var tried: [InterruptedProject] { Lane.current < .long ? [.small] : allCases }

    /// The folder of the template of the small project, in the folder in which the tool runs.
    static let template = [
        "template/manifest.json": #"{"title": "Small"}"#,
        "template/README.md.mustache": "# {{name}}\n\nOf {{user}}.\n\nA line.\n",
        "template/wsgi.py.mustache": "from {{package}}.handlers import application\n",
        "template/{{package}}/handlers.py.mustache": "# Of {{user}}.\n\napplication = None\n",
        "template/{{package}}/routes.py": "routes = []\n",
        "template/static/{{name}}.txt": "static\n",
    ]

    /// What the folder has before the tool runs.
    func files(_ before: [String: String]) -> [String: String] {
        self == .small ? before.merging(Self.template) { $1 } : before
    }

    /// Returns the least number of calls to expect, from that of a whole project.
    func atLeast(_ count: Int) -> Int { self == .small ? count / 2 : count }

    /// The words that make or update this project.
    func words(_ words: [String]) -> [String] {
        self == .small ? words + ["--template", "template"] : words
    }
}

@Suite("A tool that is interrupted", .needs(.compiler), .lane(.full))
struct CrashTests {
    /// Runs the tool in a folder until it gets through, with a fault one call later each time.
    ///
    /// - Returns: How many calls there are at which it did not get through.
    func everyCall(
        _ words: [String],
        step: Int = 1,
        in folder: URL,
        on before: [String: String],
        _ fault: (Int) -> Fault,
        check: (ProcessResult, Fault) async throws -> Void
    ) async throws -> Int {
        for call in stride(from: 1, to: 1_000, by: step) {
            try FileManager.default.removeItem(at: folder)
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: false
            )
            try makeTree(before, in: folder)
            let finished = try await Faults.run(Paths.tool, words, in: folder, fault: fault(call))
            if finished.exitCode == 0 { return call - 1 }
            try await check(finished, fault(call))
        }
        return 0
    }

    /// What is in a folder besides hidden staging folders.
    private func visible(_ folder: URL) throws -> [String: String] {
        try tree(folder).filter { path, _ in
            !path.split(separator: "/").contains {
                $0.hasPrefix(".hello.pa-new-") || $0 == stagingFolder
            }
        }
    }

    /// What the tool makes of a folder when nothing happens to it.
    func result(_ words: [String], on before: [String: String]) async throws -> [String:
        String]
    {
        try await withTemporaryFolder { folder in
            try makeTree(before, in: folder)
            expectEnd(of: try await runTool(words, in: folder), code: 0)
            return try tree(folder)
        }
    }

    @Test("a new project: killed at any call", arguments: InterruptedProject.tried)
    func newKilled(_ made: InterruptedProject) async throws {
        let before = made.files(["mine": "mine"])
        let words = made.words(["hello", "-q"])
        let after = try await result(words, on: before)
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try makeTree(["mine": ""], in: folder)
            var stagings = 0
            let count = try await everyCall(words, in: folder, on: before, Fault.kill) {
                finished,
                fault in
                #expect(finished.exitCode == 128 + SIGKILL)
                #expect(try visible(folder) == before, "\(fault)")
                stagings += try tree(folder) == before ? 0 : 1
                // The next run removes what is left, and gets through.
                expectEnd(of: try await runTool(words, in: folder), code: 0, stderr: "")
                #expect(try tree(folder) == after, "\(fault)")
            }
            #expect(count > made.atLeast(25), "only \(count) calls")
            #expect(stagings > made.atLeast(25), "only \(stagings) with a staging folder")
        }
    }

    /// Runs the tool with no space from any call on, and expects everything as it was.
    func expectNothingLost(
        _ words: [String],
        step: Int = 1,
        on before: [String: String],
        calls: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try makeTree(["mine": ""], in: folder)
            let count = try await everyCall(words, step: step, in: folder, on: before, Fault.full) {
                finished,
                fault in
                expectEnd(of: finished, code: 74, stdout: "", sourceLocation: sourceLocation)
                let isTold = finished.stderr.contains("No space left on device")
                #expect(isTold, "\(finished)", sourceLocation: sourceLocation)
                let found = try tree(folder)
                #expect(found == before, "\(fault)", sourceLocation: sourceLocation)
            }
            #expect(count > calls, "only \(count) calls", sourceLocation: sourceLocation)
        }
    }

    @Test("a new project: no space from any call on", arguments: InterruptedProject.tried)
    func newFull(_ made: InterruptedProject) async throws {
        let before = made.files(["mine": "mine"])
        try await expectNothingLost(made.words(["hello"]), on: before, calls: made.atLeast(25))
    }

    private static let edited = [
        "hello/.git/HEAD": "ref", "hello/README.md": "mine 1", "hello/wsgi.py": "mine 2",
        "hello/hello/routes.py": "mine 3", "hello/hello/own.py": "mine 4",
        "hello/wsgi.py~": "mine 5",
    ]

    @Test(
        "into a folder: killed at any call",
        arguments: ["--skip-existing", "--overwrite"],
        InterruptedProject.tried
    )
    func intoKilled(rule: String, _ made: InterruptedProject) async throws {
        let before = made.files(Self.edited)
        let foretelling = made.words(["hello", "--into", rule])
        let words = foretelling + ["-q"]
        let after = try await result(words, on: before)
        let foretold = try await withTemporaryFolder { folder in
            try makeTree(before, in: folder)
            return try await runTool(foretelling + ["-n"], in: folder).stdout
        }
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try makeTree(["mine": ""], in: folder)
            var journals = 0
            let count = try await everyCall(words, in: folder, on: before, Fault.kill) {
                finished,
                fault in
                #expect(finished.exitCode == 128 + SIGKILL)
                let texts = try Set(tree(folder).values)
                for text in Self.edited.values {
                    #expect(texts.contains(text), "\(fault): '\(text)' is lost")
                }
                // A dry run takes nothing back, and tells what a real one would do that does.
                let left = try tree(folder)
                let dry = try await runTool(foretelling + ["-n"], in: folder)
                #expect(dry.exitCode == 0, "\(dry)")
                let untouched = try tree(folder)
                #expect(untouched == left, "\(fault): the dry run wrote")
                if left["hello/" + stagingFolder + "/journal"] != nil {
                    #expect(dry.stdout == foretold, "\(fault)")
                    journals += 1
                }
                expectEnd(of: try await runTool(words, in: folder), code: 0, stderr: "")
                #expect(try tree(folder) == after, "\(fault)")
            }
            #expect(count > made.atLeast(50), "only \(count) calls")
            #expect(journals > made.atLeast(10), "only \(journals) with a journal")
        }
    }

    @Test("into a folder: no space from any call on", arguments: InterruptedProject.tried)
    func intoFull(_ made: InterruptedProject) async throws {
        let words = made.words(["hello", "--into", "--overwrite"])
        try await expectNothingLost(words, on: made.files(Self.edited), calls: 50)
    }

    /// A project with edits, to be updated to other answers: files that change, move and merge.
    private func project(
        _ made: InterruptedProject = .whole
    ) async throws -> [String: String] {
        try await withTemporaryFolder { folder in
            try makeTree(made.files([:]), in: folder)
            let words = made.words(["hello", "-u", "alice", "-q"])
            expectEnd(of: try await runTool(words, in: folder), code: 0)
            var project = try tree(folder)
            project["hello/hello/handlers.py", default: ""] += "# mine 1\n"
            project["hello/README.md", default: ""] += "mine 2\n"
            project["hello/own.txt"] = "mine 3"
            project["hello/static/hello.txt"] = nil
            return project
        }
    }

    private static let updating = [
        "update", "hello", "--set", "user=bob", "--set", "name=other", "-q",
    ]

    @Test("an update: killed at any call", arguments: InterruptedProject.tried)
    func updateKilled(_ made: InterruptedProject) async throws {
        let before = try await project(made)
        let words = made.words(Self.updating)
        let after = try await result(words, on: before)
        #expect(after["hello/other/handlers.py"]?.hasSuffix("# mine 1\n") == true)
        #expect(after["hello/README.md"]?.hasSuffix("mine 2\n") == true)
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try makeTree(["mine": ""], in: folder)
            let count = try await everyCall(words, in: folder, on: before, Fault.kill) {
                finished,
                fault in
                #expect(finished.exitCode == 128 + SIGKILL)
                let texts = try tree(folder).values
                for number in 1...3 {
                    #expect(texts.contains { $0.contains("mine \(number)") }, "\(fault)")
                }
                expectEnd(of: try await runTool(words, in: folder), code: 0, stderr: "")
                #expect(try tree(folder) == after, "\(fault)")
            }
            #expect(count > 50, "only \(count) calls")
        }
    }

    @Test("an update: no space from any call on", arguments: InterruptedProject.tried)
    func updateFull(_ made: InterruptedProject) async throws {
        let words = made.words(Self.updating)
        try await expectNothingLost(words, on: project(made), calls: 50)
    }

    @Test("what is taken back is told, and what was changed meanwhile is kept and named")
    func told() async throws {
        let before = try await project()
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            var words = Self.updating
            words.removeLast()
            try makeTree(before, in: folder)
            let whole = try await result(Self.updating, on: before)
            // The more files a project has, the later is the first call that changes one of them.
            for call in stride(from: 60, to: 1_000, by: 20) where try visible(folder) == before {
                try FileManager.default.removeItem(at: folder)
                try makeTree(before, in: folder)
                let fault = Fault.kill(at: call)
                let killed = try await Faults.run(Paths.tool, words, in: folder, fault: fault)
                try #require(killed.exitCode == 128 + SIGKILL, "nothing was changed before the end")
            }
            let finished = try await runTool(words, in: folder)
            expectEnd(of: finished, code: 0)
            #expect(finished.stderr.contains("an interrupted run in 'hello'"))
            #expect(finished.stderr.contains("FILE~"))
            #expect(try tree(folder) == whole)
            let again = try await runTool(words, in: folder)
            expectEnd(of: again, code: 0, stderr: "")
        }
    }

    @Test("killed into a folder, a run without --into says what lies there")
    func staging() async throws {
        try await withTemporaryFolder { folder in
            try makeTree(Self.edited, in: folder)
            let words = ["hello", "--into", "--overwrite", "-q"]
            _ = try await Faults.run(Paths.tool, words, in: folder, fault: .kill(at: 60))
            let finished = try await runTool(["hello"], in: folder)
            expectEnd(of: finished, code: 73, stdout: "")
            #expect(finished.stderr.contains("an interrupted run"), "\(finished.stderr)")
        }
    }

    @Test(
        "a disk that is full, at any size, into a folder",
        .needs(.mount)
    )
    func smallDisk() async throws {
        let script = """
            set -e
            mkdir -p disk before after; cp -r hello before/; cp -r hello after/
            (cd after; "$1" hello --into --overwrite -q)
            size=16
            while [ $size -le 2000 ]; do
                mount -t tmpfs -o size=${size}k,nr_inodes=$((size / 2 + 12)) tmpfs disk
                cp -r hello disk/ 2>/dev/null || { umount disk; size=$((size + 8)); continue; }
                code=0; (cd disk; "$1" hello --into --overwrite -q 2>../err) || code=$?
                if [ $code = 0 ]; then diff -r after disk; else diff -r before disk; cat err >>errors; fi
                echo "$size $code"
                umount disk
                [ $code != 0 ] || exit 0
                size=$((size + 8))
            done
            exit 9
            """
        try await withTemporaryFolder { folder in
            try makeTree(Self.edited, in: folder)
            let finished = try await run(
                "unshare",
                ["-rm", "sh", "-c", script, "sh", Paths.tool.path],
                in: folder
            )
            expectEnd(of: finished, code: 0, stderr: "")
            let lines = finished.stdout.split(separator: "\n")
            #expect(lines.count > 5, "\(finished)")
            #expect(lines.dropLast().allSatisfy { $0.hasSuffix(" 74") }, "\(finished)")
            let errors = try String(contentsOf: folder.appending(path: "errors"), encoding: .utf8)
            #expect(errors.contains("No space left on device"))
        }
    }
}
