// What the tests of servers, of memory and of the C interface ask for.

import Glibc

/// Says who answers.
struct HelloHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    try Response(json: ["worker": getpid()])
  }
}

/// Says what the path and the query hold.
struct CaptureHandler: RequestHandler {
  let request: Request

  func get(name: String, number: Int) -> Response {
    Response("\(name) \(number) \(request.query["x"] ?? "")")
  }
}

/// Sends the body back, byte for byte.
struct EchoHandler: RequestHandler {
  let request: Request

  func post() -> Response {
    Response(bytes: request.body, contentType: "application/octet-stream")
  }
}

/// Says how long the body is.
struct LengthHandler: RequestHandler {
  let request: Request

  func post() -> Response {
    Response(String(request.body.count))
  }
}

/// Sends as many bytes as the path says.
struct BytesHandler: RequestHandler {
  let request: Request

  func get(count: Int) -> Response {
    Response(bytes: Array(repeating: UInt8(ascii: "x"), count: count))
  }
}

/// Something to order.
struct Order: Codable {
  var name: String
  var count: Int
  var tags: [String]
}

/// Takes JSON, and gives it back with one more.
struct JSONHandler: RequestHandler {
  let request: Request

  func post() throws -> Response {
    var order = try request.json(Order.self)
    order.count += 1
    return try Response(json: order)
  }
}

/// Counts visits in a cookie.
struct CookieHandler: RequestHandler {
  let request: Request

  func get() -> Response {
    let visits = (request.cookie("visits").flatMap(Int.init) ?? 0) + 1
    var response = Response("\(visits)")
    response.cookies.append(Cookie("visits", "\(visits)", maxAge: 3600))
    return response
  }
}

/// Streams.
struct StreamHandler: RequestHandler {
  let request: Request

  /// Ten lines.
  func get() -> Response {
    var number = 0
    return Response(streaming: "text/plain") {
      number += 1
      return number <= 10 ? Array("line \(number)\n".utf8) : nil
    }
  }

  /// A line, and a second one when the file is there that the query names.
  func gate() -> Response {
    let file = request.query["file"] ?? ""
    var number = 0
    return Response(streaming: "text/plain") {
      number += 1
      switch number {
      case 1: return Array("first\n".utf8)
      case 2:
        while access(file, F_OK) != 0 { usleep(10_000) }
        return Array("second\n".utf8)
      default: return nil
      }
    }
  }

  /// Pieces without an end.
  func endless() -> Response {
    Response(streaming: "text/plain") { Array(repeating: UInt8(ascii: "x"), count: 60_000) }
  }

  /// A line, and then an error.
  func broken() -> Response {
    var isFirst = true
    return Response(streaming: "text/plain") {
      guard isFirst else { throw Failure() }
      isFirst = false
      return Array("first\n".utf8)
    }
  }
}

struct Failure: Error {}

/// Throws what is no answer.
struct FailingHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    request.writeToLog("about to fail")
    throw Failure()
  }
}

/// Does what ends a process, each in a way that the compiler cannot see coming.
struct ItemHandler: RequestHandler {
  let request: Request

  func get(kind: String) -> Response {
    let numbers = request.body.map(Int.init)
    switch kind {
    case "fatal": fatalError("this item is fatal")
    case "bounds": return Response("\(numbers[numbers.count + 3])")
    case "nil":
      // swift-format-ignore: NeverForceUnwrap
      return Response("\(numbers.first!)")
    case "recursion": return Response("\(descend(numbers.count).count)")
    case "division": return Response("\(7 / numbers.count)")
    default: return Response("no such end")
    }
  }

  /// Goes down until the stack is used up.
  private func descend(_ depth: Int) -> [Int] {
    guard depth < .max else { return [] }
    var deeper = descend(depth + 1)
    deeper.append(depth)
    return deeper
  }
}
