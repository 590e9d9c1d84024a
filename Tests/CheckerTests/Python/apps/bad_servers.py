"""Bad apps that serve, or bind an address, at import."""

from __future__ import annotations

from apps.definition import app
from apps.sources import (
    CHERRYPY,
    DASH,
    DJANGO,
    DJANGO_WSGI,
    FLASK,
    PATH,
    PLAIN,
    TORNADO,
    WEBPY,
)

BAD_SERVERS = (
    app(
        "serve_forever",
        "",
        "from wsgiref.simple_server import make_server\n"
        + PLAIN
        + """
server = make_server("", 8000, application)  # <- server-start
server.serve_forever()  # <- server-start
""",
    ),
    app(
        "serve in a function that is called",
        "",
        "import http.server as h\n"
        + PLAIN
        + """
def main():
    make = h.HTTPServer
    with make(("", 8000), None) as server:  # <- server-start
        server.serve_forever()  # <- server-start


main()
""",
    ),
    app(
        "serve in another file",
        "",
        {
            "wsgi.py": PATH + "from web_app import application\n",
            "web_app.py": PLAIN
            + "import socketserver\n"
            + "s = socketserver.TCPServer(('', 8000), None)  # <- server-start\n",
        },
    ),
    app(
        "bind",
        "",
        "import socket\n"
        + PLAIN
        + "s = socket.socket()\ns.bind(('127.0.0.1', 8731))  # <- server-start\n",
    ),
    app(
        "bind, out of reading's sight",
        "",
        "import socket\n"
        + PLAIN
        + "s = [socket.socket()]\ns[0].bind(('', 8731))  # <~ server-start\n",
    ),
    app(
        "asyncio server",
        "",
        "import asyncio\n"
        + PLAIN
        + """
async def main():
    server = await asyncio.start_server(print, "", 8731)  # <- server-start
    async with server:
        await server.serve_forever()  # <- server-start


asyncio.run(main())
""",
    ),
    app("flask run", "flask", FLASK + "app.run()  # <- server-start\n"),
    app("flask run debug", "flask", FLASK + "app.run(debug=True)  # <- server-start\n"),
    app(
        "flask run through a variable",
        "flask",
        FLASK + "start = application.run\nstart(port=8731)  # <- server-start\n",
    ),
    app(
        "flask run_simple",
        "flask",
        FLASK
        + "from werkzeug.serving import run_simple as go\n"
        + "go('localhost', 8731, app)  # <- server-start\n",
    ),
    app(
        "bottle run",
        "bottle",
        "import bottle\n\napplication = bottle.default_app()\n"
        "bottle.run(port=8731)  # <- server-start\n",
    ),
    app(
        "cherrypy quickstart",
        "cherrypy",
        CHERRYPY
        + "application = cherrypy.Application(HelloWorld())\n"
        + "cherrypy.quickstart(HelloWorld())  # <- server-start\n",
    ),
    app(
        "cherrypy engine",
        "cherrypy",
        CHERRYPY
        + "application = cherrypy.tree.mount(HelloWorld())\n"
        + "cherrypy.engine.start()  # <- server-start\n",
    ),
    app(
        "web.py run",
        "web",
        WEBPY + "application = app.wsgifunc()\napp.run()  # <- server-start\n",
    ),
    app(
        "dash run",
        "dash",
        DASH + "application = app.server\napp.run(port=8731)  # <- server-start\n",
    ),
    app(
        "tornado listen",
        "tornado",
        TORNADO
        + PLAIN
        + "from tornado.ioloop import IOLoop as L\n"
        + "app = make_app()\n"
        + "app.listen(8731)  # <- server-start\n"
        + "L.current().start()  # <- server-start\n",
    ),
    app(
        "tornado main without a guard",
        "tornado",
        TORNADO
        + PLAIN
        + """
async def main():
    app = make_app()
    app.listen(8731)  # <- server-start
    await asyncio.Event().wait()


asyncio.run(main())
""",
    ),
    app(
        "uvicorn run",
        "fastapi",
        {
            "wsgi.py": PLAIN
            + "import uvicorn\nuvicorn.run(application, port=8731)  # <- server-start\n",
            "requirements.txt": "uvicorn\n",
        },
    ),
    app(
        "waitress",
        "waitress",
        {
            "wsgi.py": PLAIN
            + "from waitress import serve\n"
            + "serve(application, host='127.0.0.1', port=8731)  # <- server-start\n",
            "requirements.txt": "waitress\n",
        },
    ),
    app(
        "gevent serve_forever",
        "gevent",
        PLAIN
        + "from gevent.pywsgi import WSGIServer\n"
        + "http = WSGIServer(('127.0.0.1', 8731), application)\n"
        + "http.serve_forever()  # <- server-start\n",
    ),
    app(
        "gevent start",
        "gevent",
        PLAIN
        + "from gevent import pywsgi\n"
        + "http = pywsgi.WSGIServer(('127.0.0.1', 8731), application)\n"
        + "http.start()  # <- server-start\n",
    ),
    app(
        "gevent stream server",
        "gevent",
        PLAIN
        + "import gevent.server\n"
        + "gevent.server.StreamServer(('', 8731), print).start()  # <- server-start\n",
    ),
    app(
        "eventlet, hypercorn and aiohttp, which are not installed",
        "",
        {
            "wsgi.py": PLAIN
            + """
import eventlet  # <~ import-error
import eventlet.wsgi
import hypercorn.asyncio
from aiohttp import web

eventlet.wsgi.server(eventlet.listen(("", 8731)), application)  # <- server-start
web.run_app(web.Application(), port=8731)  # <- server-start
hypercorn.asyncio.serve(application, None)  # <- server-start
""",
            "requirements.txt": "eventlet\nhypercorn\naiohttp\n",
        },
    ),
    app(
        "bottle run of an instance",
        "bottle",
        "from bottle import Bottle\n\napplication = Bottle()\n"
        "application.run(host='localhost', port=8731)  # <- server-start\n",
    ),
    app(
        "bottle run by its own name",
        "bottle",
        "from bottle import default_app, run\n\napplication = default_app()\n"
        "run(host='localhost', port=8731)  # <- server-start\n",
    ),
    app(
        "web.py run in one go",
        "web",
        WEBPY
        + "application = app.wsgifunc()\n"
        + "web.application(urls, globals()).run()  # <- server-start\n",
    ),
    app(
        "dash run_server",
        "dash",
        DASH
        + "application = app.server\napp.run_server(port=8731)  # <- server-start\n",
    ),
    app(
        "dash run of its server",
        "dash",
        DASH
        + "application = app.server\napp.server.run(port=8731)  # <- server-start\n",
    ),
    app(
        "cherrypy engine and block",
        "cherrypy",
        CHERRYPY
        + "application = cherrypy.tree.mount(HelloWorld())\n"
        + "cherrypy.engine.start()  # <- server-start\n"
        + "cherrypy.engine.block()  # <- server-start\n",
    ),
    app(
        "tornado server, bound and started",
        "tornado",
        TORNADO
        + PLAIN
        + "import tornado.httpserver\nimport tornado.ioloop\n"
        + "server = tornado.httpserver.HTTPServer(make_app())\n"
        + "server.bind(8731)  # <- server-start\n"
        + "server.start()  # <- server-start\n"
        + "tornado.ioloop.IOLoop.current().start()  # <- server-start\n",
    ),
    app(
        "tornado recipe of the host's page, with its server",
        "tornado",
        PLAIN
        + "import wsgiref.simple_server\n"
        + "server = wsgiref.simple_server.make_server(  # <- server-start\n"
        + "    '', 8731, application\n)\n"
        + "server.serve_forever()  # <- server-start\n",
    ),
    app(
        "asyncio.run of uvicorn's server",
        "uvicorn",
        {
            "wsgi.py": PLAIN
            + """
import asyncio

import uvicorn


async def main():
    config = uvicorn.Config(application, port=8731, interface="wsgi")
    server = uvicorn.Server(config)
    await server.serve()  # <- server-start


asyncio.run(main())
""",
            "requirements.txt": "uvicorn\n",
        },
    ),
    app(
        "socketserver",
        "",
        "import socketserver\n"
        + PLAIN
        + "with socketserver.TCPServer(('', 8731), None) as s:  # <- server-start\n"
        + "    s.serve_forever()  # <- server-start\n",
    ),
    app(
        "a server of the project's own class",
        "",
        "import http.server\n"
        + PLAIN
        + """

class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


server = Server(("", 8731), http.server.BaseHTTPRequestHandler)  # <- server-start
server.serve_forever()  # <- server-start
""",
    ),
    app(
        "flask run where it is not the main program",
        "flask",
        FLASK
        + "if __name__ != '__main__':\n    app.run(port=8731)  # <- server-start\n",
    ),
    app(
        "flask run within try",
        "flask",
        FLASK
        + "try:\n    app.run(port=8731)  # <- server-start\n"
        + "except Exception:\n    raise\n",
    ),
    app(
        "flask run of a factory's app",
        "flask",
        {
            "wsgi.py": PATH
            + "from shop import create_app\n\napplication = create_app()\n",
            "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n"
            "    app = Flask(__name__)\n"
            "    app.run(port=8731)  # <- server-start\n    return app\n",
        },
    ),
    app(
        "django runserver",
        "django",
        {
            **DJANGO,
            "mysite/wsgi.py": DJANGO_WSGI,
            "wsgi.py": PATH
            + DJANGO_WSGI
            + "from django.core.management import execute_from_command_line\n"
            + "execute_from_command_line(  # <- server-start\n"
            + "    ['manage.py', 'runserver', '--noreload', '8731']\n)\n",
        },
    ),
)
