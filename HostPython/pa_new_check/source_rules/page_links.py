"""Rules about pictures, scripts and styles that plain HTML names."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.sandbox_names import near, without_dots
from pa_new_check.source_rules.page_files import Folders, static_file
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# No pattern here reads a text twice.
_TAG = pattern(
    r"<(?:img|script|link|source|video|audio)\b([^<>]{0,2000})>", re.IGNORECASE
)
_ADDRESS = pattern(
    r"(?<![\w:@.-])([\w:@.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
)
_ANY_TAG = pattern(
    r"<([a-z][\w-]*)\b((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.IGNORECASE
)
_STYLE = pattern(r"<style\b[^<>]*>(.*?)(?=</style|\Z)", re.IGNORECASE | re.DOTALL)
_URL = pattern(r"\burl\(\s*[\"']?([^\"')\s]+)", re.IGNORECASE)
_BASE = pattern(r"<base\b", re.IGNORECASE)
_OTHER_SITE = pattern(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_MOUNT = pattern(r"\A\{\{\{?\s*&?\s*mount\s*\}?\}\}")
_ENDS = (
    *(".css", ".js", ".mjs", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp"),
    *(".avif", ".woff", ".woff2", ".ttf", ".mp3", ".mp4", ".webm", ".webmanifest"),
)
_STATIC = "/static/"
_MADE = pattern(r"[{}\[\]$%<]")  # a value or a script makes such an address
_PLAIN = pattern(r"\^?([\w/~@-]*)")
_MAX_ROUTES = 100  # beyond which nothing is said of relative addresses


def judge(
    text: str,
    name: str,
    first: int,
    folders: Folders,
    answers: tuple[re.Pattern[str], ...] | None,
) -> Iterator[Finding]:
    """Yield the files that HTML names, and that no address leads to.

    :param first: the number of its first line in the file.
    :param answers: the patterns of the routes; None if they are not known.
    """
    has_base = _BASE.search(text) is not None
    for tag in _TAG.finditer(text):
        address = _address(tag[1])
        if not address or _MADE.search(address) or _OTHER_SITE.match(address):
            continue
        line = first + text.count("\n", 0, tag.start())
        path = without_dots(address if address.startswith("/") else f"/{address}")
        is_open = has_base or answers is None
        if address[:1] != "/" and (is_open or _may_answer(path, answers or ())):
            continue
        if path.startswith(_STATIC):
            yield from static_file(path[len(_STATIC) :], name, line, folders)
        elif (
            path.lower().endswith(_ENDS)
            and answers is not None
            and not any(route.fullmatch(path) for route in answers)
        ):
            yield from _elsewhere(address, path[1:], name, line, folders)


def judge_styles(
    text: str, html: str, name: str, first: int, folders: Folders
) -> Iterator[Finding]:
    """Yield the static files that styles, ``srcset`` and links name.

    :param text: the page with its styles.
    :param html: the same without scripts and styles.
    :param first: the number of its first line in the file.
    """
    for style in _STYLE.finditer(text):
        for found in _URL.finditer(text, style.start(1), style.end(1)):
            line = first + text.count("\n", 0, found.start())
            yield from _static(found[1], name, line, folders)
    for tag in _ANY_TAG.finditer(html):
        line = first + html.count("\n", 0, tag.start())
        for said in _ADDRESS.finditer(tag[2]):
            value = next((part for part in said.groups()[1:] if part), "")
            attribute = said[1].lower()
            if attribute == "srcset":
                for one in value.split(","):
                    yield from _static(
                        one.split()[0] if one.split() else "", name, line, folders
                    )
            elif attribute == "style":
                for found in _URL.finditer(value):
                    yield from _static(found[1], name, line, folders)
            elif attribute == "href" and tag[1].lower() == "a":
                for finding in _static(value, name, line, folders):
                    if not finding.fix.startswith("Write"):
                        finding.severity = "note"  # it may be made later
                    yield finding


def _static(address: str, name: str, line: int, folders: Folders) -> Iterator[Finding]:
    """Yield a finding for an address below ``/static/`` without a file."""
    path = _MOUNT.sub("", address.strip()).partition("#")[0].partition("?")[0]
    if path.startswith(_STATIC) and not _MADE.search(path):
        yield from static_file(path[len(_STATIC) :], name, line, folders)


def _address(attributes: str) -> str:
    """Return the address that a tag names, "" without one."""
    if "onerror" in attributes:
        return ""  # the page gets on without it
    for said in _ADDRESS.finditer(attributes):
        if said[1].lower() in ("src", "href"):
            address = next((part for part in said.groups()[1:] if part), "")
            address = _MOUNT.sub("", address.strip())
            return address.partition("#")[0].partition("?")[0]
    return ""


def _may_answer(path: str, answers: tuple[re.Pattern[str], ...]) -> bool:
    """Tell whether a route answers a relative address on one of the pages.

    :param path: the address as it is on the page at ``/``.
    """
    if len(answers) > _MAX_ROUTES:
        return True
    bases = {""}
    for route in answers:
        plain_part = _PLAIN.match(route.pattern)
        base = (plain_part[1] if plain_part else "").rpartition("/")[0]
        bases |= {base, f"{base}/1", f"{base}/a", f"{base}/a/1"}
    return any(route.fullmatch(base + path) for base in bases for route in answers)


def _elsewhere(
    address: str, path: str, name: str, line: int, folders: Folders
) -> Iterator[Finding]:
    """Yield the finding for a file that is not asked for below ``/static/``."""
    static, templates = folders.names("static"), folders.names("templates")
    if static is None or templates is None:
        return
    is_static, is_template = path in static, path in templates
    if address.startswith("/") and not (is_static or is_template):
        meant = _meant(path, static)
        if not meant or folders.is_made(path):
            return  # PythonAnywhere may have another folder for it
        path, is_static = meant, True
    what = f"No address leads to `{plain(address)}`"
    tag = f"`{{{{#static_url}}}}{plain(path)}{{{{/static_url}}}}`"
    fix = f"Put the file into static/, and write {tag}."
    if is_static:
        what += f": the file {'is' if address.endswith(path) else plain(path) + ' is'} in static/"
        fix = f"Write {tag}."
    elif is_template:
        what += ": the file is in templates/, and browsers get those of static/ only"
        fix = f"Move the file to static/, and write {tag}."
    consequence = "The browser asks for it, and gets an error."
    yield Finding("page-mistake", name, line, what, fix, consequence=consequence)


def _meant(path: str, names: list[str]) -> str:
    """Return the static file that is meant by an address, "" without one."""
    stem, dot, end = path.rpartition(".")
    known = {
        name.rpartition(".")[0]: name for name in names if name.endswith(dot + end)
    }
    return known.get(near(stem, known), "") if dot else ""
