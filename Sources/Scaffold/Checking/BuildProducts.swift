// What a project has to be built into before the host can serve it.

/// What a project's sources are built into, and how.
public struct BuildProducts: Sendable, Hashable {
    /// The files that have to be there, with paths below the project's folder.
    public var uploads: [String]
    /// What to type in that folder to make them; shown, never run.
    public var commands: [String]

    /// Of a project that is served as it lies there.
    public static let none = BuildProducts()

    /// Says what a project is built into.
    ///
    /// - Parameters:
    ///   - uploads: The files that have to be there, with paths below the project's folder.
    ///   - commands: What to type in that folder to make them.
    public init(uploads: [String] = [], commands: [String] = []) {
        self.uploads = uploads
        self.commands = commands
    }

    /// Finds out what the project in a folder is built into, from its record and its framework.
    ///
    /// Nothing where that cannot be told: pa-new did not make the project, or from a template of the
    /// user's own, whose place is not known, or the framework is gone.
    ///
    /// - Parameters:
    ///   - folder: The project's folder.
    ///   - catalog: The frameworks there are.
    public init(of folder: String, in catalog: Catalog) {
        guard let record = ProjectRecord.read(in: folder),
            let answers = try? UpdateRequest(folder: folder).answers(over: record, catalog)
        else {
            self = .none
            return
        }
        self.init(
            uploads: answers.uploads,
            commands: answers.commands
        )
    }

    /// The checker's words for it.
    ///
    /// How to build is of no use where nothing has to be there.
    var words: [String] {
        uploads.isEmpty ? [] : uploads.map { "--upload=\($0)" } + commands.map { "--build=\($0)" }
    }
}
