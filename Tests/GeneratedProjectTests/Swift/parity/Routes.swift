// The route table of the handlers that are written twice.

let routes = [
  Route("/", get: MainHandler.get),
  Route("/items/{id}", get: ItemHandler.get, put: ItemHandler.put, delete: ItemHandler.delete),
  Route("/pairs/{first}/to/{second}", get: PairHandler.get),
  Route("/pages/{name}.html", get: FileHandler.get),
  Route("/rest/{path...}", get: RestHandler.get),
  Route("/echo", post: EchoHandler.post, put: EchoHandler.put),
  Route("/query", get: QueryHandler.get),
  Route(
    "/form",
    get: FormHandler.post,
    post: FormHandler.post,
    put: FormHandler.post,
    patch: FormHandler.post,
    delete: FormHandler.post,
    options: FormHandler.post
  ),
  Route("/json", get: JSONHandler.get, post: JSONHandler.post),
  Route(
    "/cookies",
    get: CookieHandler.get,
    post: CookieHandler.post,
    put: CookieHandler.put,
    delete: CookieHandler.delete
  ),
  Route(
    "/redirect",
    get: RedirectHandler.get,
    post: RedirectHandler.post,
    put: RedirectHandler.put
  ),
  Route("/headers", get: HeadersHandler.get, post: HeadersHandler.post, put: HeadersHandler.put),
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
    options: VerbHandler.options
  ),
  Route("/page", get: PageHandler.get),
  Route("/empty", get: EmptyHandler.get),
  Route("/grüße", get: MainHandler.get),
  Route("/slash/", get: MainHandler.get),
]

let application = Application(routes + siteRoutes + htmlRoutes, maxBodySize: 60 * 1024 * 1024)
