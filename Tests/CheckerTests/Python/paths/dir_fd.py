"""Paths that begin at an open folder."""

import os

from tell import tell

folder = os.open("/home/alice/shop", os.O_RDONLY)
tell(lambda: os.stat("data/a.txt", dir_fd=folder).st_size)
tell(lambda: os.stat("absolute/a.txt", dir_fd=folder).st_size)
tell(lambda: os.stat("../www/wsgi.py", dir_fd=folder).st_size)
tell(lambda: os.stat("../../../srv/site/wsgi.py", dir_fd=folder).st_size)
tell(lambda: os.read(os.open("relative", os.O_RDONLY, dir_fd=folder), 9))
tell(os.readlink, "absolute", dir_fd=folder)
tell(os.mkdir, "m", dir_fd=folder)
tell(os.rename, "m", "../m2", src_dir_fd=folder, dst_dir_fd=folder)
tell(os.listdir, "/home/alice/m2")
tell(os.rmdir, "/home/alice/m2", dir_fd=folder)
tell(os.symlink, "/srv/site", "s", dir_fd=folder)
tell(os.listdir, "shop/s")
tell(os.mkdir, "s/moved", dir_fd=folder)
tell(os.rename, "s/moved", "s/there", src_dir_fd=folder, dst_dir_fd=folder)
tell(os.symlink, "x", "s/there/x", dir_fd=folder)
tell(lambda: sorted(os.listdir("/srv/site")))
tell(os.link, "s", "s2", src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
tell(os.unlink, "s2", dir_fd=folder)
tell(os.access, "absolute/a.txt", os.R_OK, dir_fd=folder)
tell(os.stat, "none", dir_fd=folder)
tell(os.open, "relative", os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
root = os.open("/", os.O_RDONLY)
tell(lambda: os.stat("home/alice/shop/app.py", dir_fd=root).st_size)
tell(lambda: sorted(os.listdir(folder))[:3])
