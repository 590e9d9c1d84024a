// Codable values, written and read by Foundation, too: the documents that earlier versions wrote with it
// must not change.

import Foundation
import TestSupport
import Testing

@testable import JSON

@Suite("JSON documents, beside Foundation's")
struct JSONAgainstFoundationTests {
    /// A value that encodes itself in every way that Codable has.
    indirect enum Tree: Codable, Equatable {
        case null
        case bool(Bool)
        case integer(Int)
        case decimal(Double)
        case small(Float)
        case text(String)
        case texts([String])
        case list([Tree])
        case object([String: Tree])
        case record(Record)

        struct Record: Codable, Equatable {
            let name: String
            let numbers: [Int?]
            let inner: [String: UInt8]?
            let byte: Int8
            let `static`: Bool?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int.self) {
                self = .integer(value)
            } else if let value = try? container.decode(Double.self) {
                self = .decimal(value)
            } else if let value = try? container.decode(String.self) {
                self = .text(value)
            } else if let value = try? container.decode([String].self) {
                self = .texts(value)
            } else if var list = try? decoder.unkeyedContainer() {
                var elements: [Tree] = []
                while !list.isAtEnd {
                    elements.append(try list.decodeNil() ? .null : list.decode(Tree.self))
                }
                self = .list(elements)
            } else if let value = try? container.decode(Record.self) {
                self = .record(value)
            } else {
                self = .object(try container.decode([String: Tree].self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .null:
                var container = encoder.singleValueContainer()
                try container.encodeNil()
            case .bool(let value): try value.encode(to: encoder)
            case .integer(let value): try value.encode(to: encoder)
            case .decimal(let value): try value.encode(to: encoder)
            case .small(let value): try value.encode(to: encoder)
            case .text(let value): try value.encode(to: encoder)
            case .texts(let value): try value.encode(to: encoder)
            case .list(let elements):
                var container = encoder.unkeyedContainer()
                for element in elements {
                    if case .null = element {
                        try container.encodeNil()
                    } else if case .list(let inner) = element {
                        var nested = container.nestedUnkeyedContainer()
                        for value in inner { try nested.encode(value) }
                    } else {
                        try container.encode(element)
                    }
                }
            case .object(let members):
                var container = encoder.container(keyedBy: Key.self)
                for (name, value) in members {
                    if case .object(let inner) = value {
                        var nested = container.nestedContainer(keyedBy: Key.self, forKey: Key(name))
                        for (name, value) in inner { try nested.encode(value, forKey: Key(name)) }
                    } else if case .list(let inner) = value {
                        var nested = container.nestedUnkeyedContainer(forKey: Key(name))
                        for value in inner { try nested.encode(value) }
                    } else {
                        try container.encode(value, forKey: Key(name))
                    }
                }
            case .record(let record): try record.encode(to: encoder)
            }
        }
    }

    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    /// What JSONDocument used before this program had its own encoder.
    private static func foundation(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    @Test("random values have the same bytes, and are read alike")
    func random() throws {
        var generator = SplitMix(seed: 23)
        for _ in 0..<2_000 {
            let tree = generator.tree(depth: 0)
            let text = try JSONDocument.text(of: tree)
            #expect(text == (try Self.foundation(tree)), "\(text)")
            let bytes = Array(text.utf8)
            let ours = try? JSONDocument.value(Tree.self, from: bytes)
            let theirs = try? JSONDecoder().decode(Tree.self, from: Data(bytes))
            #expect(ours == theirs, "\(text)")
        }
    }

    @Test("each byte and each kind of number has the same form")
    func forms() throws {
        let texts = (0...0x7F).compactMap { Unicode.Scalar($0).map(String.init) }
        #expect(try JSONDocument.text(of: texts) == Self.foundation(texts))
        let numbers: [Double] = [
            0, -0.0, 1, -1, 1.5, 0.1, 1e16, 1e20, 1e21, 1e-4, 1e-5, 1e-7, .leastNonzeroMagnitude,
            1.7976931348623157e308,
            123_456_789.125, 9_007_199_254_740_992,
        ]
        #expect(try JSONDocument.text(of: numbers) == Self.foundation(numbers))
        let small = numbers.map(Float.init).filter(\.isFinite)
        #expect(try JSONDocument.text(of: small) == Self.foundation(small))
        #expect(try JSONDocument.text(of: UInt64.max) == Self.foundation(UInt64.max))
        #expect(try JSONDocument.text(of: Int64.min) == Self.foundation(Int64.min))
    }

    class Animal: Codable {
        var name = "Rex"
    }

    final class Dog: Animal {
        var tricks: [String] = ["sit"]
        enum CodingKeys: String, CodingKey { case tricks, animal }

        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            tricks = try container.decode([String].self, forKey: .tricks)
            try super.init(from: container.superDecoder(forKey: .animal))
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(tricks, forKey: .tricks)
            try super.encode(to: container.superEncoder(forKey: .animal))
        }
    }

    @Test("a class with a superclass has the same form")
    func superclass() throws {
        let dog = Dog()
        (dog.name, dog.tricks) = ("Lassie", [])
        let text = try JSONDocument.text(of: dog)
        #expect(text == (try Self.foundation(dog)))
        let read = try JSONDocument.value(Dog.self, from: Array(text.utf8))
        #expect(read.name == "Lassie" && read.tricks.isEmpty)
    }

    @Test("bytes have the same base64", arguments: [0, 1, 2, 3, 4, 5, 100, 1000])
    func base64(count: Int) throws {
        var generator = SplitMix(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let text = try JSONDocument.text(of: Base64Bytes(bytes))
        #expect(text == (try Self.foundation(Data(bytes))))
        #expect(try JSONDocument.value(Base64Bytes.self, from: Array(text.utf8)).bytes == bytes)
    }

    @Test(
        "what is not base64 is refused",
        arguments: [
            "A", "AA", "AAA", "AAAAA", "AA=A", "A===", "====", "AA==AAAA", "AA AA", "AA-_", "AA=",
            "AB==", "AAB=", "éAAA", "AAAA\n",
        ]
    )
    func notBase64(text: String) {
        #expect(Base64Bytes(text: text) == nil)
    }

    @Test(
        "numbers are whole numbers only if they are exact",
        arguments: [
            "0", "-0", "1.0", "1e3", "-1.50", "9007199254740993", "1e-1", "1e400",
            "99999999999999999999",
        ]
    )
    func wholeNumbers(text: String) {
        let ours = try? JSONDocument.value(Int.self, from: Array(text.utf8))
        #expect(ours == (try? JSONDecoder().decode(Int.self, from: Data(text.utf8))))
        let byte = try? JSONDocument.value(UInt8.self, from: Array(text.utf8))
        #expect(byte == (try? JSONDecoder().decode(UInt8.self, from: Data(text.utf8))))
        let decimal = try? JSONDocument.value(Double.self, from: Array(text.utf8))
        #expect(decimal == (try? JSONDecoder().decode(Double.self, from: Data(text.utf8))))
    }
}

extension SplitMix {
    fileprivate mutating func tree(depth: Int) -> JSONAgainstFoundationTests.Tree {
        let count = Int.random(in: 0..<4, using: &self)
        switch Int.random(in: 0..<(depth < 4 ? 12 : 7), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .integer(Int.random(in: -1000...1000, using: &self))
        case 3: return .decimal(Double(bitPattern: next() & ~(1 << 62)))
        case 4: return .small(Float.random(in: -1e9...1e9, using: &self))
        case 5: return .text(word())
        case 6: return .texts((0..<count).map { _ in word() })
        case 7, 8: return .list((0..<count).map { _ in tree(depth: depth + 1) })
        case 9:
            return .record(
                .init(
                    name: word(),
                    numbers: (0..<count).map { $0 == 1 ? nil : $0 },
                    inner: count == 0 ? nil : [word() + "1": 255, word() + "2": 0],
                    byte: -128,
                    static: count == 1 ? nil : true
                )
            )
        default:
            let members = (0..<count).map { _ in (word(), tree(depth: depth + 1)) }
            return .object(Dictionary(members) { first, _ in first })
        }
    }

    private mutating func word() -> String {
        let parts = [
            "", "a", "B", "é", "e\u{301}", "z10", "z9", "😀", "\n", "\"", "\\", "/", "\u{0}",
            "\u{1F}",
            "\u{7F}", "\u{2028}",
        ]
        return (0..<Int.random(in: 0..<5, using: &self))
            .map { _ in parts.randomElement(using: &self) ?? "" }.joined()
    }
}
