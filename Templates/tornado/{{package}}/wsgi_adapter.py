"""The adapter that runs this application on a WSGI server: see ``tornado_wsgi/``."""

from .tornado_wsgi import WSGIAdapter

__all__ = ["WSGIAdapter"]
