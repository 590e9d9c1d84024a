// Changes to a folder that exists: all of them land, or none does.
//
// The staging folder `.pa-new-staging` lies in the folder itself, so on its disk. A run that has the
// folder for itself (WorkingFolder)
//
//  1. writes every new file into the staging folder, and waits until the disk has it (fsync);
//  2. writes the journal there, under another name, and renames it to `journal`: a run that is killed
//     from here on is taken back by the next, and one killed before has changed nothing;
//  3. renames the files to remove into the staging folder, and the folders that this leaves empty;
//     makes the folders that are missing; for each file, gives the old one a second name in the
//     staging folder (link) and renames the new one over it, so that at no instant there is neither;
//  4. waits until the disk has the names (fsync of every folder touched); where the folder becomes a
//     repository, its `.git`, made in the staging folder before 2, gets its place now;
//  5. renames `journal` to `done`: the changes have landed. The staging folder is removed.
//
// After a failure in 2 to 4 everything is taken back: new files are removed, old ones get their names
// again, `journal` becomes `done`. Each step of that looks first at what is there, so it can be killed
// and begun anew. What a user made of a new file in the meantime is kept, as `FILE~`.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The folder, in a folder that exists, that holds what has not landed yet.
let stagingFolder = ".pa-new-staging"

/// Changes that a run makes, or that a killed one left half made.
struct Transaction {
    /// What is done; nil where a run was killed before it could do anything, or after all of it.
    private let journal: Journal?
    /// The repository that is made, when it is in the staging folder.
    private var repository: Repository?

    /// A transaction that a journal tells of.
    private init(journal: Journal?) { self.journal = journal }

    private enum Name {
        static let journal = stagingFolder + "/journal"
        static let done = stagingFolder + "/done"
        /// A folder that git makes a repository of, for the sake of its `.git`.
        static let repository = stagingFolder + "/repository"
        static func removed(_ index: Int) -> String { stagingFolder + "/removed-\(index)" }
        static func emptied(_ index: Int) -> String { stagingFolder + "/folder-\(index)" }
        static func new(_ index: Int) -> String { stagingFolder + "/new-\(index)" }
        static func old(_ index: Int) -> String { stagingFolder + "/old-\(index)" }
        static func kept(_ index: Int) -> String { stagingFolder + "/kept-\(index)" }
    }

    // MARK: Making changes

    /// Makes changes: all of them, or none.
    ///
    /// - Parameters:
    ///   - changes: The changes.
    ///   - repository: The repository to make; nil for none.
    ///   - folder: The folder, with no staging folder in it.
    ///   - path: The folder as the user named it, for errors.
    ///   - progress: Is told how far the writing is.
    /// - Returns: Where old contents were kept, and the repository.
    /// - Throws: ``ScaffoldError``, with everything as it was.
    static func run(
        _ changes: [FileChange],
        _ repository: NewRepository?,
        in folder: borrowing OpenFolder,
        path: String,
        _ progress: ProgressHandler
    ) throws(ScaffoldError) -> (kept: [String: String], repository: Repository?) {
        var (journal, files) = try plan(changes, in: folder, path: path)
        journal.makesRepository = repository != nil
        var transaction = Transaction(journal: journal)
        do throws(ScaffoldError) {
            try transaction.prepare(files, repository, in: folder, path: path, progress)
            try transaction.commit(in: folder, path: path)
        } catch {
            if try !transaction.rollBack(in: folder, path: path) { throw error }
        }
        // The changes have landed: what cannot be tidied up now, the next run can.
        try? tidy(folder)
        let kept = journal.writes.compactMap { write in write.keptAt.map { (write.path, $0) } }
        return (Dictionary(uniqueKeysWithValues: kept), transaction.repository)
    }

    /// A new file, before it is in the staging folder.
    private struct NewFile {
        let file: RenderedFile
        /// The permissions of the file whose place it takes.
        let oldMode: mode_t?
    }

    /// Decides what each change means in this folder.
    private static func plan(
        _ changes: [FileChange],
        in folder: borrowing OpenFolder,
        path: String
    ) throws(ScaffoldError) -> (Journal, [NewFile]) {
        var journal = Journal()
        var files: [NewFile] = []
        var taken = Set<String>()
        for change in changes where !taken.insert(change.path).inserted {
            let name = change.path
            throw .badPath(template: name, path: name, reason: .taken(by: name))
        }

        var emptied = Set<String>()
        for case .remove(let name) in changes {
            if let (blocker, obstacle) = try obstacle(above: name, in: folder, path: path) {
                throw .inTheWay(path: path + "/" + blocker, obstacle)
            }
            switch try look(at: name, in: folder, path: path) {
            case .missing: continue
            case .file, .link: break
            case .folder: throw .inTheWay(path: path + "/" + name, .folder(entries: []))
            case .other: throw .inTheWay(path: path + "/" + name, .other)
            }
            journal.removals.append(name)
            emptied.formUnion(parents(of: name))
        }
        let removed = Set(journal.removals)

        var made = Set<String>()
        for case .write(let file, let keepsOld) in changes {
            for prefix in parents(of: file.path) where !made.contains(prefix) {
                let entry =
                    removed.contains(prefix) || parents(of: prefix).contains(where: made.contains)
                    ? .missing : try look(at: prefix, in: folder, path: path)
                switch entry {
                case .missing:
                    made.insert(prefix)
                    journal.folders.append(prefix)
                case .folder:
                    emptied.remove(prefix)
                case .file, .link, .other:
                    throw .inTheWay(path: path + "/" + prefix, entry.obstacle ?? .other)
                }
            }
            let isInNewFolder = parents(of: file.path).contains(where: made.contains)
            let entry = isInNewFolder ? .missing : try look(at: file.path, in: folder, path: path)
            var oldMode: mode_t?
            switch entry {
            case .missing: break
            case .file(let status): oldMode = status.st_mode & 0o777
            // A folder that the removals leave empty makes room.
            case .folder where emptied.contains(file.path): break
            case .folder, .link, .other:
                throw .inTheWay(path: path + "/" + file.path, entry.obstacle ?? .other)
            }
            var keptAt: String?
            if keepsOld, oldMode != nil {
                let name = try freeName(for: file.path, besides: taken, in: folder, path: path)
                taken.insert(name)
                keptAt = name
            }
            files.append(NewFile(file: file, oldMode: oldMode))
            journal.writes.append(
                Journal.Write(
                    path: file.path,
                    isReplacement: oldMode != nil,
                    sha256: SHA256.hex(of: file.contents),
                    keptAt: keptAt
                )
            )
        }
        // The innermost first.
        journal.emptied = emptied.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        return (journal, files)
    }

    private static func look(
        at name: String,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(ScaffoldError) -> Entry {
        do throws(SystemFailure) {
            return try folder.entry(name)
        } catch {
            throw .system(.look, path: path + "/" + name, code: error.code)
        }
    }

    /// Finds a name beside a file for its old contents.
    private static func freeName(
        for name: String,
        besides taken: Set<String>,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(ScaffoldError) -> String {
        var candidate = name + "~"
        var number = 2
        while true {
            if !taken.contains(candidate),
                case .missing = try look(at: candidate, in: folder, path: path)
            {
                return candidate
            }
            candidate = "\(name).~\(number)~"
            number += 1
        }
    }

    /// Fills the staging folder, the journal last.
    private mutating func prepare(
        _ files: [NewFile],
        _ repository: NewRepository?,
        in folder: borrowing OpenFolder,
        path: String,
        _ progress: ProgressHandler
    ) throws(ScaffoldError) {
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
        for (index, new) in files.enumerated() {
            progress(Progress(step: .writing, done: index, total: files.count))
            let file = new.file
            do throws(SystemFailure) {
                try folder.write(
                    Name.new(index),
                    file.contents,
                    mode: file.isExecutable ? 0o777 : 0o666,
                    exactMode: new.oldMode.map { mode in
                        // Who may read the file may run it, or nobody may.
                        mode & 0o666 | (file.isExecutable ? (mode & 0o444) >> 2 : 0)
                    },
                    isDurable: true
                )
            } catch {
                throw .system(.write, path: path + "/" + file.path, code: error.code)
            }
            guard let keptAt = journal.writes[index].keptAt else { continue }
            do throws(SystemFailure) {
                try copy(file.path, to: Name.kept(index), mode: new.oldMode, in: folder)
            } catch {
                throw .system(.write, path: path + "/" + keptAt, code: error.code)
            }
        }
        if let repository {
            self.repository = try prepare(repository, in: folder, path: path)
        }
        do throws(SystemFailure) {
            try folder.write(Name.journal + ".new", journal.bytes, isDurable: true)
            try folder.move(Name.journal + ".new", to: Name.journal)
            try folder.sync(stagingFolder)
        } catch {
            throw .system(.write, path: path + "/" + Name.journal, code: error.code)
        }
    }

    /// Makes a repository in the staging folder, with files of its own.
    private func prepare(
        _ new: NewRepository,
        in folder: borrowing OpenFolder,
        path: String
    ) throws(ScaffoldError) -> Repository {
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
            throw .system(.write, path: path + "/.git", code: error.code)
        }
        return try new.git.makeRepository(in: path + "/" + Name.repository, message: new.message)
    }

    /// Gives the contents of a file a second name: as a link, or as a copy where there are none.
    private func copy(
        _ name: String,
        to place: String,
        mode: mode_t?,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        do throws(SystemFailure) {
            try folder.link(name, to: place)
        } catch  where Self.isWithoutLinks(error.code) {
            let contents = try folder.contents(name)
            try folder.write(place, contents, exactMode: mode, isDurable: true)
        }
    }

    /// Whether a file system, or a system's rule, does not let a file have a second name.
    private static func isWithoutLinks(_ code: Int32) -> Bool {
        [EPERM, EACCES, EMLINK, ENOSYS, ENOTSUP, EOPNOTSUPP].contains(code)
    }

    /// Moves everything to its place.
    private func commit(in folder: borrowing OpenFolder, path: String) throws(ScaffoldError) {
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
                // Somebody was faster.
                guard try folder.folder(Name.emptied(index)).names().isEmpty else {
                    try folder.move(Name.emptied(index), to: name)
                    continue
                }
            } catch {
                throw .system(.remove, path: path + "/" + name, code: error.code)
            }
        }
        for name in journal.folders {
            do throws(SystemFailure) {
                try folder.makeFolder(name)
            } catch {
                throw .system(.makeFolder, path: path + "/" + name, code: error.code)
            }
        }
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
                if !write.isReplacement, try folder.has(write.path) {
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
        // The last step before the last: once it is made, there is no way back, only forward.
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

    /// The folders in which a name was added or taken away.
    private func touchedFolders(_ journal: Journal) -> Set<String> {
        Set(journal.paths.map { parents(of: $0).last ?? "" })
    }

    // MARK: Taking them back

    /// Finds what a killed run left in a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - path: The folder as the user named it, for errors.
    /// - Returns: What it left; nil for nothing.
    /// - Throws: ``ScaffoldError/badStaging(path:_:)`` where it is not ours.
    static func unfinished(
        in folder: borrowing OpenFolder,
        path: String
    ) throws(ScaffoldError) -> Transaction? {
        let place = path + "/" + stagingFolder
        switch try look(at: stagingFolder, in: folder, path: path) {
        case .missing: return nil
        case .folder(let status):
            // One that came with an archive, or that another user laid there, must not steer us.
            guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
                throw .badStaging(path: place, .foreign)
            }
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

    /// Returns where the contents from before the changes lie, for each path that differs; nil where
    /// there were none.
    func before(
        in folder: borrowing OpenFolder,
        path: String
    ) throws(ScaffoldError) -> [String: String?] {
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

    /// Takes everything back, or finishes what is too late for that, and removes the staging folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - path: The folder as the user named it, for errors.
    /// - Returns: Whether it was too late, and the changes have landed.
    /// - Throws: ``ScaffoldError/notRolledBack(path:code:)`` where the system refuses; the next run
    ///   can try again.
    @discardableResult
    func rollBack(in folder: borrowing OpenFolder, path: String) throws(ScaffoldError) -> Bool {
        do throws(SystemFailure) {
            var isLanded = false
            // Before the journal was there nothing was changed.
            if let journal, try folder.has(Name.journal) {
                isLanded = try hasRepository(journal, in: folder)
                if !isLanded {
                    try restore(journal, in: folder)
                    // A disk that is full may refuse to wait, but everything has its name again.
                    for name in touchedFolders(journal) { try? folder.sync(name) }
                }
                try folder.move(Name.journal, to: Name.done)
            }
            try Self.tidy(folder)
            return isLanded
        } catch {
            throw .notRolledBack(path: path + "/" + stagingFolder, code: error.code)
        }
    }

    /// Whether the folder has become a repository: in its `.git` there may be more than we put there.
    private func hasRepository(
        _ journal: Journal,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        guard journal.makesRepository, try folder.has(".git"), try folder.has(Name.repository)
        else { return false }
        return try !folder.has(Name.repository + "/.git")
    }

    private func restore(
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
                // Somebody else uses it.
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

    /// Whether a new file is in its place, and still as we wrote it.
    private func isPlaced(
        _ write: Journal.Write,
        _ index: Int,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        if try folder.has(Name.new(index)) { return false }
        return try holds(write.path, write.sha256, in: folder)
    }

    /// Whether a path is that of a file with certain contents, or of nothing at all.
    private func holds(
        _ name: String,
        _ sha256: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        switch try folder.entry(name) {
        case .missing: true
        case .file: SHA256.hex(of: try folder.contents(name)) == sha256
        case .folder, .link, .other: false
        }
    }

    /// Whether two paths are names of one file.
    private func isSame(
        _ first: String,
        _ second: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        guard case .file(let first) = try folder.entry(first),
            case .file(let second) = try folder.entry(second)
        else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// Gives what a user put in a file's place another name.
    private func setAside(
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

    /// Moves something from the staging folder to where it was, whatever became of the folders there.
    private func putBack(
        _ place: String,
        to name: String,
        in folder: borrowing OpenFolder
    ) throws(SystemFailure) {
        for parent in parents(of: name) where try !folder.has(parent) {
            try folder.makeFolder(parent)
        }
        try folder.move(place, to: name)
        // A second name of the same file is not moved by rename(2).
        if case .file = try folder.entry(place) { try folder.remove(place) }
    }

    /// Removes the staging folder, the journal last: without it the rest has no meaning.
    static func tidy(_ folder: borrowing OpenFolder) throws(SystemFailure) {
        guard try folder.has(stagingFolder) else { return }
        let last = ["done", "journal"]
        let names = try folder.folder(stagingFolder).names()
        for name in names.filter({ !last.contains($0) }) + last {
            let place = stagingFolder + "/" + name
            if place == Name.repository {
                try folder.folder(stagingFolder).removeTree(name)
            } else if case .folder = try folder.entry(place) {
                try folder.remove(place, isFolder: true)
            } else {
                try folder.remove(place)
            }
        }
        try folder.remove(stagingFolder, isFolder: true)
    }
}
