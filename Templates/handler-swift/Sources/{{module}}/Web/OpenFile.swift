// Files on the disk, read piece by piece.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is open for reading, until nothing refers to it.
final class OpenFile {
  /// The maximum size of one piece, in bytes.
  static let largestPiece = 64 * 1024

  /// The path that it was opened with.
  let path: String
  /// Its size in bytes when it was opened.
  let size: Int
  /// The time of its last change, in nanoseconds after 1970.
  let modified: Int
  private let descriptor: CInt
  private var position = 0
  private var end: Int

  /// Opens a file.
  ///
  /// - Parameter path: Its path; a link is followed.
  /// - Throws: ``FileError`` if it cannot be opened, or is not a regular file.
  init(_ path: String) throws(FileError) {
    guard !path.utf8.contains(0) else { throw FileError(path: path, code: ENOENT) }
    // A pipe or a device must not keep the worker waiting.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError(path: path, code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENOENT)
    }
    self.path = path
    size = Int(status.st_size)
    modified = FileState(status).modified
    end = size
  }

  deinit { close(descriptor) }

  /// Selects the part that ``next()`` reads.
  func select(_ part: Range<Int>) { (position, end) = (part.lowerBound, part.upperBound) }

  /// Returns the next piece of the selected part, and nil at its end.
  ///
  /// - Throws: ``FileError`` if it cannot be read, or became shorter.
  func next() throws(FileError) -> [UInt8]? {
    guard position < end else { return nil }
    let room = min(end - position, Self.largestPiece)
    let piece = try bytes(upTo: room)
    position += piece.count
    return piece
  }

  private func bytes(upTo room: Int) throws(FileError) -> [UInt8] {
    var failure: CInt?
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
      let count = pread(descriptor, buffer.baseAddress, room, off_t(position))
      initialized = max(count, 0)
      if count <= 0 { failure = count < 0 ? errno : 0 }
    }
    if let failure { throw FileError(path: path, code: failure) }
    return bytes
  }

  /// Returns the bytes of the whole file, or of as much as there is if it changes meanwhile.
  func whole() throws(FileError) -> [UInt8] {
    var whole: [UInt8] = []
    whole.reserveCapacity(size)
    while let piece = try next() { whole += piece }
    return whole
  }
}

/// What is different after a file has changed.
struct FileState: Equatable {
  /// The time of the last change, in nanoseconds after 1970.
  let modified: Int
  private let size: Int
  private let number: UInt64

  init(_ status: stat) {
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    modified = Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    size = Int(status.st_size)
    number = UInt64(status.st_ino)
  }

  /// Makes the state of a file, or nil if there is none.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// A file that cannot be read.
struct FileError: Error, CustomStringConvertible {
  let path: String
  /// The number of the error in C's `errno`; 0 if the file became shorter while it was read.
  let code: CInt

  /// Whether nothing has this path.
  var isAbsent: Bool { code == ENOENT }

  /// Whether no file has this path, or can have it.
  var isMissing: Bool { [ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP].contains(code) }

  /// The reason, as the system words it.
  var reason: String {
    code == 0 ? "it became shorter while it was read" : String(cString: strerror(code))
  }

  var description: String { "\(path) cannot be read: \(reason)" }
}
