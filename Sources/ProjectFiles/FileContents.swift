// The contents of a file that is to be written: in memory, or still in the file that they are copied from.

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The contents of a file: in memory, or in a file on the disk.
public enum FileContents: Sendable {
    /// Bytes in memory.
    case bytes([UInt8])
    /// Those of a file on the disk, which was read once and is read again when they are used.
    case file(SourceFile)

    /// The size in bytes.
    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.count
        }
    }

    /// The SHA-256 in hexadecimal digits.
    public var sha256: String {
        switch self {
        case .bytes(let bytes): SHA256.hex(of: bytes)
        case .file(let file): file.sha256
        }
    }

    /// Whether the bytes are text; false for more of them than one piece that are not in memory.
    package var isText: Bool {
        switch self {
        case .bytes(let bytes): ProjectFiles.isText(bytes)
        case .file(let file): file.isText
        }
    }

    /// The bytes, if they are in memory.
    public var inMemory: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    /// Returns the bytes, and reads them if they are not in memory.
    ///
    /// - Returns: The bytes.
    /// - Throws: ``FileError/changed(path:)`` or ``FileError/system(_:path:code:)`` if the file on the disk
    ///   cannot be read as it was.
    public func bytes() throws(FileError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .file(let file): return try file.bytes()
        }
    }
}

extension FileContents: Hashable {
    /// Whether two files have the same bytes.
    ///
    /// - Parameters:
    ///   - left: The contents of a file.
    ///   - right: Those of another one.
    /// - Returns: Whether they are equal. Of those that are not in memory, the digest says it.
    public static func == (left: Self, right: Self) -> Bool {
        if case (.bytes(let left), .bytes(let right)) = (left, right) {
            return isSame(left[...], right[...])
        }
        return left.count == right.count && left.sha256 == right.sha256
    }

    /// Hashes what equal contents have in common, wherever they are.
    ///
    /// - Parameter hasher: Receives it.
    public func hash(into hasher: inout Hasher) { hasher.combine(sha256) }
}

/// A file on the disk whose contents are known by their digest.
///
/// It is shared: the values of a large template have the same one in many places.
public final class SourceFile: Sendable {
    /// Its path, from the current folder.
    let path: String
    /// What the system said of it when it was read.
    private let identity: Identity
    /// The SHA-256 of its contents.
    let sha256: String
    /// Whether its contents are text, if they are no more than ``largestPiece``.
    package let isText: Bool

    var count: Int { identity.size }

    /// The largest file that is read at once: a larger one is read in pieces of this size.
    static let largestPiece = 1 << 20

    /// Describes a file that was read.
    init(path: String, _ status: stat, sha256: String, isText: Bool) {
        self.path = path
        identity = Identity(status)
        self.sha256 = sha256
        self.isText = isText
    }

    /// Opens the file, if it is as it was when it was read.
    private func open() throws(FileError) -> Int32 {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        #if canImport(Darwin)
            let file = Darwin.open(path, flags)
        #elseif canImport(Musl)
            let file = Musl.open(path, flags)
        #else
            let file = Glibc.open(path, flags)
        #endif
        guard file >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR, ELOOP, ENXIO: throw .changed(path: path)
            case let code: throw .system(.read, path: path, code: code)
            }
        }
        guard isUnchanged(file) else {
            close(file)
            throw .changed(path: path)
        }
        return file
    }

    private func isUnchanged(_ file: Int32) -> Bool {
        var status = stat()
        return fstat(file, &status) == 0 && Identity(status) == identity
    }

    /// Reads the file again.
    func bytes() throws(FileError) -> [UInt8] {
        let file = try open()
        defer { close(file) }
        let bytes: [UInt8]
        do throws(ReadProblem) {
            bytes = try readAll(file, size: count, most: count)
        } catch .refused(let code) {
            throw .system(.read, path: path, code: code)
        } catch {
            throw .changed(path: path)
        }
        guard bytes.count == count, isUnchanged(file) else { throw .changed(path: path) }
        return bytes
    }

    /// Copies the contents to another file, in pieces.
    ///
    /// - Parameter target: The descriptor of the other file.
    /// - Returns: 0, or the error number of writing.
    /// - Throws: ``FileError`` if this file cannot be read as it was.
    func copy(to target: Int32) throws(FileError) -> Int32 {
        let file = try open()
        defer { close(file) }
        var copied = 0
        while copied < count {
            var code: Int32 = 0
            let piece = [UInt8](
                unsafeUninitializedCapacity: min(count - copied, Self.largestPiece)
            ) { buffer, size in
                code = fill(buffer, from: file, &size)
            }
            if code != 0 { throw .system(.read, path: path, code: code) }
            if piece.isEmpty { throw .changed(path: path) }
            copied += piece.count
            code = writeAll(piece, to: target)
            if code != 0 { return code }
        }
        // The times of the file tell whether it was written to meanwhile.
        guard isUnchanged(file) else { throw .changed(path: path) }
        return 0
    }
}

extension SourceFile: Hashable {
    /// Whether two values describe the same reading of a file.
    ///
    /// - Parameters:
    ///   - left: A file.
    ///   - right: Another one.
    /// - Returns: Whether all that is known of them is equal.
    public static func == (left: SourceFile, right: SourceFile) -> Bool {
        left === right
            || left.path == right.path && left.identity == right.identity
                && left.sha256 == right.sha256
    }

    /// Hashes what is known of the file.
    ///
    /// - Parameter hasher: Receives it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(sha256)
    }
}

/// What the system says of a file: if it is the same, so are the contents.
private struct Identity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int
    /// When its contents, and when anything of it changed.
    let written: Moment
    let changed: Moment

    /// A time with its nanoseconds.
    struct Moment: Sendable, Hashable {
        let seconds: Int
        let nanoseconds: Int

        init(_ time: timespec) {
            (seconds, nanoseconds) = (Int(time.tv_sec), Int(time.tv_nsec))
        }
    }

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int(status.st_size)
        #if canImport(Darwin)
            (written, changed) = (Moment(status.st_mtimespec), Moment(status.st_ctimespec))
        #else
            (written, changed) = (Moment(status.st_mtim), Moment(status.st_ctim))
        #endif
    }
}

/// Reads until a buffer is full or the file ends.
///
/// - Parameters:
///   - buffer: The buffer.
///   - file: The descriptor of the file.
///   - count: The number of bytes that were read.
/// - Returns: 0, or the error number.
func fill(_ buffer: UnsafeMutableBufferPointer<UInt8>, from file: Int32, _ count: inout Int)
    -> Int32
{
    while count < buffer.count {
        let size = read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if size < 0 {
            if errno == EINTR { continue }
            return errno
        }
        if size == 0 { return 0 }
        count += size
    }
    return 0
}

/// Whether bytes are the same as others: Swift's own `==` takes ten times as long for them.
func isSame(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    left.withUnsafeBytes { left in
        right.withUnsafeBytes { right in
            guard left.count == right.count else { return false }
            guard let first = left.baseAddress, let second = right.baseAddress else { return true }
            return first == second || memcmp(first, second, left.count) == 0
        }
    }
}
