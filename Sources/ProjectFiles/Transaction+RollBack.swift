// Undoes a transaction that failed, or that a killed run left unfinished.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What a roll back has found.
enum RollBackResult {
    /// No journal: either nothing was changed, or everything was.
    case nothing
    /// Changes, which it has undone.
    case undone
    /// It was too late, so that the changes are in place.
    case landed
}

extension Transaction {
    /// Finds the unfinished transaction of a killed run in a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - path: The folder as the user named it, for errors.
    /// - Returns: The transaction; nil if there is none.
    /// - Throws: ``FileError/badStaging(path:_:)`` if the staging folder is not ours.
    static func unfinished(
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> Transaction? {
        let place = path + "/" + stagingFolder
        switch try look(at: stagingFolder, in: folder, path: path) {
        case .missing: return nil
        case .folder(let status):
            // Ignore the journal of a folder from an archive or from another user: it could do harm.
            guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0,
                try isOurs(status, in: folder, path: path)
            else { throw .badStaging(path: place, .foreign) }
        case .file, .link, .other: throw .badStaging(path: place, .foreign)
        }
        guard case .file = try look(at: Name.journal, in: folder, path: path) else {
            return Transaction(journal: nil)
        }
        let bytes: [UInt8]
        do throws(SystemFailure) {
            bytes = try folder.contents(Name.journal)
        } catch {
            throw .system(.read, path: path + "/" + Name.journal, code: error.code)
        }
        guard let journal = Journal(bytes) else { throw .badStaging(path: place, .unreadable) }
        return Transaction(journal: journal)
    }

    /// Whether a run of this user made the staging folder here.
    ///
    /// An empty one says nothing, and does no harm.
    private static func isOurs(
        _ status: stat,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> Bool {
        let names = try attempt(.look, path + "/" + stagingFolder) { () throws(SystemFailure) in
            try folder.folder(stagingFolder).names()
        }
        return names.isEmpty || StagingToken.find(among: names)?.isOurs(status) ?? false
    }

    /// Returns where the original contents are now, for each path that a killed run changed.
    ///
    /// - Returns: Paths in the staging folder by the original paths; nil for a file that did not exist.
    func before(
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> [String: String?] {
        var before: [String: String?] = [:]
        do throws(SystemFailure) {
            guard let journal, try !hasRepository(journal, in: folder) else { return [:] }
            for (index, name) in journal.removals.enumerated()
            where try folder.has(Name.removed(index)) {
                before[name] = .some(Name.removed(index))
            }
            for (index, write) in journal.writes.enumerated() {
                if write.isReplacement {
                    if try folder.has(Name.old(index)) {
                        before[write.path] = .some(Name.old(index))
                    }
                } else if try isPlaced(write, index, in: folder) {
                    before[write.path] = .some(nil)
                }
            }
        } catch {
            throw .system(.look, path: path + "/" + stagingFolder, code: error.code)
        }
        return before
    }

    /// Undoes the changes, or finishes them if it is too late, and removes the staging folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - path: The folder as the user named it, for errors.
    /// - Returns: What it found.
    /// - Throws: ``FileError/notRolledBack(path:code:)`` if the system refuses; the next run
    ///   tries again.
    func rollBack(
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> RollBackResult {
        do throws(SystemFailure) {
            var result = RollBackResult.nothing
            if let journal, try folder.has(Name.journal) {
                if try hasRepository(journal, in: folder) {
                    result = .landed
                } else {
                    result = .undone
                    try restore(journal, in: folder)
                    // On a full disk this may fail, but all files have their names again.
                    for name in touchedFolders(journal) { try? folder.sync(name) }
                }
                try folder.move(Name.journal, to: Name.done)
            }
            try Self.tidy(folder)
            return result
        } catch {
            throw .notRolledBack(path: path + "/" + stagingFolder, code: error.code)
        }
    }

    /// Whether the folder is a repository now: its `.git` may already hold more than we put there.
    func hasRepository(
        _ journal: Journal,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        guard journal.makesRepository, try folder.has(".git"), try folder.has(Name.repository)
        else { return false }
        return try !folder.has(Name.repository + "/.git")
    }

    func restore(
        _ journal: Journal,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        for (index, write) in journal.writes.enumerated().reversed() {
            if !write.isReplacement {
                if try isPlaced(write, index, in: folder) { try folder.remove(write.path) }
            } else if try folder.has(Name.old(index)) {
                if try !isSame(Name.old(index), write.path, in: folder),
                    try !holds(write.path, write.sha256, in: folder)
                {
                    try setAside(write.path, in: folder)
                }
                try putBack(Name.old(index), to: write.path, in: folder)
            }
            if let keptAt = write.keptAt {
                if try !folder.has(Name.kept(index)) {
                    if try folder.has(keptAt) { try folder.move(keptAt, to: Name.kept(index)) }
                } else if try isSame(Name.kept(index), keptAt, in: folder) {
                    try folder.remove(keptAt)
                }
            }
        }
        for name in journal.folders.reversed() {
            do throws(SystemFailure) {
                try folder.remove(name, isFolder: true)
            } catch  where [ENOTEMPTY, EEXIST].contains(error.code) {
                // Another program uses the folder.
                continue
            }
        }
        for (index, name) in journal.emptied.enumerated().reversed()
        where try folder.has(Name.emptied(index)) {
            if try !folder.has(name) { try putBack(Name.emptied(index), to: name, in: folder) }
        }
        for (index, name) in journal.removals.enumerated().reversed()
        where try folder.has(Name.removed(index)) {
            try setAside(name, in: folder)
            try putBack(Name.removed(index), to: name, in: folder)
        }
    }

    /// Whether a new file is in its place and still has the contents that we wrote.
    func isPlaced(
        _ write: Journal.Write,
        _ index: Int,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        if try folder.has(Name.new(index)) { return false }
        return try holds(write.path, write.sha256, in: folder)
    }

    /// Whether a path has a file with these contents, or nothing at all.
    func holds(
        _ name: String,
        _ sha256: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        switch try folder.entry(name) {
        case .missing: true
        case .file(let status) where status.st_size > maxFileBytes: false
        case .file: SHA256.hex(of: try folder.contents(name)) == sha256
        case .folder, .link, .other: false
        }
    }

    /// Whether two paths name the same file.
    func isSame(
        _ first: String,
        _ second: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        guard case .file(let first) = try folder.entry(first),
            case .file(let second) = try folder.entry(second)
        else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Renames a file that a user put in the place of ours.
    func setAside(
        _ name: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        guard try folder.has(name) else { return }
        var candidate = name + "~"
        var number = 2
        while try folder.has(candidate) {
            candidate = "\(name).~\(number)~"
            number += 1
        }
        try folder.move(name, to: candidate)
    }

    /// Moves something from the staging folder back to its place, and creates missing folders above it.
    func putBack(
        _ place: String,
        to name: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        for parent in parents(of: name) where try !folder.has(parent) {
            try folder.makeFolder(parent)
        }
        try folder.move(place, to: name)
        // If both names are the same file, rename(2) does nothing.
        if case .file = try folder.entry(place) { try folder.remove(place) }
    }
}
