// Builds the wheel and the tarball once: compiling pa-new for release takes minutes.

import Foundation

/// Builds the wheel and the tarball once for the same sources, and keeps them for the next run.
public struct BuiltWheel: Sendable {
    /// The only instance in this process.
    public static let shared = BuiltWheel()

    /// The newest Python for the tools that build wheels; nil if this machine has none.
    public static let interpreter = Interpreter.found(["3.13", "3.12", "3.11", "3.10"]).first

    /// The script that builds them.
    public static let script = Paths.package.appending(path: "Scripts/build-wheel")

    /// The sources of the wheel and the tarball.
    public static let sources = [
        "HostPython", "LICENSE", "Package.swift", "Plugins", "README.md", "Scripts",
        "Sources", "Templates",
    ]

    #if os(Linux)
        static let isOnLinux = true
    #else
        static let isOnLinux = false
    #endif

    private let built = Once<URL>()

    /// Returns the wheel.
    ///
    /// - Returns: The file, which all tests share.
    /// - Throws: ``EnvironmentFailure`` if it cannot be built.
    public func wheel() async throws -> URL {
        try await file(endingIn: ".whl")
    }

    /// Returns the tarball.
    ///
    /// - Returns: The file, which all tests share.
    /// - Throws: ``EnvironmentFailure`` if it cannot be built.
    public func tarball() async throws -> URL {
        try await file(endingIn: ".tar.gz")
    }

    /// Returns the static binary that is in the wheel and the tarball.
    ///
    /// - Returns: The file, as it was compiled.
    /// - Throws: ``EnvironmentFailure`` if it cannot be built.
    public func binary() async throws -> URL {
        _ = try await folder()
        return Paths.package.appending(path: ".build/wheel/pa-new")
    }

    /// Returns the folder that contains the wheel, the tarball and their checksums, and nothing else.
    ///
    /// - Returns: The folder, which all tests share.
    /// - Throws: ``EnvironmentFailure`` if it cannot be built.
    public func folder() async throws -> URL {
        try await built.value { try await build() }
    }

    /// Builds everything that is not built yet.
    private func build() async throws -> URL {
        let folder = Paths.cache.appending(path: "dist")
        guard let python = Self.interpreter else {
            throw EnvironmentFailure(description: Need.wheel.reason)
        }
        let stamp = Paths.cache.appending(path: "dist-complete.txt")
        let digests = try await digests(python)
        if (try? String(contentsOf: stamp, encoding: .utf8)) == digests { return folder }

        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(
            at: Paths.cache,
            withIntermediateDirectories: true
        )
        let finished = try await run(
            python.path,
            [Self.script.path, "--output", folder.path],
            environment: ["SOURCE_DATE_EPOCH": nil],
            seconds: 1800
        )
        guard finished.exitCode == 0 else {
            throw EnvironmentFailure(description: "\(finished)")
        }
        try digests.write(to: stamp, atomically: true, encoding: .utf8)
        return folder
    }

    private func file(endingIn ending: String) async throws -> URL {
        let folder = try await folder()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(ending) }
        guard names.count == 1 else {
            throw EnvironmentFailure(description: "\(folder.path) has \(names)")
        }
        return folder.appending(path: names[0])
    }

    /// Returns digests of everything that determines the files: sources, compiler and Python.
    private func digests(_ python: Interpreter) async throws -> String {
        let command = """
            find "$@" -type f ! -path '*/__pycache__/*' -exec sha256sum {} + | LC_ALL=C sort -k 2
            swift --version
            """
        let finished = try await run("sh", ["-c", command, "sh"] + Self.sources, in: Paths.package)
        guard finished.exitCode == 0 else {
            throw EnvironmentFailure(description: "\(finished)")
        }
        return python.path + "\n" + finished.stdout
    }
}
