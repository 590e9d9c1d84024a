// The library's functions for the C interface, which Sources/CInterface/interface.h describes.

import CInterface

/// See `web_version` in interface.h.
@_cdecl("web_version")
public func webVersion() -> UInt32 { UInt32(WEB_VERSION) }

/// See `web_start` in interface.h.
@_cdecl("web_start")
public func webStart(_ folder: UnsafePointer<UInt8>?, _ size: Int64) {
  let bytes = UnsafeBufferPointer(start: folder, count: folder == nil ? 0 : Int(max(size, 0)))
  ProjectFolder.open(String(decoding: bytes, as: UTF8.self))
}

/// See `web_answer` in interface.h.
@_cdecl("web_answer")
public func webAnswer(
  _ text: UnsafePointer<UInt8>?,
  _ size: Int64,
  _ lengths: UnsafePointer<UInt32>?,
  _ count: Int64,
  _ read: web_read?,
  _ context: UnsafeMutableRawPointer?,
  _ response: UnsafeMutablePointer<web_response>
) -> Int32 {
  // The 32 bits of a length are enough for every server, and the sum cannot overflow.
  let limit = Int64(Int32.max)
  guard (0...limit).contains(size), (0...limit).contains(count) else { return -1 }
  let environment = Environment(
    bytes: UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : Int(size)),
    lengths: UnsafeBufferPointer(start: lengths, count: lengths == nil ? 0 : 2 * Int(count))
  )
  guard let environment else { return -1 }
  let log = Log()
  let answer = application.answer(environment, log: log) { buffer in
    guard let read, let start = buffer.baseAddress else { return 0 }
    let capacity = Int64(buffer.count)
    var count: Int64 = -1
    read(context, start.assumingMemoryBound(to: UInt8.self), capacity, &count)
    return (0...capacity).contains(count) ? Int(count) : -1
  }
  if fill(response, answer, log) { return 0 }
  let exchange = Exchange(answer, log)
  exchange.tell(&response.pointee)
  response.pointee.state = Unmanaged.passRetained(exchange).toOpaque()
  return 0
}

/// See `web_next` in interface.h.
@_cdecl("web_next")
public func webNext(_ response: UnsafeMutablePointer<web_response>) -> Int32 {
  guard let state = response.pointee.state else { return -1 }
  let exchange = Unmanaged<Exchange>.fromOpaque(state).takeUnretainedValue()
  let isWell = exchange.advance()
  exchange.tell(&response.pointee)
  return isWell ? 0 : -1
}

/// See `web_release` in interface.h.
@_cdecl("web_release")
public func webRelease(_ response: UnsafeMutablePointer<web_response>) {
  if let state = response.pointee.state {
    Unmanaged<Exchange>.fromOpaque(state).takeRetainedValue().onFinish?()
  }
  response.pointee = web_response()
}

/// Puts a short answer into the caller's memory, so that the library has no memory to free.
///
/// - Returns: Whether the answer is short enough.
private func fill(
  _ response: UnsafeMutablePointer<web_response>,
  _ answer: Answer,
  _ log: Log
) -> Bool {
  guard case .whole(let body) = answer.body, answer.onFinish == nil else { return false }
  let room = Int(WEB_ROOM)
  let logged = log.text.utf8
  guard answer.headCapacity + body.count + logged.count <= room else { return false }
  // The room is the last member.
  let start = (UnsafeMutableRawPointer(response + 1) - room).assumingMemoryBound(to: UInt8.self)
  var place = start + answer.writeHead(to: start)
  response.pointee.head = UnsafePointer(start)
  response.pointee.head_size = Int64(place - start)
  func put(_ bytes: some Collection<UInt8>) -> UnsafePointer<UInt8> {
    _ = UnsafeMutableBufferPointer(start: place, count: bytes.count).initialize(from: bytes)
    defer { place += bytes.count }
    return UnsafePointer(place)
  }
  response.pointee.piece = put(body)
  response.pointee.piece_size = Int64(body.count)
  response.pointee.log = put(logged)
  response.pointee.log_size = Int64(logged.count)
  return true
}

extension Answer {
  /// The most bytes that the status and the header fields can have, in the format of interface.h.
  fileprivate var headCapacity: Int {
    var size = 4 + 4 * (1 + 2 * fields.count) + status.utf8.count
    for (name, value) in fields { size += name.utf8.count + value.utf8.count }
    return size
  }

  /// Writes the status and the header fields, in the format of interface.h.
  ///
  /// - Parameter memory: The place for them; it has at least ``headCapacity`` bytes.
  /// - Returns: How many bytes there are.
  fileprivate func writeHead(to memory: UnsafeMutablePointer<UInt8>) -> Int {
    let start = UnsafeMutableRawPointer(memory)
    let count = 1 + 2 * fields.count
    start.storeBytes(of: UInt32(count), as: UInt32.self)
    var (length, size) = (4, 4 + 4 * count)
    func put(_ text: String) {
      let count = write(latin1: text, to: memory + size)
      start.storeBytes(of: UInt32(count), toByteOffset: length, as: UInt32.self)
      (length, size) = (length + 4, size + count)
    }
    put(status)
    for (name, value) in fields {
      put(name)
      put(value)
    }
    return size
  }
}

/// Writes a text in Latin-1.
///
/// - Returns: How many bytes there are.
private func write(latin1 text: String, to memory: UnsafeMutablePointer<UInt8>) -> Int {
  var text = text
  return text.withUTF8 { bytes in
    var size = 0
    for byte in bytes {
      if byte & 0xC0 == 0x80, size > 0 {
        // The second byte of a character: the first one has its two upper bits.
        memory[size - 1] = memory[size - 1] << 6 | byte & 0x3F
      } else {
        memory[size] = byte
        size += 1
      }
    }
    return size
  }
}

/// The memory of an answer, which the entry file reads until it releases the answer.
private final class Exchange {
  /// The maximum size of one piece of a body, in bytes.
  static let largestPiece = 1024 * 1024

  /// What is done when the answer is sent, or when the client has gone.
  let onFinish: (() -> Void)?

  private let head: Memory
  private var piece = Memory([])
  private var logged = Memory([])
  private let log: Log
  private var more = false

  /// The rest of the whole body, or of the stream's last piece.
  private var rest: ArraySlice<UInt8> = []
  private var next: (() throws -> [UInt8]?)?

  init(_ answer: Answer, _ log: Log) {
    head = Memory(capacity: answer.headCapacity) { answer.writeHead(to: $0) }
    self.log = log
    onFinish = answer.onFinish
    takeLog()
    switch answer.body {
    case .whole(let bytes):
      rest = bytes[...]
      takePiece()
    case .stream(let next):
      self.next = next
      more = true
    }
  }

  /// Takes the next piece of the body.
  ///
  /// - Returns: Whether this succeeded.
  func advance() -> Bool {
    var isWell = true
    do {
      while rest.isEmpty, let next {
        if let bytes = try next() { rest = bytes[...] } else { self.next = nil }
      }
    } catch {
      // The reason is already in the log.
      next = nil
      isWell = false
    }
    takePiece()
    takeLog()
    return isWell
  }

  /// Writes the addresses and sizes into the answer of the caller.
  func tell(_ response: inout web_response) {
    response.head = head.start
    response.head_size = Int64(head.count)
    response.piece = piece.start
    response.piece_size = Int64(piece.count)
    response.log = logged.start
    response.log_size = Int64(logged.count)
    response.more = more ? 1 : 0
  }

  private func takePiece() {
    let bytes = rest.prefix(Self.largestPiece)
    rest = rest[bytes.endIndex...]
    piece = Memory(bytes)
    more = !rest.isEmpty || next != nil
  }

  private func takeLog() {
    let lines = log.drain()
    guard !lines.isEmpty || logged.count > 0 else { return }
    logged = Memory(Array(lines.utf8)[...])
  }
}

/// Memory with a fixed address; the address of an array can change.
private final class Memory {
  private let buffer: UnsafeMutableBufferPointer<UInt8>

  /// The number of bytes.
  let count: Int

  /// Holds a copy of bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    buffer = .allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
    count = bytes.count
  }

  /// Holds what a function writes; it returns the number of bytes.
  init(capacity: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
    buffer = .allocate(capacity: capacity)
    count = buffer.baseAddress.map(write) ?? 0
  }

  deinit { buffer.deallocate() }

  var start: UnsafePointer<UInt8>? { UnsafePointer(buffer.baseAddress) }
}
