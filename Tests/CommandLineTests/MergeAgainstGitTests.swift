// The three-way merge against `git merge-file`, on random texts with many equal lines, in which there are
// several ways to say what was edited.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Merging, against git", .needs("git"), .lane(.quick))
struct MergeAgainstGitTests {
    /// Three texts to merge.
    private struct Triple {
        let base: [String]
        let yours: [String]
        let theirs: [String]

        /// Returns texts of few different lines, with edits of one side, of the other, and of both.
        init(using generator: inout SplitMix) {
            let count = [2, 3, 5, 10, 26].randomElement(using: &generator) ?? 2
            var words = (0..<count).map { "line \($0)" }
            if Int.random(in: 0..<3, using: &generator) == 0 { words += ["", "}"] }
            func edited(_ lines: [String], most: Int) -> [String] {
                var lines = lines
                for _ in 0..<Int.random(in: 0...most, using: &generator) {
                    let place = Int.random(in: 0...lines.count, using: &generator)
                    let size = Int.random(in: 1...3, using: &generator)
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0:
                        let new = (0..<size).map { _ in
                            words.randomElement(using: &generator) ?? ""
                        }
                        lines.insert(contentsOf: new, at: place)
                    case 1: lines.removeSubrange(place..<min(place + size, lines.count))
                    default:
                        guard place < lines.count else { continue }
                        lines[place] = words.randomElement(using: &generator) ?? ""
                    }
                }
                return lines
            }
            let most = [8, 15, 40].randomElement(using: &generator) ?? 8
            base = (0..<Int.random(in: 0...most, using: &generator)).map { _ in
                words.randomElement(using: &generator) ?? ""
            }
            let shared = Bool.random(using: &generator) ? edited(base, most: 3) : base
            let edits = [1, 2, 4].randomElement(using: &generator) ?? 1
            yours = edited(shared, most: edits)
            theirs = edited(
                Int.random(in: 0..<3, using: &generator) > 0 ? shared : base,
                most: edits
            )
        }

        /// The three texts, in the order in which git takes them.
        var texts: [[UInt8]] {
            [yours, base, theirs].map { lines in Array(lines.map { $0 + "\n" }.joined().utf8) }
        }
    }

    /// How many merges are compared: `Benchmarks/merge_vs_git.py` sets another number.
    private static let rounds =
        ProcessInfo.processInfo.environment["MERGE_ROUNDS"].flatMap(Int.init)
        ?? (Lane.current < .full ? 200 : Lane.current < .long ? 2_000 : 30_000)

    /// Merges each triple with git.
    private func mergedByGit(_ triples: [Triple]) async throws -> [(text: String, isClean: Bool)] {
        try await withTemporaryFolder { folder in
            for (number, triple) in triples.enumerated() {
                for (name, text) in zip(["yours", "base", "theirs"], triple.texts) {
                    try Data(text).write(to: folder.appending(path: "\(number).\(name)"))
                }
            }
            // git changes the first file, and its exit code is the number of conflicts.
            let script = """
                for file in *.base; do
                    name=${file%.base}
                    git merge-file -q "$name.yours" "$file" "$name.theirs" || : > "$name.conflict"
                done
                """
            let finished = try await run("sh", ["-c", script], in: folder)
            #expect(finished.exitCode == 0, "\(finished)")
            return try triples.indices.map { number in
                let place = folder.appending(path: "\(number).yours")
                let conflict = folder.appending(path: "\(number).conflict").path
                return (
                    try String(contentsOf: place, encoding: .utf8),
                    !FileManager.default.fileExists(atPath: conflict)
                )
            }
        }
    }

    @Test("is clean where git is, with the same text, and has a conflict where git has one")
    func sameAsGit() async throws {
        var generator = SplitMix(seed: 7)
        var (clean, conflicts) = (0, 0)
        var different: [String] = []
        var left = Self.rounds
        while left > 0 {
            let triples = (0..<min(left, 1_000)).map { _ in Triple(using: &generator) }
            left -= triples.count
            for (triple, git) in zip(triples, try await mergedByGit(triples)) {
                let texts = triple.texts
                let merge = Merge(
                    base: texts[1],
                    yours: texts[0],
                    theirs: texts[2],
                    label: "pa-new"
                )
                let text = String(decoding: merge.text, as: UTF8.self)
                let isSame =
                    git.isClean ? merge.conflicts == 0 && text == git.text : merge.conflicts > 0
                if git.isClean { clean += 1 } else { conflicts += 1 }
                if !isSame { different.append("\(triple)\n\(git)\n\(text)") }
                // What only one side added is in the result, as often as there.
                #expect(isComplete(text, triple), "\(triple)\n\(text)")
            }
        }
        print("\(clean) clean merges and \(conflicts) with conflicts: \(different.count) differ")
        #expect(different.isEmpty, "\(different.prefix(3).joined(separator: "\n\n"))")
        // The random texts have enough of both.
        #expect(clean > Self.rounds / 2 && conflicts > Self.rounds / 10)
    }

    /// Whether a merged text has each line that a side has more often than the base.
    private func isComplete(_ text: String, _ triple: Triple) -> Bool {
        func counts(_ lines: [String]) -> [String: Int] {
            lines.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        let merged = counts(text.components(separatedBy: "\n"))
        let base = counts(triple.base)
        return [triple.yours, triple.theirs].allSatisfy { side in
            counts(side).allSatisfy { line, count in
                count <= base[line] ?? 0 || merged[line] ?? 0 > 0
            }
        }
    }
}
