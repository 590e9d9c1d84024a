// Finding programs on the path: what is taken, and what is passed over.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("Finding a program")
struct FindProgramTests {
    /// Finds a program among folders with files of the same name, all below the folder `ROOT`.
    private func found(
        _ name: String,
        on path: String?,
        outside project: String? = nil
    ) throws -> String? {
        try withTemporaryFolder { root in
            let manager = FileManager.default
            func make(_ path: String, mode: Int) throws {
                try write([path: "#!/bin/sh\n"], below: root)
                try manager.setAttributes(
                    [.posixPermissions: mode],
                    ofItemAtPath: root.appending(path: path).path
                )
            }
            try make("one/tool", mode: 0o755)
            try make("two/tool", mode: 0o755)
            try make("two/other", mode: 0o755)
            try make("closed/tool", mode: 0)
            try make("text/tool", mode: 0o644)
            try makeTree(
                [
                    "folder/tool": "/", "linked/tool": "-> ../two/tool",
                    "dangling/tool": "-> nowhere", "to-folder/tool": "-> ../one",
                ],
                in: root
            )
            func filled(_ text: String) -> String { text.replacing("ROOT", with: root.path) }
            return findProgram(filled(name), on: path.map(filled), outside: project.map(filled))?
                .replacing(root.path, with: "ROOT")
        }
    }

    @Test(
        "on the path, the first folder with a program of that name wins",
        arguments: [
            ("tool", "ROOT/one", "ROOT/one/tool"),
            ("tool", "ROOT/one:ROOT/two", "ROOT/one/tool"),
            ("tool", "ROOT/two:ROOT/one", "ROOT/two/tool"),
            ("other", "ROOT/one:ROOT/two", "ROOT/two/other"),
            ("tool", "ROOT/missing:ROOT/two", "ROOT/two/tool"),
            ("tool", "::ROOT/two:", "ROOT/two/tool"),
            ("tool", "ROOT/linked:ROOT/one", "ROOT/linked/tool"),
            ("missing", "ROOT/one:ROOT/two", nil),
            ("too", "ROOT/one", nil),
            ("", "ROOT/one", nil),
        ] as [(String, String, String?)]
    )
    func order(name: String, path: String, expected: String?) throws {
        #expect(try found(name, on: path) == expected)
    }

    @Test(
        "a folder, a file that cannot be run and a link to nothing are passed over",
        arguments: ["folder", "closed", "text", "dangling", "to-folder"]
    )
    func passedOver(folder: String) throws {
        #expect(try found("tool", on: "ROOT/\(folder):ROOT/two") == "ROOT/two/tool")
        #expect(try found("tool", on: "ROOT/\(folder)") == nil)
    }

    @Test(
        "a path with a slash is not looked for on the path",
        arguments: [
            ("ROOT/two/tool", "ROOT/one", "ROOT/two/tool"),
            ("ROOT/two/tool", nil, "ROOT/two/tool"),
            ("ROOT/missing/tool", "ROOT/one", nil),
            ("ROOT/folder/tool", "ROOT/one", nil),
            ("ROOT/text/tool", "ROOT/one", nil),
            ("one/tool", "ROOT", nil),
        ] as [(String, String?, String?)]
    )
    func withSlash(name: String, path: String?, expected: String?) throws {
        #expect(try found(name, on: path) == expected)
    }

    @Test(
        "folders on the path that are not absolute, and those of a project, are passed over",
        arguments: [
            ("ROOT/one:ROOT/two", "ROOT/one", "ROOT/two/tool"),
            ("ROOT/one:ROOT/two", "ROOT/nowhere", "ROOT/one/tool"),
            ("ROOT/linked:ROOT/one", "ROOT/two", "ROOT/one/tool"),
            ("ROOT/linked:ROOT/one", "ROOT/linked", "ROOT/one/tool"),
            ("ROOT/one:ROOT/two", "ROOT", nil),
        ] as [(String, String, String?)]
    )
    func outside(path: String, project: String, expected: String?) throws {
        #expect(try found("tool", on: path, outside: project) == expected)
        // The way from the current folder to the root, and to the folder from there.
        let here = FileManager.default.currentDirectoryPath.split(separator: "/").count
        let up = String(repeating: "../", count: here)
        #expect(try found("sh", on: ".:\(up)bin:\(up)usr/bin") == nil)
    }

    @Test("an empty PATH has no programs, and without PATH the system's folders are looked in")
    func withoutPath() throws {
        #expect(try found("tool", on: "") == nil)
        #expect(try found("sh", on: "") == nil)
        let shell = try #require(try found("sh", on: nil))
        #expect(["/usr/local/bin/sh", "/usr/bin/sh", "/bin/sh"].contains(shell))
        #expect(try found("tool", on: nil) == nil)
    }
}
