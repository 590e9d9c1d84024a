// Writes a new folder with all its files at once, or nothing.
//
// The project is written into a hidden folder beside its destination and then renamed. rename(2) of a
// folder is atomic, replaces an empty folder and fails for one that is not empty, so if two runs use
// the same name, exactly one succeeds. A run keeps its hidden folder locked. The next run for the same
// name therefore recognises the folder of a killed run, and removes it.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Writes a folder with files: all of it, or nothing.
///
/// - Parameters:
///   - files: All files of the folder.
///   - target: The destination. Its parent must exist; the folder itself may exist only if it is
///     empty.
///   - isPrivate: Whether only this user can use it all, whatever the umask is.
///   - progress: Receives the progress of writing.
///   - finish: Runs in the folder before it is renamed, and receives its path.
/// - Returns: The result of `finish`.
/// - Throws: ``FileError/targetExists(path:_:)``, ``FileError/badParent(path:_:)``,
///   ``FileError/system(_:path:code:)`` or an error of `finish`; the disk is then as it was before.
@discardableResult
package func writeFolder<Value>(
    _ files: [ProjectFile],
    at target: String,
    isPrivate: Bool = false,
    _ progress: WritingProgress = { _, _ in },
    finish: (String) throws(FileError) -> Value = { _ in }
) throws(FileError) -> Value {
    try checkPlace(target)
    let (path, name) = splitPath(target)
    let parent: OpenFolder
    do throws(SystemFailure) {
        parent = try OpenFolder(path)
    } catch {
        throw .system(.look, path: path, code: error.code)
    }
    removeLeftovers(of: name, in: parent)
    let stage = try Stage(for: name, in: parent, path: path, isPrivate: isPrivate)
    do throws(FileError) {
        try stage.add(files, target: target, progress)
        let value = try finish(path + "/" + stage.name)
        try stage.move(to: name, in: parent, target: target)
        return value
    } catch {
        // If it cannot be removed now, the next run removes it.
        try? parent.removeTree(stage.name)
        throw error
    }
}

/// Checks that a project can be created at a destination.
///
/// - Parameter target: The destination.
/// - Throws: ``FileError/targetExists(path:_:)``, ``FileError/badParent(path:_:)`` or
///   ``FileError/system(_:path:code:)``.
package func checkPlace(_ target: String) throws(FileError) {
    let (parent, _) = splitPath(target)
    try checkParent(parent)
    try checkTarget(target)
    guard access(parent, W_OK | X_OK) == 0 else {
        throw .badParent(path: parent, .notWritable(code: errno))
    }
}

/// A locked folder that is filled beside its final destination.
private struct Stage: ~Copyable {
    /// Its name in the parent folder.
    let name: String
    private let folder: OpenFolder
    private let isPrivate: Bool

    private static func prefix(_ project: String) -> String { ".\(project).pa-new-" }
    private static let tagLength = 16

    /// Whether a name is that of a staging folder for a project.
    static func isName(_ name: String, of project: String) -> Bool {
        let prefix = prefix(project)
        guard name.hasPrefix(prefix) else { return false }
        let tag = name.dropFirst(prefix.count)
        return tag.count == tagLength && tag.allSatisfy(\.isHexDigit)
    }

    /// Creates a hidden folder that no other run uses.
    init(
        for project: String,
        in parent: borrowing OpenFolder,
        path: String,
        isPrivate: Bool
    ) throws(FileError) {
        while true {
            let tag = String(UInt64.random(in: .min ... .max), radix: 16)
            let name =
                Self.prefix(project) + String(repeating: "0", count: Self.tagLength - tag.count)
                + tag
            do throws(SystemFailure) {
                try parent.makeFolder(name, exactMode: isPrivate ? 0o700 : nil)
                var folder = try parent.folder(name)
                // Before the lock, another run may have removed the folder as a leftover.
                guard try folder.lock(), try parent.has(name) else { continue }
                self.folder = folder
                self.name = name
                self.isPrivate = isPrivate
                return
            } catch {
                switch error.code {
                case EEXIST: continue
                case EACCES, EPERM, EROFS, ENOENT:
                    throw .badParent(path: path, .notWritable(code: error.code))
                default:
                    throw .system(.makeFolder, path: path + "/" + project, code: error.code)
                }
            }
        }
    }

    /// Writes files, and creates the folders above them.
    ///
    /// Errors name the final path, since the hidden folder is removed by then.
    func add(
        _ files: [ProjectFile],
        target: String,
        _ progress: WritingProgress
    ) throws(FileError) {
        var made = Set<String>()
        var last = ""
        for file in files {
            let place = splitPath(file.path).parent
            if place == last { continue }
            last = place
            for parent in parents(of: file.path) where made.insert(parent).inserted {
                do throws(SystemFailure) {
                    try folder.makeFolder(parent, exactMode: isPrivate ? 0o700 : nil)
                } catch {
                    throw .system(.makeFolder, path: target + "/" + parent, code: error.code)
                }
            }
        }
        let (descriptor, isPrivate) = (folder.descriptor, isPrivate)
        // So many at a time, for the progress.
        let step = 1024
        for start in stride(from: 0, to: files.count, by: step) {
            progress(start, files.count)
            let files = files[start..<min(start + step, files.count)]
            try inParallel(files.count) { (part: Range<Int>) throws(FileError) in
                try Self.write(
                    files[start + part.lowerBound..<start + part.upperBound],
                    to: OpenFolder(borrowing: descriptor),
                    target: target,
                    isPrivate: isPrivate
                )
            }
        }
    }

    /// Writes files whose folders exist.
    private static func write(
        _ files: ArraySlice<ProjectFile>,
        to folder: borrowing OpenFolder,
        target: String,
        isPrivate: Bool
    ) throws(FileError) {
        // The folder of the last file, which most next files are in, too.
        var last = OpenFolder(borrowing: folder.descriptor)
        var lastPath = "."
        for file in files {
            do throws(SystemFailure) {
                let (parent, name) = splitPath(file.path)
                if parent != lastPath {
                    last = try folder.folder(parent == "." ? "" : parent)
                    lastPath = parent
                }
                try last.write(
                    name,
                    file.contents,
                    mode: file.isExecutable ? 0o777 : 0o666,
                    exactMode: isPrivate ? (file.isExecutable ? 0o700 : 0o600) : nil
                )
            } catch {
                throw error.ofSource
                    ?? .system(.write, path: target + "/" + file.path, code: error.code)
            }
        }
    }

    /// Renames the folder to its final destination.
    func move(
        to project: String,
        in parent: borrowing OpenFolder,
        target: String
    ) throws(FileError) {
        do throws(SystemFailure) {
            try parent.move(name, to: project)
        } catch {
            // Another program was faster: report what exists there now.
            try checkTarget(target)
            throw .system(.rename, path: target, code: error.code)
        }
    }
}

/// Removes the staging folders of killed runs for a name, but not those of runs that are active.
private func removeLeftovers(of project: String, in parent: borrowing OpenFolder) {
    guard let names = try? parent.names() else { return }
    for name in names where Stage.isName(name, of: project) {
        guard case .folder(let status)? = try? parent.entry(name), status.st_uid == geteuid(),
            var leftover = try? parent.folder(name),
            // Without locks, a killed run cannot be told from an active one.
            (try? leftover.lock(whereUnsupported: false)) == true
        else { continue }
        try? parent.removeTree(name)
    }
}

/// Throws if the parent is not a folder.
private func checkParent(_ parent: String) throws(FileError) {
    var status = stat()
    guard stat(parent, &status) == 0 else {
        let code = errno
        switch code {
        case ENOENT, ENOTDIR: throw .badParent(path: parent, .missing)
        default: throw .system(.look, path: parent, code: code)
        }
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .badParent(path: parent, .notAFolder) }
}

/// Throws if the target exists, unless it is an empty folder.
private func checkTarget(_ target: String) throws(FileError) {
    var status = stat()
    guard lstat(target, &status) == 0 else {
        let code = errno
        if code == ENOENT { return }
        throw .system(.look, path: target, code: code)
    }
    switch Entry(status) {
    case .folder:
        let entries: [String]
        do throws(SystemFailure) {
            entries = try OpenFolder(target).names()
        } catch {
            throw .system(.look, path: target, code: error.code)
        }
        if !entries.isEmpty { throw .targetExists(path: target, .folder(entries: entries)) }
    case .link: throw .targetExists(path: target, .link)
    case .file: throw .targetExists(path: target, .file)
    case .missing, .other: throw .targetExists(path: target, .other)
    }
}
