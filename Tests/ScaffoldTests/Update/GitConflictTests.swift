// Files in which git left a conflict: an update does not merge them.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Git's conflicts in files")
struct GitConflictTests {
    private static let lines = (1...9).map { "line \($0)\n" }
    private static let conflict = "<<<<<<< HEAD\nmine\n=======\nyours\n>>>>>>> branch\n"

    /// Makes a project of a file, changes it, and updates to another version of the file.
    private func update(
        _ old: String,
        mine: String,
        to new: String,
        excluding excluded: [String] = []
    ) throws -> (report: Report?, reason: String?, text: String?) {
        func catalog(_ text: String) throws -> Catalog {
            let manifest = #"{"title": "T", "summary": "S", "greeting": "G", "default": true}"#
            let files = ["manifest.json": manifest, "wsgi.py": "app\n", "a.txt": text]
            return try Catalog(
                files: files.map { TemplateFile(path: "t/" + $0.key, contents: .text($0.value)) }
            )
        }
        return try withTemporaryFolder { folder in
            _ = try createProject(
                Request(name: "hello", output: folder.path),
                from: try catalog(old)
            )
            let project = folder.appending(path: "hello")
            try write(["a.txt": mine], below: project)
            var request = UpdateRequest(folder: project.path)
            request.excluded = excluded
            var (report, reason): (Report?, String?)
            do {
                report = try updateProject(request, from: try catalog(new))
            } catch let error as ScaffoldError {
                reason = error.diagnostic.reason
            }
            return (report, reason, try tree(project)["a.txt"])
        }
    }

    @Test("are not merged, whatever style they have, unless the file stays as it is")
    func refused() throws {
        let old = Self.lines.joined()
        let new = old.replacing("line 9", with: "line nine")
        let styles = [
            Self.conflict,
            Self.conflict.replacing("=======", with: "||||||| base\n=======", maxReplacements: 1),
            Self.conflict.replacing("\n", with: "\r\n"),
        ]
        for style in styles {
            for mine in [style + old, old + style, style] {
                let refused = try update(old, mine: mine, to: new)
                #expect(refused.report == nil)
                #expect(refused.reason == "git left conflicts in 'a.txt'")
                #expect(refused.text == mine)
            }
        }
        let mine = Self.conflict + old
        #expect(try update(old, mine: mine, to: old).report?.hasChanges == false)
        let excluded = try update(old, mine: mine, to: new, excluding: ["a.txt"])
        #expect(excluded.report != nil && excluded.text == mine)
    }

    @Test(
        "are not seen in a text about them, or in parts of one",
        arguments: [
            "<<<<<<< HEAD\n", "=======\n>>>>>>> b\n<<<<<<< a\n", "  " + conflict,
            "<<<<<<<<\n=======\n",
        ]
    )
    func none(part: String) throws {
        let old = Self.lines.joined()
        let new = old.replacing("line 9", with: "line nine")
        #expect(try update(old, mine: part + old, to: new).text == part + new)
        let about = Self.conflict + old
        let merged = try update(about, mine: "mine\n" + about, to: Self.conflict + new)
        #expect(merged.text == "mine\n" + Self.conflict + new)
    }
}
