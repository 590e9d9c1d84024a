// Finds the Python interpreters of this machine, and creates environments with packages from PyPI.

import Foundation

/// A Python interpreter.
public struct Interpreter: Sendable, Hashable, CustomStringConvertible {
    /// The path of the program.
    public let path: String
    /// Its version, such as `3.13`.
    public let version: String

    /// The version, for the names of tests.
    public var description: String { "Python \(version)" }

    /// Finds interpreters on the path and in pyenv, at most one for each version.
    ///
    /// - Parameter versions: The versions to look for, such as `3.13`.
    /// - Returns: The interpreters, in the order of the versions.
    public static func found(_ versions: [String]) -> [Interpreter] {
        versions.compactMap { version in
            candidates(version).lazy.compactMap(probe).first { $0.version == version }
        }
    }

    /// The interpreter called `python3`, whatever its version.
    public static let standard: Interpreter? = probe("python3")

    private static func candidates(_ version: String) -> [String] {
        let home = FileManager.default.homeDirectoryForCurrentUser
        let pyenv = home.appending(path: ".pyenv/versions")
        let installed = (try? FileManager.default.contentsOfDirectory(atPath: pyenv.path)) ?? []
        return ["python\(version)", "python3"]
            + installed.filter { $0.hasPrefix(version + ".") }.sorted()
            .map { pyenv.appending(path: "\($0)/bin/python3").path }
    }

    /// Asks a program for its Python version.
    private static func probe(_ path: String) -> Interpreter? {
        let question = "import sys, venv; print(sys.executable, '%d.%d' % sys.version_info[:2])"
        guard let answer = try? TestSupport.probe(path, ["-c", question]),
            answer.exitCode == 0
        else { return nil }
        let words = answer.stdout.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else { return nil }
        return Interpreter(path: words[0], version: words[1])
    }
}

extension [Interpreter] {
    /// The first and the last: in a list by version, the oldest and the newest.
    public var ends: [Interpreter] { count > 2 ? [self[0], self[count - 1]] : self }
}

/// A Python environment could not be created.
public struct EnvironmentFailure: Error, CustomStringConvertible {
    /// The output of the failed command.
    public let description: String
}

/// Creates Python environments, each once, and keeps them for the next run of the tests.
public struct PythonEnvironments: Sendable {
    /// The only instance in this process.
    public static let shared = PythonEnvironments()

    private let made = Once<URL>()

    /// Returns an environment with packages installed.
    ///
    /// - Parameters:
    ///   - interpreter: The Python of the environment.
    ///   - requirements: The packages to install, as arguments of `pip install`.
    /// - Returns: The environment's `python`.
    /// - Throws: ``EnvironmentFailure`` if Python or pip fails.
    public func python(
        _ interpreter: Interpreter,
        with requirements: [String]
    ) async throws -> URL {
        let words = [interpreter.version] + requirements.sorted()
        let name = words.joined(separator: "+").map {
            $0.isLetter || $0.isNumber || $0 == "." ? $0 : "_"
        }
        // Long lists that begin alike are not the same one.
        let digest = words.joined(separator: "\n").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let ending = name.count > 130 ? "-" + String(digest, radix: 16) : ""
        let folder = Paths.cache.appending(path: "venv-\(String(name.prefix(130)))\(ending)")
        return try await made.value(folder.path) {
            let python = folder.appending(path: "bin/python")
            let stamp = folder.appending(path: "complete.txt")
            let contents = interpreter.path + "\n" + words.joined(separator: "\n")
            if (try? String(contentsOf: stamp, encoding: .utf8)) == contents { return python }
            try? FileManager.default.removeItem(at: folder)
            try FileManager.default.createDirectory(
                at: Paths.cache,
                withIntermediateDirectories: true
            )
            try await succeed([interpreter.path, "-m", "venv", "--without-pip", folder.path])
            // What is compiled for one environment is there for the next: uv keeps it, but asks PyPI again
            // unless it is told not to, and then compiles again if PyPI gives the answer another date.
            for compiled in requirements where compiled.hasPrefix("uwsgi==") {
                if requirements != [compiled] {
                    _ = try await self.python(interpreter, with: [compiled])
                    _ = try await installWithUV([compiled], for: python, options: ["--offline"])
                }
            }
            if !requirements.isEmpty {
                try await install(requirements, for: python, of: interpreter)
            }
            try contents.write(to: stamp, atomically: true, encoding: .utf8)
            return python
        }
    }

    /// Returns an environment with the packages of a requirements file installed.
    ///
    /// - Parameters:
    ///   - interpreter: The Python of the environment.
    ///   - list: A `requirements.txt`.
    ///   - more: Further packages.
    /// - Returns: The environment's `python`.
    /// - Throws: ``EnvironmentFailure`` if Python or pip fails, or if there is no such file.
    public func python(
        _ interpreter: Interpreter,
        listedIn list: URL,
        and more: [String] = []
    ) async throws -> URL {
        let requirements = try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map(String.init)
        return try await python(interpreter, with: requirements + more)
    }

    /// What has to be compiled, uWSGI, is tested and need not be fast, nor have what no test uses.
    ///
    /// So it is kept apart from what the user's own uv keeps.
    private static let variables = [
        "CFLAGS": "-O0",
        "UV_CACHE_DIR": Paths.cache.appending(path: "uv").path,
        "UWSGI_PROFILE_OVERRIDE": "main_plugin=python;embedded_plugins=python,ping,cache,signal"
            + ",rpc,corerouter,http,logfile;ssl=false;xml=false;json=false;yaml=false;pcre=false",
    ]

    /// An installer that takes less time than pip.
    private static let uv = "uv==0.13.9"

    /// Installs packages into an environment: with uv, or with pip if uv cannot.
    private func install(
        _ requirements: [String],
        for python: URL,
        of interpreter: Interpreter
    ) async throws {
        // uv knows neither pip's settings nor all old packages.
        if requirements != [Self.uv], try await installWithUV(requirements, for: python) { return }
        let options = ["install", "--quiet", "--disable-pip-version-check"]
        let command = try await pip(of: interpreter, for: python) + options + requirements
        try await succeed(command, environment: Self.variables)
    }

    /// Installs packages with uv, and tells whether it could.
    private func installWithUV(
        _ requirements: [String],
        for python: URL,
        options: [String] = []
    ) async throws -> Bool {
        guard let standard = Interpreter.standard else { return false }
        let place = try await self.python(standard, with: [Self.uv])
        let finished = try await run(
            place.deletingLastPathComponent().appending(path: "uv").path,
            ["pip", "install", "--quiet", "--compile-bytecode", "--python", python.path]
                + options + requirements,
            environment: Self.variables,
            seconds: 600
        )
        return finished.exitCode == 0
    }

    /// Returns the command that runs pip for an environment.
    ///
    /// It is the interpreter's own pip if possible, because installing pip into an environment takes
    /// longer than installing most packages.
    private func pip(of interpreter: Interpreter, for python: URL) async throws -> [String] {
        let own = [interpreter.path, "-m", "pip", "--python", python.path]
        // Since pip 22.3.
        if try await run(own[0], own.dropFirst() + ["--version"]).exitCode == 0 { return own }
        try await succeed([python.path, "-m", "ensurepip"])
        return [python.path, "-m", "pip"]
    }

    private func succeed(
        _ words: [String],
        environment: [String: String?] = [:]
    ) async throws {
        let finished = try await run(
            words[0],
            Array(words.dropFirst()),
            environment: environment,
            seconds: 600
        )
        guard finished.exitCode == 0 else {
            throw EnvironmentFailure(description: "\(finished)")
        }
    }
}
