// Changes to an existing folder: all of them are made, or none.
//
// The staging folder `.pa-new-staging` is in the folder itself, and thus on the same disk. A run that
// has locked the folder (WorkingFolder)
//
//  0. makes the staging folder and its token (StagingToken), without which no later run believes it, and
//     a `.gitignore`, so that git takes nothing of it;
//  1. writes every new file into the staging folder, and waits until it is on the disk (fsync);
//  2. writes the journal there under another name, and renames it to `journal`. If the run is killed
//     before this, nothing has changed; if it is killed later, the next run undoes the changes;
//  3. moves the files to remove into the staging folder, and the folders that become empty; creates
//     the missing folders; for each file, gives the old one a second name in the staging folder
//     (link) and renames the new one over it, so that the path always has one of the two;
//  4. waits until the names are on the disk (fsync of every changed folder); if the folder becomes a
//     repository, moves its `.git`, made in the staging folder before step 2, to its place;
//  5. renames `journal` to `done`: the changes are committed. The staging folder is removed.
//
// If steps 2 to 4 fail, everything is rolled back: new files are removed, old ones get their names
// back, `journal` becomes `done`. Each of these steps checks the state first, so it can be killed and
// repeated. If a user has changed a new file in the meantime, it is kept as `FILE~`.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The folder, inside the user's folder, that holds changes before they are committed.
package let stagingFolder = ".pa-new-staging"

/// Whether a killed run left unfinished changes in a folder, or another one is changing it now.
///
/// - Parameter path: The folder.
/// - Returns: Whether there is a journal.
package func hasUnfinishedChanges(in path: String) -> Bool {
    access(path + "/" + Transaction.Name.journal, F_OK) == 0
}

/// Changes that a run makes, or that a killed run left unfinished.
struct Transaction {
    /// The changes; nil if a killed run had not begun them or had completed them.
    let journal: Journal?
    /// The new repository, once it is in the staging folder.
    var repository: Repository?
    /// The folders from which files move to new ones, by these: the new ones get their access.
    var sources: [String: Set<String>] = [:]

    /// Creates a transaction from a journal.
    init(journal: Journal?) { self.journal = journal }

    enum Name {
        static let journal = stagingFolder + "/journal"
        static let done = stagingFolder + "/done"
        /// A folder in which git creates a repository; only its `.git` is used.
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
    ///   - folder: The folder, which has no staging folder yet.
    ///   - path: The folder as the user named it, for errors.
    ///   - progress: Receives the progress of writing.
    /// - Returns: Where old contents were kept, and the repository.
    /// - Throws: ``FileError``; everything is then as it was before.
    static func run(
        _ changes: [FileChange],
        _ repository: NewRepository?,
        in folder: borrowing OpenFolder,
        path: String,
        _ progress: WritingProgress
    ) throws(FileError) -> (kept: [String: String], repository: Repository?) {
        var (journal, files, sources) = try plan(changes, in: folder, path: path)
        journal.makesRepository = repository != nil
        var transaction = Transaction(journal: journal)
        transaction.sources = sources
        do throws(FileError) {
            try transaction.prepare(files, repository, in: folder, path: path, progress)
            try transaction.commit(in: folder, path: path)
        } catch {
            if try transaction.rollBack(in: folder, path: path) != .landed { throw error }
        }
        // The changes are committed. If something cannot be removed now, the next run removes it.
        try? tidy(folder)
        let kept = journal.writes.compactMap { write in write.keptAt.map { (write.path, $0) } }
        return (Dictionary(uniqueKeysWithValues: kept), transaction.repository)
    }

    /// A new file that is not yet in the staging folder.
    struct NewFile {
        let file: ProjectFile
        /// The file that it replaces or moves, whose owner, permissions and attributes it gets.
        let old: stat?
        /// The path of that file.
        let oldPath: String
        /// The group that its folder gives to new files; nil for that of this process.
        let group: gid_t?
    }

    /// Removes the staging folder, and the journal last, because the journal explains the rest.
    static func tidy(_ folder: borrowing OpenFolder) throws(SystemFailure) {
        guard try folder.has(stagingFolder) else { return }
        let names = try folder.folder(stagingFolder).names()
        let token = StagingToken.find(among: names)
        let last = ["done", "journal"] + (token.map { [splitPath($0.marker).name] } ?? [])
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
        token?.forget()
    }
}
