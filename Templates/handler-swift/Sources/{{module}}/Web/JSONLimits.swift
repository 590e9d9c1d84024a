// The limits of JSON from a visitor, which hold before anything is decoded.

/// Checks JSON before a decoder gets it.
///
/// - Parameters:
///   - bytes: The JSON. If it is malformed, the decoder finds that.
///   - limits: The limits.
///   - allowsJSON5: Whether the decoder knows comments and texts in single quotes.
/// - Throws: ``HTTPError`` 400 for JSON that exceeds a limit.
func checkJSON(
  _ bytes: [UInt8],
  _ limits: RequestLimits,
  allowsJSON5: Bool
) throws(HTTPError) {
  // Foundation would take JSON with zero bytes for UTF-16.
  guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
    throw HTTPError(400, "malformed JSON")
  }
  var scan = JSONScan(limits: limits, allowsJSON5: allowsJSON5)
  let problem = bytes.withUnsafeBufferPointer { scan.problem(in: $0) }
  if let problem { throw HTTPError(400, "malformed JSON: \(problem)") }
}

/// Reads JSON once, from its first byte to its last, and counts.
private struct JSONScan {
  let limits: RequestLimits
  let allowsJSON5: Bool

  private var depth = 0
  private var names = 0
  private var levels = 0
  /// The length of the last text or word, which is a name if a colon follows it.
  private var length = 0
  private var marks = MarkCounter()

  init(limits: RequestLimits, allowsJSON5: Bool) {
    self.limits = limits
    self.allowsJSON5 = allowsJSON5
  }

  /// Returns the first limit that JSON exceeds, or nil.
  mutating func problem(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        levels += depth
        if depth > limits.jsonDepth { return "it has more than \(limits.jsonDepth) levels" }
        if levels > limits.jsonLevels { return "it has too many arrays and objects" }
        length = 0
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth = max(depth - 1, 0)
      case UInt8(ascii: ":"):
        names += 1
        if names > limits.jsonNames { return "it has more than \(limits.jsonNames) names" }
        if length > limits.nameLength { return "it has a name that is too long" }
        length = 0
      case UInt8(ascii: "\""):
        if let problem = text(in: bytes, &index) { return problem }
        continue
      case UInt8(ascii: "'") where allowsJSON5:
        if let problem = text(in: bytes, &index) { return problem }
        continue
      case UInt8(ascii: "/") where allowsJSON5:
        skipComment(in: bytes, &index)
        continue
      case UInt8(ascii: ","): length = 0
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      default:
        length += 1
        if add(bytes, &index) { return Malformed.tooManyMarks.what }
        continue
      }
      marks.addOther()
      index += 1
    }
    return nil
  }

  /// Reads a text, with its quotes.
  private mutating func text(
    in bytes: UnsafeBufferPointer<UInt8>,
    _ index: inout Int
  ) -> String? {
    let quote = bytes[index]
    index += 1
    let start = index
    marks.addOther()
    while index < bytes.count, bytes[index] != quote {
      if add(bytes, &index) { return Malformed.tooManyMarks.what }
    }
    length = index - start
    index += 1
    marks.addOther()
    return nil
  }

  /// Adds one character, which can be an escape.
  ///
  /// - Returns: Whether there are too many combining marks in a row.
  private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    let byte = bytes[index]
    if byte == UInt8(ascii: "\\") {
      guard let unit = codeUnit(at: index, in: bytes) else {
        index += 2
        marks.addOther()
        return false
      }
      index += 6
      var scalar = Unicode.Scalar(unit)
      if UTF16.isLeadSurrogate(unit), let trail = codeUnit(at: index, in: bytes),
        UTF16.isTrailSurrogate(trail)
      {
        index += 6
        scalar = Unicode.Scalar(
          0x10000 + (UInt32(unit) & 0x3FF) << 10 + UInt32(trail) & 0x3FF)
      }
      return marks.isTooMany(with: scalar ?? "\u{FFFD}")
    }
    // No byte below 0xCC begins a combining mark.
    guard byte >= 0xCC else {
      marks.addOther()
      index += 1
      while index < bytes.count, bytes[index] & 0xC0 == 0x80 { index += 1 }
      return false
    }
    let count = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    var value = UInt32(byte) & (0x7F >> UInt32(count))
    for next in bytes[min(index + 1, bytes.count)..<min(index + count, bytes.count)] {
      value = value << 6 | UInt32(next & 0x3F)
    }
    index += count
    return marks.isTooMany(with: Unicode.Scalar(value) ?? "\u{FFFD}")
  }

  /// Returns the code unit of an escape such as `\u0301`, or nil for anything else.
  private func codeUnit(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> UInt16? {
    guard index + 5 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    var unit: UInt16 = 0
    for byte in bytes[(index + 2)...(index + 5)] {
      guard let digit = hexadecimal(byte) else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  /// Skips a comment of JSON5, or a slash alone.
  private mutating func skipComment(in bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    marks.addOther()
    index += 1
    guard index < bytes.count else { return }
    if bytes[index] == UInt8(ascii: "/") {
      while index < bytes.count, bytes[index] != UInt8(ascii: "\n"),
        bytes[index] != UInt8(ascii: "\r")
      { index += 1 }
    } else if bytes[index] == UInt8(ascii: "*") {
      index += 1
      while index < bytes.count {
        index += 1
        if bytes[index - 1] == UInt8(ascii: "*"), index < bytes.count,
          bytes[index] == UInt8(ascii: "/")
        {
          index += 1
          return
        }
      }
    }
  }
}
