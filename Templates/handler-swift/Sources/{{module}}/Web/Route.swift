// The route table: a handler's method for each path and HTTP method.

/// Responds to the requests for one kind of page.
///
/// The application makes a handler for each request. The route table names the handler's methods:
///
///     struct ItemHandler: RequestHandler {
///       let request: Request
///
///       func get(id: Int) throws -> Response { try Response(json: ["id": id]) }
///     }
///
///     Route("/items/{id}", get: ItemHandler.get)
protocol RequestHandler: SendableMetatype {
  /// Makes a handler for one request.
  init(request: Request)
}

/// A method of a handler: it gets the values from the path, and returns a response or throws.
typealias Method<Handler, each Capture> =
  @Sendable (Handler) -> (repeat each Capture) throws -> Response

/// One row of the route table.
struct Route: Sendable {
  /// Responds to a request, with the texts that the path captured.
  typealias Action = @Sendable (Request, [String]) throws -> Response

  /// The supported HTTP methods, in the order of the `Allow` field.
  static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  /// The path as you wrote it.
  let path: String
  /// A text that is the same for two rows with the same paths.
  let shape: String
  /// The problem with the row, or nil.
  let problem: String?
  /// The action for each HTTP method, with its name for the log.
  private let actions: [(method: String, action: Action, name: String)]
  /// The allowed methods, as the value of the `Allow` field.
  let allow: String
  /// The maximum size of a body in bytes, or nil for the application's.
  let maxBodySize: Int?
  private let pattern: PathPattern
  private let captureName: String
  private let accepts: @Sendable ([String]) -> Bool

  /// Makes a row.
  ///
  /// A `{name}` in the path captures one segment, or a part of a segment, as in `/page-{number}`. A
  /// `{name...}` at the end captures the rest of the path. The method gets the captured texts in
  /// order, converted to the types of its parameters: `String`, `Int`, `Double` or another
  /// ``PathValue``. All spellings that Swift accepts are allowed: `5`, `+5` and `05` are the same
  /// `Int`. If a text does not fit the type, the response is a 404. Check the range of a number
  /// before you calculate: an overflow is a trap.
  ///
  /// Without `head`, a HEAD request uses `get`. Without `options`, an OPTIONS request gets the list
  /// of allowed methods.
  ///
  /// - Parameters:
  ///   - path: The whole path, starting with "/".
  ///   - get: The handler's method for GET.
  ///   - head: The handler's method for HEAD.
  ///   - post: The handler's method for POST.
  ///   - put: The handler's method for PUT.
  ///   - patch: The handler's method for PATCH.
  ///   - delete: The handler's method for DELETE.
  ///   - options: The handler's method for OPTIONS.
  ///   - maxBodySize: The maximum size of a body in bytes; nil is the application's limit.
  init<Handler: RequestHandler, each Capture: PathValue>(
    _ path: String,
    get: Method<Handler, repeat each Capture>? = nil,
    head: Method<Handler, repeat each Capture>? = nil,
    post: Method<Handler, repeat each Capture>? = nil,
    put: Method<Handler, repeat each Capture>? = nil,
    patch: Method<Handler, repeat each Capture>? = nil,
    delete: Method<Handler, repeat each Capture>? = nil,
    options: Method<Handler, repeat each Capture>? = nil,
    maxBodySize: Int? = nil
  ) {
    self.path = path
    self.maxBodySize = maxBodySize
    pattern = PathPattern(path)
    captureName = "a value in the path of the route \(path)"
    let name = String(describing: Handler.self)
    var actions: [(method: String, action: Action, name: String)] = []
    if let get { actions.append(("GET", Self.action(get), name + ".get")) }
    if let head {
      actions.append(("HEAD", Self.action(head), name + ".head"))
    } else if let get {
      actions.append(("HEAD", Self.action(get), name + ".get"))
    }
    if let post { actions.append(("POST", Self.action(post), name + ".post")) }
    if let put { actions.append(("PUT", Self.action(put), name + ".put")) }
    if let patch { actions.append(("PATCH", Self.action(patch), name + ".patch")) }
    if let delete { actions.append(("DELETE", Self.action(delete), name + ".delete")) }
    let allow = (actions.map(\.method) + ["OPTIONS"]).joined(separator: ", ")
    if let options {
      actions.append(("OPTIONS", Self.action(options), name + ".options"))
    } else {
      actions.append(("OPTIONS", Self.options(allow), name + ".options"))
    }
    self.actions = actions
    self.allow = allow

    var count = 0
    var types = ""
    for type in repeat (each Capture).self {
      count += 1
      types += " \(type)"
    }
    shape = pattern.shape + types
    if let problem = pattern.problem {
      self.problem = "the route \(path) \(problem)"
    } else if count != pattern.captures {
      problem =
        "the route \(path) captures \(pattern.captures), and a method of \(name) takes \(count)"
    } else {
      problem = nil
    }
    accepts = { texts in
      var texts = texts[...]
      for type in repeat (each Capture).self {
        guard let text = texts.popFirst(), type.init(pathText: text) != nil else { return false }
      }
      return true
    }
  }

  /// Returns a handler's method as an action, without the types of its parameters.
  private static func action<Handler: RequestHandler, each Capture: PathValue>(
    _ method: @escaping Method<Handler, repeat each Capture>
  ) -> Action {
    { request, texts in
      var texts = texts[...]
      func next<Value: PathValue>(_ type: Value.Type) throws -> Value {
        guard let text = texts.popFirst(), let value = Value(pathText: text) else {
          throw HTTPError(404)
        }
        return value
      }
      return try method(Handler(request: request))(repeat next((each Capture).self))
    }
  }

  /// Returns the texts that a path captures, or nil if the row does not match the path.
  ///
  /// - Parameter path: The decoded path.
  /// - Returns: The captured texts, in order.
  func captures(in path: ArraySlice<UInt8>) -> [String]? {
    guard let texts = pattern.match(path) else { return nil }
    if texts.isEmpty { return texts }
    nameInTraps(captureName)
    return accepts(texts) ? texts : nil
  }

  /// Returns the action for an HTTP method, with its name for the log, or nil.
  func action(for method: String) -> (run: Action, name: String)? {
    actions.first { isSame($0.method, method) }.map { ($0.action, $0.name) }
  }

  /// Returns the action for OPTIONS if the handler has no method for it.
  private static func options(_ allow: String) -> Action {
    { _, _ in
      var response = Response(status: 204)
      response.headers.set("Allow", allow)
      return response
    }
  }
}

/// The path of a route, split into segments.
private struct PathPattern: Sendable {
  /// The pattern of one segment.
  enum Segment: Sendable {
    case text([UInt8])
    case capture(before: [UInt8], after: [UInt8])
    /// All remaining segments.
    case rest
  }

  private(set) var segments: [Segment] = []
  private(set) var problem: String?
  /// The number of texts that it captures.
  private(set) var captures = 0
  /// The whole path, used if it captures nothing.
  private let text: [UInt8]

  init(_ path: String) {
    text = Array(path.utf8)
    guard path.hasPrefix("/") else {
      problem = "does not start with /"
      return
    }
    let parts = path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let bytes = Array(part)
      let opening = bytes.firstIndex(of: UInt8(ascii: "{"))
      let closing = bytes.lastIndex(of: UInt8(ascii: "}"))
      guard let opening, let closing, opening < closing else {
        if opening != nil || closing != nil { problem = "has a brace without its other half" }
        segments.append(.text(bytes))
        continue
      }
      let name = bytes[(opening + 1)..<closing]
      let isRest = name.suffix(3).elementsEqual("...".utf8)
      if name.contains(UInt8(ascii: "{")) || name.contains(UInt8(ascii: "}")) {
        problem = "captures twice in one segment"
      } else if name.count == (isRest ? 3 : 0) {
        problem = "has a capture without a name"
      } else if isRest, index + 1 < parts.count || bytes.count != name.count + 2 {
        problem = "has something behind or before {...}, which captures all the rest"
      }
      captures += 1
      segments.append(
        isRest
          ? .rest
          : .capture(
            before: Array(bytes[..<opening]), after: Array(bytes[(closing + 1)...])))
    }
  }

  /// The path without the names of its captures.
  var shape: String {
    segments.map { segment in
      switch segment {
      case .text(let text): "/" + String(decoding: text, as: UTF8.self)
      case .capture(let before, let after):
        "/\(String(decoding: before, as: UTF8.self)){}\(String(decoding: after, as: UTF8.self))"
      case .rest: "/{...}"
      }
    }
    .joined()
  }

  /// Returns the texts that a path captures, or nil if it does not match.
  func match(_ path: ArraySlice<UInt8>) -> [String]? {
    guard problem == nil else { return nil }
    guard captures > 0 else { return path.elementsEqual(text) ? [] : nil }
    guard path.first == UInt8(ascii: "/") else { return nil }
    var texts: [String] = []
    var rest = path.dropFirst()
    for (index, segment) in segments.enumerated() {
      if case .rest = segment {
        texts.append(String(decoding: rest, as: UTF8.self))
        return texts
      }
      let part = rest.prefix { $0 != UInt8(ascii: "/") }
      // The path must have the same number of segments as the pattern.
      let isLast = part.endIndex == rest.endIndex
      guard isLast == (index + 1 == segments.count) else { return nil }
      switch segment {
      case .text(let text): guard part.elementsEqual(text) else { return nil }
      case .capture(let before, let after):
        guard part.count > before.count + after.count, part.starts(with: before),
          part.suffix(after.count).elementsEqual(after)
        else { return nil }
        let captured = part.dropFirst(before.count).dropLast(after.count)
        texts.append(String(decoding: captured, as: UTF8.self))
      case .rest: break
      }
      rest = rest[part.endIndex...].dropFirst()
    }
    return texts
  }
}
