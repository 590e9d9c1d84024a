// The application: how a request becomes an answer.

/// The application: finds the handler for a request, and makes the answer.
struct Application: Sendable {
  /// Makes the page for an error, from the error and the request's variables.
  typealias ErrorPage = @Sendable (_ error: HTTPError, _ environment: Environment) -> Response

  /// Looks at a request before its handler does; a response ends the request.
  typealias Before = @Sendable (_ request: Request) throws -> Response?

  /// Changes a response before it is sent.
  typealias After =
    @Sendable (_ response: inout Response, _ environment: Environment) throws -> Void

  /// Returns values for all pages.
  typealias PageValues = @Sendable (_ request: Request) throws -> [String: any Encodable]

  /// Does what remains after a response.
  typealias OnFinish =
    @Sendable (_ environment: Environment, _ status: HTTPResponse.Status) -> Void

  /// Reads the next bytes of a body into a buffer.
  ///
  /// Returns their number, 0 at the end, or -1 for a failure.
  typealias Reader = (UnsafeMutableRawBufferPointer) -> Int

  /// The problems with the route table.
  ///
  /// If there is one, every response is a 500.
  let problems: [String]
  private let parts: ApplicationParts
  private let maxBodySize: Int
  private let limits: RequestLimits
  private let before: Before?
  private let after: After?
  private let onFinish: OnFinish?
  private let errorPage: ErrorPage

  /// Makes the application.
  ///
  /// - Parameters:
  ///   - routes: The route table. The first row that matches a path is used.
  ///   - maxBodySize: The maximum size of a body in bytes; a larger one gets a 413.
  ///   - limits: The limits for forms and JSON.
  ///   - pageValues: Returns values that all pages have.
  ///   - before: Runs before each handler. If it returns a response or throws an error, the handler
  ///     does not run.
  ///   - after: Runs after each handler, and changes its response. Error pages are changed, too.
  ///   - onFinish: Runs for each request, also after an error, when the server has sent the response
  ///     or the client has gone.
  ///   - errorPage: Makes your own page for an error. The error's message can contain text from the
  ///     request, so escape it in HTML; it never describes an unexpected error. The response gets
  ///     its status and header fields from the error.
  init(
    _ routes: [Route],
    maxBodySize: Int = 10 * 1024 * 1024,
    limits: RequestLimits = RequestLimits(),
    pageValues: PageValues? = nil,
    before: Before? = nil,
    after: After? = nil,
    onFinish: OnFinish? = nil,
    errorPage: @escaping ErrorPage = { error, _ in
      Response("\(error.status) \(error.message)\n")
    }
  ) {
    parts = ApplicationParts(routes: routes, pageValues: pageValues)
    problems =
      routes.compactMap { row in row.problem.map { "\(row.place): \($0)" } }
      + Self.repeated(routes) + Self.repeatedNames(routes)
    self.maxBodySize = maxBodySize
    self.limits = limits
    self.before = before
    self.after = after
    self.onFinish = onFinish
    self.errorPage = errorPage
  }

  /// Returns a problem for each row that can never be used, because an earlier row has its paths.
  private static func repeated(_ routes: [Route]) -> [String] {
    var seen: Set<String> = []
    return routes.filter { !seen.insert($0.shape).inserted }
      .map {
        "\($0.place): the route \($0.path) is there twice: put all methods of a path into one row"
      }
  }

  /// Returns a problem for each name that several rows have.
  private static func repeatedNames(_ routes: [Route]) -> [String] {
    var seen: Set<String> = []
    return routes.compactMap { row in
      guard let name = row.name, !seen.insert(name).inserted else { return nil }
      return "\(row.place): two routes have the name '\(name)'"
    }
  }

  /// Answers one request.
  ///
  /// - Parameters:
  ///   - environment: The request's variables.
  ///   - log: The log for messages that the client must not see.
  ///   - read: Reads the body.
  /// - Returns: The answer, which can be an error page.
  func answer(_ environment: Environment, log: Log, reading read: Reader) -> Answer {
    let method = environment.bytes(of: "REQUEST_METHOD") ?? []
    let path = environment.bytes(of: "PATH_INFO") ?? []
    var whole = namingTraps(method, path) {
      answer(String(repairing: method), path, environment, log, read)
    }
    if let onFinish {
      let status = HTTPResponse.Status(code: Int(whole.status.prefix(3)) ?? 500)
      whole.onFinish = {
        namingTraps(method, path) {
          nameInTraps("what runs after the response")
          onFinish(environment, status)
        }
      }
    }
    return whole
  }

  /// Answers one request, with names for traps.
  private func answer(
    _ method: String,
    _ path: ArraySlice<UInt8>,
    _ environment: Environment,
    _ log: Log,
    _ read: Reader
  ) -> Answer {
    var name = "the application"
    do {
      var response = try respond(method, path, environment, log, read, &name)
      return try finish(&response, name, method, environment, log)
    } catch let error as HTTPError {
      if let note = error.note, Hints.isNew(note) {
        log.write("\(method) \(environment["PATH_INFO"] ?? "")")
        log.write("    \(name): \(note)")
      }
      var shown = error
      if ProjectFolder.isPreview || ProjectFolder.isVisit, let reason = error.reason {
        let told = "\(name): \(reason)\(place(environment))"
        log.write("\(method) \(environment["PATH_INFO"] ?? "")")
        log.write("    \(told)")
        if ProjectFolder.isPreview {
          shown = HTTPError(error.status, told, headers: error.headers)
        }
      }
      do {
        var page = page(for: shown, environment)
        return try finish(&page, name, method, environment, log)
      } catch {
        report(error, name, method, environment, log)
      }
    } catch {
      report(error, name, method, environment, log)
      // In the preview, what goes wrong is on the page, too.
      let told = (error as? TemplateError)?.description ?? failure(error, name, environment)
      let message = ProjectFolder.isPreview ? told : ""
      var failure = page(for: HTTPError(500, message), environment)
      // Your own error page can fail, too.
      if let answer = try? finish(&failure, name, method, environment, log) { return answer }
    }
    return .internalError(method: method)
  }

  /// Makes the answer from a response.
  private func finish(
    _ response: inout Response,
    _ name: String,
    _ method: String,
    _ environment: Environment,
    _ log: Log
  ) throws -> Answer {
    if let after {
      nameInTraps("what runs after the handlers")
      try after(&response, environment)
    }
    if response.isConditional, response.status == .ok,
      response.isCurrent(for: method, environment)
    {
      response.status = .notModified
    }
    if case .file(let file, let part) = response.body {
      file.select(part)
      response.length = part.count
      response.body = .stream { try file.next() }
    }
    if case .stream(let next) = response.body {
      let piece = counting(next, upTo: response.length)
      // The stream runs later, and needs the same handling of traps and errors.
      response.body = .stream {
        do {
          let path = environment.bytes(of: "PATH_INFO") ?? []
          return try namingTraps(Array(method.utf8)[...], path) {
            nameInTraps(name)
            return try piece()
          }
        } catch {
          report(error, name, method, environment, log)
          throw error
        }
      }
    }
    return try Answer(response, method: method, environment: environment)
  }

  /// Checks the request, and calls its handler.
  private func respond(
    _ method: String,
    _ pathBytes: ArraySlice<UInt8>,
    _ environment: Environment,
    _ log: Log,
    _ read: Reader,
    _ name: inout String
  ) throws -> Response {
    do {
      if let problem = problems.first { throw RouteError(problem) }
      // PATH_INFO is decoded. Some servers also tell what the client sent.
      try checkEscapes(environment.bytes(of: "REQUEST_URI") ?? [])
      let bytes = pathBytes.isEmpty ? [UInt8(ascii: "/")] : pathBytes
      let path = try String(checking: bytes)
      guard let (route, captures) = route(to: bytes) else {
        let isTold = ProjectFolder.isPreview || ProjectFolder.isVisit
        throw isTold ? Hints.unknownPath(path, parts.routes) : HTTPError(404)
      }
      guard let action = route.action(for: method) else {
        guard Route.methods.contains(where: { isSame($0, method) }) else { throw HTTPError(501) }
        throw HTTPError(405, headers: [("Allow", route.allow)])
      }
      let query = try Fields(
        parsing: environment.bytes(of: "QUERY_STRING") ?? [], limits: limits)
      let limit = max(route.maxBodySize ?? maxBodySize, 0)
      var (body, form): ([UInt8], RequestForm?) = ([], nil)
      if environment.hasBody {
        nameInTraps("reading the body")
        if isSame(environment.mediaType, "multipart/form-data") {
          form = try RequestForm(multipart: environment, limit: limit, limits: limits, read)
        } else {
          body = try RequestBody.whole(of: environment, limit: limit, read)
        }
      }
      let request = Request(
        environment: environment,
        method: method,
        path: path,
        query: query,
        body: body,
        form: form,
        limits: limits,
        parts: parts,
        log: log
      )
      if route.checksCSRF { try request.checkCSRF() }
      do {
        if let before {
          nameInTraps("what runs before the handlers")
          if var response = try before(request) {
            try begin(&response, request)
            return response
          }
        }
        name = action.name
        nameInTraps(action.place)
        var response = try action.run(request, captures)
        try begin(&response, request)
        return response
      } catch let redirect as HTTPError where redirect.isRedirect {
        // It is no failure: what the handler put into the session stays.
        var response = page(for: redirect, environment)
        try request.complete(&response)
        return response
      }
    } catch let error as Malformed {
      throw HTTPError(error)
    }
  }

  /// Makes a page, selects the part of a file, and begins a stream, so that an error in it is an
  /// ordinary one.
  private func begin(_ response: inout Response, _ request: Request) throws {
    switch response.body {
    case .whole: break
    case .template(let text, let values):
      response.body = .whole(try request.html(of: try Templates.text(text), values))
    case .file: try response.selectPart(for: request.method, request.environment)
    case .stream(let next):
      var first = Optional(try next())
      response.body = .stream {
        guard let piece = first else { return try next() }
        first = nil
        return piece
      }
    }
    try request.complete(&response)
  }

  /// Returns the first row that matches a path.
  private func route(to path: ArraySlice<UInt8>) -> (route: Route, captures: [String])? {
    for route in parts.routes {
      if let captures = route.captures(in: path) { return (route, captures) }
    }
    return nil
  }

  /// Returns an error page, without anything that a handler did before.
  private func page(for error: HTTPError, _ environment: Environment) -> Response {
    nameInTraps("the error page")
    var response =
      error.isRedirect ? Response.redirect(to: "/") : errorPage(error, environment)
    response.status = error.status
    for (name, value) in error.headers { response.headers.set(name, value) }
    return response
  }

  /// Writes an unexpected error to the log.
  private func report(
    _ error: any Error,
    _ name: String,
    _ method: String,
    _ environment: Environment,
    _ log: Log
  ) {
    log.write("\(method) \(environment["PATH_INFO"] ?? "")")
    log.write("    " + failure(error, name, environment))
  }

  /// Returns what went wrong, and where: Swift's errors do not tell their line.
  private func failure(_ error: any Error, _ name: String, _ environment: Environment) -> String {
    let what = "\(name) failed: \(type(of: error)): \(words(of: error))"
    return error is RouteError && problems.first != nil ? what : what + place(environment)
  }

  /// Returns where the route of a request is, in brackets, or "".
  private func place(_ environment: Environment) -> String {
    let path = environment.bytes(of: "PATH_INFO") ?? []
    guard let row = route(to: path.isEmpty ? [UInt8(ascii: "/")] : path)?.route else { return "" }
    return " (the route is in \(row.place))"
  }
}

extension Answer {
  /// The answer if the error page failed, too.
  fileprivate static func internalError(method: String) -> Answer {
    let text = Array("500 Internal Server Error\n".utf8)
    return Answer(
      status: "500 Internal Server Error",
      fields: [
        ("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"),
        ("Content-Length", String(text.count)),
      ],
      body: .whole(method == "HEAD" ? [] : text)
    )
  }
}

/// What requests need of the application.
final class ApplicationParts: Sendable {
  /// The route table.
  let routes: [Route]
  /// Returns the values that all pages have.
  let pageValues: Application.PageValues?

  init(routes: [Route], pageValues: Application.PageValues?) {
    self.routes = routes
    self.pageValues = pageValues
  }
}

/// A stream that is not as long as it said.
private struct StreamError: Error, CustomStringConvertible {
  let description: String
}

/// Returns the pieces of a stream, and checks that it is as long as it said.
private func counting(
  _ next: @escaping () throws -> [UInt8]?,
  upTo length: Int?
) -> () throws -> [UInt8]? {
  guard let length else { return next }
  var left = length
  return {
    guard let piece = try next() else {
      if left > 0 {
        throw StreamError(description: "it ended \(left) bytes before its length of \(length)")
      }
      return nil
    }
    if piece.count > left { throw StreamError(description: "it is longer than \(length) bytes") }
    left -= piece.count
    return piece
  }
}
