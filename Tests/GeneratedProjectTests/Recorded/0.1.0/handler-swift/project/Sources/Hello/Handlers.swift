// The request handlers: one type for each kind of page.

/// The front page.
struct MainHandler: RequestHandler {
  let request: Request

  /// Greets the visitor.
  func get() -> Response {
    Response("Hello from handler")
  }
}
