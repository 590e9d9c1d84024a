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
  let head = answer.head
  if case .whole(let body) = answer.body, answer.onFinish == nil,
    fill(response, head, body, log)
  {
    return 0
  }
  let exchange = Exchange(head, answer, log)
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
  _ head: [UInt8],
  _ body: [UInt8],
  _ log: Log
) -> Bool {
  let room = Int(WEB_ROOM)
  let logged = log.text.utf8
  guard head.count + body.count + logged.count <= room else { return false }
  // The room is the last member.
  var place = (UnsafeMutableRawPointer(response + 1) - room).assumingMemoryBound(to: UInt8.self)
  func put(_ bytes: some Collection<UInt8>) -> UnsafePointer<UInt8> {
    _ = UnsafeMutableBufferPointer(start: place, count: bytes.count).initialize(from: bytes)
    defer { place += bytes.count }
    return UnsafePointer(place)
  }
  response.pointee.head = put(head)
  response.pointee.head_size = Int64(head.count)
  response.pointee.piece = put(body)
  response.pointee.piece_size = Int64(body.count)
  response.pointee.log = put(logged)
  response.pointee.log_size = Int64(logged.count)
  return true
}

extension Answer {
  /// The status and the header fields, in the format of interface.h.
  fileprivate var head: [UInt8] {
    let count = 1 + 2 * fields.count
    var lengths = [UInt32(count)]
    var head = [UInt8](repeating: 0, count: 4 * (count + 1))
    func put(_ text: String) {
      let start = head.count
      head.append(latin1: text)
      lengths.append(UInt32(truncatingIfNeeded: head.count - start))
    }
    head.reserveCapacity(512)
    put(status)
    for (name, value) in fields {
      put(name)
      put(value)
    }
    head.withUnsafeMutableBytes { head in lengths.withUnsafeBytes { head.copyMemory(from: $0) } }
    return head
  }
}

extension [UInt8] {
  /// Appends a text in Latin-1.
  fileprivate mutating func append(latin1 text: String) {
    if text.utf8.allSatisfy({ $0 < 0x80 }) {
      append(contentsOf: text.utf8)
    } else {
      append(contentsOf: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }
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

  init(_ head: [UInt8], _ answer: Answer, _ log: Log) {
    self.head = Memory(head[...])
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

  /// Holds a copy of bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    buffer = .allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
  }

  deinit { buffer.deallocate() }

  var start: UnsafePointer<UInt8>? { UnsafePointer(buffer.baseAddress) }
  var count: Int { buffer.count }
}
