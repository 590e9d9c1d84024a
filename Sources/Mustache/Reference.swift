// The names that a template uses, for code that inspects templates without rendering them.

extension Mustache {
  /// A name that a template uses, and its position.
  public struct Reference: Sendable, Hashable {
    /// The tag that contains the name.
    public enum Kind: Sendable, Hashable {
      /// `{{name}}`, `{{{name}}}`, or `{{&name}}`.
      case variable
      /// `{{#name}}`.
      case section
      /// `{{^name}}`.
      case invertedSection
      /// `{{>name}}`.
      case partial
      /// `{{>*name}}`: a name in the data, whose value names the partial.
      case dynamicPartial
      /// `{{<name}}`.
      case parent
      /// `{{<*name}}`: a name in the data, whose value names the parent.
      case dynamicParent
      /// `{{$name}}`, as a default or as an argument.
      case block
    }

    /// The tag that contains the name.
    public let kind: Kind

    /// The name with all its parts, without the `*` of a dynamic name.
    public let name: String

    /// The position of the name.
    public let location: Location

    /// Makes a reference.
    ///
    /// - Parameters:
    ///   - kind: The tag that contains the name.
    ///   - name: The name with all its parts.
    ///   - location: The position of the name.
    public init(kind: Kind, name: String, location: Location) {
      self.kind = kind
      self.name = name
      self.location = location
    }

    /// Whether the name is looked up in the data, not among partials or blocks.
    public var isInData: Bool { kind.isInData }
  }
}

extension Mustache.Reference.Kind {
  /// Whether a name in such a tag is looked up in the data; only these names have parts.
  var isInData: Bool {
    switch self {
    case .variable, .section, .invertedSection, .dynamicPartial, .dynamicParent: true
    case .partial, .parent, .block: false
    }
  }
}
