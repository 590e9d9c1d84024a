"""The entry file: what the host's WSGI file has to contain.

On PythonAnywhere, replace the whole contents of the WSGI file (the Web tab links to
it) with this file, as it is, and press Reload. The host imports it once and then
calls ``application`` for every request.

Start no server here or in anything that is imported from here: the host has its own,
and a second one keeps it from ever answering.
"""

import sys
from pathlib import Path

FOLDER = "hello"
PACKAGE = "hello"

# In its own folder this file is called wsgi.py, and the project is that folder. On the
# host it is a copy with another name, in /var/www; the project is in your home folder.
HERE = Path(__file__).resolve()
PROJECT = HERE.parent if HERE.name == "wsgi.py" else Path.home() / FOLDER

if not (PROJECT / PACKAGE / "routes.py").is_file():
    raise FileNotFoundError(f"{HERE} finds no {PACKAGE}/routes.py in {PROJECT}")

# First on the path: no other package of that name can be found before this one.
sys.path.insert(0, str(PROJECT))

from hello import routes

application = routes.application
