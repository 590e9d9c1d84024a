// The line that tells how far a long run is: on a terminal only, and gone at the end.

import Foundation
import TestSupport
import Testing

@testable import pa_new

@Suite("Progress")
struct ProgressTests {
    /// Runs the tool on a terminal, in a folder with a template, and returns what it showed.
    private func shown(_ words: [String], in folder: URL, term: String = "xterm") async throws
        -> String
    {
        let finished = try await runOnTerminal(words, in: folder, environment: ["TERM": term])
        #expect(finished.exitCode == 0, "\(finished)")
        return finished.stdout
    }

    /// Makes a template that takes long to render: each file goes through the steps once for each
    /// step, six times over.
    private func makeTemplate(files: Int, in folder: URL) throws {
        let template = folder.appending(path: "template")
        try? FileManager.default.removeItem(at: template)
        try FileManager.default.createDirectory(at: template, withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: template.appending(path: "manifest.json"))
        try Data().write(to: template.appending(path: "wsgi.py"))
        let opened = String(repeating: "{{#steps}}", count: 6)
        let text = opened + "x" + opened.replacing("#", with: "/")
        for number in 0..<files {
            let place = template.appending(path: "file-\(number).txt.mustache")
            try Data(text.utf8).write(to: place)
        }
    }

    @Test("a long run shows how far it is, and erases the line before it says anything else")
    func longRun() async throws {
        try await withTemporaryFolder { folder in
            let rest = ["--template", "template", "--defaults"]
            var text = ""
            // The line comes after a second. How many files take longer depends on the machine.
            for files in [16, 64, 256, 1024] where !text.contains("rendering") {
                try makeTemplate(files: files, in: folder)
                text = try await shown(["hello-\(files)"] + rest, in: folder)
            }
            #expect(text.contains(/\rrendering [1-9][0-9]* of [0-9]+ files\x1b\[K/), "\(text)")
            // The last of it is the erasing, and nothing of it comes after the first verb.
            let parts = text.components(separatedBy: "\r\u{1B}[K")
            #expect(parts.count >= 2 && parts.last?.contains("create") == true, "\(text)")
            #expect(parts.last?.contains(" files") == false, "\(text)")

            // Elsewhere there is no such line.
            let typed = try await shown(["typewriter"] + rest, in: folder, term: "dumb")
            #expect(!typed.contains("rendering"), "\(typed)")
            let quiet = try await shown(["quiet", "--quiet"] + rest, in: folder)
            #expect(quiet.isEmpty, "\(quiet)")
            let piped = try await runTool(["piped"] + rest, in: folder)
            expectEnd(of: piped, code: 0, stderr: "")
            #expect(!piped.stdout.contains("rendering"))
        }
    }

    @Test("a short run shows none")
    func shortRun() async throws {
        try await withTemporaryFolder { folder in
            let text = try await shown(["hello", "--defaults"], in: folder)
            #expect(text.contains("create") && !text.contains("\r"), "\(text)")
        }
    }
}
