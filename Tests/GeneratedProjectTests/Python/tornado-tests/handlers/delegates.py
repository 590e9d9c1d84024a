"""What is no handler at all: delegates of Tornado's HTTP server, and a callable."""

from __future__ import annotations

import asyncio
import logging

from tornado import httputil


class PlainDelegate(httputil.HTTPServerConnectionDelegate):
    """Not a RequestHandler: the example of Tornado's documentation."""

    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            body = b""

            def headers_received(self, start_line, headers):
                self.start_line = start_line

            def data_received(self, chunk):
                self.body += chunk

            def finish(self):
                text = b"delegate " + self.start_line.method.encode() + self.body
                request_conn.write_headers(
                    httputil.ResponseStartLine("HTTP/1.1", 200, "Fine"),
                    httputil.HTTPHeaders({"Content-Length": str(len(text))}),
                    text,
                )
                request_conn.finish()

        return Message()


class AsyncDelegate(httputil.HTTPServerConnectionDelegate):
    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            async def headers_received(self, start_line, headers):
                await asyncio.sleep(0.001)

            async def data_received(self, chunk):
                await asyncio.sleep(0.001)

            def finish(self):
                asyncio.ensure_future(self.answer())

            async def answer(self):
                await request_conn.write_headers(
                    httputil.ResponseStartLine("HTTP/1.1", 201, "Made"),
                    httputil.HTTPHeaders(),
                )
                await request_conn.write(b"a")
                await request_conn.write(b"b")
                request_conn.finish()

        return Message()


class BrokenDelegate(httputil.HTTPServerConnectionDelegate):
    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                raise ValueError("in headers_received")

            def on_connection_close(self):
                logging.getLogger("tornado.test").info("delegate closed")

        return Message()


def raw_callable(request):
    """Write raw HTTP, in the way of Tornado 3."""
    head, _, body = HEADS[request.path[1:]].partition("|")
    request.connection.write((head.replace("\n", "\r\n") + body).encode("latin-1"))
    if request.arguments:
        request.connection.write(request.body)
    request.connection.finish()


HEADS = {
    "whole": "HTTP/1.1 200 OK\nContent-Length: 2\nX-A: caf\xe9\n\n|ok",
    "pieces": "HTTP/1.1 200 OK\nContent-Length: 5\n\n|ok",
    "found": "HTTP/1.0 302 Found\nLocation: /x\nContent-Length: 0\n\n",
    "cookies": "HTTP/1.1 200 OK\nSet-Cookie: a\nSet-Cookie: b\nContent-Length: 0\n\n",
}


def plain_callable(request):
    text = f"callable {request.method} {request.path}".encode()
    request.connection.write_headers(
        httputil.ResponseStartLine("HTTP/1.1", 200, "OK"),
        httputil.HTTPHeaders({"Content-Length": str(len(text))}),
        text,
    )
    request.connection.finish()
