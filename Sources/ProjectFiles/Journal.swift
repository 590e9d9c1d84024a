// What a run will do to a folder, written to the disk before it begins.

import JSON

/// What a run will do: enough to undo it.
struct Journal: Codable {
    /// A file to write.
    struct Write: Codable {
        let path: String
        /// Whether the file replaces another one, which is saved first.
        let isReplacement: Bool
        /// The digest of the new contents, to recognise later changes by the user.
        let sha256: String
        /// The path at which the old contents are kept.
        let keptAt: String?
    }

    /// The version of the journal's format.
    var version = Self.current
    /// Files to remove.
    var removals: [String] = []
    /// Folders to remove if they become empty, innermost first.
    var emptied: [String] = []
    /// Folders to create, outermost first.
    var folders: [String] = []
    /// Files to write.
    var writes: [Write] = []
    /// Whether the folder becomes a repository.
    var makesRepository = false

    static let current = 1

    /// Every path in the journal.
    var paths: [String] {
        removals + emptied + folders + writes.map(\.path) + writes.compactMap(\.keptAt)
    }

    /// Reads a journal; nil if it is invalid or this version cannot use it.
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
