// `pa-new adopt`, killed at any call that writes, or with no space from any call on: the app stays as it is, and
// the next run finds nothing in its way. Faults hit the tool alone, and not the Python that reads the app.

import Foundation
import TestSupport
import Testing

import ProjectFiles
@testable import Scaffold

extension CrashTests {
    /// Of the calls of `adopt`, which takes longer than other commands, each push tries every third.
    private static let step = Lane.current < .long ? 3 : 1

    private static let python = Interpreter.standard.map { [$0] } ?? []

    private static let app = [
        "shop/src/web/__init__.py": """
        from flask import Flask


        def create_app() -> Flask:
            return Flask(__name__)

        """,
        "shop/src/web/static/a.css": "mine 1\n",
        "shop/pyproject.toml": """
        [project]
        name = "web"
        dependencies = ["flask"]

        """,
    ]

    /// An app that is connected, with an edit in the entry file, after it has moved.
    private func moved() async throws -> [String: String] {
        var files = try await result(["adopt", "shop", "-u", "alice", "-q"], on: Self.app)
        files["shop/pythonanywhere_wsgi.py", default: ""] += "\nprint(\"mine 2\")\n"
        for (path, text) in files where path.hasPrefix("shop/src/web/") {
            files[path] = nil
            files[path.replacing("/web/", with: "/store/")] = text
        }
        return files
    }

    /// Kills a run of `adopt` at any call, and expects the app as it was, and the next run to get through.
    private func expectWhole(
        _ words: [String],
        on before: [String: String],
        own: (String) -> Bool
    ) async throws {
        let after = try await result(words, on: before)
        #expect(after["shop/.pa-new.json"] != nil && after != before)
        try await withTemporaryFolder { root in
            let folder = root.appending(path: "place")
            try makeTree(["mine": ""], in: folder)
            var journals = 0
            let count = try await everyCall(
                words,
                step: Self.step,
                in: folder,
                on: before,
                Fault.kill
            ) { finished, fault in
                #expect(finished.exitCode == 128 + SIGKILL)
                let left = try tree(folder)
                for (path, text) in before where own(path) {
                    #expect(left[path] == text, "\(fault): \(path)")
                }
                let hasEdit = before.values.contains { $0.contains("mine 2") }
                #expect(left.values.contains { $0.contains("mine 2") } == hasEdit, "\(fault)")
                if left["shop/" + stagingFolder + "/journal"] != nil {
                    journals += 1
                    // A dry run takes nothing back, and says that there is something.
                    let dry = try await runTool(words.dropLast() + ["-n"], in: folder)
                    #expect(dry.exitCode == 0, "\(fault): \(dry)")
                    #expect(dry.stdout.contains("note: An interrupted run"), "\(fault): \(dry)")
                    #expect(try tree(folder) == left, "\(fault): the dry run wrote")
                }
                expectEnd(of: try await runTool(words, in: folder), code: 0, stderr: "")
                #expect(try tree(folder) == after, "\(fault)")
            }
            #expect(count > 30, "only \(count) calls")
            #expect(journals > 2, "only \(journals) with a journal")
        }
    }

    @Test("an adoption: killed at any call", .needs(.python(python)))
    func adoptKilled() async throws {
        try await expectWhole(["adopt", "shop", "-u", "alice", "-q"], on: Self.app) { _ in true }
    }

    @Test("an adoption of an app that has moved: killed at any call", .needs(.python(python)))
    func adoptAgainKilled() async throws {
        try await expectWhole(["adopt", "shop", "-q"], on: moved()) {
            $0.hasPrefix("shop/src/") || $0 == "shop/pyproject.toml"
        }
    }

    @Test(
        "an adoption: no space from any call on",
        .needs(.python(python)),
        arguments: [false, true]
    )
    func adoptFull(isMoved: Bool) async throws {
        // Once before, so that the reader is kept already.
        let before = isMoved ? try await moved() : Self.app
        let words = ["adopt", "shop"] + (isMoved ? [] : ["-u", "alice"])
        _ = try await result(words + ["-q"], on: before)
        try await expectNothingLost(words, step: Self.step, on: before, calls: 30)
    }
}
