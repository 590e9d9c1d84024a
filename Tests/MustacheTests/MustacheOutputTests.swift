// The memory of the result, and the programs that a rendering enters and leaves.

import Mustache
import TestSupport
import Testing

@Suite("Mustache output")
struct MustacheOutputTests {
    @Test("A result of any size is whole, as a text and as bytes")
    func sizes() throws {
        let template = try Mustache.Template("{{{a}}}-{{a}}")
        for count in [Int](0...300) + [5_000, 100_000] {
            let text = String(repeating: "é<", count: count)
            let expected = text + "-" + String(repeating: "é&lt;", count: count)
            // Not #expect for each size: it would print them all.
            try #require(template.render(["a": .string(text)]) == expected, "\(count)")
            try #require(template.renderBytes(["a": .string(text)]) == Array(expected.utf8))
        }
    }

    @Test("A result much smaller than its template is whole")
    func smallResult() throws {
        let unused = String(repeating: "x", count: 100_000)
        let template = try Mustache.Template("{{^a}}\(unused){{/a}}{{a}}.")
        #expect(try template.render(["a": "ü"]) == "ü.")
        #expect(try template.renderBytes(["a": "ü"]) == Array("ü.".utf8))
    }

    @Test("What a lambda wrote is escaped where the memory has grown")
    func escapedAfterGrowth() throws {
        let template = try Mustache.Template("{{{a}}}{{f}}.")
        let long = String(repeating: "<", count: 1_000)
        let value: Mustache.Value = ["a": .string(long), "f": .lambda { _ in "{{{a}}}" }]
        let escaped = String(repeating: "&lt;", count: 1_000)
        #expect(try template.render(value) == long + escaped + ".")
    }

    @Test("A failure after the memory has grown is thrown")
    func failureAfterGrowth() throws {
        let long = String(repeating: "<", count: 1_000)
        #expect(throws: Mustache.Failure.self) {
            try mustacheRender("{{a}}{{missing}}", ["a": .string(long)])
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let template: String
        var value: Mustache.Value = [:]
        let partials: [String: String]
        let result: String
    }

    static let rows: [Row] = [
        Row(
            testDescription: "a partial in a loop, after another one",
            template: "{{#l}}{{>p}}{{>q}}{{/l}}{{>p}}",
            value: ["l": [1, 2]],
            partials: ["p": "p{{>r}}", "q": "q{{>r}}", "r": "r"],
            result: "prqrprqrpr"
        ),
        Row(
            testDescription: "a partial that includes itself",
            template: "{{>p}}",
            value: [
                "a": ["n": 1, "b": ["n": 2, "a": false], "a": ["n": 3, "b": false, "a": false]]
            ],
            partials: ["p": "{{#a}}{{n}}{{>q}}{{>p}}{{/a}}", "q": "({{#b}}{{n}}{{/b}})"],
            result: "1(2)3()"
        ),
        Row(
            testDescription: "lambdas and partials inside each other",
            template: "{{#l}}{{{f}}}{{>p}};{{/l}}",
            value: [
                "l": [1, 2],
                "f": .lambda { _ in "[{{>q}}{{{g}}}]" },
                "g": .lambda { _ in "<{{>q}}>" },
            ],
            partials: ["p": "{{{f}}}{{>q}}", "q": "{{.}}"],
            result: "[1<1>][1<1>]1;[2<2>][2<2>]2;"
        ),
        Row(
            testDescription: "a parent in a lambda, with a lambda in its argument",
            template: "{{f}}-{{f}}",
            value: [
                "f": .lambda { _ in "{{<p}}{{$b}}{{g}}{{/b}}{{/p}}{{g}}" },
                "g": .lambda { _ in "g" },
            ],
            partials: ["p": "({{$b}}default{{/b}}{{g}})"],
            result: "(gg)g-(gg)g"
        ),
        Row(
            testDescription: "indentation in partials and lambdas, and after them",
            template: "  {{>p}}\nend\n  {{>q}}\n",
            value: ["f": .lambda { text in text ?? "" }],
            partials: [
                "p": "a\n  {{>q}}\nb\n{{#f}}\nc\nd\n{{/f}}\ne\n", "q": "1\n2\n",
            ],
            result: "  a\n    1\n    2\n  b\n  c\n  d\n  e\nend\n  1\n  2\n"
        ),
        Row(
            testDescription: "a partial that is missing, each time",
            template: "{{#l}}<{{>missing}}>{{/l}}",
            value: ["l": [1, 2]],
            partials: [:],
            result: "<><>"
        ),
    ]

    @Test("Programs that are entered again", arguments: rows)
    func entering(_ row: Row) throws {
        let result = try mustacheRender(
            row.template,
            row.value,
            partials: row.partials,
            mode: .specification
        )
        #expect(result == row.result)
    }
}
