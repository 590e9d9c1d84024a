// A parsed template: a flat list of tokens that jump by index.

extension Mustache {
  /// A parsed template: a flat list of tokens, and tables that the tokens point into.
  ///
  /// All positions are offsets into `source` or indices into `tokens`. Nothing is nested, so the
  /// stack space for rendering and releasing a program does not depend on the template.
  final class Program: Sendable {
    let path: String
    let source: [UInt8]
    let tokens: [Token]
    let names: [Name]
    let sections: [Section]
    let partials: [Partial]
    let blocks: [Block]

    /// The whole text, if it has no tags and is therefore its own result.
    let literal: String?

    /// Returns the key of the template that a partial names.
    let partialKey: PartialKey

    /// The lambda's name in another program, if a lambda made this program's source.
    let origin: Origin?

    init(path: String, tables: Tables, partialKey: @escaping PartialKey, origin: Origin? = nil) {
      self.path = path
      self.source = tables.source
      self.tokens = tables.tokens
      self.names = tables.names
      self.sections = tables.sections
      self.partials = tables.partials.map { partial in
        var partial = partial
        if !partial.isDynamic { partial.key = partialKey(tables.names[partial.name].text) }
        return partial
      }
      self.partialKey = partialKey
      self.blocks = tables.blocks
      self.origin = origin
      self.literal = tables.isUnchanged ? tables.text : nil
    }
  }
}

extension Mustache.Program {
  /// One step of rendering.
  enum Token {
    case text(Text)
    /// The index in `names`.
    case variable(name: Int, isEscaped: Bool)
    /// The index in `sections`.
    case section(Int)
    case endSection
    /// A partial or a parent: the index in `partials`.
    case partial(Int)
    /// The index in `blocks`.
    case block(Int)
  }

  /// Template text of one or more lines.
  ///
  /// Each place where a line of the template starts, unless it is removed as standalone, has a
  /// text, which may be empty. The indentation of a partial is written there.
  struct Text {
    let start: Int
    let end: Int
    /// Whether the first byte of the text is the first byte of a line.
    let beginsLine: Bool
    /// Whether the text ends with a line end and a tag begins the next line.
    let lineFollows: Bool
  }

  /// A name at one place in the template.
  struct Name {
    let kind: Mustache.Reference.Kind
    let text: String
    /// The parts between dots; empty if there is no dot or if dots have no meaning here.
    let parts: [String]
    /// Whether the name is `.` and stands for the innermost value.
    let isCurrentItem: Bool
    let offset: Int
  }

  /// A section or an inverted section.
  struct Section {
    let name: Int
    let isInverted: Bool
    let delimiters: Mustache.Delimiters
    /// The text between the tags, for a lambda.
    var content: Range<Int>
    /// The index of the first token after the section.
    var end = 0
  }

  /// A partial, or a parent with its arguments.
  struct Partial {
    let name: Int
    let isDynamic: Bool
    /// The key of the template among those that are given; "" for a dynamic name.
    var key = ""
    /// The white space before a standalone tag, nil if the tag is not standalone.
    var indentation: Range<Int>?
    /// The indices in `blocks` of a parent's arguments, by their names.
    var arguments: [String: Int] = [:]
    /// The index of the first token after the partial.
    var end: Int
  }

  /// A block: a default, or an argument in a parent.
  struct Block {
    let name: Int
    /// The index of the first token of the content.
    let start: Int
    /// The index of the first token after the content.
    var end = 0
    /// Whether the content begins at the start of a line.
    let contentBeginsLine: Bool
    /// Whether the opening tag is standalone.
    let isStandalone: Bool
    /// The white space before each line of an argument that replaces this block.
    var indentation: Range<Int>
  }

  /// The tables that the parser fills.
  struct Tables {
    let text: String
    let source: [UInt8]
    var tokens: [Token] = []
    var names: [Name] = []
    var sections: [Section] = []
    var partials: [Partial] = []
    var blocks: [Block] = []

    /// Whether the tokens render the source unchanged.
    var isUnchanged: Bool {
      guard tokens.count == 1, case .text(let text) = tokens[0] else { return source.isEmpty }
      return text.start == 0 && text.end == source.count
    }
  }

  /// The position, in a real template, of the lambda that made the source of a program.
  ///
  /// If a lambda made the text with that lambda, this is the position of the outermost one.
  struct Origin {
    let program: Mustache.Program
    let name: Int
  }
}

extension Mustache.Program {
  /// Every name in the order of the source.
  var references: [Mustache.Reference] {
    var finder = Mustache.LocationFinder(path: path, source: source)
    return names.map { name in
      let location = finder.location(of: name.offset)
      return Mustache.Reference(kind: name.kind, name: name.text, location: location)
    }
  }

  /// Makes the failure for a mistake at an offset of the source.
  func failure(_ kind: Mustache.Failure.Kind, at offset: Int) -> Mustache.Failure {
    if let origin {
      return origin.failure(kind)
    }
    return Mustache.Failure(kind, at: offset, source: source, path: path)
  }
}

extension Mustache.Program.Origin {
  /// Makes the failure for a mistake in the result of a lambda.
  func failure(_ kind: Mustache.Failure.Kind) -> Mustache.Failure {
    let name = program.names[name]
    return program.failure(.inLambda(name.text, kind), at: name.offset)
  }
}

extension Mustache.Failure {
  /// Makes a failure.
  ///
  /// This is the only place that turns an offset into a line and a column.
  init(_ kind: Kind, at offset: Int, source: [UInt8], path: String) {
    var finder = Mustache.LocationFinder(path: path, source: source)
    let location = finder.location(of: offset)
    self.init(kind: kind, location: location, lineText: finder.lineText)
  }
}
