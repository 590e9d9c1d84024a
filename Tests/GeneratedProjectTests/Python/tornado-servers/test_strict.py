"""Tests of hello/tornado_wsgi on the strict server, which loses nothing on the way.

Run as test_servers.py, with the folder of strict_server.py on PYTHONPATH.
"""

from __future__ import annotations

import concurrent.futures
import gc
import unittest

import application
import tornado.httpclient
import tornado.web
from hello.tornado_wsgi import WSGIAdapter

from strict_server import StrictServer


class Cycle(tornado.web.RequestHandler):
    """Waits, and leaves a cycle that refers to the whole request."""

    async def get(self):
        self.cycle = self
        await application.asyncio.sleep(0.001)
        self.write("fine")


class AThreadForEachRequest(unittest.TestCase):
    def test_the_end_of_one_is_not_felt_by_the_others(self) -> None:
        adapter = WSGIAdapter(tornado.web.Application([("/", Cycle)]))
        threshold = gc.get_threshold()
        gc.set_threshold(50)
        self.addCleanup(gc.set_threshold, *threshold)
        with StrictServer(adapter, threads=None) as server:

            def ask(_: int) -> bytes:
                client = tornado.httpclient.HTTPClient()
                try:
                    url = f"http://127.0.0.1:{server.port}/"
                    return client.fetch(url, raise_error=False).body
                finally:
                    client.close()

            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                bodies = set(pool.map(ask, range(400)))
        self.assertEqual({b"fine"}, bodies)
        self.assertEqual(([], ""), (server.faults, server.errors.getvalue()))


if __name__ == "__main__":
    unittest.main()
