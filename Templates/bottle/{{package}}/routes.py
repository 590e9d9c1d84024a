"""The application, and the routes: a handler for each path."""

from http import HTTPStatus

from bottle import BaseRequest, Bottle

from . import handlers, pages


def create_app() -> Bottle:
    """Make a new application. A test can make its own and change it."""
    app = Bottle()
    # Bottle reads a request into memory up to this size, and larger ones into a file.
    BaseRequest.MEMFILE_MAX = handlers.MAX_BODY
    app.route("/", "GET", handlers.main)
    app.route("/profile", "GET", handlers.show_profile)
    app.route("/profile", "POST", handlers.save_profile)
    app.route("/file", "GET", handlers.download)
    app.route("/file", "POST", handlers.upload)
    app.route("/static/<path:path>", "GET", handlers.static)
    app.add_hook("before_request", handlers.limit_body)
    for status in HTTPStatus:
        if status >= 400:
            app.error(status, pages.error)
    return app


application = create_app()
