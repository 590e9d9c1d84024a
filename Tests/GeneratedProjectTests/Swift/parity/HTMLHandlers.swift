// Handlers that are written twice, alike: here, and in `Python/swift-parity/html_handlers.py`. They
// make pages of templates.

let htmlRoutes = [
  Route("/html/file", get: RenderHandler.get, post: RenderHandler.get),
  Route("/html/text", get: HTMLHandler.get),
  Route("/html/plain", get: PlainHTMLHandler.get),
]

/// The values of the pages.
func values(_ name: String) -> [String: any Encodable] {
  struct Row: Encodable {
    let a: Int
    let b: String
    let c: Bool?
  }
  return [
    "name": name, "n": 42, "half": 0.5, "whole": 2.0, "large": 1e20, "small": 1e-7, "yes": true,
    "no": false, "nothing": String?.none, "empty": [String](), "blank": "",
    "items": ["a", "<&>", "'\""], "numbers": [1, 2, 3],
    "person": ["first": "Ada", "last": "<L>"],
    "rows": [Row(a: 1, b: "x", c: true), Row(a: 2, b: "<y>", c: nil)],
    "nested": [[1, 2], [], [3]],
  ]
}

/// A file of the folder `templates/`.
struct RenderHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    let page = try request.query.required("page")
    return try request.render(page, values(request.query["name"] ?? "World"))
  }
}

/// A template in the code.
struct HTMLHandler: RequestHandler {
  let request: Request

  func get() throws -> Response {
    let text = try request.query.required("text")
    return Response(html: text, values(request.query["name"] ?? "World"))
  }
}

/// HTML without values.
struct PlainHTMLHandler: RequestHandler {
  let request: Request

  func get() throws -> Response { Response(html: try request.query.required("text")) }
}
