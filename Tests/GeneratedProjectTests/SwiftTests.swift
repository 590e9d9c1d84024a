// Handlers in Swift beside the same handlers in Python.
//
// `Swift/parity/` and `Python/swift-parity/` hold them, written for projects called hello.

import Foundation
import Scaffold
import TestSupport
import Testing

@Suite("Handlers in Swift", .needs(.hostPython), .lane(.full))
struct SwiftTests {
    private static let folder = hostScript.deletingLastPathComponent()
        .appending(path: "swift-parity")

    @Test(
        "pass their own tests and those of added handlers, and compile without a warning",
        arguments: try atLeastOne(ProjectCase.swiftFolders)
    )
    func ownTests(framework: String) async throws {
        try await withTemporaryFolder { root in
            let project = try await GeneratedProject(framework, below: root)
            let own = try swiftTests(in: project.folder)
            #expect(own >= 6, "\(framework): too few tests of its own")
            // Those of added handlers and ours beside them: one build serves all.
            try await AddTests.add(["about"], in: project.folder)
            try await AddTests.add(["about_us", "--path", "/us/all.html"], in: project.folder)
            let far = ["--path", AddTests.longPath]
            try await AddTests.add([AddTests.longName] + far, in: project.folder)
            let files = try filePaths(below: project.folder).filter { $0.hasSuffix(".swift") }
            let lint = try await run(
                "swift",
                ["format", "lint", "--strict"] + files,
                in: project.folder
            )
            #expect(lint.exitCode == 0, "\(lint)")
            let more = BuiltLibraries.fixtures.appending(path: "web-tests")
            for name in try FileManager.default.contentsOfDirectory(atPath: more.path) {
                let place = project.folder.appending(path: "tests/HelloTests/\(name)")
                try FileManager.default.copyItem(at: more.appending(path: name), to: place)
            }
            let tests = try swiftTests(in: project.folder)
            #expect(tests > own)
            let folder = try BuiltLibraries.keptCopy(of: project.folder, key: framework + "-tests")
            let finished = try await run(
                "swift",
                ["test", "-Xswiftc", "-warnings-as-errors"],
                in: folder,
                seconds: 600
            )
            #expect(finished.exitCode == 0, "\(finished)")
            let output = finished.stdout + finished.stderr
            #expect(output.contains("Test run with \(tests) tests"), "\(finished)")
            #expect(output.contains("The page \(AddTests.longPath)"), "\(finished)")
        }
    }

    /// How many tests in Swift a folder has.
    private func swiftTests(in folder: URL) throws -> Int {
        try filePaths(below: folder).filter { $0.hasSuffix("Tests.swift") }
            .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
            .reduce(0) { $0 + $1.components(separatedBy: "@Test(").count - 1 }
    }

    @Test(
        "answer as the same in Python do, byte for byte",
        arguments: try atLeastOne(ProjectCase.ends)
    )
    func parity(_ interpreter: Interpreter) async throws {
        // One Python is enough for many random requests: the others have a few.
        let isNewest = interpreter.path == ProjectCase.interpreters.last?.path
        let most = Lane.current == .long ? 2_000_000 : 100_000
        let swift = try await BuiltLibraries.shared.project("parity")
        try await compare(swift, on: interpreter, requests: isNewest ? most : 2_000)
    }

    @Test("make no mistake with memory that the address sanitizer finds", .lane(.long))
    func sanitized() async throws {
        struct Target: Decodable {
            struct Paths: Decodable {
                let runtimeResourcePath: String
            }
            let paths: Paths
        }
        let swift = try await BuiltLibraries.shared.project(
            "parity",
            options: ["--sanitize=address"]
        )
        let told = try await run("swiftc", ["-print-target-info"])
        let target = try JSONDecoder().decode(Target.self, from: Data(told.stdout.utf8))
        let folder = URL(filePath: target.paths.runtimeResourcePath)
            .appending(path: "clang/lib/linux")
        #if arch(x86_64)
            let runtime = folder.appending(path: "libclang_rt.asan-x86_64.so")
        #else
            let runtime = folder.appending(path: "libclang_rt.asan-aarch64.so")
        #endif
        try #require(FileManager.default.fileExists(atPath: runtime.path))
        try await compare(
            swift,
            on: #require(ProjectCase.interpreters.last),
            requests: 200_000,
            environment: [
                "LD_PRELOAD": runtime.path,
                // Python itself keeps memory until its end, and handles its own signals.
                "ASAN_OPTIONS": "detect_leaks=0:verify_asan_link_order=0:handle_segv=0",
                "PYTHONMALLOC": "malloc",
            ]
        )
    }

    /// Runs the tests of `Python/swift-parity/`.
    private func compare(
        _ swift: URL,
        on interpreter: Interpreter,
        requests: Int,
        environment: [String: String] = [:]
    ) async throws {
        try await withTemporaryFolder { root in
            let python = try await GeneratedProject("handler", below: root)
            let variables: [String: String?] = [
                "PYTHONPATH": python.folder.path, "SWIFT_PROJECT": swift.path,
                "FUZZ": "\(requests)",
            ]
            let finished = try await runUnittests(
                interpreter.path,
                in: Self.folder,
                environment: variables.merging(environment) { $1 },
                seconds: 3600
            )
            #expect(finished.exitCode == 0, "\(finished)")
        }
    }
}
