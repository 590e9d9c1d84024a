// Forms with files (multipart/form-data, RFC 7578), read piece by piece: only the text fields and
// one piece of the body are in memory.

/// The fields and files of a form.
struct RequestForm {
  /// The text fields, in the order in which they were sent.
  var fields = Fields()
  /// The files, each with the name of its field, in the order in which they were sent.
  var files: [(name: String, file: UploadedFile)] = []
}

extension RequestForm {
  /// Reads a form with files.
  ///
  /// - Parameters:
  ///   - environment: The request's variables.
  ///   - limit: The maximum size of the body in bytes.
  ///   - limits: The other limits of the request.
  ///   - read: Reads from the server.
  /// - Throws: ``Malformed`` for a form that is malformed or too large, ``HTTPError`` 413 for a body
  ///   that is too large, and ``UploadError`` if a file cannot be kept.
  init(
    multipart environment: Environment,
    limit: Int,
    limits: RequestLimits,
    _ read: Application.Reader
  ) throws {
    let mostForFile = limits.uploadSize ?? limit
    var parts = MultipartReader(body: try RequestBody(environment, limit: limit))
    guard try parts.begin(read) else { return }  // There is no body.
    guard let boundary = boundary(in: environment.bytes(of: "CONTENT_TYPE") ?? []) else {
      throw Malformed(what: "its Content-Type has no boundary")
    }
    let delimiter = Array("\r\n--".utf8) + boundary
    let spool = Spool()
    var pairs: [(name: String, value: String)] = []
    var (count, textSize) = (0, 0)
    try parts.copy(read, until: delimiter) { _ in }  // What comes before the first boundary.
    while let head = try parts.head(read) {
      count += 1
      guard count <= limits.fields else { throw Malformed.tooManyFields }
      let part = try PartHead(head)
      guard part.name.utf8.count <= limits.nameLength else { throw Malformed.nameTooLong }
      if let filename = part.filename {
        let start = spool.count
        try parts.copy(read, until: delimiter) { piece in
          try spool.append(piece)
          guard spool.count - start <= mostForFile else {
            throw Malformed.tooLarge("a file of the form is", mostForFile)
          }
        }
        let size = spool.count - start
        // A form in which no file was chosen has a file without a name and without contents.
        guard !filename.isEmpty || size > 0 else { continue }
        let file = UploadedFile(
          filename: safeFilename(filename),
          contentType: part.contentType,
          contents: spool,
          start..<(start + size)
        )
        files.append((part.name, file))
      } else {
        var value: [UInt8] = []
        try parts.copy(read, until: delimiter) { piece in
          value += piece
          try limits.checkText(value.count, all: 0)
        }
        textSize += part.name.utf8.count + value.count
        try limits.checkText(value.count, all: textSize)
        pairs.append((part.name, try String(checking: value)))
      }
    }
    try parts.skipRest(read)
    fields = Fields(pairs)
  }
}

/// Splits a body at its boundaries.
private struct MultipartReader {
  /// The maximum size of the header of a part, in bytes.
  static let headSize = 8192
  /// The number of bytes to read at once.
  private static let pieceSize = 64 * 1024
  private static let lineBreak = Array("\r\n".utf8)
  private static let headEnd = Array("\r\n\r\n".utf8)

  private var body: RequestBody
  private var buffer = [UInt8](repeating: 0, count: Self.pieceSize + Self.headSize + 256)
  /// The part of the buffer that is still to be used.
  private var rest: Range<Int>

  init(body: RequestBody) {
    self.body = body
    // The first boundary can be at the very start, without the line break before it.
    buffer.replaceSubrange(0..<2, with: Self.lineBreak)
    rest = 0..<2
  }

  /// Reads the start of the body.
  ///
  /// - Returns: Whether there is a body.
  mutating func begin(_ read: Application.Reader) throws -> Bool { try fills(read) }

  /// Passes on everything up to a delimiter, in pieces, and skips the delimiter.
  mutating func copy(
    _ read: Application.Reader,
    until delimiter: [UInt8],
    to use: (ArraySlice<UInt8>) throws -> Void
  ) throws {
    while true {
      if let place = place(of: delimiter, before: rest.upperBound) {
        try use(buffer[rest.lowerBound..<place])
        rest = (place + delimiter.count)..<rest.upperBound
        return
      }
      // The last bytes can be the start of a boundary.
      let kept = min(rest.count, delimiter.count - 1)
      try use(buffer[rest.dropLast(kept)])
      rest = rest.suffix(kept)
      try fill(read)
    }
  }

  /// Returns the header of the next part, or nil after the last part.
  mutating func head(_ read: Application.Reader) throws -> ArraySlice<UInt8>? {
    while rest.count < 2 { try fill(read) }
    if buffer[rest].starts(with: "--".utf8) { return nil }
    guard buffer[rest].starts(with: Self.lineBreak) else {
      throw Malformed(what: "what follows a boundary is not a line break")
    }
    rest = rest.dropFirst(2)
    while true {
      let most = Self.headSize + Self.headEnd.count
      let limit = min(rest.lowerBound + most, rest.upperBound)
      if let place = place(of: Self.headEnd, before: limit) {
        let head = buffer[rest.lowerBound..<place]
        rest = (place + Self.headEnd.count)..<rest.upperBound
        return head
      }
      guard rest.count < most else {
        throw Malformed(what: "the header of a part is longer than \(Self.headSize) bytes")
      }
      try fill(read)
    }
  }

  /// Reads what follows the last boundary, and forgets it.
  mutating func skipRest(_ read: Application.Reader) throws {
    repeat { rest = 0..<0 } while try fills(read)
  }

  /// Returns the first place of some bytes in the rest of the buffer.
  ///
  /// The bytes start with a CR. Few of them can match before the next CR, so this is fast.
  private func place(of bytes: [UInt8], before end: Int) -> Int? {
    var start = rest.lowerBound
    while start + bytes.count <= end {
      guard let found = buffer[start...(end - bytes.count)].firstIndex(of: bytes[0]) else {
        return nil
      }
      if buffer[found..<(found + bytes.count)].elementsEqual(bytes) { return found }
      start = found + 1
    }
    return nil
  }

  /// Reads more of the body; its end is an error here.
  private mutating func fill(_ read: Application.Reader) throws {
    guard try fills(read) else {
      throw Malformed(what: "the form ends before its last boundary")
    }
  }

  /// Reads more of the body behind the rest of the buffer.
  ///
  /// - Returns: Whether there is more.
  private mutating func fills(_ read: Application.Reader) throws -> Bool {
    // What is kept is short: the start of a boundary, or of the header of a part.
    for (place, kept) in rest.enumerated() { buffer[place] = buffer[kept] }
    let kept = rest.count
    var body = body
    let count = try buffer.withUnsafeMutableBytes {
      try body.fill(
        UnsafeMutableRawBufferPointer(rebasing: $0[kept..<(kept + Self.pieceSize)]), read)
    }
    self.body = body
    rest = 0..<(kept + count)
    return count > 0
  }
}
