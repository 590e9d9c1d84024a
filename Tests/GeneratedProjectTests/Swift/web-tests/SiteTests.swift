// Tests of files, dates, URLs, and of what runs before and after handlers.

import Synchronization
import Testing

@testable import Hello

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Dates")
struct DateTests {
  @Test("are written and read as header fields have them")
  func http() {
    let date = Date(timeIntervalSince1970: 784_111_777.9)
    #expect(httpDate(date) == "Sun, 06 Nov 1994 08:49:37 GMT")
    for text in [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    ] {
      #expect(seconds(ofHTTPDate: text) == 784_111_777)
    }
    for text in ["", "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT "] {
      #expect(seconds(ofHTTPDate: text) == nil)
    }
  }

  @Test("of 600 years are the same as before when they are read again")
  func manyDays() {
    for day in stride(from: -90_000, to: 130_000, by: 11) {
      let seconds = day * 86400 + 12345
      guard Hello.seconds(ofHTTPDate: httpDate(seconds: seconds)) != seconds else { continue }
      Issue.record("\(httpDate(seconds: seconds)) is another day")
      return
    }
  }

  @Test("are ISO 8601 in JSON, out and in")
  func iso() throws {
    struct Event: Codable { let at: Date }
    let event = Event(at: Date(timeIntervalSince1970: 784_111_777.5))
    let sent = try Response(json: event)
    #expect(sent.body.text == #"{"at":"1994-11-06T08:49:37.500000Z"}"#)
    #expect(throws: EncodingError.self) {
      try Response(json: Date(timeIntervalSince1970: 1e12))
    }
    let failing = page { _ in try Response(json: [Date(timeIntervalSince1970: .nan)]) }
    #expect(request("GET", "/", of: failing).log.contains("JSON has no such date"))

    let app = page { request in
      Response("\(try request.json(Event.self).at.timeIntervalSince1970)")
    }
    func read(_ json: String) -> Reply {
      request(
        "POST",
        "/",
        of: app,
        headers: ["Content-Type": "application/json"],
        body: Array(#"{"at": \#(json)}"#.utf8)
      )
    }
    #expect(read(#""1994-11-06T08:49:37.500000Z""#).text == "784111777.5")
    #expect(read(#""1994-11-06T09:49:37+01:00""#).text == "784111777.0")
    #expect(read("0").text == "978307200.0")
    for json in [
      "null", #""""#, #""1994-11-06""#, #""1994-11-06T08:49:37""#, #""1994-11-06T08:49:37.Z""#,
      #""1994-02-30T08:49:37Z""#, #""1994-11-06T08:49:37+1:00""#, #""1994-11-06T08:49:37Z ""#,
    ] {
      #expect(read(json).status == "400 Bad Request", "\(json)")
    }
  }
}

extension Response.Body {
  /// A whole body as text.
  fileprivate var text: String {
    if case .whole(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { "" }
  }
}

@Suite("What a client has already")
struct VersionTests {
  let app = page { _ in
    var response = Response("the page")
    response.setETag("1")
    return response
  }

  @Test("is not sent again")
  func current() {
    let first = request("GET", "/", of: app)
    #expect(first.header("ETag") == "\"1\"")
    let again = request("GET", "/", of: app, headers: ["If-None-Match": "W/\"1\""])
    #expect(again.status == "304 Not Modified")
    #expect(again.body.isEmpty)
    #expect(again.header("ETag") == "\"1\"")
    #expect(again.header("Content-Type") == nil)
    let other = request("GET", "/", of: app, headers: ["If-None-Match": "\"2\""])
    #expect(other.text == "the page")
    let post = request("POST", "/", of: app, headers: ["If-None-Match": "\"1\""])
    #expect(post.status == "200 OK")
  }
}

@Suite("Files")
struct FileTests {
  @Test("are sent whole and in parts")
  func parts() throws {
    let app = page { _ in try .file("Package.swift") }
    let whole = request("GET", "/", of: app)
    #expect(whole.status == "200 OK")
    #expect(whole.text.hasPrefix("// swift-tools-version"))
    #expect(whole.header("Content-Length") == "\(whole.body.count)")
    let part = request("GET", "/", of: app, headers: ["Range": "bytes=3-7"])
    #expect(part.status == "206 Partial Content")
    #expect(part.text == "swift")
    #expect(part.header("Content-Range") == "bytes 3-7/\(whole.body.count)")
    let end = request("GET", "/", of: app, headers: ["Range": "bytes=999999-"])
    #expect(end.status == "416 Range Not Satisfiable")
    let tag = try #require(whole.header("ETag"))
    let same = request("GET", "/", of: app, headers: ["If-None-Match": tag])
    #expect(same.status == "304 Not Modified")
  }

  @Test(
    "outside of their folder are not found",
    arguments: ["../Package.swift", "", "/", "./wsgi.py", ".hidden", "a\\b", "%00", "Hello/.."]
  )
  func outside(path: String) {
    let app = Application([
      Route("/{path...}", get: { (handler: Example) in { try .file($0, in: "Sources") } })
    ])
    #expect(request("GET", "/" + path, of: app).status == "404 Not Found")
    #expect(request("GET", "/Hello/Routes.swift", of: app).status == "200 OK")
  }

  @Test("have URLs that change with them")
  func urls() {
    let app = page { Response(try $0.staticURL($0.query["path"] ?? "")) }
    let url = request("GET", "/?path=hello.txt", of: app).text
    #expect(url.hasPrefix("/static/hello.txt?v="))
    #expect(url.utf8.count == "/static/hello.txt?v=".utf8.count + 12)
    let missing = request("GET", "/?path=n%20o.css", of: app)
    #expect(missing.text == "/static/n%20o.css")
    #expect(missing.log.contains("static_url: static/n o.css cannot be read: No such file"))
    #expect(request("GET", "/?path=../wsgi.py", of: app).status == "500 Internal Server Error")
  }
}

@Suite("Hooks")
struct HookTests {
  struct Prepared: RequestHandler {
    let request: Request

    func prepare() throws -> Response? { request.query["early"].map { Response($0) } }
    func get() -> Response { Response("get") }
  }

  @Test("of a handler run before each of its methods")
  func prepare() {
    let app = Application([Route("/", get: Prepared.get)])
    #expect(request("GET", "/", of: app).text == "get")
    #expect(request("GET", "/?early=yes", of: app).text == "yes")
    #expect(request("OPTIONS", "/?early=yes", of: app).text == "yes")
    #expect(request("DELETE", "/?early=yes", of: app).status == "405 Method Not Allowed")
  }

  @Test("of the application run after each response")
  func onFinish() {
    final class Seen: Sendable { let statuses = Mutex<[Int]>([]) }
    let seen = Seen()
    let app = Application(
      [Route("/", get: Prepared.get)],
      onFinish: { environment, status in seen.statuses.withLock { $0.append(status.code) } }
    )
    _ = request("GET", "/", of: app)
    _ = request("GET", "/nowhere", of: app)
    _ = request("FOO", "/", of: app)
    #expect(seen.statuses.withLock { $0 } == [200, 404, 501])
  }
}

@Suite("Paths of routes")
struct URLTests {
  @Test("are made from their names")
  func named() {
    let app = Application([
      Route(
        "/items/{id}",
        get: { (handler: Example) in
          { (id: Int) in
            Response(try handler.request.url(for: handler.request.query["name"] ?? "", id + 1))
          }
        },
        name: "item"
      )
    ])
    #expect(request("GET", "/items/4?name=item", of: app, mount: "/m").text == "/m/items/5")
    let unknown = request("GET", "/items/4?name=other", of: app)
    #expect(unknown.log.contains("no route has the name 'other'"))
    // Two slashes at the start would make it the URL of another site.
    let all = Application([
      Route(
        "/{rest...}",
        get: { (handler: Example) in
          { (rest: String) in Response(try handler.request.url(for: "all", "/" + rest)) }
        },
        name: "all"
      )
    ])
    #expect(request("GET", "/a/ä", of: all).text == "/%2Fa/%C3%A4")
    #expect(request("GET", "/a/..", of: all).log.contains("browsers shorten the path '//a/..'"))
    let twice = Application([
      Route("/a", get: HookTests.Prepared.get, name: "a"),
      Route("/b", get: HookTests.Prepared.get, name: "a"),
    ])
    let place = "HelloTests/SiteTests.swift:\(#line - 2)"
    #expect(twice.problems == ["\(place): two routes have the name 'a'"])
  }
}

@Suite("Streams")
struct StreamTests {
  struct Failure: Error {}

  @Test("that fail at once are errors, and later they break off; the log says where and why")
  func failing() {
    func app(failingAt number: Int) -> Application {
      page { _ in
        var count = 0
        return Response(streaming: "text/plain") {
          count += 1
          if count == number { throw Failure() }
          return count > 3 ? nil : Array("\(count)".utf8)
        }
      }
    }
    #expect(request("GET", "/", of: app(failingAt: 1)).status == "500 Internal Server Error")
    let broken = request("GET", "/", of: app(failingAt: 2))
    #expect(broken.status == "200 OK" && !broken.isWhole && broken.text == "1")
    let words = "Example.get failed: Failure: Failure() (the route is in HelloTests/"
    #expect(broken.log.contains("GET /\n    " + words))
    #expect(request("GET", "/", of: app(failingAt: 9)).text == "123")
  }

  @Test("can be sequences of texts")
  func sequence() {
    let app = page { _ in Response(streaming: "text/csv", (1...3).lazy.map { "\($0)\n" }) }
    #expect(request("GET", "/", of: app).text == "1\n2\n3\n")
  }
}
