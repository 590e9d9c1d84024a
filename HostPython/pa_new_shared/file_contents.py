"""What a file's contents say about it: a secret, a database, what belongs to one, a dump.

The formats: SQLite's database file, WAL, its index and rollback journal
(sqlite.org/fileformat2.html, walformat.html), Berkeley DB, gdbm, LMDB, BoltDB, DuckDB,
Access, H2, TinyDB, PEM (RFC 7468), PuTTY's keys, Java's and KeePass's stores, Google's
JSON files, ``pg_dump``, ``mysqldump``, SQLite's ``.dump``, Redis, MongoDB.
"""

from __future__ import annotations

import os
import stat

from pa_new_shared import archives, project_copies
from pa_new_shared.file_names import (
    A_COPY,
    A_DATABASE,
    A_DUMP,
    A_SIDE_FILE,
    CREDENTIALS,
    DATABASE,
    KEY,
    KEY_STORE,
    VARIABLES,
    is_example,
    may_be_dump,
    may_be_one_secret,
    may_be_passwords,
    may_be_settings,
)
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Literal

HEAD = 4096
"""How much is read of each file."""
MAX_BYTES = 262_144
"""How much is read of a text."""

_STARTS = (
    (b"SQLite format 3\0", A_DATABASE),
    (b"** This file contains an SQLite 2", A_DATABASE),
    (b"\0\1\0\0Standard Jet DB", A_DATABASE),
    (b"\0\1\0\0Standard ACE DB", A_DATABASE),
    (b"H:2,block:", A_DATABASE),
    (b"\x37\x7f\x06\x82", A_SIDE_FILE),
    (b"\x37\x7f\x06\x83", A_SIDE_FILE),
    (b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", A_SIDE_FILE),
    (b"PGDMP", A_DUMP),
    (b"REDIS00", A_DUMP),
    (b"\x6d\xe2\x99\x81", A_DUMP),
    (b"PuTTY-User-Key-File-", KEY),
    (b"\xfe\xed\xfe\xed\0\0\0", KEY_STORE),
    (b"\xce\xce\xce\xce\0\0\0", KEY_STORE),
    (b"\x03\xd9\xa2\x9a", KEY_STORE),
)
_GDBM = {0x13579ACD, 0x13579ACE, 0x13579ACF, 0x13579AD0, 0x13579AD1}
_BERKELEY = {0x00053162, 0x00061561, 0x00042253}
_AT_16 = {0xBEEFC0DE, 0xED0CDAED}  # LMDB, BoltDB
_WAL_INDEX = (b"\x18\xe2\x2d\0", b"\0\x2d\xe2\x18")  # its version, in both orders

# Source code, and text that is written to be read, show keys as examples. `pa-new check`
# has a rule of its own for secrets in source code.
_SOURCES = (
    *(".py", ".pyi", ".ipynb", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".vue", ".css"),
    *(".html", ".htm", ".jinja", ".jinja2", ".j2", ".mustache", ".svg", ".po", ".pot"),
    *(".md", ".rst", ".adoc", ".tex", ".swift", ".c", ".h", ".go", ".rs", ".java"),
)
_LINES, _ANY_CASE = 8, 2  # re.MULTILINE, re.IGNORECASE
_PRIVATE_KEY = pattern(
    r"^[ \t]*-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[ \t]*$", _LINES
)
_DUMPED = pattern(
    r"-- (?:MySQL|MariaDB|PostgreSQL database|PostgreSQL database cluster) dump"
    r"|-- phpMyAdmin SQL Dump|-- Adminer \d|^/\*!40\d\d\d SET @OLD_"
    r"|\A\s*PRAGMA foreign_keys=OFF;\s*BEGIN|\A\s*BEGIN TRANSACTION;\s*CREATE TABLE",
    _LINES,
)
_DATA = pattern(r"^[ \t]*(?:INSERT INTO|REPLACE INTO|COPY \S.* FROM stdin;)", 8 | 2)
# What `.dump` writes; people leave a space before the parenthesis.
_ROW = pattern(r"^INSERT INTO \S+ VALUES\(", _LINES)
_ASSIGNMENT = pattern(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_.]*\s*=(.*)")
_JSON_SECRET = pattern(r'"(client_secret|refresh_token)"\s*:\s*"[^"\s]{8,}"')
_JSON_TOKEN = pattern(r'"(access_|id_)?token"\s*:\s*"[^"\s]{8,}"')
_JSON_KEY = pattern(r'"private_key"\s*:\s*"-----BEGIN')
_AWS_KEY = pattern(r"^[ \t]*aws_secret_access_key\s*=\s*\S{8,}", _LINES | _ANY_CASE)
_KUBERNETES_KEY = pattern(r"^[ \t]*client-key-data:\s*\S{8,}", _LINES)
# The short one of a pair of keys is known by its form, so the long one can be anything.
_AWS_ID = pattern(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])")
_AWS_SECRET = pattern(
    r"secret_?access_?key[\"']?[ \t]*[=:][ \t]*[\"']?[^\s\"'<>$%{}#,]", _ANY_CASE
)
_OAUTH_TOKEN = pattern(r'"access_token"\s*:\s*"(?=[^"\s]*\d)[^"\s]{20,}"')
_OAUTH_MORE = pattern(r'"(?:token_type|expires_(?:in|at)|expiry|scopes?|id_token)"\s*:')
_ONE_SECRET = pattern(r"\s*(\S{12,})\s*")
_PAIR = pattern(r"[^\s:=,;|]+\s*[:=,;|\t]\s*\S+")


def look(place: str, name: str, project: str = "") -> tuple[str, str] | None:
    """Return what a file is by its contents; None if it is nothing of these, or no file.

    Each file's first bytes are read, and more only of a text that may hold a secret, or of
    a zip file.

    :param project: the project's folder, to find zip files of it; empty to look for none.
    """
    try:
        # Without O_NONBLOCK, a pipe in the project would let this wait for ever.
        handle = os.open(place, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        head = os.read(handle, HEAD)
        is_zip = head.startswith(project_copies.START)
        if project and is_zip and project_copies.is_copy(place, project):
            return A_COPY
        held = archives.look(place, name)
        if held or is_zip:
            return held
        if len(head) == HEAD and _is_text(head) and not is_source(name):
            head += os.read(handle, MAX_BYTES - HEAD)
        return by_content(name, head, is_whole=len(head) >= status.st_size)
    except OSError:
        return None
    finally:
        os.close(handle)


def by_content(
    name: str, head: bytes, *, is_whole: bool = True
) -> tuple[str, str] | None:
    """Return the kind of a file and the reason for it, if its contents say it.

    :param name: the file's name, without its folder.
    :param head: its first :data:`MAX_BYTES` bytes, or all of it.
    :param is_whole: whether these are all.
    """
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[:4] in _WAL_INDEX and head[:4] == head[48:52]:
        return A_SIDE_FILE
    if _is_other_database(head):
        return A_DATABASE
    if head[:2] == b"\x30\x82" and head[4:7] == b"\x02\x01\0":
        return KEY  # PKCS #1 or #8 in binary; a certificate begins otherwise
    if head[:2] == b"\x1f\x8b":
        return _packed(name, head)
    if not _is_text(head) or is_source(name):
        return None
    return _by_text(name.lower(), _decoded(head[:MAX_BYTES]), is_whole)


def is_source(name: str) -> bool:
    """Tell whether a file is source code, or a text that is written to be read."""
    return name.lower().endswith(_SOURCES)


def _is_text(head: bytes) -> bool:
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" not in head[:1024]


def _decoded(head: bytes) -> str:
    """Return a text: PowerShell writes UTF-16, other programs of Windows a mark first."""
    is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = head.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    return text.replace("\r\n", "\n")


def _by_text(name: str, text: str, is_whole: bool) -> tuple[str, str] | None:
    if "PRIVATE KEY" in text and _PRIVATE_KEY.search(text):
        return KEY
    if _is_account(name, text):
        return CREDENTIALS
    if name.endswith(".json") and text.lstrip().startswith('{"_default":'):
        return A_DATABASE
    if _is_dump(name, text, is_whole):
        return A_DUMP
    if is_example(name):
        return None
    if may_be_settings(name) and _has_variables(text):
        return VARIABLES
    if may_be_passwords(name) and is_whole and _has_passwords(text):
        return CREDENTIALS
    if may_be_one_secret(name) and is_whole and _ONE_SECRET.fullmatch(text):
        return CREDENTIALS
    return None


def _is_other_database(head: bytes) -> bool:
    """Tell whether a file is of DuckDB, gdbm, Berkeley DB, … in either byte order."""
    if head[8:12] == b"DUCK" and b"\0" in head[:100]:
        return True
    if head[:4] in (b"FS21", b"FS30") and b"\0" in head[:100]:
        return True
    return any(
        int.from_bytes(head[:4], order) in _GDBM
        or int.from_bytes(head[12:16], order) in _BERKELEY
        or int.from_bytes(head[16:20], order) in _AT_16
        for order in _ORDERS
    )


_ORDERS: tuple[Literal["little", "big"], ...] = ("little", "big")


def _packed(name: str, head: bytes) -> tuple[str, str] | None:
    """Return what a gzip file holds: of a database, it is a copy."""
    try:
        import zlib

        inner = zlib.decompressobj(31).decompress(head, MAX_BYTES)
    except (ImportError, ValueError, OSError):
        return None
    except Exception:  # noqa: BLE001  zlib.error, which is there only with zlib
        return None
    if inner[:2] == b"\x1f\x8b":
        return None
    name = name[:-3] if name.lower().endswith(".gz") else name
    found = by_content(name, inner, is_whole=False)
    return A_DUMP if found and found[0] == DATABASE else found


def _is_account(name: str, text: str) -> bool:
    """Tell whether a text is a key of an account: of Google, AWS or Kubernetes."""
    if name.endswith(".json") and _JSON_KEY.search(text):
        return True
    # In an example, these are words such as "change-me".
    if is_example(name):
        return False
    if _AWS_KEY.search(text) or _KUBERNETES_KEY.search(text):
        return True
    if _AWS_ID.search(text) and _AWS_SECRET.search(text):
        return True
    if name.endswith(".csv"):
        return "secret access key" in text.partition("\n")[0].lower()
    if not name.endswith(".json"):
        return False
    if _JSON_SECRET.search(text):
        return True
    # A longer text is the description of an API, with examples.
    is_short = len(text) <= HEAD
    if is_short and _OAUTH_TOKEN.search(text) and _OAUTH_MORE.search(text):
        return True
    return name.startswith("token") and bool(_JSON_TOKEN.search(text))


def _is_dump(name: str, text: str, is_whole: bool) -> bool:
    """Tell whether a text holds the data of a database; a schema alone holds none."""
    if _DUMPED.search(text, 0, HEAD):
        if text.lstrip().startswith("BEGIN"):
            return bool(_ROW.search(text))
        # The data of a large dump can begin after what was read.
        return bool(_DATA.search(text)) or not is_whole
    return may_be_dump(name) and bool(_DATA.search(text))


def _has_passwords(text: str) -> bool:
    """Tell whether a text is one password, or lines of names and passwords.

    Many lines of one word are a list of words, such as passwords that users may not choose.
    """
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and line[0] != "#"]
    if "{{" in text or "{%" in text:  # a template of a mail
        return False
    if len(lines) == 1 and len(lines[0].split()) == 1:
        return True
    return bool(lines) and all(_PAIR.fullmatch(line) for line in lines)


def _has_variables(text: str) -> bool:
    """Tell whether all lines set variables, and one of them has a value."""
    lines = [line.strip() for line in text.splitlines()]
    matches = [
        _ASSIGNMENT.fullmatch(line) for line in lines if line and line[0] not in "#;"
    ]
    return bool(matches) and all(matches) and any(m and m[1].strip() for m in matches)
