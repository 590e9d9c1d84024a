// Finds the Python interpreter for a project.

import ProjectFiles
import Scaffold

/// The Python interpreter for a project, and where it was found.
public struct PythonInterpreter: Sendable, Hashable {
    /// The place where it was found.
    public enum Source: Sendable, Hashable {
        /// Named on the command line.
        case option
        /// In a virtual environment in the project's folder.
        case project(String)
        /// In the virtual environment that is active.
        case active
        /// On the path.
        case path
    }

    /// The path of the program.
    public let path: String
    /// The place where it was found.
    public let source: Source

    /// Finds the Python for a project: the given one, the project's own environment, the active
    /// one, then `python3`.
    ///
    /// - Parameters:
    ///   - named: The path of the given interpreter, if any.
    ///   - folder: The project's folder.
    ///   - environment: The environment variables.
    /// - Returns: The interpreter.
    /// - Throws: ``PythonError/noInterpreter(_:)`` if there is none, or if the given one cannot run.
    public static func find(
        named: String?,
        for folder: String,
        environment: [String: String]
    ) throws(PythonError) -> PythonInterpreter {
        if let named {
            guard let path = findProgram(named, on: environment["PATH"]) else {
                throw .noInterpreter(named)
            }
            return PythonInterpreter(path: path, source: .option)
        }
        for name in [".venv", "venv"] {
            let path = "\(folder)/\(name)/bin/python"
            if isProgram(path) { return PythonInterpreter(path: path, source: .project(name)) }
        }
        if let active = environment["VIRTUAL_ENV"], !active.isEmpty,
            isProgram("\(active)/bin/python")
        {
            return PythonInterpreter(path: "\(active)/bin/python", source: .active)
        }
        guard let path = findProgram("python3", on: environment["PATH"]) else {
            throw .noInterpreter(nil)
        }
        return PythonInterpreter(path: path, source: .path)
    }
}
