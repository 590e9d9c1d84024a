// The route table, and the application made from it.

let routes = [
  Route("/", get: MainHandler.get)
]

let application = Application(routes)
