// What pa-new wrote into a project, kept in the project: an update tells the user's edits from ours
// by it, without the templates of then, without git and offline.

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The files of a project as pa-new wrote them.
struct Base: Hashable {
    /// A file as it was written.
    struct File: Hashable {
        /// The path below the project's folder.
        let path: String
        /// The path of what it was made from, in the template folder: it stays the same where a path
        /// changes with the answers.
        let template: String
        /// What it held.
        let contents: [UInt8]
        /// Whether its owner could run it.
        let isExecutable: Bool
    }

    /// The files, in the order of their paths.
    let files: [File]

    /// The file that holds it, in the project's folder.
    static let fileName = ".pa-new.base.json"

    /// Keeps files as they were written.
    init(_ files: [File]) {
        self.files = files.sorted { $0.path < $1.path }
    }
}

extension Base {
    /// The document, in the order in which it is written.
    private struct Document: Codable {
        struct File: Codable {
            let path: String
            /// Left out where it is the path.
            let template: String?
            /// The lines, each with its line end, so that a change shows as few changed lines.
            let lines: [String]?
            /// The bytes in base 64, where they are no text.
            let bytes: String?
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
            let text = String(validating: file.contents, as: UTF8.self)
            return Document.File(
                path: file.path,
                template: file.template == file.path ? nil : file.template,
                lines: text.map { _ in
                    Lines(file.contents).lines.map { String(decoding: $0, as: UTF8.self) }
                },
                bytes: text == nil ? Data(file.contents).base64EncodedString() : nil,
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
            let contents: [UInt8]
            switch (file.lines, file.bytes.map { Data(base64Encoded: $0) }) {
            case (let lines?, nil): contents = lines.flatMap { Array($0.utf8) }
            case (nil, let data??): contents = Array(data)
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
