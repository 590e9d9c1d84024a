"""Paths that the system refuses, and those at its limits."""

import os

from tell import tell

p = "/home/alice/shop/"
for path in (
    p + "a\0b",
    b"/home/alice/\0",
    "shop/\0",
    p + "\ud800",
    "\ud800",
    p + "x" * 300,
    p + "x/" * 3000,
    "x/" * 3000,
    "/home/alice/" + "./" * 1000 + "shop/data/a.txt",
    "/home/alice/" + "./" * 3000 + "shop/data/a.txt",
    "",
    b"",
    p + "\udcff",
    b"/home/alice/\xff",
):
    for call in (os.stat, open, os.listdir, os.path.exists, os.mkdir):
        try:
            result = call(path)
        except Exception as error:  # noqa: BLE001
            is_named = getattr(error, "filename", None) == path
            seen = getattr(error, "object", None)  # of what cannot be encoded
            print(type(error).__name__, is_named, ascii(seen))
        else:
            print(type(result).__name__, result if isinstance(result, bool) else "")
tell(lambda: [ascii(name) for name in os.listdir("/home/alice") if not name.isalnum()])
tell(lambda: [ascii(name) for name in os.listdir(b"/home/alice") if not name.isalnum()])
tell(os.path.realpath, b"/home/alice/\xff")
for wrong in (None, 3.5, []):
    for call in (os.stat, os.mkdir, os.unlink):
        try:
            call(wrong)
        except Exception as error:  # noqa: BLE001
            print(type(error).__name__, str(error))


class Path:
    def __fspath__(self):
        return "/home/alice/none"


tell(os.stat, Path())
tell(open, Path())
deep = "/home/alice/deep"
os.mkdir(deep)
os.chdir(deep)
for _ in range(30):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
open("end", "w").close()
tell(os.listdir)
tell(lambda: os.path.exists("end"))
os.chdir("../..")
tell(lambda: os.path.exists("d" * 200 + "/../" + "d" * 200))
os.chdir("/home/alice")
