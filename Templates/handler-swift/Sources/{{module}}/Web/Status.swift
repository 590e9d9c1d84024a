// Status codes, with the names of swift-http-types.

/// The terms of a response.
enum HTTPResponse {}

extension HTTPResponse {
  /// The status code of a response.
  ///
  /// Write a number or a name: `Response(status: 404)` and `Response(status: .notFound)` are the
  /// same. For a number in a variable, write `HTTPResponse.Status(code: number)`.
  struct Status: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The number, such as 404.
    let code: Int

    /// Makes a status from its number.
    init(code: Int) { self.code = code }

    /// Makes a status from a number in the source.
    init(integerLiteral code: Int) { self.init(code: code) }

    /// The number as text.
    var description: String { "\(code)" }

    /// The standard text, such as `Not Found`; `Unknown` for other codes.
    var reasonPhrase: String { phrase(code) ?? "Unknown" }
  }
}

extension HTTPResponse.Status {
  /// 200 OK.
  static let ok = Self(code: 200)
  /// 201 Created.
  static let created = Self(code: 201)
  /// 202 Accepted.
  static let accepted = Self(code: 202)
  /// 204 No Content.
  static let noContent = Self(code: 204)
  /// 206 Partial Content.
  static let partialContent = Self(code: 206)
  /// 301 Moved Permanently.
  static let movedPermanently = Self(code: 301)
  /// 302 Found.
  static let found = Self(code: 302)
  /// 303 See Other.
  static let seeOther = Self(code: 303)
  /// 304 Not Modified.
  static let notModified = Self(code: 304)
  /// 307 Temporary Redirect.
  static let temporaryRedirect = Self(code: 307)
  /// 308 Permanent Redirect.
  static let permanentRedirect = Self(code: 308)
  /// 400 Bad Request.
  static let badRequest = Self(code: 400)
  /// 401 Unauthorized.
  static let unauthorized = Self(code: 401)
  /// 403 Forbidden.
  static let forbidden = Self(code: 403)
  /// 404 Not Found.
  static let notFound = Self(code: 404)
  /// 405 Method Not Allowed.
  static let methodNotAllowed = Self(code: 405)
  /// 406 Not Acceptable.
  static let notAcceptable = Self(code: 406)
  /// 409 Conflict.
  static let conflict = Self(code: 409)
  /// 410 Gone.
  static let gone = Self(code: 410)
  /// 412 Precondition Failed.
  static let preconditionFailed = Self(code: 412)
  /// 413 Content Too Large.
  static let contentTooLarge = Self(code: 413)
  /// 415 Unsupported Media Type.
  static let unsupportedMediaType = Self(code: 415)
  /// 422 Unprocessable Content.
  static let unprocessableContent = Self(code: 422)
  /// 429 Too Many Requests.
  static let tooManyRequests = Self(code: 429)
  /// 500 Internal Server Error.
  static let internalServerError = Self(code: 500)
  /// 501 Not Implemented.
  static let notImplemented = Self(code: 501)
  /// 503 Service Unavailable.
  static let serviceUnavailable = Self(code: 503)
}

/// Returns the standard text for a code, or nil.
private func phrase(_ code: Int) -> String? { reasonPhrase(for: code) }
