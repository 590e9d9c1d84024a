# The WSGI file of alice.pythonanywhere.com: PythonAnywhere imports it, and then calls
# `application` for each request. It starts the server itself, so do not start
# one here.

import sys

# The folder of your app comes first, so that Python finds it.
sys.path.insert(0, "/home/alice/shop")

from folder_with_a_long_name.package_with_a_long_name.module_with_a_long_name import (
    application_with_a_long_name,
)

application = application_with_a_long_name
