// A record that cannot be used, as each command that reads it tells a user.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A record that cannot be used")
struct RecordTests {
    /// A `.pa-new.json`, and what each command makes of it.
    struct Example: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// What the file holds; nil where there is none.
        let record: String?
        /// The exit code of `check` and `visit`, and a part of their message; nil where they go on.
        let check: (code: Int32, message: String)?
        /// The exit code of `deploy`, and the parts of its message.
        let deploy: (code: Int32, parts: [String])
    }

    private static func record(_ framework: String, python: String) -> String {
        #"{"pa-new": "0.1.0", "framework": "\#(framework)", "name": "hello", "python": "\#(python)","#
            + #" "user": "alice"}"#
    }

    private static let examples = [
        Example(
            testDescription: "is missing",
            record: nil,
            check: nil,
            deploy: (66, ["there is no project in 'hello'", "it has no .pa-new.json"])
        ),
        Example(
            testDescription: "is empty",
            record: "",
            check: (2, ".pa-new.json cannot be read: line 1, column 1: expected a value"),
            deploy: (65, [".pa-new.json cannot be read: line 1, column 1: expected a value"])
        ),
        Example(
            testDescription: "has the markers of a merge",
            record: "<<<<<<< yours\n{}\n=======\n{}\n>>>>>>> theirs\n",
            check: (2, "git left a conflict in its .pa-new.json, in line 1\n  help: first"),
            deploy: (
                65,
                [
                    "the project in 'hello' cannot be deployed",
                    "git left a conflict in its .pa-new.json, in line 1\n  help: first",
                ]
            )
        ),
        Example(
            testDescription: "lacks a key",
            record: #"{"pa-new": "0.1.0"}"#,
            check: (2, "the key 'name' is missing"),
            deploy: (65, ["the key 'name' is missing"])
        ),
        Example(
            testDescription: "names a framework that is gone",
            record: record("flsk", python: "3.13"),
            check: nil,
            deploy: (
                65,
                [
                    "the project in 'hello' cannot be deployed", "there is no framework 'flsk'",
                    "did you mean pa-new update --set framework=flask?",
                ]
            )
        ),
    ]

    /// Makes a project and gives it the record of an example.
    private func project(_ example: Example, below folder: URL) async throws {
        let made = try await runTool(["hello", "--quiet"], in: folder)
        try #require(made.exitCode == 0, "\(made)")
        let file = folder.appending(path: "hello/" + ProjectRecord.fileName)
        try FileManager.default.removeItem(at: file)
        try example.record?.write(to: file, atomically: true, encoding: .utf8)
    }

    @Test("stops check and visit with its reason", .needs("python3"), arguments: examples)
    func checkAndVisit(_ example: Example) async throws {
        try await withTemporaryFolder { folder in
            try await project(example, below: folder)
            for command in ["check", "visit"] {
                let finished = try await runTool([command, "hello"], in: folder)
                guard let (code, message) = example.check else {
                    #expect(finished.exitCode == 0, "\(finished)")
                    #expect(finished.stderr.isEmpty, "\(finished)")
                    continue
                }
                #expect(finished.exitCode == code, "\(finished)")
                #expect(finished.stdout.isEmpty, "\(finished)")
                #expect(finished.stderr.contains("cannot be checked"), "\(finished)")
                #expect(finished.stderr.contains(message), "\(finished)")
            }
        }
    }

    @Test("stops deploy before anything is asked of PythonAnywhere", arguments: examples)
    func deploy(_ example: Example) async throws {
        try await withTemporaryFolder { folder in
            try await project(example, below: folder)
            let finished = try await runTool(
                ["deploy", "hello"],
                in: folder,
                environment: ["API_TOKEN": nil]
            )
            #expect(finished.exitCode == example.deploy.code, "\(finished)")
            #expect(finished.stdout.isEmpty, "\(finished)")
            for part in example.deploy.parts {
                #expect(finished.stderr.contains(part), "\(finished)")
            }
        }
    }
}
