"""Start uWSGI in the Python that runs this: ``python serve.py PYUWSGI OPTION…``.

uWSGI from PyPI is a module, and belongs into the environment that it serves. But what
an app finds there has to be its own: so the module is loaded from its file, and the
path stays that of the app's environment.
"""

import importlib.util
import sys

del sys.path[0]  # this file's folder
library, *arguments = sys.argv[1:]
spec = importlib.util.spec_from_file_location("pyuwsgi", library)
assert spec is not None and spec.loader is not None
server = importlib.util.module_from_spec(spec)
spec.loader.exec_module(server)
server.run(arguments)
