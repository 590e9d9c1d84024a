"""The ASGI adapter on uWSGI behind nginx, which speaks uWSGI's protocol, as on PythonAnywhere.

Run with the tests of asgi-servers on PYTHONPATH, too, and with nginx on PATH.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

import test_servers

KEYS = {
    "QUERY_STRING": "query_string",
    "REQUEST_METHOD": "request_method",
    "CONTENT_TYPE": "content_type",
    "CONTENT_LENGTH": "content_length",
    "REQUEST_URI": "request_uri",
    "PATH_INFO": "document_uri",
    "SERVER_PROTOCOL": "server_protocol",
    "REMOTE_ADDR": "remote_addr",
    "REMOTE_PORT": "remote_port",
    "SERVER_PORT": "server_port",
    "SERVER_NAME": "server_name",
}
CONFIGURATION = """
daemon off; error_log stderr; pid FOLDER/pid; worker_processes 1; USER
events {}
http {
    access_log off;
    client_body_temp_path FOLDER/body; uwsgi_temp_path FOLDER/uwsgi;
    proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fastcgi;
    scgi_temp_path FOLDER/scgi;
    server {
        listen 127.0.0.1:OUTER;
        location / { KEYS uwsgi_buffering off; uwsgi_pass 127.0.0.1:INNER; }
    }
}
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class BehindNginx(test_servers.Server):
    """A uWSGI that only nginx asks."""

    def __init__(self, *command: str, **environment: str) -> None:
        folder = tempfile.TemporaryDirectory()
        self.nginx_folder = folder
        self.outer, inner = free_port(), free_port()
        keys = "".join(f"uwsgi_param {key} ${name}; " for key, name in KEYS.items())
        text = CONFIGURATION
        for word, value in (
            ("FOLDER", folder.name),
            ("USER", "user root;" if os.geteuid() == 0 else ""),
            ("OUTER", str(self.outer)),
            ("INNER", str(inner)),
            ("KEYS", keys),
        ):
            text = text.replace(word, value)
        file = Path(folder.name, "nginx.conf")
        file.write_text(text)
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        with Path(folder.name, "log").open("wb") as log:
            words = [program, "-e", "stderr", "-p", folder.name, "-c", str(file)]
            self.nginx = subprocess.Popen(words, stdout=log, stderr=log)
        http_socket = "--http-socket=ADDRESS"
        own = f"--socket=127.0.0.1:{inner}"
        super().__init__(
            *(own if word == http_socket else word for word in command), **environment
        )

    def open(
        self, path: str, method: str = "GET", **options: Any
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        self.port = self.outer
        connection, response = super().open(path, method, **options)
        if response.status == 502:
            connection.close()
            raise ConnectionRefusedError("uWSGI is not there yet")
        return connection, response

    def kill(self) -> None:
        super().kill()
        if self.nginx.poll() is None:
            self.nginx.terminate()
            self.nginx.wait(10)
            self.nginx_folder.cleanup()


class Nginx(test_servers.Uwsgi):
    chunked = True  # nginx reads it, and tells uWSGI the length

    @classmethod
    def start(cls) -> test_servers.Server:
        return BehindNginx(*cls.command)


if __name__ == "__main__":
    unittest.main()
