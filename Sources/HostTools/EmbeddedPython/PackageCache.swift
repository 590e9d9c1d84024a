// The files of an embedded package on the disk: in the user's cache, so that Python compiles them only
// once and not in each run.

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

/// The folder that holds an embedded package.
struct PackageCache {
    /// The folder, which is put on Python's path.
    let folder: String
    /// Whether later runs find the folder again, so that compiled files are worth keeping.
    let isKept: Bool

    /// Finds the files in the user's cache or puts them there; otherwise uses a temporary folder.
    ///
    /// The files in the cache are executed, so the cache is used only if nobody except the user can write
    /// to its folders, and if every file is identical to the one in this program.
    ///
    /// - Parameters:
    ///   - package: The package.
    ///   - environment: The environment variables: `XDG_CACHE_HOME` (the XDG base directory
    ///     specification) or else `HOME` gives the path of the cache.
    ///   - temporary: A temporary folder, used if there is no cache.
    /// - Throws: ``FileError`` if the temporary folder is not writable either.
    init(
        _ package: EmbeddedPackage,
        environment: [String: String],
        temporary: String
    ) throws(FileError) {
        if let cache = Self.cache(environment) {
            let folder = "\(cache)/\(package.name)-\(package.fingerprint)"
            if Self.isWhole(folder, package.files)
                || Self.make(folder, package.files, in: cache)
            {
                self.folder = folder
                isKept = true
                return
            }
        }
        folder = temporary + "/" + package.name
        isKept = false
        try writeFolder(package.files, at: folder)
    }

    /// Returns the folder of this program's cache and creates it if needed; nil if there is none.
    private static func cache(_ environment: [String: String]) -> String? {
        var parent = environment["XDG_CACHE_HOME"] ?? ""
        if !parent.hasPrefix("/") {
            guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
            parent = home + "/.cache"
            mkdir(parent, 0o700)
        }
        let folder = parent + "/pa-new"
        mkdir(folder, 0o700)
        return isPrivateFolder(folder) ? folder : nil
    }

    /// Tells whether a folder belongs to this user and has all files with the right contents.
    private static func isWhole(_ folder: String, _ files: [ProjectFile]) -> Bool {
        var folders: Set<String> = [folder]
        for file in files {
            let path = folder + "/" + file.path
            let parent = splitPath(path).parent
            folders.formUnion([parent, parent + "/__pycache__"])
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                status.st_size == file.contents.count,
                let contents = FileManager.default.contents(atPath: path),
                contents == Data(file.contents)  // much faster than byte by byte
            else { return false }
        }
        return folders.allSatisfy { isPrivateFolder($0) || access($0, F_OK) != 0 }
    }

    /// Puts the files into a folder of the cache, and replaces what is there.
    private static func make(
        _ folder: String,
        _ files: [ProjectFile],
        in cache: String
    ) -> Bool {
        // Rename the damaged folder instead of changing it, because another process may be doing the same.
        let old = cache + "/old-\(getpid())"
        if rename(folder, old) == 0 { try? FileManager.default.removeItem(atPath: old) }
        try? writeFolder(files, at: folder)
        return isWhole(folder, files)
    }
}
