// What pa-new wrote into a project, kept in the project: an update tells the user's edits from ours
// by it, without the templates of then, without git and offline.

import ProjectFiles

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
    func document() throws(ScaffoldError) -> [UInt8] {
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
        do throws(JSONProblem) {
            return try JSONDocument.bytes(of: Document(version: Self.version, files: files))
        } catch {
            throw .notEncodable(name: Self.fileName, reason: "\(error)")
        }
    }

    /// Reads a document.
    ///
    /// - Parameter document: What the file holds.
    /// - Throws: ``BaselineProblem`` where it is none, or one with paths that no project
    ///   can have.
    init(_ document: [UInt8]) throws(BaselineProblem) {
        let decoded: Document
        do {
            decoded = try JSONDocument.value(Document.self, from: document)
        } catch {
            throw .notReadable
        }
        guard decoded.version == Self.version else { throw .version(decoded.version) }
        var files: [File] = []
        var paths: Set<String> = []
        for file in decoded.files {
            guard pathProblem(file.path) == nil, paths.insert(file.path).inserted else {
                throw .path(file.path)
            }
            let contents: Contents
            switch (file.lines, file.sha256) {
            case (let lines?, nil): contents = .text(lines.flatMap { Array($0.utf8) })
            case (nil, let digest?) where digest.utf8.count == 64: contents = .digest(digest)
            default: throw .path(file.path)
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

/// What is wrong with a `.pa-new.base.json`.
public enum BaselineProblem: Error, Sendable, Hashable {
    /// It is no document of that kind: damaged, or edited.
    case notReadable
    /// It has a form that this version does not know.
    case version(Int)
    /// An entry has a path that no file of a project can have, twice the same, or no contents.
    case path(String)
}

extension BaselineProblem: CustomStringConvertible {
    /// The problem as the end of a sentence.
    public var description: String {
        switch self {
        case .notReadable: "it is damaged"
        case .version(let number): "this pa-new does not know its format version \(number)"
        case .path(let path): "its entry \(quoted(path)) is not valid"
        }
    }
}
