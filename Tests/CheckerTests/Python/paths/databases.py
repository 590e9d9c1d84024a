"""SQLite, by paths and by addresses."""

import os
import pathlib
import sqlite3

from tell import tell


def names(connection):
    with connection:
        result = [
            row[0] for row in connection.execute("select name from sqlite_master")
        ]
    connection.close()
    return result


def make(where, **options):
    connection = sqlite3.connect(where, **options)
    connection.execute(
        f"create table t{len(names(sqlite3.connect(where, **options)))} (x)"
    )
    connection.commit()
    return names(connection)


tell(make, "/home/alice/shop/db.sqlite3")
tell(make, "shop/db.sqlite3")
tell(make, pathlib.Path("/home/alice/shop/db.sqlite3"))
tell(make, b"/home/alice/shop/db.sqlite3")
tell(make, "file:/home/alice/shop/db.sqlite3?mode=rw", uri=True)
tell(make, "file:///home/alice/shop/db%2Esqlite3?mode=rw", uri=True)
tell(make, "file://localhost/home/alice/shop/db.sqlite3", uri=True)
tell(make, "file:shop/db.sqlite3", uri=True)
tell(make, "file:/home/alice/shop/none.sqlite3?mode=rw", uri=True)
tell(make, "/home/alice/none/db.sqlite3")
tell(lambda: names(sqlite3.connect(database="/home/alice/shop/db.sqlite3", timeout=5)))
tell(lambda: names(sqlite3.connect(":memory:")))
tell(lambda: names(sqlite3.connect("file::memory:?cache=shared", uri=True)))
os.symlink("/home/alice/shop/db.sqlite3", "/srv/db")
tell(lambda: names(sqlite3.connect("/srv/db")))
os.chdir("/srv")
tell(lambda: names(sqlite3.connect("db")))
tell(lambda: sqlite3.dbapi2.connect is sqlite3.connect)
tell(lambda: sorted(os.listdir("/home/alice/shop"))[:5])
