// The two ways to render: as the specification says, or strictly for source code.

extension Mustache {
  /// How a template treats escaping and unknown names.
  public enum Mode: Sendable, Hashable {
    /// As the specification says: `{{name}}` is escaped for HTML, and an unknown name or
    /// partial renders as nothing.
    case specification

    /// For source code: nothing is escaped, and an unknown name, an unknown partial, and a
    /// list or object used as a text are failures.
    ///
    /// A name that exists with the value null, false, or an empty list is known. Empty lines of a
    /// standalone partial get no indentation, so that they have no trailing white space.
    case strict
  }
}
