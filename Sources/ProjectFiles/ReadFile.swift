// Reads files from outside: regular files only, up to a size limit.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Why a file or folder cannot be read.
public enum ReadProblem: Error, Sendable, Hashable {
    /// It does not exist.
    case missing
    /// It must be a file but is something else.
    case notAFile
    /// It must be a folder but is something else.
    case notAFolder
    /// It is a symbolic link.
    case link
    /// It has more bytes than the limit.
    case tooLarge(most: Int)
    /// It has more files than the limit.
    case tooMany(most: Int)
    /// The system refuses, with its `errno`.
    case refused(code: Int32)
}

/// Reads a regular file.
///
/// - Parameters:
///   - path: The file.
///   - most: The maximum size in bytes.
///   - followsLinks: Whether to follow a link to its target.
/// - Returns: The contents of the file.
/// - Throws: ``ReadProblem``. It does not wait for pipes and devices.
package func readFile(
    _ path: String,
    most: Int,
    followsLinks: Bool = true
) throws(ReadProblem) -> [UInt8] {
    let (descriptor, status) = try openFile(path, followsLinks: followsLinks)
    defer { close(descriptor) }
    return try readAll(descriptor, size: Int(status.st_size), most: most)
}

/// A regular file that was read.
package struct FileRead: Sendable {
    /// Its contents.
    package let contents: FileContents
    /// The SHA-256 of its contents, in hexadecimal digits.
    package let sha256: String
    /// Whether the owner may execute it.
    package let isExecutable: Bool
}

/// Reads a regular file once, which need not stay in memory.
///
/// - Parameters:
///   - path: The file, from the current folder. A link is not followed.
///   - most: The maximum size in bytes.
///   - staysInMemory: Whether a file of so many bytes is to be in memory.
/// - Returns: The file.
/// - Throws: ``ReadProblem``. It does not wait for pipes and devices.
package func readFileOnce(
    _ path: String,
    most: Int,
    staysInMemory: (Int) -> Bool
) throws(ReadProblem) -> FileRead {
    let (descriptor, status) = try openFile(path, followsLinks: false)
    defer { close(descriptor) }
    let size = Int(status.st_size)
    guard size <= most else { throw .tooLarge(most: most) }
    let isExecutable = status.st_mode & S_IXUSR != 0
    let stays = staysInMemory(size)
    guard stays || size <= SourceFile.largestPiece else {
        let sha256 = try digest(of: descriptor)
        let file = SourceFile(path: path, status, sha256: sha256, isText: false)
        return FileRead(contents: .file(file), sha256: sha256, isExecutable: isExecutable)
    }
    let bytes = try readAll(descriptor, size: size, most: most)
    let sha256 = SHA256.hex(of: bytes)
    // One that grows meanwhile is noticed when it is copied.
    let contents: FileContents =
        stays
        ? .bytes(bytes)
        : .file(SourceFile(path: path, status, sha256: sha256, isText: isText(bytes)))
    return FileRead(contents: contents, sha256: sha256, isExecutable: isExecutable)
}

/// Returns the SHA-256 of an open file, which is read in pieces.
func digest(of descriptor: Int32) throws(ReadProblem) -> String {
    var state = SHA256.initialState
    var count = 0
    while true {
        var code: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: SourceFile.largestPiece) { buffer, read in
            code = fill(buffer, from: descriptor, &read)
        }
        if code != 0 { throw .refused(code: code) }
        // Only the last piece is not full, and all others are whole blocks.
        guard piece.count == SourceFile.largestPiece else {
            return SHA256.hex(of: SHA256.digest(of: piece, from: state, after: count))
        }
        piece.withUnsafeBytes { SHA256.compress(&state, $0) }
        count += piece.count
    }
}

/// Opens a regular file for reading, without waiting for pipes and devices.
private func openFile(
    _ path: String,
    followsLinks: Bool
) throws(ReadProblem) -> (descriptor: Int32, status: stat) {
    // Non-blocking, because opening a pipe would wait for its other end.
    let flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLinks ? 0 : O_NOFOLLOW)
    let descriptor = open(path, flags)
    guard descriptor >= 0 else {
        switch errno {
        case ENOENT, ENOTDIR: throw .missing
        // A socket, or a device that does not exist.
        case ENXIO, ENODEV: throw .notAFile
        case ELOOP where !followsLinks: throw .link
        case let code: throw .refused(code: code)
        }
    }
    var status = stat()
    let code = fstat(descriptor, &status) == 0 ? 0 : errno
    guard code == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw code == 0 ? .notAFile : .refused(code: code)
    }
    return (descriptor, status)
}

/// The maximum size of a file of a project, in bytes: it is in memory as a whole.
package let maxFileBytes = 1 << 30

/// Reads an open file to its end.
///
/// - Parameters:
///   - descriptor: The file.
///   - size: The size that the system says; it can be more, and then nothing is read, or less.
///   - most: The maximum size in bytes.
/// - Returns: The contents of the file.
/// - Throws: ``ReadProblem``.
func readAll(_ descriptor: Int32, size: Int, most: Int) throws(ReadProblem) -> [UInt8] {
    guard size <= most else { throw .tooLarge(most: most) }
    // One byte more than its size, to notice if it grows meanwhile.
    var capacity = max(size, 0) + 1
    var bytes: [UInt8] = []
    while true {
        var code: Int32 = 0
        var isAtEnd = false
        let piece = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            code = fill(buffer, from: descriptor, &count)
            isAtEnd = count < buffer.count
        }
        if code != 0 { throw .refused(code: code) }
        // In the usual case nothing is copied.
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        if bytes.count > most { throw .tooLarge(most: most) }
        if isAtEnd { return bytes }
        capacity = 64 * 1024
    }
}
