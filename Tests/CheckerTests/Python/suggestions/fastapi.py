# The WSGI file of alice.pythonanywhere.com: PythonAnywhere imports it, and then calls
# `application` for each request. It starts the server itself, so do not start
# one here.

import sys
from functools import cache

from a2wsgi import ASGIMiddleware

# The folder of your app comes first, so that Python finds it.
sys.path.insert(0, "/home/alice/shop")

from main import app


@cache
def adapter():
    """Return the adapter. Each worker makes its own, with its first request."""
    return ASGIMiddleware(app)


def application(environ, start_response):
    """Pass a request on to the app."""
    return adapter()(environ, start_response)
