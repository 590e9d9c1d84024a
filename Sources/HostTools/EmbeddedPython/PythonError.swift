// Why an embedded Python program cannot run, and the words for it.

import Scaffold

/// Why an embedded Python program cannot run.
public enum PythonError: Error, Sendable, Hashable {
    /// There is no Python, or the given one does not exist.
    case noInterpreter(String?)
    /// The given Python lies in the project, and must not be run to read or to deploy it.
    case interpreterInProject(String)
    /// There is no Python outside of the project's folder.
    case noInterpreterOutside
    /// The interpreter could not be started, with its `errno`.
    case cannotStart(path: String, code: Int32)
    /// The folder for the program's files could not be created, with the system's reason.
    case noTemporaryDirectory(path: String, reason: String)
    /// Other users can change what is in the folder for temporary files, and there is no other one.
    case sharedTemporaryDirectory(path: String)
    /// The program's files could not be written into such a folder: what the system says.
    case cannotUnpack(Diagnostic)
}

extension PythonError {
    /// The error in words.
    public var diagnostic: Diagnostic {
        switch self {
        case .noInterpreter(let name?):
            Diagnostic(
                "\(quoted(name)) is not a program that can be run",
                hint: "pass the path of a python3 with --interpreter"
            )
        case .noInterpreter(nil):
            Diagnostic(
                "there is no python3 on PATH",
                hint: "install Python, or pass the path of a python3 with --interpreter"
            )
        case .interpreterInProject(let name):
            Diagnostic(
                "\(quoted(name)) is in the project's folder",
                reason: "pa-new runs nothing of the project to read it or to deploy it",
                hint: "pass a Python outside of the project with --interpreter, or none"
            )
        case .noInterpreterOutside:
            Diagnostic(
                "there is no python3 on PATH outside of the project's folder",
                reason: "pa-new runs nothing of the project to read it or to deploy it",
                hint: "install Python, or pass the path of another python3 with --interpreter"
            )
        case .cannotStart(let path, let code):
            Diagnostic(
                "\(quoted(path)) could not be started",
                reason: systemReason(code),
                hint: "pass another Python with --interpreter"
            )
        case .noTemporaryDirectory(let path, let reason):
            Diagnostic(
                "a temporary folder could not be made in \(quoted(path))",
                reason: reason,
                hint: "set TMPDIR to a folder that you can write to"
            )
        case .sharedTemporaryDirectory(let path):
            Diagnostic(
                "\(quoted(path)) is no safe place for temporary files",
                reason: "other users can change what is in it, or in a folder above it",
                hint: "set TMPDIR to a folder that only you can write to"
            )
        case .cannotUnpack(let diagnostic):
            Diagnostic(
                "the temporary files could not be written",
                reason: [diagnostic.message, diagnostic.reason].compactMap(\.self)
                    .joined(separator: ": "),
                hint: "set TMPDIR to a folder that you can write to"
            )
        }
    }
}
