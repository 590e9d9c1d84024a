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
    private let files: [String: [ProjectFile]]
    private let names: [String: Set<String>]
    private let derived: String

    /// Describes the folder; nothing is read.
    ///
    /// - Parameters:
    ///   - path: Its path, in a folder that only this user can change.
    ///   - files: Its files.
    ///   - derived: The name of a folder, beside each file, for what another program makes of the files. What is
    ///     in these folders is not looked at.
    ///   - others: Files in the top folder whose contents are not looked at.
    package init(path: String, files: [ProjectFile], derived: String, others: Set<String>) {
        self.path = path
        self.derived = derived
        self.files = Dictionary(grouping: files) { splitPath("/" + $0.path).parent }
        var names: [String: Set<String>] = ["/": others]
        for file in files {
            for place in [file.path] + parents(of: file.path) {
                let (parent, name) = splitPath("/" + place)
                names[parent, default: []].insert(name)
            }
        }
        self.names = names
    }

    /// The folders for what another program makes of the files, as paths from the tree's folder.
    package var derivedFolders: [String] {
        files.keys.map { ($0 == "/" ? "" : $0.dropFirst() + "/") + derived }.sorted()
    }

    /// Tells whether the folder has all files, with their contents, and nothing else; and whether nobody else can
    /// write to any of it.
    package var isWhole: Bool {
        let (parent, name) = splitPath(path)
        guard let top = try? OpenFolder(parent).folder(name) else { return false }
        for place in names.keys where (try? isWhole(place, in: top)) != true { return false }
        return true
    }

    /// Tells this of one folder in it.
    private func isWhole(
        _ place: String,
        in top: borrowing OpenFolder
    ) throws(SystemFailure) -> Bool {
        let folder = try top.folder(place)
        let expected = files[place] ?? []
        let allowed = names[place] ?? []
        guard isPrivate(try folder.status()) else { return false }
        for name in try folder.names() where !allowed.contains(name) {
            guard name == derived, !expected.isEmpty, isPrivate(try folder.folder(name).status())
            else { return false }
        }
        for file in expected {
            guard try folder.isPrivateFile(splitPath(file.path).name, with: file.contents) else {
                return false
            }
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
        let all = files.values.flatMap(\.self)
        try writeFolder(all, at: path, isPrivate: true, finish: makeDerivedFolders)
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

    /// Tells whether a name is a file with these contents that nobody else can write to.
    fileprivate func isPrivateFile(
        _ name: String,
        with contents: [UInt8]
    ) throws(SystemFailure) -> Bool {
        let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw .last }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .last }
        guard status.st_mode & S_IFMT == S_IFREG, isPrivate(status),
            Int(status.st_size) == contents.count
        else { return false }
        // One byte more, to notice a file that grows.
        return withUnsafeTemporaryAllocation(byteCount: contents.count + 1, alignment: 1) {
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
    }
}
