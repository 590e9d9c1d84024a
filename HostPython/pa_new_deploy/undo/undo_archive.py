"""The archive that a deployment uploads before its first change: how to bring it back.

It is a zip on the host with a manifest and the old contents of what is replaced: the
project's files, the WSGI file, the name of the packages in use. The host keeps the last
five of a domain: a name is used again after five deployments.

The last bytes, the comment of the zip, are the digest of all others, and the manifest
lists what is in it: so a damaged archive is known, and nothing of it is used. One that
somebody wrote on purpose can still name only what a deployment of this project may write.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any

from pa_new_deploy.deploy_state import digest, path_of_notes
from pa_new_shared.text import is_printable

VERSION = 1
SLOTS = 5
MAX_KEPT = 20_000_000
"""The most bytes of old contents in an archive."""
MAX_MANIFEST = 10_000_000
MAX_BYTES = MAX_KEPT + MAX_MANIFEST
MANIFEST = "manifest.json"
SETTINGS = ("source_directory", "virtualenv_path")
"""The settings of a web app that an archive may have."""
GONE = ""
"""What stands for the digest of a file that a deployment has removed."""

_TIME = (1980, 1, 1, 0, 0, 0)
_SEAL = 64  # characters of a digest
_MAX_TEXT = 4096
_PLAIN = (
    "number",
    "domain",
    "project",
    "made",
    "before",
    "note",
    "created",
    "replaced",
)


class BadArchive(Exception):
    """An archive that is damaged, or that does not belong to this project."""


@dataclass
class Change:
    """A file on the host that a deployment writes."""

    old: str | None
    """The digest of what was there; None if there was no file."""
    written: list[str]
    """The digests of all that the deployment, or its interrupted runs, wrote there."""
    size: int = 0
    """The length of the longest of these."""
    edits: list[str] = field(default_factory=list)
    """What somebody wrote there between two runs of an interrupted deployment."""

    @property
    def known(self) -> set[str | None]:
        """The digests of what the deployment found or wrote."""
        return {self.old, *self.written}


@dataclass
class Setting:
    """A setting or a static mapping that a deployment changes."""

    old: str | None
    """What was there; None if there was no such mapping."""
    written: list[str]


@dataclass
class Archive:
    """What a deployment replaced, and what it wrote."""

    number: int
    domain: str
    project: str
    """The project's folder on the host."""
    made: str
    before: str
    """The digest of the note before the deployment; empty if there was none."""
    note: dict[str, Any] | None
    """The note before, as a document."""
    created: bool = False
    """Whether the deployment made the web app."""
    replaced: dict[str, Any] | None = None
    """What ``--replace-wsgi`` took over."""
    files: dict[str, Change] = field(default_factory=dict)
    """By their absolute paths."""
    settings: dict[str, Setting] = field(default_factory=dict)
    mappings: dict[str, Setting] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    """Files that the deployment wrote and that an undo leaves: databases, secrets."""
    contents: dict[str, bytes] = field(default_factory=dict)
    """The old contents, by their digests."""

    @property
    def dropped(self) -> list[str]:
        """The files whose old contents are not in the archive: they are too large."""
        return sorted(
            place
            for place, change in self.files.items()
            if change.old is not None and change.old not in self.contents
        )

    @property
    def is_empty(self) -> bool:
        """Whether the deployment replaces and writes nothing."""
        changes = self.files or self.settings or self.mappings or self.data
        return not (self.created or changes)

    @property
    def document(self) -> dict[str, Any]:
        """The manifest."""
        return {
            "version": VERSION,
            **{key: getattr(self, key) for key in _PLAIN},
            "files": {place: vars(one) for place, one in self.files.items()},
            "settings": {name: vars(one) for name, one in self.settings.items()},
            "mappings": {url: vars(one) for url, one in self.mappings.items()},
            "data": sorted(self.data),
            "contents": {name: len(text) for name, text in self.contents.items()},
        }

    def encoded(self) -> bytes:
        """Return the zip."""
        text = json.dumps(self.document, sort_keys=True, indent=1)
        entries = {f"old/{name}": content for name, content in self.contents.items()}
        return zipped({MANIFEST: text.encode(), **entries})


def zipped(entries: dict[str, bytes]) -> bytes:
    """Return a zip of files whose comment is the digest of all bytes before it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, _TIME)
            archive.writestr(info, entries[name], zipfile.ZIP_DEFLATED)
        archive.comment = b"0" * _SEAL
    body = stream.getvalue()[:-_SEAL]
    return body + digest(body).encode()


def path(home: str, domain: str, number: int) -> str:
    """Return the path of an archive."""
    return f"{path_of_notes(home)}/undo/{domain}-{number % SLOTS}.zip"


def redo_path(home: str, domain: str, content: bytes) -> str:
    """Return the path for what an undo replaces although no deployment wrote it."""
    name = f"{domain}-redo-{digest(content)[:16]}.zip"
    return f"{path_of_notes(home)}/undo/{name}"


def decode(
    content: bytes, domain: str, project: str, others: tuple[str, ...]
) -> Archive:
    """Return the archive, or raise :class:`BadArchive` with the reason.

    :param project: The project's folder on the host: the only one with files in it.
    :param others: The files outside of that folder that a deployment may write.
    """
    body, seal = content[:-_SEAL], content[-_SEAL:]
    if digest(body).encode() != seal:
        raise BadArchive("it is damaged, or was not uploaded to its end")
    try:
        return _decoded(content, domain, project, others)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        EOFError,
        RecursionError,
        NotImplementedError,
        RuntimeError,
        OSError,
        zipfile.BadZipFile,
        zlib.error,
    ):
        raise BadArchive("pa-new did not write it in this form") from None


def _decoded(
    content: bytes, domain: str, project: str, others: tuple[str, ...]
) -> Archive:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = file.namelist()
        document = json.loads(_read(file, MANIFEST, MAX_MANIFEST))
        if document["version"] != VERSION:
            raise BadArchive("another version of pa-new wrote it")
        if document["domain"] != domain or document["project"] != project:
            raise BadArchive("it belongs to another project or domain")
        archive = _archive(document)
        for place in (*archive.files, *archive.data):
            if place not in others and not _is_below(place, project):
                raise ValueError(place)
        sizes = document["contents"]
        known = {digest for one in archive.files.values() for digest in one.edits}
        known |= {one.old for one in archive.files.values() if one.old}
        if sorted(names) != sorted([MANIFEST, *(f"old/{name}" for name in sizes)]):
            raise ValueError("names")
        if not sizes.keys() <= known or sum(map(_count, sizes.values())) > MAX_KEPT:
            raise ValueError("contents")
        for name, size in sizes.items():
            old = _read(file, f"old/{name}", size)
            if len(old) != size or digest(old) != name:
                raise ValueError(name)
            archive.contents[name] = old
        return archive


def _read(file: zipfile.ZipFile, name: str, most: int) -> bytes:
    with file.open(name) as stream:
        content = stream.read(most + 1)
    if len(content) > most:
        raise ValueError(name)
    return content


def _archive(document: dict[str, Any]) -> Archive:
    values = {key: document[key] for key in _PLAIN}
    for key in ("domain", "project", "made", "before"):
        _text(values[key])
    _count(values["number"])
    if not isinstance(values["created"], bool):
        raise TypeError("created")
    for key in ("note", "replaced"):
        if not isinstance(values[key], (dict, type(None))):
            raise TypeError(key)
    archive = Archive(**values)
    for place, row in document["files"].items():
        old = None if row["old"] is None else _digest(row["old"])
        written = [text if text == GONE else _digest(text) for text in row["written"]]
        edits = [_digest(text) for text in row["edits"]]
        archive.files[place] = Change(old, written, _count(row["size"]), edits)
    for name, row in document["settings"].items():
        if name not in SETTINGS:
            raise ValueError(name)
        archive.settings[name] = Setting(_text(row["old"]), _texts(row["written"]))
    for url, row in document["mappings"].items():
        old = None if row["old"] is None else _text(row["old"])
        if not _text(url).startswith("/"):
            raise ValueError(url)
        archive.mappings[url] = Setting(old, _texts(row["written"]))
    archive.data = _texts(document["data"])
    return archive


def _is_below(place: str, folder: str) -> bool:
    """Tell whether a path is one of a file in a folder, without ways out of it."""
    rest = place[len(folder) + 1 :].split("/")
    is_plain = is_printable(place) and not {"", ".", ".."} & set(rest)
    return place.startswith(folder + "/") and is_plain


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 10**12:
        raise TypeError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not is_printable(value) or len(value) > _MAX_TEXT:
        raise TypeError(value)
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise TypeError(value)
    return [_text(one) for one in value]


def _digest(value: Any) -> str:
    if len(_text(value)) != _SEAL or not set(value) <= set("0123456789abcdef"):
        raise ValueError(value)
    return str(value)
