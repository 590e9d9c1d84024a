// From a program and data to text: one loop over tokens, without recursion.

extension Mustache {
  /// Walks the tokens of a program, and of the programs that it includes, and writes the result.
  ///
  /// One loop does all the work. Two lists hold what has been entered and is still open: `loops`
  /// for sections, and `calls` for everything that continues with other tokens: partials,
  /// parents, arguments, and lambdas.
  struct Renderer: ~Copyable {
    let mode: Mode
    let limits: Limits

    var output: OutputBuffer
    var expansions = 0
    var lookups = 0

    /// The values in which names are looked up, the innermost one last.
    var contexts: [Value]
    var loops: [Loop] = []
    var calls: [Call] = []

    /// The arguments of the parents that are entered.
    var scopes: [Scope] = []

    /// The part that is rendered now.
    var current: Position

    /// The indentation of the current part, after those of the parts around it.
    var indentation: [UInt8] = []

    /// The number of indentation bytes that are already on the current line.
    var indented = 0

    /// The program that is rendered, and those that it includes.
    var programs: Programs

    /// Prepares to render a program.
    ///
    /// Names are looked up in the last of the values first.
    init(
      _ program: Program,
      values: [Value],
      partials: [String: Template],
      mode: Mode,
      limits: Limits,
      output: consuming OutputBuffer
    ) {
      self.mode = mode
      self.limits = limits
      self.output = output
      contexts = values
      programs = Programs(program, partials: partials)
      current = Position(program: 0, end: program.tokens.count)
    }

    /// Renders the whole program.
    mutating func render() throws(Failure) {
      while true {
        // Held here, the program is not counted at each token.
        let number = current.program
        let program = programs[number]
        repeat {
          if current.next == current.end {
            guard let call = calls.popLast() else { return }
            try leave(call)
            break
          }
          current.token = current.next
          current.next += 1
          switch program.tokens[current.token] {
          case .text(let text): try write(text, of: program)
          case .variable(let name, let isEscaped): try writeVariable(name, isEscaped, of: program)
          case .section(let index): try enterSection(index, of: program)
          case .endSection: try endSection()
          case .partial(let index): try enterPartial(index, of: program)
          case .block(let index): try enterBlock(index, of: program)
          }
        } while current.program == number
      }
    }
  }
}

extension Mustache.Renderer {
  /// A position in the rendering, and the state that belongs to it.
  struct Position {
    /// The number of the program.
    var program: Int
    /// The index of the token that is rendered now.
    var token = 0
    /// The index of the token to render next.
    var next = 0
    /// The index at which to stop; its token is not rendered.
    var end: Int
    /// The indentation before each line of the template: a range of the renderer's, at its end.
    var indentation = 0..<0
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
    /// The number of lambdas around the call.
    let lambdas: Int
    let ending: Ending
  }

  /// The arguments that a parent tag gives to blocks.
  struct Scope {
    /// The number of the program with the parent tag.
    let program: Int
    /// The index of the parent in the program's partials.
    let parent: Int
    /// The scope around the parent tag.
    let outer: Int?
  }
}

// MARK: - Entering and leaving

extension Mustache.Renderer {
  mutating func enterSection(
    _ index: Int,
    of program: Mustache.Program
  ) throws(Mustache.Failure) {
    let value = try lookUp(program.sections[index].name, of: program) ?? .null
    if program.sections[index].isInverted {
      if !value.isFalse {
        current.next = program.sections[index].end
      }
      return
    }
    switch value {
    case .null, .bool(false):
      current.next = program.sections[index].end
    case .list(let items):
      guard let first = items.first else {
        current.next = program.sections[index].end
        return
      }
      try push(Loop(items: items, start: current.next), first)
    case .lambda(let lambda):
      let section = program.sections[index]
      let content = program.source[section.content]
      let lineStart = section.content.lowerBound
      current.next = section.end
      try enterLambda(
        lambda(String(decoding: content, as: UTF8.self)),
        name: section.name,
        delimiters: section.delimiters,
        startsLine: lineStart == 0
          || program.source[lineStart - 1] == Mustache.Byte.newline,
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

  mutating func enterPartial(
    _ index: Int,
    of program: Mustache.Program
  ) throws(Mustache.Failure) {
    let name = program.partials[index].name
    guard program.partials[index].isDynamic else {
      let number = programs.number(ofPartial: index, in: current.program)
      try enter(number, of: index, in: program, named: program.names[name].text)
      return
    }
    guard let value = try lookUp(name, of: program) else {
      current.next = program.partials[index].end
      return
    }
    let start = output.count
    if case .lambda(let lambda) = value {
      try enterLambda(lambda(nil), name: name, ending: .name(of: index, from: start))
    } else {
      try write(value, name: name, isEscaped: false)
      try enterPartial(index, named: output.removeText(from: start))
    }
  }

  /// Continues with the template that a partial with a dynamic name names.
  mutating func enterPartial(_ index: Int, named name: String) throws(Mustache.Failure) {
    let program = programs[current.program]
    let number = programs.number(of: program.partialKey(name))
    try enter(number, of: index, in: program, named: name)
  }

  /// Continues with the template of a partial or parent, or fails in strict mode if there is none.
  mutating func enter(
    _ number: Int?,
    of index: Int,
    in program: Mustache.Program,
    named name: String
  ) throws(Mustache.Failure) {
    guard let number else {
      try countLookup(in: 0)
      if mode == .strict {
        let suggestion = nearest(to: name, in: programs.names)
        let place = program.partials[index].name
        throw failure(.unknownPartial(name, nearest: suggestion), at: place)
      }
      current.next = program.partials[index].end
      return
    }
    let hasArguments = !program.partials[index].arguments.isEmpty
    var position = Position(
      program: number,
      end: programs[number].tokens.count,
      scope: current.scope
    )
    if let range = program.partials[index].indentation {
      position.indentation = indent(by: range, of: program)
    } else {
      position.indentation = indentation.count..<indentation.count
    }
    current.next = program.partials[index].end
    let caller = current.program
    try enter(position, name: name, ending: hasArguments ? .scope : .plain)
    if hasArguments {
      scopes.append(Scope(program: caller, parent: index, outer: position.scope))
      current.scope = scopes.count - 1
    }
  }

  /// Adds white space of a template to the current indentation.
  mutating func indent(by range: Range<Int>, of program: Mustache.Program) -> Range<Int> {
    indentation += program.source[range]
    return current.indentation.lowerBound..<indentation.count
  }

  /// Continues with the argument for a block, or else with the block's own content.
  mutating func enterBlock(
    _ index: Int,
    of program: Mustache.Program
  ) throws(Mustache.Failure) {
    let block = program.blocks[index]
    try countLookup(in: scopes.count)
    guard let (argument, scope) = argument(for: program.names[block.name].text) else {
      return
    }
    let indentation = indent(by: block.indentation, of: program)
    let content = programs[scope.program].blocks[argument]
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
      if let argument = programs[scope.program].partials[scope.parent].arguments[name] {
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
    indentation range: Range<Int>? = nil,
    ending: Call.Ending
  ) throws(Mustache.Failure) {
    let caller = programs[current.program]
    let origin = caller.origin ?? Mustache.Program.Origin(program: caller, name: name)
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
    let program = Mustache.Program(
      path: caller.path,
      tables: tables,
      partialKey: caller.partialKey,
      origin: origin
    )
    let lambdas = programs.lambdaCount
    let position = Position(
      program: programs.addLambda(program),
      end: program.tokens.count,
      indentation: range ?? indentation.count..<indentation.count,
      scope: current.scope
    )
    try enter(position, name: caller.names[name].text, lambdas: lambdas, ending: ending)
  }

  mutating func enter(
    _ position: Position,
    name: String?,
    lambdas: Int? = nil,
    ending: Call.Ending
  ) throws(Mustache.Failure) {
    let lambdas = lambdas ?? programs.lambdaCount
    calls.append(Call(name: name, caller: current, lambdas: lambdas, ending: ending))
    // A failure belongs to the tag, so it is thrown before the position changes.
    try checkEntry()
    current = position
  }

  mutating func leave(_ call: Call) throws(Mustache.Failure) {
    current = call.caller
    programs.removeLambdas(after: call.lambdas)
    indentation.removeLast(indentation.count - current.indentation.upperBound)
    indented = 0
    switch call.ending {
    case .plain:
      break
    case .scope:
      scopes.removeLast()
    case .escape(let start):
      writeEscaped(output.removeText(from: start))
    case .name(let index, let start):
      try enterPartial(index, named: output.removeText(from: start))
    }
  }
}
