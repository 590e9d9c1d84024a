// The files that visitors upload.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that a visitor uploaded with a form.
///
///     guard let photo = request.file("photo") else { throw HTTPError(400, "choose a photo") }
///     try photo.save(to: "uploads/\(photo.filename)")
///
/// Its contents are in memory or in a temporary file, which is deleted with the request.
struct UploadedFile {
  /// The name of the file, made safe: it is never empty, has no folder, and no character that you
  /// cannot see.
  let filename: String
  /// The media type as it was sent, such as `image/png`.
  ///
  /// Do not trust it: the client can fake it.
  let contentType: String
  private let contents: Spool
  private let range: Range<Int>

  /// Makes a file from a part of the contents of all files.
  init(filename: String, contentType: String, contents: Spool, _ range: Range<Int>) {
    self.filename = filename
    self.contentType = contentType
    self.contents = contents
    self.range = range
  }

  /// The number of bytes.
  var size: Int { range.count }

  /// Returns all bytes of the file.
  ///
  /// For large files, use ``bytes(from:count:)``.
  ///
  /// - Returns: The bytes.
  /// - Throws: ``UploadError`` if the temporary file cannot be read.
  func bytes() throws -> [UInt8] { try bytes(from: 0, count: size) }

  /// Returns some bytes of the file.
  ///
  /// - Parameters:
  ///   - start: The place of the first byte; 0 is the start of the file.
  ///   - count: The number of bytes.
  /// - Returns: The bytes; fewer than `count` at the end of the file.
  /// - Throws: ``UploadError`` if the temporary file cannot be read.
  func bytes(from start: Int, count: Int) throws -> [UInt8] {
    let start = min(max(start, 0), size)
    let count = min(max(count, 0), size - start)
    return try contents.bytes(from: range.lowerBound + start, count: count)
  }

  /// Saves the file: whole, or not at all.
  ///
  /// - Parameters:
  ///   - path: The path of the new file. If it does not start with "/", it is below the project's
  ///     folder. The folder must exist.
  ///   - overwrite: Whether to replace a file that is there (default: that is an error).
  /// - Throws: ``UploadError`` if the file cannot be saved.
  func save(to path: String, overwrite: Bool = false) throws {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw UploadError(message: "this is not a path: \(path)")
    }
    let path = ProjectFolder.locate(path)
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let new = "\(folder)/.upload-\(hexadecimal(randomBytes(8)))"
    let file = openNewFile(new, mode: 0o666)
    guard file >= 0 else { throw UploadError("save", path) }
    defer { unlink(new) }
    do {
      defer { close(file) }
      var start = 0
      while start < size {
        let piece = try bytes(from: start, count: Spool.pieceSize)
        guard write(piece[...], to: file) else { throw UploadError("save", path) }
        start += piece.count
      }
      guard fsync(file) == 0 else { throw UploadError("save", path) }
    }
    // A link never replaces a file.
    guard (overwrite ? rename(new, path) : link(new, path)) == 0 else {
      guard errno != EEXIST || overwrite else {
        throw UploadError(
          message: "cannot save \(path): there is a file already: choose another name, or pass"
            + " overwrite: true")
      }
      throw UploadError("save", path)
    }
  }
}

/// A file that cannot be written or read.
struct UploadError: Error, CustomStringConvertible {
  /// What happened, and why.
  let message: String
  var description: String { message }

  init(message: String) { self.message = message }

  /// Describes the failure of the last system call.
  fileprivate init(_ action: String, _ path: String) {
    message = "cannot \(action) \(path): \(String(cString: strerror(errno)))"
  }
}

/// The contents of all files of a form: in memory, or in a temporary file if they are large.
///
/// The temporary file has no name, so that the system deletes it, whatever happens.
final class Spool {
  /// The number of bytes to keep in memory.
  private static let memorySize = 256 * 1024
  /// The number of bytes to read or write at once.
  static let pieceSize = 64 * 1024

  /// The number of bytes.
  private(set) var count = 0
  private var memory: [UInt8] = []
  private var file: CInt = -1

  deinit { if file >= 0 { close(file) } }

  /// Adds bytes at the end.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: ``UploadError`` if the temporary file cannot be written.
  func append(_ bytes: ArraySlice<UInt8>) throws(UploadError) {
    if file < 0, count + bytes.count <= Self.memorySize {
      memory += bytes
    } else {
      if file < 0 {
        file = try Self.temporaryFile()
        guard write(memory[...], to: file) else { throw Self.error() }
        memory = []
      }
      guard write(bytes, to: file) else { throw Self.error() }
    }
    count += bytes.count
  }

  /// Returns bytes that were added.
  ///
  /// - Parameters:
  ///   - start: The place of the first one.
  ///   - count: How many; there must be as many.
  /// - Returns: The bytes.
  /// - Throws: ``UploadError`` if the temporary file cannot be read.
  func bytes(from start: Int, count: Int) throws(UploadError) -> [UInt8] {
    if file < 0 { return Array(memory[start..<(start + count)]) }
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let room = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let got = pread(file, room.baseAddress, room.count, off_t(start + filled))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return }
        filled += got
      }
    }
    guard bytes.count == count else { throw Self.error() }
    return bytes
  }

  private static func error() -> UploadError { UploadError("use the temporary file in", folder) }

  private static var folder: String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return folder.isEmpty ? "/tmp" : folder
  }

  /// Makes an empty file without a name.
  private static func temporaryFile() throws(UploadError) -> CInt {
    let path = "\(folder)/upload-\(hexadecimal(randomBytes(16)))"
    let file = openNewFile(path, mode: 0o600)
    guard file >= 0 else { throw error() }
    unlink(path)
    return file
  }
}

/// Makes a file; one that is there already is a failure.
///
/// - Returns: Its descriptor, or -1, and `errno` says why.
func openNewFile(_ path: String, mode: mode_t) -> CInt {
  open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode)
}

/// Writes all bytes to a file.
///
/// - Returns: Whether this succeeded; otherwise, `errno` says why.
private func write(_ bytes: ArraySlice<UInt8>, to file: CInt) -> Bool {
  bytes.withUnsafeBytes { bytes in
    var start = 0
    while start < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
      let count = write(file, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      start += count
    }
    return true
  }
}
