// Parts of the library held against other programs that do the same: git and Python.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles
@testable import Scaffold

@Suite("In agreement with other programs")
struct AgreementTests {
    @Test("merging finds what git finds, where lines are not alike", .needs("git"))
    func git() async throws {
        try await withTemporaryFolder { folder in
            var generator = SplitMix(seed: 3)
            var conflicts = 0
            // A sample; the lane long has more.
            let rounds = Lane.current < .long ? 60 : 10_000
            for round in 0..<rounds {
                let lines = (0..<Int.random(in: 1...40, using: &generator)).map { "line \($0)" }
                var mine = lines
                var other = lines
                for _ in 0..<4 {
                    let place = Int.random(in: 0..<lines.count, using: &generator)
                    mine[place] = "mine \(place)"
                    let there = Int.random(in: 0..<lines.count, using: &generator)
                    other[there] = Bool.random(using: &generator) ? "other \(there)" : mine[there]
                }
                let texts = [mine, lines, other].map { $0.joined(separator: "\n") + "\n" }
                for (name, text) in zip(["yours", "base", "new"], texts) {
                    try Data(text.utf8).write(to: folder.appending(path: name))
                }
                let finished = try await run(
                    "git",
                    ["merge-file", "-p", "-q", "yours", "base", "new"],
                    in: folder
                )
                let merge = Merge(
                    base: Array(texts[1].utf8),
                    yours: Array(texts[0].utf8),
                    theirs: Array(texts[2].utf8),
                    label: "new"
                )
                #expect((finished.exitCode == 0) == (merge.conflicts == 0), "round \(round)")
                if merge.conflicts == 0 {
                    #expect(finished.stdout == String(decoding: merge.text, as: UTF8.self))
                }
                conflicts += merge.conflicts > 0 ? 1 : 0
            }
            let isMixed = (rounds / 6..<rounds * 5 / 6).contains(conflicts)
            #expect(isMixed, "\(conflicts) of \(rounds) rounds have conflicts")
        }
    }

    @Test(
        "the names that Python takes are those that this Python takes",
        arguments: Interpreter.found(PythonVersion.offered.map(\.description))
    )
    func pythonNames(python: Interpreter) async throws {
        let question = """
            import keyword, pkgutil, sys, sysconfig
            names = {"test", *sys.builtin_module_names, *getattr(sys, "stdlib_module_names", ())}
            names.update(m.name for m in pkgutil.iter_modules([sysconfig.get_path("stdlib")]))
            print(*sorted({n.lower() for n in names if n[0].isalpha() and "-" not in n}))
            print(*[w for w in keyword.kwlist + getattr(keyword, "softkwlist", []) if w[0] != "_"])
            """
        let answer = try await run(python.path, ["-c", question])
        let lines = answer.stdout.split(separator: "\n").map {
            $0.split(separator: " ").map(String.init)
        }
        try #require(lines.count == 2, "\(answer)")
        #expect(lines[0].filter { !standardLibraryNames.contains($0) } == [])
        #expect(lines[1].filter { !pythonKeywords.contains($0) } == [])
        #expect(lines[0].count > 150)
    }

    @Test("every length around the blocks, as Python's hashlib has it")
    func lengths() async throws {
        let python = try #require(Interpreter.standard)
        let program = """
            import hashlib
            for n in range(260):
                print(hashlib.sha256(bytes(i * 7 % 256 for i in range(n))).hexdigest())
            """
        let expected = try await run(python.path, ["-c", program]).stdout.split(separator: "\n")
        #expect(expected.count == 260)
        for (count, digest) in expected.enumerated() {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
            #expect(SHA256.hex(of: bytes) == digest, "\(count) bytes")
        }
    }
}
