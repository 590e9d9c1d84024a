// What the documentation says about speed is in the table of the last run of all benchmarks.

import Foundation
import TestSupport
import Testing

@Suite("Claims about speed")
struct BenchmarkClaimTests {
    /// `Benchmarks/results.json`, which `Benchmarks/all.py --write` makes.
    struct Results: Decodable {
        struct Benchmark: Decodable {
            let name: String
            let reason: String
            let figures: [Figure]
        }

        struct Figure: Decodable {
            let name: String
            let peer: String
            let ratio: Double
        }

        let benchmarks: [Benchmark]

        static func read() throws -> Results {
            let file = Paths.package.appending(path: "Benchmarks/results.json")
            return try JSONDecoder().decode(Results.self, from: Data(contentsOf: file))
        }

        /// The ratios of the figures that a claim is about.
        func ratios(of claim: Claim) -> [Double] {
            benchmarks.filter { $0.name == claim.benchmark }.flatMap(\.figures)
                .filter { $0.name.hasPrefix(claim.figure) && $0.peer.hasPrefix(claim.peer) }
                .map(\.ratio)
        }
    }

    /// A sentence with a number, which its figures must not contradict.
    struct Claim: Sendable, CustomTestStringConvertible {
        let page: String
        /// The text around the number, which is `N` here; a space can be a line end.
        let sentence: String
        let benchmark: String
        var figure = ""
        let peer: String
        let isAtLeast: Bool

        var testDescription: String { sentence }

        /// The numbers that stand in the page in place of `N`.
        func numbers() throws -> [Double] {
            let text = try contents(of: page)
            let parts = sentence.replacing(" ", with: "\u{1}")
                .split(separator: "N").map { part in
                    NSRegularExpression.escapedPattern(for: String(part))
                        .replacing("\u{1}", with: "\\s+")
                }
            let pattern = try Regex(
                parts.joined(separator: "([0-9]+(?:\\.[0-9]+)?)"),
                as: (Substring, Substring).self
            )
            return try text.matches(of: pattern).map { try #require(Double($0.output.1)) }
        }
    }

    static let claims = [
        Claim(
            page: "README.md",
            sentence: "at most N times as long as copying it with `cp -r`",
            benchmark: "create_vs_peers",
            peer: "cp -r",
            isAtLeast: false
        ),
        Claim(
            page: "README.md",
            sentence: "cookiecutter takes at least N times as long as pa-new",
            benchmark: "create_vs_peers",
            peer: "cookiecutter",
            isAtLeast: true
        ),
        Claim(
            page: "docs/architecture.md",
            sentence: "renders at least N times as fast as swift-mustache",
            benchmark: "engine",
            figure: "render: ",
            peer: "",
            isAtLeast: true
        ),
        Claim(
            page: "docs/architecture.md",
            sentence: "parses at least N times as fast as swift-mustache",
            benchmark: "engine",
            figure: "parse: ",
            peer: "swift-mustache",
            isAtLeast: true
        ),
    ]

    @Test("a claim is what was measured", arguments: claims)
    func claim(_ claim: Claim) throws {
        let numbers = try claim.numbers()
        #expect(numbers.count == 1, "\(claim.page) says it once")
        let ratios = try Results.read().ratios(of: claim)
        #expect(!ratios.isEmpty, "Benchmarks/results.json has no figure of it")
        for number in numbers {
            let wrong = ratios.filter { claim.isAtLeast ? $0 < number : $0 > number }
            #expect(wrong == [], "measured: change the claim, or make pa-new faster")
        }
    }

    @Test("the README claims no other speed")
    func otherClaims() throws {
        let text = try contents(of: "README.md")
        let words =
            /[0-9.]+\s+times|\btwice\b|\bfaster\b|as\s+fast\b|[0-9.]+\s+(ms|milliseconds|seconds?)\b/
        let known = Self.claims.filter { $0.page == "README.md" }
        #expect(text.matches(of: words).count == known.count, "add the sentence above")
    }

    @Test("the table has every benchmark, and the page and the plot have every figure")
    func completeness() throws {
        let results = try Results.read()
        let folder = Paths.package.appending(path: "Benchmarks")
        let scripts = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".py") }
            .filter { try contents(of: "Benchmarks/\($0)").contains("figures.add_options(") }
        let names = scripts.map { String($0.dropLast(3)) }.sorted()
        #expect(names.count > 5)
        #expect(results.benchmarks.map(\.name).sorted() == names, "see BENCHMARKS in all.py")
        let (table, plot) = try (
            contents(of: "docs/benchmarks.md"), contents(of: "docs/benchmarks.svg")
        )
        for benchmark in results.benchmarks {
            #expect(table.contains("## `\(benchmark.name)`"))
            #expect(!benchmark.reason.isEmpty || !benchmark.figures.isEmpty)
            for figure in benchmark.figures {
                #expect(table.contains("| \(figure.name) |"))
                #expect(plot.contains(">\(figure.name)<"))
            }
        }
    }
}

/// The text of a file of the repository.
private func contents(of path: String) throws -> String {
    try String(contentsOf: Paths.package.appending(path: path), encoding: .utf8)
}
