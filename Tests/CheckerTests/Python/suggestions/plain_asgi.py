# The WSGI file of alice.pythonanywhere.com: PythonAnywhere imports it, and then calls
# `application` for each request. It starts the server itself, so do not start
# one here.

import sys

# The folder of your app comes first, so that Python finds it.
sys.path.insert(0, "/home/alice/shop")

from app import app
from asgi_adapter import ASGIAdapter

application = ASGIAdapter(app)
