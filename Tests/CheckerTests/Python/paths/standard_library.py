"""Modules that work with files."""

# ruff: noqa: SIM115

import configparser
import fileinput
import glob
import gzip
import linecache
import logging
import mmap
import os
import shelve
import shutil
import tarfile
import tempfile
import zipfile

from tell import tell

p = "/home/alice/shop/"
handler = logging.FileHandler("/home/alice/shop/app.log")
handler.emit(logging.LogRecord("a", 20, "", 1, "hello", None, None))
handler.close()
tell(lambda: (handler.baseFilename, open(p + "app.log").read()))
tell(logging.FileHandler, "/home/alice/none/app.log")
tell(lambda: logging.FileHandler("rel.log").baseFilename)
tell(lambda: shutil.copy(p + "data/a.txt", p + "copied"))
tell(lambda: shutil.copy2(p + "relative", "/srv/site/"))
tell(lambda: shutil.copytree(p + "data", "/home/bob/data"))
tell(lambda: shutil.copytree(p, "/home/bob/shop", symlinks=True))
tell(lambda: os.readlink("/home/bob/shop/absolute"))
tell(lambda: sorted(os.listdir("/home/bob/shop"))[:4])
tell(lambda: shutil.move("/home/bob/data", "/home/bob/moved"))
tell(lambda: shutil.rmtree("/home/bob/moved"))
tell(lambda: shutil.rmtree("/home/bob/none"))
tell(lambda: os.listdir("/home/bob"))
tell(lambda: shutil.which("run.sh", path="/home/alice/shop"))
tell(lambda: shutil.disk_usage(p).total > 0)
tell(lambda: sorted(glob.glob("/home/alice/shop/*/*.txt")))
tell(lambda: sorted(glob.glob("shop/**/*.txt", recursive=True)))
with tempfile.NamedTemporaryFile(dir="/home/alice/shop", prefix="tmp") as file:
    tell(lambda: file.name.startswith("/home/alice/shop/tmp"))
with tempfile.TemporaryDirectory(dir="shop") as folder:
    tell(
        lambda: (
            os.path.isdir(folder),
            folder.startswith(("/home/alice/shop/", "shop/")),
        )
    )
tell(os.path.exists, folder)
with tempfile.TemporaryFile(dir="/home/alice/shop") as file:
    tell(file.write, b"x")
with zipfile.ZipFile(p + "lib.zip") as archive:
    tell(
        lambda: (
            archive.filename,
            archive.namelist(),
            archive.extract("zipped.py", p + "unzipped"),
        )
    )
with tarfile.open(p + "t.tgz", "w:gz") as archive:
    archive.add(p + "data", "data")
    tell(lambda: archive.name)
with tarfile.open(p + "t.tgz") as archive:
    tell(archive.getnames)
with gzip.open(p + "g.gz", "wt") as file:
    file.write("gz")
tell(lambda: gzip.open(p + "g.gz", "rt").read())
with shelve.open(p + "shelf") as shelf:
    shelf["a"] = 1
with shelve.open("shop/shelf") as shelf:
    tell(lambda: dict(shelf))
tell(lambda: [name for name in os.listdir(p) if name.startswith("shelf")] != [])
tell(lambda: linecache.getline(p + "app.py", 1))
tell(lambda: configparser.ConfigParser().read([p + "none", p + "data/a.txt"][:1]))
tell(lambda: list(fileinput.input([p + "data/a.txt"])))
with open(p + "data/deep/b.txt", "r+b") as file:
    tell(lambda: bytes(mmap.mmap(file.fileno(), 0)))
