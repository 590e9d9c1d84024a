// The memory that a rendering writes to.

extension Mustache {
  /// Bytes of UTF-8 that grow at their end.
  ///
  /// They start in the memory of the result, so that a text which fits is copied once, from the
  /// template. If it does not fit, the bytes move to memory of their own.
  struct OutputBuffer: ~Copyable {
    private var memory: UnsafeMutableBufferPointer<UInt8>
    private var ownsMemory = false

    /// The number of bytes, at most that of the memory.
    private(set) var count = 0

    /// Starts in memory that has to outlive the buffer.
    private init(in memory: UnsafeMutableBufferPointer<UInt8>) {
      self.memory = memory
    }

    deinit {
      if ownsMemory { memory.deallocate() }
    }

    /// Appends bytes, which are not part of this buffer.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
      if bytes.count > memory.count - count { grow(by: bytes.count) }
      // There is room: `count + bytes.count` is at most `memory.count`, or else it has just grown.
      guard let source = bytes.baseAddress, let target = memory.baseAddress else { return }
      (target + count).update(from: source, count: bytes.count)
      count += bytes.count
    }

    /// Appends a part of an array.
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>) {
      bytes[range].withUnsafeBufferPointer { append($0) }
    }

    /// Removes the text from an offset on, and returns it.
    mutating func removeText(from start: Int) -> String {
      precondition(start <= count)
      let removed = UnsafeBufferPointer(rebasing: memory[start..<count])
      count = start
      return String(decoding: removed, as: UTF8.self)
    }

    private mutating func grow(by needed: Int) {
      let capacity = max(memory.count * 2, count + needed)
      let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
      _ = larger.update(fromContentsOf: memory[..<count])
      if ownsMemory { memory.deallocate() }
      memory = larger
      ownsMemory = true
    }
  }
}

extension Mustache.OutputBuffer {
  /// Writes to a buffer and returns it.
  typealias Writer = (consuming Mustache.OutputBuffer) throws(Mustache.Failure) ->
    Mustache.OutputBuffer

  /// Makes a string.
  ///
  /// - Parameters:
  ///   - capacity: The number of bytes for which there is room at first.
  ///   - write: Writes the bytes.
  /// - Returns: The text.
  /// - Throws: What `write` throws.
  static func makeString(
    capacity: Int,
    _ write: Writer
  ) throws(Mustache.Failure) -> String {
    guard #available(macOS 11, *) else {
      return String(decoding: try makeBytes(capacity: capacity, write), as: UTF8.self)
    }
    var copied: Result<String, Mustache.Failure>?
    let string = String(unsafeUninitializedCapacity: capacity) { memory in
      do throws(Mustache.Failure) {
        let output = try write(Mustache.OutputBuffer(in: memory))
        if output.isInPlace { return output.count }
        copied = .success(String(decoding: output.bytes, as: UTF8.self))
      } catch {
        copied = .failure(error)
      }
      return 0
    }
    return try copied?.get() ?? string
  }

  /// Makes an array.
  ///
  /// - Parameters:
  ///   - capacity: The number of bytes for which there is room at first.
  ///   - write: Writes the bytes.
  /// - Returns: The bytes.
  /// - Throws: What `write` throws.
  static func makeBytes(
    capacity: Int,
    _ write: Writer
  ) throws(Mustache.Failure) -> [UInt8] {
    var copied: Result<[UInt8], Mustache.Failure>?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { memory, count in
      do throws(Mustache.Failure) {
        let output = try write(Mustache.OutputBuffer(in: memory))
        if output.isInPlace {
          count = output.count
        } else {
          copied = .success(Array(output.bytes))
        }
      } catch {
        copied = .failure(error)
      }
    }
    return try copied?.get() ?? bytes
  }

  /// Whether the bytes are in the memory of the result, and fill most of it.
  private var isInPlace: Bool { !ownsMemory && count >= memory.count / 2 }

  private var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: memory[..<count])
  }
}
