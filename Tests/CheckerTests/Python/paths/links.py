"""Links to the host's folders, also in a ring, and what comes after them in a path."""

# ruff: noqa: B023, SIM115

import os
import tempfile

from tell import tell

p = "/home/alice/shop/"
for path in (
    p + "absolute",
    p + "relative",
    "/home/alice/www",
    "shop/absolute/deep/../../app.py",
    "www/../site",
    p + "loop",
    p + "ring1",
    p + "out",
    p + "dangling",
    "shop/out/venv",
    b"/home/alice/www/wsgi.py",
    "//home//alice/./shop/absolute/",
    "/home/alice/www/..",
):
    tell(os.path.realpath, path)
for path in (
    p + "loop",
    p + "ring1",
    "shop/ring2/x",
    p + "out/secret.txt",
    p + "out/venv/lib/x.txt",
    p + "absolute/deep/../a.txt",
    "www/../../etc/passwd",
    "www/../site/wsgi.py",
    p + "relative/",
    p + "relative/..",
    p + "app.py/..",
    p + "none/../app.py",
    p + "absolute/.",
):
    tell(lambda: oct(os.stat(path).st_mode))
    tell(lambda: oct(os.lstat(path).st_mode))
folder = tempfile.mkdtemp(dir="/tmp")
os.symlink("/home/alice/shop/data", folder + "/abs")
tell(os.listdir, folder + "/abs")
os.chdir(folder)
tell(open("abs/a.txt").read)
tell(os.path.realpath, "abs")
tell(os.chdir, "abs")
tell(os.getcwd)
os.remove(folder + "/abs")
os.rmdir(folder)
if os.path.exists("/proc/self/cwd"):
    assert os.readlink("/proc/self/cwd") == os.getcwd()
reader, writer = os.pipe()
os.write(writer, b"through a descriptor")
with open(f"/dev/./fd/{reader}", "rb", 0) as file:
    tell(file.read, 9)
