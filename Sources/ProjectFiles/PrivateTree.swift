// Files that pa-new keeps in a private folder of its own, and that have to be exactly those that it wrote.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A folder with known files and nothing else, which only this user can change.
package struct PrivateTree {
    /// Its path, in a folder that only this user can change.
    package let path: String
    /// The paths of the files, by their folders.
    private let paths: [String: [String]]
    private let files: () -> [ProjectFile]
    private let names: [String: Set<String>]
    private let derived: String

    /// Describes the folder; nothing is read.
    ///
    /// - Parameters:
    ///   - path: Its path, in a folder that only this user can change.
    ///   - paths: The paths of its files.
    ///   - files: Makes its files, if they have to be written or compared.
    ///   - derived: The name of a folder, beside each file, for what another program makes of the files. What is
    ///     in these folders is not looked at.
    ///   - others: Files in the top folder whose contents are not looked at.
    package init(
        path: String,
        paths: [String],
        files: @escaping () -> [ProjectFile],
        derived: String,
        others: Set<String>
    ) {
        self.path = path
        self.derived = derived
        self.files = files
        self.paths = Dictionary(grouping: paths) { splitPath("/" + $0).parent }
        var names: [String: Set<String>] = ["/": others]
        for file in paths {
            for place in [file] + parents(of: file) {
                let (parent, name) = splitPath("/" + place)
                names[parent, default: []].insert(name)
            }
        }
        self.names = names
    }

    /// The folders for what another program makes of the files, as paths from the tree's folder.
    package var derivedFolders: [String] {
        paths.keys.map { ($0 == "/" ? "" : $0.dropFirst() + "/") + derived }.sorted()
    }

    /// Tells whether the folder has all files, with their contents, and nothing else; and whether nobody else can
    /// write to any of it.
    ///
    /// - Parameter known: Notes on files whose contents are known to be right: if such a note is still true, the
    ///   file is not read.
    /// - Returns: The notes on all files; nil if something is not as it should be.
    package func checked(knowing known: Set<String> = []) -> Set<String>? {
        let (parent, name) = splitPath(path)
        guard let top = try? OpenFolder(parent).folder(name) else { return nil }
        var comparison = Comparison(known: known, files: files)
        for place in names.keys where (try? check(place, in: top, &comparison)) != true {
            return nil
        }
        return comparison.notes
    }

    /// What is known of the files, and what was found.
    private struct Comparison {
        let known: Set<String>
        let files: () -> [ProjectFile]
        /// The notes on the files that are right.
        var notes: Set<String> = []
        /// The contents of the files, once they are needed.
        private lazy var contents = Dictionary(
            files().map { ($0.path, $0.contents) },
            uniquingKeysWith: { first, _ in first }
        )

        init(known: Set<String>, files: @escaping () -> [ProjectFile]) {
            self.known = known
            self.files = files
        }

        /// Tells whether a file is as it should be, and only this user can write to it.
        mutating func isRight(
            _ path: String,
            in folder: borrowing OpenFolder
        ) throws(SystemFailure) -> Bool {
            let name = splitPath(path).name
            if !known.isEmpty, case .file(let status) = try folder.entry(name), isPrivate(status) {
                let note = ProjectFiles.note(on: path, status)
                if known.contains(note) {
                    notes.insert(note)
                    return true
                }
            }
            guard let status = try folder.privateFile(name, with: contents[path]?.inMemory ?? [])
            else {
                return false
            }
            notes.insert(ProjectFiles.note(on: path, status))
            return true
        }
    }

    /// Tells whether one folder in it has its files and nothing else.
    private func check(
        _ place: String,
        in top: borrowing OpenFolder,
        _ comparison: inout Comparison
    ) throws(SystemFailure) -> Bool {
        let folder = try top.folder(place)
        let expected = paths[place] ?? []
        let allowed = names[place] ?? []
        guard isPrivate(try folder.status()) else { return false }
        for name in try folder.names() where !allowed.contains(name) {
            guard name == derived, !expected.isEmpty, isPrivate(try folder.folder(name).status())
            else { return false }
        }
        for path in expected {
            guard try comparison.isRight(path, in: folder) else { return false }
        }
        return true
    }

    /// Writes all of it, and replaces what is there.
    ///
    /// - Throws: ``FileError``.
    package func write() throws(FileError) {
        let (parent, name) = splitPath(path)
        // What is there is renamed before it is removed: another run may be doing the same.
        let old = ".old-\(name)-\(getpid())-\(UInt32.random(in: .min ... .max))"
        if rename(path, parent + "/" + old) == 0, let folder = try? OpenFolder(parent) {
            try? folder.removeTree(old)
        }
        try writeFolder(files(), at: path, isPrivate: true, finish: makeDerivedFolders)
    }
}

extension PrivateTree {
    /// Makes the folders for what another program makes, for this user alone.
    private func makeDerivedFolders(in stage: String) throws(FileError) {
        for place in derivedFolders {
            let folder = stage + "/" + place
            guard mkdir(folder, 0o700) == 0, chmod(folder, 0o700) == 0 else {
                throw .system(.makeFolder, path: path + "/" + place, code: errno)
            }
        }
    }
}

extension OpenFolder {
    /// Returns the status of this folder.
    func status() throws(SystemFailure) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .last }
        return status
    }

    /// Returns the status of a file with these contents that nobody else can write to; nil if it is not one.
    fileprivate func privateFile(
        _ name: String,
        with contents: [UInt8]
    ) throws(SystemFailure) -> stat? {
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFREG, isPrivate(status),
            Int(status.st_size) == contents.count
        else { return nil }
        // One byte more, to notice a file that grows.
        let isSame = withUnsafeTemporaryAllocation(byteCount: contents.count + 1, alignment: 1) {
            buffer in
            var length = 0
            while length < buffer.count {
                let count = read(
                    file,
                    buffer.baseAddress.map { $0 + length },
                    buffer.count - length
                )
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                length += count
            }
            guard length == contents.count else { return false }
            return contents.withUnsafeBytes { expected in
                guard let wanted = expected.baseAddress, let found = buffer.baseAddress else {
                    return expected.isEmpty
                }
                return memcmp(wanted, found, length) == 0
            }
        }
        return isSame ? status : nil
    }
}
