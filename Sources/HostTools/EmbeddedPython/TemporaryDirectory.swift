// One run of an embedded package: its temporary folder, and the words for Python.

import ProjectFiles
import Scaffold

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A temporary folder for one run of an embedded package, and the package's files.
struct TemporaryDirectory {
    /// The temporary folder.
    let path: String
    private let package: EmbeddedPackage
    private let files: PackageCache

    /// Makes the folder, and finds the files or puts them somewhere.
    ///
    /// - Parameter package: The package to run.
    /// - Throws: ``PythonError/noTemporaryDirectory(path:reason:)`` or
    ///   ``PythonError/cannotUnpack(_:)``.
    init(for package: EmbeddedPackage) throws(PythonError) {
        self.package = package
        let parent = environmentVariable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array((parent + "/pa-new-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .noTemporaryDirectory(path: parent, reason: systemReason(errno))
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var environment: [String: String] = [:]
        for name in ["XDG_CACHE_HOME", "HOME"] { environment[name] = environmentVariable(name) }
        do throws(FileError) {
            files = try PackageCache(package, environment: environment, temporary: path)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw .cannotUnpack(error.diagnostic)
        }
    }

    /// Returns the arguments with which Python runs the package.
    ///
    /// It needs nothing but the standard library, and no variables of Python's (`-E -S`): what the user
    /// installed takes time and could break it.
    private func pythonArguments(for arguments: [String]) -> [String] {
        let start = """
            import sys; sys.path[0] = sys.argv.pop(1); \
            from \(package.module) import main; sys.exit(main(sys.argv[1:]))
            """
        return (files.isKept ? [] : ["-B"]) + ["-E", "-S", "-c", start, files.folder] + arguments
    }

    /// Runs the package to its end.
    ///
    /// - Parameters:
    ///   - interpreter: The Python that runs it.
    ///   - arguments: The program's arguments.
    ///   - output: The file that its stdout goes to, or nil for the one of this process.
    /// - Returns: Its exit code.
    /// - Throws: ``PythonError/cannotStart(path:code:)``.
    func run(
        with interpreter: PythonInterpreter,
        _ arguments: [String],
        output: String? = nil
    ) throws(PythonError) -> Int32 {
        do throws(SystemFailure) {
            return try runForwardingSignals(
                interpreter.path,
                pythonArguments(for: arguments),
                output: output
            )
        } catch {
            throw .cannotStart(path: interpreter.path, code: error.code)
        }
    }

    /// Removes the folder.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
