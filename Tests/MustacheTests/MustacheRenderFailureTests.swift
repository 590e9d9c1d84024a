// What fails while a template is rendered in strict mode, and where.

import Mustache
import Testing

/// Each kind of failure with its path, line, column, and line text.
@Suite("Mustache failures while rendering")
struct MustacheRenderFailureTests {
    @Test("Rendering in strict mode", arguments: renderingRows)
    func rendering(row: MustacheFailureRow) {
        row.check()
    }

    static let renderingRows: [MustacheFailureRow] = [
        .init(
            "unknown variable",
            "a\nb {{ usr }}",
            ["user": 1],
            fails: .unknownName("usr", nearest: "user"),
            at: (2, 6),
            text: "b {{ usr }}"
        ),
        .init(
            "unknown name, nothing like it",
            "{{{x}}}",
            ["y": 1, "z": 2],
            fails: .unknownName("x", nearest: nil),
            at: (1, 4),
            text: "{{{x}}}"
        ),
        .init(
            "unknown section",
            "{{#items}}{{/items}}",
            ["item": [], "stems": []],
            fails: .unknownName("items", nearest: "item"),
            at: (1, 4),
            text: "{{#items}}{{/items}}"
        ),
        .init(
            "unknown inverted section",
            "{{^a}}{{/a}}",
            fails: .unknownName("a", nearest: nil),
            at: (1, 4),
            text: "{{^a}}{{/a}}"
        ),
        .init(
            "unknown last part",
            "{{a.bb}}",
            ["a": ["bbb": 1], "bb": 1],
            fails: .unknownName("a.bb", nearest: "a.bbb"),
            at: (1, 3),
            text: "{{a.bb}}"
        ),
        .init(
            "unknown first part",
            "{{thing.name}}",
            ["things": ["name": 1]],
            fails: .unknownName("thing.name", nearest: "things.name"),
            at: (1, 3),
            text: "{{thing.name}}"
        ),
        .init(
            "part of a string",
            "{{a.b}}",
            ["a": "text"],
            fails: .unknownName("a.b", nearest: nil),
            at: (1, 3),
            text: "{{a.b}}"
        ),
        .init(
            "unknown partial",
            "x {{> foter }}",
            partials: ["footer": "", "header": ""],
            fails: .unknownPartial("foter", nearest: "footer"),
            at: (1, 7),
            text: "x {{> foter }}"
        ),
        .init(
            "unknown parent",
            "{{<p}}{{/p}}",
            fails: .unknownPartial("p", nearest: nil),
            at: (1, 4),
            text: "{{<p}}{{/p}}"
        ),
        .init(
            "unknown dynamic partial",
            "{{>*kind}}",
            ["kind": "flask"],
            partials: ["flasks": ""],
            fails: .unknownPartial("flask", nearest: "flasks"),
            at: (1, 5),
            text: "{{>*kind}}"
        ),
        .init(
            "unknown name of a dynamic partial",
            "{{>*kind}}",
            fails: .unknownName("kind", nearest: nil),
            at: (1, 5),
            text: "{{>*kind}}"
        ),
        .init(
            "list as text",
            "{{a}}",
            ["a": []],
            fails: .notText("a"),
            at: (1, 3),
            text: "{{a}}"
        ),
        .init(
            "object as text",
            "{{&a.b}}",
            ["a": ["b": [:]]],
            fails: .notText("a.b"),
            at: (1, 4),
            text: "{{&a.b}}"
        ),
        .init(
            "in a partial in a section",
            "{{#a}}\n{{>p}}\n{{/a}}",
            ["a": true],
            partials: ["p": "\r\n  {{nme}}\r\n"],
            fails: .unknownName("nme", nearest: nil),
            in: "p",
            at: (2, 5),
            text: "  {{nme}}"
        ),
        .init(
            "in an argument of a parent",
            "{{<p}}\n{{$b}}{{x}}{{/b}}{{/p}}",
            partials: ["p": "{{$b}}{{/b}}"],
            fails: .unknownName("x", nearest: nil),
            at: (2, 9),
            text: "{{$b}}{{x}}{{/b}}{{/p}}"
        ),
        .init(
            "lambda result with bad syntax",
            "a {{f}}",
            ["f": .lambda { _ in "x\n{{#y}}" }],
            fails: .inLambda("f", .unclosedSection("y")),
            at: (1, 5),
            text: "a {{f}}"
        ),
        .init(
            "lambda result with an unknown name",
            "\n {{#f}}x{{/f}}",
            ["f": .lambda { _ in "{{y}}" }],
            fails: .inLambda("f", .unknownName("y", nearest: nil)),
            at: (2, 5),
            text: " {{#f}}x{{/f}}"
        ),
        .init(
            "lambda in a lambda",
            "{{f}}",
            ["f": .lambda { _ in "{{g}}" }, "g": .lambda { _ in "{{/h}}" }],
            fails: .inLambda("f", .strayClosingTag("h")),
            at: (1, 3),
            text: "{{f}}"
        ),
        .init(
            "partial in a lambda",
            "{{f}}",
            ["f": .lambda { _ in "{{>p}}" }],
            partials: ["p": "..{{xyz}}"],
            fails: .unknownName("xyz", nearest: nil),
            in: "p",
            at: (1, 5),
            text: "..{{xyz}}"
        ),
    ]
}
