"""A mapped folder with a folder below it that is reached as it is."""

import os
import sys

from tell import tell


def read(path):
    with open(path) as file:
        return file.read()


far = "{place}/far"
tell(lambda: sorted(os.listdir(far)))
tell(read, far + "/lib/real.py")
tell(read, far + "/lib/../app.txt")
tell(read, far + "/./lib//real.py")
tell(os.path.exists, far + "/hidden.txt")
tell(lambda: sorted(entry.path for entry in os.scandir(far)))
tell(lambda: sorted(os.walk(far)))
tell(lambda: sorted(entry.is_dir() for entry in os.scandir(far + "/lib")))
os.symlink(far + "/lib", "/home/alice/lib")
tell(read, "/home/alice/lib/real.py")
tell(read, "/home/alice/lib/../app.txt")
tell(os.path.realpath, "/home/alice/lib/real.py")
os.chdir(far)
tell(read, "lib/real.py")
tell(read, "./lib/../app.txt")
tell(os.path.exists, "hidden.txt")
tell(os.listdir, "lib")
os.chdir("lib")
tell(os.getcwd)
tell(read, "../app.txt")
tell(read, "../lib/real.py")
tell(os.path.exists, "../hidden.txt")
tell(lambda: sorted(os.listdir("..")))
os.mkdir("../lib/made")
tell(os.path.isdir, far + "/lib/made")
os.chdir("..")
tell(os.getcwd)
folder = os.open(".", os.O_RDONLY)
tell(lambda: os.stat("lib/real.py", dir_fd=folder).st_size)
sys.path.insert(0, far + "/lib")
import real

tell(lambda: real.__file__)
