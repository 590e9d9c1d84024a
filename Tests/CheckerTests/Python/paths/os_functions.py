"""The functions of ``os`` with a path: what they do, and what their errors say."""

import os
import stat

from tell import tell

p = "/home/alice/shop/"
for call in (
    os.stat,
    os.lstat,
    os.statvfs,
    os.listdir,
    os.scandir,
    os.readlink,
    os.rmdir,
    os.remove,
    os.unlink,
    os.chdir,
    getattr(os, "listxattr", os.stat),  # macOS does not have it
):
    tell(call, p + "none")
    tell(call, path=b"/home/alice/none/x")
tell(os.mkdir, p + "new", 0o700)
tell(os.mkdir, path=p + "new")
tell(os.makedirs, p + "one/two/three/")
tell(os.removedirs, p + "one/two/three")
tell(os.rmdir, p + "new/")
tell(os.mkfifo, p + "fifo")
tell(lambda: stat.S_ISFIFO(os.stat(p + "fifo").st_mode))
tell(os.unlink, p + "fifo")
tell(os.rename, p + "data/a.txt", "/srv/none/a.txt")
tell(os.rename, src=p + "data/a.txt", dst=p + "c.txt")
tell(os.replace, p + "c.txt", "shop/data/a.txt")
tell(os.rename, p + "absolute", p + "renamed")
tell(os.readlink, p + "renamed")
tell(os.link, p + "data/a.txt", p + "hard")
tell(os.path.samefile, p + "hard", "shop/relative")
tell(os.link, p + "none", p + "hard")
tell(os.symlink, "/home/alice/shop/app.py", p + "made-link")
tell(os.symlink, "x", p + "made-link")
tell(os.readlink, p + "made-link")
tell(os.readlink, b"/home/alice/shop/made-link")
tell(os.path.getsize, p + "made-link")
tell(os.chmod, p + "relative", 0o640)
tell(lambda: oct(os.stat(p + "data/a.txt").st_mode))
tell(os.chown, p + "app.py", os.getuid(), os.getgid())
tell(os.lchown, p + "dangling", os.getuid(), os.getgid())
tell(os.utime, p + "app.py", (1, 2))
tell(os.utime, p + "renamed", (3, 4), follow_symlinks=False)
tell(lambda: (os.stat(p + "app.py").st_mtime, os.lstat(p + "renamed").st_mtime))
tell(os.truncate, p + "relative", 0)
tell(os.path.getsize, p + "data/a.txt")
tell(os.access, p + "app.py", os.R_OK)
tell(os.access, p + "none", os.R_OK)
tell(os.access, p + "loop", os.R_OK)
tell(lambda: stat.S_ISLNK(os.stat(p + "renamed", follow_symlinks=False).st_mode))
tell(os.remove, p + "renamed")
tell(os.path.isdir, p + "data")
tell(os.stat)
tell(os.path.lexists, p + "dangling"), tell(os.path.exists, p + "dangling")
tell(lambda: os.statvfs("shop").f_bsize > 0)
tell(lambda: {os.open, os.stat, os.unlink, os.rmdir} <= os.supports_dir_fd)
tell(lambda: (os.scandir in os.supports_fd, os.stat in os.supports_follow_symlinks))
tell(lambda: (os.stat.__name__, os.stat.__module__, open.__name__))
