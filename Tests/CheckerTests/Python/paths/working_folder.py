"""The working folder, and paths that begin there."""

# ruff: noqa: SIM115

import os

from tell import tell

tell(os.getcwd)
tell(os.getcwdb)
tell(os.chdir, "/home/alice/shop/data/")
tell(os.getcwd)
tell(os.chdir, "..")
tell(os.getcwd)
tell(os.chdir, b"../www")
tell(os.getcwd)
tell(os.listdir)
tell(os.chdir, "/home/alice/none")
folder = os.open("/home/alice/shop/absolute", os.O_RDONLY)
tell(os.fchdir, folder)
tell(os.getcwd)
tell(os.chdir, "/")
tell(open("home/alice/shop/data/a.txt").read)
tell(os.path.realpath, "home/alice/www")
