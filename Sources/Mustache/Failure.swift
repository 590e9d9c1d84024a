// What can be wrong with a template: the facts, and the only place that turns them into sentences.

extension Mustache {
  /// Why a template could not be parsed or rendered, and where.
  ///
  /// The properties are the facts; only `description` turns them into a sentence.
  public struct Failure: Error, Sendable, Hashable {
    /// What is wrong.
    public let kind: Kind

    /// The position of the mistake: the name, or else the start of the tag.
    ///
    /// A mistake inside a partial has its position in the partial. The result of a lambda has no
    /// position of its own, so its mistakes have the position of the lambda's name.
    public let location: Location

    /// The text of that line, without its end.
    public let lineText: String

    /// Makes a failure.
    ///
    /// - Parameters:
    ///   - kind: What is wrong.
    ///   - location: Where it is.
    ///   - lineText: The text of that line, without its end.
    public init(kind: Kind, location: Location, lineText: String) {
      self.kind = kind
      self.location = location
      self.lineText = lineText
    }
  }
}

extension Mustache.Failure {
  /// What is wrong with a template; the first group is found by parsing, the second by rendering.
  public indirect enum Kind: Sendable, Hashable {
    /// A tag without its closing delimiter.
    case unclosedTag
    /// A tag without a name.
    case emptyTag
    /// A name with white space in it, or with nothing before or after a dot.
    case malformedName(String)
    /// A set delimiter tag that is not `=`, two words, and `=`; the payload is the content of the tag.
    case malformedDelimiters(String)
    /// A section, inverted section, parent, or block that has no closing tag.
    case unclosedSection(String)
    /// A closing tag whose name differs from that of the open tag.
    case wrongClosingTag(String, expected: String)
    /// A closing tag where nothing is open.
    case strayClosingTag(String)

    /// A name that the data does not have, and the most similar name in the data, if any.
    case unknownName(String, nearest: String?)
    /// A partial or parent that was not given, and the most similar name, if any.
    case unknownPartial(String, nearest: String?)
    /// A list or an object in a place that needs a text.
    case notText(String)
    /// Parts of templates that are nested too deeply.
    ///
    /// The chain lists the partials and lambdas that were entered. If the last of them includes
    /// itself, the chain is one round of that cycle.
    case tooDeep(limit: Int, chain: [String])
    /// A result that is too large.
    case outputTooLarge(limit: Int)
    /// Too many sections, partials, parents, blocks, and lambdas in total.
    case tooManyExpansions(limit: Int)
    /// Too many names to look up, in total.
    case tooManyLookups(limit: Int)
    /// A mistake in the template text that a lambda made.
    case inLambda(String, Kind)
  }
}

extension Mustache.Failure: CustomStringConvertible {
  /// The location and a sentence, such as `a.mustache:3:7: unknown name 'usr'`.
  public var description: String {
    "\(location): \(kind)"
  }
}

extension Mustache.Failure.Kind: CustomStringConvertible {
  /// The sentence, without a capital letter at its start and without a full stop.
  public var description: String {
    switch self {
    case .unclosedTag:
      "the tag is not closed"
    case .emptyTag:
      "the tag has no name"
    case .malformedName(let name):
      "'\(name)' is not a valid name: "
        + (instead(of: name) ?? "it has white space or an empty part between dots")
    case .malformedDelimiters(let text):
      "'\(text)' does not set delimiters: write them between two equals signs, as {{=<% %>=}}"
    case .unclosedSection(let name):
      "'\(name)' is not closed"
    case .wrongClosingTag(let name, let expected):
      "'\(name)' cannot be closed here: close '\(expected)' first"
    case .strayClosingTag(let name):
      "'\(name)' cannot be closed here: nothing is open"
    case .unknownName(let name, let nearest):
      "unknown name '\(name)'" + suggestion(nearest)
    case .unknownPartial(let name, let nearest):
      "unknown partial '\(name)'" + suggestion(nearest)
    case .notText(let name):
      "'\(name)' is a list or an object, not a text"
    case .tooDeep(let limit, let chain):
      "nested more than \(limit) levels deep"
        + (chain.isEmpty ? "" : ": " + shortened(chain).joined(separator: " > "))
    case .outputTooLarge(let limit):
      "the result has more than \(limit) bytes"
    case .tooManyExpansions(let limit):
      "it expands more than \(limit) sections and partials"
    case .tooManyLookups(let limit):
      "it looks up more than \(limit) names"
    case .inLambda(let name, let kind):
      "in the result of the lambda '\(name)': \(kind)"
    }
  }

  /// Returns the beginning and the end of a long chain.
  private func shortened(_ chain: [String]) -> [String] {
    chain.count > 6 ? chain.prefix(3) + ["..."] + chain.suffix(2) : chain
  }

  /// What to write in place of what other languages of templates have, or nil.
  private func instead(of name: String) -> String? {
    let words = name.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    guard let word = words.first, let last = words.last, words.count > 1,
      ["if", "each", "for", "with", "unless", "else"].contains(word)
    else { return nil }
    let shown = word == "for" ? last : word == "else" ? "name" : words[1]
    let otherwise = "{{^\(shown)}}...{{/\(shown)}}"
    if word == "unless" || word == "else" { return "write \(otherwise)" }
    return "write {{#\(shown)}}...{{/\(shown)}}, for else \(otherwise)"
  }

  private func suggestion(_ nearest: String?) -> String {
    nearest.map { ", did you mean '\($0)'?" } ?? ""
  }
}
