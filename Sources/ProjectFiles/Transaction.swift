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
package let stagingFolder = ".pa-new-staging"

/// Changes that a run makes, or that a killed one left half made.
struct Transaction {
    /// What is done; nil where a run was killed before it could do anything, or after all of it.
    let journal: Journal?
    /// The repository that is made, when it is in the staging folder.
    var repository: Repository?

    /// A transaction that a journal tells of.
    init(journal: Journal?) { self.journal = journal }

    enum Name {
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
    /// - Throws: ``FileError``, with everything as it was.
    static func run(
        _ changes: [FileChange],
        _ repository: NewRepository?,
        in folder: borrowing OpenFolder,
        path: String,
        _ progress: WritingProgress
    ) throws(FileError) -> (kept: [String: String], repository: Repository?) {
        var (journal, files) = try plan(changes, in: folder, path: path)
        journal.makesRepository = repository != nil
        var transaction = Transaction(journal: journal)
        do throws(FileError) {
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
    struct NewFile {
        let file: ProjectFile
        /// The permissions of the file whose place it takes.
        let oldMode: mode_t?
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
