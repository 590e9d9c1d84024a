// Every message of the tool, in a table: read it whole before you change one.
//
// The table is messages.txt beside this file. To write it anew:
//
//     REWRITE_MESSAGES=1 swift test --filter MessageTests

import Foundation
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("Every message")
struct MessageTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "messages.txt")

    /// The table: a heading for each case, then what the tool prints.
    private func table() throws -> String {
        try Samples.all().map { samples in
            samples.rows.map { row in
                "== " + samples.name + (row.caseName.isEmpty ? "" : "." + row.caseName) + "\n"
                    + row.message
            }
            .joined()
        }
        .joined(separator: "\n")
    }

    @Test("of every kind of error, every case has an example")
    func everyCase() throws {
        for samples in try Samples.all() {
            let cases = Set(samples.rows.map(\.caseName))
            #expect(
                cases.count == samples.count,
                "\(samples.name): examples of \(cases.sorted()) only"
            )
        }
    }

    @Test("the table is the one that was read")
    func sameTable() throws {
        let table = try table()
        if ProcessInfo.processInfo.environment["REWRITE_MESSAGES"] == "1" {
            try table.write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let lines = table.split(separator: "\n", omittingEmptySubsequences: false)
        let known = try String(contentsOf: Self.file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let changes = lines.difference(from: known)
        #expect(changes.isEmpty, "to write messages.txt anew: REWRITE_MESSAGES=1; \(changes)")
    }

    @Test("nothing in it is said as no native speaker says it")
    func plain() throws {
        for samples in try Samples.all() {
            for row in samples.rows {
                for phrase in [
                    "where not said", "there is only", "nobody", "the host", "has to stand",
                    "but for",
                    "put back", "leave it out", "the words are", "lies in", "taken back",
                ] {
                    #expect(!row.message.contains(phrase), "\(samples.name): \(row.message)")
                }
                // Nothing steers a terminal, and each message is whole lines.
                #expect(row.message.hasSuffix("\n"))
                #expect(row.message.unicodeScalars.allSatisfy { $0 == "\n" || !isInvisible($0) })
            }
        }
    }
}
