// The body of a request, which is read in pieces: whole into memory, or as a form with uploads.

/// The bytes of a body that the server has not given yet.
struct RequestBody {
  /// The size that the request says; 0 if it says none.
  private let declared: Int
  /// The maximum size; a larger body gets a 413.
  private let limit: Int
  /// The number of bytes to ask the server for.
  private var wanted: Int
  private var received = 0

  /// Finds out how large a body is.
  ///
  /// - Parameters:
  ///   - environment: The request's variables.
  ///   - limit: The maximum size in bytes.
  /// - Throws: ``Malformed`` for a length that is not a number, and ``HTTPError`` 413 and 411.
  init(_ environment: Environment, limit: Int) throws {
    self.limit = limit
    let header = environment.bytes(of: "CONTENT_LENGTH") ?? []
    var size = 0
    if !header.isEmpty {
      let isNumber = header.count <= 18 && header.allSatisfy { (0x30...0x39).contains($0) }
      guard isNumber, let number = Int(String(decoding: header, as: UTF8.self)) else {
        throw Malformed(what: "its Content-Length is not a number")
      }
      size = number
    }
    guard size <= limit else { throw Self.tooLarge("\(size) bytes", limit) }
    declared = size
    wanted = size
    if size == 0, environment.bytes(of: "wsgi.input_terminated")?.isEmpty == false {
      // A chunked body: its length is not known before its end.
      wanted = limit == .max ? limit : limit + 1
    } else if header.isEmpty, environment.bytes(of: "HTTP_TRANSFER_ENCODING") != nil {
      throw HTTPError(411)
    }
  }

  /// Reads until a buffer is full, or the body ends.
  ///
  /// - Parameters:
  ///   - buffer: The buffer.
  ///   - read: Reads from the server.
  /// - Returns: The number of bytes; 0 is the end of the body.
  /// - Throws: ``Malformed`` for a body that cannot be read or is too short, and ``HTTPError`` 413.
  mutating func fill(
    _ buffer: UnsafeMutableRawBufferPointer,
    _ read: Application.Reader
  ) throws -> Int {
    var filled = 0
    while filled < buffer.count, received < wanted {
      let room = min(buffer.count - filled, wanted - received)
      let count = read(UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<(filled + room)]))
      guard count >= 0, count <= room else { throw Malformed(what: "its body could not be read") }
      guard count > 0 else {
        wanted = received
        break
      }
      filled += count
      received += count
    }
    guard received <= limit else { throw Self.tooLarge("more than \(limit) bytes", limit) }
    if filled == 0 { try checkEnd() }
    return filled
  }

  /// Reads the whole body of a request.
  ///
  /// - Parameters:
  ///   - environment: The request's variables.
  ///   - limit: The maximum size in bytes.
  ///   - read: Reads from the server.
  /// - Returns: Its bytes.
  /// - Throws: As ``init(_:limit:)`` and ``fill(_:_:)``.
  static func whole(
    of environment: Environment,
    limit: Int,
    _ read: Application.Reader
  ) throws -> [UInt8] {
    var body = try RequestBody(environment, limit: limit)
    let most = 256 * 1024
    var bytes: [UInt8] = []
    while body.received < body.wanted {
      let room = min(body.wanted - body.received, most)
      let piece = try [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
        initialized = try body.fill(UnsafeMutableRawBufferPointer(buffer), read)
      }
      if bytes.isEmpty { bytes = piece } else { bytes += piece }
    }
    try body.checkEnd()
    return bytes
  }

  private static func tooLarge(_ size: String, _ limit: Int) -> HTTPError {
    HTTPError(413, reason: "the body has \(size), and maxBodySize allows \(limit)")
  }

  private func checkEnd() throws(Malformed) {
    guard received >= declared else {
      throw Malformed(what: "its body is shorter than its Content-Length")
    }
  }
}

extension Environment {
  /// Whether the request can have a body.
  var hasBody: Bool {
    if let length = bytes(of: "CONTENT_LENGTH"), !length.isEmpty,
      !length.elementsEqual("0".utf8)
    {
      return true
    }
    return bytes(of: "HTTP_TRANSFER_ENCODING") != nil
      || bytes(of: "wsgi.input_terminated")?.isEmpty == false
  }
}
