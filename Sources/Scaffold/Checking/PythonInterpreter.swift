// Which Python looks at a project.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The Python that looks at a project, and why it is that one.
public struct PythonInterpreter: Sendable, Hashable {
    /// Where it was found.
    public enum Source: Sendable, Hashable {
        /// Named on the command line.
        case option
        /// In a virtual environment in the project's folder.
        case project(String)
        /// In the virtual environment that is active.
        case active
        /// On PATH.
        case path
    }

    /// The path of the program.
    public let path: String
    /// Where it was found.
    public let source: Source

    /// Finds the Python for a project: the one named, the project's own environment, the active
    /// one, then `python3`.
    ///
    /// - Parameters:
    ///   - named: The path that was asked for, if any.
    ///   - folder: The project's folder.
    ///   - environment: The variables of the process.
    /// - Returns: The interpreter.
    /// - Throws: ``CheckError/noInterpreter(_:)`` where there is none, or the one named cannot run.
    public static func find(
        named: String?,
        for folder: String,
        environment: [String: String]
    ) throws(CheckError) -> PythonInterpreter {
        if let named {
            guard let path = program(named, on: environment["PATH"]) else {
                throw .noInterpreter(named)
            }
            return PythonInterpreter(path: path, source: .option)
        }
        for name in [".venv", "venv"] {
            let path = "\(folder)/\(name)/bin/python"
            if canRun(path) { return PythonInterpreter(path: path, source: .project(name)) }
        }
        if let active = environment["VIRTUAL_ENV"], !active.isEmpty, canRun("\(active)/bin/python")
        {
            return PythonInterpreter(path: "\(active)/bin/python", source: .active)
        }
        guard let path = program("python3", on: environment["PATH"]) else {
            throw .noInterpreter(nil)
        }
        return PythonInterpreter(path: path, source: .path)
    }

    /// Returns the path of a program, which a name without a slash has on PATH.
    private static func program(_ name: String, on path: String?) -> String? {
        if name.contains("/") { return canRun(name) ? name : nil }
        for folder in (path ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":") {
            if canRun("\(folder)/\(name)") { return "\(folder)/\(name)" }
        }
        return nil
    }

    private static func canRun(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }
}
