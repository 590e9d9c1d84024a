// Rendering beyond the specification: strict mode, values, line ends, delimiters.

import Mustache
import Testing

/// What the specification leaves open, and what only strict mode does.
@Suite("Mustache rendering")
struct MustacheRenderTests {
    @Test("Strict mode", arguments: strictRows)
    func strict(row: MustacheRow) throws {
        try row.check()
    }

    static let strictRows: [MustacheRow] = [
        .init("no escaping", "{{a}}", ["a": "<&\">"], gives: "<&\">"),
        .init("no escaping, triple", "{{{a}}}", ["a": "<&\">"], gives: "<&\">"),
        .init("no escaping, ampersand", "{{& a }}", ["a": "<&\">"], gives: "<&\">"),
        .init("null is known", "[{{a}}{{#a}}x{{/a}}{{^a}}y{{/a}}]", ["a": nil], gives: "[y]"),
        .init("false is known", "{{a}}{{#a}}x{{/a}}{{^a}}y{{/a}}", ["a": false], gives: "falsey"),
        .init("empty list is known", "{{#a}}x{{/a}}{{^a}}y{{/a}}", ["a": []], gives: "y"),
        .init("unknown in a branch not taken", "{{#a}}{{b}}{{/a}}", ["a": false], gives: ""),
        .init("outer name", "{{#a}}{{b}}{{/a}}", ["a": ["c": 1], "b": 2], gives: "2"),
        .init("lambda, no escaping", "{{a}}", ["a": .lambda { _ in "<" }], gives: "<"),
        .init("dynamic parent", "{{<* a}}x{{/ * a}}", ["a": "p"], partials: ["p": "y"], gives: "y"),
    ]

    @Test("Values", arguments: valuesRows)
    func values(row: MustacheRow) throws {
        try row.check()
    }

    static let valuesRows: [MustacheRow] = [
        .init("zero is true", "{{#a}}{{.}}{{/a}}", ["a": 0], gives: "0"),
        .init("empty string is true", "{{#a}}x{{.}}{{/a}}", ["a": ""], gives: "x"),
        .init("empty object is true", "{{#a}}x{{/a}}", ["a": [:]], gives: "x"),
        .init("true shows", "{{a}}", ["a": true], gives: "true"),
        .init("negative number", "{{a}}", ["a": -7], gives: "-7"),
        .init("decimal", "{{a}} {{b}}", ["a": 0.1, "b": 2.0], gives: "0.1 2.0"),
        .init("interpolated literal", "{{a}}", ["a": "x\(1)"], gives: "x1"),
        .init("the last of two equal names", "{{a}}", ["a": 1, "a": 2], gives: "2"),
        .init("list of mixed values", "{{#a}}{{.}},{{/a}}", ["a": [1, nil, "b"]], gives: "1,,b,"),
        .init("a long text", "{{a}}", ["a": .string(long)], gives: long),
        .init(
            "escaped text with other characters between",
            "{{a}}",
            ["a": "é<ü>&\"ß'"],
            mode: .specification,
            gives: "é&lt;ü&gt;&amp;&quot;ß&#39;"
        ),
        .init("list as text", "[{{a}}]", ["a": [1]], mode: .specification, gives: "[]"),
        .init("unicode names", "{{größe.日本}}", ["größe": ["日本": "ok"]], gives: "ok"),
        .init("any characters in a name", "{{a-b/c:d}}", ["a-b/c:d": 1], gives: "1"),
        .init(
            "dots in the name of a partial",
            "{{>a.b..c}}",
            partials: ["a.b..c": "x"],
            gives: "x"
        ),
        .init("name over lines", "{{\n a\t\r\n}}", ["a": 1], gives: "1"),
    ]

    private static let long = String(repeating: "päonie ", count: 1000)

    @Test("Lines, indentation, delimiters", arguments: linesRows)
    func lines(row: MustacheRow) throws {
        try row.check()
    }

    static let linesRows: [MustacheRow] = [
        .init("nothing", "", gives: ""),
        .init("no tags", "a { b }} \r\n", gives: "a { b }} \r\n"),
        .init(
            "CRLF in a section",
            "a\r\n{{#b}}\r\nc\r\n{{/b}}\r\nd\r\n",
            ["b": true],
            gives: "a\r\nc\r\nd\r\n"
        ),
        .init(
            "CRLF in an indented partial",
            "\t{{>p}}\r\n.",
            partials: ["p": "a\r\n\r\nb\r\n"],
            gives: "\ta\r\n\r\n\tb\r\n."
        ),
        .init(
            "strict mode does not indent empty lines",
            "  {{>p}}\n",
            ["x": "1\n2"],
            partials: ["p": "\na\n\n{{x}}\n\n"],
            gives: "\n  a\n\n  1\n2\n\n"
        ),
        .init(
            "specification mode indents every line",
            "  {{>p}}\n",
            partials: ["p": "a\n\nb\n"],
            mode: .specification,
            gives: "  a\n  \n  b\n"
        ),
        .init(
            "indentation adds up",
            " {{>p}}\n",
            partials: ["p": "p\n  {{>q}}\n{{>q}}!\n", "q": "q\nr\n"],
            gives: " p\n   q\n   r\n q\nr\n!\n"
        ),
        .init(
            "indentation of a section in a partial",
            "  {{>p}}\n",
            ["a": [1, 2]],
            partials: ["p": "{{#a}}\n- {{.}}\n{{/a}}\n{{#a}}{{.}}{{/a}}\n"],
            gives: "  - 1\n  - 2\n  12\n"
        ),
        .init(
            "delimiters",
            "{{=<% %>=}}{{a}} <%a%> <%{a}%> <%&a%> <%={{ }}=%>{{a}}",
            ["a": 1],
            gives: "{{a}} 1 1 1 1"
        ),
        .init("equal delimiters", "{{=| |=}}|a||#b|x|/b|", ["a": 1, "b": true], gives: "1x"),
        .init(
            "delimiters in a section last",
            "{{#a}}{{=< >=}}<b></a><b>",
            ["a": 1, "b": 2],
            gives: "22"
        ),
        .init("comment with tags in it", "a{{! {{#b }}c", gives: "ac"),
        .init(
            "standalone needs a line of its own",
            "{{#a}}{{^b}}\n{{/b}}{{/a}}\n",
            ["a": true, "b": false],
            gives: "\n\n"
        ),
    ]

    @Test("Inheritance", arguments: inheritanceRows)
    func inheritance(row: MustacheRow) throws {
        try row.check()
    }

    static let inheritanceRows: [MustacheRow] = [
        .init(
            "a standalone parent passes its indentation on",
            "  {{<p}}\n    {{$a}}\n      x\n        y\n    {{/a}}\n  {{/p}}\n.",
            partials: ["p": "[\n  {{$a}}\n  {{/a}}\n]\n"],
            gives: "  [\n    x\n      y\n  ]\n."
        ),
        .init(
            "a parent with text around is not standalone",
            "a {{<p}}{{$x}}1\n2{{/x}}{{/p}} b\n",
            partials: ["p": "<{{$x}}{{/x}}>"],
            gives: "a <1\n2> b\n"
        ),
        .init(
            "a parent with text after is not standalone",
            "  {{<p}}{{/p}} b\n",
            partials: ["p": "1\n2"],
            gives: "  1\n2 b\n"
        ),
        .init(
            "an argument on one line in a standalone block",
            "{{<p}}{{$a}}x{{/a}}{{/p}}",
            partials: ["p": "  {{$a}}\n  {{/a}}\n."],
            gives: "  x."
        ),
        .init(
            "tags at the start of lines of an argument",
            "{{<p}}\n{{$a}}\n    {{v}}{{v}}\n    {{#l}}\n    {{.}},\n    {{/l}}\n{{/a}}\n{{/p}}\n",
            ["v": "\nv", "l": [1, 2]],
            partials: ["p": "p\n  {{$a}}\n  {{/a}}\n"],
            gives: "p\n  \nv\nv\n  1,\n  2,\n"
        ),
        .init(
            "a partial in an argument",
            "{{<p}}\n{{$a}}\n  {{>q}}\n{{/a}}\n{{/p}}\n",
            partials: ["p": " {{$a}}{{/a}}.\n", "q": "1\n2\n"],
            gives: " 1\n 2\n.\n"
        ),
        .init(
            "empty lines of an argument stay empty",
            "{{<p}}{{$a}}\n  x\n\n  y\n{{/a}}{{/p}}",
            partials: ["p": "  {{$a}}\n  {{/a}}\n"],
            gives: "  x\n\n  y\n"
        ),
        .init(
            "an argument that contains a block of the same name",
            "{{<p}}{{$a}}<{{$a}}x{{/a}}>{{/a}}{{/p}}",
            partials: ["p": "{{$a}}default{{/a}}"],
            gives: "<x>"
        ),
        .init(
            "the last of two equal arguments",
            "{{<p}}{{$a}}1{{/a}}{{$a}}2{{/a}}{{/p}}",
            partials: ["p": "{{$a}}{{/a}}"],
            gives: "2"
        ),
        .init(
            "an argument reaches a partial of the parent",
            "{{<p}}{{$a}}1{{/a}}{{/p}}{{>q}}",
            partials: ["p": "{{>q}}", "q": "{{$a}}0{{/a}}"],
            gives: "10"
        ),
        .init(
            "tags in a parent outside of blocks do nothing",
            "{{<p}}{{unknown}}{{>none}}{{#a}}{{/a}}{{/p}}",
            partials: ["p": "x"],
            gives: "x"
        ),
    ]

    @Test("Lambdas", arguments: lambdasRows)
    func lambdas(row: MustacheRow) throws {
        try row.check()
    }

    static let lambdasRows: [MustacheRow] = [
        .init(
            "the text of a standalone section has whole lines",
            "{{#f}}\n  {{a}}\n  {{/f}}\n.",
            ["f": .lambda { text in text == "  {{a}}\n" ? "yes" : text ?? "" }],
            gives: "yes."
        ),
        .init("a variable passes nil", "{{f}}", ["f": .lambda { $0 ?? "nil" }], gives: "nil"),
        .init(
            "a section in an indented partial",
            "  {{>p}}\n",
            ["f": .lambda { $0 ?? "" }],
            partials: ["p": "{{#f}}\na\nb\n{{/f}}\n"],
            gives: "  a\n  b\n"
        ),
        .init(
            "a section inside a line of an indented partial",
            "  {{>p}}\n",
            ["f": .lambda { $0 ?? "" }],
            partials: ["p": "a{{#f}}b{{/f}}c\n"],
            gives: "  abc\n"
        ),
        .init(
            "the name of a dynamic partial",
            "<{{>*f}}>",
            ["f": .lambda { _ in "{{n}}" }, "n": "p"],
            partials: ["p": "x"],
            gives: "<x>"
        ),
        .init(
            "a list item sees the item",
            "{{#l}}{{f}}{{/l}}",
            ["l": [1, 2], "f": .lambda { _ in "<{{.}}>" }],
            gives: "<1><2>"
        ),
    ]

    @Test("Bytes are those of the string")
    func bytes() throws {
        let template = try Mustache.Template("é {{a}}", path: "main")
        #expect(try template.renderBytes(["a": "日"]) == Array("é 日".utf8))
        #expect(template.path == "main")
    }

    @Test("A template renders the same again, and in many tasks")
    func renderingAgain() async throws {
        let template = try Mustache.Template("{{#a}}{{.}}{{/a}}")
        let results = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask { try template.render(["a": [1, 2, 3]]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: "123", count: 8))
    }
}
