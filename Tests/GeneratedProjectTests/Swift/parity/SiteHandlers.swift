// Handlers that are written twice, alike: here, and in `Python/swift-parity/site_handlers.py`. They
// send files, streams, dates, URLs, and what a client need not get again.

import FoundationEssentials

let siteRoutes = [
  Route("/site/file", get: SendHandler.get, post: SendHandler.get),
  Route("/site/stream", get: StreamHandler.get),
  Route("/site/version", get: VersionHandler.get, post: VersionHandler.get),
  Route("/site/date", get: DateHandler.get),
  Route("/site/static", get: StaticHandler.get),
  Route("/site/url", get: URLHandler.get),
  Route(
    "/site/next",
    get: NextHandler.get,
    post: NextHandler.get,
    put: NextHandler.get,
    delete: NextHandler.get
  ),
  Route("/site/prepared", get: PreparedHandler.get, post: PreparedHandler.get),
  Route("/site/items/{id}", get: ItemHandler.get, name: "item"),
  Route("/site/pairs/{one}/{two}.html", get: PairHandler.get, name: "pair"),
  Route("/site/all/{rest...}", get: RestHandler.get, name: "rest"),
  Route("/site/{page}", get: RestHandler.get, name: "page"),
]

/// A file, whole or a part of it.
struct SendHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    try .file(
      try request.query.required("path"),
      in: request.query["folder"],
      downloadName: request.query["name"] ?? "",
      contentType: request.query["type"] ?? ""
    )
  }
}

/// A body in pieces, which can fail.
struct StreamHandler: RequestHandler {
  struct Failure: Error {}

  let request: Request

  func get() throws -> Response {
    let failing = Int(try request.query.required("fails")) ?? 0
    var number = 0
    return Response(streaming: "text/plain; charset=utf-8") {
      number += 1
      if number == failing { throw Failure() }
      return number > 3 ? nil : Array("piece \(number)\n".utf8)
    }
  }
}

/// A page with a version.
struct VersionHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    var response = Response("the page")
    if let tag = request.query["tag"] { response.setETag(tag) }
    if let changed = request.query["changed"].flatMap(Double.init) {
      response.setLastModified(Date(timeIntervalSince1970: changed))
    }
    if let status = request.query["status"].flatMap({ Int($0) }) {
      response.status = HTTPResponse.Status(code: status)
    }
    response.headers.set("X-Same", request.isNotModified(response) ? "yes" : "no")
    response.cookies.append(Cookie("seen", "1"))
    return response
  }
}

/// Dates in JSON.
struct DateHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    let microseconds = Double(try request.query.required("at")) ?? 0
    let date = Date(timeIntervalSince1970: microseconds / 1e6)
    var response = try Response(json: [date])
    response.headers.set("X-Date", httpDate(date))
    return response
  }
}

/// The URL of a static file.
struct StaticHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    Response(try request.staticURL(try request.query.required("path")))
  }
}

/// The path of a route.
struct URLHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    let name = try request.query.required("name")
    let values = request.query.all("v")
    return switch values.count {
    case 0: Response(try request.url(for: name))
    case 1: Response(try request.url(for: name, values[0]))
    case 2: Response(try request.url(for: name, values[0], values[1]))
    default: Response(try request.url(for: name, values[0], values[1], values[2]))
    }
  }
}

/// A redirect whose status depends on the method.
struct NextHandler: RequestHandler {
  let request: Request

  func get() -> Response { .redirect(to: "/next?a=ä") }
}

/// What runs before the methods.
struct PreparedHandler: RequestHandler {
  struct Failure: Error {}

  let request: Request

  func prepare() throws -> Response? {
    switch request.query["do"] {
    case "redirect": return .redirect(to: "/login")
    case "error": throw HTTPError(403, "not you")
    case "fail": throw Failure()
    case "finish": return Response("finished early")
    default: return nil
    }
  }

  func get() -> Response { Response("the method ran") }
}
