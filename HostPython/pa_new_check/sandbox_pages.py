"""Watches what handlers of a project that pa-new made show: names without a value, lost pages.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. For
Mustache, a name without a value is no mistake: a section for it is left out. So only
what can never show anything is told. The library of such a project has no such tests:
a deployed app needs none.
"""

from __future__ import annotations

import sys

from pa_new_check.sandbox_inspection import library
from pa_new_check.sandbox_names import as_lines, near, passed_code, repeats, says

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

_LIBRARY = "web.handler"  # below the project's package
_HTML = (
    r"(?i)\s*<(!doctype html|html|head|body|title|h[1-6]|p|div|ul|ol|table|form|a|b|br"
    r"|img)[\s/>]"
)
_METHODS = ("items", "keys", "values")
_LISTS = (list, tuple)
_MAX_TOLD = 50
_MAX_DEPTH = 300  # frames above a call

AS_TEXT = "`self.write(...)` sends text, and this is HTML"


class Pages:
    """What the pages of one request show; it is watched for in the whole process."""

    def __init__(self, modules: list[tuple[str, Any]] | None = None) -> None:
        """Begin to watch the library of handlers, if there is one.

        :param modules: those that may be it, if they are known.
        """
        self._absent: dict[tuple[str, int], tuple[Any, ...]] = {}
        """The place of each name that had no value, and what is said of it."""
        self._shown: set[tuple[str, int]] = set()
        """The places of names that had a value."""
        self._sections: list[Any] = []
        self._html: tuple[Any, list[Any]] | None = None
        self._lost: list[tuple[str, int]] = []
        self._page: tuple[str, int] | None = None
        """The line that made the page of this request."""
        self._calling: list[Any] = []
        """The line that makes a page now."""
        self._known: set[Any] = set()
        self._package = self._folder = ""
        self._has_templates = False
        for name, _ in list(sys.modules.items()) if modules is None else modules:
            if name == _LIBRARY or name.endswith("." + _LIBRARY):
                self._package = name.rpartition(".")[0]
                self._watch()
                break

    def clear(self) -> None:
        """Forget the request before."""
        self._absent.clear()
        self._shown.clear()
        self._sections.clear()
        self._lost.clear()
        self._html = self._page = None

    def html_place(self) -> list[Any]:
        """Return the line that wrote HTML as text, in frames; [] if there is none."""
        if self._html is None:
            return []
        handler, place = self._html
        default = sys.modules[f"{self._package}.writing"].HEADERS["content-type"]
        is_default = getattr(handler, "_headers", {}).get("content-type") is default
        return [place] if is_default and place else []

    def findings(self) -> list[dict[str, Any]]:
        """Return what is wrong with the pages of this request: rule, place and words."""
        found = []
        for key, (file, line, what, fix) in self._absent.items():
            if key not in self._shown:
                found.append(_finding("page-mistake", file, line, what, fix))
        for file, line in self._lost:
            what = "This page is for nobody: `self.redirect(...)` comes after it"
            fix = "Write `return` on the line below it, or remove one of both."
            found.append(_finding("handler-mistake", file, line, what, fix))
        return found[:_MAX_TOLD]

    def log(self) -> None:
        """Write what is wrong into the log, each mistake once."""
        try:
            found = self.findings()
            for file, line in self.html_place():
                fix = "Write `self.write_html(...)`."
                found.append(_finding("html-as-text", file, line, AS_TEXT, fix))
        except Exception:  # noqa: BLE001 - the app's own objects
            return
        for one in found:
            [file, line] = one["frames"][0]
            if (file, line, one["what"]) not in self._known:
                self._known.add((file, line, one["what"]))
                short = file.removeprefix(self._folder)
                fix = one["fix"][:1].lower() + one["fix"][1:].rstrip(".")
                print(f"{short}:{line}: {one['what']}: {fix}", file=sys.stderr)

    # What is watched.

    def _watch(self) -> None:
        """Replace the methods of the library by those that look first."""
        try:
            handler = sys.modules[f"{self._package}.handler"].RequestHandler
            folder = _imported(f"{self._package}.project").FOLDER
        except (ImportError, AttributeError):
            return  # another version of the library
        self._folder = f"{folder}/"
        self._watch_handler(handler)

    def _watch_handler(self, handler: Any) -> None:
        write, redirect = handler.write, handler.redirect

        def watched_write(own: Any, chunk: Any = b"", *more: Any, **named: Any) -> Any:
            is_first = self._html is None and not getattr(own, "_chunks", True)
            is_tag = is_first and isinstance(chunk, str) and chunk.lstrip()[:1] == "<"
            if is_tag and library("re").match(_HTML, chunk[:1000]):
                self._html = own, self._caller()
            return write(own, chunk, *more, **named)

        def watched_redirect(own: Any, *given: Any, **named: Any) -> Any:
            was_finished = getattr(own, "_is_finished", True)
            result = redirect(own, *given, **named)
            if self._page is not None and not was_finished:
                self._lost.append(self._page)
                self._page = None
            return result

        handler.write = self._as_library(watched_write)
        handler.redirect = self._as_library(watched_redirect)
        for name in ("render", "write_html"):
            take = getattr(handler, name, None)
            if take is not None:
                setattr(handler, name, self._watched_page(take))

    def _watched_page(self, take: Any) -> Any:
        def watched(*given: Any, **named: Any) -> Any:
            self._calling = place = self._caller()
            self._watch_templates()
            result = take(*given, **named)
            self._page = (place[0], place[1]) if place else None
            return result

        return self._as_library(watched)

    def _as_library(self, function: Any) -> Any:
        """Return a function whose frames count as the library's, as in a traceback."""
        file = sys.modules[f"{self._package}.handler"].__file__
        function.__code__ = function.__code__.replace(co_filename=str(file))
        return function

    def _watch_templates(self) -> None:
        """Watch the templates, before the first page that needs them."""
        if self._has_templates:
            return
        self._has_templates = True
        try:
            nodes = _imported(f"{self._package}.mustache.nodes")
            self._watch_nodes(nodes)
        except (ImportError, AttributeError):
            return  # another version of the library

    def _watch_nodes(self, nodes: Any) -> None:
        find, repeat = nodes.Run.find, nodes.Section._repeat
        render = nodes.Variable.render

        def watched_find(run: Any, node: Any) -> Any:
            value = find(run, node)
            if value is None:
                try:
                    self._note(run, node)
                except Exception:  # noqa: BLE001, S110 - the app's own objects
                    pass
            else:
                self._shown.add((run.template.path, node.offset))
            return value

        def watched_render(node: Any, run: Any) -> Any:
            if node.key in run.names:
                self._shown.add((run.template.path, node.offset))
            return render(node, run)

        def watched_repeat(node: Any, run: Any, items: Any) -> Any:
            self._sections.append((node, len(items)))
            yield from repeat(node, run, items)
            self._sections.pop()

        nodes.Run.find = self._as_library(watched_find)
        nodes.Section._repeat = self._as_library(watched_repeat)
        nodes.Variable.render = self._as_library(watched_render)

    def _caller(self) -> list[Any]:
        """Return the file and line of the project that called the library."""
        frame = sys._getframe(2)
        own = sys.modules[f"{self._package}.handler"].__file__ or ""
        library = own.rpartition("/")[0] + "/"
        for _ in range(_MAX_DEPTH):
            file = frame.f_code.co_filename
            if file.startswith(self._folder) and not file.startswith(library):
                return [file, frame.f_lineno]
            if frame.f_back is None:
                break
            frame = frame.f_back
        return []

    def _note(self, run: Any, node: Any) -> None:
        """Note a name without a value, if it can be no other than a mistake."""
        key = (run.template.path, node.offset)
        if key in self._absent or len(self._absent) >= _MAX_TOLD or node.name == ".":
            return
        said = self._said(run, node)
        if said is None:
            return
        path, text = run.template.path, run.template.text
        line = text.count("\n", 0, node.offset) + 1
        file = self._folder + path
        if path == "write_html":
            place = self._caller()
            if not place:
                return
            file, line = place
        self._absent[key] = (file, line, *said)

    def _said(self, run: Any, node: Any) -> tuple[str, str] | None:
        """Return what is wrong with a name, and what to do; None if nothing is sure."""
        first, *others = node.parts
        tag = f"`{{{{{'' if hasattr(node, 'is_escaped') else '#'}{node.name}}}}}`"
        for names in reversed(run.contexts):
            # The values that each template has answer to every name, but to this call.
            value = names.get(first, self)
            if value is not self:
                return self._in_value(value, first, others, tag)
        item = run.item
        if self._sections and item == {}:
            return None  # that is how some say that nothing is there
        if self._sections and hasattr(node, "is_escaped"):
            section, count = self._sections[-1]
            is_row = isinstance(item, _LISTS)
            is_text = isinstance(item, (str, int, float)) and count > 1
            if is_text and repeats(section.name, node.name, item):
                return None
            if (is_row or is_text) and not _shows_item(section):
                return as_lines(tag, section.name, item, self._passed(section.name))
        known = _meant(node, run)
        return self._mistyped(first, known, tag, "")

    def _passed(self, name: str) -> str:
        """Return the code that the page gets by a name and its place, "" if unknown."""
        file, line = self._calling or ("", 0)
        code = passed_code(file, line, name) if file else ""
        return f"{code} in {file.removeprefix(self._folder)}:{line}" if code else ""

    def _in_value(
        self, value: Any, path: str, others: list[str], tag: str
    ) -> tuple[str, str] | None:
        """Say what is wrong with the later parts of a name with dots."""
        for part in others:
            if isinstance(value, _LISTS):
                fix = f"Write `{{{{#{path}}}}}...{{{{/{path}}}}}`, or pass `{part}` itself."
                what = f"{tag} shows nothing: `{path}` is a list, which has no `{part}`"
                return what, fix
            if not isinstance(value, dict):
                return None
            if part not in value:
                if part in _METHODS:
                    what = f"{tag} shows nothing: `{path}` is a dict, and a template calls no method"
                    fix = (
                        'Pass a list: `rows=[{"key": k, "value": v} for k, v in '
                        f"{path}.items()]`."
                    )
                    return what, fix
                return self._mistyped(part, [*map(str, value)], tag, f"{path}.")
            value, path = value[part], f"{path}.{part}"
        return None

    def _mistyped(
        self, name: str, known: list[str], tag: str, before: str
    ) -> tuple[str, str] | None:
        """Say which name is meant, if no file of the project has this one."""
        meant = near(name, known)
        if not meant or says(self._folder, name):
            return None
        what = f"{tag} shows nothing: no value has this name"
        return what, f"Did you mean `{before}{meant}`?"


def _imported(name: str) -> Any:
    __import__(name)
    return sys.modules[name]


def _meant(node: Any, run: Any) -> list[str]:
    """Return the names that may be meant by one that has no value."""
    names = {str(n): names for names in run.contexts for n in names}
    re = library("re")
    shown = set(re.findall(r"\{\{[#^&{]?\s*([^\s{}.]+)", run.template.text))
    if not hasattr(node, "is_escaped"):
        # A section asks whether there is a value: one for each of two names is no mistake.
        return [name for name in names if name not in shown]
    # A text is meant: `subtitle` is no mistake for a list with the name `subtitles`.
    # Only of a dict: the values that each template has are made when asked for.
    dicts = {n: of for n, of in names.items() if isinstance(of, dict)}
    others = {n for n, of in dicts.items() if isinstance(of.get(n), _LISTS)}
    # A template that shows `author` and `authors` means both.
    first = node.parts[0]
    others |= {n for n in shown if n.rstrip("s") == first.rstrip("s")}
    return [name for name in names if name not in others]


def _shows_item(section: Any) -> bool:
    """Tell whether a section has a tag for the item itself: ``{{.}}`` or ``{{#.}}``."""
    waiting = list(section.nodes)
    while waiting:
        node = waiting.pop()
        if node.name == ".":
            return True
        waiting += node.nodes
        waiting += getattr(node, "blocks", {}).values()
        if hasattr(node, "indentation") and not hasattr(node, "has_line"):
            return True  # another template, which may have one
    return False


def _finding(rule: str, file: str, line: int, what: str, fix: str) -> dict[str, Any]:
    return {"rule": rule, "what": what, "fix": fix, "frames": [[file, line]]}
