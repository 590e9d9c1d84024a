// The route table of the handlers that are written twice.

let routes = [
  Route("/", get: MainHandler.get),
  Route("/items/{id}", get: ItemHandler.get, put: ItemHandler.put, delete: ItemHandler.delete),
  Route("/pairs/{first}/to/{second}", get: PairHandler.get),
  Route("/pages/{name}.html", get: FileHandler.get),
  Route("/rest/{path...}", get: RestHandler.get),
  Route("/echo", post: EchoHandler.post, put: EchoHandler.put, checksCSRF: false),
  Route("/query", get: QueryHandler.get),
  Route(
    "/form",
    get: FormHandler.post,
    post: FormHandler.post,
    put: FormHandler.post,
    patch: FormHandler.post,
    delete: FormHandler.post,
    options: FormHandler.post,
    checksCSRF: false
  ),
  Route("/json", get: JSONHandler.get, post: JSONHandler.post, checksCSRF: false),
  Route(
    "/cookies",
    get: CookieHandler.get,
    post: CookieHandler.post,
    put: CookieHandler.put,
    delete: CookieHandler.delete,
    checksCSRF: false
  ),
  Route(
    "/redirect",
    get: RedirectHandler.get,
    post: RedirectHandler.post,
    put: RedirectHandler.put,
    checksCSRF: false
  ),
  Route(
    "/headers",
    get: HeadersHandler.get,
    post: HeadersHandler.post,
    put: HeadersHandler.put,
    checksCSRF: false
  ),
  Route("/status/{status}", get: StatusHandler.get),
  Route("/failures/{kind}", get: FailureHandler.get),
  Route(
    "/verbs",
    get: VerbHandler.get,
    head: VerbHandler.head,
    post: VerbHandler.post,
    put: VerbHandler.put,
    patch: VerbHandler.patch,
    delete: VerbHandler.delete,
    options: VerbHandler.options,
    checksCSRF: false
  ),
  Route("/page", get: PageHandler.get),
  Route("/empty", get: EmptyHandler.get),
  Route("/grüße", get: MainHandler.get),
  Route("/slash/", get: MainHandler.get),
  Route("/upload", post: UploadHandler.post, put: UploadHandler.post, checksCSRF: false),
  Route("/token", get: TokenHandler.get, post: TokenHandler.post),
  Route("/signed", get: SignedHandler.get, put: SignedHandler.put),
  Route(
    "/session",
    get: SessionHandler.get,
    put: SessionHandler.put,
    delete: SessionHandler.delete
  ),
]

let application = Application(routes + siteRoutes + htmlRoutes, maxBodySize: 60 * 1024 * 1024)
