// Names and paths of handlers: which are allowed, and what is suggested instead.

import Testing

@testable import Scaffold

@Suite("Names and paths of handlers")
struct HandlerNameTests {
    @Test("a name has the forms that languages and paths have")
    func forms() throws {
        let name = try HandlerName("about_us_2")
        #expect((name.type, name.slug, name.title) == ("AboutUs2", "about-us-2", "About us 2"))
    }

    static let bad: [(String, HandlerName.Problem, suggestion: String)] = [
        ("", .empty, "about"), ("about-us", .character("-"), "about_us"),
        ("aboutUs", .character("U"), "about_us"), ("AboutHandler", .character("A"), "about"),
        ("About", .character("A"), "about"), ("a.b", .character("."), "a_b"),
        ("../x", .character("."), "x"), ("/etc/passwd", .character("/"), "etc_passwd"),
        ("über", .character("ü"), "uber"), ("关于", .character("关"), "about"),
        ("a b", .character(" "), "a_b"), ("a\n", .character("\n"), "a"),
        ("a\0", .character("\0"), "a"), ("{{name}}", .character("{"), "name"),
        ("$(rm -rf ~)", .character("$"), "rm_rf"), ("2fa", .leadingDigit, "fa"),
        ("_a", .looseUnderscore, "a"), ("a_", .looseUnderscore, "a"),
        ("a__b", .looseUnderscore, "a_b"), ("class", .keyword, "class_page"),
        ("match", .keyword, "match_page"), ("list", .builtin, "list_page"),
        ("print", .builtin, "print_page"),
        (String(repeating: "x", count: 41), .tooLong(count: 41), String(repeating: "x", count: 40)),
        (
            String(repeating: "é", count: 100_000), .tooLong(count: 100_000),
            String(repeating: "e", count: 40)
        ),
    ]

    @Test("a bad name is refused, with one that is allowed", arguments: bad)
    func refused(text: String, problem: HandlerName.Problem, suggestion: String) throws {
        let error = #expect(throws: ScaffoldError.self) { try HandlerName(text) }
        guard case .badHandlerName(text, problem, let suggested)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(suggested == suggestion)
        _ = try HandlerName(suggested)
    }

    @Test(
        "a good path is taken as it is",
        arguments: [
            "/", "/a", "/a/", "/a/b-c_d.html", "/~ada", "/statics",
            "/" + String(repeating: "x", count: 54),
        ]
    )
    func path(text: String) throws { #expect(try PagePath(text).text == text) }

    @Test(
        "a bad path is refused",
        arguments: [
            ("", .relative), ("about", .relative), ("/a?b", .query("?")), ("/a#b", .query("#")),
            ("/<int:id>", .parameter("<")), ("/{id}", .parameter("{")), ("/(.*)", .parameter("(")),
            ("/:id", .parameter(":")), ("/a*", .parameter("*")), ("/a\\d", .parameter("\\")),
            ("/a b", .character(" ")), ("/a\"b", .character("\"")), ("/a'b", .character("'")),
            ("/a\nb", .character("\n")), ("/\u{1B}[2J", .character("\u{1B}")),
            ("/é", .character("é")),
            ("/a%20b", .character("%")), ("//", .part("")), ("/a//b", .part("")),
            ("//evil.example", .part("")),
            ("/../x", .part("..")), ("/a/.", .part(".")), ("/static", .staticFiles),
            ("/static/a", .staticFiles),
            ("/" + String(repeating: "x", count: 55), .tooLong(count: 56)),
        ] as [(String, PagePath.Problem)]
    )
    func refusedPath(text: String, problem: PagePath.Problem) {
        let error = #expect(throws: ScaffoldError.self) { try PagePath(text) }
        guard case .badPagePath(text, problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
