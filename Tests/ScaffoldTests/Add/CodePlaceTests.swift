// Places for new code, in files as people and formatters write them.

import Testing

@testable import Scaffold

@Suite("Places for new code")
struct CodePlaceTests {
    /// A file before and after.
    struct Row: Sendable, CustomTestStringConvertible {
        let place: Addition.Place
        let added: String
        let before: String
        let after: String
        var path = "a.py"
        var testDescription: String { "\(place): \(before.debugDescription)" }
    }

    private static func edited(_ row: Row) throws -> String {
        let syntax = try #require(CodeSyntax(of: row.path))
        let file = try CodeFile(path: row.path, code: Array(row.before.utf8), syntax: syntax)
        let edit = try file.edit(adding: row.added, at: row.place)
        return String(decoding: file.applying([edit]), as: UTF8.self)
    }

    static let lists: [Row] = [
        ("r = [1]\n", "r = [\n    1,\n    9,\n]\n"),
        ("r = []\n", "r = [9]\n"),
        ("r = [\n]\n", "r = [9]\n"),
        ("r = [\n    # none yet\n]\n", "r = [\n    # none yet\n    9,\n]\n"),
        ("r = [\n    1\n]\n", "r = [\n    1,\n    9,\n]\n"),
        ("r = [\n    1,\n]\n", "r = [\n    1,\n    9,\n]\n"),
        ("r = [\n    1,  # one\n]\n", "r = [\n    1,  # one\n    9,\n]\n"),
        ("r = [\n    1  # one, two ]\n]\n", "r = [\n    1,  # one, two ]\n    9,\n]\n"),
        ("r = [\n  1,\n  # later: 2,\n]\n", "r = [\n  1,\n  # later: 2,\n  9,\n]\n"),
        ("r = [1,\n     2]\n", "r = [1,\n     2,\n     9]\n"),
        ("r = [1,\n     2,]\n", "r = [1,\n     2,\n     9,]\n"),
        ("r = [\n\t1,\n]\n", "r = [\n\t1,\n\t9,\n]\n"),
        ("r = [\r\n    1\r\n]\r\n", "r = [\r\n    1,\r\n    9,\r\n]\r\n"),
        (
            "r = [1]  # all of them\r\n",
            "r = [\n    1,\n    9,\n]  # all of them\r\n".replacing("\n", with: "\r\n").replacing(
                "\r\r",
                with: "\r"
            )
        ),
        ("r = [1]", "r = [\n    1,\n    9,\n]"),
        ("r: list[int] = [1]\n", "r: list[int] = [\n    1,\n    9,\n]\n"),
        ("r = [(1, 'a]'), f(2, 3)]\n", "r = [\n    (1, 'a]'),\n    f(2, 3),\n    9,\n]\n"),
        (
            "r = [\n    f(\n        1,\n    ),\n]\n",
            "r = [\n    f(\n        1,\n    ),\n    9,\n]\n"
        ),
        ("r = [1] + static('/x')\n", "r = [\n    1,\n    9,\n] + static('/x')\n"),
        ("r = [1]\nr += [2]\n", "r = [\n    1,\n    9,\n]\nr += [2]\n"),
        (
            "# r = [0]\nx = 'r = [2]'\nr = [1]\n",
            "# r = [0]\nx = 'r = [2]'\nr = [\n    1,\n    9,\n]\n"
        ),
        (
            "\"\"\"\nr = [0]\n\"\"\"\nr = [1]\n",
            "\"\"\"\nr = [0]\n\"\"\"\nr = [\n    1,\n    9,\n]\n"
        ),
        ("x = f\"{d[\"]\"]}\"\nr = [1]\n", "x = f\"{d[\"]\"]}\"\nr = [\n    1,\n    9,\n]\n"),
        ("x = f\"{y:'>10}\"\nr = [1]\n", "x = f\"{y:'>10}\"\nr = [\n    1,\n    9,\n]\n"),
        ("def f():\n    r = [1]\n", "def f():\n    r = [\n        1,\n        9,\n    ]\n"),
        ("f(r=[0])\nr = [1]\n", "f(r=[0])\nr = [\n    1,\n    9,\n]\n"),
        ("if r == [0]: pass\nr = [1]\n", "if r == [0]: pass\nr = [\n    1,\n    9,\n]\n"),
        ("r = [*base, 1]\n", "r = [\n    *base,\n    1,\n    9,\n]\n"),
        ("\u{FEFF}r = [1]\n", "\u{FEFF}r = [\n    1,\n    9,\n]\n"),
        ("r = \\\n    [1]\n", "r = \\\n    [\n    1,\n    9,\n]\n"),
    ].map { Row(place: .list("r"), added: "9", before: $0, after: $1) }

    static let swiftLists: [Row] = [
        ("let r = [\n  A(1)\n]\n", "let r = [\n  A(1),\n  9,\n]\n"),
        ("let r: [A] = [A(1)]\n", "let r: [A] = [\n  A(1),\n  9,\n]\n"),
        ("let r: [A] = []\n", "let r: [A] = [9]\n"),
        (
            "// let r = [0]\n/* let r = [1] /* x */ */\nlet r = [2]\n",
            "// let r = [0]\n/* let r = [1] /* x */ */\nlet r = [\n  2,\n  9,\n]\n"
        ),
        (
            "let x = \"\\(f(\"]\"))\"\nlet r = [\n    1,  // one\n]\n",
            "let x = \"\\(f(\"]\"))\"\nlet r = [\n    1,  // one\n    9,\n]\n"
        ),
        (
            "let x = #\"a\"b\\(\"#\nlet r = [1]\n",
            "let x = #\"a\"b\\(\"#\nlet r = [\n  1,\n  9,\n]\n"
        ),
        (
            "struct S {\n\tlet a = 1\n}\nlet r = [1]\n",
            "struct S {\n\tlet a = 1\n}\nlet r = [\n\t1,\n\t9,\n]\n"
        ),
    ].map { Row(place: .list("r"), added: "9", before: $0, after: $1, path: "a.swift") }

    static let imports: [Row] = [
        ("from .h import M\n", "from .h import K, M\n"),
        ("from .h import A, M  # both\n", "from .h import A, K, M  # both\n"),
        ("from .h import M, A\n", "from .h import M, A, K\n"),
        ("from .h import A", "from .h import A, K"),
        ("from .h import A as B, z\r\n", "from .h import A as B, K, z\r\n"),
        ("from .h import MAX, A\n", "from .h import MAX, A, K\n"),
        ("from .h import (A, M)\n", "from .h import (A, K, M)\n"),
        ("from .h import (\n    A,\n    M,\n)\n", "from .h import (\n    A,\n    K,\n    M,\n)\n"),
        ("from .h import (\n    A,\n)\n", "from .h import (\n    A,\n    K,\n)\n"),
        ("from .h import (\n    A\n)\n", "from .h import (\n    A,\n    K,\n)\n"),
        ("from .h import (\n    A  # a\n)\n", "from .h import (\n    A,  # a\n    K,\n)\n"),
        (
            "from .h import (  # all\n    # the m\n    M,\n)\n",
            "from .h import (  # all\n    K,\n    # the m\n    M,\n)\n"
        ),
        ("from .h import (\r\n    A,\r\n)\r\n", "from .h import (\r\n    A,\r\n    K,\r\n)\r\n"),
        ("from .h import A, \\\n    M\n", "from .h import A, \\\n    K, M\n"),
        ("from .h import (A,\n                M)\n", "from .h import (A,\n                K, M)\n"),
        ("from .h import (\n    A,\n    B)\n", "from .h import (\n    A,\n    B, K)\n"),
        (
            "from .h import A, " + String(repeating: "M", count: 70) + "\n",
            "from .h import (\n    A,\n    " + String(repeating: "M", count: 70) + ",\n    K,\n)\n"
        ),
        (
            "from .h import " + String(repeating: "A", count: 71) + "b  # noqa\n",
            "from .h import (  # noqa\n    " + String(repeating: "A", count: 71) + "b,\n    K,\n)\n"
        ),
    ].map { Row(place: .imported(".h"), added: "K", before: $0, after: $1) }

    static let calls: [Row] = [
        ("app.route(1)\n", "app.route(1)\napp.route(9)\n"),
        ("app.route(1)", "app.route(1)\napp.route(9)"),
        ("app.route(1)  # one\nx = 1\n", "app.route(1)  # one\napp.route(9)\nx = 1\n"),
        (
            "def f():\n\tapp.route(\n\t\t1,\n\t)\n\treturn app\n",
            "def f():\n\tapp.route(\n\t\t1,\n\t)\n\tapp.route(9)\n\treturn app\n"
        ),
        (
            "app.route(1)\nx = 1\napp.route(2)\ny = 2\n",
            "app.route(1)\nx = 1\napp.route(2)\napp.route(9)\ny = 2\n"
        ),
        (
            "app.route(1)\nif DEBUG:\n    app.route(2)\nx = 1\n",
            "app.route(1)\napp.route(9)\nif DEBUG:\n    app.route(2)\nx = 1\n"
        ),
        ("app.route(1)\r\n", "app.route(1)\r\napp.route(9)\r\n"),
    ].map { Row(place: .call("app.route"), added: "app.route(9)", before: $0, after: $1) }

    static let ends: [Row] = [
        ("a = 1\n", "a = 1\n\n\nx = 9\n"), ("a = 1", "a = 1\n\n\nx = 9\n"), ("", "x = 9\n"),
        ("\n\n", "x = 9\n"), ("a = 1\n\n\n  \n", "a = 1\n\n\nx = 9\n"),
        ("a = 1  \n", "a = 1  \n\n\nx = 9\n"), ("a = 1\n# end\n", "a = 1\n# end\n\n\nx = 9\n"),
        ("a = 1\r\n", "a = 1\r\n\r\n\r\nx = 9\r\n"),
        ("a = 1\n\n\nif m:\n    f()\n", "a = 1\n\n\nx = 9\n\n\nif m:\n    f()\n"),
        ("a = 1\nif m:\n    f()\n", "a = 1\n\n\nx = 9\n\n\nif m:\n    f()\n"),
        ("if m: f()", "x = 9\n\n\nif m: f()"),
        (
            "a = 1\n\n\n# run\n# it\nif m:\n    f()\n",
            "a = 1\n\n\nx = 9\n\n\n# run\n# it\nif m:\n    f()\n"
        ),
        ("if m:\n    f()\na = 1\n", "if m:\n    f()\na = 1\n\n\nx = 9\n"),
        ("a = '''\nif m:\n'''\n", "a = '''\nif m:\n'''\n\n\nx = 9\n"),
    ].map { Row(place: .end(before: "if m"), added: "\n\nx = 9\n", before: $0, after: $1) }

    @Test(
        "the edit is the one that a person would make",
        arguments: lists + swiftLists + imports + calls + ends
    )
    func edit(_ row: Row) throws {
        #expect(try Self.edited(row) == row.after)
    }

    @Test("a block is indented as the file is")
    func indentation() throws {
        let row = Row(
            place: .end(before: nil),
            added: "\n\ndef f():\n    if a:\n        b\n",
            before: "def g():\n\tpass\n",
            after: "def g():\n\tpass\n\n\ndef f():\n\tif a:\n\t\tb\n"
        )
        #expect(try Self.edited(row) == row.after)
    }

    @Test(
        "a row that is too long has a line for each argument",
        arguments: [("a.py", ","), ("a.swift", "")]
    )
    func long(path: String, ending: String) throws {
        let long = String(repeating: "x", count: 90)
        let start = path.hasSuffix(".py") ? "" : "let "
        let unit = path.hasSuffix(".py") ? "    " : "  "
        let row = Row(
            place: .list("r"),
            added: "f(\"\(long)\", b: c(1, 2))",
            before: "\(start)r = [1]\n",
            after: """
                \(start)r = [
                \(unit)1,
                \(unit)f(
                \(unit)\(unit)"\(long)",
                \(unit)\(unit)b: c(1, 2)\(ending)
                \(unit)),
                ]

                """,
            path: path
        )
        #expect(try Self.edited(row) == row.after)
    }

    static let uncertain: [(Addition.Place, String, PlaceProblem)] = [
        (.list("r"), "x = [1]\n", .notFound("r = [ … ]")),
        (.list("r"), "s.r = [1]\n", .notFound("r = [ … ]")),
        (.list("r"), "r += [1]\n", .notFound("r = [ … ]")),
        (.list("r"), "r = [1]\nr = [2]\n", .several("r = [ … ]")),
        (.list("r"), "r = (1, 2)\n", .otherForm("r = [ … ]")),
        (.list("r"), "r = make()\n", .otherForm("r = [ … ]")),
        (.list("r"), "r = [x for x in y]\n", .otherForm("r = [ … ]")),
        (.list("r"), "r = [1, 2][::-1]\n", .otherForm("r = [ … ]")),
        (.list("r"), "r = [1] if a else [2]\n", .otherForm("r = [ … ]")),
        (.imported(".h"), "from h import A\n", .notFound("from .h import …")),
        (.imported(".h"), "from . import h\n", .notFound("from .h import …")),
        (.imported(".h"), "def f():\n    from .h import A\n", .notFound("from .h import …")),
        (.imported(".h"), "from .h import *\n", .otherForm("from .h import …")),
        (.imported(".h"), "from .h import A; x = 1\n", .otherForm("from .h import …")),
        (.imported(".h"), "from .h import A\nfrom .h import B\n", .several("from .h import …")),
        (.call("app.route"), "@app.route(1)\ndef f(): pass\n", .notFound("app.route( … )")),
        (
            .call("app.route"), "def f():\n    app.route(1)\ndef g():\n    app.route(1)\n",
            .several("app.route( … )")
        ),
        (.call("app.route"), "app.route(1); x = 1\n", .otherForm("app.route( … )")),
        (.end(before: nil), "a = 1\n@decorator\n", .unfinished),
    ]

    @Test("where a place is not certain, there is no edit", arguments: uncertain)
    func noPlace(_ place: Addition.Place, _ before: String, _ problem: PlaceProblem) throws {
        let row = Row(place: place, added: "K", before: before, after: "")
        let error = #expect(throws: PlaceProblem.self) { try Self.edited(row) }
        #expect(error == problem)
    }

    @Test(
        "code that cannot be read for certain is refused, with its line",
        arguments: [
            ("r = [1\n", .notClosed(line: 2)), ("r = 1]\n", .notClosed(line: 1)),
            ("a\nr = (1]\n", .notClosed(line: 2)), ("a\n'''b\n", .notClosed(line: 2)),
            ("a = 'b\n", .notClosed(line: 1)), ("a = \"\\\n\n", .notClosed(line: 1)),
            ("a = 1 \\\n", .notClosed(line: 2)), ("a\rb\n", .notClosed(line: 1)),
            ("a\0b\n", .notClosed(line: 1)), ("f'{a\n", .notClosed(line: 1)),
            ("<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n", .conflict),
        ] as [(String, CodeProblem)]
    )
    func unreadable(_ code: String, _ problem: CodeProblem) throws {
        let syntax = try #require(CodeSyntax(of: "a.py"))
        let error = #expect(throws: CodeProblem.self) {
            try CodeFile(path: "a.py", code: Array(code.utf8), syntax: syntax)
        }
        #expect(error == problem)
    }

    @Test("code that is huge, or nested without end, is refused in no time")
    func huge() throws {
        let syntax = try #require(CodeSyntax(of: "a.py"))
        for (piece, count, problem) in [
            ("f'{", 100_000, .notClosed(line: 1)), ("(", 100_000, .notClosed(line: 1)),
            ("a", CodeFile.maxBytes + 1, .tooLarge),
        ] as [(String, Int, CodeProblem)] {
            let code = Array(String(repeating: piece, count: count).utf8)
            let error = #expect(throws: CodeProblem.self) {
                try CodeFile(path: "a.py", code: code, syntax: syntax)
            }
            #expect(error == problem)
        }
    }

    @Test("bytes that are no text are refused")
    func bytes() throws {
        let syntax = try #require(CodeSyntax(of: "a.py"))
        let error = #expect(throws: CodeProblem.self) {
            try CodeFile(path: "a.py", code: [0x61, 0xE9, 0x0A], syntax: syntax)
        }
        #expect(error == .notText)
    }

    @Test("names are those that the file defines or imports")
    func names() throws {
        let code = """
            import a.b, c as d
            from e import (
                f,
                g as h,
            )
            i = j = 1
            k: int = 2
            class L(M):
                n = 3
                def o(self): pass
            async def p(q): pass
            try:
                import r
            except ImportError:
                r = None
            if x:
                def s(): pass
            else:
                pass
            t(u=1)
            """
        let syntax = try #require(CodeSyntax(of: "a.py"))
        let file = try CodeFile(path: "a.py", code: Array(code.utf8), syntax: syntax)
        #expect(file.names.keys.sorted() == ["L", "a", "d", "f", "h", "i", "k", "p", "r", "s"])
        let swift = """
            import A
            @testable import B
            struct C { let d = 1 }
            final class E: F {}
            func g() { struct H {} }
            private let i = 1
            typealias J = C
            """
        let other = try #require(CodeSyntax(of: "a.swift"))
        let names = try CodeFile(path: "a.swift", code: Array(swift.utf8), syntax: other).names
        #expect(names.keys.sorted() == ["A", "B", "C", "E", "J", "g", "i"])
    }
}
