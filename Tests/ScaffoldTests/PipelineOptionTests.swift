// What `--ci` puts into a project, what update makes of it, and which words it takes.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("A pipeline")
struct PipelineOptionTests {
    /// The files of a framework's project, by path.
    private func files(_ framework: Framework, ci: String?) throws -> [String: [UInt8]] {
        let catalog = try Catalog.embedded()
        let request = Request(
            name: "hello",
            framework: framework.name,
            language: framework.language,
            python: "3.11",
            pipeline: ci
        )
        let answers = try ProjectConfiguration(request, catalog: catalog)
        let rendered = try render(Project(answers))
        return try Dictionary(
            uniqueKeysWithValues: rendered.map { ($0.path, try $0.contents.bytes()) }
        )
    }

    private static let frameworks = (try? Catalog.embedded().frameworks) ?? []

    @Test(
        "is one file of its own, and words about it in README.md: the rest stays the same",
        arguments: frameworks.map(\.folder),
        [("github", ".github/workflows/ci.yml"), ("gitlab", ".gitlab-ci.yml")]
    )
    func files(folder: String, service: (ci: String, path: String)) throws {
        let framework = try #require(Self.frameworks.first { $0.folder == folder })
        let without = try files(framework, ci: nil)
        #expect(try files(framework, ci: "none") == without)
        let with = try files(framework, ci: service.ci)
        #expect(Set(with.keys).subtracting(without.keys) == [service.path])
        let differing = without.keys.filter { with[$0] != without[$0] }.sorted()
        #expect(differing == [Baseline.fileName, ProjectRecord.fileName, "README.md"])
        let text = String(decoding: with[service.path] ?? [], as: UTF8.self)
        for version in ["3.10", "3.11", "3.12"] { #expect(text.contains("- \"\(version)\"\n")) }
        #expect(!text.contains("3.9\"") && !text.contains("3.13\""))
        #expect(!text.contains("<%") && !text.contains("%>"), "\(text)")
        let catalog = try Catalog.embedded()
        let answers = try ProjectConfiguration(
            Request(
                name: "hello",
                framework: framework.name,
                language: framework.language,
                pipeline: service.ci
            ),
            catalog: catalog
        )
        let last = try #require(NextSteps(Project(answers), parent: nil).steps.last)
        #expect(last.action.hasPrefix("Push the project to Git"))
        let readMe = String(decoding: with["README.md"] ?? [], as: UTF8.self)
        #expect(readMe.contains("\n## At each push\n"))
        #expect(readMe.contains("The pipeline is in `\(service.path)`. Git"), "\(readMe)")
        #expect(!readMe.contains("\n\n\n"), "\(readMe)")
    }

    @Test(
        "tests with the versions around the chosen one that the host offers",
        arguments: [
            ("3.9", ["3.9", "3.10"]), ("3.10", ["3.9", "3.10", "3.11"]),
            ("3.13", ["3.12", "3.13"]),
        ]
    )
    func versions(python: String, around: [String]) throws {
        #expect(try PythonVersion(python).around.map(\.description) == around)
    }
}
