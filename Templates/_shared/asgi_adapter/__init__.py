"""Run an ASGI app (FastAPI, Starlette, Litestar, Quart, Django, ...) on a WSGI server.

::

    application = ASGIAdapter(app)

The app runs in an event loop that each worker makes for its first request and keeps
(``one_loop.py``). There is no thread for the loop, so that it works on servers that load
the app first and fork their workers afterwards, as PythonAnywhere does.

What works:

* HTTP as in ASGI 3: requests and responses in pieces, also at the same time; an app that
  sends a piece waits until the server asks for the next one; paths and headers as sent;
* ``lifespan``, with state: the first request of a worker starts it, and the end of the
  worker shuts it down, unless the server kills the worker or ends it during a request. If
  the start fails, the log has the reason, and each request gets a 500 until you reload;
* ``def`` routes of FastAPI and Starlette, and all else that waits for a thread: threads
  work during a request. Start none that goes on after it: PythonAnywhere does not promise
  that threads run between two requests;
* connections, locks and tasks that requests share, if you make them in ``lifespan`` or in
  a route, not at import.

What cannot work, because WSGI gives an app no connection, and no time between requests:

* WebSockets: the response is a 501, and the log has an error. An app that sends a server
  push, trailers or early hints gets a RuntimeError; ``scope["extensions"]`` offers none.
* Background tasks of a response run after the client has received it, but the worker takes
  the next request only when they have ended. Tasks of ``asyncio.create_task`` run until
  they have to wait, and go on during later requests of the worker.
* ``http.disconnect`` comes after the response, or when the server cannot send a piece. A
  client that goes while the app computes is not noticed earlier.
* Headers go out with the first piece of the body, not earlier.
* A request header that was sent twice arrives as one, joined with a comma, and a ``_`` in
  its name arrives as ``-``.

What you should know:

* An app that makes no progress for ``time_limit`` seconds is cancelled, and the response is
  a 503. This cannot stop code that blocks without ``await``.
* On a server with threads, each thread is a worker: it has a loop and a lifespan.
"""

from .adapter import ASGIAdapter

__all__ = ["ASGIAdapter"]
