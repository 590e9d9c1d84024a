// The resources that a rendering may use before it fails.

extension Mustache {
  /// The resources that one rendering may use before it fails.
  public struct Limits: Sendable, Hashable {
    /// The maximum nesting depth of sections, partials, parents, blocks, and lambdas.
    public var depth: Int

    /// The maximum size of the result, in bytes of UTF-8.
    public var outputBytes: Int

    /// The maximum number of times that sections, partials, parents, blocks, and lambdas are entered.
    ///
    /// It stops templates that are not deep and write nothing but take very long, such as partials
    /// that each include the next one twice.
    public var expansions: Int

    /// The maximum number of names that are looked up; deep inside sections, each counts several times.
    ///
    /// It stops templates that neither write nor expand much but take very long, such as a partial with many tags
    /// whose values are empty.
    public var lookups: Int

    /// Creates a set of limits.
    ///
    /// Each default is far above what a real template needs.
    ///
    /// - Parameters:
    ///   - depth: The maximum nesting depth.
    ///   - outputBytes: The maximum size of the result, in bytes of UTF-8.
    ///   - expansions: The maximum number of times that parts of a template are entered.
    ///   - lookups: The maximum number of names that are looked up.
    public init(
      depth: Int = 256,
      outputBytes: Int = 64 * 1024 * 1024,
      expansions: Int = 10_000_000,
      lookups: Int = 100_000_000
    ) {
      self.depth = depth
      self.outputBytes = outputBytes
      self.expansions = expansions
      self.lookups = lookups
    }
  }
}
