// The contents of a file that is to be written: in memory, still in the file that they are copied from, or not yet made.

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
    /// A text in memory: the program's own templates are not copied.
    case text(String)
    /// Those of a file on the disk, which was read once and is read again when they are used.
    case file(SourceFile)
    /// Those that are made when they are used.
    case made(MadeBytes)

    /// The size in bytes.
    public var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .text(let text): text.utf8.count
        case .file(let file): file.count
        case .made: inMemory?.count ?? 0
        }
    }

    /// The SHA-256 in hexadecimal digits.
    public var sha256: String {
        switch self {
        case .bytes(let bytes): SHA256.hex(of: bytes)
        case .text(let text): SHA256.hex(of: Array(text.utf8))
        case .file(let file): file.sha256
        case .made: SHA256.hex(of: inMemory ?? [])
        }
    }

    /// Whether the bytes are text; false for more of them than one piece that are not in memory.
    package var isText: Bool {
        switch self {
        case .bytes(let bytes): ProjectFiles.isText(bytes)
        case .text(let text): ProjectFiles.isText(text)
        case .file(let file): file.isText
        case .made: ProjectFiles.isText(inMemory ?? [])
        }
    }

    /// The bytes, if they are in memory, or can be made.
    public var inMemory: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .text(let text): Array(text.utf8)
        case .file: nil
        case .made(let bytes): try? bytes.bytes()
        }
    }

    /// Whether they are in a file on the disk, and not in memory.
    package var areOnDisk: Bool { if case .file = self { true } else { false } }

    /// Does something with the bytes, which are not copied.
    ///
    /// - Parameter body: The action.
    /// - Returns: Its result; nil if the bytes are on the disk.
    private func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
        switch self {
        case .text(var text): text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        default: inMemory?.withUnsafeBytes(body)
        }
    }

    /// Returns the bytes, and reads them if they are not in memory.
    ///
    /// - Returns: The bytes.
    /// - Throws: ``FileError/changed(path:)`` or ``FileError/system(_:path:code:)`` if the file on the disk
    ///   cannot be read as it was, or one from which they are made.
    public func bytes() throws(FileError) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .text(let text): return Array(text.utf8)
        case .file(let file): return try file.bytes()
        case .made(let bytes): return try bytes.bytes()
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
        if case (.file(let left), .file(let right)) = (left, right), left.isSameFile(as: right) {
            return true
        }
        let areSame = left.withBytes { left in right.withBytes { isSame(left, $0) } }
        if case .some(.some(let areSame)) = areSame { return areSame }
        return left.count == right.count && left.sha256 == right.sha256
    }

    /// Hashes what equal contents have in common, wherever they are.
    ///
    /// - Parameter hasher: Receives it.
    public func hash(into hasher: inout Hasher) { hasher.combine(sha256) }
}

/// A file on the disk whose contents are known by their digest, or by what the system says of the file.
///
/// It is shared: the values of a large template have the same one in many places.
public final class SourceFile: Sendable {
    /// Its path, from the current folder.
    let path: String
    /// What the system said of it when it was read.
    private let identity: Identity
    /// The SHA-256 of its contents, if it is known.
    private let knownDigest: String?
    /// Whether its contents are text, if they are no more than ``largestPiece``.
    package let isText: Bool

    var count: Int { identity.size }

    /// The largest file that is read at once: a larger one is read in pieces of this size.
    static let largestPiece = 1 << 20

    /// Describes a file that was read.
    ///
    /// - Parameters:
    ///   - path: Its path, from the current folder.
    ///   - status: What the system said of it.
    ///   - sha256: The SHA-256 of its contents; nil to read it again when somebody asks.
    ///   - isText: Whether its contents are text.
    init(path: String, _ status: stat, sha256: String?, isText: Bool) {
        self.path = path
        identity = Identity(status)
        knownDigest = sha256
        self.isText = isText
    }

    /// The SHA-256 of its contents; that of no file if it has changed since.
    var sha256: String {
        if let knownDigest { return knownDigest }
        guard let file = try? open() else { return "" }
        defer { close(file) }
        return (try? digest(of: file)) ?? ""
    }

    /// Whether another value describes the same reading of a file.
    func isSameFile(as other: SourceFile) -> Bool {
        self === other || path == other.path && identity == other.identity
    }

    /// Whether it is the file of which the system says this, and has not changed since it was read.
    func isFile(_ status: stat) -> Bool { Identity(status) == identity }

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
            code = writeAll(piece[...], to: target)
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
        left.isSameFile(as: right)
    }

    /// Hashes what is known of the file.
    ///
    /// - Parameter hasher: Receives it.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(identity)
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
///
/// - Parameters:
///   - left: Bytes.
///   - right: Other ones.
/// - Returns: Whether all are equal.
package func isSame(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { isSame(left, $0) } }
}

private func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
    return first == second || memcmp(first, second, left.count) == 0
}
