// The library's side of the C interface that Sources/CInterface/interface.h describes.

import CInterface

/// See `web_version` in interface.h.
@_cdecl("web_version")
public func webVersion() -> UInt32 { UInt32(WEB_VERSION) }

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
  let environment = Environment(
    bytes: UnsafeRawBufferPointer(start: text, count: Int(size)),
    lengths: UnsafeBufferPointer(start: lengths, count: Int(count))
  )
  guard let environment else { return -1 }
  let log = Log()
  let answer = application.answer(environment, log: log) { buffer in
    guard let read, let start = buffer.baseAddress else { return 0 }
    let capacity = Int64(buffer.count)
    return Int(read(context, start.assumingMemoryBound(to: UInt8.self), capacity))
  }
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
  if let state = response.pointee.state { Unmanaged<Exchange>.fromOpaque(state).release() }
  response.pointee = web_response()
}

/// What the library keeps of an answer until it is released: the memory that the other side reads.
private final class Exchange {
  /// The largest piece of a body that is handed over at once, in bytes.
  static let largestPiece = 1024 * 1024

  private let head: Memory
  private let headCount: Int
  private var piece = Memory([])
  private var logged = Memory([])
  private let log: Log
  private var more = false

  /// What is left of a body: of the whole one, or of the stream's last piece.
  private var rest: ArraySlice<UInt8> = []
  private var next: (() throws -> [UInt8]?)?

  init(_ answer: Answer, _ log: Log) {
    self.log = log
    var texts = [answer.status]
    for (name, value) in answer.fields {
      texts.append(name)
      texts.append(value)
    }
    headCount = texts.count
    head = Memory(lengthsAndTexts: texts)
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

  /// Goes on to the next piece of the body.
  ///
  /// - Returns: Whether it could be made.
  func advance() -> Bool {
    var isWell = true
    do {
      while rest.isEmpty, let next {
        if let bytes = try next() { rest = bytes[...] } else { self.next = nil }
      }
    } catch {
      // Whoever made the stream has written the reason to the log.
      next = nil
      isWell = false
    }
    takePiece()
    takeLog()
    return isWell
  }

  /// Tells the other side what there is.
  func tell(_ response: inout web_response) {
    response.head = head.start
    response.head_size = Int64(head.count)
    response.head_count = Int64(headCount)
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

/// Memory with an address that stays, which an array's does not.
private final class Memory {
  private let buffer: UnsafeMutableBufferPointer<UInt8>

  /// Holds a copy of bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    buffer = .allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
  }

  /// Holds the lengths of texts, as numbers of 32 bits, and the texts behind them in Latin-1.
  init(lengthsAndTexts texts: [String]) {
    let size = texts.reduce(4 * texts.count) { $0 + $1.unicodeScalars.count }
    buffer = .allocate(capacity: size)
    let raw = UnsafeMutableRawBufferPointer(buffer)
    var place = 4 * texts.count
    for (index, text) in texts.enumerated() {
      let start = place
      for scalar in text.unicodeScalars {
        buffer.initializeElement(at: place, to: UInt8(truncatingIfNeeded: scalar.value))
        place += 1
      }
      raw.storeBytes(of: UInt32(place - start), toByteOffset: 4 * index, as: UInt32.self)
    }
  }

  deinit { buffer.deallocate() }

  var start: UnsafePointer<UInt8>? { UnsafePointer(buffer.baseAddress) }
  var count: Int { buffer.count }
}
