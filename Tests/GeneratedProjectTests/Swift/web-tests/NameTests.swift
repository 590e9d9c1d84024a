// Tests of what surrounds handlers: what runs before and after them, and lists of what was sent.

import Testing

@testable import Hello

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#endif

/// Returns the processor time of this thread, in seconds.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

@Suite("Around handlers")
struct AroundTests {
  private static func application(
    before: Application.Before? = nil,
    after: Application.After? = nil
  ) -> Application {
    Application(
      [
        Route("/", get: { (_: Example) in { Response("page") } }),
        Route("/fails", get: { (_: Example) in { throw CancellationError() } }),
      ],
      before: before,
      after: after
    )
  }

  @Test("a function before the handlers can answer, and can refuse")
  func before() {
    let application = Self.application(before: { request in
      switch request.query["who"] {
      case nil: throw HTTPError(401, headers: [("WWW-Authenticate", "Basic")])
      case "guest": Response("for guests")
      default: nil
      }
    })
    #expect(request("GET", "/?who=me", of: application).text == "page")
    #expect(request("GET", "/?who=guest", of: application).text == "for guests")
    let refused = request("GET", "/", of: application)
    #expect(refused.status == "401 Unauthorized")
    #expect(refused.header("WWW-Authenticate") == "Basic")
    #expect(request("GET", "/nowhere", of: application).status == "404 Not Found")
  }

  @Test("a function after the handlers changes every response", arguments: ["/", "/fails", "/x"])
  func after(path: String) {
    let application = Self.application(after: { response, environment in
      response.headers.set("X-Path", environment["PATH_INFO"] ?? "")
    })
    #expect(request("GET", path, of: application).header("X-Path") == path)
  }

  @Test("a function after the handlers that fails is an error 500")
  func failingAfter() {
    let application = Self.application(after: { _, _ in throw CancellationError() })
    let reply = request("GET", "/", of: application)
    #expect(reply.text == "500 Internal Server Error\n")
    #expect(reply.log.contains("CancellationError"))
  }

  @Test("a route has its own limit for bodies")
  func limit() {
    let application = Application(
      [
        Route(
          "/small",
          post: { (_: Example) in { Response() } },
          maxBodySize: 3,
          checksCSRF: false
        ),
        Route("/", post: { (_: Example) in { Response() } }, checksCSRF: false),
      ],
      maxBodySize: 5
    )
    let body = Array("1234".utf8)
    #expect(request("POST", "/small", of: application, body: body).status.hasPrefix("413"))
    #expect(request("POST", "/", of: application, body: body).status.hasPrefix("200"))
    #expect(request("POST", "/", of: application, body: body + body).status.hasPrefix("413"))
  }
}

@Suite("Names of HTTP")
struct HTTPNameTests {
  @Test("a status is a number or a name")
  func status() {
    #expect(Response(status: .notFound).status == 404)
    #expect(Response(status: 404).status == HTTPResponse.Status(code: 404))
    #expect(HTTPError(.tooManyRequests).message == "Too Many Requests")
    #expect("\(HTTPError(418).status)" == "418")
    #expect(HTTPResponse.Status(code: 499).reasonPhrase == "Unknown")
    let application = page { _ in Response(status: HTTPResponse.Status(code: 600)) }
    #expect(request("GET", "/", of: application).status == "500 Internal Server Error")
    #expect(request("GET", "/", of: page { _ in throw HTTPError(.gone) }).text == "410 Gone\n")
  }

  @Test("header fields have names for reading, setting and removing")
  func fields() {
    let application = page { request in
      var response = Response(request.headers[.acceptLanguage] ?? "-")
      response.headers[.contentType] = "text/css"
      response.headers["x-content-type-options"] = nil
      response.headers.add("Vary", "a")
      response.headers.add("VARY", "b")
      return response
    }
    let reply = request("GET", "/", of: application, headers: ["Accept-Language": "de"])
    #expect(reply.text == "de")
    let sent = reply.headers.map { "\($0.name): \($0.value)" }
    #expect(sent == ["Content-Type: text/css", "Vary: a", "VARY: b", "Content-Length: 2"])
  }
}

@Suite("What a visitor sends")
struct VisitorTests {
  @Test("all cookies and header fields can be listed")
  func lists() {
    let application = page { request in
      let cookies = request.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
      let headers = request.headers.filter { $0.name.hasPrefix("x-") || $0.name == "content-type" }
      let names = headers.map { "\($0.name):\($0.value)" }.sorted().joined(separator: ",")
      return Response("\(cookies) \(names)")
    }
    let reply = request(
      "GET",
      "/",
      of: application,
      headers: ["Cookie": "a=1; b= \"2\" ;c; a=3", "X-Some-Name": "v", "Content-Type": "t/t"]
    )
    #expect(reply.text == "a=1,b=2,a=3 content-type:t/t,x-some-name:v")
  }

  @Test("a cookie for all sites is always secure")
  func sameSite() {
    let application = page { _ in
      var response = Response()
      response.cookies.append(Cookie("a", "1", isSecure: false, sameSite: .none))
      return response
    }
    let cookie = request("GET", "/", of: application).header("Set-Cookie")
    #expect(cookie == "a=1; Path=/; SameSite=None; Secure; HttpOnly")
  }

  @Test("texts are compared by their bytes")
  func bytes() {
    let application = page { request in
      Response("\(request.query["\u{E9}"] ?? "-") \(request.query["e\u{301}"] ?? "-")")
    }
    #expect(request("GET", "/?%C3%A9=1", of: application).text == "1 -")
    #expect(request("GET", "/?e%CC%81=1", of: application).text == "- 1")
  }

  @Test(
    "a text has at most 30 combining marks in a row",
    arguments: [(30, "200 OK"), (31, "400 Bad Request")]
  )
  func marks(count: Int, status: String) {
    let marks = String(repeating: "%CC%81", count: count)
    let text = Array(String(repeating: "\u{301}", count: count).utf8)
    let form = ["Content-Type": "application/x-www-form-urlencoded"]
    let application = page { request in
      Response("\(try request.form.pairs.count) \(try request.text().utf8.count)")
    }
    #expect(request("POST", "/", of: application, body: text).status == status)
    #expect(request("GET", "/?q=\(marks)", of: application).status == status)
    let body = Array("q=\(marks)".utf8)
    #expect(request("POST", "/", of: application, headers: form, body: body).status == status)
    let decoded = percentDecoded("a\(marks)")
    #expect((decoded == nil) == (count > 30))
  }

  @Test("what a decoder of one's own reads as JSON5 has the same limits")
  func json5() {
    let application = page { request in
      let decoder = JSONDecoder()
      decoder.allowsJSON5 = true
      return Response("\(try request.json([String: [Int]].self, decoder: decoder).count)")
    }
    let headers = ["Content-Type": "application/json"]
    for (body, text) in [
      ("{a: [1], /* '[ */ 'b': [2,], // [[\n}", "2"),
      ("{'\"': " + String(repeating: "[", count: 99), "400 malformed JSON: it has more than 64"),
      ("{/*/" + String(repeating: "[", count: 99), "400 malformed JSON\n"),
      ("{// '\n" + String(repeating: "[", count: 99), "400 malformed JSON: it has more than 64"),
    ] {
      let reply = request("POST", "/", of: application, headers: headers, body: Array(body.utf8))
      #expect(reply.text.hasPrefix(text), "\(body)")
    }
  }
}
