// The routes of the tests of servers, of memory and of the C interface.

let routes = [
  Route("/", get: HelloHandler.get),
  Route("/capture/{name}/{number}", get: CaptureHandler.get),
  Route("/echo", post: EchoHandler.post, checksCSRF: false),
  Route("/length", post: LengthHandler.post, checksCSRF: false),
  Route("/bytes/{count}", get: BytesHandler.get),
  Route("/json", post: JSONHandler.post, checksCSRF: false),
  Route("/cookie", get: CookieHandler.get),
  Route("/stream", get: StreamHandler.get),
  Route("/gate", get: StreamHandler.gate),
  Route("/endless", get: StreamHandler.endless),
  Route("/broken", get: StreamHandler.broken),
  Route("/failing", get: FailingHandler.get),
  Route("/items/{kind}", get: ItemHandler.get),
  Route("/prices", post: PriceHandler.post, put: PriceHandler.put, checksCSRF: false),
  Route("/prices/{name}", get: PriceHandler.get),
  Route("/tree", post: TreeHandler.post, checksCSRF: false),
  Route("/letters/{letter}", get: LetterHandler.get),
  Route("/careless/{value}", get: CarelessHandler.get),
  Route("/declared/{declared}/{sent}", get: DeclaredHandler.get),
  Route("/far/{number}/{length}", get: FarHandler.get),
  Route("/wait", get: WaitHandler.get),
  Route("/unlimited", post: LengthHandler.post, maxBodySize: .max, checksCSRF: false),
  Route("/limited", post: LengthHandler.post, maxBodySize: 10, checksCSRF: false),
  Route("/negative", post: LengthHandler.post, maxBodySize: .min, checksCSRF: false),
]

let application = Application(routes, maxBodySize: 60 * 1024 * 1024, errorPage: errorPage)
