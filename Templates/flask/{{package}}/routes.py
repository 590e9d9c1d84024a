"""The application, with the handlers that it uses."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import handlers

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"


def create_app() -> Flask:
    """Make a new application. A test can make its own and change it."""
    app = Flask(__name__, static_folder=STATIC_FOLDER)
    app.register_blueprint(handlers.blueprint)
    return app


app = create_app()

# PythonAnywhere calls this application. All requests come from its load balancer, which
# adds the visitor's address at the end of X-Forwarded-For. A visitor can fake the other
# addresses there, but not the last one. ProxyFix stores it in request.remote_addr.
application = ProxyFix(app, x_for=1, x_proto=0)
