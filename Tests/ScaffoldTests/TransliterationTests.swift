// Letters of other alphabets in suggestions of names.

import Testing

@testable import Scaffold

@Suite("Transliteration")
struct TransliterationTests {
    @Test(
        "writes letters from a to z for those that it knows, and leaves the others",
        arguments: [
            ("", ""), ("abc-1_X", "abc-1_x"), ("Überblick", "uberblick"), ("ẞß", "ssss"),
            ("ÅØÆŒÐÞŁ", "aoaeoedthl"), ("İstanbul ığŞ", "istanbul igs"), ("Việt Nam", "viet nam"),
            ("e\u{301}\u{302}", "e"), ("щука Ёлка объект", "shchuka elka obekt"),
            ("Κύπρος Ψυχή", "kypros psychi"), ("Љубав џеп", "ljubav dzep"), ("Їжак", "yizhak"),
            ("日本 🎉", "日本 🎉"), ("ａ", "ａ"),
        ]
    )
    func letters(text: String, expected: String) { #expect(transliterated(text) == expected) }

    @Test("takes any text: each character of the first planes, and one with many marks")
    func anything() {
        var known = 0
        for value in UInt32(0)...0x1FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = transliterated(String(Character(scalar)))
            if value > 0x7F, text.utf8.allSatisfy({ (0x61...0x7A).contains($0) }), !text.isEmpty {
                known += 1
            }
        }
        #expect(known > 350)
        let marked = "u" + String(repeating: "\u{308}", count: 1_000_000)
        #expect(transliterated(marked) == "u")
    }
}
