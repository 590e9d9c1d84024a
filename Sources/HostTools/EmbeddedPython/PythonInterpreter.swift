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

    /// What the Python is to do.
    public enum Purpose: Sendable, Hashable {
        /// To load the app, which runs the project's code.
        case loading
        /// To read the project or to deploy it, which runs nothing of the project.
        case reading
    }

    /// The path of the program.
    public let path: String
    /// The place where it was found.
    public let source: Source
    /// The folder of the virtual environment whose packages are read in place of the Python's own ones.
    public let packages: String?

    /// Creates the interpreter.
    ///
    /// - Parameters:
    ///   - path: The path of the program.
    ///   - source: The place where it was found.
    ///   - packages: The folder of the virtual environment whose packages are read, if any.
    init(path: String, source: Source, packages: String? = nil) {
        self.path = path
        self.source = source
        self.packages = packages
    }

    /// Finds the Python for a project: the given one, the project's own environment, the active
    /// one, then `python3`.
    ///
    /// To read a project, no Python in its folder is run: the folders of its environment are read by
    /// another Python.
    ///
    /// - Parameters:
    ///   - named: The path of the given interpreter, if any.
    ///   - folder: The project's folder.
    ///   - purpose: What the Python is to do.
    ///   - environment: The environment variables.
    /// - Returns: The interpreter.
    /// - Throws: ``PythonError/noInterpreter(_:)`` if there is none, or if the given one cannot run.
    ///   ``PythonError/noInterpreterOutside`` or ``PythonError/interpreterInProject(_:)`` if a Python in the
    ///   project would have to be run to read it.
    public static func find(
        named: String?,
        for folder: String,
        to purpose: Purpose = .loading,
        environment: [String: String]
    ) throws(PythonError) -> PythonInterpreter {
        let path = environment["PATH"]
        if let named {
            if purpose == .reading {
                guard findProgram(named, on: path) != nil else { throw .noInterpreter(named) }
                guard let found = findProgram(named, on: path, outside: folder),
                    !isInside(found, folder)
                else { throw .interpreterInProject(named) }
                return PythonInterpreter(path: found, source: .option)
            }
            guard let found = findProgram(named, on: path) else { throw .noInterpreter(named) }
            return PythonInterpreter(path: found, source: .option)
        }
        var packages: String?
        for name in [".venv", "venv"] where isProgram("\(folder)/\(name)/bin/python") {
            if purpose == .loading {
                return PythonInterpreter(
                    path: "\(folder)/\(name)/bin/python",
                    source: .project(name)
                )
            }
            packages = packages ?? "\(folder)/\(name)"
        }
        if let active = environment["VIRTUAL_ENV"], !active.isEmpty,
            isProgram("\(active)/bin/python")
        {
            let program = "\(active)/bin/python"
            if purpose == .loading || !isInside(program, folder) {
                return PythonInterpreter(path: program, source: .active, packages: packages)
            }
            packages = packages ?? active
        }
        if purpose == .reading {
            guard let found = findProgram("python3", on: path, outside: folder) else {
                let isElsewhere = packages != nil || findProgram("python3", on: path) != nil
                throw isElsewhere ? .noInterpreterOutside : .noInterpreter(nil)
            }
            return PythonInterpreter(path: found, source: .path, packages: packages)
        }
        guard let found = findProgram("python3", on: path) else { throw .noInterpreter(nil) }
        return PythonInterpreter(path: found, source: .path)
    }

    /// Whether the program lies in a project's folder, or a link on the way to it does.
    ///
    /// - Parameter folder: The project's folder.
    /// - Returns: Whether to run it means to run something of the project.
    public func isPart(of folder: String) -> Bool { isInside(path, folder) }
}
