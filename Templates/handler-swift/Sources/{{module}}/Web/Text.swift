// Text from a visitor: how it is compared, and what it must not contain.
//
// Swift takes two spellings of an accent for the same text. To find out, `==`, `switch` and the keys
// of a dictionary sort the combining marks that follow a letter. A letter with 100,000 marks would
// keep a worker busy for half a minute. Therefore every text that a handler gets has at most 30
// marks in a row, and this framework compares the bytes of texts.

/// The maximum number of combining marks in a row, as in Unicode's Stream-Safe Text Format.
let maxMarks = 30

/// Whether two texts have the same bytes; this is fast for every text.
func isSame(_ first: String, _ second: String) -> Bool {
  first.utf8.count == second.utf8.count && first.utf8.elementsEqual(second.utf8)
}

/// Whether a text comes before another one in the order of their bytes.
func isBefore(_ first: String, _ second: String) -> Bool {
  first.utf8.lexicographicallyPrecedes(second.utf8)
}

/// Counts the combining marks in a row.
struct MarkCounter {
  private var marks = 0

  /// Adds the next character.
  ///
  /// - Returns: Whether there are more marks in a row than a text may have.
  mutating func isTooMany(with scalar: Unicode.Scalar) -> Bool {
    guard scalar.value >= 0x300 else {
      marks = 0
      return false
    }
    switch scalar.value {
    // Each of these stands for two marks.
    case 0x344, 0xF73, 0xF75, 0xF81: marks += 2
    default: marks = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : marks + 1
    }
    return marks > maxMarks
  }

  /// Adds a character that is not a combining mark.
  mutating func addOther() { marks = 0 }
}

extension String {
  /// Whether the text has no more combining marks in a row than a text may have.
  var hasFewMarks: Bool {
    // The first byte of every combining mark is at least 0xCC.
    guard utf8.contains(where: { $0 >= 0xCC }) else { return true }
    var counter = MarkCounter()
    return unicodeScalars.allSatisfy { !counter.isTooMany(with: $0) }
  }

  /// Makes a text from its characters.
  init(_ scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }

  /// Decodes bytes; invalid UTF-8, and combining marks that are too many, become U+FFFD.
  init(repairing bytes: some Collection<UInt8>) {
    guard !bytes.allSatisfy({ $0 < 0x80 }) else {
      // The usual case, and the fastest.
      self.init(decoding: bytes, as: UTF8.self)
      return
    }
    self.init(decoding: bytes, as: UTF8.self)
    guard !hasFewMarks else { return }
    var counter = MarkCounter()
    var repaired = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if counter.isTooMany(with: scalar) {
        counter.addOther()
        repaired.append("\u{FFFD}")
      } else {
        repaired.append(scalar)
      }
    }
    self.init(repaired)
  }

  /// Decodes bytes.
  ///
  /// - Parameter bytes: The bytes from a visitor.
  /// - Throws: ``Malformed`` for invalid UTF-8, and for combining marks that are too many.
  init(checking bytes: some Collection<UInt8>) throws(Malformed) {
    guard !bytes.allSatisfy({ $0 < 0x80 }) else {
      self.init(decoding: bytes, as: UTF8.self)
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    guard text.hasFewMarks else { throw .tooManyMarks }
    self = text
  }
}

/// Removes some bytes from both ends.
func trimmed(_ bytes: ArraySlice<UInt8>, of unwanted: StaticString) -> ArraySlice<UInt8> {
  unwanted.withUTF8Buffer { unwanted in
    guard let first = bytes.firstIndex(where: { !unwanted.contains($0) }),
      let last = bytes.lastIndex(where: { !unwanted.contains($0) })
    else { return [] }
    return bytes[first...last]
  }
}

/// Returns the value of a hexadecimal digit, or nil.
func hexadecimal(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  default: nil
  }
}
