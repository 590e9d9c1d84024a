// What the last update of each project replaced. It is kept outside of the projects, in a folder that only this
// user can write to: so no archive or repository can bring one along, and no deployment takes one with it.

import JSON
import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What an update changed in a project.
struct UndoRecord: Codable, Hashable {
    /// A file that the update changed.
    struct File: Codable, Hashable {
        let path: String
        /// The contents before; nil if there was no file, or if they are stored beside the record.
        let before: Base64Bytes?
        /// Large contents before, which are stored beside the record; nil for none.
        var stored: Stored?
        let isExecutable: Bool
        /// Its permissions; nil if there was no file, or in records of older versions.
        var permissions: UInt16?
        /// The digest of the contents afterwards; nil if there is no file any more.
        let after: String?
        /// The path from which the update moved it; nil for none.
        var movedFrom: String?
        /// Whether the template no longer has it, but the update left it, because the user had edited it; nil for no.
        var dropped: Bool?

        /// Whether the template no longer has it, so that the user has to decide.
        var isDropped: Bool { dropped ?? false }
        /// Whether there was a file before.
        var existed: Bool { before != nil || stored != nil }
    }

    /// Contents in a file beside the record.
    struct Stored: Codable, Hashable {
        let name: String
        let sha256: String
    }

    private enum CodingKeys: String, CodingKey {
        case version, files, inode
    }

    let version: Int
    fileprivate(set) var files: [File]
    /// The inode of the project's folder: another one at its path is another project; nil in records of older
    /// versions.
    fileprivate var inode: String?

    /// The contents that are stored beside the record, by the names of their files.
    fileprivate(set) var large: [String: FileContents] = [:]
    /// How many bytes of contents are in the record itself.
    private var bytes = 0

    /// The largest contents in the record itself, and the largest of all together, in bytes.
    private static let (mostOfFile, mostOfAll) = (256 << 10, 64 << 20)
    /// What the names of the files beside the record begin with.
    fileprivate static let prefix = "before-"

    /// Describes changes to a project.
    init(_ changes: [FileChange], over current: [String: CurrentFile]) throws(ScaffoldError) {
        version = 1
        files = []
        for change in changes {
            var (after, source): (String?, String?)
            if case .write(let file, _, let old) = change {
                (after, source) = (file.contents.sha256, old)
            }
            try add(change.path, current[change.path], after: after)
            files[files.count - 1].movedFrom = source
        }
    }

    /// Adds a file with its contents before.
    private mutating func add(
        _ path: String,
        _ before: CurrentFile?,
        after: String?
    ) throws(ScaffoldError) {
        let isExecutable = before?.isExecutable ?? false
        var file = File(path: path, before: nil, isExecutable: isExecutable, after: after)
        if let contents = before?.contents {
            if contents.count > Self.mostOfFile || bytes + contents.count > Self.mostOfAll {
                let stored = Stored(
                    name: "\(Self.prefix)\(files.count)",
                    sha256: contents.sha256
                )
                file.stored = stored
                large[stored.name] = contents
            } else {
                bytes += contents.count
                let all = try onFiles { () throws(FileError) in try contents.bytes() }
                file = File(
                    path: path,
                    before: Base64Bytes(all),
                    isExecutable: isExecutable,
                    after: after
                )
            }
        }
        files.append(file)
    }

    /// Returns the contents of a file before the update; nil if there was none.
    func contents(of file: File) -> FileContents? {
        file.before.map { .bytes($0.bytes) } ?? file.stored.flatMap { large[$0.name] }
    }
}

extension UndoRecord {
    /// Remembers the files that the template no longer has, and that the update left.
    mutating func note(
        dropped paths: [String],
        _ current: [String: CurrentFile]
    ) throws(ScaffoldError) {
        for path in paths {
            guard let file = current[path] else { continue }
            try add(path, file, after: file.contents?.sha256)
            files[files.count - 1].dropped = true
        }
    }

    /// Remembers the permissions of the files before the update.
    mutating func notePermissions(in folder: borrowing WorkingFolder) throws(ScaffoldError) {
        for (index, file) in files.enumerated() where file.existed {
            files[index].permissions = try onFiles { () throws(FileError) in
                try folder.permissions(of: file.path)
            }
        }
    }
}

/// The place for what updates replaced.
public struct UndoStore: Sendable, Hashable {
    /// The folder.
    public let folder: String

    private static let name = "last-update.json"

    /// Creates the place in a folder.
    ///
    /// - Parameter folder: The absolute path of the folder, which need not exist.
    public init(folder: String) { self.folder = folder }

    /// Finds the place for this user, by the XDG base directory specification.
    ///
    /// - Parameter environment: The environment variables: `XDG_STATE_HOME`, or else `HOME`.
    public init?(environment: [String: String]) {
        guard let folder = stateFolder("updates", { environment[$0] }) else { return nil }
        self.init(folder: folder)
    }

    /// Returns the folder for one project.
    private func place(of project: String) -> String {
        var path = project
        if let resolved = realpath(project, nil) {
            path = String(cString: resolved)
            free(resolved)
        }
        return folder + "/" + SHA256.hex(of: Array(path.utf8))
    }

    /// What to say if a record could not be kept.
    static let failure =
        "The replaced files could not be kept, so --undo and --abort cannot bring them back."

    /// Keeps a record instead of the one before it.
    ///
    /// - Parameters:
    ///   - record: The record; nil to remove the one that is there.
    ///   - project: The project's folder.
    /// - Returns: Whether it is kept.
    func keep(_ record: UndoRecord?, of project: String) -> Bool {
        guard let place = makePrivateFolder(place(of: project)) else { return false }
        do {
            let working = try WorkingFolder(place)
            let names = try readFolder(place).filter { $0.hasPrefix(UndoRecord.prefix) }
            let removals = names.filter { record?.large[$0] == nil }
                .map { FileChange.remove(path: $0) }
            guard var record else {
                try working.apply([.remove(path: Self.name)] + removals)
                return true
            }
            record.inode = inode(of: project)
            let document = ProjectFile(
                path: Self.name,
                contents: try JSONDocument.bytes(of: record),
                isExecutable: false
            )
            let large = record.large.sorted { $0.key < $1.key }.map {
                FileChange.write(ProjectFile(path: $0.key, $0.value))
            }
            try working.apply([.write(document)] + large + removals)
            return true
        } catch {
            return false
        }
    }

    /// Forgets files that the template no longer has, because the user decided to keep them.
    ///
    /// - Parameters:
    ///   - paths: The paths of files; others in the record stay.
    ///   - project: The project's folder.
    func close(_ paths: [String], of project: String) {
        guard var record = record(of: project) else { return }
        let count = record.files.count
        record.files.removeAll { $0.isDropped && paths.contains($0.path) }
        if record.files.count < count { _ = keep(record, of: project) }
    }

    /// Returns the record of a project; nil if there is none that can be used.
    func record(of project: String) -> UndoRecord? {
        guard let place = privateFolder(place(of: project)),
            let document = try? readFile(place + "/" + Self.name, most: Self.maxBytes),
            var record = try? JSONDocument.value(
                UndoRecord.self,
                from: document,
                most: Self.maxBytes
            ),
            record.version == 1, record.inode == nil || record.inode == inode(of: project)
        else { return nil }
        for stored in record.files.compactMap(\.stored) {
            guard pathProblem(stored.name) == nil,
                let file = try? readFileOnce(
                    place + "/" + stored.name,
                    most: maxFileBytes,
                    staysInMemory: { _ in false }
                ),
                file.sha256 == stored.sha256
            else { return nil }
            record.large[stored.name] = file.contents
        }
        return record
    }

    private func inode(of project: String) -> String? {
        var status = stat()
        return stat(project, &status) == 0 ? String(status.st_ino) : nil
    }

    private static let maxBytes = 1 << 30
}
