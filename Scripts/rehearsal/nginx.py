"""The host's two layers of nginx: the load balancer, and a web server with the files.

Each runs in the foreground, as one process, with all its files in one folder.
"""

from __future__ import annotations

import re
from pathlib import Path

# In a network of their own nothing else can have these. Of one computer all addresses
# that start with 127 are its own, so that each part of the host has another one.
FRONT = "127.0.0.1", 80
SECURE = "127.0.0.1", 443
BALANCER = "127.0.0.2"
WEB = "127.0.0.3", 8080

TIME_LIMIT = 300
"""Seconds that a request may take on the host."""

_FRAME = """\
daemon off;
master_process off;
user root;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    log_format asked '$request_uri $status $upstream_addr';
    access_log {folder}/access.log asked;
    client_max_body_size 0;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    uwsgi_temp_path {folder}/uwsgi;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    server_tokens off;
    default_type application/octet-stream;
    types {{
        text/html html; text/css css; text/plain txt; text/javascript js;
        image/png png; image/svg+xml svg;
    }}
{servers}
}}
"""

_BALANCER = """\
    server {{
        listen {front} default_server;
        return 404 "There is no web app here.\\n";
    }}
    server {{
        listen {front};
        server_name 127.0.0.1;
        location /api/ {{
            proxy_pass {api};
            proxy_set_header Host $http_host;
            proxy_read_timeout {limit}s;
        }}
    }}
    server {{
        listen {front};
        listen {secure} ssl;
        ssl_certificate {certificate};
        ssl_certificate_key {certificate};
        server_name {domain};
        location / {{
            proxy_pass http://{web};
            proxy_bind {balancer};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_read_timeout {limit}s;
        }}
    }}
"""

_WEB = """\
    server {{
        listen {web};
        server_name {domain};
{mappings}
        location / {{
            uwsgi_pass unix:{socket};
            uwsgi_read_timeout {limit}s;
            uwsgi_param QUERY_STRING $query_string;
            uwsgi_param REQUEST_METHOD $request_method;
            uwsgi_param CONTENT_TYPE $content_type;
            uwsgi_param CONTENT_LENGTH $content_length;
            uwsgi_param REQUEST_URI $request_uri;
            uwsgi_param PATH_INFO $document_uri;
            uwsgi_param SERVER_PROTOCOL $server_protocol;
            uwsgi_param SERVER_NAME $server_name;
            uwsgi_param SERVER_PORT 80;
            uwsgi_param REMOTE_ADDR $remote_addr;
        }}
    }}
"""


def balancer(folder: Path, domain: str, api: str, certificate: Path) -> str:
    """Return the configuration of what visitors reach: it tells who they are.

    :param certificate: The certificate of the domain and its key, in one file.
    """
    servers = _BALANCER.format(
        front=_join(FRONT),
        secure=_join(SECURE),
        certificate=certificate,
        web=_join(WEB),
        balancer=BALANCER,
        domain=domain,
        api=api,
        limit=TIME_LIMIT,
    )
    return _FRAME.format(folder=folder, servers=servers)


def web(
    folder: Path, domain: str, socket: Path, mappings: list[tuple[str, str]]
) -> str:
    """Return the configuration of what answers for files, and asks the app else.

    :param mappings: The static mappings: the start of a URL, and a folder or file.
    """
    server = _WEB.format(
        web=_join(WEB),
        domain=domain,
        socket=socket,
        mappings="\n".join(_location(*mapping) for mapping in mappings),
        limit=TIME_LIMIT,
    )
    return _FRAME.format(folder=folder, servers=server)


def _location(url: str, path: str) -> str:
    """Return a static mapping: a prefix, in which upper and lower case differ."""
    for text in (url, path):
        # nginx has no way to write a dollar sign that is no variable.
        if not re.fullmatch(r"/[\w./@+-]*", text):
            raise ValueError(f"{text!r} is not supported in a static mapping here")
    ends = "/" if url.endswith("/") else ""
    alias = path.rstrip("/") + ends
    return f"        location ^~ {url} {{ alias {alias}; }}"


def _join(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"
