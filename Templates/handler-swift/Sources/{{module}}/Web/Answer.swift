// Turns a handler's response into a complete answer, and checks that it follows the rules of HTTP.

/// A complete answer, which the entry file passes to the server.
struct Answer {
  /// The body, which is known or is made piece by piece.
  enum Body {
    /// The whole body.
    case whole([UInt8])
    /// A function that returns the next piece at each call, and nil at the end.
    case stream(() throws -> [UInt8]?)
  }

  /// The status code and its text, such as `404 Not Found`.
  let status: String
  /// The header fields, in order.
  ///
  /// Names are ASCII, and values are Latin-1.
  let fields: [(name: String, value: String)]
  /// The body.
  let body: Body
  /// What is done when the body is sent, or when the client has gone.
  var onFinish: (() -> Void)?
}

/// A part of a handler's response that HTTP does not allow.
///
/// The client gets a 500, and the log says why.
enum ResponseError: Error, CustomStringConvertible {
  case status(Int)
  case fieldOfServer(String)
  case field(String, String)
  case cookie(String)
  case url(String)
  case noURL
  case otherSite(String)
  case length(Int)

  var description: String {
    switch self {
    case .status(let status): "a status is from 200 to 599, not \(status)"
    case .fieldOfServer(let name): "\(name) is for the server to set"
    case .field(let name, let value):
      "not a header field: \(name): \(value): a value is Latin-1 text without line breaks, a name "
        + "has letters and -"
    case .cookie(let name):
      "cookie \(name) has text that a cookie cannot have: no spaces, no accents and none of , ; "
        + "are allowed. Write percentEncoded(value), or Cookie(signed:_:)"
    case .url(let url): "not a URL: \(url)"
    case .noURL: "a redirect needs a URL: write \"/\" for the front page"
    case .otherSite(let url):
      "'\(url)' would be a page of this site: write 'https://\(url)' for another site"
    case .length(let length): "a stream cannot have \(length) bytes"
    }
  }
}

extension Answer {
  /// Makes an answer from a handler's response.
  ///
  /// - Parameters:
  ///   - response: The response.
  ///   - method: The request's method: an answer to HEAD has no body.
  ///   - environment: The request's variables, which contain the mount and the URL's scheme.
  /// - Throws: ``ResponseError`` for the first part of the response that HTTP does not allow.
  init(
    _ response: Response,
    method: String,
    environment: Environment
  ) throws(ResponseError) {
    let isSeeOther =
      response.isRedirectByMethod && !isSame(method, "GET") && !isSame(method, "HEAD")
    let code = isSeeOther ? HTTPResponse.Status.seeOther.code : response.status.code
    guard (200...599).contains(code) else { throw .status(code) }
    status = "\(code) \(HTTPResponse.Status(code: code).reasonPhrase)"

    let isEmpty = [204, 205, 304].contains(code)
    var fields: [(name: String, value: String)] = []
    fields.reserveCapacity(8)
    for (name, value) in response.headers.fields {
      if code == 204 || code == 304, isSameName(name, "Content-Type") { continue }
      let isLocation = response.isRedirect && isSameName(name, "Location")
      let value = isLocation ? try location(value, environment) : value
      if !response.headers.areInitial { try checkField(name, value) }
      fields.append((name, value))
    }

    var body = Body.whole([])
    switch response.body {
    case .whole(let bytes) where !isEmpty: body = .whole(bytes)
    case .stream(let next) where !isEmpty: body = .stream(next)
    default: break
    }
    if case .whole(let bytes) = body, code != 204, code != 304,
      // If the answer to HEAD has no body, the length of the body for GET is not known.
      !bytes.isEmpty || method != "HEAD"
    {
      fields.append(("Content-Length", String(bytes.count)))
    } else if case .stream = body, let length = response.length {
      guard length >= 0 else { throw .length(length) }
      fields.append(("Content-Length", String(length)))
    }
    for cookie in Self.last(response.cookies) {
      fields.append(("Set-Cookie", try text(of: cookie, environment)))
    }
    if method == "HEAD" { body = .whole([]) }
    self.fields = fields
    self.body = body
  }

  /// Removes cookies that are set again: of cookies with the same name, path and domain, the last
  /// one replaces the first one.
  private static func last(_ cookies: [Cookie]) -> [Cookie] {
    guard cookies.count > 1 else { return cookies }
    var kept: [Cookie] = []
    for cookie in cookies {
      let twin = kept.firstIndex {
        isSame($0.name, cookie.name) && isSame($0.path ?? "", cookie.path ?? "")
          && isSame($0.domain ?? "", cookie.domain ?? "")
      }
      if let twin { kept[twin] = cookie } else { kept.append(cookie) }
    }
    return kept
  }
}

/// The hop-by-hop fields of RFC 9110, the length, and the field that CGI uses for the status.
private let fieldsOfServer = [
  "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers",
  "Transfer-Encoding", "Upgrade", "Content-Length", "Status",
]

/// Throws for a header field that would break the answer, or that only the server may set.
private func checkField(_ name: String, _ value: String) throws(ResponseError) {
  // The interface to the entry file has 32 bits for a length.
  guard isFieldName(name), name.utf8.count < 1 << 16, value.utf8.count < 1 << 30,
    value.hasOnly({ (0x20...0x7E).contains($0) }) || isFieldValue(value)
  else { throw .field(name, value) }
  if fieldsOfServer.contains(where: { isSameName($0, name) }) { throw .fieldOfServer(name) }
}

/// Whether a text can be the name of a header field: letters, digits, `-` and `_`.
///
/// The first character is a letter, and the last one is a letter or a digit.
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
  /// Whether all bytes are of a kind.
  ///
  /// Each answer calls this several times, so it must be fast.
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
  let bytes = Array(url.utf8)
  if bytes.isEmpty { throw .noURL }
  if bytes.prefix(4).map(lowercased).elementsEqual("www.".utf8) { throw .otherSite(url) }
  let isLocal = bytes.starts(with: "/".utf8) && !bytes.starts(with: "//".utf8)
  let mount = isLocal && !isMounted(bytes, at: environment.mount) ? environment.mount : ""
  guard url.unicodeScalars.allSatisfy(isPrintable) else { throw .url(url) }
  do { try checkEscapes(bytes[...]) } catch { throw .url(url) }
  return percentEncoded(mount + url, except: "!#$%&'()*+,/:;=?@[]~")
}

/// Whether a path begins with the mount, as that of ``Request/url(for:_:)`` does.
private func isMounted(_ path: [UInt8], at mount: String) -> Bool {
  guard path.starts(with: mount.utf8) else { return false }
  let next = path.dropFirst(mount.utf8.count).first
  return next.map { "/?#".utf8.contains($0) } ?? true
}

/// Whether a character is printable: not a control character, and not white space except " ".
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  if (" "..."~").contains(scalar) { return true }
  return switch scalar.properties.generalCategory {
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
  guard !cookie.name.isEmpty, !cookie.name.utf8.contains(UInt8(ascii: "=")) else {
    throw .cookie(cookie.name)
  }
  var text = "\(cookie.name)=\(cookie.value); Path=\(path); SameSite=\(cookie.sameSite.rawValue)"
  if !domain.isEmpty { text += "; Domain=\(domain)" }
  if let maxAge = cookie.maxAge { text += "; Max-Age=\(maxAge)" }
  let isHTTPS = environment.bytes(of: "wsgi.url_scheme")?.elementsEqual("https".utf8) == true
  if cookie.sameSite == .none || cookie.isSecure ?? isHTTPS { text += "; Secure" }
  if cookie.isHidden { text += "; HttpOnly" }
  return text
}

/// Whether a cookie can contain a byte: RFC 6265's cookie-octet.
private func isCookieByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "!")...UInt8(ascii: "~"):
    byte != UInt8(ascii: "\"") && byte != UInt8(ascii: ",") && byte != UInt8(ascii: ";")
      && byte != UInt8(ascii: "\\")
  default: false
  }
}

/// Percent-encodes all characters of a text except letters, digits and `-._~`.
///
/// - Parameters:
///   - text: Any text.
///   - kept: More characters that are not encoded.
/// - Returns: ASCII that you can use in a URL or a cookie.
func percentEncoded(_ text: String, except kept: String = "") -> String {
  percentEncoded(text.utf8, except: kept)
}

/// Percent-encodes bytes, as ``percentEncoded(_:except:)`` does the bytes of a text.
func percentEncoded(_ bytes: some Sequence<UInt8>, except kept: String) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var isKept = (UInt8.min...UInt8.max).map(isLetterOrDigit)
  for byte in "-._~".utf8 { isKept[Int(byte)] = true }
  for byte in kept.utf8 { isKept[Int(byte)] = true }
  var encoded: [UInt8] = []
  for byte in bytes {
    if isKept[Int(byte)] {
      encoded.append(byte)
    } else {
      encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}
