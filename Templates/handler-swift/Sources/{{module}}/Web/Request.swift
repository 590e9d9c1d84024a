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
  /// The bytes of the body.
  let body: [UInt8]
  /// What requests need of the application.
  let parts: ApplicationParts
  /// What all copies of this request share.
  let state: RequestState
  private let limits: RequestLimits
  private let log: Log

  /// Makes a request from its parts.
  init(
    environment: Environment,
    method: String,
    path: String,
    query: Fields,
    body: [UInt8],
    form: RequestForm? = nil,
    limits: RequestLimits,
    parts: ApplicationParts,
    log: Log
  ) {
    self.environment = environment
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.limits = limits
    self.parts = parts
    self.log = log
    state = RequestState(form: form)
  }

  /// The text fields of a form in the body, whatever the method is.
  ///
  /// The form can have files or not; ``file(_:)`` returns its files.
  ///
  /// - Throws: ``HTTPError`` 400 for a form that is malformed or has too many fields, and 413 for too
  ///   much text.
  var form: Fields {
    get throws(HTTPError) {
      if let form = state.form { return form.fields }
      guard !body.isEmpty, isSame(environment.mediaType, "application/x-www-form-urlencoded") else {
        return Fields()
      }
      do {
        let fields = try Fields(parsing: body[...], limits: limits, isForm: true)
        state.form = RequestForm(fields: fields)
        return fields
      } catch {
        throw HTTPError(error)
      }
    }
  }

  /// Returns the file that a visitor chose in a form, or nil.
  ///
  /// The form must be sent as `multipart/form-data`: write
  /// `<form method="post" enctype="multipart/form-data">`. The body is then empty.
  ///
  /// - Parameter name: The name of the form's field.
  /// - Returns: The last file of the field.
  func file(_ name: String) -> UploadedFile? {
    if let file = files(name).last { return file }
    if let fields = try? form, fields[name] != nil {
      let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(50)))
      let isPlain = isSame(environment.mediaType, "application/x-www-form-urlencoded")
      let advice = isPlain ? ": the form needs enctype=\"multipart/form-data\"" : ""
      writeFailure("the field \(shown) has a text and no file\(advice)")
    }
    return nil
  }

  /// Returns all files that a visitor chose in one field of a form.
  ///
  /// - Parameter name: The name of the form's field.
  /// - Returns: The files, in order.
  func files(_ name: String) -> [UploadedFile] {
    (state.form?.files ?? []).filter { isSame($0.name, name) }.map(\.file)
  }

  /// Returns the body as text.
  ///
  /// - Returns: The text.
  /// - Throws: ``HTTPError`` 400 for a text that is not UTF-8, or has more than 30 combining marks in
  ///   a row.
  func text() throws(HTTPError) -> String {
    do { return try String(checking: body) } catch { throw HTTPError(error) }
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

  /// All header fields, with names in lower case, such as `accept-language`.
  var headers: HTTPFields {
    let fields: [(name: String, value: String)] = environment.names.compactMap { variable in
      let isBare = isSame(variable, "CONTENT_TYPE") || isSame(variable, "CONTENT_LENGTH")
      guard isBare || variable.utf8.starts(with: "HTTP_".utf8) else { return nil }
      let name = variable.utf8.dropFirst(isBare ? 0 : 5).map {
        $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : lowercased($0)
      }
      let value = environment[variable] ?? ""
      return isBare && value.isEmpty ? nil : (String(decoding: name, as: UTF8.self), value)
    }
    return HTTPFields(fields)
  }

  /// All cookies, in the order in which they were sent.
  ///
  /// If cookies have the same name, browsers send the most specific path first.
  var cookies: [(name: String, value: String)] {
    cookiePieces.map { (String(repairing: $0.name), String(repairing: $0.value)) }
  }

  /// The names and values of all cookies.
  private var cookiePieces: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] {
    (environment.bytes(of: "HTTP_COOKIE") ?? []).split(separator: UInt8(ascii: ";"))
      .compactMap { cookie in
        guard let equals = cookie.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = trimmed(cookie[..<equals], of: " \t")
        return (name, trimmed(cookie[(equals + 1)...], of: " \t\""))
      }
  }

  /// Returns the value of a cookie.
  ///
  /// Do not trust it: the client can fake it.
  ///
  /// - Parameter name: The name of the cookie.
  /// - Returns: The value, or nil if the client did not send the cookie.
  func cookie(_ name: String) -> String? {
    cookieBytes(name).map { String(repairing: $0) }
  }

  /// Returns the bytes of a cookie, or nil.
  func cookieBytes(_ name: String) -> ArraySlice<UInt8>? {
    // If cookies have the same name, browsers send the most specific path first.
    cookiePieces.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// Decodes a JSON body.
  ///
  /// Any `Content-Type` other than `application/json` is an error 415. This protects you from forms
  /// on other sites, which cannot send that type.
  ///
  /// If an object has the same name twice, its first value is used.
  ///
  /// - Parameters:
  ///   - type: The type of the value.
  ///   - decoder: The decoder, for other forms of dates and names (default: dates are texts in ISO
  ///     8601 with a time zone, such as `1994-11-06T08:49:37Z`).
  /// - Returns: The value.
  /// - Throws: ``HTTPError`` 415 for another `Content-Type`, and 400 for JSON that is malformed or
  ///   does not fit the type.
  func json<Value: Decodable>(
    _ type: Value.Type = Value.self,
    decoder: JSONDecoder = decodingDates()
  ) throws(HTTPError) -> Value {
    guard isSame(environment.mediaType, "application/json") else {
      throw HTTPError(415, "expected Content-Type: application/json")
    }
    try checkJSON(body, limits, allowsJSON5: decoder.allowsJSON5)
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

  /// Writes what went wrong to the error log, with the request before it.
  func writeFailure(_ line: String) {
    log.write("\(method) \(environment["PATH_INFO"] ?? "")")
    log.write("    " + line)
  }
}

extension Environment {
  /// The path that the application is mounted at, percent-encoded; "" is the root.
  var mount: String {
    guard var script = bytes(of: "SCRIPT_NAME") else { return "" }
    while script.last == UInt8(ascii: "/") { script.removeLast() }
    return script.isEmpty ? "" : percentEncoded(script, except: "/")
  }

  /// Returns the value of a header field of the request.
  ///
  /// - Parameter name: The field's name, such as `Accept`, in upper or lower case.
  /// - Returns: The value, or nil if the client did not send the field.
  func header(_ name: String) -> String? {
    let variable = String(
      decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : uppercased($0) },
      as: UTF8.self)
    let isBare = isSame(variable, "CONTENT_TYPE") || isSame(variable, "CONTENT_LENGTH")
    return self[isBare ? variable : "HTTP_" + variable]
  }

  /// The media type of the body, such as `text/plain`.
  var mediaType: String {
    let type = (bytes(of: "CONTENT_TYPE") ?? []).prefix { $0 != UInt8(ascii: ";") }
    return type.isEmpty ? "" : String(repairing: trimmed(type, of: " \t").map(lowercased))
  }
}

/// What the copies of a request share: what is read or made once somebody asks for it.
final class RequestState {
  /// The form, once it is read.
  var form: RequestForm?
  /// The session, once it is used.
  var session: RequestSession?
  /// Whether a page has the token for forms.
  var usesToken = false
  /// The token, if the request did not have one.
  var newToken: [UInt8]?

  /// Whether nothing of the visitor was used: neither the session nor the token.
  var isUnused: Bool { session == nil && !usesToken }

  /// Makes the state of a request whose form is read already, or not.
  init(form: RequestForm?) { self.form = form }
}

/// Returns a decoder that reads the dates that `Response(json:)` writes, and Foundation's numbers.
private func decodingDates() -> JSONDecoder {
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .custom { decoder in
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Double.self) {
      return Date(timeIntervalSinceReferenceDate: number)
    }
    guard let date = date(iso8601: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date")
    }
    return date
  }
  return decoder
}

private func uppercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & 0xDF : byte
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
