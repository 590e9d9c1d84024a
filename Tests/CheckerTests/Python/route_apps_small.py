"""Apps with routes of every kind, on the smaller frameworks, for test_routes.py."""

from __future__ import annotations

TORNADO = """
import tornado.web
from tornado_wsgi import WSGIAdapter


class Main(tornado.web.RequestHandler):
    def get(self, *groups):
        self.write("x")


class Write(tornado.web.RequestHandler):
    def post(self):
        self.write("x")


app = tornado.web.Application(
    [
        (r"/", Main),
        (r"/a\\.b", Main),
        (r"/items/([0-9]+)", Main),
        (r"/write", Write),
        (r"/old", tornado.web.RedirectHandler, {"url": "/"}),
        (r"/nested", tornado.web.Application([(r"/nested", Main)])),
    ]
)
app.add_handlers(r"example\\.com", [(r"/there", Main)])
app.add_handlers(r".*", [(r"/hosts", Main)])
application = WSGIAdapter(app)
"""

OWN = """
from web import Application, RequestHandler


class Main(RequestHandler):
    def get(self, **groups):
        self.write("x")


class Write(RequestHandler):
    def post(self, **groups):
        self.write("x")


application = Application(
    [
        (r"/", Main),
        (r"/items/new", Main),
        (r"/items/(?P<id>\\w+)", Main),
        (r"/write", Write),
        (r"/notes/(?P<id>\\w+)", Write),
        (r"/notes/late", Main),
    ]
)
"""

CHERRYPY = """
import cherrypy

cherrypy.config.update({"environment": "embedded"})


class Sub:
    @cherrypy.expose
    def index(self):
        return "x"

    @cherrypy.expose
    def below(self):
        return "x"


class Root:
    sub = Sub()
    note = "text"

    @cherrypy.expose
    def index(self):
        return "x"

    @cherrypy.expose
    def optional(self, name="x"):
        return name

    @cherrypy.expose
    def required(self, name):
        return name

    @cherrypy.expose
    def default(self, *names):
        return "x"

    def hidden(self):
        return "x"


"""

WEBPY = """
import web


class page:
    def GET(self, *groups):
        return "x"


class write:
    def POST(self):
        return "x"


blog = web.application(("/new", "page", "/(.*)", "page"), {"page": page})
urls = ("/", "page", "/about", page, "/write", "write", "/n/(.*)", "page")
urls += ("/blog", blog)
application = web.application(urls, {"page": page, "write": write}).wsgifunc()
"""

FALCON = """
import falcon


class Page:
    def on_get(self, request, response, **given):
        response.text = "x"


class Write:
    def on_post(self, request, response):
        response.text = "x"


application = falcon.App()
for path in ("/", "/items", "/items/{id:int}", "/items/new", "/items/{id:int}/x"):
    application.add_route(path, Page())
application.add_route("/write", Write())
"""

PYRAMID = """
from pyramid.config import Configurator
from pyramid.response import Response

with Configurator() as config:
    for name, path in (("home", "/"), ("items", "items"), ("item", "/items/{id}")):
        config.add_route(name, path)
        config.add_view(lambda request: Response("x"), route_name=name)
    config.add_route("write", "/write")
    config.add_view(
        lambda request: Response("x"), route_name="write", request_method="POST"
    )
    application = config.make_wsgi_app()
"""
