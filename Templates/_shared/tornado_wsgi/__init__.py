"""Run a Tornado application on a WSGI server.

Tornado 6.0 removed its own ``WSGIAdapter``. This one runs the handlers of current
Tornado versions, also ``async def`` handlers, on any WSGI server (PEP 3333)::

    application = WSGIAdapter(tornado.web.Application([("/", MainHandler)]))

It does for a WSGI request what Tornado's HTTP server does for a connection: it gives
the request to the application step by step, and returns what the application sends.
So status, headers, cookies, body and log lines are the same as on Tornado's own server.

What works:

* handlers written as plain methods, as ``async def`` or with ``@gen.coroutine``;
  ``prepare``, ``on_finish``, templates, XSRF protection, signed cookies, ETags,
  ranges, ``StaticFileHandler``, ``@stream_request_body``;
* every kind of routing: host rules, nested routers, ``FallbackHandler`` and classes
  that implement :class:`tornado.httputil.HTTPServerConnectionDelegate`;
* ``flush()``: the flushed data is sent at once, and ``await self.flush()`` waits until
  the server asks for more;
* ``AsyncHTTPClient``, connections, locks and tasks that several requests share. The
  first request of a worker makes an event loop, and the worker keeps it. You can open a
  stream in one request and use it in the next. Tornado's default HTTP client closes its
  connection after each response, as always.

Do not start tasks, timers or connections at import: the host loads the application
first and forks the workers afterwards, and nothing runs an event loop before the first
request. Objects that find their loop when they are first used may be made at import:
the locks and queues of Tornado, from Python 3.10 on those of asyncio, clients such as
``AsyncHTTPClient``. The log tells what was started too early.

What cannot work, because WSGI gives an application no connection, and no time between
two requests:

* WebSockets and ``detach()``: the response is a 501, and the log has an error.
  ``request.connection.stream`` has ``closed()`` and ``close()`` only.
* Background tasks and ``PeriodicCallback`` stop between requests, and continue during
  later requests. Work that a handler starts, for example with ``spawn_callback``, runs
  after the response until it has to wait. Work that the handler itself does after
  ``finish()`` is completed before the next request.
* ``on_connection_close`` is called only while a flushed response is being sent. Before
  that, WSGI does not report that the client has gone.
* A request header that was sent twice arrives as one header, joined with a comma. A
  request body of unknown length gets a 400 if the server does not report its end.

What you should know:

* A handler that makes no progress for ``time_limit`` seconds is cancelled, and the
  response is a 503. This cannot stop a handler that blocks without ``await``.
* A mounted application (``SCRIPT_NAME``) sees the whole path, as Tornado does behind a
  proxy. Its routes start with the mount point, so its links are correct.
* ``Application(debug=True)`` starts a reloader at import, which makes an event loop:
  add ``autoreload=False``.
"""

from .adapter import WSGIAdapter

__all__ = ["WSGIAdapter"]
