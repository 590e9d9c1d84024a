// Handlers that are written twice, alike: here, and in `Python/swift-parity/handlers.py`.

/// Text.
struct MainHandler: RequestHandler {
  let request: Request

  func get() -> Response { Response("Hello from handler") }
}

/// What the path captures, as a number.
struct ItemHandler: RequestHandler {
  let request: Request

  func get(id: Int) -> Response { Response("item \(id)") }

  func put(id: Int) -> Response { Response("put \(id)") }

  func delete(id: Int) -> Response { Response(status: 204) }
}

/// Two captures, as texts.
struct PairHandler: RequestHandler {
  let request: Request

  func get(first: String, second: String) -> Response { Response("\(first)|\(second)") }
}

/// A part of a segment.
struct FileHandler: RequestHandler {
  let request: Request

  func get(name: String) -> Response { Response("[\(name)]") }
}

/// The rest of the path.
struct RestHandler: RequestHandler {
  let request: Request

  func get(path: String) -> Response { Response("<\(path)>") }
}

/// The body, byte for byte.
struct EchoHandler: RequestHandler {
  let request: Request

  func post() -> Response {
    Response(bytes: request.body, contentType: "application/octet-stream")
  }

  func put() -> Response { Response("\(request.body.count)") }
}

/// The fields of the query string.
struct QueryHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    var text = request.query.all("a").map { "a=\($0)\n" }.joined()
    text += "last=\(request.query["a"] ?? "none")\n"
    text += "b=\(try request.query.required("b"))\n"
    return Response(text)
  }
}

/// The fields of a form, which a request of any method can have.
struct FormHandler: RequestHandler {
  let request: Request

  func post() throws -> Response {
    var text = "\(try request.form.required("name"))\n"
    text += try request.form.all("colour").map { "\($0)\n" }.joined()
    return Response(text + (request.query["q"] ?? "-"))
  }
}

/// JSON, in and out.
struct JSONHandler: RequestHandler {
  struct Example: Encodable {
    let flag = true
    let list = [1, 2]
    let nothing: Int? = nil
    let text = "ä/\u{1F600}"

    enum CodingKeys: CodingKey { case flag, list, nothing, text }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(flag, forKey: .flag)
      try container.encode(list, forKey: .list)
      try container.encodeNil(forKey: .nothing)
      try container.encode(text, forKey: .text)
    }
  }

  struct Order: Decodable {
    let name: String
    let n: Int
  }

  struct Receipt: Encodable {
    let name: String
    let twice: Int
  }

  let request: Request

  func get() throws -> Response { try Response(json: Example()) }

  func post() throws -> Response {
    let order = try request.json(Order.self)
    return try Response(json: Receipt(name: order.name, twice: 2 * order.n))
  }
}

/// Cookies, in and out.
struct CookieHandler: RequestHandler {
  let request: Request

  func get() -> Response {
    Response("\(request.cookie("a") ?? "none"),\(request.cookie("b") ?? "none")")
  }

  func post() -> Response {
    var response = Response()
    response.cookies = [
      Cookie("first", "1"),
      Cookie("second", "2", maxAge: 3600, path: "/sub", domain: "example.com"),
      Cookie("third", "3", isSecure: true, isHidden: false, sameSite: .none),
      Cookie("fourth", "4", isSecure: false, sameSite: .strict),
      Cookie("first", "one"),
      Cookie("first", "other", path: "/other"),
    ]
    return response
  }

  func delete() -> Response {
    var response = Response()
    response.cookies = [
      .deleted("first"),
      .deleted("second", path: "/sub", domain: "example.com"),
    ]
    return response
  }

  func put() throws -> Response {
    var response = Response()
    response.cookies.append(
      Cookie(try request.query.required("n"), try request.query.required("v"))
    )
    return response
  }
}

/// Redirects.
struct RedirectHandler: RequestHandler {
  let request: Request

  func get() throws -> Response { .redirect(to: try request.query.required("to")) }

  func post() -> Response { .redirect(to: "/after", status: 303) }

  func put() -> Response { .redirect(to: "/moved", status: 301) }
}

/// Header fields: order, duplicates, and what is refused.
struct HeadersHandler: RequestHandler {
  let request: Request

  func get() -> Response {
    var response = Response("headers")
    response.headers.add("X-One", "1")
    response.headers.add("X-Two", "2")
    response.headers.add("x-one", "again")
    response.headers.set("X-Two", "second")
    response.headers.set("Content-Type", "text/css")
    response.headers.set("X-Latin", "caf\u{E9}")
    return response
  }

  func post() -> Response {
    let body = String(decoding: request.body, as: UTF8.self)
    let name = body.unicodeScalars.prefix { $0 != ":" }
    var response = Response("set")
    response.headers.set(
      String(name),
      String(body.unicodeScalars[name.endIndex...].dropFirst())
    )
    return response
  }

  func put() -> Response {
    let accept = request.header("accept") ?? "none"
    return Response("\(accept)|\(request.header("Content-Type") ?? "none")|\(request.remoteIP)")
  }
}

/// Every status.
struct StatusHandler: RequestHandler {
  let request: Request

  func get(status: Int) -> Response {
    Response("body", status: HTTPResponse.Status(code: status))
  }
}

/// Everything that goes wrong.
struct FailureHandler: RequestHandler {
  struct KeyError: Error {}

  let request: Request

  func get(kind: String) throws -> Response {
    switch kind {
    case "http": throw HTTPError(409)
    case "message": throw HTTPError(403, "not for you", headers: [("X-Why", "because")])
    case "unknown": throw HTTPError(599)
    case "header": throw HTTPError(503, headers: [("Retry-After", "a\r\nb")])
    case "error": throw KeyError()
    default: throw HTTPError(404)
    }
  }
}

/// Every method.
struct VerbHandler: RequestHandler {
  let request: Request

  func get() -> Response { Response("get") }

  func head() -> Response {
    var response = Response()
    response.headers.set("X-Head", "head")
    return response
  }

  func post() -> Response { Response("post") }

  func put() -> Response { Response("put") }

  func patch() -> Response { Response("patch") }

  func delete() -> Response { Response("delete") }

  func options() -> Response { Response("options") }
}

/// HTML.
struct PageHandler: RequestHandler {
  let request: Request

  func get() -> Response {
    let name = escaped(request.query["name"] ?? "")
    return Response(html: "<p title='\(name)'>\(name) at \(escaped(request.mount))</p>")
  }
}

/// Nothing at all.
struct EmptyHandler: RequestHandler {
  let request: Request

  func get() -> Response { Response() }
}
