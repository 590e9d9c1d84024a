// Handlers of forms and visitors that are written twice, alike: here, and in
// `Python/swift-parity/visitor_handlers.py`.

/// All that a form has, sorted by names.
struct UploadHandler: RequestHandler {
  let request: Request

  func post() throws -> Response {
    var text: [UInt8] = []
    let names = Set(try request.form.pairs.map { Array($0.name.utf8) })
    for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      for value in try request.form.all(String(decoding: name, as: UTF8.self)) {
        text += name + Array("=\(value)\n".utf8)
      }
    }
    for name in ["a", "b", ""] {
      for file in request.files(name) {
        text += Array("\(name): \(file.filename) \(file.contentType) \(file.size) ".utf8)
        text += try file.bytes() + Array("\n".utf8)
      }
    }
    text += Array("\(request.file("a")?.filename ?? "none") \(request.body.count)".utf8)
    return Response(bytes: text, contentType: "application/octet-stream")
  }
}

/// A form whose token is checked.
struct TokenHandler: RequestHandler {
  let request: Request

  func get() -> Response { Response(request.csrfField) }

  func post() throws -> Response { Response("done: \(try request.form["name"] ?? "none")") }
}

/// A signed cookie.
struct SignedHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    let value = try request.signedCookie("signed", as: [String].self)
    return Response(value.map { $0.joined(separator: "|") } ?? "none")
  }

  func put() throws -> Response {
    var response = Response()
    response.cookies.append(
      try Cookie(signed: "signed", request.query.all("v"), maxAge: 60, path: "/signed")
    )
    return response
  }
}

/// What the application remembers of a visitor.
struct SessionHandler: RequestHandler {
  let request: Request

  func get() -> Response {
    let messages = request.query["flash"] == nil ? [] : request.takeFlash()
    return Response("\(request.session["user"] ?? "nobody") \(messages.joined(separator: "|"))")
  }

  func put() throws -> Response {
    request.session["user"] = try request.query.required("user")
    if let message = request.query["flash"] { request.flash(message) }
    if let status = request.query["fail"] { throw HTTPError(409, status) }
    return .redirect(to: "/session", status: 303, flash: "Saved")
  }

  func delete() -> Response {
    request.session.removeAll()
    return Response(status: 204)
  }
}
