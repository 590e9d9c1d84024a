// One run of an embedded package: its temporary folder, and the arguments for Python.

import ProjectFiles
import Scaffold

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A temporary folder for one run of an embedded package, with the package's files.
struct TemporaryDirectory {
    /// The temporary folder.
    let path: String
    private let package: EmbeddedPackage
    private let files: PackageCache

    /// The folder in which Python makes its own temporary folders; nil for the one of its environment.
    private let placeForPython: String?

    /// Creates the folder, and finds or writes the package's files.
    ///
    /// It is where other users can change nothing: in `TMPDIR`, or else in the user's cache or in `/tmp`.
    ///
    /// - Parameter package: The package to run.
    /// - Throws: ``PythonError/noTemporaryDirectory(path:reason:)``,
    ///   ``PythonError/sharedTemporaryDirectory(path:)`` or ``PythonError/cannotUnpack(_:)``.
    init(for package: EmbeddedPackage) throws(PythonError) {
        self.package = package
        var environment: [String: String] = [:]
        for name in ["XDG_CACHE_HOME", "HOME"] { environment[name] = environmentVariable(name) }
        let given = environmentVariable("TMPDIR").flatMap { $0.isEmpty ? nil : $0 }
        let usual = given ?? "/tmp"
        let guarded = guardedFolder(usual)
        // A wrong path is told, and not replaced.
        if guarded == nil, access(usual + "/", F_OK) != 0 {
            throw .noTemporaryDirectory(path: usual, reason: systemReason(errno))
        }
        guard let parent = guarded ?? PackageCache.place(environment) ?? guardedFolder("/tmp")
        else {
            throw .sharedTemporaryDirectory(path: usual)
        }
        do throws(SystemFailure) {
            path = try makeTemporaryFolder(in: parent)
        } catch {
            throw .noTemporaryDirectory(path: usual, reason: systemReason(error.code))
        }
        placeForPython = guarded == nil ? path : given == nil ? parent : nil
        do throws(FileError) {
            files = try PackageCache(package, environment: environment, temporary: path)
        } catch {
            removeFolder(path)
            throw .cannotUnpack(error.diagnostic)
        }
    }

    /// Returns the arguments with which Python runs the package.
    ///
    /// The package needs only the standard library and none of Python's variables (`-E -S`): the user's
    /// packages take time to load and could break it. Until the first statement has run, Python would
    /// import modules from the current folder, so only `sys` is imported before. The umask
    /// takes no rights from the user: Python could not read its own files again. What the command imports
    /// comes from one file (`compiled.py`). Python does not search for garbage while it imports, since there is
    /// none. At the end, the memory is not cleaned up first: for a large project, that takes longer than a tenth
    /// of the whole run.
    private func pythonArguments(for arguments: [String]) -> [String] {
        let words = arguments.filter { $0.allSatisfy(\.isLetter) }
        // A check that loads nothing needs fewer modules.
        let command = arguments.contains("--no-load") ? "read" : words.first ?? "main"
        let (use, keep) =
            files.isKept
            ? (
                "from pa_new_shared.compiled import use; kept = use(sys.path[0], \"\(command)\"); ",
                "kept.keep(); "
            ) : ("", "")
        let start = """
            import sys; sys.path[0] = sys.argv.pop(1); place = sys.argv.pop(1); import gc, os; \
            os.environ.update({"TMPDIR": place} if place else {}); os.umask(os.umask(0o77) & 0o77); \
            gc.disable(); \(use)from \(package.module) import main; gc.enable(); \
            status = main(sys.argv[1:]); \(keep)\
            sys.stdout.flush(); sys.stderr.flush(); os._exit(status)
            """
        return (files.isKept ? [] : ["-B"])
            + ["-E", "-S", "-c", start, files.folder, placeForPython ?? ""] + arguments
    }

    /// Runs the package and waits for its end.
    ///
    /// - Parameters:
    ///   - interpreter: The Python that runs it.
    ///   - arguments: The arguments of the package's program.
    ///   - output: The file for its stdout, or nil for the stdout of this process.
    ///   - passesToken: Whether the program gets the API token. Its environment never has it: it reads the
    ///     token from stdin, and nothing that it starts can see it.
    /// - Returns: Its exit code.
    /// - Throws: ``PythonError/cannotStart(path:code:)``.
    func run(
        with interpreter: PythonInterpreter,
        _ arguments: [String],
        output: String? = nil,
        passesToken: Bool = false
    ) throws(PythonError) -> Int32 {
        if let output { makeFile(output) }
        let token = passesToken ? environmentVariable(secretVariable) ?? "" : nil
        do throws(SystemFailure) {
            return try runForwardingSignals(
                interpreter.path,
                pythonArguments(for: (passesToken ? ["--token-stdin"] : []) + arguments),
                input: token,
                output: output
            )
        } catch {
            throw .cannotStart(path: interpreter.path, code: error.code)
        }
    }

    /// Makes an empty file that this user can read, whatever the umask is.
    private func makeFile(_ path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        fchmod(file, 0o600)
        close(file)
    }

    /// Removes the folder, and notes what Python has compiled.
    func remove() {
        files.noteCompiled()
        removeFolder(path)
    }
}
