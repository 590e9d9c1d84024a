// The sizes of installed packages that manifests state, measured.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

@Suite("Sizes of packages", .needs(.hostPython), .lane(.full))
struct SizeTests {
    /// Prints the MiB that the packages of an environment, which has no pip, take on a disk.
    private static let script = """
        import os, sysconfig
        total = 0
        for folder, _, names in os.walk(sysconfig.get_path("purelib")):
            for name in names:
                size = os.path.getsize(os.path.join(folder, name))
                total += -(-size // 4096) * 4096
        print(round(total / 2**20))
        """

    static let frameworks = ProjectCase.frameworks.filter(\.hasRequirements).map(\.folder)

    @Test("are those that list tells", arguments: try atLeastOne(frameworks))
    func measured(folder: String) async throws {
        let newest = try #require(ProjectCase.interpreters.last)
        let catalog = try Catalog.embedded()
        let framework = try catalog.framework(inFolder: folder)
        var rows: [[String]] = [[]]
        for question in framework.manifest.questions {
            guard case .choice(let words) = question.kind else { continue }
            rows += words.map { ["--set", "\(question.key)=\($0)"] }
        }
        var sizes: [Int] = []
        for row in rows {
            try await withTemporaryFolder { root in
                let words = ["hello", "-q"] + catalog.options(for: framework) + row
                let made = try await runTool(words, in: root)
                try #require(made.exitCode == 0, "\(made)")
                let list = root.appending(path: "hello/requirements.txt")
                let python = try await PythonEnvironments.shared.python(newest, listedIn: list)
                let finished = try await run(python.path, ["-c", Self.script], in: root)
                sizes.append(try #require(Int(finished.stdout.dropLast()), "\(finished)"))
            }
        }
        let (smallest, largest) = (try #require(sizes.min()), try #require(sizes.max()))
        let stated = framework.manifest.megabytes
        // A file system, and compiled modules, make a difference.
        for (number, measured) in [(stated.first, smallest), (stated.last, largest)] {
            let number = try #require(number, "\(folder) states no size")
            #expect(
                abs(number - measured) <= 2 + measured / 4,
                "\(folder): \(sizes) MiB, not \(stated)"
            )
        }
    }
}
