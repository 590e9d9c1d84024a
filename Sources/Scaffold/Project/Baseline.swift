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

        /// The size of the text, if it is one.
        fileprivate var textBytes: Int {
            if case .text(let text) = self { text.count } else { 0 }
        }

        /// Whether a file has exactly these contents.
        ///
        /// - Parameter contents: The contents of the file; nil if it is too large to be the same.
        /// - Returns: Whether that is so.
        func isSame(as contents: FileContents?) -> Bool {
            guard let contents else { return false }
            return switch self {
            case .text(let text): .bytes(text) == contents
            case .digest(let digest): digest == contents.sha256
            }
        }
    }

    /// The maximum size of a stored text, in bytes.
    static let maxTextBytes = 256 * 1024
    /// The maximum size of all stored texts together, in bytes.
    static let maxTotalBytes = 8 * 1024 * 1024

    /// The size of the document from which it does not stay in memory, in bytes.
    static let maxBytesInMemory = 1 << 20

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
    /// - Throws: ``FileError`` if a text cannot be read that is not in memory.
    init(_ files: [RenderedFile], digests: [String: String] = [:]) throws(FileError) {
        var room = Self.maxTotalBytes
        var entries: [File] = []
        for file in files.sorted(by: { $0.path < $1.path }) {
            entries.append(try File(file, &room, digests))
        }
        self.init(entries)
    }
}

extension Baseline.File {
    /// Creates the entry of a rendered file.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - room: How many bytes of texts may still be stored.
    ///   - digests: The digests of files in the template that are known.
    /// - Throws: ``FileError`` if a text cannot be read that is not in memory.
    fileprivate init(
        _ file: RenderedFile,
        _ room: inout Int,
        _ digests: [String: String]
    ) throws(FileError) {
        let contents = file.contents
        if contents.count <= min(room, Baseline.maxTextBytes), contents.isText {
            self.contents = .text(try contents.bytes())
            room -= contents.count
        } else {
            let isCopied = !file.template.hasSuffix(Plan.templateSuffix)
            let known = isCopied ? digests[file.template] : nil
            self.contents = .digest(known ?? contents.sha256)
        }
        path = file.path
        template = file.template
        isExecutable = file.isExecutable
        isOnce = file.isOnce
    }

    /// The entry in the document.
    fileprivate var output: JSONOutput {
        var members: [(key: String, value: JSONOutput)] = []
        if isExecutable { members.append(("executable", .bool(true))) }
        if case .text(let text) = contents { members.append(("lines", .lines(text))) }
        if isOnce { members.append(("once", .bool(true))) }
        members.append(("path", .text(path)))
        if case .digest(let sha256) = contents { members.append(("sha256", .text(sha256))) }
        if template != path { members.append(("template", .text(template))) }
        return .sorted(members)
    }

    /// About the size of the entry in the document, without its text.
    fileprivate static let usualBytes = 256
}

extension Baseline {
    /// The document, as it is read.
    private struct Document: Decodable {
        let version: Int
        /// Empty: each entry is taken as it comes, because all of them together take much memory.
        let files: [Empty]
        /// Nothing.
        struct Empty: Decodable {}
    }

    /// The members of an entry, as they are read: without Codable, which takes longer than all else for many files.
    private struct Entry {
        let path: String
        /// Omitted if it equals the path.
        private var template: String?
        /// The lines with their line ends, so that diffs of this file stay small, or a digest.
        private var contents: Contents?
        /// Omitted if false.
        private var isExecutable = false
        /// Omitted if false.
        private var isOnce = false
        /// Whether it says the contents twice, or has a digest that is none.
        private var isWrong = false

        /// Reads the members, but for those that no version of pa-new writes; nil if one has another type.
        init?(_ element: JSONText) {
            guard case .object(let members) = element.content,
                case .text(let path)? = members.first(where: { $0.key == "path" })?.value.content
            else { return nil }
            self.path = path
            for member in members {
                switch (member.key, member.value.content) {
                case (_, .null): continue
                case ("template", .text(let text)): template = text
                case ("lines", .joined(let text)): add(.text(text))
                case ("sha256", .text(let digest)):
                    isWrong = isWrong || digest.utf8.count != 64
                    add(.digest(digest))
                case ("executable", .bool(let value)): isExecutable = value
                case ("once", .bool(let value)): isOnce = value
                case ("template", _), ("lines", _), ("sha256", _), ("executable", _), ("once", _):
                    return nil
                default: continue
                }
            }
        }

        private mutating func add(_ contents: Contents) {
            isWrong = isWrong || self.contents != nil
            self.contents = contents
        }

        /// The file; nil if the entry has no contents, or says them twice.
        var file: File? {
            guard let contents, !isWrong else { return nil }
            return File(
                path: path,
                template: template ?? path,
                contents: contents,
                isExecutable: isExecutable,
                isOnce: isOnce
            )
        }
    }

    private static let version = 1

    /// Returns the document as a file; equal files always give the same bytes.
    func document() -> [UInt8] {
        let texts = files.reduce(0) { $0 + $1.contents.textBytes }
        return JSONDocument.bytes(of: Self.list(files.count, texts: texts) { files[$0] }, Self.end)
    }

    /// Whether a document is that of this baseline, with the same bytes.
    ///
    /// - Parameter document: The document.
    /// - Returns: Whether that is so.
    func hasDocument(_ document: [UInt8]) -> Bool {
        JSONDocument.isSame(Self.list(files.count, texts: 0) { files[$0] }, Self.end, as: document)
    }

    /// Returns the document for rendered files, whose texts are never in memory at the same time.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - digests: The digests of files in the template that are known: those that are copied keep theirs.
    /// - Returns: The document, as that of a baseline of these files: it is made when it is written.
    static func document(of files: [RenderedFile], digests: [String: String]) -> FileContents {
        let files = files.sorted { $0.path < $1.path }
        let texts = files.reduce(0) { min($0 + $1.contents.count, maxTotalBytes) }
        return .made(
            MadeBytes { take throws(FileError) in
                var room = maxTotalBytes
                let list = list(files.count, texts: texts) { index throws(FileError) in
                    try File(files[index], &room, digests)
                }
                try JSONDocument.write(list, end, take)
            }
        )
    }

    /// Returns a size that the document of rendered files does not exceed.
    ///
    /// - Parameter files: The files.
    /// - Returns: The size in bytes.
    static func mostBytes(of files: [RenderedFile]) -> Int {
        // What stands between two lines is the most for one byte; a path has six for each at most, and is there twice.
        files.reduce(1024) {
            let text = min($1.contents.count, maxTextBytes)
            return $0 + 16 * text + 1024 + 6 * ($1.path.utf8.count + $1.template.utf8.count)
        }
    }

    /// Whether rendered files are those of this baseline, so that they have the same document.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - digests: The digests of files in the template that are known: those that are copied keep theirs.
    /// - Returns: Whether that is so.
    /// - Throws: ``FileError`` if a text cannot be read that is not in memory.
    func isSame(
        as files: [RenderedFile],
        digests: [String: String]
    ) throws(FileError) -> Bool {
        guard files.count == self.files.count else { return false }
        var room = Self.maxTotalBytes
        for (known, file) in zip(self.files, files.sorted { $0.path < $1.path }) {
            guard known.path == file.path, try File(file, &room, digests) == known else {
                return false
            }
        }
        return true
    }

    /// Returns the entries of a document.
    private static func list<Failure: Error>(
        _ count: Int,
        texts: Int,
        _ file: @escaping (Int) throws(Failure) -> File
    ) -> JSONDocument.LongList<Failure> {
        JSONDocument.LongList(
            key: "files",
            count: count,
            // Lines are indented, and short.
            size: texts + texts / 2 + count * File.usualBytes
        ) { index throws(Failure) in try file(index).output }
    }

    /// What a document has besides its entries.
    private static var end: [String: JSONOutput] { ["version": .word("\(version)")] }

    /// Reads a document.
    ///
    /// - Parameter document: The contents of the file.
    /// - Throws: ``BaselineProblem`` if it is not a valid baseline, or has paths that are not allowed in
    ///   a project.
    init(_ document: [UInt8]) throws(BaselineProblem) {
        if let line = lineOfGitConflict(in: document) { throw .conflict(line: line) }
        var files: [File] = []
        var paths: Set<String> = []
        var problem: BaselineProblem?
        let receiver = JSONText.Receiver(key: "files", joined: "lines") { element in
            if problem != nil { return }
            guard let entry = Entry(element) else {
                problem = .notReadable
                return
            }
            guard pathProblem(entry.path) == nil, paths.insert(entry.path).inserted,
                let file = entry.file
            else {
                problem = .path(entry.path)
                return
            }
            files.append(file)
        }
        let decoded: Document
        do {
            decoded = try JSONDocument.value(Document.self, from: document, receiver: receiver)
        } catch {
            throw .notReadable
        }
        guard decoded.version == Self.version else { throw .version(decoded.version) }
        // A list of another kind was not taken.
        guard decoded.files.isEmpty else { throw .notReadable }
        if let problem { throw problem }
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
