// The type to start with: parse once, render many times.

extension Mustache {
  /// Returns the key of the template that a partial or parent names.
  public typealias PartialKey = @Sendable (_ name: String) -> String

  /// A parsed template, which can be rendered many times and in many tasks at once.
  public struct Template: Sendable {
    let program: Program

    /// Parses a template.
    ///
    /// All tags of the specification are known: its core modules, `~dynamic-names`, and
    /// `~inheritance`.
    ///
    /// - Parameters:
    ///   - source: The text of the template.
    ///   - path: The name of the template in failures and references, usually its path.
    ///   - partialKey: Returns the key in `partials` of the template that a partial or parent names, if
    ///     it is not the name itself.
    /// - Throws: `Failure`, with a kind of the first group, if the text breaks the rules for tags.
    public init(
      _ source: String,
      path: String = "template",
      partialKey: @escaping PartialKey = { $0 }
    ) throws(Failure) {
      var parser = Parser(source, delimiters: .default, startsLine: true)
      do {
        program = Program(path: path, tables: try parser.parse(), partialKey: partialKey)
      } catch {
        throw Failure(error.kind, at: error.offset, source: parser.source, path: path)
      }
    }

    /// The path that was given for the template.
    public var path: String { program.path }

    /// Every name that the template uses, in the order of the text, even if it is never rendered.
    public var references: [Reference] { program.references }

    /// The keys of the partials and parents that the template names, in the order of the text; nil if a name
    /// is known only when it is rendered.
    public var partialNames: [String]? {
      program.partials.contains { $0.isDynamic } ? nil : program.partials.map(\.key)
    }

    /// Renders the template as a string.
    ///
    /// This follows the specification's core modules and `~dynamic-names`, `~inheritance`, and
    /// `~lambdas`, except for the differences that the mode makes.
    ///
    /// - Parameters:
    ///   - value: The data.
    ///   - partials: The templates that partials and parents name.
    ///   - mode: How escaping and unknown names are treated.
    ///   - limits: The resources that the rendering may use before it fails.
    /// - Returns: The text.
    /// - Throws: `Failure` if a limit is exceeded, if a lambda makes text that breaks the rules
    ///   for tags, and in strict mode if something is unknown or not a text.
    public func render(
      _ value: Value,
      partials: [String: Template] = [:],
      mode: Mode = .specification,
      limits: Limits = Limits()
    ) throws(Failure) -> String {
      if let text = program.literal, text.utf8.count <= limits.outputBytes { return text }
      var limits = limits
      let size = estimatedSize(limits)
      return try OutputBuffer.makeString(capacity: size) { output throws(Failure) in
        try write([value], partials: partials, mode: mode, using: &limits, to: output)
      }
    }

    /// Renders the template as bytes of UTF-8, which is a little faster than a string.
    ///
    /// - Parameters:
    ///   - value: The data.
    ///   - partials: The templates that partials and parents name.
    ///   - mode: How escaping and unknown names are treated.
    ///   - limits: The resources that the rendering may use before it fails.
    /// - Returns: The bytes.
    /// - Throws: `Failure` as `render` does.
    public func renderBytes(
      _ value: Value,
      partials: [String: Template] = [:],
      mode: Mode = .specification,
      limits: Limits = Limits()
    ) throws(Failure) -> [UInt8] {
      try renderBytes(values: [value], partials: partials, mode: mode, limits: limits)
    }

    /// Renders the template with several values: a name is looked up in the last one first.
    ///
    /// - Parameters:
    ///   - values: The data.
    ///   - partials: The templates that partials and parents name, by their keys.
    ///   - mode: How escaping and unknown names are treated.
    ///   - limits: The resources that the rendering may use before it fails.
    /// - Returns: The bytes.
    /// - Throws: `Failure` as `render` does.
    public func renderBytes(
      values: [Value],
      partials: [String: Template] = [:],
      mode: Mode = .specification,
      limits: Limits = Limits()
    ) throws(Failure) -> [UInt8] {
      var limits = limits
      return try renderBytes(values: values, partials: partials, mode: mode, using: &limits)
    }

    /// Renders the template with several values, and takes what it needs from limits that several
    /// templates share.
    ///
    /// - Parameters:
    ///   - values: The data.
    ///   - partials: The templates that partials and parents name, by their keys.
    ///   - mode: How escaping and unknown names are treated.
    ///   - limits: The resources that the rendering may use before it fails; afterwards those that are left.
    /// - Returns: The bytes.
    /// - Throws: `Failure` as `render` does.
    public func renderBytes(
      values: [Value],
      partials: [String: Template] = [:],
      mode: Mode = .specification,
      using limits: inout Limits
    ) throws(Failure) -> [UInt8] {
      let size = estimatedSize(limits)
      return try OutputBuffer.makeBytes(capacity: size) { output throws(Failure) in
        try write(values, partials: partials, mode: mode, using: &limits, to: output)
      }
    }

    private func write(
      _ values: [Value],
      partials: [String: Template],
      mode: Mode,
      using limits: inout Limits,
      to output: consuming OutputBuffer
    ) throws(Failure) -> OutputBuffer {
      var renderer = Renderer(
        program,
        values: values,
        partials: partials,
        mode: mode,
        limits: limits,
        output: output
      )
      try renderer.render()
      limits.outputBytes -= renderer.output.count
      limits.expansions -= renderer.expansions
      limits.lookups -= renderer.lookups
      return renderer.output
    }

    /// The size for which memory is reserved: usually too high, which costs less than growing.
    private func estimatedSize(_ limits: Limits) -> Int {
      let size = program.source.count
      return min(size + size / 4 + 64, max(limits.outputBytes, 0))
    }
  }
}
