// The request that a handler gets.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One request.
struct Request {
  /// The WSGI variables of the request, for data that has no property here.
  let environment: Environment
  /// The HTTP method, such as `GET`.
  let method: String
  /// The decoded path, without the path that the application is mounted at.
  let path: String
  /// The fields of the query string.
  let query: Fields
  /// The fields of an urlencoded form in the body.
  ///
  /// Forms with file uploads (`multipart/form-data`) are not supported: their fields are missing
  /// here.
  let form: Fields
  /// The bytes of the body.
  let body: [UInt8]
  private let log: Log

  /// Makes a request from its parts.
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

  /// The path that the application is mounted at, percent-encoded; "" is the root.
  var mount: String { environment.mount }

  /// The address of the client.
  ///
  /// It comes from `X-Real-IP`. PythonAnywhere's load balancer always sets this header, so you can
  /// trust it there. On other servers, a client can fake it.
  var remoteIP: String {
    let sent = environment["HTTP_X_REAL_IP"] ?? ""
    return sent.isEmpty ? environment["REMOTE_ADDR"] ?? "" : sent
  }

  /// Returns the value of a header field of the request.
  ///
  /// - Parameter name: The field's name, such as `Accept`, in upper or lower case.
  /// - Returns: The value, or nil if the client did not send the field.
  func header(_ name: String) -> String? { environment.header(name) }

  /// Returns the value of a cookie.
  ///
  /// Do not trust it: the client can fake it.
  ///
  /// - Parameter name: The name of the cookie.
  /// - Returns: The value, or nil if the client did not send the cookie.
  func cookie(_ name: String) -> String? {
    // If cookies have the same name, browsers send the most specific path first.
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
  /// Any `Content-Type` other than `application/json` is an error 415. This protects you from forms
  /// on other sites, which cannot send that type.
  ///
  /// - Parameters:
  ///   - type: The type of the value.
  ///   - decoder: The decoder, for other forms of dates and names.
  /// - Returns: The value.
  /// - Throws: ``HTTPError`` 415 for another `Content-Type`, and 400 for JSON that is malformed or
  ///   does not fit the type.
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

  /// Writes a line to the host's error log when the response is complete.
  ///
  /// A trap before that discards the line.
  ///
  /// - Parameter line: The line; its control characters are escaped.
  func writeToLog(_ line: String) { log.write(line) }
}

extension Environment {
  /// The path that the application is mounted at, percent-encoded; "" is the root.
  var mount: String {
    guard let script = self["SCRIPT_NAME"], !script.isEmpty else { return "" }
    let path = percentEncoded(script, except: "/")
    return String(path.reversed().drop { $0 == "/" }.reversed())
  }

  /// Returns the value of a header field of the request.
  ///
  /// - Parameter name: The field's name, such as `Accept`, in upper or lower case.
  /// - Returns: The value, or nil if the client did not send the field.
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

/// Tells the client why its JSON could not be decoded.
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

/// Removes some characters from both ends of a text.
private func trimmed(_ text: Substring, of characters: String) -> Substring {
  let isKept = { (scalar: Unicode.Scalar) in !characters.unicodeScalars.contains(scalar) }
  let scalars = text.unicodeScalars
  guard let first = scalars.firstIndex(where: isKept),
    let last = scalars.lastIndex(where: isKept)
  else { return "" }
  return text[first..<scalars.index(after: last)]
}
