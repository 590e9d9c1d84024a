// What pa-new wrote into a project, kept in the project: an update tells the user's edits from ours
// by it, without the templates of then, without git and offline.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The files of a project as pa-new wrote them.
struct Baseline: Hashable {
    /// A file as it was written.
    struct File: Hashable {
        /// The path below the project's folder.
        let path: String
        /// The path of what it was made from, in the template folder: it stays the same where a path
        /// changes with the answers.
        let template: String
        /// What it held.
        let contents: Contents
        /// Whether its owner could run it.
        let isExecutable: Bool
    }

    /// What a file held, as far as an update needs it.
    enum Contents: Hashable {
        /// The text itself: edits of it can be merged.
        case text([UInt8])
        /// The SHA-256 of what is no text, or too much of it: edits of it can only be noticed.
        case digest(String)

        /// Whether a file holds just that.
        func isSame(as bytes: [UInt8]) -> Bool {
            switch self {
            case .text(let text): text == bytes
            case .digest(let digest): digest == SHA256.hex(of: bytes)
            }
        }
    }

    /// The most bytes of a text that are kept.
    static let maxTextBytes = 256 * 1024
    /// The most bytes of all texts together.
    static let maxTotalBytes = 8 * 1024 * 1024

    /// The files, in the order of their paths.
    let files: [File]

    /// The file that holds it, in the project's folder.
    static let fileName = ".pa-new.base.json"

    /// Keeps files as they were written.
    init(_ files: [File]) {
        self.files = files.sorted { $0.path < $1.path }
    }

    /// Keeps what was rendered.
    init(_ files: [RenderedFile]) {
        var room = Self.maxTotalBytes
        self.init(
            files.sorted { $0.path < $1.path }.map { file in
                let size = file.contents.count
                let isKept = size <= min(room, Self.maxTextBytes) && isText(file.contents)
                if isKept { room -= size }
                return File(
                    path: file.path,
                    template: file.template,
                    contents: isKept
                        ? .text(file.contents) : .digest(SHA256.hex(of: file.contents)),
                    isExecutable: file.isExecutable
                )
            }
        )
    }
}

extension Baseline {
    /// The document, in the order in which it is written.
    private struct Document: Codable {
        struct File: Codable {
            let path: String
            /// Left out where it is the path.
            let template: String?
            /// The lines, each with its line end, so that a change shows as few changed lines.
            let lines: [String]?
            /// The digest, where they are no text or too much.
            let sha256: String?
            /// Left out where it is false.
            let executable: Bool?
        }

        let version: Int
        let files: [File]
    }

    private static let version = 1

    /// The document as a file: the same files always give the same bytes.
    var document: [UInt8] {
        let files = files.map { file in
            var lines: [String]?
            var digest: String?
            switch file.contents {
            case .text(let text):
                lines = Lines(text).lines.map { String(decoding: $0, as: UTF8.self) }
            case .digest(let sha256): digest = sha256
            }
            return Document.File(
                path: file.path,
                template: file.template == file.path ? nil : file.template,
                lines: lines,
                sha256: digest,
                executable: file.isExecutable ? true : nil
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // A value of plain strings always encodes.
        let data = (try? encoder.encode(Document(version: Self.version, files: files))) ?? Data()
        return Array(data) + [UInt8(ascii: "\n")]
    }

    /// Reads a document.
    ///
    /// - Parameter document: What the file holds.
    /// - Throws: ``UpdateProblem/badBase(_:)`` where it is none, or one with paths that no project
    ///   can have.
    init(_ document: [UInt8]) throws(UpdateProblem) {
        let decoded: Document
        do {
            decoded = try JSONDecoder().decode(Document.self, from: Data(document))
        } catch {
            throw .badBase(.notReadable)
        }
        guard decoded.version == Self.version else { throw .badBase(.version(decoded.version)) }
        var files: [File] = []
        var paths: Set<String> = []
        for file in decoded.files {
            guard pathProblem(file.path) == nil, paths.insert(file.path).inserted else {
                throw .badBase(.path(file.path))
            }
            let contents: Contents
            switch (file.lines, file.sha256) {
            case (let lines?, nil): contents = .text(lines.flatMap { Array($0.utf8) })
            case (nil, let digest?) where digest.utf8.count == 64: contents = .digest(digest)
            default: throw .badBase(.path(file.path))
            }
            files.append(
                File(
                    path: file.path,
                    template: file.template ?? file.path,
                    contents: contents,
                    isExecutable: file.executable ?? false
                )
            )
        }
        self.init(files)
    }
}
