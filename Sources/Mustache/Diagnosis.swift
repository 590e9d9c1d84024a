// Finds every mistake in the tags of a template, not only the first one.

extension Mustache {
  /// Parses a template and continues after each mistake as if that tag did not exist.
  ///
  /// - Parameters:
  ///   - text: The text of the template.
  ///   - path: The name of the template in failures and references.
  ///   - maxFailures: The number of mistakes after which to stop; each one takes another pass.
  /// - Returns: The template without its wrong tags, or nil if there are more mistakes than
  ///   `maxFailures`, or tags are nested more deeply than a rendering may go; and the mistakes in the order of the text.
  package static func diagnose(
    _ text: String,
    path: String,
    maxFailures: Int = 20
  ) -> (template: Template?, failures: [Failure]) {
    let original = Array(text.utf8)
    var source = original
    var problems: [Parser.Problem] = []
    /// Names that a closing tag should have had. They are still open, but that is the same mistake
    /// and is not reported again.
    var expected: [String] = []
    var template: Template?
    while template == nil, problems.count <= maxFailures {
      var parser = Parser(
        String(decoding: source, as: UTF8.self),
        delimiters: .default,
        startsLine: true
      )
      parser.maxDepth = Limits().depth
      do throws(Parser.Problem) {
        let tables = try parser.parse()
        template = Template(program: Program(path: path, tables: tables, partialKey: { $0 }))
      } catch {
        switch error.kind {
        case .wrongClosingTag(_, let name):
          problems.append(error)
          expected.append(name)
        case .unclosedSection(let name):
          if let index = expected.lastIndex(of: name) {
            expected.remove(at: index)
          } else {
            problems.append(error)
          }
        case .tooDeep:
          problems.append(error)
          return (nil, failures())
        default: problems.append(error)
        }
        guard blankTag(at: error, in: &source) else { return (nil, failures()) }
      }
    }
    return (template, failures())

    func failures() -> [Failure] {
      problems.sorted { $0.offset < $1.offset }.map {
        Failure($0.kind, at: $0.offset, source: original, path: path)
      }
    }
  }

  /// Overwrites the wrong tag with spaces, so that all later offsets stay the same.
  ///
  /// - Returns: Whether anything changed.
  private static func blankTag(at problem: Parser.Problem, in source: inout [UInt8]) -> Bool {
    guard problem.offset < source.count else { return false }
    // The offset is either the start of the tag or the start of the name in it.
    var start = problem.offset
    let open = UInt8(ascii: "{")
    while start > 0, source[start] != open, source[start] != Byte.newline { start -= 1 }
    guard source[start] == open else {
      // The tag uses other delimiters: remove the rest of the line.
      start = problem.offset
      let end = source[start...].firstIndex(of: Byte.newline) ?? source.count
      return blank(start..<end, in: &source)
    }
    while start > 0, source[start - 1] == open { start -= 1 }
    var end = problem.offset
    if problem.kind == .unclosedTag {
      // The tag has no end: remove its opening delimiter.
      while end < source.count, source[end] == open { end += 1 }
    } else {
      let close = UInt8(ascii: "}")
      while end < source.count, source[end] != close { end += 1 }
      while end < source.count, source[end] == close { end += 1 }
    }
    return blank(start..<end, in: &source)
  }

  private static func blank(_ range: Range<Int>, in source: inout [UInt8]) -> Bool {
    var isChanged = false
    for index in range where source[index] != Byte.newline {
      isChanged = isChanged || source[index] != Byte.space
      source[index] = Byte.space
    }
    return isChanged
  }
}

extension Mustache.Template {
  init(program: Mustache.Program) {
    self.program = program
  }

  /// Every name in the order of the text, each with the names of the sections around it.
  package var referencesInSections: [(reference: Mustache.Reference, sections: [String])] {
    let names = program.names
    let sections = program.sections.filter { !$0.isInverted }
      .sorted { $0.content.lowerBound < $1.content.lowerBound }
    var next = 0
    var around: [(end: Int, name: String)] = []
    var result: [(Mustache.Reference, [String])] = []
    for (name, reference) in zip(names, references) {
      while next < sections.count, sections[next].content.lowerBound <= name.offset {
        around.append((sections[next].content.upperBound, names[sections[next].name].text))
        next += 1
      }
      around.removeAll { $0.end <= name.offset }
      result.append((reference, around.map(\.name)))
    }
    return result
  }
}
