// A folder that exists, and that one run at a time works in: look first, decide, then change it.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A folder that exists and that this run alone works in, until the value goes out of use.
public struct WorkingFolder: ~Copyable {
    /// The folder as the user named it.
    public let path: String
    private let folder: OpenFolder
    /// What a killed run changed, where this run may not take it back: where the contents from before
    /// lie, or nil for none.
    private let before: [String: String?]
    /// Whether this run took back what a killed run left unfinished.
    package let didRecover: Bool

    /// Opens a folder, and takes back what a killed run left unfinished.
    ///
    /// - Parameters:
    ///   - path: The folder; it may be named through a link.
    ///   - isReadOnly: Whether nothing may be written. States and contents are then those from before
    ///     the killed run, and ``apply(_:)`` must not be called.
    /// - Throws: ``FileError/badParent(path:_:)`` where there is no such folder,
    ///   ``FileError/busy(path:)`` where another run works in it,
    ///   ``FileError/badStaging(path:_:)`` where what lies there is no staging folder of ours,
    ///   ``FileError/notRolledBack(path:code:)`` where the system refuses.
    public init(_ path: String, isReadOnly: Bool = false) throws(FileError) {
        let folder: OpenFolder
        do throws(SystemFailure) {
            folder = try OpenFolder(path)
        } catch {
            switch error.code {
            case ENOENT: throw .badParent(path: path, .missing)
            case ENOTDIR: throw .badParent(path: path, .notAFolder)
            default: throw .system(.look, path: path, code: error.code)
            }
        }
        let isOurs: Bool
        do throws(SystemFailure) {
            isOurs = try folder.lock()
        } catch {
            throw .system(.lock, path: path, code: error.code)
        }
        guard isOurs else { throw .busy(path: path) }
        var before: [String: String?] = [:]
        var didRecover = false
        if let unfinished = try Transaction.unfinished(in: folder, path: path) {
            if isReadOnly {
                before = try unfinished.before(in: folder, path: path)
            } else {
                try unfinished.rollBack(in: folder, path: path)
                didRecover = true
            }
        }
        self.path = path
        self.folder = folder
        self.before = before
        self.didRecover = didRecover
    }

    /// Returns what lies at a path.
    ///
    /// - Parameter path: The path below the folder.
    /// - Returns: What lies there; links are not followed, on the way neither.
    /// - Throws: ``FileError/badPath(path:_:)`` where the path would leave the
    ///   folder, ``FileError/system(_:path:code:)`` where the system refuses.
    public func state(of path: String) throws(FileError) -> FileState {
        try checkPath(path)
        if case .some(nil) = before[path] { return .missing }
        let place = before[path].flatMap(\.self) ?? path
        if let (blocker, obstacle) = try obstacle(above: place, in: folder, path: self.path) {
            return .blocked(by: blocker, obstacle)
        }
        let entry = try attempt(.look, self.path + "/" + path) { () throws(SystemFailure) in
            try folder.entry(place)
        }
        return switch entry {
        case .missing: .missing
        case .file(let status):
            .file(bytes: Int(status.st_size), isExecutable: status.st_mode & S_IXUSR != 0)
        case .folder, .link, .other: .blocked(by: path, entry.obstacle ?? .other)
        }
    }

    /// Returns the bytes of a file.
    ///
    /// - Parameter path: The path below the folder.
    /// - Returns: What the file holds.
    /// - Throws: ``FileError/badPath(path:_:)`` where the path would leave the
    ///   folder, ``FileError/system(_:path:code:)`` where there is no file that can be read.
    public func contents(of path: String) throws(FileError) -> [UInt8] {
        try checkPath(path)
        let place = before[path].flatMap(\.self) ?? path
        return try attempt(.read, self.path + "/" + path) { () throws(SystemFailure) in
            try folder.contents(place)
        }
    }

    /// Returns the files below a folder, however deep; links and what is no file are left out.
    ///
    /// - Parameter path: The path of the folder.
    /// - Returns: The paths of the files, sorted; none where there is no such folder.
    /// - Throws: ``FileError/system(_:path:code:)`` where the system refuses.
    package func files(below path: String) throws(FileError) -> [String] {
        var files: [String] = []
        var pending = [path]
        while let place = pending.popLast() {
            try attempt(.look, self.path + "/" + place) { () throws(SystemFailure) in
                guard case .folder = try folder.entry(place) else { return }
                for name in try folder.folder(place).names() {
                    let path = place + "/" + name
                    switch try folder.entry(path) {
                    case .file: files.append(path)
                    case .folder: pending.append(path)
                    case .missing, .link, .other: continue
                    }
                }
            }
        }
        return files.sorted()
    }

    /// Refuses a path where the system would not let a file be written.
    ///
    /// - Parameter path: The path below the folder.
    /// - Throws: ``FileError/badParent(path:_:)`` with the first folder that refuses.
    public func checkWritable(_ path: String) throws(FileError) {
        try checkPath(path)
        // The staging folder needs a place of its own, and the file a name in its folder.
        for parent in [""] + parents(of: path) {
            do throws(SystemFailure) {
                guard case .folder = try folder.entry(parent.isEmpty ? "." : parent) else { return }
                let opened = try folder.folder(parent)
                guard faccessat(opened.descriptor, ".", W_OK | X_OK, 0) == 0 else { throw .last }
            } catch {
                let place = parent.isEmpty ? self.path : self.path + "/" + parent
                throw .badParent(path: place, .notWritable(code: error.code))
            }
        }
    }

    /// Makes changes: all of them, or none.
    ///
    /// - Parameter changes: The changes, each path once, in any order.
    /// - Returns: Where the old contents of files were kept, by the files' paths: `FILE~`, or
    ///   `FILE.~2~` and so on where that is taken.
    /// - Throws: ``FileError``, with every file as it was before: ``FileError/inTheWay(path:_:)``
    ///   where something that is no file is in the way, ``FileError/system(_:path:code:)`` where
    ///   the system refuses, ``FileError/notRolledBack(path:code:)`` where it refused the way back,
    ///   too, and the next run has to take it.
    @discardableResult
    public func apply(_ changes: [FileChange]) throws(FileError) -> [String: String] {
        try apply(changes, repository: nil).kept
    }

    /// Makes changes, and a repository: all of it, or nothing.
    ///
    /// - Parameters:
    ///   - changes: The changes, each path once, in any order.
    ///   - repository: The repository to make of the folder; nil for none.
    ///   - progress: Is told how far the writing is.
    /// - Returns: Where the old contents of files were kept, and what repository was made.
    /// - Throws: ``FileError`` as ``apply(_:)`` does, or ``FileError/git(_:)``.
    package func apply(
        _ changes: [FileChange],
        repository: NewRepository?,
        _ progress: WritingProgress = { _, _ in }
    ) throws(FileError) -> (kept: [String: String], repository: Repository?) {
        for change in changes { try checkPath(change.path) }
        guard !changes.isEmpty || repository != nil else { return ([:], nil) }
        return try Transaction.run(changes, repository, in: folder, path: path, progress)
    }
}

/// Refuses a path that leaves its folder, or that only git or pa-new itself may write to.
private func checkPath(_ path: String) throws(FileError) {
    if let problem = pathProblem(path) {
        throw .badPath(path: path, problem)
    }
}

/// Finds what is in the way of a path above its last name.
func obstacle(
    above place: String,
    in folder: borrowing OpenFolder,
    path: String
) throws(FileError) -> (path: String, Obstacle)? {
    for prefix in parents(of: place) {
        let entry: Entry
        do throws(SystemFailure) {
            entry = try folder.entry(prefix)
        } catch {
            throw .system(.look, path: path + "/" + prefix, code: error.code)
        }
        switch entry {
        case .missing: return nil
        case .folder: continue
        case .file, .link, .other: return entry.obstacle.map { (prefix, $0) }
        }
    }
    return nil
}

/// Tells of a failed system call with what was being done, and where.
func attempt<Value>(
    _ operation: FileError.Operation,
    _ path: String,
    _ action: () throws(SystemFailure) -> Value
) throws(FileError) -> Value {
    do throws(SystemFailure) {
        return try action()
    } catch {
        throw .system(operation, path: path, code: error.code)
    }
}
