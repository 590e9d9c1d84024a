"""Paths out of the mapped folders, and paths written in odd ways."""

# ruff: noqa: B023

import os

from tell import tell

for path in (
    "/home/alice/..",
    "/home/alice/../..",
    "/home/alice/../../srv",
    "/home/../srv/site",
    "/srv/../home/alice/shop",
    "..",
    "../bob",
    "../../srv",
    "//home//alice",
    "/./home/alice/",
    "/home",
    "/home/",
    "/usr/../home/bob",
    "../../../../../../usr",
    "/srv/site/../../home/alice",
):
    tell(
        lambda: sorted(
            set(os.listdir(path))
            & {"alice", "bob", "site", "srv", "shop", "wsgi.py", "bin"}
        )
    )
    tell(os.path.realpath, path)
    tell(os.path.samefile, path, os.path.realpath(path))
os.chdir("..")
tell(os.getcwd)
tell(os.listdir, "alice/www")
os.chdir("..")
tell(os.getcwd)
tell(os.path.isdir, "srv/site")
tell(open, "/homework/x")
tell(open, "/home/alicex")
