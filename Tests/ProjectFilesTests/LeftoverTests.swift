// What killed runs left beside a new project: the next run removes it, and nothing else.

import Foundation
import TestSupport
import Testing

@testable import ProjectFiles

@Suite("What killed runs left")
struct LeftoverTests {
    private static let files = [ProjectFile(path: "a", contents: [], isExecutable: false)]
    private static let leftover = ".hello.pa-new-0123456789abcdef"

    @Test("is removed, with all that is in it, and nothing that a link in it leads to")
    func removed() throws {
        try withTemporaryFolder { folder in
            try makeTree(
                [
                    Self.leftover + "/a/b/c": "", Self.leftover + "/link": "-> ../mine",
                    Self.leftover + "/folder": "-> ../real", Self.leftover + "2": "mine",
                    ".hello.pa-new-fedcba9876543210/x": "", "mine": "mine", "real/x": "mine",
                    ".other.pa-new-0123456789abcdef/x": "other", ".hello.pa-new-notes/x": "mine",
                    ".hello.pa-new-0123456789abcdeX/x": "mine",
                ],
                in: folder
            )
            try writeFolder(Self.files, at: folder.path + "/hello")
            #expect(
                try tree(folder) == [
                    "hello/a": "", Self.leftover + "2": "mine", "mine": "mine", "real/x": "mine",
                    ".other.pa-new-0123456789abcdef/x": "other", ".hello.pa-new-notes/x": "mine",
                    ".hello.pa-new-0123456789abcdeX/x": "mine",
                ]
            )
        }
    }

    @Test("is no file or link of that name, and no folder of a run that is alive")
    func alive() throws {
        try withTemporaryFolder { folder in
            let before = [
                Self.leftover + "/a": "a", ".hello.pa-new-1111111111111111": "mine",
                ".hello.pa-new-2222222222222222": "-> real", "real/x": "mine",
            ]
            try makeTree(before, in: folder)
            var living = try OpenFolder(folder.path + "/" + Self.leftover)
            #expect(try living.lock())
            try writeFolder(Self.files, at: folder.path + "/hello")
            #expect(try tree(folder) == before.merging(["hello/a": ""]) { $1 })
            #expect(try living.names() == ["a"])
        }
    }
}
