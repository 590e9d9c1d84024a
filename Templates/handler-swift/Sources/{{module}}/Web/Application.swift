// The application: how a request becomes an answer.

/// The application: finds the handler for a request, and makes the answer.
struct Application: Sendable {
  /// Makes the page for an error, from the error and the request's variables.
  typealias ErrorPage = @Sendable (_ error: HTTPError, _ environment: Environment) -> Response

  /// Reads the next bytes of a body into a buffer.
  ///
  /// Returns their number, 0 at the end, or -1 for a failure.
  typealias Reader = (UnsafeMutableRawBufferPointer) -> Int

  /// The problems with the route table.
  ///
  /// If there is one, every response is a 500.
  let problems: [String]
  private let routes: [Route]
  private let maxBodySize: Int
  private let errorPage: ErrorPage

  /// Makes the application.
  ///
  /// - Parameters:
  ///   - routes: The route table. The first row that matches a path is used.
  ///   - maxBodySize: The maximum size of a body in bytes; a larger one gets a 413.
  ///   - errorPage: Makes your own page for an error. The error's message can contain text from the
  ///     request, so escape it in HTML; it never describes an unexpected error. The response gets
  ///     its status and header fields from the error.
  init(
    _ routes: [Route],
    maxBodySize: Int = 10 * 1024 * 1024,
    errorPage: @escaping ErrorPage = { error, _ in
      Response("\(error.status) \(error.message)\n")
    }
  ) {
    self.routes = routes
    problems = routes.compactMap(\.problem) + Self.repeated(routes)
    self.maxBodySize = maxBodySize
    self.errorPage = errorPage
  }

  /// Returns a problem for each row that can never be used, because an earlier row has its paths.
  private static func repeated(_ routes: [Route]) -> [String] {
    var seen: Set<String> = []
    return routes.filter { !seen.insert($0.shape).inserted }
      .map { "the route \($0.path) is there twice: put all methods of a path into one row" }
  }

  /// Answers one request.
  ///
  /// - Parameters:
  ///   - environment: The request's variables.
  ///   - log: The log for messages that the client must not see.
  ///   - read: Reads the body.
  /// - Returns: The answer, which can be an error page.
  func answer(_ environment: Environment, log: Log, reading read: Reader) -> Answer {
    let method = environment["REQUEST_METHOD"] ?? ""
    var name = "the application"
    do {
      let response = try respond(method, environment, log, read, &name)
      return try Answer(response, method: method, environment: environment)
    } catch let error as HTTPError {
      do {
        return try answer(error, method, environment)
      } catch {
        report(error, name, method, environment, log)
      }
    } catch {
      report(error, name, method, environment, log)
      // Your own error page can fail, too.
      if let answer = try? answer(HTTPError(500), method, environment) { return answer }
    }
    return .internalError(method: method)
  }

  /// Checks the request, and calls its handler.
  private func respond(
    _ method: String,
    _ environment: Environment,
    _ log: Log,
    _ read: Reader,
    _ name: inout String
  ) throws -> Response {
    do {
      if let problem = problems.first { throw RouteProblem(description: problem) }
      // PATH_INFO is decoded. Some servers also tell what the client sent.
      try checkEscapes(environment.bytes(of: "REQUEST_URI") ?? [])
      let bytes = environment.bytes(of: "PATH_INFO") ?? []
      guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed.notUTF8 }
      let path = text.isEmpty ? "/" : text
      guard let (route, captures) = route(to: bytes.isEmpty ? [UInt8(ascii: "/")] : bytes) else {
        throw HTTPError(404)
      }
      guard Route.methods.contains(method) else { throw HTTPError(501) }
      guard let (action, actionName) = route.actions[method] else {
        throw HTTPError(405, headers: [("Allow", route.allow)])
      }
      let query = try Fields(parsing: environment.bytes(of: "QUERY_STRING") ?? [])
      let body = try readBody(environment, limit: maxBodySize, read)
      let isForm = !body.isEmpty && environment.mediaType == "application/x-www-form-urlencoded"
      let request = Request(
        environment: environment,
        method: method,
        path: path,
        query: query,
        body: body,
        form: isForm ? try Fields(parsing: body[...]) : Fields(),
        log: log
      )
      name = actionName
      var response = try namedInTraps(name, method, path) { try action(request, captures) }
      if case .stream(let next) = response.body {
        // The stream runs later, and needs the same handling of traps and errors.
        response.body = .stream {
          do {
            return try namedInTraps(actionName, method, path, next)
          } catch {
            report(error, actionName, method, environment, log)
            throw error
          }
        }
      }
      return response
    } catch let error as Malformed {
      throw HTTPError(400, "malformed request: \(error.what)")
    }
  }

  /// Returns the first row that matches a path.
  private func route(to path: ArraySlice<UInt8>) -> (route: Route, captures: [String])? {
    for route in routes {
      if let captures = route.captures(in: path) { return (route, captures) }
    }
    return nil
  }

  /// Returns an error page, without anything that a handler did before.
  private func answer(
    _ error: HTTPError,
    _ method: String,
    _ environment: Environment
  ) throws -> Answer {
    var response =
      error.isRedirect ? Response.redirect(to: "/") : errorPage(error, environment)
    response.status = error.status
    for (name, value) in error.headers { response.headers.set(name, value) }
    return try Answer(response, method: method, environment: environment)
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
    log.write("    \(name) failed: \(type(of: error)): \(error)")
  }
}

/// A row of the route table that cannot work.
private struct RouteProblem: Error, CustomStringConvertible {
  let description: String
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

/// Returns the whole body of a request; a body above the limit is an error.
private func readBody(
  _ environment: Environment,
  limit: Int,
  _ read: Application.Reader
) throws -> [UInt8] {
  let header = environment.bytes(of: "CONTENT_LENGTH") ?? []
  var size = 0
  if !header.isEmpty {
    let isNumber = header.count <= 18 && header.allSatisfy { (0x30...0x39).contains($0) }
    guard isNumber, let number = Int(String(decoding: header, as: UTF8.self)) else {
      throw Malformed(what: "its Content-Length is not a number")
    }
    size = number
  }
  guard size <= limit else { throw HTTPError(413) }
  var wanted = size
  if size == 0, environment.bytes(of: "wsgi.input_terminated") != nil {
    wanted = limit + 1  // A chunked body: its length is not known before its end.
  } else if header.isEmpty, environment.bytes(of: "HTTP_TRANSFER_ENCODING") != nil {
    throw HTTPError(411)
  }
  let body = try readBytes(upTo: wanted, read)
  guard body.count >= size else {
    throw Malformed(what: "its body is shorter than its Content-Length")
  }
  guard body.count <= limit else { throw HTTPError(413) }
  return body
}

/// Reads all bytes up to a maximum number, piece by piece.
private func readBytes(upTo wanted: Int, _ read: Application.Reader) throws -> [UInt8] {
  let most = 256 * 1024
  var body: [UInt8] = []
  while body.count < wanted {
    let room = min(wanted - body.count, most)
    var count = 0
    let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, initialized in
      count = read(UnsafeMutableRawBufferPointer(buffer))
      initialized = min(max(count, 0), room)
    }
    guard count >= 0 else { throw Malformed(what: "its body could not be read") }
    guard count > 0 else { break }
    if body.isEmpty { body = piece } else { body += piece }
  }
  return body
}
