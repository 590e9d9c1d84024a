// The files that pa-new wrote, kept in the project. An update compares them with the current files to
// find the user's edits, without the old templates, without git and offline.

import JSON
import ProjectFiles

/// The files of a project as pa-new wrote them.
struct Baseline: Hashable {
    /// A file as it was written.
    struct File: Hashable {
        /// The path below the project's folder.
        let path: String
        /// The path of its template.
        ///
        /// It stays the same when answers change the path of the file.
        let template: String
        /// The contents of the file.
        let contents: Contents
        /// Whether the owner could execute the file.
        let isExecutable: Bool
        /// Whether it was made once, and is the user's own.
        let isOnce: Bool
    }

    /// The contents of a file, as far as an update needs them.
    enum Contents: Hashable {
        /// A text, so that edits can be merged.
        case text([UInt8])
        /// The SHA-256 of a binary or large file, so that edits can only be detected.
        case digest(String)

        /// Whether the text itself is known.
        var isText: Bool { if case .text = self { true } else { false } }

        /// Whether a file has exactly these contents.
        ///
        /// - Parameter bytes: The contents of the file; nil if it is too large to be the same.
        /// - Returns: Whether that is so.
        func isSame(as bytes: [UInt8]?) -> Bool {
            guard let bytes else { return false }
            return switch self {
            case .text(let text): text == bytes
            case .digest(let digest): digest == SHA256.hex(of: bytes)
            }
        }
    }

    /// The maximum size of a stored text, in bytes.
    static let maxTextBytes = 256 * 1024
    /// The maximum size of all stored texts together, in bytes.
    static let maxTotalBytes = 8 * 1024 * 1024

    /// The maximum size of the document that is read, in bytes: quotes and spaces come to the texts, and the
    /// digests of other files.
    static let maxDocumentBytes = 16 * maxTotalBytes

    /// The files, sorted by path.
    let files: [File]

    /// The name of the baseline's file in the project's folder.
    static let fileName = ".pa-new.base.json"

    /// Creates a baseline from files.
    init(_ files: [File]) {
        self.files = files.sorted { $0.path < $1.path }
    }

    /// Creates a baseline from rendered files.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - digests: The digests of files in the template that are known: those that are copied keep theirs.
    init(_ files: [RenderedFile], digests: [String: String] = [:]) {
        var room = Self.maxTotalBytes
        self.init(
            files.sorted { $0.path < $1.path }.map { file in
                let size = file.contents.count
                let isKept = size <= min(room, Self.maxTextBytes) && isText(file.contents)
                if isKept { room -= size }
                let isCopied = !file.template.hasSuffix(Plan.templateSuffix)
                let known = isCopied ? digests[file.template] : nil
                return File(
                    path: file.path,
                    template: file.template,
                    contents: isKept
                        ? .text(file.contents) : .digest(known ?? SHA256.hex(of: file.contents)),
                    isExecutable: file.isExecutable,
                    isOnce: file.isOnce
                )
            }
        )
    }
}

extension Baseline {
    /// The document, as it is read.
    private struct Document: Decodable {
        struct File: Decodable {
            let path: String
            /// Omitted if it equals the path.
            let template: String?
            /// The lines with their line ends, so that diffs of this file stay small.
            let lines: [String]?
            /// The digest, if the file is binary or too large.
            let sha256: String?
            /// Omitted if false.
            let executable: Bool?
            /// Omitted if false.
            let once: Bool?
        }

        let version: Int
        let files: [File]
    }

    private static let version = 1

    /// Returns the document as a file; equal files always give the same bytes.
    func document() -> [UInt8] {
        let files = files.map { file in
            var members: [String: JSONOutput] = ["path": .text(file.path)]
            if file.template != file.path { members["template"] = .text(file.template) }
            switch file.contents {
            case .text(let text): members["lines"] = .lines(text)
            case .digest(let sha256): members["sha256"] = .text(sha256)
            }
            if file.isExecutable { members["executable"] = .bool(true) }
            if file.isOnce { members["once"] = .bool(true) }
            return JSONOutput.object(members)
        }
        return JSONDocument.bytes(
            of: .object(["version": .word("\(Self.version)"), "files": .list(files)])
        )
    }

    /// Reads a document.
    ///
    /// - Parameter document: The contents of the file.
    /// - Throws: ``BaselineProblem`` if it is not a valid baseline, or has paths that are not allowed in
    ///   a project.
    init(_ document: [UInt8]) throws(BaselineProblem) {
        if let line = lineOfGitConflict(in: document) { throw .conflict(line: line) }
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
                    isExecutable: file.executable ?? false,
                    isOnce: file.once ?? false
                )
            )
        }
        self.init(files)
    }
}

/// What is wrong with a `.pa-new.base.json`.
public enum BaselineProblem: Error, Sendable, Hashable {
    /// It is not a baseline: damaged or edited.
    case notReadable
    /// It has a version that this pa-new does not know.
    case version(Int)
    /// An entry has a path that is not allowed, a path that occurs twice, or no contents.
    case path(String)
    /// It has the markers of a conflict that git could not merge; the first one is in this line.
    case conflict(line: Int)
}

extension BaselineProblem: CustomStringConvertible {
    /// The problem as the end of a sentence.
    public var description: String {
        switch self {
        case .notReadable: "it is damaged"
        case .version(let number): "this pa-new does not know its format version \(number)"
        case .path(let path): "its entry \(quoted(path)) is not valid"
        case .conflict(let line): "git left a conflict in it, in line \(line)"
        }
    }
}
