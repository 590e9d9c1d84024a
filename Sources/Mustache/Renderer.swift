// From a program and data to text: one loop over tokens, without recursion.

extension Mustache {
  /// Walks the tokens of a program, and of the programs that it includes, and writes the result.
  ///
  /// One loop does all the work. Two lists hold what has been entered and is still open: `loops`
  /// for sections, and `calls` for everything that continues with other tokens: partials,
  /// parents, arguments, and lambdas.
  struct Renderer {
    let partials: [String: Template]
    let mode: Mode
    let limits: Limits

    var output: [UInt8] = []
    var expansions = 0

    /// The values in which names are looked up, the innermost one last.
    var contexts: [Value]
    var loops: [Loop] = []
    var calls: [Call] = []

    /// The arguments of the parents that are entered.
    var scopes: [Scope] = []

    /// The part that is rendered now.
    var current: Position

    /// The number of indentation bytes that are already on the current line.
    var indented = 0

    /// Prepares to render a program.
    ///
    /// Names are looked up in the last of the values first.
    init(
      _ program: Program,
      values: [Value],
      partials: [String: Template],
      mode: Mode,
      limits: Limits
    ) {
      self.partials = partials
      self.mode = mode
      self.limits = limits
      contexts = values
      current = Position(program: program, end: program.tokens.count)
    }

    /// Renders the whole program.
    mutating func render() throws(Failure) -> [UInt8] {
      // Estimating the size, usually too high, costs less than growing the array.
      let size = current.program.source.count
      output.reserveCapacity(min(size + size / 4 + 64, max(limits.outputBytes, 0)))
      while true {
        if current.next == current.end {
          guard let call = calls.popLast() else { return output }
          try leave(call)
          continue
        }
        current.token = current.next
        current.next += 1
        switch current.program.tokens[current.token] {
        case .text(let text): try write(text)
        case .variable(let name, let isEscaped): try writeVariable(name, isEscaped)
        case .section(let index): try enterSection(index)
        case .endSection: try endSection()
        case .partial(let index): try enterPartial(index)
        case .block(let index): try enterBlock(index)
        }
      }
    }
  }
}

extension Mustache.Renderer {
  /// A position in the rendering, and the state that belongs to it.
  struct Position {
    var program: Mustache.Program
    /// The index of the token that is rendered now.
    var token = 0
    /// The index of the token to render next.
    var next = 0
    /// The index at which to stop; its token is not rendered.
    var end: Int
    /// The indentation before each line of the template.
    var indentation: [UInt8] = []
    /// The index in `scopes` of the innermost parent around this place.
    var scope: Int?
  }

  /// A section that is being rendered; its context is the last one.
  struct Loop {
    /// The list, or an empty list if the section is rendered once.
    let items: [Mustache.Value]
    /// The index of the next item.
    var next = 1
    /// The index of the section's first token.
    let start: Int
  }

  /// A partial, parent, argument, or lambda that is being rendered.
  struct Call {
    enum Ending {
      case plain
      /// Removes the arguments of a parent.
      case scope
      /// Escapes the output of a lambda, which starts at an offset.
      case escape(from: Int)
      /// Uses the output of a lambda, which starts at an offset, as the name of a partial.
      case name(of: Int, from: Int)
    }

    /// The name of the partial or lambda, nil for an argument.
    let name: String?
    let caller: Position
    let ending: Ending
  }

  /// The arguments that a parent tag gives to blocks.
  struct Scope {
    let program: Mustache.Program
    /// The indices in the program's blocks, by their names.
    let arguments: [String: Int]
    /// The scope around the parent tag.
    let outer: Int?
  }
}

// MARK: - Entering and leaving

extension Mustache.Renderer {
  mutating func enterSection(_ index: Int) throws(Mustache.Failure) {
    let section = current.program.sections[index]
    let value = try lookUp(section.name) ?? .null
    if section.isInverted {
      if !value.isFalse {
        current.next = section.end
      }
      return
    }
    switch value {
    case .null, .bool(false):
      current.next = section.end
    case .list(let items):
      guard let first = items.first else {
        current.next = section.end
        return
      }
      try push(Loop(items: items, start: current.next), first)
    case .lambda(let lambda):
      let content = current.program.source[section.content]
      let lineStart = section.content.lowerBound
      current.next = section.end
      try enterLambda(
        lambda(String(decoding: content, as: UTF8.self)),
        name: section.name,
        delimiters: section.delimiters,
        startsLine: lineStart == 0
          || current.program.source[lineStart - 1] == Mustache.Byte.newline,
        indentation: current.indentation,
        ending: .plain
      )
    default:
      try push(Loop(items: [], start: current.next), value)
    }
  }

  mutating func push(_ loop: Loop, _ context: Mustache.Value) throws(Mustache.Failure) {
    loops.append(loop)
    contexts.append(context.made)
    try checkEntry()
  }

  mutating func endSection() throws(Mustache.Failure) {
    let last = loops.count - 1
    let item = loops[last].next
    if item < loops[last].items.count {
      contexts[contexts.count - 1] = loops[last].items[item].made
      loops[last].next = item + 1
      current.next = loops[last].start
      try countExpansion()
    } else {
      loops.removeLast()
      contexts.removeLast()
    }
  }

  mutating func enterPartial(_ index: Int) throws(Mustache.Failure) {
    let partial = current.program.partials[index]
    guard partial.isDynamic else {
      let name = current.program.names[partial.name].text
      try enterPartial(index, named: name, key: partial.key)
      return
    }
    guard let value = try lookUp(partial.name) else {
      current.next = partial.end
      return
    }
    let start = output.count
    if case .lambda(let lambda) = value {
      try enterLambda(
        lambda(nil),
        name: partial.name,
        ending: .name(of: index, from: start)
      )
    } else {
      try write(value, name: partial.name, isEscaped: false)
      try enterPartial(index, named: takeOutput(from: start), key: nil)
    }
  }

  /// Continues with the template that a partial names; the key of a dynamic name is not known before.
  mutating func enterPartial(
    _ index: Int,
    named name: String,
    key: String?
  ) throws(Mustache.Failure) {
    let partial = current.program.partials[index]
    let program = current.program
    guard let template = partials[key ?? program.partialKey(name)] else {
      if mode == .strict {
        let suggestion = nearest(to: name, in: partials.keys.sorted())
        throw failure(.unknownPartial(name, nearest: suggestion), at: partial.name)
      }
      current.next = partial.end
      return
    }
    var position = Position(
      program: template.program,
      end: template.program.tokens.count,
      scope: current.scope
    )
    if let range = partial.indentation {
      position.indentation = current.indentation + program.source[range]
    }
    current.next = partial.end
    try enter(position, name: name, ending: partial.arguments.isEmpty ? .plain : .scope)
    if !partial.arguments.isEmpty {
      let outer = current.scope
      scopes.append(Scope(program: program, arguments: partial.arguments, outer: outer))
      current.scope = scopes.count - 1
    }
  }

  /// Continues with the argument for a block, or else with the block's own content.
  mutating func enterBlock(_ index: Int) throws(Mustache.Failure) {
    let block = current.program.blocks[index]
    guard let (argument, scope) = argument(for: current.program.names[block.name].text) else {
      return
    }
    let indentation = current.indentation + current.program.source[block.indentation]
    let content = scope.program.blocks[argument]
    current.next = block.end
    try enter(
      Position(
        program: scope.program,
        token: content.start - 1,
        next: content.start,
        end: content.end,
        indentation: indentation,
        scope: scope.outer
      ),
      name: nil,
      ending: .plain
    )
    if !block.isStandalone {
      indented = indentation.count
    } else if !content.contentBeginsLine {
      try beginLine()
    }
  }

  /// Finds the argument for a block.
  ///
  /// The outermost parent wins.
  func argument(for name: String) -> (index: Int, scope: Scope)? {
    var found: (Int, Scope)?
    var next = current.scope
    while let index = next {
      let scope = scopes[index]
      if let argument = scope.arguments[name] {
        found = (argument, scope)
      }
      next = scope.outer
    }
    return found
  }

  mutating func enterLambda(
    _ text: String,
    name: Int,
    delimiters: Mustache.Delimiters = .default,
    startsLine: Bool = false,
    indentation: [UInt8] = [],
    ending: Call.Ending
  ) throws(Mustache.Failure) {
    let origin =
      current.program.origin
      ?? Mustache.Program.Origin(program: current.program, name: name)
    guard text.utf8.count <= limits.outputBytes else {
      throw origin.failure(.outputTooLarge(limit: limits.outputBytes))
    }
    var parser = Mustache.Parser(text, delimiters: delimiters, startsLine: startsLine)
    let tables: Mustache.Program.Tables
    do {
      tables = try parser.parse()
    } catch {
      throw origin.failure(error.kind)
    }
    let path = current.program.path
    let program = Mustache.Program(
      path: path,
      tables: tables,
      partialKey: current.program.partialKey,
      origin: origin
    )
    let position = Position(
      program: program,
      end: program.tokens.count,
      indentation: indentation,
      scope: current.scope
    )
    try enter(position, name: current.program.names[name].text, ending: ending)
  }

  mutating func enter(
    _ position: Position,
    name: String?,
    ending: Call.Ending
  ) throws(Mustache.Failure) {
    calls.append(Call(name: name, caller: current, ending: ending))
    // A failure belongs to the tag, so it is thrown before the position changes.
    try checkEntry()
    current = position
  }

  mutating func leave(_ call: Call) throws(Mustache.Failure) {
    current = call.caller
    indented = 0
    switch call.ending {
    case .plain:
      break
    case .scope:
      scopes.removeLast()
    case .escape(let start):
      let text = takeOutput(from: start)
      writeEscaped(text)
    case .name(let index, let start):
      try enterPartial(index, named: takeOutput(from: start), key: nil)
    }
  }

  mutating func takeOutput(from start: Int) -> String {
    let text = String(decoding: output[start...], as: UTF8.self)
    output.removeLast(output.count - start)
    return text
  }
}
