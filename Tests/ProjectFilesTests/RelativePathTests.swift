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
