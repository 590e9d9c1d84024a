// A public set of cases for readers of JSON.

import Foundation
import TestSupport
import Testing

@testable import JSON

@Suite("A public set of cases for readers of JSON")
struct JSONSuiteTests {
    @Test(
        "what every reader accepts has the value that Foundation finds",
        arguments: JSONCase.valid
    )
    func valid(_ text: JSONCase) throws {
        typealias Tree = JSONAgainstFoundationTests.Tree
        let expected = try JSONDecoder().decode(Tree.self, from: Data(text.bytes))
        #expect(try JSONDocument.value(Tree.self, from: text.bytes) == expected)
        // What was read can be written, and then has the same value.
        var writer = JSONWriter()
        writer.write(try JSONText(text.bytes, repeatedKeys: .ignored).output)
        #expect(try JSONDocument.value(Tree.self, from: writer.bytes) == expected)
    }

    @Test(
        "only a key that is given twice is refused, where people write",
        arguments: JSONCase.valid
    )
    func strict(_ text: JSONCase) {
        let isTwice = text.testDescription.hasPrefix("object_duplicated_key")
        do throws(JSONText.Problem) {
            _ = try JSONText(text.bytes)
            #expect(!isTwice)
        } catch {
            #expect(isTwice && error.kind == .repeatedKey("a"))
        }
    }

    @Test("what no reader accepts is refused", arguments: JSONCase.invalid)
    func invalid(_ text: JSONCase) {
        let problem = #expect(throws: JSONText.Problem.self) {
            try JSONText(text.bytes, repeatedKeys: .ignored)
        }
        #expect((0...text.bytes.count).contains(problem?.offset ?? -1))
    }

    @Test("what readers may choose is chosen", arguments: JSONCase.choices)
    func choices(_ text: JSONCase, _ expected: JSONText.Problem.Kind?) {
        do throws(JSONText.Problem) {
            _ = try JSONText(text.bytes)
            #expect(expected == nil)
        } catch {
            #expect(error.kind == expected)
        }
    }

    @Test("has all of its cases here")
    func count() {
        #expect(JSONCase.valid.count == 95)
        #expect(JSONCase.invalid.count == 188)
        #expect(JSONCase.choices.count == 35)
    }
}

extension JSONText {
    /// The value, to write it.
    fileprivate var output: JSONOutput {
        switch content {
        case .null: .word("null")
        case .bool(let value): .word("\(value)")
        case .number(let text): .word(text)
        case .text(let text): .text(text)
        case .joined(let text): .lines(text)
        case .list(let elements): .list(elements.map(\.output))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.output) }) { first, _ in first })
        }
    }
}
