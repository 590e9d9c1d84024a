// The routes of the tests of servers, of memory and of the C interface.

let routes = [
  Route("/", get: HelloHandler.get),
  Route("/capture/{name}/{number}", get: CaptureHandler.get),
  Route("/echo", post: EchoHandler.post),
  Route("/length", post: LengthHandler.post),
  Route("/bytes/{count}", get: BytesHandler.get),
  Route("/json", post: JSONHandler.post),
  Route("/cookie", get: CookieHandler.get),
  Route("/stream", get: StreamHandler.get),
  Route("/gate", get: StreamHandler.gate),
  Route("/endless", get: StreamHandler.endless),
  Route("/broken", get: StreamHandler.broken),
  Route("/failing", get: FailingHandler.get),
  Route("/items/{kind}", get: ItemHandler.get),
]

let application = Application(routes, maxBodySize: 60 * 1024 * 1024)
