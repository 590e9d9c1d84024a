// The route table and the application.

let routes = [
  Route("/", get: MainHandler.get)
]

let application = Application(routes)
