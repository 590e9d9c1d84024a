// Writes the result and enforces the limits of a rendering.

extension Mustache.Renderer {
  mutating func write(
    _ text: Mustache.Program.Text,
    of program: Mustache.Program
  ) throws(Mustache.Failure) {
    if current.indentation.isEmpty {
      output.append(program.source, text.start..<text.end)
      try checkOutput()
      return
    }
    if text.beginsLine {
      try beginLine(before: text.start, of: text, in: program.source)
    }
    var start = text.start
    while let newline = program.source.firstNewline(in: start..<text.end) {
      output.append(program.source, start..<newline + 1)
      start = newline + 1
      if start < text.end || text.lineFollows {
        try beginLine(before: start, of: text, in: program.source)
      }
    }
    output.append(program.source, start..<text.end)
    try checkOutput()
  }

  /// Writes the indentation; in strict mode not on an empty line.
  mutating func beginLine(
    before start: Int,
    of text: Mustache.Program.Text,
    in source: [UInt8]
  ) throws(Mustache.Failure) {
    if mode == .strict, start < text.end {
      let isReturn = source[start] == Mustache.Byte.carriageReturn
      let next = isReturn ? start + 1 : start
      if next < text.end, source[next] == Mustache.Byte.newline {
        indented = 0
        return
      }
    }
    try beginLine()
  }

  mutating func beginLine() throws(Mustache.Failure) {
    let range = current.indentation
    let start = range.lowerBound + min(indented, range.count)
    output.append(indentation, start..<range.upperBound)
    indented = 0
    try checkOutput()
  }

  mutating func writeVariable(
    _ name: Int,
    _ isEscaped: Bool,
    of program: Mustache.Program
  ) throws(Mustache.Failure) {
    guard let value = try lookUp(name, of: program) else { return }
    let isEscaped = isEscaped && mode == .specification
    if case .lambda(let lambda) = value {
      let ending: Call.Ending = isEscaped ? .escape(from: output.count) : .plain
      try enterLambda(lambda(nil), name: name, ending: ending)
    } else {
      try write(value, name: name, isEscaped: isEscaped)
    }
  }

  mutating func write(
    _ value: Mustache.Value,
    name: Int,
    isEscaped: Bool
  ) throws(Mustache.Failure) {
    switch value {
    case .string(let string) where isEscaped: writeEscaped(string)
    case .string(let string): write(string)
    case .bool(let bool): write(bool ? "true" : "false")
    case .integer(let integer): write(String(integer))
    case .decimal(let decimal): write(String(decimal))
    case .null: break
    case .deferred, .withMembers: try write(value.made, name: name, isEscaped: isEscaped)
    case .list, .object, .lambda:
      guard mode == .specification else {
        throw failure(.notText(programs[current.program].names[name].text), at: name)
      }
    }
    try checkOutput()
  }

  mutating func write(_ string: String) {
    var string = string
    string.withUTF8 { output.append($0) }
  }

  /// Writes a text and escapes the four characters that the specification names, and `'`, so that
  /// an attribute in single quotes can have the text, too.
  mutating func writeEscaped(_ string: String) {
    var string = string
    string.withUTF8 { bytes in
      var start = 0
      for index in bytes.indices {
        let replacement: StaticString
        switch bytes[index] {
        case UInt8(ascii: "&"): replacement = "&amp;"
        case UInt8(ascii: "\""): replacement = "&quot;"
        case UInt8(ascii: "'"): replacement = "&#39;"
        case UInt8(ascii: "<"): replacement = "&lt;"
        case UInt8(ascii: ">"): replacement = "&gt;"
        default: continue
        }
        output.append(UnsafeBufferPointer(rebasing: bytes[start..<index]))
        replacement.withUTF8Buffer { output.append($0) }
        start = index + 1
      }
      output.append(UnsafeBufferPointer(rebasing: bytes[start...]))
    }
  }
}

// MARK: - Limits

extension Mustache.Renderer {
  /// Counts an entry into a part of a template, and checks the depth and the number of entries.
  mutating func checkEntry() throws(Mustache.Failure) {
    if loops.count + calls.count > limits.depth {
      throw failureInTag(.tooDeep(limit: limits.depth, chain: chain))
    }
    try countExpansion()
  }

  mutating func countExpansion() throws(Mustache.Failure) {
    expansions += 1
    if expansions > limits.expansions {
      throw failureInTag(.tooManyExpansions(limit: limits.expansions))
    }
  }

  /// Counts the search for a name; eight values that do not have it take about as long as the rest.
  mutating func countLookup(in values: Int) throws(Mustache.Failure) {
    lookups += 1 + values / 8
    if lookups > limits.lookups {
      throw failureInTag(.tooManyLookups(limit: limits.lookups))
    }
  }

  func checkOutput() throws(Mustache.Failure) {
    if output.count > limits.outputBytes {
      throw failureInTag(.outputTooLarge(limit: limits.outputBytes))
    }
  }

  /// The partials and lambdas that are entered, or the last round if they form a cycle.
  var chain: [String] {
    let names = calls.compactMap(\.name)
    guard
      let last = names.last,
      let previous = names.dropLast().lastIndex(of: last)
    else { return names }
    return Array(names[previous...])
  }

  func failure(_ kind: Mustache.Failure.Kind, at name: Int) -> Mustache.Failure {
    let program = programs[current.program]
    return program.failure(kind, at: program.names[name].offset)
  }

  /// Makes a failure at the tag or text that is rendered now, not at a name.
  func failureInTag(_ kind: Mustache.Failure.Kind) -> Mustache.Failure {
    let program = programs[current.program]
    var token = current.token
    if case .endSection = program.tokens[token], let loop = loops.last {
      token = loop.start - 1
    }
    return switch program.tokens[token] {
    case .text(let text): program.failure(kind, at: text.start)
    case .variable(let name, _): failure(kind, at: name)
    case .section(let index): failure(kind, at: program.sections[index].name)
    case .partial(let index): failure(kind, at: program.partials[index].name)
    case .block(let index): failure(kind, at: program.blocks[index].name)
    case .endSection: program.failure(kind, at: 0)
    }
  }
}

extension [UInt8] {
  /// Finds the first line end in a range.
  fileprivate func firstNewline(in range: Range<Int>) -> Int? {
    self[range].withUnsafeBufferPointer { bytes in
      bytes.firstIndex(of: Mustache.Byte.newline).map { range.lowerBound + $0 }
    }
  }
}
