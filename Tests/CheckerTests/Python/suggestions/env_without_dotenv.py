# The WSGI file of alice.pythonanywhere.com: PythonAnywhere imports it, and then calls
# `application` for each request. It starts the server itself, so do not start
# one here.

import sys

from dotenv import load_dotenv

# The folder of your app comes first, so that Python finds it.
sys.path.insert(0, "/home/alice/shop")

# The app reads these variables when it is imported, so they come first.
load_dotenv("/home/alice/shop/.env")

from flask_app import app

application = app
