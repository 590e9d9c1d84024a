"""What is no handler: delegates of Tornado's HTTP server, and a WSGI application."""

from __future__ import annotations

from tornado import httputil

from .common import log


class HandedOver(httputil.HTTPServerConnectionDelegate):
    """Logs what is handed over when, around an application of Tornado."""

    def __init__(self, application):
        self.application = application

    def start_request(self, server_conn, request_conn):
        inner = self.application.start_request(server_conn, request_conn)

        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                log.info("headers %s", start_line.path)
                result = inner.headers_received(start_line, headers)
                log.info("headers handed over")
                return result

            def data_received(self, chunk):
                return inner.data_received(chunk)

            def finish(self):
                log.info("finish")
                inner.finish()
                log.info("finish handed over")

            def on_connection_close(self):
                log.info("on_connection_close")
                inner.on_connection_close()

        return Message()


class EarlyDelegate(httputil.HTTPServerConnectionDelegate):
    """Answers as soon as the headers are there."""

    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                request_conn.write_headers(
                    httputil.ResponseStartLine("HTTP/1.1", 200, "OK"),
                    httputil.HTTPHeaders({"Content-Length": "5"}),
                    b"early",
                )
                request_conn.finish()

            def data_received(self, chunk):
                log.info("data")

            def finish(self):
                log.info("finish")

            def on_connection_close(self):
                log.info("on_connection_close")

        return Message()


class FailingDelegate(httputil.HTTPServerConnectionDelegate):
    """Fails in one of its steps, and when it is told of that too."""

    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                self.step = headers.get("X-Step")
                self.fail("headers")

            def fail(self, step):
                if step == self.step:
                    raise ValueError(f"in {step}")

            def data_received(self, chunk):
                self.fail("data")

            def finish(self):
                self.fail("finish")

            def on_connection_close(self):
                self.fail("close")
                raise ValueError("in on_connection_close")

        return Message()


def wsgi_application(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"].endswith("fail"):
        raise ValueError("in the WSGI application")
    start_response("201 Made", [("X-Wsgi", environ["REQUEST_METHOD"])])
    return [b"wsgi ", environ["PATH_INFO"].encode("latin-1"), body]
