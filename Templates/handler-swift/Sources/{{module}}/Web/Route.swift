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

  /// Does what each method of the handler begins with; by default nothing.
  ///
  /// - Returns: A response that ends the request, or nil to call the method.
  /// - Throws: An error that ends the request, as in the methods.
  func prepare() throws -> Response?
}

extension RequestHandler {
  /// Does nothing.
  func prepare() throws -> Response? { nil }
}

/// A method of a handler: it gets the values from the path, and returns a response or throws.
typealias Method<Handler, each Capture> =
  @Sendable (Handler) -> (repeat each Capture) throws -> Response

/// One row of the route table.
///
/// It is a class because each request takes a row out of the table: that copies one reference.
final class Route: Sendable {
  /// Responds to a request, with the texts that the path captured.
  typealias Action = @Sendable (Request, [String]) throws -> Response

  /// The supported HTTP methods, in the order of the `Allow` field.
  static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  /// The path as you wrote it.
  let path: String
  /// The name for ``Request/url(for:_:)``, or nil.
  let name: String?
  /// A text that is the same for two rows with the same paths.
  let shape: String
  /// The file and the line of the row, such as `Hello/Routes.swift:4`.
  let place: String
  /// The problem with the row, or nil.
  let problem: String?
  /// The action for each HTTP method, with its name for the log.
  private let actions: [(method: String, action: Action, name: String)]
  /// The name of each action with the place of the row, for the log of a trap.
  private let actionPlaces: [String]
  /// The allowed methods, as the value of the `Allow` field.
  let allow: String
  /// The maximum size of a body in bytes, or nil for the application's.
  let maxBodySize: Int?
  /// Whether a form must send the token of this site.
  let checksCSRF: Bool
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
  ///   - checksCSRF: Whether a form must send the token of ``Request/csrfField``, so that it cannot
  ///     come from another site. Write false for requests that other programs send, and check in
  ///     another way that you know the sender.
  ///   - name: A name for ``Request/url(for:_:)``.
  ///   - file: The file of the row, for the log.
  ///   - line: The line of the row, for the log.
  init<Handler: RequestHandler, each Capture: PathValue>(
    _ path: String,
    get: Method<Handler, repeat each Capture>? = nil,
    head: Method<Handler, repeat each Capture>? = nil,
    post: Method<Handler, repeat each Capture>? = nil,
    put: Method<Handler, repeat each Capture>? = nil,
    patch: Method<Handler, repeat each Capture>? = nil,
    delete: Method<Handler, repeat each Capture>? = nil,
    options: Method<Handler, repeat each Capture>? = nil,
    maxBodySize: Int? = nil,
    checksCSRF: Bool = true,
    name: String? = nil,
    file: String = #fileID,
    line: Int = #line
  ) {
    self.path = path
    self.name = name
    place = "\(file):\(line)"
    self.maxBodySize = maxBodySize
    self.checksCSRF = checksCSRF
    pattern = PathPattern(path)
    captureName = "a value in the path of the route \(path)"
    let handler = String(describing: Handler.self)
    var actions: [(method: String, action: Action, name: String)] = []
    if let get { actions.append(("GET", Self.action(get), handler + ".get")) }
    if let head {
      actions.append(("HEAD", Self.action(head), handler + ".head"))
    } else if let get {
      actions.append(("HEAD", Self.action(get), handler + ".get"))
    }
    if let post { actions.append(("POST", Self.action(post), handler + ".post")) }
    if let put { actions.append(("PUT", Self.action(put), handler + ".put")) }
    if let patch { actions.append(("PATCH", Self.action(patch), handler + ".patch")) }
    if let delete { actions.append(("DELETE", Self.action(delete), handler + ".delete")) }
    let allow = (actions.map(\.method) + ["OPTIONS"]).joined(separator: ", ")
    if let options {
      actions.append(("OPTIONS", Self.action(options), handler + ".options"))
    } else {
      actions.append(("OPTIONS", Self.options(allow, Handler.self), handler + ".options"))
    }
    self.actions = actions
    actionPlaces = actions.map { "\($0.name) (the route is in \(file):\(line))" }
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
        "the route \(path) captures \(pattern.captures), and a method of \(handler) takes \(count)"
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
      let handler = Handler(request: request)
      if let response = try handler.prepare() { return response }
      return try method(handler)(repeat next((each Capture).self))
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

  /// Returns the path that leads to this row, percent-encoded and without the mount.
  ///
  /// - Parameter texts: The texts in the places of the captures, in order.
  /// - Returns: The path.
  /// - Throws: ``RouteError`` if the row would not capture these texts from the path.
  func path(with texts: [String]) throws(RouteError) -> String {
    let name = name ?? path
    guard texts.count == pattern.captures else {
      throw RouteError(
        "the route '\(name)' has \(pattern.captures) captures, and got \(texts.count) values: "
          + "give url(for:) one value for each capture")
    }
    let path = pattern.path(with: texts)
    guard let captured = captures(in: Array(path.utf8)[...]), captured.count == texts.count,
      zip(captured, texts).allSatisfy({ isSame($0, $1) })
    else { throw RouteError("the route '\(name)' does not match '\(path)'") }
    let segments = path.utf8.split(separator: UInt8(ascii: "/"))
    if segments.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) {
      throw RouteError("browsers shorten the path '\(path)' of the route '\(name)'")
    }
    // A path that starts with "//" would be a URL of another site.
    let encoded = percentEncoded(path, except: "/")
    return encoded.hasPrefix("//") ? "/%2F" + encoded.dropFirst(2) : encoded
  }

  /// Returns the action for an HTTP method, or nil.
  ///
  /// - Returns: The action, its name for the log, and the name with the place of the row.
  func action(for method: String) -> (run: Action, name: String, place: String)? {
    guard let index = actions.firstIndex(where: { isSame($0.method, method) }) else { return nil }
    return (actions[index].action, actions[index].name, actionPlaces[index])
  }

  /// Returns the action for OPTIONS if the handler has no method for it.
  private static func options<Handler: RequestHandler>(
    _ allow: String,
    _ type: Handler.Type
  ) -> Action {
    { request, _ in
      if let response = try type.init(request: request).prepare() { return response }
      var response = Response(status: 204)
      response.headers.set("Allow", allow)
      return response
    }
  }
}

/// A row of the route table that cannot work, or values that do not fit a row.
struct RouteError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

extension Request {
  /// Returns the path of a route, with the mount: for links and redirects.
  ///
  ///     try request.url(for: "item", 5)
  ///
  /// - Parameters:
  ///   - name: The name of the route.
  ///   - values: The values in the places of its captures, in order.
  /// - Returns: The path, percent-encoded.
  /// - Throws: ``RouteError`` if no route has the name, or if it would not capture these values.
  func url(for name: String, _ values: any PathValue...) throws -> String {
    guard let route = parts.routes.first(where: { isSame($0.name ?? "", name) }), !name.isEmpty
    else {
      let names = parts.routes.compactMap(\.name)
      let advice =
        Hints.near(name, among: names)
        ?? "write it as the name of a route: Route(\"/\", get: MainHandler.get, name: \"\(name)\")"
      throw RouteError("no route has the name '\(name)': \(advice)")
    }
    return mount + (try route.path(with: values.map { "\($0)" }))
  }
}
