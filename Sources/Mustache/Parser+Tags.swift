// What each kind of tag adds to the tables of a program.

extension Mustache.Parser {
  mutating func addVariable(_ tag: Tag) throws(Problem) {
    addText(upTo: tag.start, beforeTag: true)
    position = tag.end
    let name = try add(try name(in: tag), kind: .variable)
    tables.tokens.append(.variable(name: name, isEscaped: tag.sigil == .variable))
  }

  mutating func openSection(_ tag: Tag) throws(Problem) {
    _ = addTextBeforeStandalone(tag)
    let tagName = try name(in: tag)
    let isInverted = tag.sigil == .inverted
    tables.sections.append(
      Mustache.Program.Section(
        name: try add(tagName, kind: isInverted ? .invertedSection : .section),
        isInverted: isInverted,
        delimiters: delimiters,
        content: position..<position
      )
    )
    let index = tables.sections.count - 1
    tables.tokens.append(.section(index))
    try push(.section(index), tag, tagName)
  }

  mutating func addPartial(_ tag: Tag) throws(Problem) {
    let indentation = addTextBeforeStandalone(tag)
    let tagName = try name(in: tag)
    tables.partials.append(
      Mustache.Program.Partial(
        name: try add(tagName, kind: tagName.isDynamic ? .dynamicPartial : .partial),
        isDynamic: tagName.isDynamic,
        indentation: indentation,
        end: tables.tokens.count + 1
      )
    )
    tables.tokens.append(.partial(tables.partials.count - 1))
  }

  /// Opens a parent.
  ///
  /// It is standalone if nothing else stands before its opening tag and after its closing tag.
  ///
  /// The closing tag is not known yet, so the white space before the opening tag gets its own token.
  mutating func openParent(_ tag: Tag) throws(Problem) {
    var indentation: Range<Int>?
    if let lineStart = blankLineStart(before: tag.start) {
      addText(upTo: lineStart, beforeTag: false)
      indentation = dedented(lineStart)..<tag.start
    }
    let indentationToken = tables.tokens.count
    addText(upTo: tag.start, beforeTag: true)
    position = tag.end
    let tagName = try name(in: tag)
    tables.partials.append(
      Mustache.Program.Partial(
        name: try add(tagName, kind: tagName.isDynamic ? .dynamicParent : .parent),
        isDynamic: tagName.isDynamic,
        end: tables.tokens.count + 1
      )
    )
    let index = tables.partials.count - 1
    tables.tokens.append(.partial(index))
    try push(
      .parent(index, indentation: indentation, indentationToken: indentationToken),
      tag,
      tagName
    )
  }

  mutating func openBlock(_ tag: Tag) throws(Problem) {
    if case .parent(let parent, _, _)? = open.last?.kind {
      try openArgument(tag, of: parent)
      return
    }
    let lineStart = blankLineStart(before: tag.start)
    let standalone = addTextBeforeStandalone(tag)
    let tagName = try name(in: tag)
    tables.tokens.append(.block(tables.blocks.count))
    tables.blocks.append(
      Mustache.Program.Block(
        name: try add(tagName, kind: .block),
        start: tables.tokens.count,
        contentBeginsLine: standalone != nil,
        isStandalone: standalone != nil,
        indentation: lineStart.map { dedented($0)..<tag.start } ?? tag.start..<tag.start
      )
    )
    try push(.block(tables.blocks.count - 1), tag, tagName)
  }

  /// Opens a block directly inside a parent, where text outside of blocks is ignored.
  ///
  /// The content does not include the line end after the opening tag, nor the indentation of its
  /// first line.
  mutating func openArgument(_ tag: Tag, of parent: Int) throws(Problem) {
    let outerDedentation = dedentation
    let lineEnd = blankLineEnd(after: tag.end).flatMap { $0 < source.count ? $0 : nil }
    position = lineEnd ?? tag.end
    if lineEnd != nil {
      dedentation = firstIndentation(from: position)
    }
    let tagName = try name(in: tag)
    tables.partials[parent].arguments[text(tagName.range)] = tables.blocks.count
    tables.tokens.append(.block(tables.blocks.count))
    tables.blocks.append(
      Mustache.Program.Block(
        name: try add(tagName, kind: .block),
        start: tables.tokens.count,
        contentBeginsLine: lineEnd != nil,
        isStandalone: false,
        indentation: tag.start..<tag.start
      )
    )
    try push(
      .argument(tables.blocks.count - 1, outerDedentation: outerDedentation),
      tag,
      tagName
    )
  }

  mutating func push(_ kind: OpenTag.Kind, _ tag: Tag, _ name: TagName) throws(Problem) {
    guard open.count < maxDepth else {
      throw Problem(kind: .tooDeep(limit: maxDepth, chain: []), offset: tag.start)
    }
    open.append(OpenTag(kind: kind, tag: tag, name: name))
  }

  /// The name that the closing tag of an open tag must have.
  func closingName(of tag: OpenTag) -> String {
    (tag.name.isDynamic ? "*" : "") + text(tag.name.range)
  }

  mutating func close(_ tag: Tag) throws(Problem) {
    var tagName = try name(in: tag)
    let written = tagName.range
    guard let opened = open.popLast() else {
      throw Problem(kind: .strayClosingTag(text(written)), offset: written.lowerBound)
    }
    if opened.name.isDynamic, source[written.lowerBound] == Mustache.Byte.star {
      tagName.range = trimmed(written.lowerBound + 1..<written.upperBound)
      tagName.isDynamic = true
    }
    guard
      opened.name.isDynamic == tagName.isDynamic,
      source[opened.name.range].elementsEqual(source[tagName.range])
    else {
      throw Problem(
        kind: .wrongClosingTag(text(written), expected: closingName(of: opened)),
        offset: written.lowerBound
      )
    }
    switch opened.kind {
    case .section(let index):
      let start = tables.sections[index].content.lowerBound
      let end = addTextBeforeStandalone(tag)?.lowerBound ?? tag.start
      tables.sections[index].content = start..<max(start, end)
      if !tables.sections[index].isInverted {
        tables.tokens.append(.endSection)
      }
      tables.sections[index].end = tables.tokens.count
    case .parent(let index, let indentation, let indentationToken):
      tables.partials[index].end = tables.tokens.count
      position = tag.end
      if let indentation, let lineEnd = blankLineEnd(after: tag.end) {
        position = lineEnd
        tables.partials[index].indentation = indentation
        tables.tokens[indentationToken] = .text(
          Mustache.Program.Text(start: 0, end: 0, beginsLine: false, lineFollows: false)
        )
      }
    case .block(let index):
      _ = addTextBeforeStandalone(tag)
      let block = tables.blocks[index]
      tables.blocks[index].end = tables.tokens.count
      if block.isStandalone, tables.tokens.count > block.start {
        let firstLine = blankLineEnd(after: opened.tag.end) ?? opened.tag.end
        let indentation = firstIndentation(from: firstLine)
        tables.blocks[index].indentation =
          dedented(indentation.lowerBound)..<indentation.upperBound
      }
    case .argument(let index, let outerDedentation):
      let lineStart = blankLineStart(before: tag.start)
      addText(upTo: max(position, lineStart ?? tag.start), beforeTag: false)
      position = tag.end
      tables.blocks[index].end = tables.tokens.count
      dedentation = outerDedentation
    }
  }
}
