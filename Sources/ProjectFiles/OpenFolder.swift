// A folder, and access to what is below it without following links: each step of a path is opened
// separately (openat with O_NOFOLLOW), so that a link that another user puts there has no effect.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What exists at a path.
enum Entry {
    case missing
    case file(stat)
    case folder(stat)
    case link
    case other

    init(_ status: stat) {
        self =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file(status)
            case S_IFDIR: .folder(status)
            case S_IFLNK: .link
            default: .other
            }
    }

    /// The obstacle, if this is not a file; nil for a file or nothing.
    var obstacle: Obstacle? {
        switch self {
        case .missing: nil
        case .file: .file
        case .folder: .folder(entries: [])
        case .link: .link
        case .other: .other
        }
    }
}

/// A system call that failed, with its `errno`.
package struct SystemFailure: Error {
    package let code: Int32
    /// Why the file that was to be copied cannot be read; nil if the call failed for another one.
    package var ofSource: FileError?

    /// Creates a failure.
    package init(code: Int32, ofSource: FileError? = nil) {
        self.code = code
        self.ofSource = ofSource
    }

    /// The failure of the most recent call.
    static var last: SystemFailure { SystemFailure(code: errno) }
}

/// A folder that is open.
struct OpenFolder: ~Copyable {
    let descriptor: Int32
    /// Whether the descriptor belongs to another value, which exists at least as long.
    private let isBorrowed: Bool
    /// Whether this value has locked the folder.
    private var isLocked = false

    private init(_ descriptor: Int32, isBorrowed: Bool = false) {
        self.descriptor = descriptor
        self.isBorrowed = isBorrowed
    }

    /// Opens a folder that the user named; this path may be a link.
    init(_ path: String) throws(SystemFailure) {
        isBorrowed = false
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last }
    }

    deinit {
        if isBorrowed { return }
        // A program that another thread is starting now has the descriptor, too, until it executes, and
        // would keep the lock.
        if isLocked { flock(descriptor, LOCK_UN) }
        close(descriptor)
    }

    /// Uses a folder that another value has open, and closes last.
    init(borrowing descriptor: Int32) { self.init(descriptor, isBorrowed: true) }

    /// Opens a folder below this one.
    ///
    /// - Parameter path: The path from here; empty for this folder itself.
    /// - Returns: The folder.
    /// - Throws: ``SystemFailure``, with `ENOTDIR` for a link.
    func folder(_ path: some StringProtocol) throws(SystemFailure) -> OpenFolder {
        let names = segments(of: path).filter { !$0.isEmpty }
        var current = descriptor
        // The result has a descriptor of its own, also if the path is empty or "/".
        if names.isEmpty {
            current = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard current >= 0 else { throw .last }
        }
        for name in names {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            let next = openat(current, String(name), flags)
            let code = errno
            if current != descriptor { close(current) }
            // Darwin and Linux give different errors for a link.
            guard next >= 0 else { throw SystemFailure(code: code == ELOOP ? ENOTDIR : code) }
            current = next
        }
        return OpenFolder(current)
    }

    /// Opens the folder that holds a path; the result must not outlive this value.
    private func parent(of path: String) throws(SystemFailure) -> OpenFolder {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return OpenFolder(descriptor, isBorrowed: true)
        }
        return try folder(path[..<slash])
    }

    /// Returns what exists at a path; `missing` if something other than a folder is on the way.
    func entry(_ path: String) throws(SystemFailure) -> Entry {
        do throws(SystemFailure) {
            let parent = try parent(of: path)
            var status = stat()
            guard
                fstatat(parent.descriptor, splitPath(path).name, &status, AT_SYMLINK_NOFOLLOW) == 0
            else { throw .last }
            return Entry(status)
        } catch  where [ENOENT, ENOTDIR].contains(error.code) {
            return .missing
        }
    }

    /// Whether something exists at a path.
    func has(_ path: String) throws(SystemFailure) -> Bool {
        if case .missing = try entry(path) { false } else { true }
    }

    /// Returns the bytes of a file.
    ///
    /// - Parameters:
    ///   - path: The path from here.
    ///   - most: The maximum size in bytes.
    /// - Returns: The contents of the file.
    /// - Throws: ``SystemFailure``, with `EFBIG` for a larger file.
    func contents(_ path: String, most: Int = maxFileBytes) throws(SystemFailure) -> [UInt8] {
        let (file, status) = try openFile(path)
        defer { close(file) }
        do throws(ReadProblem) {
            return try readAll(file, size: Int(status.st_size), most: most)
        } catch .refused(let code) {
            throw SystemFailure(code: code)
        } catch {
            throw SystemFailure(code: EFBIG)
        }
    }

    /// Opens a file for reading.
    ///
    /// - Parameter path: The path from here.
    /// - Returns: The descriptor, which the caller has to close, and the file's status.
    /// - Throws: ``SystemFailure``, with `EISDIR` for all that is not a file.
    func openFile(_ path: String) throws(SystemFailure) -> (descriptor: Int32, status: stat) {
        let parent = try parent(of: path)
        // If the file was replaced by a pipe, opening it must not block.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = openat(parent.descriptor, splitPath(path).name, flags)
        guard file >= 0 else { throw .last }
        var status = stat()
        let code = fstat(file, &status) == 0 ? 0 : errno
        guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(file)
            throw SystemFailure(code: code == 0 ? EISDIR : code)
        }
        return (file, status)
    }

    /// Returns the names in this folder, sorted.
    func names() throws(SystemFailure) -> [String] {
        // A separate descriptor, since a directory stream takes ownership of the one it gets.
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw .last }
        return try Self.names(closing: copy)
    }

    /// Returns the names in a folder, sorted, and closes its descriptor.
    static func names(closing descriptor: Int32) throws(SystemFailure) -> [String] {
        guard let directory = fdopendir(descriptor) else {
            let failure = SystemFailure.last
            close(descriptor)
            throw failure
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(
                    to: CChar.self,
                    capacity: MemoryLayout.size(ofValue: field.pointee)
                ) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Whether the folder above a path lists exactly this name, and not one that the system takes for the same.
    func lists(_ path: String) throws(SystemFailure) -> Bool {
        let (parent, name) = splitPath(path)
        guard case .folder = try entry(parent) else { return false }
        // Swift would take the two ways to write `é` for the same.
        return try folder(parent == "." ? "" : parent).names()
            .contains { $0.utf8.elementsEqual(name.utf8) }
    }

    /// Creates a folder.
    ///
    /// Its parent must exist.
    ///
    /// - Parameters:
    ///   - path: The path from here.
    ///   - mode: Its permissions, which the umask restricts.
    ///   - exactMode: Its permissions regardless of the umask; nil to use `mode`.
    /// - Throws: ``SystemFailure``.
    func makeFolder(
        _ path: String,
        mode: mode_t = 0o777,
        exactMode: mode_t? = nil
    ) throws(SystemFailure) {
        let parent = try parent(of: path)
        let name = splitPath(path).name
        guard mkdirat(parent.descriptor, name, exactMode ?? mode) == 0 else { throw .last }
        if let exactMode, fchmodat(parent.descriptor, name, exactMode, 0) != 0 { throw .last }
    }

    /// Writes a file that does not exist yet.
    ///
    /// - Parameters:
    ///   - path: The path from here.
    ///   - contents: The contents of the file.
    ///   - mode: Its permissions, which the umask restricts.
    ///   - exactMode: Its permissions regardless of the umask; nil to use `mode`.
    ///   - access: Its owner, group and permissions; nil for those of this process, and the modes.
    ///   - isDurable: Whether to wait until the file is on the disk (fsync).
    /// - Throws: ``SystemFailure``; an incomplete file may remain.
    func write(
        _ path: String,
        _ contents: FileContents,
        mode: mode_t = 0o666,
        exactMode: mode_t? = nil,
        access: Access? = nil,
        isDurable: Bool = false
    ) throws(SystemFailure) {
        let parent = try parent(of: path)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = openat(parent.descriptor, splitPath(path).name, flags, exactMode ?? mode)
        guard file >= 0 else { throw .last }
        var code: Int32 = 0
        do throws(FileError) {
            switch contents {
            case .bytes(let bytes): code = writeAll(bytes[...], to: file)
            case .text(var text):
                code = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: file) }
            case .file(let source): code = try source.copy(to: file)
            case .made(let bytes): code = try bytes.copy(to: file)
            }
        } catch {
            close(file)
            throw SystemFailure(code: EIO, ofSource: error)
        }
        if code == 0, let exactMode, fchmod(file, exactMode) != 0 { code = errno }
        if code == 0, let access { code = access.give(to: file) }
        if code == 0, isDurable, fsync(file) != 0 { code = errno }
        // A disk quota may be reported only when the file is closed.
        if close(file) != 0, code == 0 { code = errno }
        guard code == 0 else { throw SystemFailure(code: code) }
    }

    /// Writes a file that does not exist yet, with bytes in memory.
    func write(
        _ path: String,
        _ bytes: [UInt8],
        mode: mode_t = 0o666,
        isDurable: Bool = false
    ) throws(SystemFailure) {
        try write(path, .bytes(bytes), mode: mode, isDurable: isDurable)
    }

    /// Adds a second name (hard link) for a file.
    ///
    /// The name must be free.
    func link(_ path: String, to other: String) throws(SystemFailure) {
        let from = try parent(of: path)
        let to = try parent(of: other)
        guard
            linkat(from.descriptor, splitPath(path).name, to.descriptor, splitPath(other).name, 0)
                == 0
        else { throw .last }
    }

    /// Moves a file or folder to another path and replaces a file there.
    func move(_ path: String, to other: String) throws(SystemFailure) {
        let from = try parent(of: path)
        let to = try parent(of: other)
        guard
            renameat(from.descriptor, splitPath(path).name, to.descriptor, splitPath(other).name)
                == 0
        else { throw .last }
    }

    /// Removes a file or an empty folder.
    ///
    /// A missing file is not an error.
    func remove(_ path: String, isFolder: Bool = false) throws(SystemFailure) {
        do throws(SystemFailure) {
            let parent = try parent(of: path)
            let flags = isFolder ? Int32(AT_REMOVEDIR) : 0
            guard unlinkat(parent.descriptor, splitPath(path).name, flags) == 0 else { throw .last }
        } catch  where [ENOENT, ENOTDIR].contains(error.code) {
            return
        }
    }

    /// Waits until the names in a folder below this one are on the disk, if the folder exists.
    func sync(_ path: String) throws(SystemFailure) {
        do throws(SystemFailure) {
            let folder = try folder(path)
            guard fsync(folder.descriptor) == 0 else { throw .last }
        } catch  where [ENOENT, ENOTDIR].contains(error.code) {
            return
        } catch  where [EINVAL, ENOTSUP].contains(error.code) {
            // Some file systems do not support this.
            return
        }
    }

    /// Removes a folder with all its contents; a link is removed without its target.
    func removeTree(_ name: String) throws(SystemFailure) {
        let folder = try folder(name)
        for inner in try folder.names() {
            if case .folder = try folder.entry(inner) {
                try folder.removeTree(inner)
            } else {
                try folder.remove(inner)
            }
        }
        try remove(name, isFolder: true)
    }

    /// Locks this folder against other runs for as long as it is open.
    ///
    /// - Parameter answer: The result if the file system does not support locks.
    /// - Returns: Whether this run has the lock.
    /// - Throws: ``SystemFailure`` if the lock fails for another reason.
    mutating func lock(whereUnsupported answer: Bool = true) throws(SystemFailure) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            case EBADF, EINVAL, ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP: return answer
            default: throw .last
            }
        }
        isLocked = true
        return true
    }
}

/// Writes all bytes, and returns 0 or the error number.
func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
}

private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = write(
            descriptor,
            UnsafeRawBufferPointer(rebasing: rest).baseAddress,
            rest.count
        )
        if count < 0 {
            if errno == EINTR { continue }
            return errno
        }
        rest = rest.dropFirst(count)
    }
    return 0
}
