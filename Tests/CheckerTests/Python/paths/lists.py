"""Lists of folders, and the entries in them."""

# ruff: noqa: B023

import os
import os.path

from tell import tell


def show(path):
    with os.scandir(path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            tell(
                lambda: (
                    entry,
                    entry.path,
                    os.fspath(entry),
                    entry.is_dir(),
                    entry.is_file(),
                    entry.is_symlink(),
                    entry.is_dir(follow_symlinks=False),
                    entry.is_file(follow_symlinks=False),
                    isinstance(entry, os.DirEntry),
                    entry.inode() == os.lstat(entry.path).st_ino,
                )
            )
            tell(
                lambda: (
                    entry.stat().st_size,
                    entry.stat(follow_symlinks=False).st_mode & 0o170000,
                )
            )


show("/home/alice/shop/")
show(b"/home/alice")
show("shop/data")
os.chdir("shop/data")
show(None)
for top in ("/home/alice", "..", "/home/alice/shop/absolute"):
    tell(
        lambda: sorted(
            (folder, sorted(folders), sorted(files))
            for folder, folders, files in os.walk(top)
        )
    )
tell(
    lambda: sorted(
        (f, sorted(d))
        for f, d, n in os.walk("/home/alice", followlinks=True)
        if f.count("/") < 5
    )
)
tell(
    lambda: sorted(
        (f, sorted(d), sorted(n)) for f, d, n, fd in os.fwalk("/home/alice/shop/data")
    )
)
tell(lambda: os.scandir("/home/alice/none"))
tell(lambda: [e.path for e in os.scandir(os.open("/srv/site", os.O_RDONLY))])
tell(lambda: [e.path for e in os.scandir("/srv/")])
tell(lambda: os.DirEntry[str].__origin__.__name__)
tell(lambda: isinstance(next(os.scandir("/usr")), os.DirEntry))
