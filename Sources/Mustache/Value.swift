// The data that a template is rendered with.

extension Mustache {
  /// The data that a template is rendered with.
  ///
  /// Every case can be written as a literal, except the functions:
  ///
  /// ```swift
  /// let data: Mustache.Value = ["name": "hello", "ports": [80, 443], "debug": false]
  /// ```
  ///
  /// In a section, null, false, and the empty list are false. Everything else is true, even 0
  /// and the empty string.
  public enum Value: Sendable {
    /// No value: renders as nothing, and is false in a section.
    case null
    /// Renders as `true` or `false`.
    case bool(Bool)
    /// A whole number, rendered in decimal.
    case integer(Int)
    /// A number with a fraction, rendered with as few digits as possible without loss.
    case decimal(Double)
    /// A text.
    case string(String)
    /// Values that a section renders one after the other.
    case list([Value])
    /// Values with names.
    case object([String: Value])
    /// A function that makes template text while the template is rendered.
    case lambda(Lambda)
    /// A function that makes the value when a template uses it, each time again.
    case deferred(@Sendable () -> Value)
    /// A value that has further values with names, which are made when a template uses one:
    /// `{{name}}` is the value itself, and `{{name.part}}` one of the others.
    indirect case withMembers(Value, @Sendable () -> [String: Value])
  }

  /// A function that makes template text while the template is rendered.
  ///
  /// It follows the specification's module `~lambdas`. For a section it receives the text of the
  /// section as written in the template, and its result is rendered with the delimiters that are
  /// in use there. For a variable it receives nil, and its result is rendered with the delimiters
  /// `{{` and `}}`. In both places the result sees the data that the tag sees.
  public typealias Lambda = @Sendable (_ sectionText: String?) -> String
}

extension Mustache.Value {
  /// The value itself, made if it is deferred, and without further values with names.
  package var made: Mustache.Value {
    var value = self
    while true {
      switch value {
      case .deferred(let make): value = make()
      case .withMembers(let own, _): value = own
      default: return value
      }
    }
  }

  /// The values that have names in this value; nil if it has none.
  var members: [String: Mustache.Value]? {
    var value = self
    while case .deferred(let make) = value { value = make() }
    switch value {
    case .object(let members): return members
    case .withMembers(_, let make): return make()
    default: return nil
    }
  }

  /// Whether a section skips this value and an inverted section renders.
  package var isFalse: Bool {
    switch self {
    case .null, .bool(false): true
    case .list(let items): items.isEmpty
    case .withMembers(let value, _): value.isFalse
    default: false
    }
  }
}

extension Mustache.Value: ExpressibleByNilLiteral {
  /// Makes null.
  ///
  /// - Parameter nilLiteral: Nothing.
  public init(nilLiteral: ()) {
    self = .null
  }
}

extension Mustache.Value: ExpressibleByBooleanLiteral {
  /// Makes a truth value.
  ///
  /// - Parameter value: True or false.
  public init(booleanLiteral value: Bool) {
    self = .bool(value)
  }
}

extension Mustache.Value: ExpressibleByIntegerLiteral {
  /// Makes a whole number.
  ///
  /// - Parameter value: The number.
  public init(integerLiteral value: Int) {
    self = .integer(value)
  }
}

extension Mustache.Value: ExpressibleByFloatLiteral {
  /// Makes a number with a fraction.
  ///
  /// - Parameter value: The number.
  public init(floatLiteral value: Double) {
    self = .decimal(value)
  }
}

extension Mustache.Value: ExpressibleByStringInterpolation {
  /// Makes a text.
  ///
  /// - Parameter value: The text.
  public init(stringLiteral value: String) {
    self = .string(value)
  }
}

extension Mustache.Value: ExpressibleByArrayLiteral {
  /// Makes a list.
  ///
  /// - Parameter elements: The items in their order.
  public init(arrayLiteral elements: Mustache.Value...) {
    self = .list(elements)
  }
}

extension Mustache.Value: ExpressibleByDictionaryLiteral {
  /// Makes an object.
  ///
  /// If two values have the same name, the last one wins.
  ///
  /// - Parameter elements: The names with their values.
  public init(dictionaryLiteral elements: (String, Mustache.Value)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}
