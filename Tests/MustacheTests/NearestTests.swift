// The nearest word: which slips of the finger are understood, and which words are too far.

import Testing

@testable import Mustache

@Suite("Did you mean")
struct NearestTests {
    @Test(
        "the nearest word is found, a far one is not",
        arguments: [
            ("tornadoo", "tornado"), ("Tornado", "tornado"), ("tronado", "tornado"),
            ("flsk", "flask"), ("handlers", "handler"), ("hand", "handler"), ("t", nil),
            ("django", nil), ("", nil),
        ] as [(String, String?)]
    )
    func nearestWord(word: String, expected: String?) {
        #expect(nearest(to: word, in: ["handler", "flask", "tornado"]) == expected)
    }

    @Test("a word of a million letters is near to nothing")
    func hugeWord() {
        #expect(nearest(to: String(repeating: "f", count: 1_000_000), in: ["flask"]) == nil)
    }
}
