// Signed cookies: visitors can read them, and cannot change them. Python's handlers use the same form.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Cookie {
  /// The most characters of a cookie that every browser keeps.
  private static let mostCharacters = 4000

  /// Makes a signed cookie: visitors can read its value, and cannot change it.
  ///
  /// - Parameters:
  ///   - name: ASCII without spaces or any of `= " , ; \`.
  ///   - value: Any value that becomes JSON.
  ///   - maxAge: How many seconds the cookie is valid (default: 30 days).
  ///   - path: Browsers send the cookie only below this path; nil is this application.
  ///   - domain: Browsers send the cookie to this domain and its subdomains; nil is only the
  ///     domain of this request.
  ///   - isSecure: Whether browsers send the cookie only over HTTPS; nil means: if this request is
  ///     HTTPS.
  ///   - isHidden: Whether the cookie is hidden from scripts.
  ///   - sameSite: The requests from other sites that browsers send the cookie with.
  /// - Throws: ``CookieError`` for a value that is too large, `EncodingError` for one that JSON does
  ///   not allow, and ``SecretKeyError`` if the project has no key.
  init(
    signed name: String,
    _ value: some Encodable,
    maxAge: Int = 30 * 24 * 60 * 60,
    path: String? = nil,
    domain: String? = nil,
    isSecure: Bool? = nil,
    isHidden: Bool = true,
    sameSite: SameSite = .lax
  ) throws {
    let (sum, overflows) = SignedText.now.addingReportingOverflow(maxAge)
    let expires = min(max(overflows ? .max : sum, 0), SignedText.latest)
    let keys = try SecretKeys.current
    let text = SignedText(payload: base64URL(try json(value)), expires: expires)
      .signed(for: name, keys.keys[0])
    let count = name.unicodeScalars.count + 1 + text.utf8.count
    guard count <= Self.mostCharacters else {
      throw CookieError(name: name, count: count, most: Self.mostCharacters)
    }
    self.init(
      name, text, maxAge: maxAge, path: path, domain: domain, isSecure: isSecure,
      isHidden: isHidden, sameSite: sameSite)
  }
}

/// A signed cookie that browsers would not keep.
struct CookieError: Error, CustomStringConvertible {
  let name: String
  let count: Int
  let most: Int
  /// The name of the largest value of a session.
  var largest: String?

  var description: String {
    let (subject, cookie) =
      isSame(name, RequestSession.cookie)
      ? ("the session has \(count) characters as a cookie", "session")
      : ("the cookie \(name) has \(count) characters", "cookie")
    let part = largest.map { " (the largest value is session[\"\($0)\"])" } ?? ""
    return "\(subject), and browsers keep \(most): keep the data in a database, and only its key in"
      + " the \(cookie)\(part)"
  }
}

extension Request {
  /// Returns the value of a signed cookie.
  ///
  ///     let visits = try request.signedCookie("visits", as: Int.self) ?? 0
  ///
  /// - Parameters:
  ///   - name: The name of the cookie.
  ///   - type: The type of the value.
  /// - Returns: The value, or nil if the cookie is missing, too old, or changed by a visitor, and if
  ///   its value does not fit the type.
  /// - Throws: ``SecretKeyError`` if the project has no key.
  func signedCookie<Value: Decodable>(
    _ name: String,
    as type: Value.Type = Value.self
  ) throws -> Value? {
    guard let cookie = cookieBytes(name), let text = SignedText(cookie) else { return nil }
    let keys = try SecretKeys.current
    guard let payload = text.payload(for: name, keys.keys, now: SignedText.now) else { return nil }
    do {
      try checkJSON(payload, RequestLimits(), allowsJSON5: false)
      return try JSONDecoder().decode(type, from: Data(payload))
    } catch {
      return nil
    }
  }
}

/// The text of a signed cookie: the payload, when it expires, and the signature.
struct SignedText {
  /// The last moment that the text has room for, in seconds.
  static let latest = 999_999_999_999_999_999
  /// The maximum number of characters that are read.
  private static let mostCharacters = 4096

  private let payload: [UInt8]
  private let expires: [UInt8]
  private let signature: [UInt8]

  /// The seconds since 1970.
  static var now: Int { Int(Date().timeIntervalSince1970) }

  /// Makes a text that is not signed yet.
  ///
  /// - Parameters:
  ///   - payload: The value, as base64.
  ///   - expires: When it expires, in seconds since 1970.
  init(payload: String, expires: Int) {
    self.payload = Array(payload.utf8)
    self.expires = Array(String(expires).utf8)
    signature = []
  }

  /// Splits a text.
  ///
  /// - Parameter text: The value of a cookie; nil is returned if it has another form.
  init?(_ text: ArraySlice<UInt8>) {
    guard text.count <= Self.mostCharacters else { return nil }
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, (1...18).contains(parts[1].count), parts[2].count == 43,
      parts[1].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    payload = Array(parts[0])
    expires = Array(parts[1])
    signature = Array(parts[2])
  }

  /// Returns the text with its signature.
  ///
  /// - Parameters:
  ///   - name: The cookie's name.
  ///   - key: The secret key.
  /// - Returns: The text for the cookie.
  func signed(for name: String, _ key: [UInt8]) -> String {
    String(decoding: payload + [0x2E] + expires + [0x2E] + signature(for: name, key), as: UTF8.self)
  }

  /// Returns the value, if the signature is right and the text has not expired.
  ///
  /// - Parameters:
  ///   - name: The cookie's name.
  ///   - keys: The keys whose signatures are accepted.
  ///   - now: The seconds since 1970.
  /// - Returns: The value, or nil.
  func payload(for name: String, _ keys: [[UInt8]], now: Int) -> [UInt8]? {
    guard keys.contains(where: { isSameSecret(signature, signature(for: name, $0)) }),
      let end = Int(String(decoding: expires, as: UTF8.self)), now < end
    else { return nil }
    return bytes(base64URL: payload)
  }

  private func signature(for name: String, _ key: [UInt8]) -> [UInt8] {
    let parts = [Array("pa-new signed cookie".utf8), Array(name.utf8), expires, payload]
    let message = Array(parts.joined(separator: [0]))
    return Array(base64URL(authenticationCode(of: message, key: key)).utf8)
  }
}
