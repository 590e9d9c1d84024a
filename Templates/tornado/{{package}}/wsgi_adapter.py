# The adapter by its short name; what it does is told in tornado_wsgi/__init__.py.
from .tornado_wsgi import WSGIAdapter as WSGIAdapter  # noqa: PLC0414 - others import it
