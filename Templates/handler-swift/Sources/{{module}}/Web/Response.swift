// The responses that handlers return.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A response: status, header fields and body.
///
/// By default, it is plain text, so that a visitor's input cannot run as a script.
struct Response {
  /// The body.
  enum Body {
    /// The whole body.
    case whole([UInt8])
    /// A function that returns the next piece at each call, and nil at the end.
    case stream(() throws -> [UInt8]?)
    /// A template with its values, which becomes a whole body when the handler has returned.
    case template(String, [String: any Encodable])
    /// A part of a file.
    case file(OpenFile, Range<Int>)
  }

  /// The status code, from 200 to 599.
  ///
  /// A response with 204, 205 or 304 has no body.
  var status: HTTPResponse.Status
  /// The header fields.
  var headers = HTTPFields()
  /// The cookies to set.
  var cookies: [Cookie] = []
  /// The body.
  var body: Body
  /// The length of a stream, if it is known.
  var length: Int?
  /// The messages for the next page that the visitor sees.
  var flashes: [String] = []
  /// Whether ``redirect(to:status:flash:)`` made this response.
  fileprivate(set) var isRedirect = false
  /// Whether the status of a redirect depends on the method of the request.
  fileprivate(set) var isRedirectByMethod = false
  /// Whether a client that has the current version gets a 304.
  var isConditional = false

  /// Makes a response with bytes.
  ///
  /// - Parameters:
  ///   - bytes: The body.
  ///   - contentType: The media type (default: plain text).
  ///   - status: The status code.
  init(bytes: [UInt8], contentType: String? = nil, status: HTTPResponse.Status = .ok) {
    self.status = status
    body = .whole(bytes)
    if let contentType { headers.set("Content-Type", contentType) }
  }

  /// Makes a response with plain text.
  ///
  /// - Parameters:
  ///   - text: The body.
  ///   - status: The status code.
  init(_ text: String = "", status: HTTPResponse.Status = .ok) {
    self.init(bytes: Array(text.utf8), status: status)
  }

  /// Makes a response with an HTML page.
  ///
  /// - Parameters:
  ///   - html: The page. To put values into it, write `{{name}}`, and pass them to
  ///     ``init(html:_:status:)``: they are escaped.
  ///   - status: The status code.
  init(html: String, status: HTTPResponse.Status = .ok) {
    self.init(bytes: Array(html.utf8), contentType: "text/html; charset=utf-8", status: status)
  }

  /// Makes a response with an HTML page in which tags have values.
  ///
  ///     Response(html: "<p>Hello, {{name}}!</p>", ["name": name])
  ///
  /// What a visitor has sent shows as text, and cannot run as a script. The page is made when the
  /// handler has returned; ``Request/render(_:_:)`` says what it can have.
  ///
  /// - Parameters:
  ///   - html: The page, a template.
  ///   - values: The values by their names.
  ///   - status: The status code.
  init(html: String, _ values: [String: any Encodable], status: HTTPResponse.Status = .ok) {
    self.init(html: "", status: status)
    body = .template(html, values)
  }

  /// Makes a response with JSON.
  ///
  /// - Parameters:
  ///   - value: The value to encode; the keys are in the order in which the type declares them.
  ///   - status: The status code.
  /// - Throws: `EncodingError` for a value that JSON does not allow, such as infinity.
  init(json value: some Encodable, status: HTTPResponse.Status = .ok) throws {
    self.init(bytes: try json(value), contentType: "application/json", status: status)
  }

  /// Makes a response with JSON from an encoder of your own, which can write dates as text, for
  /// example.
  ///
  /// - Parameters:
  ///   - value: The value to encode.
  ///   - status: The status code.
  ///   - encoder: The encoder.
  /// - Throws: The encoder's error.
  init(json value: some Encodable, status: HTTPResponse.Status = .ok, encoder: JSONEncoder) throws {
    let bytes = Array(try encoder.encode(value))
    self.init(bytes: bytes, contentType: "application/json", status: status)
  }

  /// Makes a response that is sent piece by piece, so that the whole body is never in memory.
  ///
  /// End each piece with a line break: the host may keep other pieces until the next one.
  ///
  /// - Parameters:
  ///   - contentType: The media type.
  ///   - length: The number of bytes, if you know it. Without it, a client cannot see whether a
  ///     response is complete. If the stream has another length, the connection is closed.
  ///   - next: Returns the next piece, and nil at the end. If it throws an error, the error is
  ///     logged and the connection is closed.
  init(streaming contentType: String, length: Int? = nil, next: @escaping () throws -> [UInt8]?) {
    self.init(bytes: [], contentType: contentType)
    // Without this field, the host's web server would keep all pieces until the end.
    headers.set("X-Accel-Buffering", "no")
    body = .stream(next)
    self.length = length
  }

  /// Makes a response that is sent piece by piece.
  ///
  /// - Parameters:
  ///   - contentType: The media type.
  ///   - pieces: The texts. A sequence that makes each one when it is asked for needs the least
  ///     memory.
  init(streaming contentType: String, _ pieces: some Sequence<String>) {
    var pieces = pieces.makeIterator()
    self.init(streaming: contentType) { pieces.next().map { Array($0.utf8) } }
  }

  /// Sends the client to another URL.
  ///
  /// To throw a redirect, use ``HTTPError/redirect(to:status:)``.
  ///
  /// Do not redirect to a URL from the request: it can lead to another site.
  ///
  /// - Parameters:
  ///   - url: A URL. If it starts with "/", it is a path of this application, and the mount is
  ///     added, unless it begins with it as ``Request/url(for:_:)`` does. Spaces and non-ASCII text
  ///     are percent-encoded.
  ///   - status: The status code (default: 302, or after a form 303, so that the browser requests the
  ///     page with GET). With 301, browsers remember the redirect forever.
  ///   - flash: A message for the next page, such as "Saved".
  /// - Returns: The response.
  static func redirect(
    to url: String,
    status: HTTPResponse.Status? = nil,
    flash: String? = nil
  ) -> Response {
    var response = Response(status: status ?? .found)
    response.isRedirectByMethod = status == nil
    if let flash { response.flashes.append(flash) }
    response.headers.set("Location", url)
    response.isRedirect = true
    return response
  }
}

/// Header fields in the order in which they are sent.
///
/// Fields with the same name are together.
struct HTTPFields: Sendable {
  private(set) var fields: [(name: String, value: String)] = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
  ]
  /// Whether these are the fields that each response has, so that they need no check.
  private(set) var areInitial = true

  /// Makes the fields that each response has at first.
  init() {}

  /// Makes fields.
  ///
  /// - Parameter fields: Names and values, in order.
  init(_ fields: [(name: String, value: String)]) {
    self.fields = fields
    areInitial = false
  }

  /// Sets a field, and removes other fields with the same name.
  ///
  /// - Parameters:
  ///   - name: Any name except `Content-Length` and connection headers, in upper or lower case.
  ///   - value: Latin-1 text without control characters. Any other text is an error 500.
  mutating func set(_ name: String, _ value: String) {
    areInitial = false
    guard let place = fields.firstIndex(where: { isSameName($0.name, name) }) else {
      fields.append((name, value))
      return
    }
    fields[place] = (name, value)
    for other in fields.indices.dropFirst(place + 1).reversed()
    where isSameName(fields[other].name, name) { fields.remove(at: other) }
  }

  /// Adds a field after other fields with the same name.
  mutating func add(_ name: String, _ value: String) {
    areInitial = false
    let last = fields.lastIndex { isSameName($0.name, name) }
    fields.insert((name, value), at: last.map { $0 + 1 } ?? fields.count)
  }

  /// Removes all fields with a name.
  mutating func remove(_ name: String) {
    fields.removeAll { isSameName($0.name, name) }
  }
}

/// A cookie to set.
///
/// It is not signed and not secret: visitors can change it.
///
/// For a value with any characters, use `percentEncoded(text)`, and decode it with
/// `percentDecoded(value)`.
struct Cookie {
  /// The requests from other sites that browsers send a cookie with.
  enum SameSite: String {
    /// Only when the visitor follows a link.
    case lax = "Lax"
    /// Never.
    case strict = "Strict"
    /// Always. Such a cookie is sent only over HTTPS: browsers refuse it without `Secure`.
    case none = "None"
  }

  /// ASCII without spaces or any of `= " , ; \`.
  var name: String
  /// As the name, but "=" is allowed.
  var value: String
  /// How many seconds the browser keeps the cookie; with nil, until the browser is closed.
  var maxAge: Int?
  /// Browsers send the cookie only below this path; nil is this application.
  var path: String?
  /// Browsers send the cookie to this domain and its subdomains; nil is only the domain of this
  /// request.
  var domain: String?
  /// Whether browsers send the cookie only over HTTPS; nil means: if this request is HTTPS.
  ///
  /// With `sameSite: .none` it is always true.
  var isSecure: Bool?
  /// Whether the cookie is hidden from scripts.
  var isHidden: Bool
  /// The requests from other sites that browsers send the cookie with.
  var sameSite: SameSite

  /// Makes a cookie.
  ///
  /// - Parameters:
  ///   - name: ASCII without spaces or any of `= " , ; \`.
  ///   - value: As the name, but "=" is allowed.
  ///   - maxAge: How many seconds the browser keeps the cookie; with nil, until the browser is
  ///     closed.
  ///   - path: Browsers send the cookie only below this path; nil is this application.
  ///   - domain: Browsers send the cookie to this domain and its subdomains; nil is only the
  ///     domain of this request.
  ///   - isSecure: Whether browsers send the cookie only over HTTPS; nil means: if this request is
  ///     HTTPS.
  ///   - isHidden: Whether the cookie is hidden from scripts.
  ///   - sameSite: The requests from other sites that browsers send the cookie with.
  init(
    _ name: String,
    _ value: String,
    maxAge: Int? = nil,
    path: String? = nil,
    domain: String? = nil,
    isSecure: Bool? = nil,
    isHidden: Bool = true,
    sameSite: SameSite = .lax
  ) {
    self.name = name
    self.value = value
    self.maxAge = maxAge
    self.path = path
    self.domain = domain
    self.isSecure = isSecure
    self.isHidden = isHidden
    self.sameSite = sameSite
  }

  /// Returns a cookie that deletes a cookie; use the path and domain that you set it with.
  static func deleted(_ name: String, path: String? = nil, domain: String? = nil) -> Cookie {
    Cookie(name, "", maxAge: 0, path: path, domain: domain)
  }
}

/// Escapes a text for HTML, also for attributes.
///
/// - Parameter text: Any text.
/// - Returns: The text with character references for `&`, `<`, `>` and quotes.
func escaped(_ text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": escaped += "&amp;"
    case "<": escaped += "&lt;"
    case ">": escaped += "&gt;"
    case "\"": escaped += "&quot;"
    case "'": escaped += "&#x27;"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

/// Whether two names are the same header field: upper and lower case are equal.
func isSameName(_ first: String, _ second: String) -> Bool {
  first.utf8.count == second.utf8.count
    && zip(first.utf8, second.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

/// Returns the lower case of an ASCII letter, and any other byte as it is.
func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
