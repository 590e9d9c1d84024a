// Looks up names in the data, and builds the failure for an unknown one.

extension Mustache.Renderer {
  /// Finds the value of a name.
  ///
  /// An unknown name is nil, or a failure in strict mode.
  mutating func lookUp(
    _ index: Int,
    of program: Mustache.Program
  ) throws(Mustache.Failure) -> Mustache.Value? {
    try countLookup(in: contexts.count + program.names[index].parts.count)
    if program.names[index].parts.isEmpty {
      if program.names[index].isCurrentItem { return contexts.last?.made }
      if let value = find(program.names[index].text) { return value }
    } else if let value = find(program.names[index].parts) {
      return value
    }
    if mode == .strict {
      throw unknownName(index)
    }
    return nil
  }

  /// Finds a name without dots in the innermost object that has it.
  func find(_ name: String) -> Mustache.Value? { findUnmade(name)?.made }

  /// Finds the first part as a name without dots, and each further part in the value before it.
  func find(_ parts: [String]) -> Mustache.Value? { findUnmade(parts)?.made }

  private func findUnmade(_ name: String) -> Mustache.Value? {
    var index = contexts.count
    while index > 0 {
      index -= 1
      if case .object(let members) = contexts[index], let value = members[name] {
        return value
      }
    }
    return nil
  }

  private func findUnmade(_ parts: [String]) -> Mustache.Value? {
    var value = findUnmade(parts[0])
    for part in parts.dropFirst() { value = value?.members?[part] }
    return value
  }

  func unknownName(_ index: Int) -> Mustache.Failure {
    let name = programs[current.program].names[index]
    var known: [String] = []
    var candidates: [String] = []
    for context in contexts {
      if case .object(let members) = context { candidates += members.keys }
    }
    var parts = name.parts.isEmpty ? [name.text] : name.parts
    // Keep the known parts and suggest a replacement for the first unknown part.
    while known.count + 1 < parts.count, let value = findUnmade(Array(parts[...known.count])) {
      known.append(parts[known.count])
      candidates = (value.members ?? [:]).keys.sorted()
    }
    let unknown = parts[known.count]
    let suggestion = nearest(to: unknown, in: candidates.sorted()).map { candidate in
      parts[known.count] = candidate
      return parts.joined(separator: ".")
    }
    return failure(.unknownName(name.text, nearest: suggestion), at: index)
  }
}
