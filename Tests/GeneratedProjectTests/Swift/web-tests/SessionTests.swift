// Tests of sessions, messages for the next page, and the token that forms send.

import Testing

@testable import Hello

/// A visitor's browser, with cookies and one application.
private struct Browser {
  let application: Application
  private(set) var cookies: [String: String] = [:]

  init(_ respond: @escaping @Sendable (Request) throws -> Response) {
    application = Application([
      Route(
        "/{page}",
        get: { (handler: Example) in { (_: String) in try respond(handler.request) } },
        post: { (handler: Example) in { (_: String) in try respond(handler.request) } }
      )
    ])
  }

  mutating func visit(
    _ method: String,
    _ target: String,
    _ headers: [String: String] = [:],
    body: String = ""
  ) -> Reply {
    var headers = headers
    headers["Cookie"] = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
    let reply = request(
      method,
      target,
      of: application,
      headers: headers,
      body: Array(body.utf8)
    )
    for (name, value) in reply.headers where name == "Set-Cookie" {
      let pair = value.prefix { $0 != ";" }.split(
        separator: "=",
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      cookies[String(pair[0])] = value.contains("Max-Age=0") ? nil : String(pair[1])
    }
    return reply
  }
}

@Suite("Sessions")
struct SessionTests {
  @Test(
    "shorten messages that are too large, and leave out the oldest of many",
    arguments: [("x", 3000), ("\"", 100_000), ("\u{20AC}", 3000), ("\u{1F600}", 2000)]
  )
  func largeMessages(character: String, count: Int) {
    let text = String(repeating: character, count: count)
    var browser = Browser { request in
      switch request.path {
      case "/large": return .redirect(to: "/show", status: .seeOther, flash: text)
      case "/small":
        request.flash("Saved")
        return Response()
      default: return Response(request.takeFlash().joined(separator: "|"))
      }
    }
    #expect(browser.visit("GET", "/large").status == "303 See Other")
    #expect(browser.visit("GET", "/small").status == "200 OK")
    let shown = browser.visit("GET", "/show").text
    #expect(shown.hasPrefix(text.prefix(100)))
    #expect(shown.hasSuffix("\u{2026}|Saved"))
    for _ in 1...400 { #expect(browser.visit("GET", "/small").status == "200 OK") }
    #expect(browser.visit("GET", "/show").text.split(separator: "|").count > 100)
  }

  private func cookies(_ reply: Reply) -> [String] {
    reply.headers.filter { $0.name == "Set-Cookie" }.map(\.value)
  }

  private func browser() -> Browser {
    Browser { request in
      switch request.path {
      case "/in":
        request.session["user"] = "ann"
        request.session["cart", as: [Int].self] = [4, 2]
        request.session["ratio", as: Double.self] = 0.5
      case "/same": request.session["user"] = request.session["user"]
      case "/out": request.session.removeAll()
      case "/leave":
        request.session["user"] = "bob"
        throw HTTPError.redirect(to: "/who")
      case "/fail":
        request.session["user"] = "eve"
        throw HTTPError(409)
      case "/nan": request.session["x", as: Double.self] = .nan
      case "/large": request.session["x"] = String(repeating: "x", count: 4000)
      case "/plain": return Response("plain")
      default: break
      }
      let session = request.session
      let cart = session["cart", as: [Int].self] ?? []
      let wrong = session["cart"] ?? session["user", as: Int.self].map(String.init) ?? "-"
      return Response("\(session["user"] ?? "nobody") \(cart) \(wrong) \(session.isEmpty)")
    }
  }

  @Test("last from one request to the next, until they are emptied")
  func whole() {
    var browser = browser()
    let first = browser.visit("GET", "/who")
    #expect(first.text == "nobody [] - true")
    #expect(cookies(first).isEmpty)
    #expect(first.header("Vary") == "Cookie")
    let login = browser.visit("GET", "/in")
    #expect(login.text == "ann [4, 2] - false")
    #expect(cookies(login).count == 1)
    #expect(
      cookies(login)[0].hasSuffix("; Path=/; SameSite=Lax; Max-Age=1209600; HttpOnly")
    )
    #expect(browser.visit("GET", "/who").text == "ann [4, 2] - false")
    // Nothing changed, so there is nothing to save.
    #expect(cookies(browser.visit("GET", "/who")).isEmpty)
    #expect(cookies(browser.visit("GET", "/same")).isEmpty)
    let plain = browser.visit("GET", "/plain")
    #expect(cookies(plain).isEmpty && plain.header("Vary") == nil)
    let logout = browser.visit("GET", "/out")
    #expect(cookies(logout) == ["session=; Path=/; SameSite=Lax; Max-Age=0; HttpOnly"])
    #expect(browser.visit("GET", "/who").text == "nobody [] - true")
    #expect(cookies(browser.visit("GET", "/out")).isEmpty)
  }

  @Test("keep their changes with a redirect, and lose them with an error")
  func errors() {
    var browser = browser()
    #expect(cookies(browser.visit("GET", "/leave")).count == 1)
    let failed = browser.visit("GET", "/fail")
    #expect(failed.status == "409 Conflict" && cookies(failed).isEmpty)
    #expect(browser.visit("GET", "/who").text == "bob [] - false")
  }

  @Test("cannot have a value that JSON does not allow, or too many values")
  func refused() {
    var browser = browser()
    let nan = browser.visit("GET", "/nan")
    #expect(nan.status == "500 Internal Server Error" && nan.log.contains("JSON has no nan"))
    let large = browser.visit("GET", "/large")
    #expect(large.status == "500 Internal Server Error")
    #expect(large.log.contains("the session has "))
    #expect(large.log.contains("only its key in the session"))
  }

  @Test(
    "are empty if the cookie is not one of ours",
    arguments: ["", "x", "e30.9.x", "e30.99999999999999999999.x", "\u{FF}\u{0}.1.2", "...."]
  )
  func foreign(cookie: String) {
    let reply = request(
      "GET",
      "/who",
      of: browser().application,
      headers: ["Cookie": "session=\(cookie)"]
    )
    #expect(reply.text == "nobody [] - true")
  }

  @Test("keep what another program has put there")
  func others() throws {
    let json = "{\"cart\":[4],\"other\":{\"a\":[1,2.5,null,true,\"ä\"]},\"user\":\"ann\"}"
    let keys = try SecretKeys.current.keys
    func text(_ json: String) -> String {
      SignedText(payload: base64URL(Array(json.utf8)), expires: SignedText.latest)
        .signed(for: "session", keys[0])
    }
    let reply = request(
      "GET",
      "/leave",
      of: browser().application,
      headers: ["Cookie": "session=\(text(json))"]
    )
    let cookie = try #require(cookies(reply).first).dropFirst("session=".count).prefix { $0 != "." }
    let saved = try #require(bytes(base64URL: Array(cookie.utf8)))
    #expect(
      String(decoding: saved, as: UTF8.self) == json.replacing("\"ann\"", with: "\"bob\"")
    )
    // A cookie that is signed, and no session.
    for json in ["[1]", "1", "null", "{", "{\"_flash\":1,\"user\":1}"] {
      let headers = ["Cookie": "session=\(text(json))"]
      let reply = request("GET", "/who", of: browser().application, headers: headers)
      #expect(reply.text.hasPrefix("nobody"))
    }
  }

  @Test("keep messages for the next page")
  func messages() {
    var browser = Browser { request in
      if request.path == "/save" { request.flash("first") }
      if request.path == "/show" { return Response(request.takeFlash().joined(separator: ", ")) }
      return .redirect(to: "/show", status: .seeOther, flash: "Saved <it>")
    }
    #expect(browser.visit("GET", "/save").header("Location") == "/show")
    #expect(browser.visit("GET", "/show").text == "first, Saved <it>")
    #expect(browser.visit("GET", "/show").text == "")
    #expect(browser.cookies == [:])
  }
}

@Suite("Forms")
struct CSRFTests {
  private let form = ["Content-Type": "application/x-www-form-urlencoded"]
  private static let zeros = String(repeating: "0", count: 64)

  private func browser() -> Browser {
    Browser { request in
      if request.method == "POST" { return Response("done") }
      return Response(request.path == "/form" ? "\(request.csrfToken) \(request.csrfField)" : "")
    }
  }

  @Test("are accepted with the token of their page, and with no other one")
  func whole() throws {
    var browser = browser()
    #expect(browser.visit("GET", "/none").header("Set-Cookie") == nil)
    let page = browser.visit("GET", "/form")
    #expect(page.header("Vary") == "Cookie")
    let cookie = try #require(browser.cookies["_csrf"])
    #expect(cookie.utf8.count == 32)
    #expect(
      page.header("Set-Cookie") == "_csrf=\(cookie); Path=/; SameSite=Lax; HttpOnly"
    )
    let token = String(page.text.prefix { $0 != " " })
    #expect(
      page.text.hasSuffix(
        "<input type=\"hidden\" name=\"_csrf\" value=\"\(page.text.suffix(66).prefix(64))\">"
      )
    )
    #expect(!page.text.hasSuffix("\(token)\">"), "the mask is another one each time")
    #expect(browser.visit("POST", "/x", form, body: "_csrf=\(token)").text == "done")
    #expect(browser.visit("POST", "/x", form, body: "_csrf=1&_csrf=\(token)").text == "done")
    #expect(browser.visit("POST", "/x", form, body: "_csrf=\(token)&_csrf=1").text != "done")
    #expect(browser.visit("POST", "/x", ["X-CSRF-Token": token]).text == "done")
    let wrong = ["X-CSRF-Token": "1", "Content-Type": "application/x-www-form-urlencoded"]
    #expect(browser.visit("POST", "/x", wrong, body: "_csrf=\(token)").text != "done")
    let multipart = ["Content-Type": "multipart/form-data; boundary=B"]
    let body = part("name=_csrf", token) + "--B--"
    #expect(browser.visit("POST", "/x", multipart, body: body).text == "done")
    // The same cookie again: the page sets none.
    #expect(browser.visit("GET", "/form").header("Set-Cookie") == nil)
    for other in [
      "", "0", Self.zeros, token.uppercased() + "A", String(token.dropLast()), token + "0",
      String(token.reversed()), " " + token, token.replacing("a", with: "g"),
      String(repeating: "\u{FF10}", count: 64),
    ] where other != token {
      let reply = browser.visit("POST", "/x", form, body: "_csrf=\(percentEncoded(other))")
      #expect(reply.status == "403 Forbidden")
      #expect(
        reply.text
          == "403 the form's token is missing or wrong: allow cookies, open the page again,"
          + " and send the form again\n"
      )
    }
  }

  @Test(
    "need a valid cookie",
    arguments: [
      nil, "", "0", zeros, String(zeros.dropLast(31)), String(repeating: "g", count: 32),
      String(repeating: "A", count: 32),
    ]
  )
  func cookies(cookie: String?) {
    var headers = ["X-CSRF-Token": Self.zeros]
    headers["Cookie"] = "_csrf=" + String(Self.zeros.prefix(32))
    #expect(request("POST", "/x", of: browser().application, headers: headers).text == "done")
    headers["Cookie"] = cookie.map { "_csrf=\($0)" }
    #expect(
      request("POST", "/x", of: browser().application, headers: headers).status == "403 Forbidden"
    )
    // A page replaces it.
    #expect(
      request("GET", "/form", of: browser().application, headers: headers).header("Set-Cookie")
        != nil
    )
  }

  @Test(
    "are what a page of another site can send",
    arguments: [
      (nil, false), ("", false), (" ; x", false), ("text/plain; charset=utf-8", false),
      ("TEXT/PLAIN", false), ("application/x-www-form-urlencoded;", false),
      ("application/json", true), ("text/plainer", true), ("application/octet-stream", true),
      ("x", true), ("multipart/mixed", true),
    ]
  )
  func types(type: String?, isAccepted: Bool) {
    var headers: [String: String] = [:]
    headers["Content-Type"] = type
    for body in ["", "x"] {
      let reply = request(
        "POST",
        "/x",
        of: browser().application,
        headers: headers,
        body: Array(body.utf8)
      )
      #expect(reply.status == (isAccepted ? "200 OK" : "403 Forbidden"))
    }
    #expect(request("GET", "/form", of: browser().application, headers: headers).status == "200 OK")
  }

  @Test("are sent by tests, too")
  func tests() {
    let application = Application([
      Route(
        "/form",
        post: { (handler: Example) in
          {
            Response(try handler.request.form.pairs.map { "\($0.name)=\($0.value)" }.joined())
          }
        }
      )
    ])
    #expect(postForm("/form", [("a b", "&ä"), ("c", "")], to: application).text == "a b=&äc=")
  }

  @Test("need no token if the route says so, and are checked before what runs before handlers")
  func order() {
    let routes = [
      Route("/hook", post: { (_: Example) in { Response("hook") } }, checksCSRF: false),
      Route("/form", post: { (_: Example) in { Response("form") } }),
    ]
    let application = Application(routes, before: { _ in Response("before") })
    #expect(request("POST", "/hook", of: application).text == "before")
    #expect(request("POST", "/form", of: application).status == "403 Forbidden")
    let malformed = request(
      "POST",
      "/form",
      of: application,
      headers: form,
      body: Array("%".utf8)
    )
    #expect(malformed.status == "400 Bad Request")
  }
}

@Suite("Pages for a visitor")
struct VisitorPageTests {
  @Test("have the token and the messages, only if they use them")
  func values() {
    let application = page { request in
      request.flash("<b>")
      return Response(html: request.query["t"] ?? "", ["other": 1])
    }
    let plain = request("GET", "/?t=%7B%7Bother%7D%7D", of: application)
    #expect(plain.text == "1")
    #expect(plain.headers.filter { $0.name == "Set-Cookie" }.count == 1)
    let flash = request(
      "GET",
      "/?t=%7B%7B%23flash%7D%7D%7B%7B.%7D%7D%7B%7B/flash%7D%7D",
      of: application
    )
    #expect(flash.text == "&lt;b&gt;")
    #expect(flash.header("Set-Cookie") == nil)
    let form = request(
      "GET",
      "/?t=%7B%7B%7Bcsrf_field%7D%7D%7D%7B%7Bcsrf_token%7D%7D",
      of: application
    )
    #expect(form.text.hasPrefix("<input type=\"hidden\" name=\"_csrf\" value=\""))
    #expect(form.header("Set-Cookie")?.hasPrefix("_csrf=") == true)
  }
}
