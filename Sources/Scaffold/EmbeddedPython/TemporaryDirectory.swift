// One run of an embedded package: its temporary folder, and the words for Python.

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
    /// - Throws: ``CheckError/noTemporaryDirectory(path:code:)``.
    init(for package: EmbeddedPackage) throws(CheckError) {
        self.package = package
        let parent = variable("TMPDIR") ?? "/tmp"
        var template = Array((parent + "/pa-new-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .noTemporaryDirectory(path: parent, code: errno)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var environment: [String: String] = [:]
        for name in ["XDG_CACHE_HOME", "HOME"] { environment[name] = variable(name) }
        do throws(ScaffoldError) {
            files = try PackageCache(package, environment: environment, temporary: path)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw .noTemporaryDirectory(path: parent, code: ENOSPC)
        }
    }

    /// Returns the arguments with which Python runs the package.
    ///
    /// It needs nothing but the standard library, and no variables of Python's (`-E -S`): what the user
    /// installed takes time and could break it.
    func command(_ words: [String]) -> [String] {
        let start = """
            import sys; sys.path[0] = sys.argv.pop(1); \
            from \(package.module) import main; sys.exit(main(sys.argv[1:]))
            """
        return (files.isKept ? [] : ["-B"]) + ["-E", "-S", "-c", start, files.folder] + words
    }

    /// Removes the folder.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Returns an environment variable's value.
func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
