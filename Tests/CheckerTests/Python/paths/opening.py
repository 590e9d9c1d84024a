"""Files that are opened."""

# ruff: noqa: SIM115

import codecs
import io
import os
import pathlib

from tell import tell

for path in (
    "/home/alice/shop/data/a.txt",
    b"/home/alice/shop/data/a.txt",
    "shop/relative",
    pathlib.Path("/home/alice/shop/absolute/a.txt"),
):
    with open(path) as file:
        tell(lambda: (file.name, file.buffer.raw.name, file.read()))
with open("/home/alice/shop/data/a.txt", "rb", 0) as file:
    tell(lambda: (file, isinstance(file, io.FileIO), file.read()))
with io.FileIO(pathlib.Path("/home/alice/shop/data/a.txt")) as file:
    is_known = isinstance(file, io.FileIO), isinstance(file, io.RawIOBase)
    tell(lambda: (file.name, type(file).__name__, is_known))
tell(io.FileIO, "/home/alice/shop/none")
tell(io.FileIO, "/home/alice/shop")
tell(codecs.open("/home/alice/shop/absolute/a.txt", encoding="utf-8").read)
tell(io.open_code("/home/alice/shop/relative").read)
tell(open, "/home/alice/shop/none")
tell(open, b"/home/alice/shop/none")
tell(open, pathlib.Path("/home/alice/shop"))
tell(open, "/home/alice/shop/data/a.txt", "x")
tell(open, "/home/alice/shop/dangling", "x")
open("/home/alice/shop/dangling", "w").close()
tell(os.path.exists, "/home/alice/shop/made")
tell(open, "/home/alice/shop/data/a.txt/b", "w")
tell(open, "/home/alice/shop/data/a.txt/")
tell(open, "")
tell(open, "/home/alice/shop/data/a.txt", "z")
tell(open(file="shop/data/a.txt", mode="rb").read)
with open(os.open(path="shop/data/a.txt", flags=os.O_RDONLY)) as file:
    tell(file.read)
with open("/home/alice/new", "w", opener=lambda p, f: os.open(p, f, 0o600)) as file:
    tell(lambda: (file.name, oct(os.stat("/home/alice/new").st_mode)))


class Mine(io.FileIO):
    pass


tell(
    lambda: (
        Mine("shop/relative").name,
        isinstance(open("shop/relative", "rb", 0), Mine),
    )
)
os.umask(0o22)
open("/home/alice/plain", "w").close()
tell(lambda: oct(os.stat("/home/alice/plain").st_mode))
