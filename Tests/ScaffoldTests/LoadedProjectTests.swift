// A project on the disk: what its record tells, and what has to be built.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A project on the disk")
struct LoadedProjectTests {
    private static let manifest = """
        {"title": "T", "summary": "S", "greeting": "G", "default": true,
         "commands": ["./build.sh {{name}}", "make"]}
        """

    private func catalog() throws -> Catalog {
        try Catalog(files: [
            TemplateFile(path: "t/manifest.json", contents: .text(Self.manifest)),
            TemplateFile(path: "t/wsgi.py", contents: .text("")),
        ])
    }

    /// Loads a project that has this record.
    private func load(_ text: String?) throws -> LoadedProject {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: ProjectRecord.fileName)
            try text?.write(to: file, atomically: true, encoding: .utf8)
            return try LoadedProject(in: folder.path, from: catalog())
        }
    }

    @Test(
        "has the products of its framework, or none where that cannot be told",
        arguments: [
            (#"{"pa-new": "0.1.0", "framework": "t", "name": "hello", "python": "3.13"}"#, true),
            (
                #"{"pa-new": "0.1.0", "framework": "gone", "name": "hello", "python": "3.13"}"#,
                false
            ),
            (#"{"pa-new": "0.1.0", "framework": "t", "name": "hello", "python": "3.8"}"#, false),
            (
                #"""
                {"pa-new": "0.1.0", "name": "hello", "python": "3.13",
                 "template": {"name": "own", "sha256": "0"}}
                """#, false
            ),
        ]
    )
    func products(_ text: String, isKnown: Bool) throws {
        let loaded = try load(text)
        #expect(loaded.record.name == "hello")
        #expect(loaded.products.commands == (isKnown ? ["./build.sh hello", "make"] : []))
    }

    @Test(
        "is refused for its own reason where the record cannot be used",
        arguments: [
            (nil, .missing),
            (
                "",
                .unreadable(reason: "line 1, column 1: expected a value, found the end of the file")
            ),
            ("no JSON", .unreadable(reason: "line 1, column 1: expected a value, found 'n'")),
            ("{\n<<<<<<< yours\n}", .conflict(line: 2)),
            (
                "{\n<<<<<< yours\n}",
                .unreadable(
                    reason: "line 2, column 1: expected a key in quotation marks, found '<'"
                )
            ),
            (
                #"{"name": "a", }"#,
                .unreadable(reason: "line 1, column 15: expected another value, found '}'")
            ),
            (
                #"{"name": "a", "name": "b"}"#,
                .unreadable(reason: "line 1, column 15: the key 'name' is given twice")
            ),
            ("[]", .unreadable(reason: "it is not a JSON object")),
            (#"{"name": "hello"}"#, .unreadable(reason: "the key 'pa-new' is missing")),
            (
                #"{"pa-new": "0.1.0", "framework": "t", "name": 1, "python": "3.13"}"#,
                .unreadable(reason: "'name' has a value of the wrong type")
            ),
        ] as [(String?, RecordProblem)]
    )
    func refused(_ text: String?, problem: RecordProblem) throws {
        #expect(throws: problem) { try load(text) }
    }

    @Test("is refused where the record is a folder, or larger than any record")
    func unreadable() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: ProjectRecord.fileName)
            try FileManager.default.createDirectory(at: file, withIntermediateDirectories: false)
            #expect(throws: RecordProblem.self) {
                try LoadedProject(in: folder.path, from: catalog())
            }
            try FileManager.default.removeItem(at: file)
            try Data(repeating: 0x20, count: 2 << 20).write(to: file)
            #expect(throws: RecordProblem.unreadable(reason: "the maximum is 1 MiB")) {
                try LoadedProject(in: folder.path, from: catalog())
            }
        }
    }
}
