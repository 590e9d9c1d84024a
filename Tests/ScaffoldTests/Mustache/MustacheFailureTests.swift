// Each kind of mistake in a template: its kind, place and line, and its sentence.

import Scaffold
import Testing

/// Each kind of failure with its path, line, column, and line text.
@Suite("Mustache failures")
struct MustacheFailureTests {
    @Test("Syntax", arguments: syntaxRows)
    func syntax(row: MustacheFailureRow) {
        row.check()
    }

    static let syntaxRows: [MustacheFailureRow] = [
        .init("unclosed tag", "a\nb {{name", fails: .unclosedTag, at: (2, 3), text: "b {{name"),
        .init(
            "a tag that swallows the next one",
            "{{a\n{{b}}",
            fails: .unclosedTag,
            at: (1, 1),
            text: "{{a"
        ),
        .init(
            "triple, two braces",
            " {{{a}} b",
            fails: .unclosedTag,
            at: (1, 2),
            text: " {{{a}} b"
        ),
        .init(
            "triple, two braces, another triple",
            "{{{a}} {{{b}}}",
            fails: .unclosedTag,
            at: (1, 1),
            text: "{{{a}} {{{b}}}"
        ),
        .init("opening at the end", "x{{", fails: .unclosedTag, at: (1, 2), text: "x{{"),
        .init("unclosed comment", "\n{{! a", fails: .unclosedTag, at: (2, 1), text: "{{! a"),
        .init("empty tag", "{{a}}{{ }}", fails: .emptyTag, at: (1, 6), text: "{{a}}{{ }}"),
        .init("empty triple", "{{{ }}}", fails: .emptyTag, at: (1, 1), text: "{{{ }}}"),
        .init("empty ampersand", "{{& }}", fails: .emptyTag, at: (1, 1), text: "{{& }}"),
        .init("empty section", "{{#}}", fails: .emptyTag, at: (1, 1), text: "{{#}}"),
        .init(
            "empty closing tag",
            "{{#a}}{{/}}",
            fails: .emptyTag,
            at: (1, 7),
            text: "{{#a}}{{/}}"
        ),
        .init("empty partial", "{{> }}", fails: .emptyTag, at: (1, 1), text: "{{> }}"),
        .init("empty dynamic name", "{{>* }}", fails: .emptyTag, at: (1, 1), text: "{{>* }}"),
        .init("empty parent", "{{<}}", fails: .emptyTag, at: (1, 1), text: "{{<}}"),
        .init("empty block", "{{$}}", fails: .emptyTag, at: (1, 1), text: "{{$}}"),
        .init(
            "space in a name",
            "{{ a b }}",
            fails: .malformedName("a b"),
            at: (1, 4),
            text: "{{ a b }}"
        ),
        .init(
            "double dot",
            "{{a..b}}",
            fails: .malformedName("a..b"),
            at: (1, 3),
            text: "{{a..b}}"
        ),
        .init("dot first", "{{#.a}}", fails: .malformedName(".a"), at: (1, 4), text: "{{#.a}}"),
        .init("dot last", "{{>*a.}}", fails: .malformedName("a."), at: (1, 5), text: "{{>*a.}}"),
        .init(
            "unclosed section",
            "x\n {{#a}}\ny",
            fails: .unclosedSection("a"),
            at: (2, 2),
            text: " {{#a}}"
        ),
        .init(
            "unclosed inverted",
            "{{^a}}",
            fails: .unclosedSection("a"),
            at: (1, 1),
            text: "{{^a}}"
        ),
        .init(
            "unclosed parent",
            "{{<a}}",
            fails: .unclosedSection("a"),
            at: (1, 1),
            text: "{{<a}}"
        ),
        .init(
            "unclosed dynamic parent",
            "{{<* a}}",
            fails: .unclosedSection("*a"),
            at: (1, 1),
            text: "{{<* a}}"
        ),
        .init("unclosed block", "{{$a}}", fails: .unclosedSection("a"), at: (1, 1), text: "{{$a}}"),
        .init(
            "the innermost unclosed section",
            "{{#a}}{{#b}}",
            fails: .unclosedSection("b"),
            at: (1, 7),
            text: "{{#a}}{{#b}}"
        ),
        .init(
            "wrong closing tag",
            "{{#a}}\n  {{/ b }}\n",
            fails: .wrongClosingTag("b", expected: "a"),
            at: (2, 7),
            text: "  {{/ b }}"
        ),
        .init(
            "closing tag with two words",
            "{{#a}}{{/a b}}",
            fails: .wrongClosingTag("a b", expected: "a"),
            at: (1, 10),
            text: "{{#a}}{{/a b}}"
        ),
        .init(
            "wrong order",
            "{{#a}}{{#b}}{{/a}}{{/b}}",
            fails: .wrongClosingTag("a", expected: "b"),
            at: (1, 16),
            text: "{{#a}}{{#b}}{{/a}}{{/b}}"
        ),
        .init(
            "dynamic parent closed without star",
            "{{<*a}}{{/a}}",
            fails: .wrongClosingTag("a", expected: "*a"),
            at: (1, 11),
            text: "{{<*a}}{{/a}}"
        ),
        .init(
            "stray closing tag",
            "a\n{{/b}}",
            fails: .strayClosingTag("b"),
            at: (2, 4),
            text: "{{/b}}"
        ),
        .init(
            "one delimiter",
            "{{=<%=}}",
            fails: .malformedDelimiters("<%"),
            at: (1, 1),
            text: "{{=<%=}}"
        ),
        .init(
            "three delimiters",
            "{{=a b c=}}",
            fails: .malformedDelimiters("a b c"),
            at: (1, 1),
            text: "{{=a b c=}}"
        ),
        .init(
            "no delimiter",
            "{{= =}}",
            fails: .malformedDelimiters(" "),
            at: (1, 1),
            text: "{{= =}}"
        ),
        .init(
            "equals sign only",
            "{{=}}",
            fails: .malformedDelimiters(""),
            at: (1, 1),
            text: "{{=}}"
        ),
        .init(
            "delimiters without second equals sign",
            "{{=<% %>}}\n{{=| |=}}",
            fails: .malformedDelimiters("<% %>"),
            at: (1, 1),
            text: "{{=<% %>}}"
        ),
        .init("unclosed delimiters", "{{=<% %>", fails: .unclosedTag, at: (1, 1), text: "{{=<% %>"),
        .init(
            "other delimiters in use",
            "{{=<% %>=}}<%#a%>{{/a}}<%/b%>",
            fails: .wrongClosingTag("b", expected: "a"),
            at: (1, 27),
            text: "{{=<% %>=}}<%#a%>{{/a}}<%/b%>"
        ),
        .init(
            "CRLF",
            "a\r\n\r\nb {{/x}} c\r\nd",
            fails: .strayClosingTag("x"),
            at: (3, 6),
            text: "b {{/x}} c"
        ),
        .init(
            "a column counts characters",
            "é👩‍👩‍👧e\u{301} {{/x}}",
            fails: .strayClosingTag("x"),
            at: (1, 8),
            text: "é👩‍👩‍👧e\u{301} {{/x}}"
        ),
        .init(
            "in a partial",
            "{{>p}}",
            partials: ["p": "one\n{{#a}}"],
            fails: .unclosedSection("a"),
            in: "p",
            at: (2, 1),
            text: "{{#a}}"
        ),
    ]

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

    @Test("Sentences", arguments: sentences)
    func sentence(kind: Mustache.Failure.Kind, expected: String) {
        #expect(kind.description == expected)
    }

    static let sentences: [(Mustache.Failure.Kind, String)] = [
        (.unclosedTag, "the tag is not closed"),
        (.emptyTag, "the tag has no name"),
        (
            .malformedName("a b"),
            "'a b' is not a name: it has white space in it or an empty part between dots"
        ),
        (
            .malformedDelimiters("<%"),
            "'<%' does not set delimiters: two words between equals signs are needed"
        ),
        (.unclosedSection("a"), "'a' is not closed"),
        (.wrongClosingTag("b", expected: "a"), "'b' cannot be closed here, 'a' is open"),
        (.strayClosingTag("b"), "'b' cannot be closed here, nothing is open"),
        (.unknownName("usr", nearest: nil), "unknown name 'usr'"),
        (.unknownName("usr", nearest: "user"), "unknown name 'usr', did you mean 'user'?"),
        (.unknownPartial("p", nearest: nil), "unknown partial 'p'"),
        (.notText("a"), "'a' is a list or an object, not a text"),
        (.tooDeep(limit: 9, chain: []), "more than 9 levels deep"),
        (.tooDeep(limit: 9, chain: ["a", "b", "a"]), "more than 9 levels deep: a > b > a"),
        (.outputTooLarge(limit: 9), "the result has more than 9 bytes"),
        (.tooManyExpansions(limit: 9), "more than 9 sections and partials are expanded"),
        (.inLambda("f", .emptyTag), "in the result of the lambda 'f': the tag has no name"),
    ]

    @Test("The description begins as compilers write it")
    func description() {
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try Mustache.Template("\n  {{/x}}", path: "handler/wsgi.py.mustache")
        }
        let expected =
            "handler/wsgi.py.mustache:2:6: 'x' cannot be closed here, nothing is open"
        #expect(failure?.description == expected)
    }
}
