// The parts of paths: the folder and the name, and all folders above.

import Testing

@testable import ProjectFiles

@Suite("Parts of paths")
struct RelativePathTests {
    @Test(
        "a path is split at its last slash",
        arguments: [
            ("file", ".", "file"),
            ("folder/file", "folder", "file"),
            ("a/b/c.txt", "a/b", "c.txt"),
            ("./file", ".", "file"),
            ("../file", "..", "file"),
            ("/file", "/", "file"),
            ("/folder/file", "/folder", "file"),
            ("folder/", "folder", ""),
            ("/", "/", ""),
            ("", ".", ""),
            ("größe/日本", "größe", "日本"),
        ]
    )
    func split(path: String, parent: String, name: String) {
        let parts = splitPath(path)
        #expect(parts.parent == parent)
        #expect(parts.name == name)
    }

    @Test(
        "what is a repository or the staging folder on some system is reserved",
        arguments: [
            ".git", ".GIT", ".Git", "a/.git/b", "git~1", "GIT~1", "git~1.", ".git.", ".git ",
            ".git. .",
            ".git:x", ".git::$INDEX_ALLOCATION", "x\\.git\\hooks", ".git\\x", ".git\\\u{301}x",
            ".g\u{200C}it", "\u{FEFF}.git", ".gi\u{200D}t\u{206F}", ".pa-new-staging",
            ".PA-NEW-STAGING",
            ".pa-new-staging.", ".pa-new\u{206A}-staging",
        ]
    )
    func reserved(path: String) {
        #expect(pathProblem(path) == .reserved)
    }

    @Test(
        "other names are not",
        arguments: [
            ".gitignore", ".github/x", "git", "git~2", "g", ".g", ".gitattributes", "a.git", "x~1",
            "größe",
            "日本", ".pa-new.json", "a\\b", "git~1x", ".gitx", ".g\u{130}t", ".env", "é", "e\u{301}",
            "👩‍💻",
        ]
    )
    func allowed(path: String) {
        #expect(pathProblem(path) == nil)
    }

    /// Names and paths at the borders of what is allowed.
    static let borders: [(String, PathProblem?)] = [
        ("", .emptySegment), ("/", .emptySegment), ("/a", .emptySegment), ("a/", .emptySegment),
        ("a//b", .emptySegment), ("a/b/", .emptySegment), (".", .leaves), ("..", .leaves),
        ("a/..", .leaves), ("a/./b", .leaves), ("...", nil), ("a/.b", nil), ("a..", nil),
        ("a\u{1F}b", .controlCharacter), ("a\0", .controlCharacter), ("a\u{7F}", .controlCharacter),
        ("é/a\tb", .controlCharacter), ("a b~c", nil), ("a/g/G", nil), ("a/git~1", .reserved),
        (String(repeating: "a", count: 255), nil),
        (String(repeating: "a", count: 256), .tooLong),
        (String(repeating: "a", count: 256) + "/b", .tooLong),
        ("b/" + String(repeating: "é", count: 128), .tooLong),
        (Array(repeating: "a", count: 100).joined(separator: "/"), nil),
        (Array(repeating: "a", count: 101).joined(separator: "/"), .tooDeep),
        (String(repeating: "aaaa/", count: 819) + "a", .pathTooLong),
    ]

    @Test("each problem of a path is found, and only these", arguments: borders)
    func problems(path: String, problem: PathProblem?) {
        #expect(pathProblem(path) == problem)
    }

    @Test(
        "names that some system takes for the same one have the same folded name",
        arguments: [
            ("a", "A"), ("é", "e\u{301}"), ("É", "e\u{301}"), ("straße", "STRASSE"), ("ſ", "S"),
            ("\u{212A}", "k"), ("a\u{200C}b", "ab"), ("Ω", "\u{2126}"),
            ("한", "\u{1112}\u{1161}\u{11AB}"),
        ]
    )
    func folded(first: String, second: String) {
        #expect(foldedName(first) == foldedName(second))
        #expect(foldedName(first + "x") != foldedName(second))
    }

    @Test(
        "the folders above a path, the outermost first",
        arguments: [
            ("", []),
            ("file", []),
            ("folder/file", ["folder"]),
            ("a/b/c/file", ["a", "a/b", "a/b/c"]),
            ("größe/日本/x", ["größe", "größe/日本"]),
        ] as [(String, [String])]
    )
    func above(path: String, expected: [String]) {
        #expect(parents(of: path) == expected)
    }
}
