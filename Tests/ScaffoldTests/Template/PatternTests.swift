// Patterns: what they match, what they refuse, and that they cannot take long.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Patterns")
struct PatternTests {
    @Test(
        "match the whole of a text",
        arguments: [
            ("", [""], ["a"]), ("abc", ["abc"], ["ab", "abcd", "ABC"]),
            ("^abc$", ["abc"], ["xabc"]), ("a|bc|", ["a", "bc", ""], ["abc", "b"]),
            ("a*", ["", "aaa"], ["b", "aab"]), ("(ab)+", ["ab", "abab"], ["", "aba"]),
            ("(?:a|b)?c", ["ac", "bc", "c"], ["abc"]), ("a{2}", ["aa"], ["a", "aaa"]),
            ("a{2,}", ["aa", "aaaaa"], ["a"]), ("a{1,3}", ["a", "aa", "aaa"], ["", "aaaa"]),
            ("a{0}", [""], ["a"]), ("(a|b{2}){2}", ["aa", "abb", "bbbb"], ["ab", "bb", "aaa"]),
            ("[a-c_]", ["a", "c", "_"], ["d", "-", ""]), ("[^a-c]", ["d", "\n", "é"], ["a", ""]),
            ("[-a]", ["-", "a"], ["b"]), ("[a-]", ["-", "a"], ["b"]), ("[.]", ["."], ["a"]),
            (#"[\]\\]"#, ["]", "\\"], ["["]), (#"[\w.-]+"#, ["a.B-9_"], ["a b", ""]),
            (#"[\D]"#, ["a", "é"], ["5"]), (#"[^\d]"#, ["a"], ["5"]),
            (#"[\Wa]"#, ["-", "a"], ["b"]),
            (#"\d\D\w\W\s\S"#, ["1aa- x"], ["aaa- x"]), (#"\.\*\$\^\/"#, [".*$^/"], ["....."]),
            ("é+", ["éé"], ["e"]), (".", ["x", "é", "😀"], ["", "xx"]),
            ("(a*)*", ["", "aaa"], ["b"]), ("(a*)+b", ["b", "aab"], ["a"]),
            ("(|a)+", ["", "aa"], ["b"]), ("()", [""], ["a"]), (#"a\tb"#, ["a\tb"], ["a b"]),
            ("}", ["}"], []), ("a]", ["a]"], []),
            (#"\d{4}-\d{2}"#, ["2024-05"], ["24-05", "2024-5"]),
        ] as [(String, [String], [String])]
    )
    func matching(source: String, good: [String], bad: [String]) throws {
        let pattern = try Pattern(source)
        for text in good { #expect(pattern.matches(text), "\(source) \(text)") }
        for text in bad { #expect(!pattern.matches(text), "\(source) \(text)") }
    }

    @Test(
        "what is no pattern is refused where that shows",
        arguments: [
            ("(", .unclosed("("), 0), ("a(b", .unclosed("("), 1), ("a)", .strayParenthesis, 1),
            ("[a", .unclosed("["), 0), ("[a\\", .unclosed("\\"), 2), ("\\", .unclosed("\\"), 0),
            ("[]", .emptyClass, 0), ("[^]", .emptyClass, 0), ("*", .nothingToRepeat, 0),
            ("a**", .nothingToRepeat, 2), ("a*?", .nothingToRepeat, 2),
            ("(+)", .nothingToRepeat, 1),
            ("a|?", .nothingToRepeat, 2), ("{2}", .nothingToRepeat, 0), ("a{", .badCount, 1),
            ("a{x}", .badCount, 1), ("a{2", .badCount, 1), ("a{3,2}", .badCount, 1),
            ("a{,2}", .badCount, 1), ("a{2,x}", .badCount, 1), ("[c-a]", .badRange, 1),
            (#"[\d-z]"#, .badRange, 1), (#"(a)\1"#, .unknownEscape("1"), 3),
            (#"\q"#, .unknownEscape("q"), 0), (#"\é"#, .unknownEscape("é"), 0),
            ("(?=a)", .unknownGroup, 0), ("(?P<n>a)", .unknownGroup, 0),
            ("a^", .strayAnchor("^"), 1),
            ("a$b", .strayAnchor("$"), 1), ("(a$)", .strayAnchor("$"), 2),
            ("$a", .strayAnchor("$"), 0),
            ("a{99999999999}", .tooLarge, 1), ("(a{100}){100}", .tooLarge, 0),
            ("((((a{9}){9}){9}){9})", .tooLarge, 1),
        ] as [(String, Pattern.Problem.Kind, Int)]
    )
    func refused(source: String, kind: Pattern.Problem.Kind, offset: Int) {
        let problem = #expect(throws: Pattern.Problem.self) { try Pattern(source) }
        #expect(problem == Pattern.Problem(kind: kind, offset: offset))
        #expect(problem?.description.contains("character \(offset + 1) ") == true)
    }

    @Test(
        "as large as one can be: an error or a pattern, in time that grows with its length",
        arguments: ["a", "(", "()", "|", "a|", "a{0}", "[a]"]
    )
    func large(piece: String) {
        let seconds = [100_000, 400_000].map { count in
            let source = String(repeating: piece, count: count)
            return processorSeconds { _ = try? Pattern(source) }
        }
        #expect(isLessThanQuadratic(seconds[0], seconds[1]), "\(seconds)")
    }

    @Test(
        "what would keep a backtracking matcher for years looks at each state once a character",
        arguments: ["(a+)+b", "(a|a)*b", "(a*)*b", "(.*a){20}b", "(a?){500}a{500}b", "([a-z]+)*!"]
    )
    func catastrophe(source: String) throws {
        let pattern = try Pattern(source)
        let length = 1000
        let (isMatch, work) = pattern.match(String(repeating: "a", count: length))
        #expect(!isMatch)
        // No state leads to more than two, and each is followed once for a character.
        #expect(work > length)
        #expect(work <= 3 * pattern.stateCount * (length + 1), "\(pattern.stateCount) states")
    }

    @Test("agree with Foundation's expressions on random patterns and texts")
    func random() throws {
        var generator = SplitMix(seed: 7)
        func random(_ depth: Int) -> String {
            switch Int.random(in: 0..<(depth > 3 ? 3 : 9), using: &generator) {
            case 0, 1: return ["a", "b", "."].randomElement(using: &generator) ?? "a"
            case 2:
                return ["[ab]", "[^a]", #"\w"#, "[b-c]"].randomElement(using: &generator) ?? "a"
            case 3, 4: return random(depth + 1) + random(depth + 1)
            case 5: return "(" + random(depth + 1) + "|" + random(depth + 1) + ")"
            default:
                let count =
                    ["*", "+", "?", "{2}", "{1,2}", "{1,}"].randomElement(using: &generator)
                    ?? "*"
                return "(" + random(depth + 1) + ")" + count
            }
        }
        var matched = 0
        // A sample; the lane long has more.
        for _ in 0..<(Lane.current < .long ? 3000 : 300_000) {
            let source = random(0)
            let pattern = try Pattern(source)
            let expression = try NSRegularExpression(pattern: "\\A(?:" + source + ")\\z")
            for _ in 0..<4 {
                let text = String(
                    (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
                        "abc".randomElement(using: &generator) ?? "a"
                    }
                )
                let range = NSRange(location: 0, length: text.utf16.count)
                let expected = expression.firstMatch(in: text, range: range) != nil
                #expect(pattern.matches(text) == expected, "\(source) on '\(text)'")
                matched += expected ? 1 : 0
            }
        }
        #expect(matched > 200)
    }
}
