// The text between tags: standalone lines, line ends and indentation.

extension Mustache.Parser {
  /// Adds the text before a tag that may be standalone, and moves past the tag.
  ///
  /// If the tag is standalone, the rest of its line is removed too, and the result is the
  /// indentation of the tag. Otherwise the result is nil.
  mutating func addTextBeforeStandalone(_ tag: Tag) -> Range<Int>? {
    guard
      let lineStart = blankLineStart(before: tag.start),
      let lineEnd = blankLineEnd(after: tag.end)
    else {
      addText(upTo: tag.start, beforeTag: true)
      position = tag.end
      return nil
    }
    addText(upTo: lineStart, beforeTag: false)
    position = lineEnd
    return dedented(lineStart)..<tag.start
  }

  /// Adds the text up to an offset.
  ///
  /// `beforeTag` says whether a tag follows that stays in its line.
  mutating func addText(upTo end: Int, beforeTag: Bool) {
    let start = position
    position = end
    let lineFollows = beforeTag && isLineStart(end)
    guard dedentation.isEmpty else {
      addDedentedText(start..<end, lineFollows: lineFollows)
      return
    }
    guard start < end || lineFollows else { return }
    tables.tokens.append(
      .text(
        Mustache.Program.Text(
          start: start,
          end: end,
          beginsLine: isLineStart(start),
          lineFollows: lineFollows && start < end
        )
      )
    )
  }

  /// Adds each line as a separate text, without the removed indentation.
  mutating func addDedentedText(_ range: Range<Int>, lineFollows: Bool) {
    var start = range.lowerBound
    while start < range.upperBound {
      let newline = source[start..<range.upperBound].firstIndex(of: Mustache.Byte.newline)
      let end = newline.map { $0 + 1 } ?? range.upperBound
      let beginsLine = isLineStart(start)
      let text = Mustache.Program.Text(
        start: beginsLine ? min(dedented(start), end) : start,
        end: end,
        beginsLine: beginsLine,
        lineFollows: false
      )
      tables.tokens.append(.text(text))
      start = end
    }
    if lineFollows {
      tables.tokens.append(
        .text(
          Mustache.Program.Text(
            start: range.upperBound,
            end: range.upperBound,
            beginsLine: true,
            lineFollows: false
          )
        )
      )
    }
  }

  func isLineStart(_ offset: Int) -> Bool {
    offset == 0 ? startsLine : source[offset - 1] == Mustache.Byte.newline
  }

  /// The start of the line, if there are only blanks from there to the offset.
  func blankLineStart(before offset: Int) -> Int? {
    var start = offset
    while start > 0, Mustache.Byte.isBlank(source[start - 1]) { start -= 1 }
    return isLineStart(start) ? start : nil
  }

  /// The start of the next line, or the end of the source, if there are only blanks on the way.
  func blankLineEnd(after offset: Int) -> Int? {
    var end = offset
    while end < source.count, Mustache.Byte.isBlank(source[end]) { end += 1 }
    if end == source.count { return end }
    if source[end] == Mustache.Byte.newline { return end + 1 }
    let isReturn = source[end] == Mustache.Byte.carriageReturn
    guard isReturn, end + 1 < source.count, source[end + 1] == Mustache.Byte.newline else {
      return nil
    }
    return end + 2
  }

  /// Returns the offset after the part of a line's indentation that is removed from an argument.
  func dedented(_ lineStart: Int) -> Int {
    var offset = lineStart
    for index in dedentation {
      guard offset < source.count, source[offset] == source[index] else { break }
      offset += 1
    }
    return offset
  }

  /// The indentation of the first line that is not blank.
  func firstIndentation(from start: Int) -> Range<Int> {
    var lineStart = start
    while lineStart < source.count, let next = blankLineEnd(after: lineStart) {
      lineStart = next
    }
    var end = lineStart
    while end < source.count, Mustache.Byte.isBlank(source[end]) { end += 1 }
    return lineStart..<end
  }
}
