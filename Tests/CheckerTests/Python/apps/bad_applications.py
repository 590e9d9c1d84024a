"""Bad apps that have no WSGI application, or whose import fails."""

from __future__ import annotations

from apps.definition import app
from apps.sources import DJANGO, FLASK, MAIN, PATH, PLAIN, TORNADO, WEBPY

BAD_APPLICATIONS = (
    app("no application", "", "x = 1  # <- missing-application\n"),
    app("application is a text", "", "application = 'x'  # <- missing-application\n"),
    app(
        "application is a module",
        "",
        {
            "wsgi.py": PATH
            + "import code_here as application  # <- missing-application\n",
            "code_here.py": PLAIN,
        },
    ),
    app(
        "flask named app only",
        "flask",
        "from flask import Flask  # <- missing-application\n\napp = Flask(__name__)\n",
    ),
    app(
        "application under main",
        "",
        {
            "main.py": PLAIN.replace("application", "app")
            + MAIN
            + "    application = app  # <- application-under-main\n"
        },
    ),
    app(
        "application defined under main",
        "",
        """if __name__ == "__main__":

    def application(environ, start_response):  # <- application-under-main
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"hello"]
""",
    ),
    app(
        "tornado application",
        "tornado",
        TORNADO + "application = make_app()  # <- not-wsgi\n",
    ),
    app(
        "web.py application",
        "web",
        WEBPY + "application = app  # <- not-wsgi\n",
    ),
    app(
        "fastapi",
        "fastapi",
        "from fastapi import FastAPI\n\n"
        "application = FastAPI()  # <- asgi-application\n\n\n"
        "@application.get('/')\nasync def root():\n    return {'message': 'Hello'}\n",
    ),
    app(
        "fastapi named app",
        "fastapi",
        "from fastapi import FastAPI\n\napp = FastAPI()  # <- asgi-application\n",
    ),
    app(
        "plain asgi",
        "",
        "async def application(scope, receive, send):  # <- asgi-application\n"
        "    pass\n",
    ),
    app(
        "asgi class",
        "",
        "class App:\n    async def __call__(self, scope, receive, send):\n        pass\n"
        "\n\napplication = App()  # <- asgi-application\n",
    ),
    app(
        "django asgi",
        "django",
        {
            **DJANGO,
            "wsgi.py": PATH + "import os\n"
            "from django.core.asgi import get_asgi_application\n"
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mysite.settings')\n"
            "application = get_asgi_application()  # <- asgi-application\n",
        },
    ),
    app(
        "the recipe of the host's Tornado page",
        "tornado",
        """import tornado.web
import tornado.wsgi


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.write("Hello, world")


application = tornado.wsgi.WSGIApplication([  # <- removed-api
    (r"/", MainHandler),
])
""",
    ),
    app(
        "tornado adapter by name",
        "tornado",
        "from tornado.wsgi import WSGIAdapter  # <- removed-api\n" + PLAIN,
    ),
    app("syntax", "", PLAIN + "def (:  # <- syntax-error\n"),
    app(
        "syntax in another file",
        "",
        {
            "wsgi.py": PATH + "from code_here import application\n",
            "code_here.py": PLAIN + "x = = 1  # <- syntax-error\n",
        },
    ),
    app(
        "missing module",
        "",
        "import nowhere_to_be_found  # <- import-error\n"
        "from nowhere_to_be_found.more import x\n" + PLAIN,
    ),
    app(
        "missing name",
        "",
        {
            "wsgi.py": PATH + "from code_here import application  # <~ import-error\n",
            "code_here.py": "x = 1\n",
        },
    ),
    app(
        "installed here, but not listed",
        "bottle",
        {
            "wsgi.py": "from bottle import html_escape  # <- import-error\n" + FLASK,
            "requirements.txt": "# all that is needed\nFlask==3.1.3\n",
        },
    ),
    app("raises", "", PLAIN + "1 / 0  # <~ import-error\n"),
)
