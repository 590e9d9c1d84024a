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
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .refused(code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    return try readAll(descriptor, size: Int(status.st_size), most: most)
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
            while count < buffer.count {
                let read = read(
                    descriptor,
                    buffer.baseAddress.map { $0 + count },
                    buffer.count - count
                )
                if read < 0 {
                    if errno == EINTR { continue }
                    code = errno
                    return
                }
                if read == 0 {
                    isAtEnd = true
                    return
                }
                count += read
            }
        }
        if code != 0 { throw .refused(code: code) }
        // In the usual case nothing is copied.
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        if bytes.count > most { throw .tooLarge(most: most) }
        if isAtEnd { return bytes }
        capacity = 64 * 1024
    }
}
