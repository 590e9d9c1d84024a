"""What a file's contents say about it: a secret, a database, what belongs to one, a dump.

The formats: SQLite's database file, WAL and rollback journal (sqlite.org/fileformat2.html),
Berkeley DB, gdbm, DuckDB, Access, PEM (RFC 7468), PuTTY's keys, Google's JSON files,
``pg_dump``, ``mysqldump``, Redis.
"""

from __future__ import annotations

from pa_new_shared.file_names import (
    A_DATABASE,
    A_DUMP,
    A_SIDE_FILE,
    CREDENTIALS,
    KEY,
    VARIABLES,
    is_example,
    may_be_settings,
)
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Literal

MAX_BYTES = 65_536
"""How much of a file is looked at."""

_STARTS = (
    (b"SQLite format 3\0", A_DATABASE),
    (b"\0\1\0\0Standard Jet DB", A_DATABASE),
    (b"\0\1\0\0Standard ACE DB", A_DATABASE),
    (b"\x37\x7f\x06\x82", A_SIDE_FILE),
    (b"\x37\x7f\x06\x83", A_SIDE_FILE),
    (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", A_SIDE_FILE),
    (b"PGDMP", A_DUMP),
    (b"REDIS00", A_DUMP),
    (b"PuTTY-User-Key-File-", KEY),
)
_GDBM = {0x13579ACD, 0x13579ACE, 0x13579ACF, 0x13579AD0, 0x13579AD1}
_BERKELEY = {0x00053162, 0x00061561, 0x00042253}

# Text that is written to be read shows keys as examples.
_PROSE = (".md", ".rst", ".html", ".htm", ".js", ".css", ".svg", ".po", ".adoc")
_PRIVATE_KEY = pattern(
    r"^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----\s*$",
    8,  # re.MULTILINE
)
_DUMPED = pattern(
    r"-- (MySQL|MariaDB|PostgreSQL database) dump|\A\s*PRAGMA foreign_keys=OFF;\s*BEGIN"
)
_DATA = pattern(r"^(INSERT INTO|COPY \S.* FROM stdin;)", 8 | 2)
_ASSIGNMENT = pattern(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=(.*)")


def by_content(name: str, head: bytes) -> tuple[str, str] | None:
    """Return the kind of a file and the reason for it, if its contents say it.

    :param name: the file's name, without its folder.
    :param head: its first :data:`MAX_BYTES` bytes, or all of it.
    """
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if _is_other_database(head):
        return A_DATABASE
    if b"\0" in head[:1024]:
        return None
    name = name.lower()
    text = head.decode("utf-8", "replace")
    if not name.endswith(_PROSE):
        if "PRIVATE KEY" in text and _PRIVATE_KEY.search(text):
            return KEY
        if _is_account(name, text):
            return CREDENTIALS
    if name.endswith(".sql") and _DUMPED.search(text) and _DATA.search(text):
        return A_DUMP
    if may_be_settings(name) and not is_example(name) and _has_variables(text):
        return VARIABLES
    return None


def is_data(head: bytes) -> bool:
    """Tell whether a file is a database or belongs to one, by its first bytes."""
    return by_content("", head[:100]) in (A_DATABASE, A_SIDE_FILE)


def _is_other_database(head: bytes) -> bool:
    """Tell whether a file is of DuckDB, gdbm or Berkeley DB, in either byte order."""
    if head[8:12] == b"DUCK" and b"\0" in head[:100]:
        return True
    return any(
        int.from_bytes(head[:4], order) in _GDBM
        or int.from_bytes(head[12:16], order) in _BERKELEY
        for order in _ORDERS
    )


_ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")


def _is_account(name: str, text: str) -> bool:
    """Tell whether a text is a key of an account: Google's JSON files, AWS's lists."""
    if "aws_secret_access_key" in text and name.endswith(
        ("credentials", ".ini", ".cfg")
    ):
        return True
    if not name.endswith(".json"):
        return False
    if '"private_key"' in text and "PRIVATE KEY-----" in text:
        return True
    return ('"client_secret"' in text and '"client_id"' in text) or (
        '"refresh_token"' in text and '"token' in text
    )


def _has_variables(text: str) -> bool:
    """Tell whether all lines set variables, and one of them has a value."""
    lines = [line.strip() for line in text.splitlines()]
    matches = [
        _ASSIGNMENT.fullmatch(line) for line in lines if line and line[0] not in "#;"
    ]
    return bool(matches) and all(matches) and any(m and m[1].strip() for m in matches)
