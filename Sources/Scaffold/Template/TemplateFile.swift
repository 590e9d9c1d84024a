// One file of a template folder.

import ProjectFiles

/// A file of a template folder, before anything is rendered.
public struct TemplateFile: Sendable, Equatable {
    /// The contents of a file: text if it is valid UTF-8, bytes otherwise.
    public enum Contents: Sendable, Equatable {
        /// Valid UTF-8.
        case text(String)
        /// Anything else.
        case bytes([UInt8])
        /// Bytes that are not in memory: those of a file that is only copied.
        case source(SourceFile)

        /// The size in bytes.
        var count: Int {
            switch self {
            case .text(let text): text.utf8.count
            case .bytes(let bytes): bytes.count
            case .source(let file): FileContents.file(file).count
            }
        }

        /// The contents as they are on the disk.
        package var whole: FileContents {
            switch self {
            case .text(let text): .text(text)
            case .bytes(let bytes): .bytes(bytes)
            case .source(let file): .file(file)
            }
        }
    }

    /// The path below the folder, with `/` between its segments.
    public let path: String
    /// Whether the owner may execute the file.
    public let isExecutable: Bool
    /// The contents of the file.
    public let contents: Contents

    /// Creates a file of a template folder.
    ///
    /// - Parameters:
    ///   - path: The path below the folder, with `/` between its segments.
    ///   - isExecutable: Whether the owner may execute the file.
    ///   - contents: The contents of the file.
    public init(path: String, isExecutable: Bool = false, contents: Contents) {
        self.path = path
        self.isExecutable = isExecutable
        self.contents = contents
    }
}

extension [TemplateFile] {
    /// Returns the files in a folder, with their paths below it.
    ///
    /// - Parameter folder: The folder, with a `/` at its end.
    /// - Returns: The files.
    func below(_ folder: String) -> [TemplateFile] {
        filter { $0.path.hasPrefix(folder) }.map { file in
            TemplateFile(
                path: String(file.path.dropFirst(folder.count)),
                isExecutable: file.isExecutable,
                contents: file.contents
            )
        }
    }
}
