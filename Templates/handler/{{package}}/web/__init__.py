r"""A small web framework on WSGI, with handlers like Tornado's.

A :class:`RequestHandler` responds to the requests for one kind of page. An
:class:`Application` is the WSGI callable that finds the handler for each request::

    class ItemHandler(RequestHandler):
        def get(self, id: str) -> None:
            self.write({"id": id})

    application = Application([(r"/items/(?P<id>\d+)", ItemHandler)])

Each module has one subject. Start with the first one:

===============  ===================================================================
``handler``      :class:`RequestHandler`, and how a request becomes a call
``reading``      what a handler can ask about its request, and how its bytes are read
``writing``      what a handler can answer with
``features``     what a handler can do with the modules of the second table
``application``  :class:`Application`: which handler responds to a path
``errors``       :class:`HTTPError`, and the error log
===============  ===================================================================

These modules are imported when a handler uses them for the first time:

===============  ===================================================================
``conditional``  ``ETag`` and ``Last-Modified``: what the client has need not be sent
``csrf``         the token of a form, which keeps the forms of other sites out
``multipart``    forms with files
``mustache``     the language of the templates
``pages``        HTML pages, made of templates
``project``      where the files of the project are
``sessions``     what the app remembers of a visitor, and signed cookies
``streaming``    bodies in pieces, files, and what is done after a response
``uploads``      uploaded files, and names that are safe for them
``urls``         the URLs of routes with names, and of static files
===============  ===================================================================

These are imported when something is wrong, to say what, and where:

===============  ===================================================================
``hints``        what to write instead
``mistakes``     mistakes in routes and handlers, also those without an exception
``tracebacks``   what the error log says about an exception
===============  ===================================================================
"""

from .application import Application
from .errors import HTTPError
from .handler import RequestHandler

__all__ = ["Application", "HTTPError", "RequestHandler"]
