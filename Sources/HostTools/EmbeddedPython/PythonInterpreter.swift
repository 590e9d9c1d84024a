// Which Python looks at a project.

import ProjectFiles
import Scaffold

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
    /// - Throws: ``PythonError/noInterpreter(_:)`` where there is none, or the one named cannot run.
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
