// How files land on the disk: all of them in one instant, or none.
//
// The project is written into a hidden folder beside its place, then renamed there. rename(2) of a
// folder is atomic, takes an empty folder's place and refuses a full one, so that of two runs for
// one name exactly one wins.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Writes a project.
///
/// - Parameters:
///   - files: The files, complete.
///   - target: The folder that the project becomes. Its parent has to exist; the folder itself may
///     exist only if it is empty.
/// - Throws: ``ScaffoldError/targetExists(path:_:)``, ``ScaffoldError/badParent(path:_:)`` or
///   ``ScaffoldError/system(_:path:code:)``; the disk is then as it was.
func write(_ files: [RenderedFile], to target: String) throws(ScaffoldError) {
    let (parent, name) = split(target)
    try checkParent(parent)
    try checkTarget(target)

    var stage = Stage(path: try makeStagingFolder(in: parent, for: name), target: target)
    do throws(ScaffoldError) {
        for file in files { try stage.add(file) }
        try stage.move()
    } catch {
        stage.remove()
        throw error
    }
}

/// A folder that is being filled beside its final place.
private struct Stage {
    let path: String
    /// The final place: errors tell of it, and not of a hidden folder that is gone by then.
    let target: String
    /// Everything made so far below the folder, in the order it was made.
    private var made: [(path: String, isFolder: Bool)] = []
    private var folders: Set<String> = []

    init(path: String, target: String) {
        self.path = path
        self.target = target
    }

    /// Writes a file, and the folders above it where they are missing.
    mutating func add(_ file: RenderedFile) throws(ScaffoldError) {
        var folder = ""
        for segment in file.path.split(separator: "/").dropLast() {
            folder += "/" + segment
            guard folders.insert(folder).inserted else { continue }
            let place = path + folder
            guard mkdir(place, 0o777) == 0 else { throw failure(.makeFolder, target + folder) }
            made.append((place, true))
        }

        let place = path + "/" + file.path
        let mode: mode_t = file.isExecutable ? 0o777 : 0o666
        let descriptor = open(place, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure(.write, target + "/" + file.path) }
        made.append((place, false))
        let code = writeAll(file.contents, to: descriptor)
        // A disk quota may speak up only when the file is closed.
        let closed = close(descriptor) == 0 ? 0 : errno
        if code != 0 || closed != 0 {
            throw .system(
                .write,
                path: target + "/" + file.path,
                code: code != 0 ? code : closed
            )
        }
    }

    /// Renames the folder to its final place.
    func move() throws(ScaffoldError) {
        guard rename(path, target) != 0 else { return }
        let code = errno
        // Somebody else was faster: say what lies there now.
        try checkTarget(target)
        throw .system(.rename, path: target, code: code)
    }

    /// Removes everything that was made, and nothing else.
    func remove() {
        for (path, isFolder) in made.reversed() {
            _ = isFolder ? rmdir(path) : unlink(path)
        }
        rmdir(path)
    }
}

/// Makes a hidden folder that no other run uses.
private func makeStagingFolder(in parent: String, for name: String) throws(ScaffoldError) -> String
{
    while true {
        let tag = String(UInt64.random(in: .min ... .max), radix: 36)
        let path = "\(parent)/.\(name).pa-new-\(tag)"
        if mkdir(path, 0o777) == 0 { return path }
        let code = errno
        switch code {
        case EEXIST: continue
        case EACCES, EPERM, EROFS, ENOENT: throw .badParent(path: parent, .notWritable(code: code))
        default: throw .system(.makeFolder, path: "\(parent)/\(name)", code: code)
        }
    }
}

/// Refuses a parent that is no folder.
private func checkParent(_ parent: String) throws(ScaffoldError) {
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

/// Refuses a target that exists, unless it is an empty folder.
private func checkTarget(_ target: String) throws(ScaffoldError) {
    var status = stat()
    guard lstat(target, &status) == 0 else {
        let code = errno
        if code == ENOENT { return }
        throw .system(.look, path: target, code: code)
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
        let entries = try entries(of: target)
        if !entries.isEmpty { throw .targetExists(path: target, .folder(entries: entries)) }
    case S_IFLNK:
        throw .targetExists(path: target, .link)
    case S_IFREG:
        throw .targetExists(path: target, .file)
    default:
        throw .targetExists(path: target, .other)
    }
}

/// Returns the names in a folder, sorted.
private func entries(of folder: String) throws(ScaffoldError) -> [String] {
    guard let directory = opendir(folder) else { throw failure(.look, folder) }
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

/// Returns the folder and the last name of a path.
private func split(_ path: String) -> (parent: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let parent = path[..<slash]
    return (parent.isEmpty ? "/" : String(parent), String(path[path.index(after: slash)...]))
}

/// The error of the system call that has just failed.
private func failure(_ operation: ScaffoldError.Operation, _ path: String) -> ScaffoldError {
    .system(operation, path: path, code: errno)
}
