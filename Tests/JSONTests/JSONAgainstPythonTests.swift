// Random texts, read by Python's reader of JSON, too.

import Foundation
import TestSupport
import Testing

@testable import JSON

@Suite("The reader of JSON, beside Python's")
struct JSONAgainstPythonTests {
    @Test(
        "finds the same values in random texts, and refuses the same",
        .lane(.quick),
        arguments: [1, 2]
    )
    func sample(seed: UInt64) async throws {
        try await compare(texts: 5_000, seed: seed)
    }

    @Test(
        "finds the same values in many random texts, and refuses the same",
        .lane(.long),
        arguments: 10..<20
    )
    func many(seed: Int) async throws {
        try await compare(texts: 100_000, seed: UInt64(seed))
    }

    private func compare(texts count: Int, seed: UInt64) async throws {
        var generator = SplitMix(seed: seed)
        let texts = (0..<count).map { _ in generator.json() }
        var document = Data()
        for text in texts {
            document.append(contentsOf: "\(text.count)\n".utf8)
            document.append(contentsOf: text)
        }
        let python = try #require(Interpreter.standard)
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Python/read_json.py")
        let finished = try await withTemporaryFolder { folder in
            let file = folder.appending(path: "texts")
            try document.write(to: file)
            return try await run(python.path, ["-B", script.path, file.path])
        }
        try #require(finished.exitCode == 0, "\(finished.stderr)")
        let lines = finished.stdout.split(separator: "\n")
        try #require(lines.count == count)
        var accepted = 0
        for (text, line) in zip(texts, lines) {
            let json = try? JSONText(text, repeatedKeys: .ignored)
            // Python's reader takes the last of two equal keys.
            let ours = (try? JSONText(text))?.shown ?? (json == nil ? "-" : nil)
            if json != nil { accepted += 1 }
            guard let ours, line != ours else { continue }
            Issue.record("\(String(decoding: text, as: UTF8.self)): Python \(line), ours \(ours)")
        }
        // Both kinds have to be there.
        #expect(accepted > count / 10 && accepted < count * 9 / 10, "\(accepted) accepted")
    }
}

extension JSONText {
    /// The value as one line, as `read_json.py` prints it.
    fileprivate var shown: String {
        switch content {
        case .null: "n"
        case .bool(let value): value ? "t" : "f"
        case .number(let text): text
        case .text(let text): Self.shown(text)
        case .joined(let text): Self.shown(String(decoding: text, as: UTF8.self))
        case .list(let elements): "[" + elements.map { $0.shown + "," }.joined() + "]"
        case .object(let members):
            "{" + members.map { Self.shown($0.key) + $0.value.shown }.joined() + "}"
        }
    }

    private static func shown(_ text: String) -> String {
        let digits = Array("0123456789abcdef")
        return "'" + text.utf8.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + "'"
    }
}

extension SplitMix {
    /// Returns a JSON text, often with a few changed bytes.
    fileprivate mutating func json() -> [UInt8] {
        var text = Array(value(depth: 0).utf8)
        for _ in 0..<([0, 0, 0, 1, 1, 2].randomElement(using: &self) ?? 0) {
            let place = Int.random(in: 0...text.count, using: &self)
            let byte =
                Bool.random(using: &self)
                ? UInt8.random(in: 0...255, using: &self)
                : Array("{}[],:\"\\0123456789.eE+-utfn \n/".utf8).randomElement(using: &self) ?? 0
            switch Int.random(in: 0..<3, using: &self) {
            case 0: text.insert(byte, at: place)
            case 1 where place < text.count: text.remove(at: place)
            case 2 where place < text.count: text[place] = byte
            default: break
            }
        }
        return text
    }

    private mutating func value(depth: Int) -> String {
        let space = ["", "", " ", "\n", "\t\r"].randomElement(using: &self) ?? ""
        let count = Int.random(in: 0..<4, using: &self)
        let value: String
        switch Int.random(in: 0..<(depth < 4 ? 9 : 6), using: &self) {
        case 0: value = ["true", "false", "null"].randomElement(using: &self) ?? ""
        case 1, 2: value = number()
        case 3, 4, 5: value = text()
        case 6:
            value =
                "["
                + (0..<count).map { _ in self.value(depth: depth + 1) }
                .joined(separator: ",") + space + "]"
        default:
            let members = (0..<count).map { _ in
                text() + space + ":" + self.value(depth: depth + 1)
            }
            value = "{" + space + members.joined(separator: ",") + "}"
        }
        return space + value + space
    }

    private mutating func number() -> String {
        let parts = [
            ["", "-"], ["0", "7", "10", "9007199254740993", "123456789012345678901234567890"],
            ["", "", ".5", ".0", ".12345678901234567890"], ["", "", "e1", "E-7", "e+400"],
        ]
        return parts.map { $0.randomElement(using: &self) ?? "" }.joined()
    }

    private mutating func text() -> String {
        let parts = [
            "", "a", "é", "e\u{301}", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9",
            "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\u{7F}", "\u{2028}", "\\u0000", "key",
        ]
        let count = Int.random(in: 0..<5, using: &self)
        return "\"" + (0..<count).map { _ in parts.randomElement(using: &self) ?? "" }.joined()
            + "\""
    }
}
