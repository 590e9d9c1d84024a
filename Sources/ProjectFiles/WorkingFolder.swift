// An existing folder in which only one run works at a time: look first, decide, then change it.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An existing folder that is locked for this run until the value goes out of scope.
public struct WorkingFolder: ~Copyable {
    /// The folder as the user named it.
    public let path: String
    let folder: OpenFolder
    /// The paths that a killed run changed, if this run may not undo that: the path of the original
    /// contents, or nil if there were none.
    let before: [String: String?]
    /// Whether this run undid the unfinished changes of a killed run.
    package let didRecover: Bool

    /// Opens and locks a folder, and undoes the unfinished changes of a killed run.
    ///
    /// - Parameters:
    ///   - path: The folder, or a link to it.
    ///   - isReadOnly: Whether nothing may be written. States and contents are then those from before
    ///     the killed run, and ``apply(_:)`` must not be called.
    /// - Throws: ``FileError/badParent(path:_:)`` if there is no such folder,
    ///   ``FileError/busy(path:)`` if another run is working in it,
    ///   ``FileError/badStaging(path:_:)`` if its staging folder is not ours,
    ///   ``FileError/notRolledBack(path:code:)`` if the system refuses.
    public init(_ path: String, isReadOnly: Bool = false) throws(FileError) {
        var folder: OpenFolder
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
                didRecover = try unfinished.rollBack(in: folder, path: path) == .undone
            }
        }
        self.path = path
        self.folder = folder
        self.before = before
        self.didRecover = didRecover
    }

    /// Uses a folder that another value has open, and closes last.
    init(borrowing descriptor: Int32, path: String, before: [String: String?]) {
        self.path = path
        folder = OpenFolder(borrowing: descriptor)
        self.before = before
        didRecover = false
    }

    /// Returns what exists at a path.
    ///
    /// - Parameter path: The path below the folder.
    /// - Returns: What exists there. Links are not followed, not even on the way to the path.
    /// - Throws: ``FileError/badPath(path:_:)`` if the path would leave the
    ///   folder, ``FileError/system(_:path:code:)`` if the system refuses.
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

    /// Returns the permissions of a file; nil if there is none.
    ///
    /// - Parameter path: The path below the folder.
    /// - Returns: The permissions.
    /// - Throws: ``FileError`` as ``state(of:)`` does.
    package func permissions(of path: String) throws(FileError) -> UInt16? {
        try checkPath(path)
        let entry = try attempt(.look, self.path + "/" + path) { () throws(SystemFailure) in
            try folder.entry(path)
        }
        guard case .file(let status) = entry else { return nil }
        return UInt16(status.st_mode & 0o777)
    }

    /// Whether the folders on the way list a file by exactly this path, and not by one that the system takes for the
    /// same.
    ///
    /// - Parameter path: The path below the folder.
    /// - Returns: Whether each of its names is listed.
    /// - Throws: ``FileError`` as ``state(of:)`` does.
    package func lists(_ path: String) throws(FileError) -> Bool {
        try checkPath(path)
        if let place = before[path] { return place != nil }
        return try attempt(.look, self.path + "/" + path) { () throws(SystemFailure) in
            for place in parents(of: path) + [path] where try !folder.lists(place) { return false }
            return true
        }
    }

    /// Returns the bytes of a file.
    ///
    /// - Parameters:
    ///   - path: The path below the folder.
    ///   - most: The maximum size in bytes; nil for what is possible.
    /// - Returns: The contents of the file.
    /// - Throws: ``FileError/badPath(path:_:)`` if the path would leave the
    ///   folder, ``FileError/system(_:path:code:)`` if there is no readable file, or it is too large.
    public func contents(of path: String, most: Int? = nil) throws(FileError) -> [UInt8] {
        try checkPath(path)
        let place = before[path].flatMap(\.self) ?? path
        return try attempt(.read, self.path + "/" + path) { () throws(SystemFailure) in
            try folder.contents(place, most: most ?? maxFileBytes)
        }
    }

    /// Returns the regular files below a folder, at any depth.
    ///
    /// - Parameter path: The path of the folder.
    /// - Returns: The paths of the files, sorted; empty if the folder does not exist.
    /// - Throws: ``FileError/system(_:path:code:)`` if the system refuses.
    package func files(below path: String) throws(FileError) -> [String] {
        try filesAndOthers(below: path).files
    }

    /// Why something in a folder is no file that a project can have.
    package enum Unusable: Sendable, Hashable {
        /// It is a symbolic link.
        case link
        /// It is neither a regular file nor a folder.
        case notAFile
        /// Its name is not UTF-8.
        case name
        /// Its path is not allowed.
        case path(PathProblem)
    }

    /// Returns the regular files below a folder, at any depth, and what else is there.
    ///
    /// - Parameter path: The path of the folder.
    /// - Returns: The paths of the files, sorted; and by their paths the links, special files, and files and folders
    ///   whose path no file of a project can have. What is in such a folder is not returned.
    /// - Throws: ``FileError/system(_:path:code:)`` if the system refuses.
    package func filesAndOthers(
        below path: String
    ) throws(FileError) -> (files: [String], others: [String: Unusable]) {
        var files: [String] = []
        var others: [String: Unusable] = [:]
        var pending = [path]
        while let place = pending.popLast() {
            try attempt(.look, self.path + "/" + place) { () throws(SystemFailure) in
                guard case .folder = try folder.entry(place) else { return }
                for name in try folder.folder(place).names() {
                    let path = place + "/" + name
                    if let problem = pathProblem(path) {
                        others[path] = .path(problem)
                        continue
                    }
                    switch try folder.entry(path) {
                    case .file: files.append(path)
                    case .folder: pending.append(path)
                    case .link: others[path] = .link
                    case .other: others[path] = .notAFile
                    // What the folder lists and the system does not find has another name: Swift has replaced bytes.
                    case .missing:
                        if name.unicodeScalars.contains("\u{FFFD}") { others[path] = .name }
                    }
                }
            }
        }
        return (files.sorted(), others)
    }

    /// Returns the files that have to go so that a folder goes with them.
    ///
    /// - Parameter path: The path of the folder.
    /// - Returns: The paths of the files, at any depth; nil if something else is in the folder as well.
    /// - Throws: ``FileError/system(_:path:code:)`` if the system refuses.
    package func contentsOfFolder(_ path: String) throws(FileError) -> Set<String>? {
        var files: Set<String> = []
        var pending = [path]
        while let place = pending.popLast() {
            let entries = try attempt(.look, self.path + "/" + place) { () throws(SystemFailure) in
                var entries: [(path: String, entry: Entry)] = []
                for name in try folder.folder(place).names() {
                    let path = place + "/" + name
                    entries.append((path, try folder.entry(path)))
                }
                return entries
            }
            if entries.isEmpty { return nil }
            for (path, entry) in entries {
                switch entry {
                case .file: files.insert(path)
                case .folder: pending.append(path)
                case .missing: continue
                case .link, .other: return nil
                }
            }
        }
        return files
    }

    /// Returns a free name beside a file for its old contents.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - taken: Paths that are not free.
    /// - Returns: `FILE~`, or `FILE.~2~` and so on if that name is taken.
    /// - Throws: ``FileError/system(_:path:code:)`` if the system refuses.
    package func freeName(
        for path: String,
        besides taken: Set<String>
    ) throws(FileError) -> String {
        try Transaction.freeName(for: path, besides: taken, in: folder, path: self.path)
    }

    /// Checks that the system would allow writing a file at a path.
    ///
    /// - Parameter path: The path below the folder.
    /// - Throws: ``FileError/badParent(path:_:)`` with the first folder that is not writable.
    public func checkWritable(_ path: String) throws(FileError) {
        try checkPath(path)
        // The staging folder is created in the top folder, and the file in its own folder.
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
    /// - Returns: The paths at which old contents were kept, by the files' paths: `FILE~`, or
    ///   `FILE.~2~` and so on if that name is taken.
    /// - Throws: ``FileError``; every file is then as it was before. ``FileError/inTheWay(path:_:)``
    ///   if something other than a file is at the path, ``FileError/system(_:path:code:)`` if
    ///   the system refuses, ``FileError/notRolledBack(path:code:)`` if it also refuses to undo the
    ///   changes, so that the next run has to do that.
    @discardableResult
    public func apply(_ changes: [FileChange]) throws(FileError) -> [String: String] {
        try apply(changes, repository: nil).kept
    }

    /// Makes changes and creates a repository: all of it, or nothing.
    ///
    /// - Parameters:
    ///   - changes: The changes, each path once, in any order.
    ///   - repository: The repository to create in the folder; nil for none.
    ///   - progress: Receives the progress of writing.
    /// - Returns: The paths at which old contents were kept, and the new repository.
    /// - Throws: ``FileError`` like ``apply(_:)``, or ``FileError/git(_:)``.
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

/// Throws if a path leaves its folder, or if only git or pa-new itself may write to it.
func checkPath(_ path: String) throws(FileError) {
    if let problem = pathProblem(path) {
        throw .badPath(path: path, problem)
    }
}

/// Finds an obstacle at the folders above a path.
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

/// Runs a system call, and turns its failure into a ``FileError`` with the operation and the path.
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
