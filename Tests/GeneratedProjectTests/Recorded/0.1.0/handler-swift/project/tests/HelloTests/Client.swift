// Makes requests of the application in this process: no server, no library, no Python.

@testable import Hello

/// What the application answered.
struct Reply {
  /// The status code with its words, such as `404 Not Found`.
  let status: String
  /// The header fields in the order they were sent.
  let headers: [(name: String, value: String)]
  /// The body, with all pieces of a stream.
  let body: [UInt8]
  /// Whether the body came to its end.
  let isWhole: Bool
  /// What was written to the host's error log.
  let log: String

  /// The body as text.
  var text: String { String(decoding: body, as: UTF8.self) }

  /// Returns the value of the first header field of a name, or nil.
  func header(_ name: String) -> String? {
    headers.first { isSameName($0.name, name) }?.value
  }
}

/// Makes one request and returns what was answered.
///
/// - Parameters:
///   - method: The HTTP method.
///   - target: Path and query as a browser sends them, percent-encoded.
///   - app: What answers; the project's own application where not said.
///   - headers: Header fields of the request.
///   - body: The body; `Content-Length` is set from it.
///   - mount: Where the application is mounted, "" for the root.
/// - Returns: The answer.
func request(
  _ method: String,
  _ target: String,
  of app: Application = application,
  headers: [String: String] = [:],
  body: [UInt8] = [],
  mount: String = ""
) -> Reply {
  let path = target.prefix { $0 != "?" }
  var variables = [
    "REQUEST_METHOD": method, "SCRIPT_NAME": mount, "PATH_INFO": percentDecoded(path),
    "QUERY_STRING": String(target[path.endIndex...].dropFirst()), "REQUEST_URI": target,
    "CONTENT_LENGTH": String(body.count), "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "testserver",
    "wsgi.url_scheme": "http",
  ]
  for (name, value) in headers {
    let variable = String(name.uppercased().map { $0 == "-" ? "_" : $0 })
    variables[variable == "CONTENT_TYPE" ? variable : "HTTP_" + variable] = value
  }
  var rest = body[...]
  let log = Log()
  let answer = app.answer(Environment(variables), log: log) { buffer in
    let piece = rest.prefix(buffer.count)
    rest = rest.dropFirst(piece.count)
    buffer.copyBytes(from: piece)
    return piece.count
  }
  var sent: [UInt8] = []
  var isWhole = true
  switch answer.body {
  case .whole(let bytes): sent = bytes
  case .stream(let next):
    do {
      while let piece = try next() { sent += piece }
    } catch {
      isWhole = false
    }
  }
  return Reply(
    status: answer.status,
    headers: answer.fields,
    body: sent,
    isWhole: isWhole,
    log: log.text
  )
}

/// Returns a path as the server hands it on.
private func percentDecoded(_ path: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = path.utf8
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
      bytes.append(value)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
