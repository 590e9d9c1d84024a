// Texts in lines of a width.

import ProjectFiles
import TestSupport
import Testing

@testable import Scaffold

@Suite("Wrapping texts")
struct WrappingTests {
    @Test(
        "breaks at spaces, and counts characters",
        arguments: [
            ("", 5, []), ("   ", 5, []), ("a", 1, ["a"]), ("abc", 1, ["abc"]),
            ("ab cd", 5, ["ab cd"]), ("ab cd", 4, ["ab", "cd"]), ("  ab   cd ", 5, ["ab cd"]),
            ("é é é", 3, ["é é", "é"]), ("e\u{301} e\u{301}", 3, ["e\u{301} e\u{301}"]),
            ("a\tb c", 5, ["a\tb c"]), ("a long-word b", 4, ["a", "long-word", "b"]),
        ] as [(String, Int, [String])]
    )
    func lines(text: String, width: Int, lines: [String]) {
        #expect(wrapped(text, to: width) == lines)
    }

    @Test("does the same to ASCII as to any text")
    func ascii() {
        var random = SplitMix(seed: 42)
        for _ in 0..<300 {
            let text = String(
                (0..<40).map { _ in "ab- ".randomElement(using: &random) ?? " " }
            )
            for width in [1, 4, 9, 80] {
                // A letter of the same width that is not ASCII.
                let other = text.replacing(each: "b", by: "ß")
                let lines = wrapped(other, to: width).map { $0.replacing(each: "ß", by: "b") }
                #expect(wrapped(text, to: width) == lines, "\(text.debugDescription)")
            }
        }
    }
}
