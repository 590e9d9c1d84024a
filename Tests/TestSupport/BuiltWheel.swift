// The wheel and the tarball, built: that compiles pa-new in release, which takes minutes, so it is done once.

import Foundation

/// Builds what is handed out, once for the same sources, and keeps it for the next run of the tests.
public actor BuiltWheel {
    /// The one builder of this process.
    public static let shared = BuiltWheel()

    /// The newest Python that the tools which build wheels run on; nil is a machine without one.
    public static let interpreter = Interpreter.found(["3.13", "3.12", "3.11", "3.10"]).first

    /// Whether there can be a wheel, or the lack of one has to be a failure.
    public static let isPossible = isLinux && (interpreter != nil || isContinuousIntegration)

    /// Why a test is skipped where there can be none.
    public static let needs = "needs Linux, and python3 (3.10 or newer) with venv"

    /// The script that builds it.
    public static let script = Paths.package.appending(path: "Scripts/build-wheel")

    /// What the files are made of.
    public static let sources = [
        "HostPython", "LICENSE", "Package.swift", "Plugins", "README.md", "Scripts",
        "Sources", "Templates",
    ]

    #if os(Linux)
        private static let isLinux = true
    #else
        private static let isLinux = false
    #endif

    /// What became of it, so that what fails does not take its minutes again for each test.
    private var outcome: Result<URL, any Error>?

    /// Returns the wheel.
    ///
    /// - Returns: Its file, which all tests share.
    /// - Throws: ``EnvironmentFailure`` where it cannot be built.
    public func wheel() throws -> URL {
        try file(endingIn: ".whl")
    }

    /// Returns the tarball.
    ///
    /// - Returns: Its file, which all tests share.
    /// - Throws: ``EnvironmentFailure`` where it cannot be built.
    public func tarball() throws -> URL {
        try file(endingIn: ".tar.gz")
    }

    /// Returns the static binary that is in both.
    ///
    /// - Returns: Its file, as it was compiled.
    /// - Throws: ``EnvironmentFailure`` where it cannot be built.
    public func binary() throws -> URL {
        _ = try folder()
        return Paths.package.appending(path: ".build/wheel/release/pa-new")
    }

    /// Returns the folder of the wheel, the tarball and their sums, which holds nothing else.
    ///
    /// - Returns: The folder, which all tests share.
    /// - Throws: ``EnvironmentFailure`` where it cannot be built.
    public func folder() throws -> URL {
        let outcome = outcome ?? Result { try build() }
        self.outcome = outcome
        return try outcome.get()
    }

    /// Builds what is not there yet.
    private func build() throws -> URL {
        let folder = Paths.cache.appending(path: "dist")
        guard let python = Self.interpreter else {
            throw EnvironmentFailure(description: Self.needs)
        }
        let stamp = Paths.cache.appending(path: "dist-complete.txt")
        let digests = try digests(python)
        if (try? String(contentsOf: stamp, encoding: .utf8)) == digests { return folder }

        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(
            at: Paths.cache,
            withIntermediateDirectories: true
        )
        let finished = try run(
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

    private func file(endingIn ending: String) throws -> URL {
        let folder = try folder()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(ending) }
        guard names.count == 1 else {
            throw EnvironmentFailure(description: "\(folder.path) has \(names)")
        }
        return folder.appending(path: names[0])
    }

    /// Returns digests of all that the files are made of: sources, compiler and Python.
    private func digests(_ python: Interpreter) throws -> String {
        let command = """
            find "$@" -type f ! -path '*/__pycache__/*' -exec sha256sum {} + | LC_ALL=C sort -k 2
            swift --version
            """
        let finished = try run("sh", ["-c", command, "sh"] + Self.sources, in: Paths.package)
        guard finished.exitCode == 0 else {
            throw EnvironmentFailure(description: "\(finished)")
        }
        return python.path + "\n" + finished.stdout
    }
}
