"""Reads lines of Python requirements: PEP 508, and what pip allows around it in a file.

Everything here takes text and gives values, in time that grows no faster than the text.
The text may be hostile: nothing here raises an error for it. A line that pip would not
accept is an :class:`Invalid`.
"""

from __future__ import annotations

import codecs
import os

from pa_new_shared.later import re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Beyond these nothing is read: the last value is then an Invalid.
MAX_LINE = 100_000  # characters of a line with all its continuations
MAX_LINES = 20_000  # lines that say something, in all files together
MAX_FILES = 100
MAX_DEPTH = 20  # files that include each other
MAX_BYTES = 5_000_000  # of all files together

_NAME = pattern(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^][]*)\])?")
_CLAUSE = pattern(r"(===|==|~=|!=|<=|>=|<|>)\s*([A-Za-z0-9_.*+!${}-]+)")
_URL = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://|file:")
_COMMENT = pattern(r"(?:^|\s)#")
_WORD = pattern(r"""(?:[^\s"'\\]|\\.|"[^"]*"|'[^']*')+""")
_QUOTE = pattern(r"""\\(.)|"([^"]*)"|'([^']*)'""")
_EXTRAS_AT_END = pattern(r"\[([^][]*)\]$")
_ARCHIVES = (
    *(".whl", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz"),
    *(".txz", ".tar.lz", ".tlz", ".tar.lzma"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins as that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Line:
    """A line that says something."""

    # Not a dataclass: the module dataclasses takes as long to import as the rest of these.

    def __init__(self, text: str, line: int) -> None:
        self.text = text
        """The line without comment; of a requirement also without options like ``--hash``."""
        self.line = line
        """The number of its first line in the file."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({vars(self)})"


class Requirement(Line):
    """Something to install."""

    def __init__(
        self,
        text: str,
        line: int,
        name: str | None = None,
        extras: tuple[str, ...] = (),
        specifier: str = "",
        marker: str = "",
        url: str = "",
    ) -> None:
        super().__init__(text, line)
        self.name = name
        """The package's name as it is written; none if only its files tell."""
        self.extras = extras
        self.specifier = specifier
        """The versions, such as ``>=3,<4``."""
        self.marker = marker
        """For which Pythons and systems it holds, such as ``python_version<'3'``."""
        self.url = url
        """The URL or path to install from, if it is not an index."""

    @property
    def pinned(self) -> str | None:
        """The only version that is allowed, if there is only one."""
        clauses = self.specifier.split(",")
        version = clauses[0].lstrip("=")
        is_pin = clauses[0].startswith("==") and "*" not in version
        return version.strip() if is_pin and len(clauses) == 1 else None


class Include(Line):
    """A line that names another file: ``-r`` or ``-c``."""

    def __init__(self, text: str, line: int, path: str, is_constraint: bool) -> None:
        super().__init__(text, line)
        self.path = path
        """As it is written: relative to the file that the line is in."""
        self.is_constraint = is_constraint
        """Whether that file only limits versions, and installs nothing."""


class Option(Line):
    """A line that says where or how pip installs, such as ``--index-url``."""


class Invalid(Line):
    """A line that is not understood."""


def normalized(name: str) -> str:
    """Return a package's name in the form in which names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def decode(content: bytes) -> str:
    """Return the text of a file of requirements, in the encoding that its mark names."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    return content.decode("utf-8", "replace")


def parse(text: str) -> Iterator[Line]:
    """Yield what a file of requirements says, line by line."""
    count = 0
    for number, line in _logical_lines(text):
        comment = _COMMENT.search(line)
        line = (line[: comment.start()] if comment else line).strip()
        if not line:
            continue
        count += 1
        if len(line) > MAX_LINE or count > MAX_LINES:
            yield Invalid(line[:100], number)
            if count > MAX_LINES:
                return
        elif line.startswith("-"):
            yield _option(line, number)
        else:
            yield requirement(_without_options(line), number)


def read_files(
    path: str, read: Callable[[str], bytes | None]
) -> Iterator[tuple[str, Line, bool]]:
    """Yield a file's lines and those of the files that it includes, each file once.

    With each line come the path of its file, and whether it only limits versions. An
    include of a file that cannot be read is an :class:`Invalid`.

    :param read: Returns a file's contents, or none if it cannot be read.
    """
    content = read(path) or b""
    size, count = len(content), 0
    if size > MAX_BYTES:
        yield path, Invalid("", 1), False
        return
    seen = {(_identity(path), False)}
    waiting = [(path, False, parse(decode(content)))]
    while waiting:
        path, is_constraint, rest = waiting[-1]
        line = next(rest, None)
        if line is None:
            waiting.pop()
            continue
        count += 1
        if count > MAX_LINES:
            yield path, Invalid(line.text[:100], line.line), is_constraint
            return
        if not isinstance(line, Include):
            yield path, line, is_constraint
            continue
        target = os.path.join(os.path.dirname(path), line.path)
        place, limits = _identity(target), is_constraint or line.is_constraint
        if (place, limits) in seen:
            continue
        seen.add((place, limits))
        is_near = len(seen) <= MAX_FILES and len(waiting) < MAX_DEPTH
        included = read(target) if place and is_near else None
        size += len(included or b"")
        if included is None or size > MAX_BYTES:
            yield path, Invalid(line.text, line.line), is_constraint
        else:
            waiting.append((target, limits, parse(decode(included))))


def _identity(path: str) -> tuple[int, int] | str:
    """Return what tells a file from others, whatever its paths are; "" if there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # also a loop of links
        return ""
    return status.st_dev, status.st_ino


def requirement(text: str, line: int = 1) -> Requirement | Invalid:
    """Read one requirement: what PEP 508 allows, or a URL or path as pip takes them."""
    text = text.strip()
    head, _, marker = (part.strip() for part in text.partition(";"))
    match = _NAME.match(head)
    if match:
        rest = head[match.end() :].strip()
        extras = _extras(match[2])
        if rest.startswith("@") and len(rest.split()) <= 2:
            url = rest[1:].strip()
            if url and url.isprintable():
                return Requirement(text, line, match[1], extras, "", marker, url)
        specifier = _specifier(rest)
        is_archive = head.lower().endswith(_ARCHIVES)
        if specifier is not None and not is_archive:
            return Requirement(text, line, match[1], extras, specifier, marker)
    return _location(text, line)


def _location(text: str, line: int) -> Requirement | Invalid:
    """Read a requirement that begins with a URL or a path."""
    parts = re.split(r"\s;|;\s", text, maxsplit=1)
    url, marker = parts[0].strip(), "".join(parts[1:]).strip()
    is_url = _URL.match(url) is not None
    if not is_url:
        is_path = "/" in url or url.startswith(".") or url.lower().endswith(_ARCHIVES)
        if not is_path or "@" in url.partition("/")[0]:
            return Invalid(text, line)
    if not url.isprintable() or (is_url and " " in url):
        return Invalid(text, line)
    return _located(text, line, url, marker)


def _located(text: str, line: int, url: str, marker: str) -> Requirement:
    """Return a requirement with the name that its URL or path tells, if it does."""
    from urllib.parse import unquote  # takes a while, and is seldom needed

    place, _, fragment = url.partition("#")
    extras: tuple[str, ...] = ()
    if not _URL.match(url):
        at_end = _EXTRAS_AT_END.search(place)
        if at_end:
            place, extras = place[: at_end.start()], _extras(at_end[1])
    for field in fragment.split("&"):
        key, _, value = field.partition("=")
        match = _NAME.fullmatch(unquote(value)) if key == "egg" else None
        if match:
            return Requirement(text, line, match[1], _extras(match[2]), "", marker, url)
    file = unquote(place.partition("?")[0].rpartition("/")[2])
    parts = file[: -len(".whl")].split("-")
    if file.lower().endswith(".whl") and len(parts) in (5, 6):
        match = _NAME.fullmatch(parts[0])
        specifier = _specifier("==" + parts[1])
        if match and specifier:
            return Requirement(text, line, parts[0], extras, specifier, marker, url)
    return Requirement(text, line, None, extras, "", marker, url)


def _specifier(text: str) -> str | None:
    """Return versions without spaces, or none if the text is something else."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    if not text:
        return ""
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in text.split(",")]
    if not all(clauses):
        return None
    return ",".join(clause[1] + clause[2] for clause in clauses if clause)


def _extras(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _option(line: str, number: int) -> Line:
    """Read a line that begins with an option."""
    words = [_unquoted(word) for word in _WORD.findall(line)]
    name, value = words[0] if words else "", ""
    if name.startswith("--"):
        name, equals, value = name.partition("=")
        attached = bool(equals)
    else:
        name, value = name[:2], name[2:]
        attached = bool(value)
    if not attached:
        value = words[1] if len(words) > 1 else ""
    if name in _FLAGS:
        return Option(line, number)
    if not value:
        return Invalid(line, number)
    if name in ("-r", "--requirement", "-c", "--constraint"):
        return Include(line, number, value, name in ("-c", "--constraint"))
    if name in ("-e", "--editable"):
        found = requirement(value, number)
        if isinstance(found, Requirement) and found.url:
            return Requirement(
                line, number, found.name, found.extras, "", "", found.url
            )
        # A folder beside the file.
        return Requirement(line, number, None, (), "", "", value)
    return Option(line, number) if name in _OPTIONS else Invalid(line, number)


_FLAGS = {"--no-index", "--pre", "--prefer-binary", "--require-hashes"}
_OPTIONS = {
    *("-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links"),
    *("--no-binary", "--only-binary", "--trusted-host", "--use-feature"),
}


def _without_options(line: str) -> str:
    """Return a requirement without its own options, such as ``--hash=…``."""
    option = re.search(r"\s-", line)
    return line[: option.start()] if option else line


def _unquoted(word: str) -> str:
    """Return a word as a shell would give it on."""
    return _QUOTE.sub(lambda match: match[1] or match[2] or match[3] or "", word)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines with what a backslash at the end joins to them, and their numbers."""
    parts: list[str] = []
    first = 1
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        if not parts:
            first = number
        is_comment = line.lstrip().startswith("#")
        if is_comment and parts:
            line = " " + line  # it ends here, whatever came before
        if line.endswith("\\") and not is_comment:
            parts.append(line[:-1])
        else:
            yield first, "".join([*parts, line])
            parts = []
    if parts:
        yield first, "".join(parts)
