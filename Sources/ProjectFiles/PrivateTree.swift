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
    /// The folder itself, and those in it that have files or folders.
    private let folders: [Folder]
    private let files: () -> [ProjectFile]
    private let derived: String

    /// One folder of the tree.
    private struct Folder {
        /// Its path from the tree's folder; empty for that one.
        let path: String
        /// The names of its files.
        var files: [String] = []
        /// The names of its folders, and of files whose contents are not looked at.
        var others: Set<String> = []
    }

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
        var folders = [Folder(path: "", others: others)]
        var places = ["": 0]
        func place(of folder: String) -> Int {
            if let known = places[folder] { return known }
            let (parent, name) = splitPath(folder)
            folders[place(of: parent == "." ? "" : parent)].others.insert(name)
            folders.append(Folder(path: folder))
            places[folder] = folders.count - 1
            return folders.count - 1
        }
        for file in paths {
            let (parent, name) = splitPath(file)
            folders[place(of: parent == "." ? "" : parent)].files.append(name)
        }
        self.folders = folders
    }

    /// The folders for what another program makes of the files, as paths from the tree's folder.
    package var derivedFolders: [String] {
        folders.filter { !$0.files.isEmpty }.map { below($0.path, derived) }.sorted()
    }

    /// Tells whether the folder has all files, with their contents, and nothing else; and whether nobody else can
    /// write to any of it.
    ///
    /// - Parameter known: Notes on files whose contents are known to be right: if such a note is still true, the
    ///   file is not read.
    /// - Returns: The notes on all files; nil if something is not as it should be.
    package func checked(knowing known: FileNotes = FileNotes([])) -> [String]? {
        let (parent, name) = splitPath(path)
        guard let top = try? OpenFolder(parent).folder(name) else { return nil }
        var comparison = Comparison(known: known, files: files)
        for folder in folders where (try? check(folder, in: top, &comparison)) != true {
            return nil
        }
        return comparison.notes
    }

    /// What is known of the files, and what was found.
    private struct Comparison {
        let known: FileNotes
        let files: () -> [ProjectFile]
        /// The notes on the files that are right.
        var notes: [String] = []
        /// The contents of the files, once they are needed.
        private lazy var contents = Dictionary(
            files().map { ($0.path, $0.contents) },
            uniquingKeysWith: { first, _ in first }
        )

        init(known: FileNotes, files: @escaping () -> [ProjectFile]) {
            self.known = known
            self.files = files
        }

        /// Tells whether a file is as it should be, and only this user can write to it.
        mutating func isRight(
            _ name: String,
            of place: String,
            in folder: borrowing OpenFolder
        ) throws(SystemFailure) -> Bool {
            let path = below(place, name)
            if !known.isEmpty, let status = try folder.fileStatus(name), isPrivate(status) {
                let note = ProjectFiles.note(on: path, status)
                if known.contains(note) {
                    notes.append(note)
                    return true
                }
            }
            guard let status = try folder.privateFile(name, with: contents[path]?.inMemory ?? [])
            else {
                return false
            }
            notes.append(ProjectFiles.note(on: path, status))
            return true
        }
    }

    /// Tells whether one folder in it has its files and nothing else.
    private func check(
        _ wanted: Folder,
        in top: borrowing OpenFolder,
        _ comparison: inout Comparison
    ) throws(SystemFailure) -> Bool {
        let folder = try top.folder(wanted.path)
        let allowed = wanted.others.union(wanted.files)
        guard isPrivate(try folder.status()) else { return false }
        for name in try folder.names() where !allowed.contains(name) {
            guard name == derived, !wanted.files.isEmpty,
                isPrivate(try folder.folder(name).status())
            else { return false }
        }
        for name in wanted.files {
            guard try comparison.isRight(name, of: wanted.path, in: folder) else { return false }
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

/// Returns the path of something in a folder of a tree; the folder's path is empty for the tree itself.
private func below(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : "\(folder)/\(name)"
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

    /// Returns the status of a file in this folder; nil if something else has its name, or nothing: another run
    /// of pa-new may just have removed it.
    func fileStatus(_ name: String) throws(SystemFailure) -> stat? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw .last
        }
        return status.st_mode & S_IFMT == S_IFREG ? status : nil
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
