// From a response to what is sent: every rule of HTTP that a handler could break is kept here.

/// An answer, complete: what the entry file hands to the server.
struct Answer {
  /// The status code with its words, such as `404 Not Found`.
  let status: String
  /// The header fields, in order; names are ASCII, values Latin-1.
  let fields: [(name: String, value: String)]
  /// What is sent behind them.
  let body: Response.Body
}

/// What a handler put into a response that HTTP cannot have: answered with 500, and logged.
enum ResponseError: Error, CustomStringConvertible {
  case status(Int)
  case fieldOfServer(String)
  case field(String, String)
  case cookie(String)
  case url(String)

  var description: String {
    switch self {
    case .status(let status): "a status is from 200 to 599, not \(status)"
    case .fieldOfServer(let name): "\(name) is for the server to set"
    case .field(let name, let value): "not a header field: \(name): \(value)"
    case .cookie(let name): "cookie \(name) has text that a cookie cannot have"
    case .url(let url): "not a URL: \(url)"
    }
  }
}

extension Answer {
  /// Makes what is sent of a handler's response.
  ///
  /// - Parameters:
  ///   - response: The response.
  ///   - method: The request's method: HEAD gets no body.
  ///   - environment: The request's variables: where the application is mounted, and how the
  ///     request came.
  /// - Throws: ``ResponseError`` for the first thing in it that HTTP cannot have.
  init(
    _ response: Response,
    method: String,
    environment: Environment
  ) throws(ResponseError) {
    let code = response.status
    guard (200...599).contains(code) else { throw .status(code) }
    status = "\(code) \(reasonPhrase(for: code) ?? "Unknown")"

    let isEmpty = [204, 205, 304].contains(code)
    var fields: [(name: String, value: String)] = []
    fields.reserveCapacity(8)
    for (name, value) in response.headers.fields {
      if code == 204 || code == 304, isSameName(name, "Content-Type") { continue }
      let isLocation = response.isRedirect && isSameName(name, "Location")
      let value = isLocation ? try location(value, environment) : value
      try checkField(name, value)
      fields.append((name, value))
    }

    var body = isEmpty ? .whole([]) : response.body
    if case .whole(let bytes) = body, code != 204, code != 304,
      // Without a body, the answer to HEAD says nothing of the length that GET would have.
      !bytes.isEmpty || method != "HEAD"
    {
      fields.append(("Content-Length", String(bytes.count)))
    } else if case .stream = body, let length = response.length {
      fields.append(("Content-Length", String(length)))
    }
    for cookie in Self.last(response.cookies) {
      fields.append(("Set-Cookie", try text(of: cookie, environment)))
    }
    if method == "HEAD" { body = .whole([]) }
    self.fields = fields
    self.body = body
  }

  /// Returns the last of the cookies that have one name, path and domain, in the place of the
  /// first.
  private static func last(_ cookies: [Cookie]) -> [Cookie] {
    guard cookies.count > 1 else { return cookies }
    var kept: [Cookie] = []
    for cookie in cookies {
      let twin = kept.firstIndex {
        $0.name == cookie.name && $0.path == cookie.path && $0.domain == cookie.domain
      }
      if let twin { kept[twin] = cookie } else { kept.append(cookie) }
    }
    return kept
  }
}

/// What RFC 9110 calls hop-by-hop, the length, and what CGI takes for the status.
private let fieldsOfServer = [
  "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers",
  "Transfer-Encoding", "Upgrade", "Content-Length", "Status",
]

/// Refuses a header field that would break the answer, or that only the server can set.
private func checkField(_ name: String, _ value: String) throws(ResponseError) {
  guard isFieldName(name), value.hasOnly({ (0x20...0x7E).contains($0) }) || isFieldValue(value)
  else { throw .field(name, value) }
  if fieldsOfServer.contains(where: { isSameName($0, name) }) { throw .fieldOfServer(name) }
}

/// Whether a text can be the name of a header field: letters, digits, `-` and `_`, from a letter to
/// a letter or digit.
private func isFieldName(_ name: String) -> Bool {
  guard let first = name.utf8.first, let last = name.utf8.last else { return false }
  return isLetter(first) && isLetterOrDigit(last)
    && name.hasOnly {
      isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
}

/// Whether a text can be the value of a header field: Latin-1 without control characters.
private func isFieldValue(_ value: String) -> Bool {
  value.unicodeScalars.allSatisfy {
    (0x20...0x7E).contains($0.value) || (0x80...0xFF).contains($0.value)
  }
}

extension String {
  /// Whether all bytes are of a kind: each answer asks this several times, so they are not taken
  /// out one by one.
  fileprivate func hasOnly(_ isOfKind: (UInt8) -> Bool) -> Bool {
    var text = self
    return text.withUTF8 { $0.allSatisfy(isOfKind) }
  }
}

private func isLetter(_ byte: UInt8) -> Bool {
  (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
  isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// Returns the value of a Location field.
private func location(_ url: String, _ environment: Environment) throws(ResponseError) -> String {
  let isLocal = url.hasPrefix("/") && !url.hasPrefix("//")
  let mount = isLocal ? environment.mount : ""
  let bytes = Array(url.utf8)
  guard url.unicodeScalars.allSatisfy(isPrintable) else { throw .url(url) }
  do { try checkEscapes(bytes[...]) } catch { throw .url(url) }
  return percentEncoded(mount + url, except: "!#$%&'()*+,/:;=?@[]~")
}

/// Whether a character shows: it is neither a control character nor white space but for " ".
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
    .paragraphSeparator:
    false
  case .spaceSeparator: scalar == " "
  default: true
  }
}

/// Returns the value of a Set-Cookie field.
private func text(of cookie: Cookie, _ environment: Environment) throws(ResponseError) -> String {
  let path = cookie.path ?? (environment.mount.isEmpty ? "/" : environment.mount)
  let domain = cookie.domain ?? ""
  for text in [cookie.name, cookie.value, path, domain] {
    guard text.utf8.allSatisfy(isCookieByte) else { throw .cookie(cookie.name) }
  }
  guard !cookie.name.isEmpty, !cookie.name.contains("=") else { throw .cookie(cookie.name) }
  var text = "\(cookie.name)=\(cookie.value); Path=\(path); SameSite=\(cookie.sameSite.rawValue)"
  if !domain.isEmpty { text += "; Domain=\(domain)" }
  if let maxAge = cookie.maxAge { text += "; Max-Age=\(maxAge)" }
  if cookie.isSecure ?? (environment["wsgi.url_scheme"] == "https") { text += "; Secure" }
  if cookie.isHidden { text += "; HttpOnly" }
  return text
}

/// Whether a cookie can have a byte: RFC 6265's cookie-octet.
private func isCookieByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "!")...UInt8(ascii: "~"):
    byte != UInt8(ascii: "\"") && byte != UInt8(ascii: ",") && byte != UInt8(ascii: ";")
      && byte != UInt8(ascii: "\\")
  default: false
  }
}

/// Returns a text with everything percent-encoded but letters, digits and `-._~`.
///
/// - Parameters:
///   - text: Any text.
///   - kept: More characters that stay as they are.
/// - Returns: ASCII that a URL and a cookie can have.
func percentEncoded(_ text: String, except kept: String = "") -> String {
  var encoded = ""
  for byte in text.utf8 {
    if isLetterOrDigit(byte) || "-._~".utf8.contains(byte) || kept.utf8.contains(byte) {
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      encoded += digits.count == 1 ? "%0" + digits : "%" + digits
    }
  }
  return encoded
}
