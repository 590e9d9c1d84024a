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
}
