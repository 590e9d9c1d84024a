// An answer, as handlers make it.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An answer: status, header fields and body.
///
/// It is plain text where not said otherwise, so nothing that a visitor typed can run as a
/// script.
struct Response {
  /// What is sent behind the header fields.
  enum Body {
    /// All of it.
    case whole([UInt8])
    /// Piece by piece: each call returns the next one, and nil at the end.
    case stream(() throws -> [UInt8]?)
  }

  /// The status code, from 200 to 599: with 204, 205 and 304, no body is sent.
  var status: Int
  /// The header fields.
  var headers = Headers()
  /// The cookies to set.
  var cookies: [Cookie] = []
  /// What is sent.
  var body: Body
  /// The length of a stream, where it is known.
  fileprivate(set) var length: Int?
  /// Whether the Location is a URL as ``redirect(to:status:)`` takes it.
  fileprivate(set) var isRedirect = false

  /// Answers with bytes.
  ///
  /// - Parameters:
  ///   - bytes: The body.
  ///   - contentType: Their media type; plain text where not said.
  ///   - status: The status code.
  init(bytes: [UInt8], contentType: String? = nil, status: Int = 200) {
    self.status = status
    body = .whole(bytes)
    if let contentType { headers.set("Content-Type", contentType) }
  }

  /// Answers with plain text.
  ///
  /// - Parameters:
  ///   - text: The body; none where not said.
  ///   - status: The status code.
  init(_ text: String = "", status: Int = 200) {
    self.init(bytes: Array(text.utf8), status: status)
  }

  /// Answers with a page of HTML.
  ///
  /// - Parameters:
  ///   - html: The page. Pass every value that you put into it through ``escaped(_:)``.
  ///   - status: The status code.
  init(html: String, status: Int = 200) {
    self.init(bytes: Array(html.utf8), contentType: "text/html; charset=utf-8", status: status)
  }

  /// Answers with JSON.
  ///
  /// - Parameters:
  ///   - value: What to encode; the keys are sent in the order in which the type has them.
  ///   - status: The status code.
  /// - Throws: `EncodingError` for what JSON cannot have, such as infinity.
  init(json value: some Encodable, status: Int = 200) throws {
    self.init(bytes: try json(value), contentType: "application/json", status: status)
  }

  /// Answers with JSON, in the form that an encoder gives it: dates as text, say.
  ///
  /// - Parameters:
  ///   - value: What to encode.
  ///   - status: The status code.
  ///   - encoder: What encodes it.
  /// - Throws: What the encoder throws.
  init(json value: some Encodable, status: Int = 200, encoder: JSONEncoder) throws {
    let bytes = Array(try encoder.encode(value))
    self.init(bytes: bytes, contentType: "application/json", status: status)
  }

  /// Answers piece by piece, so that the whole never has to be in memory.
  ///
  /// The host passes on what ends with a line end; a piece that does not can wait for the next.
  ///
  /// - Parameters:
  ///   - contentType: The media type.
  ///   - length: How many bytes it will be, where that is known: without it, a client cannot tell
  ///     an answer that broke off from a whole one.
  ///   - next: Returns the next piece, nil at the end. What it throws is logged, and ends the
  ///     connection.
  init(streaming contentType: String, length: Int? = nil, next: @escaping () throws -> [UInt8]?) {
    self.init(bytes: [], contentType: contentType)
    // The host's web server would keep it all back until the end.
    headers.set("X-Accel-Buffering", "no")
    body = .stream(next)
    self.length = length
  }

  /// Sends the client to another URL; ``HTTPError/redirect(to:status:)`` is the same to throw.
  ///
  /// Do not pass on a URL from the request: it can lead to somebody else's site.
  ///
  /// - Parameters:
  ///   - url: From "/", it is a path of this application, wherever it is mounted. Spaces and
  ///     what is not ASCII are percent-encoded.
  ///   - status: 302; 301 is for ever, since browsers remember it; 303 follows a form.
  /// - Returns: The answer.
  static func redirect(to url: String, status: Int = 302) -> Response {
    var response = Response(status: status)
    response.headers.set("Location", url)
    response.isRedirect = true
    return response
  }
}

/// Header fields, in the order in which they are sent; those of one name stand together.
struct Headers {
  private(set) var fields: [(name: String, value: String)] = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("X-Content-Type-Options", "nosniff"),
  ]

  /// Sets a field in place of those of the same name.
  ///
  /// - Parameters:
  ///   - name: Any but `Content-Length` and those of the connection, in whatever case.
  ///   - value: Latin-1 text without control characters. Anything else is answered with 500.
  mutating func set(_ name: String, _ value: String) {
    guard let place = fields.firstIndex(where: { isSameName($0.name, name) }) else {
      fields.append((name, value))
      return
    }
    fields[place] = (name, value)
    for other in fields.indices.dropFirst(place + 1).reversed()
    where isSameName(fields[other].name, name) { fields.remove(at: other) }
  }

  /// Adds a field behind those of the same name, as for ``set(_:_:)``.
  mutating func add(_ name: String, _ value: String) {
    let last = fields.lastIndex { isSameName($0.name, name) }
    fields.insert((name, value), at: last.map { $0 + 1 } ?? fields.count)
  }

  /// Removes the fields of a name.
  mutating func remove(_ name: String) {
    fields.removeAll { isSameName($0.name, name) }
  }

  /// The first value of a field, or nil.
  subscript(name: String) -> String? { fields.first { isSameName($0.name, name) }?.value }
}

/// A cookie to set; it is neither signed nor secret, so visitors can change it.
///
/// A value that can have any characters goes through `percentEncoded(text)`, and back through
/// `percentDecoded(value)`.
struct Cookie {
  /// Which requests that start on other sites carry a cookie.
  enum SameSite: String {
    /// Links only.
    case lax = "Lax"
    /// None.
    case strict = "Strict"
    /// All of them.
    case none = "None"
  }

  /// ASCII without spaces or any of `= " , ; \`.
  var name: String
  /// The same, but for "=".
  var value: String
  /// The seconds to keep it; nil is until the browser is closed.
  var maxAge: Int?
  /// Where it is sent; nil is this whole application.
  var path: String?
  /// Where it is sent, subdomains too; nil is this host alone.
  var domain: String?
  /// Whether only HTTPS carries it; nil is if this request is HTTPS.
  var isSecure: Bool?
  /// Whether it is hidden from scripts.
  var isHidden: Bool
  /// Which requests that start on other sites carry it.
  var sameSite: SameSite

  /// Makes a cookie.
  ///
  /// - Parameters:
  ///   - name: ASCII without spaces or any of `= " , ; \`.
  ///   - value: The same, but for "=".
  ///   - maxAge: The seconds to keep it; nil is until the browser is closed.
  ///   - path: Where it is sent; nil is this whole application.
  ///   - domain: Where it is sent, subdomains too; nil is this host alone.
  ///   - isSecure: Whether only HTTPS carries it; nil is if this request is HTTPS.
  ///   - isHidden: Whether it is hidden from scripts.
  ///   - sameSite: Which requests that start on other sites carry it.
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

  /// Returns a cookie that deletes one; path and domain must be those that it was set with.
  static func deleted(_ name: String, path: String? = nil, domain: String? = nil) -> Cookie {
    Cookie(name, "", maxAge: 0, path: path, domain: domain)
  }
}

/// Returns a text that means itself in HTML, in attributes too.
///
/// - Parameter text: Any text.
/// - Returns: The text with `&`, `<`, `>` and quotes as references.
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

/// Whether two names are those of one header field: in whatever case.
func isSameName(_ first: String, _ second: String) -> Bool {
  first.utf8.count == second.utf8.count
    && zip(first.utf8, second.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
