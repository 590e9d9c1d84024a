// Tests of what handlers in Swift stand on, beside what Python's handlers have as well.
//
// They are copied into a generated project called hello, and run there.

import Testing

@testable import Hello

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A handler whose answers are closures, for tests.
struct Example: RequestHandler {
  let request: Request
}

/// An application with one page.
func page(
  _ path: String = "/",
  _ respond: @escaping @Sendable (Request) throws -> Response
) -> Application {
  Application([
    Route(
      path,
      get: { (handler: Example) in { try respond(handler.request) } },
      post: { (handler: Example) in { try respond(handler.request) } },
      checksCSRF: false
    )
  ])
}

@Suite("Routes")
struct RouteTests {
  struct Text: RequestHandler {
    let request: Request

    func none() -> Response { Response("none") }
    func text(_ text: String) -> Response { Response("text \(text)") }
    func number(_ number: Int) -> Response { Response("number \(number)") }
    func half(_ number: Double) -> Response { Response("half \(number / 2)") }
    func yes(_ flag: Bool, _ letter: Character) -> Response { Response("\(flag) \(letter)") }
  }

  @Test(
    "hand captures over as the types of the parameters",
    arguments: [
      ("/half/5", "half 2.5"), ("/half/1e2", "half 50.0"), ("/yes/true/x", "true x"),
      ("/both/5", "number 5"), ("/both/five", "text five"),
    ]
  )
  func captures(target: String, text: String) {
    let application = Application([
      Route("/half/{number}", get: Text.half),
      Route("/yes/{flag}/{letter}", get: Text.yes),
      Route("/both/{number}", get: Text.number),
      Route("/both/{text}", get: Text.text),
    ])
    #expect(application.problems == [])
    #expect(request("GET", target, of: application).text == text)
  }

  @Test(
    "do not find what is no such type",
    arguments: [
      "/half/nan", "/half/inf", "/half/-infinity", "/half/1e400", "/half/", "/half/x",
      "/half/0x1p3", "/half/0X10", "/half/1%00", "/half/%201", "/half/1_0", "/half/1e", "/half/.",
    ]
  )
  func otherTypes(target: String) {
    let application = Application([Route("/half/{number}", get: Text.half)])
    #expect(request("GET", target, of: application).status == "404 Not Found")
  }

  @Test(
    "say what is wrong with them, and answer with 500 and a line in the log",
    arguments: [
      (Route("x", get: Text.none), "has to begin with a slash: write \"/x\""),
      (
        Route("/(?P<id>.*)", get: Text.none),
        "is no regular expression: write {name} instead of (?P<id>"
      ),
      (Route("/a/<id>", get: Text.none), "write {name} instead of <id>"),
      (Route("/:id/b", get: Text.none), "write {name} instead of :id"),
      (Route("/{a}", get: Text.none), "captures 1, and a method of Text takes 0"),
      (Route("/a", get: Text.text), "captures 0, and a method of Text takes 1"),
      (Route("/{a}/{b}", get: Text.text), "captures 2"),
      (Route("/{a", get: Text.none), "without its other half"),
      (Route("/a}", get: Text.none), "without its other half"),
      (Route("/{}", get: Text.text), "without a name"),
      (Route("/{...}", get: Text.text), "without a name"),
      (Route("/{a}{b}", get: Text.text), "twice in one segment"),
      (Route("/{a...}/b", get: Text.text), "captures all the rest"),
      (Route("/x{a...}", get: Text.text), "captures all the rest"),
    ]
  )
  func problems(route: Route, words: String) {
    let application = Application([Route("/good", get: Text.none), route])
    #expect(application.problems.count == 1)
    #expect(application.problems.first?.contains(words) == true)
    #expect(application.problems.first?.hasPrefix("HelloTests/WebTests.swift:") == true)
    let reply = request("GET", "/good", of: application)
    #expect(reply.status == "500 Internal Server Error")
    #expect(reply.log.contains(words))
  }

  @Test("say which row can never serve")
  func repeated() {
    let line = #line + 2
    let routes = [
      Route("/a/{x}", get: Text.text), Route("/a/{y}", post: Text.text),
      Route("/a/{z}", get: Text.number), Route("/b", get: Text.none), Route("/b/", get: Text.none),
    ]
    let problems = Application(routes).problems
    let words = "the route /a/{y} is there twice: put all methods of a path into one row"
    #expect(problems == ["HelloTests/WebTests.swift:\(line): \(words)"])
  }
}

/// Any JSON, for comparing.
private enum Tree: Encodable {
  case null, flag(Bool), number(Int), half(Double), text(String), list([Tree]), map([String: Tree])

  func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .null: try single.encodeNil()
    case .flag(let flag): try single.encode(flag)
    case .number(let number): try single.encode(number)
    case .half(let number): try single.encode(number)
    case .text(let text): try single.encode(text)
    case .list(let list): try single.encode(list)
    case .map(let map): try single.encode(map)
    }
  }

  static func random(_ depth: Int, _ chance: inout some RandomNumberGenerator) -> Tree {
    switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &chance) {
    case 0: return .null
    case 1: return .flag(.random(using: &chance))
    case 2: return .number(.random(in: .min ... .max, using: &chance))
    case 3:
      let exponent = Int.random(in: -300...300, using: &chance)
      return .half(
        Double(sign: .minus, exponent: exponent, significand: .random(in: 1..<2, using: &chance))
      )
    case 4:
      let scalars = (0..<Int.random(in: 0..<12, using: &chance)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0..<0x300, using: &chance))
      }
      return .text(String(String.UnicodeScalarView(scalars)))
    case 5, 6:
      return .list(
        (0..<Int.random(in: 0..<5, using: &chance)).map { _ in random(depth - 1, &chance) }
      )
    default:
      let pairs = (0..<Int.random(in: 0..<5, using: &chance)).map { number in
        ("k\"\(number)", random(depth - 1, &chance))
      }
      return .map(Dictionary(uniqueKeysWithValues: pairs))
    }
  }
}

/// The same numbers on each run.
private struct Chance: RandomNumberGenerator {
  var state: UInt64 = 1

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}

@Suite("JSON")
struct JSONTests {
  private static let foundation = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  /// Checks that a value is written as Foundation writes it.
  private func expectAsFoundation(
    _ value: some Encodable,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = String(decoding: try Self.foundation.encode(value), as: UTF8.self)
    let written = String(decoding: try json(value), as: UTF8.self)
    #expect(written == expected, sourceLocation: sourceLocation)
  }

  @Test("is what Foundation writes, for two thousand values by chance")
  func random() throws {
    var chance = Chance()
    for _ in 0..<2000 { try expectAsFoundation(Tree.random(4, &chance)) }
  }

  private class Base: Encodable {
    let a = 1
  }

  private final class Derived: Base {
    enum CodingKeys: CodingKey { case b, c, d, e }

    override func encode(to encoder: any Encoder) throws {
      try super.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      var list = container.nestedUnkeyedContainer(forKey: .b)
      try list.encode(1)
      var inner = list.nestedContainer(keyedBy: CodingKeys.self)
      try inner.encode("x", forKey: .c)
      var empty = list.nestedUnkeyedContainer()
      try empty.encodeNil()
      try list.encode(2)
      try container.encode(3 as UInt8, forKey: .c)
      try super.encode(to: container.superEncoder(forKey: .d))
      try container.encodeNil(forKey: .e)
    }
  }

  @Test("is what Foundation writes, for everything that Codable can do")
  func shapes() throws {
    struct Empty: Encodable {}
    struct Optionals: Encodable {
      let a: Int? = nil
      let b: [Int?] = [1, nil]
      let c: [String: Int?] = ["x": nil]
    }
    struct Special: Encodable {
      let data = Data([1, 2, 255])
      let url = URL(string: "https://example.com/a?b=c")
      let value = Decimal(string: "1.10")
    }
    try expectAsFoundation(Empty())
    try expectAsFoundation([Empty(), Empty()])
    try expectAsFoundation(Optionals())
    try expectAsFoundation(Special())
    try expectAsFoundation(Derived())
    try expectAsFoundation([[Derived()], []])
    try expectAsFoundation([1: "a", 10: "b", 2: "c"])
    try expectAsFoundation(["b": [1.0, 2.5, 1e20, 1e-7, -0.0], "a": []])
    try expectAsFoundation([Float(1.1), 3])
    try expectAsFoundation([UInt64.max])
    try expectAsFoundation("alone")
    try expectAsFoundation(Optional<Int>.none)
  }

  @Test("keeps the keys in the order in which the type has them")
  func order() throws {
    struct Pair: Encodable {
      let z = 1
      let a = "é/\u{7}\n"
    }
    #expect(String(decoding: try json(Pair()), as: UTF8.self) == #"{"z":1,"a":"é/\u0007\n"}"#)
  }

  @Test("has no infinity, and says where one is")
  func infinity() {
    struct Point: Encodable {
      let x: [Double] = [1, .infinity]
    }
    #expect {
      try json(Point())
    } throws: { error in
      guard case EncodingError.invalidValue(_, let context) = error else { return false }
      return context.codingPath.map(\.stringValue) == ["x", "Index 1"]
    }
    #expect(throws: EncodingError.self) { try json(Float.nan) }
  }
}

@Suite("Answers")
struct AnswerTests {
  @Test("a stream comes piece by piece, with a length where it is known", arguments: [nil, 9])
  func stream(length: Int?) {
    let application = page { _ in
      var left = 3
      return Response(streaming: "text/csv", length: length) {
        left -= 1
        return left < 0 ? nil : Array("a,\(left)".utf8)
      }
    }
    let reply = request("GET", "/", of: application)
    #expect(reply.text == "a,2a,1a,0")
    #expect(reply.isWhole && reply.log.isEmpty)
    #expect(reply.header("Content-Length") == length.map { "\($0)" })
    #expect(reply.header("Content-Type") == "text/csv")
    #expect(reply.header("X-Accel-Buffering") == "no")
    #expect(request("HEAD", "/", of: application).body.isEmpty)
  }

  @Test("a thrown redirect goes to a path of the application", arguments: ["", "/app"])
  func thrownRedirect(mount: String) {
    let application = page { _ in throw HTTPError.redirect(to: "/login?next=/ä") }
    let reply = request("POST", "/", of: application, mount: mount)
    #expect(reply.status == "303 See Other")
    #expect(reply.header("Location") == mount + "/login?next=/%C3%A4")
    #expect(reply.body.isEmpty && reply.log.isEmpty)
  }

  @Test("a page for errors knows the request, and keeps status and fields of the error")
  func errorPage() {
    let application = Application(
      [
        Route(
          "/",
          get: { (_: Example) in { throw HTTPError(429, headers: [("Retry-After", "5")]) } }
        )
      ],
      errorPage: { error, environment in
        environment["PATH_INFO"]?.hasPrefix("/api") == true
          ? Response(
            bytes: Array(#"{"error":\#(error.status)}"#.utf8),
            contentType: "application/json"
          )
          : Response(html: "<h1>\(escaped(error.message))</h1>", status: 200)
      }
    )
    let page = request("GET", "/", of: application)
    #expect(page.status == "429 Too Many Requests")
    #expect(page.header("Retry-After") == "5")
    #expect(page.text == "<h1>Too Many Requests</h1>")
    #expect(request("GET", "/api/x", of: application).text == #"{"error":404}"#)
  }

  @Test(
    "a text goes through a cookie and back",
    arguments: ["", "bob smith", "a+b;=\"ä\u{1F600}%"]
  )
  func cookieText(text: String) {
    let application = page { request in
      var response = Response(request.cookie("user").flatMap(percentDecoded) ?? "-")
      response.cookies.append(Cookie("user", percentEncoded(text)))
      return response
    }
    let set = request("GET", "/", of: application).header("Set-Cookie") ?? ""
    let sent = String(set.prefix { $0 != ";" })
    #expect(request("GET", "/", of: application, headers: ["Cookie": sent]).text == text)
  }

  @Test("no text of a client can pass for a line of the log")
  func log() {
    let application = page { request in
      request.writeToLog("saw \(request.query["q"] ?? "")")
      return Response()
    }
    let reply = request("GET", "/?q=%0A%0D%1B%E2%80%A8%E2%80%AEx", of: application)
    #expect(reply.log == #"saw \n\r\u{1B}\u{2028}\u{202E}x"# + "\n")
  }

  @Test("JSON is encoded and decoded as one likes")
  func json() {
    struct Visit: Codable {
      let at: Date
    }
    let application = page { request in
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      let encoder = JSONEncoder()
      encoder.dateEncodingStrategy = .iso8601
      return try Response(json: request.json(Visit.self, decoder: decoder), encoder: encoder)
    }
    let json = #"{"at":"2026-11-26T16:11:27Z"}"#
    let headers = ["Content-Type": "application/json"]
    let reply = request("POST", "/", of: application, headers: headers, body: Array(json.utf8))
    #expect(reply.text == json)
  }

  @Test(
    "JSON that does not fit is told apart from what is no JSON",
    arguments: [
      (#"{"n": 1, "kind": "c"}"#, "unexpected JSON: kind is not a value that it can have"),
      // Foundation makes no difference between these two.
      (#"{"n": 3.5}"#, "malformed JSON"), (#"{"n": 1, }}"#, "malformed JSON"),
      (#"{"n": "x"}"#, "unexpected JSON: n is of another type"),
      (#"{"m": 1}"#, "unexpected JSON: n is missing"), (#"{"n": 1"#, "malformed JSON"),
    ]
  )
  func otherJSON(body: String, words: String) {
    enum Kind: String, Decodable {
      case a, b
    }
    struct Number: Decodable {
      let n: Int
      let kind: Kind?
    }
    let application = page { request in Response("\(try request.json(Number.self).n)") }
    let headers = ["Content-Type": "application/json; charset=utf-8"]
    let reply = request("POST", "/", of: application, headers: headers, body: Array(body.utf8))
    #expect(reply.status == "400 Bad Request")
    #expect(reply.text == "400 \(words)\n")
  }
}
