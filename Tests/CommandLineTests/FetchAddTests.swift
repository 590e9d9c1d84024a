// `pa-new add` in projects whose template has an address.

import Foundation
import TestSupport
import Testing

@Suite("pa-new add with a template by address", .needs("git"), .lane(.quick))
struct FetchAddTests {
    /// A template whose addition says which version of the template it is from.
    private static func template(_ version: String) -> [String: String] {
        [
            "web/manifest.json": """
            {"additions": {"handler": {"pieces": [
              {"file": "app.py", "at": "end", "from": "code.mustache", "names": ["{{handler}}"]}]}}}
            """,
            "web/app.py": "x = 1\n",
            "web/_additions/code.mustache": "{{handler}} = \"\(version)\"\n",
        ]
    }

    /// Makes a project from the first of two commits, and gives the words that add a handler to it.
    private func withProject(
        _ action: (FetchPlace, _ add: (String) -> [String]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let place = try await FetchPlace(in: folder, Self.template("first"))
            let words = ["hello", "--template", place.address + "#web", "--quiet"]
            expectEnd(of: try await place.tool(words), code: 0, stdout: "", stderr: "")
            try await place.commit(Self.template("second"))
            try await action(place) { ["add", "handler", $0, "hello"] }
        }
    }

    @Test("takes the recorded commit, until an update moves it")
    func recorded() async throws {
        try await withProject { place, add in
            let record = try place.text("hello/.pa-new.json")
            expectEnd(of: try await place.tool(add("one")), code: 0, stderr: "")
            #expect(try place.text("hello/app.py") == "x = 1\none = \"first\"\n")
            #expect(try place.text("hello/.pa-new.json") == record)
            // An address that the user gives is the one that counts.
            let given = add("two") + ["--template", place.address + "#web"]
            expectEnd(of: try await place.tool(given), code: 0, stderr: "")
            expectEnd(of: try await place.tool(["update", "hello", "-q"]), code: 0)
            expectEnd(of: try await place.tool(add("three")), code: 0, stderr: "")
            #expect(
                try place.text("hello/app.py")
                    == "x = 1\none = \"first\"\ntwo = \"second\"\nthree = \"second\"\n"
            )
        }
    }

    @Test("changes nothing without git, without the repository, or without the commit")
    func missing() async throws {
        try await withProject { place, add in
            let before = try tree(place.folder.appending(path: "work"))
            for options in [[], ["--dry-run"]] {
                let offline = try await place.tool(
                    add("about") + options,
                    ["PATH": "/nonexistent"]
                )
                expectEnd(of: offline, code: 69, stdout: "")
                #expect(offline.stderr.contains("there is no program git on PATH"))
                #expect(offline.stderr.contains("pass a folder with --template"))
            }
            // Its history is made anew, as after a forced push, and what is not needed is gone.
            let commit = try await place.git(["rev-parse", "HEAD~1"])
            try await place.git(["checkout", "--quiet", "--orphan", "new"])
            try await place.git(["commit", "--quiet", "--message=new"])
            try await place.git(["branch", "--quiet", "--delete", "--force", "main"])
            try await place.git(["branch", "--move", "main"])
            try await place.git(["reflog", "expire", "--expire=now", "--all"])
            try await place.git(["gc", "--quiet", "--prune=now"])
            let gone = try await place.tool(add("about"))
            expectEnd(of: gone, code: 73, stdout: "")
            for words in [
                "no handler can be added", "is from commit \(commit.prefix(10))", place.address,
                "does not have that commit any more", "pa-new update", "--template",
            ] {
                #expect(gone.stderr.contains(words), "\(words): \(gone)")
            }
            let repository = place.folder.appending(path: "repo")
            try FileManager.default.moveItem(
                at: repository,
                to: place.folder.appending(path: "away")
            )
            let unreachable = try await place.tool(add("about"))
            expectEnd(of: unreachable, code: 69, stdout: "")
            #expect(unreachable.stderr.contains("cannot be fetched"), "\(unreachable)")
            #expect(try tree(place.folder.appending(path: "work")) == before)
        }
    }
}
