"""Which handlers there are, and the application made from them."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import handlers

STATIC_FOLDER = Path(__file__).resolve().parent.parent / "static"


def create_app() -> Flask:
    """Make the application: a fresh one for each caller, so that tests can change it."""
    app = Flask(__name__, static_folder=STATIC_FOLDER)
    app.register_blueprint(handlers.blueprint)
    return app


app = create_app()

# What the host calls. Behind its load balancer every request seems to come from one
# address; the visitor's is the last that X-Forwarded-For lists, and the only one there
# that a visitor cannot invent. ProxyFix makes it request.remote_addr.
application = ProxyFix(app, x_for=1, x_proto=0)
