// What a run is about to do to a folder, written down before it does it.

/// What a run is about to do: enough to take it back.
struct Journal: Codable {
    /// A file that is written.
    struct Write: Codable {
        let path: String
        /// Whether a file lies there, which is then saved before.
        let isReplacement: Bool
        /// The digest of the new contents, to tell them from what the user makes of them.
        let sha256: String
        /// The path at which the old contents stay.
        let keptAt: String?
    }

    /// The form of this journal.
    var version = Self.current
    /// Files that go.
    var removals: [String] = []
    /// Folders that go where the removals leave them empty, the innermost first.
    var emptied: [String] = []
    /// Folders that are made, the outermost first.
    var folders: [String] = []
    /// Files that are written.
    var writes: [Write] = []
    /// Whether the folder becomes a repository.
    var makesRepository = false

    static let current = 1

    /// Every path of the journal.
    var paths: [String] {
        removals + emptied + folders + writes.map(\.path) + writes.compactMap(\.keptAt)
    }

    /// Reads a journal; nil where it is none that this version can act on.
    init?(_ bytes: [UInt8]) {
        guard
            let journal = try? JSONDocument.value(Journal.self, from: bytes),
            journal.version == Self.current,
            journal.paths.allSatisfy({ pathProblem($0) == nil })
        else { return nil }
        self = journal
    }

    init() {}
}
