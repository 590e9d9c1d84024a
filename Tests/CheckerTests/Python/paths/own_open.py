"""An app that replaces the functions itself, or keeps them in a class."""

# ruff: noqa: SIM115

import builtins
import io
import os
import sys
from pathlib import Path
from unittest import mock

from tell import tell

real_open, real_stat = open, os.stat
seen = []


def mine(file, *arguments, **options):
    seen.append(file)
    return real_open(file, *arguments, **options)


builtins.open = io.open = mine
os.stat = lambda *a, **k: real_stat(*a, **k)
tell(lambda: open("/home/alice/shop/data/a.txt").read())
tell(Path("/home/alice/shop/relative").read_text)
tell(lambda: os.path.getsize("/home/alice/shop/absolute/a.txt"))
sys.path.insert(0, "/home/alice/shop")
import app

tell(lambda: (app.FILE, seen[0]))


class Kept:
    stat = real_stat
    open = real_open
    listdir = os.listdir

    def read(self):
        return self.open("/home/alice/shop/data/a.txt").read(), self.listdir("/srv")


tell(Kept().read)
with mock.patch("builtins.open", mock.mock_open(read_data="mocked")):
    tell(lambda: open("/home/alice/x").read())
with mock.patch("os.listdir", autospec=True) as listing:
    listing.return_value = ["m"]
    tell(lambda: os.listdir("/home"))
tell(lambda: os.listdir("/srv"))
