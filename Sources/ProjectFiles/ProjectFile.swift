// A file of a project as a value, before it is on the disk.

/// A file with its contents, complete and not yet written.
public struct ProjectFile: Sendable, Hashable {
    /// The path below the project's folder.
    public let path: String
    /// What the file holds.
    public let contents: [UInt8]
    /// Whether its owner may run the file.
    public let isExecutable: Bool

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - contents: What the file holds.
    ///   - isExecutable: Whether its owner may run the file.
    public init(path: String, contents: [UInt8], isExecutable: Bool = false) {
        self.path = path
        self.contents = contents
        self.isExecutable = isExecutable
    }
}

/// Is told before each file how many files are written, and how many there are.
package typealias WritingProgress = (_ done: Int, _ total: Int) -> Void
