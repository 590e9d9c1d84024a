"""Good apps on frameworks and other servers."""

from __future__ import annotations

from apps.definition import app
from apps.sources import (
    CHERRYPY,
    DASH,
    DJANGO,
    DJANGO_WSGI,
    FLASK,
    MAIN,
    PATH,
    PLAIN,
    TORNADO,
    WEBPY,
)

GOOD_FRAMEWORKS = (
    app("flask hello", "flask", FLASK + MAIN + "    app.run()\n"),
    app(
        "flask factory",
        "flask",
        {
            "wsgi.py": PATH
            + "from shop import create_app\n\napplication = create_app()\n"
            + MAIN
            + "    application.run(debug=True)\n",
            "shop/__init__.py": "from flask import Flask\n\n\ndef create_app():\n"
            "    app = Flask(__name__)\n    app.add_url_rule('/', view_func=lambda: 'x')\n"
            "    return app\n",
        },
    ),
    app("django startproject", "django", {**DJANGO, "mysite/wsgi.py": DJANGO_WSGI}),
    app(
        "django as the host has it",
        "django",
        {
            **DJANGO,
            "wsgi.py": "import os, sys\n"
            "sys.path.append('/home/alice/mysite')\n"
            "os.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.settings'\n"
            "from django.core.wsgi import get_wsgi_application\n"
            "application = get_wsgi_application()\n",
        },
    ),
    app(
        "bottle hello",
        "bottle",
        """from bottle import default_app, route, run, template


@route("/")
def index(name="World"):
    return template("<b>Hello {{name}}</b>!", name=name)


application = default_app()
"""
        + MAIN
        + '    run(host="localhost", port=8080)\n',
    ),
    app(
        "cherrypy hello",
        "cherrypy",
        CHERRYPY
        + "cherrypy.config.update({'environment': 'embedded'})\n"
        + "application = cherrypy.Application(HelloWorld(), script_name='')\n"
        + MAIN
        + "    cherrypy.quickstart(HelloWorld())\n",
    ),
    app(
        "web.py hello",
        "web",
        WEBPY + "application = app.wsgifunc()\n" + MAIN + "    app.run()\n",
    ),
    app(
        "dash hello",
        "dash",
        DASH + "application = app.server\n" + MAIN + "    app.run(debug=True)\n",
    ),
    app(
        "flask hello with a main function",
        "flask",
        FLASK + "def main():\n    app.run(debug=True)\n\n" + MAIN + "    main()\n",
    ),
    app(
        "flask method view and blueprint",
        "flask",
        {
            "wsgi.py": PATH
            + """from flask import Flask
from flask.views import MethodView
from pages import pages

application = Flask(__name__)
application.secret_key = __import__("os").environ.get("SECRET_KEY", "dev")
application.register_blueprint(pages)


class Items(MethodView):
    def get(self):
        return "items"


application.add_url_rule("/items", view_func=Items.as_view("items"))
""",
            "pages.py": """from flask import Blueprint, send_from_directory

pages = Blueprint("pages", __name__)


@pages.route("/")
def index():
    return "hello"


@pages.route("/<name>")
def file(name):
    return send_from_directory("static", name)
""",
        },
    ),
    app(
        "bottle hello of an instance",
        "bottle",
        """from bottle import Bottle, run

application = Bottle()


@application.route("/")
def hello():
    return "Hello World!"


"""
        + MAIN
        + "    run(application, host='localhost', port=8080, debug=True)\n",
    ),
    app(
        "cherrypy mounted",
        "cherrypy",
        CHERRYPY
        + """cherrypy.config.update({"engine.autoreload.on": False})
cherrypy.server.unsubscribe()
application = cherrypy.tree.mount(HelloWorld(), "/")
"""
        + MAIN
        + "    cherrypy.server.subscribe()\n    cherrypy.engine.start()\n"
        + "    cherrypy.engine.block()\n",
    ),
    app(
        "dash with callbacks",
        "dash",
        """from dash import Dash, Input, Output, callback, dcc, html

app = Dash()
app.layout = [html.H1(children="Title"), dcc.Input(id="in"), html.P(id="out")]
application = app.server


@callback(Output("out", "children"), Input("in", "value"))
def update(value):
    return value


"""
        + MAIN
        + "    app.run(debug=True)\n",
    ),
    app(
        "a server that gevent or waitress starts elsewhere",
        "gevent",
        {
            "wsgi.py": PLAIN
            + """
def serve():
    from gevent.pywsgi import WSGIServer

    WSGIServer(("", 8731), application).serve_forever()


def serve_slowly():
    from waitress import serve

    serve(application, port=8731)
""",
            "requirements.txt": "gevent\nwaitress\n",
        },
    ),
    app(
        "what requirements bring along",
        "flask",
        {
            "wsgi.py": "import click\nimport jinja2\nimport markupsafe\nimport werkzeug\n"
            + FLASK,
            "requirements.txt": "Flask>=3\n",
        },
    ),
    app(
        "requirements that nobody can follow",
        "bottle",
        {
            "wsgi.py": "import bottle\n\napplication = bottle.default_app()\n"
            "bottle.route('/')(lambda: 'hello')\n",
            "requirements.txt": "-e .\n",
        },
    ),
    app(
        "requirements that are not installed",
        "bottle",
        {
            "wsgi.py": "import bottle\n\napplication = bottle.default_app()\n"
            "bottle.route('/')(lambda: 'hello')\n",
            "requirements.txt": "brings-bottle==1.0\n",
        },
    ),
    app(
        "an optional module that is installed",
        "bottle",
        {
            "wsgi.py": "try:\n    import bottle\nexcept ImportError:\n    bottle = None\n"
            + FLASK,
            "requirements.txt": "Flask\n",
        },
    ),
    app(
        "tornado hello beside a plain app",
        "tornado",
        TORNADO
        + """async def main():
    app = make_app()
    app.listen(8888)
    await asyncio.Event().wait()

"""
        + PLAIN
        + MAIN
        + "    asyncio.run(main())\n",
    ),
)
