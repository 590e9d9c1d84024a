// The same input makes the same bytes, wherever and by whomever the tool is run.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("Same input, same bytes")
struct DeterminismTests {
    @Test(
        "folder, umask, language, time zone, home and time change nothing",
        arguments: (try? Catalog.embedded().frameworks.map(\.folder)) ?? []
    )
    func same(framework: String) async throws {
        let catalog = try Catalog.embedded()
        let asked = try #require(catalog.frameworks.first { $0.folder == framework })
        try await withTemporaryFolder { folder in
            let scenes: [(String, String, [String: String?])] = [
                ("a", "022", ["LC_ALL": "C", "TZ": "UTC", "HOME": "/root", "USER": "one"]),
                (
                    "deep/er é/b", "077",
                    [
                        "LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE", "TZ": "Asia/Kathmandu",
                        "HOME": folder.path, "USER": "two", "HOSTNAME": "box-7f3a91",
                        "SOURCE_DATE_EPOCH": "1", "COLUMNS": "20",
                    ]
                ),
            ]
            var outputs: Set<String> = []
            var trees: [[String: String]] = []
            for (place, umask, environment) in scenes {
                let parent = folder.appending(path: place)
                try FileManager.default.createDirectory(
                    at: parent,
                    withIntermediateDirectories: true
                )
                let script = "umask \(umask); exec \"$@\""
                let words =
                    ["hello", "-u", "alice", "--json"] + catalog.options(for: asked)
                let finished = try await run(
                    "sh",
                    ["-c", script, "sh", Paths.tool.path] + words,
                    in: parent,
                    environment: environment
                )
                expectEnd(of: finished, code: 0, stderr: "")
                outputs.insert(finished.stdout)
                trees.append(try tree(parent))
            }
            #expect(outputs.count == 1)
            #expect(trees[0] == trees[1])
            #expect(trees[0].count > 10)
            let all = trees[0].values.joined()
            for word in [folder.path, "box-7f3a91", "Kathmandu"] { #expect(!all.contains(word)) }
        }
    }
}
