"""Folders that the host does not have, except one below them."""

# ruff: noqa: B023, SIM115

import glob
import os
import pathlib
import sqlite3
import subprocess

from tell import tell

me = "{place}/computer/me"
for path in (
    me + "/secret.txt",
    me + "/new/x",
    me + "/venv/lib/x.txt",
    me + "/venv/../secret.txt",
    "/home/alice/shop/out/secret.txt",
    "{place}/computer//me/./secret.txt",
):
    tell(lambda: open(path).read())
    tell(os.path.exists, path)
    tell(os.access, path, os.R_OK)
tell(os.listdir, me)
tell(lambda: [entry.name for entry in os.scandir(me)])
tell(lambda: [entry.name for entry in os.scandir(me + "/venv/lib")])
tell(lambda: sorted(os.listdir("{place}/computer")))
tell(lambda: list(os.walk("{place}/computer")))
tell(pathlib.Path(me, "secret.txt").exists)
tell(glob.glob, me + "/*")
tell(os.path.realpath, me + "/venv/lib/x.txt")
tell(os.rename, "/home/alice/shop/app.py", me + "/secret.txt/x")
tell(os.chdir, me + "/other")
os.chdir("{place}/computer")
tell(os.path.exists, "me/secret.txt")
tell(open("me/venv/lib/x.txt").read)
tell(subprocess.run, [me + "/secret.txt"])
tell(subprocess.run, ["true"], cwd=me + "/none")
tell(sqlite3.connect, me + "/none/db.sqlite3")
