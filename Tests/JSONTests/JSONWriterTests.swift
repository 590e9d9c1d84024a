// What the writer escapes, wherever it stands in a text.

import JSON
import TestSupport
import Testing

@Suite("Writing texts")
struct JSONWriterTests {
    /// Texts of up to 40 bytes, of characters on both sides of the borders.
    static let texts: [String] = {
        let characters: [Character] = [
            "\0", "\u{1}", "\u{1F}", " ", "!", "\"", "#", "[", "\\", "]", "~", "\u{7F}", "\u{80}",
            "\u{A2}", "é", "\u{DC}", "€", "😀", "a", "a", "a", "a", "\n", "\t", "\r",
        ]
        var random = SplitMix(seed: 23)
        return (0..<2000).map { index in
            String((0..<(index % 40)).map { _ in characters.randomElement(using: &random) ?? "a" })
        }
    }()

    @Test("gives each text back, as one and as lines")
    func texts() throws {
        // What is longer than a piece is written in several.
        let long = (0..<40).map { Self.texts[..<(200 + $0)].joined() }
        for text in Self.texts + long + ["a" + String(repeating: "\0\n", count: 2000)] {
            let one = JSONDocument.bytes(of: .text(text))
            #expect(try JSONText(one).content == .text(text))
            let isPlain = one.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\n") }
            #expect(isPlain, "\(one)")

            let lines = JSONDocument.bytes(of: .lines(Array(text.utf8)))
            guard case .list(let elements) = try JSONText(lines).content else {
                Issue.record("\(lines)")
                continue
            }
            let texts = elements.map { element in
                if case .text(let line) = element.content { line } else { "?" }
            }
            #expect(texts.joined() == text)
            for line in texts.dropLast() { #expect(line.utf8.last == UInt8(ascii: "\n")) }
            for line in texts { #expect(!line.utf8.dropLast().contains(UInt8(ascii: "\n"))) }
            // The same bytes as a list that somebody has made of the lines.
            #expect(lines == JSONDocument.bytes(of: .list(texts.map(JSONOutput.text))))
        }
    }

    @Test("finds what to escape at every place", arguments: ["\"", "\\", "\n", "\u{1F}", "\0"])
    func places(_ escaped: String) throws {
        for length in 0..<36 {
            for place in 0...length {
                // What is before and after has the highest bit, or is one more or less.
                for filler in ["a", "\u{20}", "\u{21}", "\u{5B}", "\u{5D}", "\u{7F}"] {
                    let text =
                        String(repeating: filler, count: place) + escaped
                        + String(repeating: filler, count: length - place)
                    let bytes = JSONDocument.bytes(of: .text(text))
                    #expect(try JSONText(bytes).content == .text(text))
                    // The quotation marks around it, a line end, and one escape of at least two bytes.
                    #expect(bytes.count >= length + 5)
                    #expect(bytes.filter { $0 == UInt8(ascii: "\\") }.count <= 2)
                    // Alone in its line, a text has the same bytes as one.
                    guard escaped != "\n" || place == length else { continue }
                    let lines = JSONDocument.bytes(of: .lines(Array(text.utf8)))
                    #expect(lines == JSONDocument.bytes(of: .list([.text(text)])))
                }
            }
        }
    }

    @Test("writes a long list as one that is in memory", arguments: [0, 1, 2, 30])
    func longList(count: Int) throws {
        let elements = (0..<count).map { number in
            JSONOutput.object(["a": .text("é\(number)"), "b": .list([]), "c": .lines([65, 10])])
        }
        for others in [[:], ["version": .word("1")], ["x": .object([:]), "y": .text("")]]
            as [[String: JSONOutput]]
        {
            let list = JSONDocument.LongList(key: "files", count: count, size: 10) { elements[$0] }
            let whole = others.merging(["files": .list(elements)]) { $1 }
            #expect(JSONDocument.bytes(of: list, others) == JSONDocument.bytes(of: .object(whole)))
        }
        let list = JSONDocument.LongList(key: "files", count: 3, size: 10) {
            number throws(JSONProblem) in
            if number == 2 { throw .notJSON }
            return .word("1")
        }
        #expect(throws: JSONProblem.notJSON) { try JSONDocument.bytes(of: list, [:]) }
    }

    @Test("writes a long list in pieces, until one is refused", arguments: [0, 1, 7, 3000])
    func pieces(count: Int) {
        let list = JSONDocument.LongList(key: "files", count: count, size: 10) { number in
            .sorted([("a", .text("é\(number)")), ("lines", .lines(Array("1\n\"2\"\n".utf8)))])
        }
        let others = ["version": JSONOutput.word("1")]
        let whole = JSONDocument.bytes(of: list, others)
        var pieces: [[UInt8]] = []
        JSONDocument.write(list, others) {
            pieces.append(Array($0))
            return true
        }
        #expect(Array(pieces.joined()) == whole)
        #expect(pieces.count > whole.count / (64 << 10))

        var taken = 0
        JSONDocument.write(list, others) { _ in
            taken += 1
            return false
        }
        #expect(taken == 1)

        #expect(JSONDocument.isSame(list, others, as: whole))
        #expect(!JSONDocument.isSame(list, [:], as: whole))
        for other in [[], whole.dropLast(), whole + [0], [0] + whole.dropFirst()] {
            #expect(!JSONDocument.isSame(list, others, as: Array(other)))
        }
        for place in [1, whole.count / 2, whole.count - 1] {
            var other = whole
            other[place] ^= 1
            #expect(!JSONDocument.isSame(list, others, as: other))
        }
    }

    @Test("writes the lines of a text as a list of texts, whatever is in them and where")
    func lines() {
        let odd = ["\n", "\n", "\"", "\\", "\t", "\u{1}", "é", "\r"]
        // A step that has nothing in common with the lengths of pieces.
        var step = 0
        for length in [1, 15, 16, 17, 31, 33, 200, 4095, 4096, 4097, 9000] {
            for depth in [0, 1, 20] {
                var text = ""
                while text.utf8.count < length {
                    text += String(repeating: "a", count: step % 23)
                    text += odd[step % odd.count]
                    step += 7
                }
                let bytes = Array(text.utf8)
                let lines = text.unicodeScalars.split(
                    separator: "\n",
                    omittingEmptySubsequences: false
                )
                let last = lines.count - 1
                let texts = lines.enumerated()
                    .map { String($1) + ($0 < last ? "\n" : "") }.filter { !$0.isEmpty }
                func nested(_ value: JSONOutput) -> [UInt8] {
                    JSONDocument.bytes(of: (0..<depth).reduce(value) { inner, _ in .list([inner]) })
                }
                let written = nested(.lines(bytes))
                #expect(written == nested(.list(texts.map { .text($0) })), "\(length), \(depth)")
            }
        }
    }
}
