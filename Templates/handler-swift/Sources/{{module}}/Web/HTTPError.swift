// Errors that become responses, and the texts for status codes.

/// Ends a request with an error, and discards the response of the handler.
struct HTTPError: Error {
  /// The status code of the response.
  let status: HTTPResponse.Status
  /// The message for the client.
  let message: String
  /// Header fields for the response, such as `Retry-After`.
  let headers: [(name: String, value: String)]
  /// Whether it sends the client to another URL.
  let isRedirect: Bool
  /// What is wrong with the code, for the log, or nil.
  var note: String?
  /// What the page and the log of the preview say in place of the message, or nil.
  private(set) var reason: String?

  /// Makes an error to throw.
  ///
  /// - Parameters:
  ///   - status: The status code of the response.
  ///   - message: The message for the client (default: the standard text of the status code).
  ///   - headers: Header fields for the response, such as `Retry-After`.
  init(
    _ status: HTTPResponse.Status, _ message: String = "",
    headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.message = message.isEmpty ? reasonPhrase(for: status.code) ?? "Error" : message
    self.headers = headers
    isRedirect = false
  }

  /// Makes an error whose reason is not for visitors.
  ///
  /// - Parameters:
  ///   - status: The status code of the response.
  ///   - message: The message for the client (default: the standard text of the status code).
  ///   - reason: What the page and the log of the preview add.
  init(_ status: HTTPResponse.Status, _ message: String = "", reason: String) {
    self.init(status, message)
    self.reason = message.isEmpty ? reason : "\(message); \(reason)"
  }

  /// Makes an error 400 for a mistake in a request, or 413 if a limit is exceeded.
  init(_ malformed: Malformed) {
    if malformed.isTooLarge {
      self.init(413, malformed.what)
    } else {
      self.init(400, "malformed request: \(malformed.what)")
    }
  }

  private init(redirect url: String, status: HTTPResponse.Status) {
    self.status = status
    message = reasonPhrase(for: status.code) ?? "Redirect"
    headers = [("Location", url)]
    isRedirect = true
  }

  /// Makes a redirect to throw.
  ///
  /// To return a redirect, use ``Response/redirect(to:status:)``.
  ///
  /// - Parameters:
  ///   - url: A URL. If it starts with "/", it is a path of this application, and the mount is
  ///     added.
  ///   - status: 303 by default: the client then makes a GET request, after any method.
  /// - Returns: The error.
  static func redirect(to url: String, status: HTTPResponse.Status = .seeOther) -> HTTPError {
    HTTPError(redirect: url, status: status)
  }
}

/// Returns the standard text for a status code.
///
/// - Parameter status: The status code.
/// - Returns: The text from RFC 9110 or IANA's registry, or nil for an unknown code.
func reasonPhrase(for status: Int) -> String? {
  switch status {
  case 100: "Continue"
  case 101: "Switching Protocols"
  case 102: "Processing"
  case 103: "Early Hints"
  case 200: "OK"
  case 201: "Created"
  case 202: "Accepted"
  case 203: "Non-Authoritative Information"
  case 204: "No Content"
  case 205: "Reset Content"
  case 206: "Partial Content"
  case 207: "Multi-Status"
  case 208: "Already Reported"
  case 226: "IM Used"
  case 300: "Multiple Choices"
  case 301: "Moved Permanently"
  case 302: "Found"
  case 303: "See Other"
  case 304: "Not Modified"
  case 305: "Use Proxy"
  case 307: "Temporary Redirect"
  case 308: "Permanent Redirect"
  case 400: "Bad Request"
  case 401: "Unauthorized"
  case 402: "Payment Required"
  case 403: "Forbidden"
  case 404: "Not Found"
  case 405: "Method Not Allowed"
  case 406: "Not Acceptable"
  case 407: "Proxy Authentication Required"
  case 408: "Request Timeout"
  case 409: "Conflict"
  case 410: "Gone"
  case 411: "Length Required"
  case 412: "Precondition Failed"
  case 413: "Content Too Large"
  case 414: "URI Too Long"
  case 415: "Unsupported Media Type"
  case 416: "Range Not Satisfiable"
  case 417: "Expectation Failed"
  case 418: "I'm a Teapot"
  case 421: "Misdirected Request"
  case 422: "Unprocessable Content"
  case 423: "Locked"
  case 424: "Failed Dependency"
  case 425: "Too Early"
  case 426: "Upgrade Required"
  case 428: "Precondition Required"
  case 429: "Too Many Requests"
  case 431: "Request Header Fields Too Large"
  case 451: "Unavailable For Legal Reasons"
  case 500: "Internal Server Error"
  case 501: "Not Implemented"
  case 502: "Bad Gateway"
  case 503: "Service Unavailable"
  case 504: "Gateway Timeout"
  case 505: "HTTP Version Not Supported"
  case 506: "Variant Also Negotiates"
  case 507: "Insufficient Storage"
  case 508: "Loop Detected"
  case 510: "Not Extended"
  case 511: "Network Authentication Required"
  default: nil
  }
}
