// JSON with positions: what is read, what is refused, and where.

import Foundation
import TestSupport
import Testing

@testable import JSON

@Suite("JSON with positions")
struct JSONTextTests {
    /// Returns a value as Foundation has it, to compare with.
    private func plain(_ json: JSONText) -> NSObject {
        switch json.content {
        case .null: NSNull()
        case .bool(let value): NSNumber(value: value)
        case .number(let text): NSNumber(value: Double(text) ?? .nan)
        case .text(let text): text as NSString
        case .list(let elements): elements.map(plain) as NSArray
        case .joined(let text): String(decoding: text, as: UTF8.self) as NSString
        case .object(let members):
            Dictionary(uniqueKeysWithValues: members.map { ($0.key, plain($0.value)) })
                as NSDictionary
        }
    }

    @Test(
        "good texts have the values that Foundation finds",
        arguments: [
            "{}", "[]", " [ ] ", "null", "true", "false", "0", "-0", "12", "-1.5e+3", "1E5", "0.25",
            #""""#, #""a\"b\\c\/d\b\f\n\r\te""#, #""\u00e9 é 😀 \ud83d\ude00""#,
            #"{"a": [1, {"b": null}, "c"], "": {}, "d e": [[[]]]}"#, "\r\n\t{\"a\"\n:\r1\t}\n",
            #""\u0000""#,
        ]
    )
    func good(text: String) throws {
        let expected = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
                as? NSObject
        )
        #expect(try plain(JSONText(Array(text.utf8))) == expected)
    }

    @Test("values and keys know where they stand, and members keep their order")
    func places() throws {
        let json = try JSONText(Array(#" {"b": [1, "x"], "a": true}"#.utf8))
        guard case .object(let members) = json.content,
            case .list(let list) = members[0].value.content
        else {
            Issue.record("\(json)")
            return
        }
        #expect(json.offset == 1)
        #expect(members.map(\.key) == ["b", "a"])
        #expect(members.map(\.offset) == [2, 17])
        #expect(members.map(\.value.offset) == [7, 22])
        #expect(list.map(\.offset) == [8, 11])
    }

    @Test(
        "bad texts are refused at the byte that is wrong",
        arguments: [
            ("", 0), (" ", 1), ("{", 1), ("[1", 2), ("[1,]", 3), ("{\"a\": 1,}", 8), ("[1 2]", 3),
            ("{a: 1}", 1), ("{'a': 1}", 1), ("{\"a\" 1}", 5), ("{\"a\": }", 6), ("tru", 0),
            ("nul", 0), ("01", 0), ("-", 0), ("1.", 0), (".5", 0), ("+1", 0), ("1e", 0), ("NaN", 0),
            ("\"a", 2), ("\"a\nb\"", 2), (#""\x""#, 1), (#""\u12G4""#, 1), (#""\ud800""#, 1),
            (#""\ud800\u0041""#, 1), (#""\udc00""#, 1), ("{} {}", 3), ("// a\n{}", 0),
            ("{\"a\": 1, \"a\": 2}", 9), (#"{"a": 1, "\u0061": 2}"#, 9), ("\u{FEFF}{}", 0),
            ("\"\\", 2), ("[\u{A0}1]", 1), ("\"\u{0}\"", 1),
        ]
    )
    func bad(text: String, offset: Int) {
        let problem = #expect(throws: JSONText.Problem.self) { try JSONText(Array(text.utf8)) }
        #expect(problem?.offset == offset, "\(String(describing: problem))")
    }

    @Test("bytes that are not UTF-8 are refused where they stand")
    func notUTF8() {
        for (bytes, offset) in [
            ([UInt8(ascii: "\""), 0xC3, 0x28], 1), ([0xFF], 0), ([0x22, 0xE2, 0x82], 1),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), (Array("\"é".utf8) + [0xF5], 3),
        ] {
            let problem = #expect(throws: JSONText.Problem.self) { try JSONText(bytes) }
            #expect(problem == JSONText.Problem(.notUTF8, at: offset))
        }
    }

    @Test("depth has a limit, not the stack's")
    func deep() throws {
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try JSONText(Array(fits.utf8)) }
        for text in [
            String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 99_999),
        ] {
            let problem = #expect(throws: JSONText.Problem.self) { try JSONText(Array(text.utf8)) }
            #expect(problem?.kind == .tooDeep)
        }
    }

    @Test("size has a limit")
    func large() throws {
        #expect(throws: Never.self) { try JSONText(Array("[1]".utf8), most: 3) }
        let problem = #expect(throws: JSONText.Problem.self) {
            try JSONText(Array("[1] ".utf8), most: 3)
        }
        #expect(problem == JSONText.Problem(.tooLarge(most: 3), at: 3))
    }

    @Test("of many keys, too, none is given twice, and the first value counts")
    func manyKeys() throws {
        for count in [2, 15, 16, 17, 18, 5000] {
            let names = (0..<count).map { "\"key\($0)\": \($0)" }
            for repeated in [0, count / 2, count - 1] {
                let text = "{\(names.joined(separator: ",")), \"key\(repeated)\": null}"
                let problem = #expect(throws: JSONText.Problem.self) {
                    try JSONText(Array(text.utf8))
                }
                #expect(problem?.kind == .repeatedKey("key\(repeated)"))
                let decoded = try JSONDocument.value([String: Int].self, from: Array(text.utf8))
                #expect(decoded.count == count && decoded["key\(repeated)"] == repeated)
            }
        }
    }

    @Test("any bytes end in a value or a problem inside of the text")
    func anyBytes() {
        var generator = SplitMix(seed: 6)
        let alphabet = Array("{}[],:\"\\u0a1e-. tfn\n".utf8) + [0xC3, 0xA9, 0xFF]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<24)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            do {
                let json = try JSONText(bytes)
                let isGood =
                    (try? JSONSerialization.jsonObject(
                        with: Data(bytes),
                        options: .fragmentsAllowed
                    )) != nil
                #expect(isGood, "\(String(decoding: bytes, as: UTF8.self)): \(json)")
            } catch {
                #expect(error.offset <= bytes.count)
            }
        }
    }

    @Test("the elements of one list are handed over in their order, and do not stay")
    func handedOver() throws {
        let cases = [
            (#"{"a": [1, [2], {"a": [3]}], "b": [4]}"#, #"{"a": [], "b": [4]}"#, 3),
            // The first of two equal keys counts, and what is no list stays.
            (#"{"a": [1], "a": [2, 3]}"#, #"{"a": []}"#, 1),
            (#"{"a": 1, "a": [2, 3]}"#, #"{"a": 1}"#, 0), (#"{"a": {"a": [1]}}"#, nil, 0),
            (#"{"b": {"a": [1]}}"#, nil, 0), (#"[{"a": [1]}]"#, nil, 0), (#"{"a": []}"#, nil, 0),
        ]
        for (text, expected, count) in cases {
            var taken: [JSONText] = []
            let receiver = JSONText.Receiver(key: "a") { taken.append($0) }
            let bytes = Array(text.utf8)
            let json = try JSONText(bytes, repeatedKeys: .ignored, receiver: receiver)
            #expect(try plain(json) == plain(JSONText(Array((expected ?? text).utf8))), "\(text)")
            #expect(taken.count == count, "\(text)")
            guard count > 0,
                case .object(let members) = try JSONText(bytes, repeatedKeys: .ignored).content
            else { continue }
            #expect(members.first?.value.content == .list(taken), "\(text)")
        }
        // A mistake behind the list is found, and one in it, too.
        for text in [#"{"a": [1], "b"}"#, #"{"a": [1,]}"#, #"{"a": [1"#, #"{"a": [1] "b": 2}"#] {
            let receiver = JSONText.Receiver(key: "a") { _ in }
            let problem = #expect(throws: JSONText.Problem.self) {
                try JSONText(Array(text.utf8), receiver: receiver)
            }
            let whole = #expect(throws: JSONText.Problem.self) { try JSONText(Array(text.utf8)) }
            #expect(problem == whole, "\(text)")
        }
        let deep = #"{"a": "# + String(repeating: "[", count: JSONText.maxDepth) + "1"
        let tooDeep = #expect(throws: JSONText.Problem.self) {
            try JSONText(Array(deep.utf8), receiver: JSONText.Receiver(key: "a") { _ in })
        }
        #expect(tooDeep?.kind == .tooDeep)
    }

    @Test("the texts of a list in the elements are joined, and a list of something else is not")
    func joined() throws {
        let cases: [(list: String, text: String?)] = [
            ("[]", ""), (#"["a"]"#, "a"), (#" [ "a\n" ,"b" ] "#, "a\nb"), (#"[""]"#, ""),
            (#"["\u00e9 é\n", "\ud83d\ude00\"\\\u0000"]"#, "é é\n😀\"\\\0"),
            (#"["e", "\u0301"]"#, "e\u{301}"), ("null", nil), (#""a""#, nil), ("[1]", nil),
            (#"["a", 1]"#, nil), (#"["a", ["b"]]"#, nil), (#"[["a"]]"#, nil), ("{}", nil),
        ]
        for (list, text) in cases {
            var taken: [JSONText] = []
            let receiver = JSONText.Receiver(key: "a", joined: "b") { taken.append($0) }
            // Only in the elements: not in the document, nor further inside.
            let others = #""c": {"b": ["x"]}, "d": [{"b": ["x"]}]"#
            let document = #"{"b": ["x"], "a": [{"b": "# + list + ", " + others + "}]}"
            let whole = try JSONText(Array(document.utf8), receiver: receiver)
            #expect(try plain(whole) == plain(JSONText(Array(#"{"b": ["x"], "a": []}"#.utf8))))
            let element = try #require(taken.first)
            guard case .object(let members) = element.content else {
                Issue.record("\(document)")
                continue
            }
            let first = members[0].value
            if let text {
                #expect(first.content == .joined(Array(text.utf8)), "\(list)")
            } else {
                #expect(try plain(first) == plain(JSONText(Array(list.utf8))), "\(list)")
            }
            let expected = try JSONText(Array("{\(others)}".utf8))
            #expect(plain(JSONText(.object(Array(members[1...])), at: 0)) == plain(expected))
        }
    }

    @Test("a mistake in a list of texts is the same one if they are joined")
    func joinedMistakes() throws {
        let lists: [[UInt8]] =
            [
                #"["a"#, #"["a" "b"]"#, #"["a",]"#, #"["a", "b"#, "[", "[\"\t\"]", #"["\x"]"#,
                #"["\ud83d", "\ude00"]"#, #"["a"}"#, #"["a", x]"#, "[,]",
            ].map { Array($0.utf8) } + [
                // A byte that is no character, and a character that is cut in two.
                [0x5B, 0x22, 0xFF, 0x22, 0x5D],
                [0x5B, 0x22, 0xC3, 0x22, 0x2C, 0x22, 0xA9, 0x22, 0x5D],
            ]
        for list in lists {
            let document = Array(#"{"a": [{"b": "#.utf8) + list + Array("}]}".utf8)
            let receiver = JSONText.Receiver(key: "a", joined: "b") { _ in }
            let problem = #expect(throws: JSONText.Problem.self) {
                try JSONText(document, receiver: receiver)
            }
            let whole = #expect(throws: JSONText.Problem.self) { try JSONText(document) }
            #expect(problem == whole, "\(list)")
        }
    }
}
