// The folders of a transaction: which are made and which become empty, who may use the new ones, and names that differ only
// in upper and lower case.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What becomes of folders while the files of a transaction are planned.
struct PlannedFolders {
    /// The folders to make, outermost first.
    private(set) var made: [String] = []
    /// The folders that become empty.
    private(set) var emptied: Set<String>
    /// The folders from which files move to new ones, by these.
    private(set) var sources: [String: Set<String>] = [:]
    private var isMade: Set<String> = []
    private let removed: Set<String>
    private let leaving: Set<String>

    /// Begins with the files that are removed.
    init(removals: [String]) {
        removed = Set(removals)
        leaving = Set(removals.flatMap { parents(of: $0) })
        emptied = leaving
    }

    /// Whether one of the folders above a path is made.
    func areMade(above path: String) -> Bool { parents(of: path).contains(where: isMade.contains) }

    /// Plans the folders above a file.
    ///
    /// - Returns: The status of the innermost folder that exists.
    mutating func enter(
        _ file: String,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> stat {
        var around = try attempt(.look, path) { () throws(SystemFailure) in try folder.status() }
        for prefix in parents(of: file) where !isMade.contains(prefix) {
            let entry =
                removed.contains(prefix) || areMade(above: prefix)
                ? .missing : try Transaction.look(at: prefix, in: folder, path: path)
            switch entry {
            case .missing: make(prefix)
            case .folder(let status):
                around = status
                let old = try Transaction.anotherName(
                    of: prefix,
                    among: leaving,
                    in: folder,
                    path: path
                )
                if old == nil { emptied.remove(prefix) } else { make(prefix) }
            case .file, .link, .other:
                throw .inTheWay(path: path + "/" + prefix, entry.obstacle ?? .other)
            }
        }
        return around
    }

    private mutating func make(_ path: String) {
        isMade.insert(path)
        made.append(path)
    }

    /// Notes that a file moves: a folder that only its owner can enter may have files that everybody could read.
    mutating func move(from old: String, to new: String) {
        for (new, old) in zip(parents(of: new).reversed(), parents(of: old).reversed())
        where isMade.contains(new) {
            sources[new, default: []].insert(old)
        }
    }
}

extension Transaction {
    /// Makes the new folders.
    func makeFolders(
        _ journal: Journal,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) {
        for name in journal.folders {
            do throws(SystemFailure) {
                do throws(SystemFailure) {
                    try folder.makeFolder(name)
                } catch  where error.code == EEXIST {
                    // An old folder that differs only in upper and lower case, and has other files.
                    guard try isEmptied(name, journal, in: folder) else { throw error }
                    continue
                }
                try giveAccess(to: name, journal, in: folder)
            } catch {
                throw .system(.makeFolder, path: path + "/" + name, code: error.code)
            }
        }
    }

    /// Whether another program has made a file in the meantime.
    func isTaken(
        _ path: String,
        _ journal: Journal,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        guard try folder.has(path) else { return false }
        // One of another name in upper or lower case is gone, but can seem to be there for a second.
        guard journal.removals.contains(where: { isOtherCase($0, path) }) else { return true }
        return try folder.lists(path)
    }

    /// Whether a path is another name of a folder from which files were removed.
    private func isEmptied(
        _ name: String,
        _ journal: Journal,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        guard case .folder = try folder.entry(name) else { return false }
        for old in journal.emptied where isOtherCase(old, name) {
            if case .folder = try folder.entry(old) { return true }
        }
        return false
    }

    /// Gives a new folder the owner, permissions and attributes of the one from which files move to it.
    ///
    /// If they come from several ones, only what each of them allows is allowed.
    private func giveAccess(
        to name: String,
        _ journal: Journal,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        guard let sources = sources[name] else { return }
        let new = try folder.folder(name)
        var mode: mode_t = 0o3777
        for source in sources.sorted() {
            var place = source
            if let index = journal.emptied.firstIndex(of: source),
                try folder.has(Name.emptied(index))
            {
                place = Name.emptied(index)
            }
            let old = try folder.folder(place)
            let status = try old.status()
            mode &= status.st_mode
            var access = Access(likeFolder: status, mode: mode)
            access.attributes = old.descriptor
            let code = access.give(to: new.descriptor)
            guard code == 0 else { throw SystemFailure(code: code) }
        }
    }

    /// Returns the name that a file or folder has among those that go, where upper and lower case are the same: `DOCS`
    /// is found as `docs`.
    static func anotherName(
        of new: String,
        among names: some Collection<String>,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> String? {
        guard let old = names.first(where: { isOtherCase($0, new) }) else { return nil }
        // On a file system that distinguishes them, there are two.
        let isListed = try attempt(.look, path + "/" + new) { () throws(SystemFailure) in
            try folder.lists(new)
        }
        return isListed ? nil : old
    }
}

/// Whether two paths differ only in upper and lower case, or in how accents are written.
func isOtherCase(_ path: String, _ other: String) -> Bool {
    !path.utf8.elementsEqual(other.utf8) && path.lowercased() == other.lowercased()
}
