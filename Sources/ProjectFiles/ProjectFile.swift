// A file of a project as a value, before it is on the disk.

/// A file with its contents, not yet written.
public struct ProjectFile: Sendable, Hashable {
    /// The path below the project's folder.
    public let path: String
    /// The contents of the file.
    public let contents: FileContents
    /// Whether the owner may execute the file.
    public let isExecutable: Bool
    /// Its permissions if it is brought back after it was removed; nil for the default ones.
    package var permissions: UInt16?

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - contents: The contents of the file.
    ///   - isExecutable: Whether the owner may execute the file.
    public init(path: String, contents: [UInt8], isExecutable: Bool = false) {
        self.init(path: path, .bytes(contents), isExecutable: isExecutable)
    }

    /// Makes a file whose contents can be elsewhere on the disk.
    ///
    /// - Parameters:
    ///   - path: The path below the project's folder.
    ///   - contents: The contents of the file.
    ///   - isExecutable: Whether the owner may execute the file.
    package init(path: String, _ contents: FileContents, isExecutable: Bool = false) {
        self.path = path
        self.contents = contents
        self.isExecutable = isExecutable
    }
}

/// Receives, before each file, the number of files written so far and the number of all files.
package typealias WritingProgress = (_ done: Int, _ total: Int) -> Void
