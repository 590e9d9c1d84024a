// Steps 1 to 5 of a transaction: fill the staging folder, then move everything to its place.

import JSON

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Transaction {
    /// Fills the staging folder and writes the journal last.
    mutating func prepare(
        _ files: [NewFile],
        _ repository: NewRepository?,
        in folder: borrowing OpenFolder,
        path: String,
        _ progress: WritingProgress
    ) throws(FileError) {
        guard let journal else { return }
        do throws(SystemFailure) {
            try folder.makeFolder(stagingFolder, mode: 0o700)
        } catch {
            switch error.code {
            case EACCES, EPERM, EROFS:
                throw .badParent(path: path, .notWritable(code: error.code))
            default:
                throw .system(.makeFolder, path: path + "/" + stagingFolder, code: error.code)
            }
        }
        do throws(SystemFailure) {
            if case .folder(let status) = try folder.entry(stagingFolder),
                let token = StagingToken.make(for: status)
            {
                do throws(SystemFailure) {
                    try folder.write(token.marker, [])
                } catch {
                    token.forget()
                    throw error
                }
            }
            // 'git add --all' takes nothing of it, should this run be killed.
            try folder.write(stagingFolder + "/.gitignore", Array("*\n".utf8))
        } catch {
            throw .system(.write, path: path + "/" + stagingFolder, code: error.code)
        }
        for (index, new) in files.enumerated() {
            progress(index, files.count)
            let file = new.file
            do throws(SystemFailure) {
                try write(new, to: Name.new(index), in: folder)
            } catch {
                throw error.ofSource
                    ?? .system(.write, path: path + "/" + file.path, code: error.code)
            }
            guard let keptAt = journal.writes[index].keptAt else { continue }
            do throws(SystemFailure) {
                try copy(file.path, to: Name.kept(index), new.old, in: folder)
            } catch {
                throw .system(.write, path: path + "/" + keptAt, code: error.code)
            }
        }
        if let repository {
            self.repository = try prepare(repository, in: folder, path: path)
        }
        let document: [UInt8]
        do throws(JSONProblem) {
            document = try JSONDocument.bytes(of: journal)
        } catch {
            throw .notEncodable(path: path + "/" + Name.journal, reason: "\(error)")
        }
        do throws(SystemFailure) {
            try folder.write(Name.journal + ".new", document, isDurable: true)
            try folder.move(Name.journal + ".new", to: Name.journal)
            try folder.sync(stagingFolder)
        } catch {
            throw .system(.write, path: path + "/" + Name.journal, code: error.code)
        }
    }

    /// Writes a new file, which gets the access of the one that it replaces or moves.
    private func write(
        _ new: NewFile,
        to place: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        var access = Access(of: new)
        if new.old != nil { access?.attributes = try folder.openFile(new.oldPath).descriptor }
        defer { if let old = access?.attributes { close(old) } }
        try folder.write(
            place,
            new.file.contents,
            mode: new.file.isExecutable ? 0o777 : 0o666,
            access: access,
            isDurable: true
        )
    }

    /// Creates a repository in the staging folder, with the given files.
    func prepare(
        _ new: NewRepository,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(FileError) -> Repository {
        do throws(SystemFailure) {
            try folder.makeFolder(Name.repository)
            let temporary = try folder.folder(Name.repository)
            for file in new.files {
                for parent in parents(of: file.path) where try !temporary.has(parent) {
                    try temporary.makeFolder(parent)
                }
                try temporary.write(
                    file.path,
                    file.contents,
                    mode: file.isExecutable ? 0o777 : 0o666
                )
            }
        } catch {
            throw error.ofSource ?? .system(.write, path: path + "/.git", code: error.code)
        }
        return try new.git.makeRepository(in: path + "/" + Name.repository, message: new.message)
    }

    /// Keeps the contents of a file under a second name: a link, or a copy if links are not supported.
    func copy(
        _ name: String,
        to place: String,
        _ status: stat?,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        do throws(SystemFailure) {
            try folder.link(name, to: place)
        } catch  where Self.isWithoutLinks(error.code) {
            let contents = try folder.contents(name)
            var access = status.map { Access(like: $0) }
            access?.attributes = try folder.openFile(name).descriptor
            defer { if let old = access?.attributes { close(old) } }
            try folder.write(place, .bytes(contents), access: access, isDurable: true)
        }
    }

    /// Whether the error means that a file cannot have a second name here.
    static func isWithoutLinks(_ code: Int32) -> Bool {
        [EPERM, EACCES, EMLINK, ENOSYS, ENOTSUP, EOPNOTSUPP].contains(code)
    }

    /// Moves everything to its place.
    func commit(in folder: borrowing OpenFolder, path: String) throws(FileError) {
        guard let journal else { return }
        for (index, name) in journal.removals.enumerated() {
            do throws(SystemFailure) {
                try folder.move(name, to: Name.removed(index))
            } catch {
                throw .system(.remove, path: path + "/" + name, code: error.code)
            }
        }
        for (index, name) in journal.emptied.enumerated() {
            do throws(SystemFailure) {
                guard try folder.folder(name).names().isEmpty else { continue }
                try folder.move(name, to: Name.emptied(index))
                // Another program added a file in the meantime: put the folder back.
                guard try folder.folder(Name.emptied(index)).names().isEmpty else {
                    try folder.move(Name.emptied(index), to: name)
                    continue
                }
            } catch {
                throw .system(.remove, path: path + "/" + name, code: error.code)
            }
        }
        try makeFolders(journal, in: folder, path: path)
        for (index, write) in journal.writes.enumerated() {
            do throws(SystemFailure) {
                if write.isReplacement {
                    do throws(SystemFailure) {
                        try folder.link(write.path, to: Name.old(index))
                    } catch  where Self.isWithoutLinks(error.code) {
                        try folder.move(write.path, to: Name.old(index))
                    }
                }
                if let keptAt = write.keptAt {
                    do throws(SystemFailure) {
                        try folder.link(Name.kept(index), to: keptAt)
                    } catch  where Self.isWithoutLinks(error.code) {
                        guard try !folder.has(keptAt) else { throw SystemFailure(code: EEXIST) }
                        try folder.move(Name.kept(index), to: keptAt)
                    }
                }
                if !write.isReplacement, try isTaken(write.path, journal, in: folder) {
                    throw SystemFailure(code: EEXIST)
                }
                try folder.move(Name.new(index), to: write.path)
            } catch {
                throw .system(.write, path: path + "/" + write.path, code: error.code)
            }
        }
        for name in touchedFolders(journal) {
            do throws(SystemFailure) {
                try folder.sync(name)
            } catch {
                throw .system(.write, path: path + "/" + name, code: error.code)
            }
        }
        // After this step there is no way back, only forward.
        if journal.makesRepository {
            do throws(SystemFailure) {
                if try folder.has(".git") { throw SystemFailure(code: EEXIST) }
                try folder.move(Name.repository + "/.git", to: ".git")
            } catch {
                throw .system(.write, path: path + "/.git", code: error.code)
            }
        }
        do throws(SystemFailure) {
            try folder.move(Name.journal, to: Name.done)
        } catch {
            throw .system(.write, path: path + "/" + Name.done, code: error.code)
        }
    }

    /// The folders in which names are added or removed.
    func touchedFolders(_ journal: Journal) -> Set<String> {
        Set(journal.paths.map { parents(of: $0).last ?? "" })
    }
}
