// One file of a template folder, as it lies there.

/// A file of a template folder, before anything is rendered.
public struct TemplateFile: Sendable, Equatable {
    /// What the file holds: text where it is valid UTF-8, bytes otherwise.
    public enum Contents: Sendable, Equatable {
        /// Valid UTF-8.
        case text(String)
        /// Anything else.
        case bytes([UInt8])

        /// The contents as they lie on disk.
        package var bytes: [UInt8] {
            switch self {
            case .text(let text): Array(text.utf8)
            case .bytes(let bytes): bytes
            }
        }
    }

    /// The path below the folder, with `/` between its segments.
    public let path: String
    /// Whether its owner may run the file.
    public let isExecutable: Bool
    /// What the file holds.
    public let contents: Contents

    /// Makes a file of a template folder.
    ///
    /// - Parameters:
    ///   - path: The path below the folder, with `/` between its segments.
    ///   - isExecutable: Whether its owner may run the file.
    ///   - contents: What the file holds.
    public init(path: String, isExecutable: Bool = false, contents: Contents) {
        self.path = path
        self.isExecutable = isExecutable
        self.contents = contents
    }
}
