"""Bad apps with a native library that PythonAnywhere cannot load."""

from __future__ import annotations

from apps.definition import app
from apps.sources import native
from native import AARCH64, library, signed

BAD_LIBRARIES = (
    app(
        "a library that was not built",
        "",
        native("not-built"),
        ("libhello.so",),
    ),
    app(
        "a text for a library",
        "",
        {"wsgi.py": native("library-format"), "libhello.so": "int hello(void);\n"},
        ("libhello.so",),
    ),
    app(
        "half of a library",
        "",
        {"wsgi.py": native("library-format"), "libhello.so": library()[:400]},
    ),
    app(
        "a library for another machine",
        "",
        {
            "wsgi.py": native("library-machine"),
            "libhello.so": library(machine=AARCH64),
        },
    ),
    app(
        "a library for a newer glibc",
        "",
        {
            "wsgi.py": native("library-glibc"),
            "libhello.so": library(versions=("GLIBC_2.2.5", "GLIBC_2.99")),
        },
    ),
    app(
        "a library that is older than its sources",
        "",
        {
            "wsgi.py": native("library-older"),
            "libhello.so": signed(library(), {"src/hello.c": "int hello;\n"}),
            "src/hello.c": "int hello = 1;\n",
        },
    ),
    app(
        "a library that is damaged",
        "",
        {
            "wsgi.py": native("library-damaged"),
            "libhello.so": signed(library(), {}).replace(b"puts", b"gets"),
        },
    ),
    app(
        "a library that needs another one",
        "",
        {
            "wsgi.py": native("library-needs"),
            "libhello.so": library(("libswiftNowhere.so", "libc.so.6")),
        },
    ),
)
