// One request, as handlers see it.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One request.
struct Request {
  /// The request's variables as WSGI has them, for what has no property here.
  let environment: Environment
  /// The HTTP method, such as `GET`.
  let method: String
  /// The path below the place where the application is mounted, decoded.
  let path: String
  /// The fields of the query string.
  let query: Fields
  /// The fields of an urlencoded form in the body; forms with files (`multipart/form-data`) are
  /// not parsed, and their fields are missing here.
  let form: Fields
  /// The body, byte for byte.
  let body: [UInt8]
  private let log: Log

  /// Makes a request of what was read of it.
  init(
    environment: Environment,
    method: String,
    path: String,
    query: Fields,
    body: [UInt8],
    form: Fields,
    log: Log
  ) {
    self.environment = environment
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.form = form
    self.log = log
  }

  /// Where the application is mounted, percent-encoded; "" is the root.
  var mount: String { environment.mount }

  /// The address of the client.
  ///
  /// The host's load balancer sets `X-Real-IP` itself, so there it can be trusted. Behind a
  /// server that does not, a client can send whatever it likes.
  var remoteIP: String {
    let sent = environment["HTTP_X_REAL_IP"] ?? ""
    return sent.isEmpty ? environment["REMOTE_ADDR"] ?? "" : sent
  }

  /// Returns the value of a header field of the request.
  ///
  /// - Parameter name: The field's name, such as `Accept`, in whatever case.
  /// - Returns: The value; nil where the client sent none.
  func header(_ name: String) -> String? { environment.header(name) }

  /// Returns the value of a cookie, which the client can have made up.
  ///
  /// - Parameter name: The name of the cookie.
  /// - Returns: The value; nil where the client sent none.
  func cookie(_ name: String) -> String? {
    // Of cookies of one name, browsers send the one with the most exact path first.
    for cookie in (environment["HTTP_COOKIE"] ?? "").split(separator: ";") {
      guard let equals = cookie.firstIndex(of: "=") else { continue }
      if trimmed(cookie[..<equals], of: " \t") == name {
        return String(trimmed(cookie[cookie.index(after: equals)...], of: " \t\""))
      }
    }
    return nil
  }

  /// Decodes a JSON body.
  ///
  /// Another `Content-Type` than `application/json` is refused: a form on somebody else's page
  /// cannot send it.
  ///
  /// - Parameters:
  ///   - type: What to decode.
  ///   - decoder: What decodes it, for dates and names in other forms.
  /// - Returns: The value.
  /// - Throws: ``HTTPError`` 415 for another type, 400 for what is malformed or does not fit.
  func json<Value: Decodable>(
    _ type: Value.Type = Value.self,
    decoder: JSONDecoder = JSONDecoder()
  ) throws(HTTPError) -> Value {
    guard environment.mediaType == "application/json" else {
      throw HTTPError(415, "expected Content-Type: application/json")
    }
    guard String(validating: body, as: UTF8.self) != nil else {
      throw HTTPError(400, "malformed JSON")
    }
    do {
      return try decoder.decode(type, from: Data(body))
    } catch {
      throw HTTPError(400, description(of: error))
    }
  }

  /// Writes a line to the host's error log, once the answer is made: a trap before that loses it.
  ///
  /// - Parameter line: The line; its control characters are escaped.
  func writeToLog(_ line: String) { log.write(line) }
}

extension Environment {
  /// Where the application is mounted, percent-encoded; "" is the root.
  var mount: String {
    guard let script = self["SCRIPT_NAME"], !script.isEmpty else { return "" }
    let path = percentEncoded(script, except: "/")
    return String(path.reversed().drop { $0 == "/" }.reversed())
  }

  /// Returns the value of a header field of the request.
  ///
  /// - Parameter name: The field's name, such as `Accept`, in whatever case.
  /// - Returns: The value; nil where the client sent none.
  func header(_ name: String) -> String? {
    let variable = String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    let isBare = variable == "CONTENT_TYPE" || variable == "CONTENT_LENGTH"
    return self[isBare ? variable : "HTTP_" + variable]
  }

  /// The media type of the body, such as `text/plain`.
  var mediaType: String {
    guard let type = self["CONTENT_TYPE"], !type.isEmpty else { return "" }
    return trimmed(type.prefix { $0 != ";" }, of: " \t").lowercased()
  }
}

/// Says why JSON could not be decoded, for the client.
private func description(of error: any Error) -> String {
  func place(_ path: [any CodingKey]) -> String {
    path.map(\.stringValue).joined(separator: ".")
  }
  return switch error as? DecodingError {
  case .keyNotFound(let key, let context)?:
    "unexpected JSON: \(place(context.codingPath + [key])) is missing"
  case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
    context.codingPath.isEmpty
      ? "unexpected JSON: the value is of another type"
      : "unexpected JSON: \(place(context.codingPath)) is of another type"
  case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
    "unexpected JSON: \(place(context.codingPath)) is not a value that it can have"
  default: "malformed JSON"
  }
}

/// Returns a text without some characters at its ends.
private func trimmed(_ text: Substring, of characters: String) -> Substring {
  let isKept = { (scalar: Unicode.Scalar) in !characters.unicodeScalars.contains(scalar) }
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: isKept),
    let last = scalars.lastIndex(where: isKept)
  else { return "" }
  return text[first..<scalars.index(after: last)]
}
