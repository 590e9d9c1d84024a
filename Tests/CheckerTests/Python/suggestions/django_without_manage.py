# The WSGI file of alice.pythonanywhere.com: PythonAnywhere imports it, and then calls
# `application` for each request. It starts the server itself, so do not start
# one here.

import os
import sys

from django.core.wsgi import get_wsgi_application

# The folder of your app comes first, so that Python finds it.
sys.path.insert(0, "/home/alice/shop")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

application = get_wsgi_application()
