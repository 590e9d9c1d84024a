// Handlers for visitors who mean harm: what they send is looked up, compared and decoded.

import Glibc

/// Looks up and compares what the visitor sends, as handlers do.
struct PriceHandler: RequestHandler {
  static let prices = ["cake": 4, "tea": 3]

  let request: Request

  func get(name: String) throws -> Response {
    guard let price = Self.prices[name] else { throw HTTPError(404) }
    return Response("\(price)")
  }

  /// Takes the product from a form, from the query, a cookie or a header field.
  func post() throws -> Response {
    let texts = [
      try request.form["product"], request.query["product"], request.cookie("product"),
      request.header("X-Product"), try? request.text(),
    ]
    let known = texts.compactMap { $0 }.filter { text in
      switch text {
      case "cake", "nothing": true
      default: Self.prices[text] != nil || Set(request.cookies.map(\.name)).contains(text)
      }
    }
    return Response("\(known.count) \(request.headers.map(\.name).sorted().count)")
  }

  /// Takes the products from JSON.
  func put() throws -> Response {
    let products = try request.json([String: Int].self)
    return Response("\(products.keys.filter { Self.prices[$0] != nil }.count)")
  }
}

/// Any JSON, tried one type after the other.
enum Tree: Decodable {
  case text(String), number(Double), list([Tree]), map([String: Tree])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let list = try? container.decode([Tree].self) {
      self = .list(list)
    } else {
      self = .map(try container.decode([String: Tree].self))
    }
  }

  var depth: Int {
    switch self {
    case .text, .number: 0
    case .list(let list): 1 + (list.map(\.depth).max() ?? 0)
    case .map(let map): 1 + (map.values.map(\.depth).max() ?? 0)
    }
  }
}

/// Says how deep JSON is.
struct TreeHandler: RequestHandler {
  let request: Request

  func post() throws -> Response { Response("\(try request.json(Tree.self).depth)") }
}

/// Takes one letter from the path.
struct LetterHandler: RequestHandler {
  let request: Request

  func get(letter: Character) -> Response { Response("\(letter)") }
}

/// A type whose own initialiser traps.
struct Careless: PathValue {
  let number: Int

  init?(pathText text: String) {
    // swift-format-ignore: NeverForceUnwrap
    number = Int(text)!
  }
}

/// Takes a type of its own from the path.
struct CarelessHandler: RequestHandler {
  let request: Request

  func get(value: Careless) -> Response { Response("\(value.number)") }
}

/// Streams that say how long they are, truly or not.
struct DeclaredHandler: RequestHandler {
  let request: Request

  func get(declared: Int, sent: Int) -> Response {
    var left = sent
    return Response(streaming: "text/plain", length: declared) {
      left -= 1
      return left < 0 ? nil : [UInt8(ascii: "x")]
    }
  }
}

/// A redirect to a long URL, each to another one.
struct FarHandler: RequestHandler {
  let request: Request

  func get(number: Int, length: Int) -> Response {
    .redirect(to: "/\(number)/" + String(repeating: "x", count: length))
  }
}

/// Waits until a signal comes.
struct WaitHandler: RequestHandler {
  let request: Request

  func get() -> Response {
    sleep(20)
    return Response("nothing came")
  }
}

/// The error page, which can trap, too.
@Sendable func errorPage(_ error: HTTPError, _ environment: Environment) -> Response {
  if environment["QUERY_STRING"] == "trap" { fatalError("this page is fatal") }
  return Response("\(error.status) \(error.message)\n")
}
