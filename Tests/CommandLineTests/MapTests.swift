// The walls between the targets: the map in docs/architecture.md, the package's description and every
// `import` say the same.

import Foundation
import TestSupport
import Testing

@Suite("The map of the targets")
struct MapTests {
    /// The targets that the map names, each with what it may import of the others.
    private static func map() throws -> [String: Set<String>] {
        let page = Paths.package.appending(path: "docs/architecture.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let table = try #require(text.split(separator: "| target | imports |").last)
        var map: [String: Set<String>] = [:]
        for row in table.split(separator: "\n").dropFirst(2) {
            guard row.hasPrefix("| `") else { break }
            let cells = row.split(separator: "|")
            let names = { (cell: Substring) in cell.matches(of: /`([\w-]+)`/).map { String($0.1) } }
            let name = try #require(cells.first.flatMap { names($0).first })
            map[name] = Set(names(cells[1]))
        }
        return map
    }

    /// The part of the package's description that matters here.
    private struct Description: Decodable {
        struct Target: Decodable {
            struct Dependency: Decodable {
                let byName: [String?]
            }

            let name: String
            let type: String
            let path: String?
            let dependencies: [Dependency]
        }

        let targets: [Target]
    }

    /// What the package's description says, of the targets below `Sources/`.
    private static func described() async throws -> [String: Set<String>] {
        try await withTemporaryFolder { folder in
            let finished = try await run(
                "swift",
                ["package", "--scratch-path", folder.path, "dump-package"],
                in: Paths.package
            )
            try #require(finished.exitCode == 0, "\(finished)")
            let description = try JSONDecoder().decode(
                Description.self,
                from: Data(finished.stdout.utf8)
            )
            let ours = description.targets.filter {
                $0.path == nil && ["regular", "executable"].contains($0.type)
            }
            return Dictionary(
                uniqueKeysWithValues: ours.map { target in
                    (target.name, Set(target.dependencies.compactMap { $0.byName.first ?? nil }))
                }
            )
        }
    }

    @Test("is what the package's description says")
    func description() async throws {
        let map = try Self.map()
        #expect(map.count >= 5)
        #expect(try await Self.described() == map)
    }

    @Test("holds for every import")
    func imports() throws {
        let map = try Self.map()
        let sources = Paths.package.appending(path: "Sources")
        let folders = try FileManager.default.contentsOfDirectory(atPath: sources.path)
        #expect(Set(folders) == Set(map.keys))
        for (target, allowed) in map {
            let paths = try filePaths(below: sources.appending(path: target))
                .filter { $0.hasSuffix(".swift") }
            #expect(!paths.isEmpty, "\(target) has no sources")
            for path in paths {
                let file = sources.appending(path: target).appending(path: path)
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in text.matches(of: /(?m)^[ \t]*(?:@\w+ |public |package )*import (\w+)/)
                {
                    // A module's name has no hyphen: pa_new.
                    let module = String(match.1).replacing("_", with: "-")
                    guard map.keys.contains(module) else { continue }
                    #expect(allowed.contains(module), "Sources/\(target)/\(path) imports \(module)")
                }
            }
        }
    }

    @Test("has no target that imports Foundation, except for the build tool")
    func foundation() throws {
        let sources = Paths.package.appending(path: "Sources")
        let paths = try filePaths(below: sources).filter { $0.hasSuffix(".swift") }
        #expect(paths.count > 100)
        for path in paths where !path.hasPrefix("embed-templates/") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            #expect(!text.contains(/(?m)^[^\/\n]*\bimport (\w+ )?Foundation/), "Sources/\(path)")
        }
    }

    @Test(
        "links neither Foundation nor the modules for regular expressions and concurrency",
        .needs("nm")
    )
    func linked() async throws {
        let finished = try await run("nm", ["-D", "--undefined-only", Paths.tool.path])
        #expect(finished.exitCode == 0, "\(finished)")
        let symbols = finished.stdout.split(separator: "\n").compactMap {
            $0.split(separator: " ").last.map(String.init)
        }
        // The names of Swift's own library are there, so others would be, too.
        #expect(symbols.contains { $0.hasPrefix("$sS") })
        // Modules in the names of symbols; the clock is in the module of concurrency, under the library's name.
        let modules = [
            "10Foundation", "20FoundationEssentials", "17_StringProcessing", "12_RegexParser",
            "12_Concurrency", "swift_task", "swift_async", "15ContinuousClock",
        ]
        let found = symbols.filter { symbol in modules.contains { symbol.contains($0) } }
        #expect(found.isEmpty)
    }

    /// A side effect, the calls that have it, and the only places that may have it.
    struct SideEffect: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let calls: String
        let places: [String]
    }

    @Test(
        "has side effects at its edges only, as CONTRIBUTING.md says",
        arguments: [
            SideEffect(
                testDescription: "writing to the disk",
                calls:
                    #"\b(mkdir|mkdirat|mkdtemp|mkstemp|rename|renameat|unlink|unlinkat|linkat|symlink"#
                    + #"|fchmod|chmod|truncate|ftruncate)\(|\bO_CREAT\b|\bremoveItem\b"#
                    + #"|\bcreateDirectory\b|\bcreateFile\b|\bmoveItem\b|\bcopyItem\b|\.write\(to"#,
                places: ["ProjectFiles/", "HostTools/EmbeddedPython/", "embed-templates/"]
            ),
            SideEffect(
                testDescription: "starting programs",
                calls: #"\bposix_spawnp?\(|\b_?v?fork\(\)|\bexecv\w*\(|\bpopen\(|\bProcess\("#,
                places: ["ProjectFiles/Process.swift"]
            ),
            SideEffect(
                testDescription: "printing",
                calls:
                    #"\bprint\(|\bdebugPrint\(|\bfputs\(|\bputs\(|\bFileHandle\b|\bfwrite\(|\bwrite\(descriptor"#,
                places: ["pa-new/Console/Stream.swift", "embed-templates/"]
            ),
        ]
    )
    func sideEffects(_ effect: SideEffect) throws {
        let calls = try Regex(effect.calls)
        let sources = Paths.package.appending(path: "Sources")
        var isSeen = false
        for target in try Self.map().keys {
            let paths = try filePaths(below: sources.appending(path: target)).map {
                target + "/" + $0
            }
            for path in paths where path.hasSuffix(".swift") {
                let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
                let isPlace = effect.places.contains { path.hasPrefix($0) }
                for line in text.split(separator: "\n") {
                    let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
                    guard code.contains(calls) else { continue }
                    isSeen = isSeen || isPlace
                    #expect(isPlace, "Sources/\(path): \(code)")
                }
            }
        }
        #expect(isSeen, "the calls are found in none of \(effect.places)")
    }
}
