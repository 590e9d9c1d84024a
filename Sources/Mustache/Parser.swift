// From the text of a template to a program: one pass over its bytes, without recursion.

extension Mustache {
  /// Builds the tables of a program from a template's text, in one pass over its bytes.
  ///
  /// For each tag, the text before it becomes a token, then the tag. Open tags wait in a list for
  /// their closing tags.
  struct Parser {
    /// A mistake at an offset that is not yet a location.
    struct Problem: Error {
      let kind: Failure.Kind
      let offset: Int
    }

    let source: [UInt8]
    var delimiters: Delimiters
    var tables: Program.Tables
    var open: [OpenTag] = []

    /// How many sections, parents and blocks may be open at once.
    var maxDepth = Int.max

    /// Everything before this offset is already in the tables.
    var position = 0

    /// Whether the first byte of the source is the first byte of a line.
    let startsLine: Bool

    /// The white space that is removed from the start of each line of the current argument.
    var dedentation = 0..<0

    /// Prepares to parse a text.
    ///
    /// - Parameters:
    ///   - text: The text of the template.
    ///   - delimiters: The delimiters at its start.
    ///   - startsLine: Whether the text begins a line; false for text that a lambda made inside a line.
    init(_ text: String, delimiters: Delimiters, startsLine: Bool) {
      source = Array(text.utf8)
      tables = Program.Tables(text: text, source: source)
      self.delimiters = delimiters
      self.startsLine = startsLine
    }

    /// Parses the whole text.
    mutating func parse() throws(Problem) -> Program.Tables {
      while let tag = try nextTag() {
        switch tag.sigil {
        case .variable, .unescaped: try addVariable(tag)
        case .section, .inverted: try openSection(tag)
        case .partial: try addPartial(tag)
        case .parent: try openParent(tag)
        case .block: try openBlock(tag)
        case .closing: try close(tag)
        case .comment: _ = addTextBeforeStandalone(tag)
        case .delimiters: try setDelimiters(tag)
        }
      }
      if let unclosed = open.last {
        let name = closingName(of: unclosed)
        throw Problem(kind: .unclosedSection(name), offset: unclosed.tag.start)
      }
      addText(upTo: source.count, beforeTag: false)
      return tables
    }
  }
}

// MARK: - Finding tags

extension Mustache.Parser {
  /// What a tag is, by the character after its opening delimiter.
  enum Sigil {
    case variable, unescaped, section, inverted, closing
    case partial, parent, block, comment, delimiters
  }

  /// A tag that was found in the source.
  struct Tag {
    let sigil: Sigil
    /// The offset of the opening delimiter.
    let start: Int
    /// The offset after the closing delimiter.
    let end: Int
    /// The text between the delimiters and sigils.
    let content: Range<Int>
  }

  /// A tag that waits for its closing tag.
  struct OpenTag {
    enum Kind {
      /// The index in `sections`.
      case section(Int)
      /// The index in `partials`, the white space before the tag if the tag begins a line, and the
      /// index of the token for that white space.
      case parent(Int, indentation: Range<Int>?, indentationToken: Int)
      /// The index in `blocks`.
      case block(Int)
      /// The index in `blocks`, and the dedentation around the argument.
      case argument(Int, outerDedentation: Range<Int>)
    }

    let kind: Kind
    let tag: Tag
    let name: TagName
  }

  /// The name in a tag, as a range of the source.
  struct TagName {
    var range: Range<Int>
    var isDynamic = false
  }

  func nextTag() throws(Problem) -> Tag? {
    guard let start = firstIndex(of: delimiters.opening, from: position) else { return nil }
    var contentStart = start + delimiters.opening.count
    let sigil = contentStart < source.count ? self.sigil(source[contentStart]) : .variable
    if sigil != .variable {
      contentStart += 1
    }
    let closing =
      switch sigil {
      case .unescaped where source[contentStart - 1] != UInt8(ascii: "&"):
        delimiters.unescapedClosing
      case .delimiters: delimiters.delimitersClosing
      default: delimiters.closing
      }
    guard let contentEnd = firstIndex(of: closing, from: contentStart) else {
      if sigil == .delimiters {
        throw malformedDelimiters(start: start, content: contentStart..<source.count)
      }
      throw Problem(kind: .unclosedTag, offset: start)
    }
    return Tag(
      sigil: sigil,
      start: start,
      end: contentEnd + closing.count,
      content: contentStart..<contentEnd
    )
  }

  func sigil(_ byte: UInt8) -> Sigil {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "&"): .unescaped
    case UInt8(ascii: "#"): .section
    case UInt8(ascii: "^"): .inverted
    case UInt8(ascii: "/"): .closing
    case UInt8(ascii: ">"): .partial
    case UInt8(ascii: "<"): .parent
    case UInt8(ascii: "$"): .block
    case UInt8(ascii: "!"): .comment
    case Mustache.Byte.equals: .delimiters
    default: .variable
    }
  }

  func firstIndex(of needle: [UInt8], from start: Int) -> Int? {
    let first = needle[0]
    let last = source.count - needle.count
    return source.withUnsafeBytes { bytes in
      var index = start
      while index <= last {
        // Most of a template is text: 16 bytes at a time.
        if last - index >= 16, !has(first, in: bytes, at: index) {
          index += 16
          continue
        }
        let end = min(index + 16, last + 1)
        while index < end {
          if bytes[index] == first, contains(needle, at: index) { return index }
          index += 1
        }
      }
      return nil
    }
  }

  /// Whether one of 16 bytes is a given one.
  @inline(__always)
  private func has(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, at index: Int) -> Bool {
    let differences = bytes.loadUnaligned(fromByteOffset: index, as: SIMD16<UInt8>.self) ^ byte
    // Less one, only zero gets the highest bit that it did not have.
    let zeros = unsafeBitCast((differences &- 1) & ~differences, to: SIMD2<UInt64>.self)
    return (zeros[0] | zeros[1]) & 0x8080_8080_8080_8080 != 0
  }

  func contains(_ needle: [UInt8], at start: Int) -> Bool {
    guard start + needle.count <= source.count else { return false }
    for offset in needle.indices where source[start + offset] != needle[offset] {
      return false
    }
    return true
  }
}

// MARK: - Names and delimiters

extension Mustache.Parser {
  /// Finds the name in a tag and checks its characters.
  func name(in tag: Tag) throws(Problem) -> TagName {
    let range = trimmed(tag.content)
    for index in range {
      let byte = source[index]
      let isDelimiter =
        (byte == delimiters.opening[0] && contains(delimiters.opening, at: index))
        || (byte == delimiters.closing[0] && contains(delimiters.closing, at: index))
      // This tag has no end and therefore contains the next tag.
      guard !isDelimiter else {
        throw Problem(kind: .unclosedTag, offset: tag.start)
      }
    }
    let canBeDynamic = tag.sigil == .partial || tag.sigil == .parent
    guard canBeDynamic, let first = range.first, source[first] == Mustache.Byte.star else {
      return try checked(TagName(range: range), in: tag)
    }
    let name = TagName(range: trimmed(first + 1..<range.upperBound), isDynamic: true)
    return try checked(name, in: tag)
  }

  func checked(_ name: TagName, in tag: Tag) throws(Problem) -> TagName {
    guard !name.range.isEmpty else {
      throw Problem(kind: .emptyTag, offset: tag.start)
    }
    // A closing tag does not need a valid name, only the same name as its opening tag.
    let isGood =
      tag.sigil == .closing || !source[name.range].contains(where: Mustache.Byte.isWhitespace)
    guard isGood else {
      throw Problem(kind: .malformedName(text(name.range)), offset: name.range.lowerBound)
    }
    return name
  }

  /// Adds a name to the tables, split at its dots if it is a name in the data.
  mutating func add(
    _ name: TagName,
    kind: Mustache.Reference.Kind
  ) throws(Problem) -> Int {
    let range = name.range
    let text = text(range)
    var parts: [String] = []
    if kind.isInData, range.count > 1, source[range].contains(Mustache.Byte.dot) {
      for part in source[range].split(
        separator: Mustache.Byte.dot,
        omittingEmptySubsequences: false
      ) {
        guard !part.isEmpty else {
          throw Problem(kind: .malformedName(text), offset: range.lowerBound)
        }
        parts.append(String(decoding: part, as: UTF8.self))
      }
    }
    tables.names.append(
      Mustache.Program.Name(
        kind: kind,
        text: text,
        parts: parts,
        isCurrentItem: range.count == 1 && source[range.lowerBound] == Mustache.Byte.dot,
        offset: range.lowerBound
      )
    )
    return tables.names.count - 1
  }

  mutating func setDelimiters(_ tag: Tag) throws(Problem) {
    let words = source[tag.content].split(whereSeparator: Mustache.Byte.isWhitespace)
    guard words.count == 2 else {
      throw malformedDelimiters(start: tag.start, content: tag.content)
    }
    _ = addTextBeforeStandalone(tag)
    delimiters = Mustache.Delimiters(opening: Array(words[0]), closing: Array(words[1]))
  }

  /// Returns a problem that shows the content up to the most likely end of the tag.
  func malformedDelimiters(start: Int, content: Range<Int>) -> Problem {
    guard let end = firstIndex(of: delimiters.closing, from: content.lowerBound) else {
      return Problem(kind: .unclosedTag, offset: start)
    }
    let shown = content.lowerBound..<max(content.lowerBound, min(end, content.upperBound))
    return Problem(kind: .malformedDelimiters(text(shown)), offset: start)
  }

  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, Mustache.Byte.isWhitespace(source[start]) { start += 1 }
    while start < end, Mustache.Byte.isWhitespace(source[end - 1]) { end -= 1 }
    return start..<end
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: source[range], as: UTF8.self)
  }
}
