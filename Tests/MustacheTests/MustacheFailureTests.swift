// Each kind of mistake in a template: its kind, place and line, and its sentence.

import Mustache
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
            "a column counts code points",
            "é👩‍👩‍👧e\u{301} {{/x}}",
            fails: .strayClosingTag("x"),
            at: (1, 13),
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

    @Test("Sentences", arguments: sentences)
    func sentence(kind: Mustache.Failure.Kind, expected: String) {
        #expect(kind.description == expected)
    }

    static let sentences: [(Mustache.Failure.Kind, String)] = [
        (.unclosedTag, "the tag is not closed"),
        (.emptyTag, "the tag has no name"),
        (
            .malformedName("a b"),
            "'a b' is not a valid name: it has white space or an empty part between dots"
        ),
        (
            .malformedName("if a.b"),
            "'if a.b' is not a valid name: write {{#a.b}}...{{/a.b}}, for else {{^a.b}}...{{/a.b}}"
        ),
        (
            .malformedName("for b in a"),
            "'for b in a' is not a valid name: write {{#a}}...{{/a}}, for else {{^a}}...{{/a}}"
        ),
        (.malformedName("unless\na"), "'unless\na' is not a valid name: write {{^a}}...{{/a}}"),
        (
            .malformedName("else if a"),
            "'else if a' is not a valid name: write {{^name}}...{{/name}}"
        ),
        (
            .malformedDelimiters("<%"),
            "'<%' does not set delimiters: write them between two equals signs, as {{=<% %>=}}"
        ),
        (.unclosedSection("a"), "'a' is not closed"),
        (.wrongClosingTag("b", expected: "a"), "'b' cannot be closed here: close 'a' first"),
        (.strayClosingTag("b"), "'b' cannot be closed here: nothing is open"),
        (.unknownName("usr", nearest: nil), "unknown name 'usr'"),
        (.unknownName("usr", nearest: "user"), "unknown name 'usr', did you mean 'user'?"),
        (.unknownPartial("p", nearest: nil), "unknown partial 'p'"),
        (.notText("a"), "'a' is a list or an object, not a text"),
        (.tooDeep(limit: 9, chain: []), "nested more than 9 levels deep"),
        (.tooDeep(limit: 9, chain: ["a", "b", "a"]), "nested more than 9 levels deep: a > b > a"),
        (
            .tooDeep(limit: 9, chain: ["a", "b", "c", "d", "e", "f"]),
            "nested more than 9 levels deep: a > b > c > d > e > f"
        ),
        (
            .tooDeep(limit: 9, chain: (1...200).map { "p\($0)" }),
            "nested more than 9 levels deep: p1 > p2 > p3 > ... > p199 > p200"
        ),
        (.outputTooLarge(limit: 9), "the result has more than 9 bytes"),
        (.tooManyExpansions(limit: 9), "it expands more than 9 sections and partials"),
        (.tooManyLookups(limit: 9), "it looks up more than 9 names"),
        (.inLambda("f", .emptyTag), "in the result of the lambda 'f': the tag has no name"),
    ]

    @Test("The description begins as compilers write it")
    func description() {
        let failure = #expect(throws: Mustache.Failure.self) {
            _ = try Mustache.Template("\n  {{/x}}", path: "handler/wsgi.py.mustache")
        }
        let expected =
            "handler/wsgi.py.mustache:2:6: 'x' cannot be closed here: nothing is open"
        #expect(failure?.description == expected)
    }
}
