// The files of an embedded package on the disk: in the user's cache, so that Python compiles them only
// once and not in each run.

import ProjectFiles
import Scaffold

/// The folder that holds an embedded package.
struct PackageCache {
    /// The folder, which is put on Python's path.
    let folder: String
    /// What Python has compiled in the folder; nil if later runs do not find it again.
    private let compiled: DerivedFiles?
    /// The notes on the package's files.
    private let notes: [String]

    /// Whether later runs find the folder again, so that compiled files are worth keeping.
    var isKept: Bool { compiled != nil }

    /// Finds the files in the user's cache or puts them there; otherwise uses a temporary folder.
    ///
    /// The files in the cache are executed. So the cache is used only if nobody except the user can change it
    /// or a folder above it, and if the files in it are exactly those of this program: a file is read, or an
    /// earlier run has read or written it and noted it since.
    ///
    /// - Parameters:
    ///   - package: The package.
    ///   - environment: The environment variables: `XDG_CACHE_HOME` (the XDG base directory
    ///     specification) or else `HOME` gives the path of the cache.
    ///   - temporary: A temporary folder that nobody else can change, used if there is no cache.
    /// - Throws: ``FileError`` if the temporary folder is not writable either.
    init(
        _ package: EmbeddedPackage,
        environment: [String: String],
        temporary: String
    ) throws(FileError) {
        if let cache = Self.place(environment) {
            let tree = package.tree(in: cache, "\(package.name)-\(package.fingerprint)")
            var compiled = DerivedFiles(of: tree)
            if let notes = compiled.checked(tree) ?? Self.make(tree) {
                folder = tree.path
                self.compiled = compiled
                self.notes = notes
                return
            }
        }
        let tree = package.tree(in: temporary, package.name)
        try tree.write()
        folder = tree.path
        compiled = nil
        notes = []
    }

    /// Notes what Python has compiled in a run that has ended, so that later runs may use it, and the
    /// package's files.
    func noteCompiled() { compiled?.note(besides: notes) }

    /// Returns the folder of this program's cache, and makes it if needed.
    ///
    /// - Parameter environment: The environment variables.
    /// - Returns: Its path without links; nil if there is none that only this user can change.
    static func place(_ environment: [String: String]) -> String? {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            // The XDG Base Directory Specification has it made if it is missing.
            return makePrivateFolder(cache + "/pa-new")
        }
        // A home that does not exist is not made.
        guard let user = environment["HOME"], user.hasPrefix("/"), guardedFolder(user) != nil else {
            return nil
        }
        return makePrivateFolder(user + "/.cache/pa-new")
    }

    /// Puts the files into the cache, and replaces what is there.
    private static func make(_ tree: PrivateTree) -> [String]? {
        try? tree.write()
        return tree.checked()
    }
}

extension EmbeddedPackage {
    /// Describes the folder with its files.
    fileprivate func tree(in parent: String, _ name: String) -> PrivateTree {
        PrivateTree(
            path: parent + "/" + name,
            paths: paths,
            files: { files },
            derived: "__pycache__",
            others: [DerivedFiles.noteName]
        )
    }
}
