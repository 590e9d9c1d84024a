// Merging texts: by table, by laws, and against git.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Merging")
struct MergeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let base: String
        let yours: String
        let theirs: String
        let merged: String
        var conflicts = 0

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing", base: "", yours: "", theirs: "", merged: ""),
        Case(
            name: "edits far apart",
            base: "1\n2\n3\n4\n5\n",
            yours: "1!\n2\n3\n4\n5\n",
            theirs: "1\n2\n3\n4\n5!\n",
            merged: "1!\n2\n3\n4\n5!\n"
        ),
        Case(
            name: "lines added at two places",
            base: "1\n2\n3\n",
            yours: "0\n1\n2\n3\n",
            theirs: "1\n2\n3\n4\n",
            merged: "0\n1\n2\n3\n4\n"
        ),
        Case(
            name: "the same edit twice",
            base: "1\n2\n3\n",
            yours: "1\nx\n3\n",
            theirs: "1\nx\n3\n",
            merged: "1\nx\n3\n"
        ),
        Case(
            name: "two edits of one line",
            base: "1\n2\n3\n",
            yours: "1\nx\n3\n",
            theirs: "1\ny\n3\n",
            merged: "1\n<<<<<<< yours\nx\n=======\ny\n>>>>>>> new\n3\n",
            conflicts: 1
        ),
        Case(
            name: "a line edited and removed",
            base: "1\n2\n3\n",
            yours: "1\n3\n",
            theirs: "1\ny\n3\n",
            merged: "1\n<<<<<<< yours\n=======\ny\n>>>>>>> new\n3\n",
            conflicts: 1
        ),
        Case(
            name: "what both sides of a conflict share stands once",
            base: "1\n2\n9\n",
            yours: "1\na\nx\nb\n9\n",
            theirs: "1\na\ny\nb\n9\n",
            merged: "1\na\n<<<<<<< yours\nx\n=======\ny\n>>>>>>> new\nb\n9\n",
            conflicts: 1
        ),
        Case(
            name: "nothing in common from the beginning",
            base: "",
            yours: "x\n",
            theirs: "y\n",
            merged: "<<<<<<< yours\nx\n=======\ny\n>>>>>>> new\n",
            conflicts: 1
        ),
        Case(
            name: "a last line without an end keeps markers on lines of their own",
            base: "1",
            yours: "x",
            theirs: "y",
            merged: "<<<<<<< yours\nx\n=======\ny\n>>>>>>> new\n",
            conflicts: 1
        ),
        Case(
            name: "a line end added at the end",
            base: "1\n2",
            yours: "1\n2\n",
            theirs: "0\n1\n2",
            merged: "0\n1\n2\n"
        ),
        Case(
            name: "every line end changed is no edit",
            base: "1\n2\n3\n",
            yours: "1\r\n2\r\n3!\r\n",
            theirs: "1!\n2\n3\n",
            merged: "1!\r\n2\r\n3!\r\n"
        ),
        Case(
            name: "a conflict in a text with line ends of Windows",
            base: "1\n",
            yours: "x\r\n",
            theirs: "y\n",
            merged: "<<<<<<< yours\r\nx\r\n=======\r\ny\r\n>>>>>>> new\r\n",
            conflicts: 1
        ),
        Case(
            name: "letters outside of ASCII",
            base: "ä\n2\n3\n",
            yours: "ä\n2\n🌍\n",
            theirs: "ö\n2\n3\n",
            merged: "ö\n2\n🌍\n"
        ),
    ]

    @Test("takes what one side changed, and marks what both did", arguments: cases)
    func table(_ example: Case) {
        let merge = Merge(
            base: Array(example.base.utf8),
            yours: Array(example.yours.utf8),
            theirs: Array(example.theirs.utf8),
            label: "new"
        )
        #expect(String(decoding: merge.text, as: UTF8.self) == example.merged)
        #expect(merge.conflicts == example.conflicts)
    }

    @Test("keeps its laws on texts by chance")
    func laws() {
        var generator = SplitMix(seed: 1)
        // A sample; the lane long has more.
        for _ in 0..<(Lane.current < .long ? 400 : 40_000) {
            let lines = generator.lines(0...40)
            let base = generator.text(lines)
            let mine = generator.text(generator.edited(lines, edits: 0...8))
            let other = generator.text(generator.edited(lines, edits: 0...8))
            func merged(_ yours: [UInt8], _ theirs: [UInt8]) -> Merge {
                Merge(base: base, yours: yours, theirs: theirs, label: "new")
            }
            #expect(merged(mine, base) == Merge(text: mine))
            #expect(merged(base, other) == Merge(text: other))
            #expect(merged(mine, mine) == Merge(text: mine))
            let there = merged(mine, other)
            let back = merged(other, mine)
            #expect(there.conflicts == back.conflicts)
            if there.conflicts == 0 { #expect(there == back) }
            #expect(hasConflictMarkers(there.text) == false, "the label is another")
        }
    }

    @Test("never loses a line of an edit")
    func nothingLost() {
        var generator = SplitMix(seed: 2)
        for round in 0..<300 {
            let lines = (0..<30).map { "line \($0)" }
            var mine = lines
            var other = lines
            mine.insert("mine \(round)", at: Int.random(in: 0...30, using: &generator))
            other.insert("other \(round)", at: Int.random(in: 0...30, using: &generator))
            let merge = Merge(
                base: Array(lines.joined(separator: "\n").utf8),
                yours: Array(mine.joined(separator: "\n").utf8),
                theirs: Array(other.joined(separator: "\n").utf8),
                label: "new"
            )
            let text = String(decoding: merge.text, as: UTF8.self)
            for line in lines + ["mine \(round)", "other \(round)"] {
                #expect(text.split(separator: "\n").contains(Substring(line)))
            }
        }
    }

    @Test("takes time that grows with the texts, alike or not")
    func large() {
        func text(_ count: Int, _ line: (Int) -> String) -> [UInt8] {
            Array((0..<count).map(line).joined(separator: "\n").utf8)
        }
        func texts(_ count: Int) -> [[UInt8]] {
            [
                text(count) { "line \(count - 1 - $0)" }, text(count) { "other \($0)" },
                text(count) { _ in "same" }, text(count) { "line \($0 % 300)" },
                text(count) { "line \($0)" },
            ]
        }
        let (small, large) = (texts(1_250), texts(5_000))
        for yours in small.indices {
            for theirs in small.indices {
                let seconds = [small, large].map { texts in
                    processorSeconds {
                        _ = Merge(
                            base: texts[4],
                            yours: texts[yours],
                            theirs: texts[theirs],
                            label: "new"
                        )
                    }
                }
                let isGood = isLessThanQuadratic(seconds[0], seconds[1])
                #expect(isGood, "\(yours) with \(theirs): \(seconds)")
            }
        }
        let base = large[4]
        var edited = base
        edited += Array("\nlast".utf8)
        let merge = Merge(base: base, yours: edited, theirs: Array("0\n".utf8) + base, label: "new")
        #expect(merge.conflicts == 0)
        #expect(merge.text == Array("0\n".utf8) + edited)
    }
}

extension Merge {
    /// A merge without conflicts.
    fileprivate init(text: [UInt8]) {
        self.init(base: text, yours: text, theirs: text, label: "")
    }
}
