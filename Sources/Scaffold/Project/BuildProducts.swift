// The files that a project must be built into before PythonAnywhere can serve it.

/// The build products of a project, and how to build them.
public struct BuildProducts: Sendable, Hashable {
    /// The files that must exist, with paths below the project's folder.
    public var uploads: [String]
    /// The commands that build them in that folder; they are shown, never run.
    public var commands: [String]

    /// A project that needs no build.
    public static let none = BuildProducts()

    /// Creates build products.
    ///
    /// - Parameters:
    ///   - uploads: The files that must exist, with paths below the project's folder.
    ///   - commands: The commands that build them in that folder.
    public init(uploads: [String] = [], commands: [String] = []) {
        self.uploads = uploads
        self.commands = commands
    }
}
