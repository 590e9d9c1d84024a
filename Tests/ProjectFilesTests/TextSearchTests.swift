// Texts found in texts, and replaced.

import ProjectFiles
import Testing

@Suite("Searching a text")
struct TextSearchTests {
    /// A text, what is searched in it, and what has to come out.
    struct Search: CustomTestStringConvertible, Sendable {
        let text: String
        let part: String
        /// What stands before the first place; nil if there is none.
        let before: String?
        /// The text with `+` in every place.
        let replaced: String

        var testDescription: String { "\(part.debugDescription) in \(text.debugDescription)" }
    }

    static let searches = [
        Search(text: "", part: "a", before: nil, replaced: ""),
        Search(text: "a", part: "a", before: "", replaced: "+"),
        Search(text: "a", part: "ab", before: nil, replaced: "a"),
        Search(text: "aab", part: "ab", before: "a", replaced: "a+"),
        Search(text: "aaa", part: "aa", before: "", replaced: "+a"),
        Search(text: "x..y..", part: "..", before: "x", replaced: "x+y+"),
        Search(text: "1\r\n\t2", part: "\n\t", before: "1\r", replaced: "1\r+2"),
        Search(text: "añb\u{E000}", part: "\u{E000}", before: "añb", replaced: "añb+"),
        // Two ways to write the same letter are two texts.
        Search(text: "e\u{301}", part: "é", before: nil, replaced: "e\u{301}"),
        Search(text: "a\0b", part: "\0", before: "a", replaced: "a+b"),
        Search(text: "a", part: "", before: nil, replaced: "a"),
    ]

    @Test("finds the first place, and replaces each", arguments: searches)
    func search(_ search: Search) {
        let place = search.text.place(of: search.part)
        let before = place.map { Array(search.text[..<$0.lowerBound].utf8) }
        #expect(before == search.before.map { Array($0.utf8) })
        #expect(search.text.holds(search.part) == (search.before != nil))
        let replaced = search.text.replacing(each: search.part, by: "+")
        #expect(Array(replaced.utf8) == Array(search.replaced.utf8))
        // A part of a text has its own places.
        let slice = ("a" + search.text).dropFirst()
        #expect(slice.place(of: search.part).map { Array(slice[..<$0.lowerBound].utf8) } == before)
    }

    @Test("bytes are text if Swift takes them for UTF-8, and none is zero")
    func texts() {
        // Parts of characters of two, three and four bytes, of halves of a pair, and of too long forms.
        let parts: [[UInt8]] = [
            [0x41], Array("é".utf8), Array("€".utf8), Array("😀".utf8), [0xC3], [0xA9],
            [0xE2, 0x82],
            [0xF0, 0x9F], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0],
        ]
        var found = [true: 0, false: 0]
        for seed in 0..<20_000 {
            var bytes = [UInt8](repeating: 0x20, count: seed % 70)
            var rest = seed
            while rest > 0 {
                // Most are whole characters.
                bytes += parts[rest % 3 == 0 ? rest % parts.count : rest % 4]
                rest /= 5
            }
            let expected = !bytes.contains(0) && String(validating: bytes, as: UTF8.self) != nil
            found[expected, default: 0] += 1
            #expect(isText(bytes) == expected, "\(bytes)")
        }
        #expect(found.values.allSatisfy { $0 > 1000 }, "\(found)")
    }

    @Test("bytes are text if they are UTF-8 without a zero, wherever the odd ones are")
    func text() {
        for count in Array(0..<20) + [63, 64, 65, 66, 127, 128, 129, 193] {
            for place in 0..<max(count, 1) {
                var bytes = [UInt8](repeating: count % 2 == 0 ? 0x7F : 0x01, count: count)
                #expect(isText(bytes))
                guard count > 0 else { continue }
                bytes[place] = 0
                #expect(!isText(bytes), "a zero at \(place) of \(count)")
                bytes[place] = 0x80
                #expect(!isText(bytes), "no UTF-8 at \(place) of \(count)")
                if place + 1 < count {
                    bytes.replaceSubrange(place...place + 1, with: "é".utf8)
                    #expect(isText(bytes), "a letter at \(place) of \(count)")
                }
            }
        }
    }
}
