"""Bad apps that keep a connection or a request waiting."""

from __future__ import annotations

from apps.definition import app
from apps.sources import FLASK, PATH, PLAIN

BAD_CONNECTIONS = (
    app(
        "tornado websocket",
        "tornado",
        "import tornado.websocket\n\n\n"
        "class Echo(tornado.websocket.WebSocketHandler):  # <- websocket\n    pass\n\n"
        + PLAIN,
    ),
    app(
        "server-sent events",
        "flask",
        FLASK
        + "\n\n@app.route('/events')\ndef events():\n"
        + "    from flask import Response\n"
        + "    return Response(iter(()), mimetype='text/event-stream')  # <- push\n",
    ),
    app(
        "long polling in a loop",
        "flask",
        FLASK
        + """

import time

MESSAGES = []


@app.route("/poll")
def poll():
    start = time.time()
    while not MESSAGES and time.time() - start < 30:  # <- push
        time.sleep(0.5)
    return {"messages": MESSAGES}
""",
    ),
    app(
        "long polling, imported in the handler",
        "bottle",
        """from bottle import default_app, get, route

application = default_app()


@route("/")
def index():
    return "hello"


@get("/poll")
def poll():
    from time import sleep
    import time

    while True:  # <- push
        time.sleep(1)
""",
    ),
    app(
        "long polling on a queue",
        "cherrypy",
        """import queue

import cherrypy

MESSAGES = queue.Queue()


class Root:
    @cherrypy.expose
    def index(self):
        return "hello"

    @cherrypy.expose
    def poll(self):
        return MESSAGES.get(timeout=60)  # <- push


application = cherrypy.Application(Root())
""",
    ),
    app(
        "long polling of tornado's demo",
        "tornado",
        """import asyncio

import tornado.locks
import tornado.web

CONDITION = tornado.locks.Condition()


class Poll(tornado.web.RequestHandler):
    async def post(self):
        messages = []
        while not messages:  # <- push
            await CONDITION.wait()
        self.write({"messages": messages})


class Base(tornado.web.RequestHandler):
    def prepare(self):
        pass


class Wait(Base):
    async def get(self):
        await CONDITION.wait()  # <- push
"""
        + PLAIN,
    ),
    app(
        "long polling of web.py and Django",
        "django",
        {
            "wsgi.py": PATH
            + "import pages.views\nimport time\n"
            + PLAIN
            + "\n\nclass poll:\n    def GET(self):\n        while True:  # <- push\n"
            + "            time.sleep(1)\n",
            "pages/__init__.py": "",
            "pages/views.py": "import time\n\n\ndef poll(request):\n"
            "    while not request.session:  # <- push\n        time.sleep(1)\n",
        },
    ),
    app(
        "a stream that never ends",
        "flask",
        FLASK
        + """

@app.route("/stream")
def stream():
    import time

    def lines():
        while True:  # <- push
            yield "line\\n"
            time.sleep(1)

    return lines()
""",
    ),
    app(
        "flask-sock",
        "flask_sock",
        {
            "wsgi.py": "from flask_sock import Sock\n"
            + FLASK
            + """
sock = Sock(app)  # <- websocket


@sock.route("/echo")
def echo(ws):
    while True:
        ws.send(ws.receive())
""",
            "requirements.txt": "Flask\nflask-sock\n",
        },
    ),
    app(
        "gevent's websocket",
        "bottle",
        """from bottle import default_app, request, route

application = default_app()


@route("/")
def index():
    return "hello"


@route("/websocket")
def handle():
    socket = request.environ.get("wsgi.websocket")  # <- websocket
    while True:
        socket.send(socket.receive())
""",
    ),
    app(
        "fastapi with a websocket",
        "fastapi",
        {
            "wsgi.py": """from fastapi import FastAPI, WebSocket

application = FastAPI()  # <- asgi-application


@application.websocket("/ws")  # <- websocket
async def socket(websocket: WebSocket):
    await websocket.accept()
""",
            "requirements.txt": "fastapi\n",
        },
    ),
)
