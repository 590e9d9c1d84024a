"""Finds the files and forms in templates of Flask's and Django's that lead nowhere.

Like :mod:`pa_new_check.sandbox_child`, this runs in an interpreter of its own. The app is
loaded, so its framework says what answers an address, and where the static files are.
"""

from __future__ import annotations

import os
import sys

from pa_new_check.sandbox_inspection import library
from pa_new_check.sandbox_names import near_path, without_dots

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Match
    from typing import Any

    # What is wrong, what to do, and what follows; before it, the line.
    Said = tuple[str, str, str]
    Problem = tuple[int, str, str, str]

# It is there if it is needed.
_frameworks: Any = sys.modules.get("pa_new_check.sandbox_frameworks")

# Texts, which are compiled when there is a template.
_COMMENTS = (
    r"(?s)<!--.*?(?:-->|\Z)|\{#.*?(?:#\}|\Z)"
    r"|\{%-?\s*comment\b.*?(?:\{%-?\s*endcomment\b|\Z)"
)
_SCRIPTS = r"(?is)(<(script|style|textarea|template)\b[^<>]*>)(.*?)(?=</\2\b|\Z)"
_CONDITION = r"\{%[-+]?\s*(end)?(?:if|for|macro|call)\b"
# With tags of templates in it; no pattern here reads a text twice.
_PART = r"\{(?![{%])|\{\{\{?[^{}<]{0,300}\}\}\}?|\{%[^{}<]{0,300}%\}"
_INSIDE = rf"((?:[^<>{{]|{_PART})*)"
_TAG = rf"(?i)<(?:img|script|link|source|video|audio)\b{_INSIDE}>"
_LINK = rf"(?i)<a\b{_INSIDE}>"
_FORM = rf"(?i)<form\b{_INSIDE}>"
_METHOD = r"(?i)\bmethod\s*=\s*[\"']?\s*(\w*)"
_VALUE = (
    rf"(?:\"((?:[^\"{{]|{_PART})*)\"|'((?:[^'{{]|{_PART})*)'|([^\s\"'>{{]{{1,300}}))"
)
_ACTION = rf"(?i)\baction\s*=\s*{_VALUE}"
_ATTRIBUTE = rf"(?<![\w:@.-])([\w:@.-]+)\s*=\s*{_VALUE}"
_SCRIPT = r"(?i)[\s\"'](?:on|hx-|x-|v-|@|data-)[\w:.-]+\s*="
_OTHER_SITE = r"(?i)[a-z][a-z0-9+.-]*:|//"
_ENDS = (
    *(".css", ".js", ".mjs", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp"),
    *(".woff", ".woff2", ".mp3", ".mp4", ".webm"),
)
_URL_FOR = r"\{\{-?\s*url_for\(\s*['\"]([\w.]+)['\"]\s*\)\s*-?\}\}"
_STATIC_FOR = (
    r"url_for\(\s*['\"]static['\"]\s*,\s*filename\s*=\s*['\"]([^'\"{}]+)['\"]\s*\)"
)
_URL_TAG = r"\{%-?\s*url\s+['\"]([\w:.-]+)['\"]\s*-?%\}"
_STATIC_TAG = r"\{%-?\s*static\s+['\"]([^'\"{}]+)['\"]\s*(?:as\s+\w+\s*)?-?%\}"
_STATIC = "/static/"
_MAX_TEXT = 200_000
_MAX_BASES = 500
_ERROR = "The browser asks for it, and gets an error."


class Links:
    """What an app of Flask's, or Django's settings, say of addresses."""

    call = ""
    """How a template names a static file, with ``NAME`` for its path."""
    named = ""
    """The pattern of that in templates."""
    view = ""
    """The pattern of an address that is the name of a view."""
    prefix = ""
    """What the address of a static file begins with."""

    def has_static(self, name: str) -> bool:
        """Tell whether there is a static file."""
        raise NotImplementedError

    def answers(self, path: str, method: str) -> bool | None:
        """Tell whether a path is answered, None if it is with other methods only."""
        raise NotImplementedError

    def takes(self, view: str, method: str) -> bool:
        """Tell whether a view takes a method; True if that is not known."""
        raise NotImplementedError

    def problems(self, text: str, template: str) -> Iterator[Problem]:
        """Yield what is wrong in a template.

        :param template: its path below the folder of templates.
        """
        if len(text) > _MAX_TEXT:
            return
        re = library("re")
        text = re.sub(_COMMENTS, lambda found: re.sub(r"[^\n]", " ", found[0]), text)
        for found in re.finditer(self.named, text):
            if not self.has_static(found[1]):
                yield _line(text, found), *self._missing(found[1])
        text = re.sub(
            _SCRIPTS, lambda found: found[1] + re.sub(r"[^\n]", " ", found[3]), text
        )
        has_base = re.search(r"(?i)<base\b", text) is not None
        for found in re.finditer(_TAG, text):
            address = _address(found[1])
            path = re.sub(r"\A(?:\.?\.?/)*", "/", address)
            is_relative = not address.startswith("/")
            if address and not (is_relative and (has_base or self._may_answer(path))):
                said = self._judge_file(address, path)
                if said:
                    yield _line(text, found), *said
        for found in re.finditer(_LINK, text):
            path = _address(found[1])
            if path.startswith("/") and not re.search(_SCRIPT, found[1]):
                said = self._lost(path, "GET", "link")
                if said:
                    yield _line(text, found), *said
        depth = end = 0
        for found in re.finditer(_FORM, text) if "formaction" not in text else ():
            for tag in re.finditer(_CONDITION, text[end : found.start()]):
                depth += -1 if tag[1] else 1
            end = found.start()
            if re.search(_SCRIPT, found[1]):
                continue  # it sends the form itself
            # In a condition, perhaps other views show it.
            said = self._judge_form(found[1], "" if depth > 0 else template)
            if said:
                yield _line(text, found), *said

    def _missing(self, name: str) -> Said:
        what = f"There is no static file `{name}`"
        return what, "Add the file, or correct the name.", _ERROR

    def bases(self) -> set[str]:
        """Return folders in which the addresses of pages are, without the last slash."""
        raise NotImplementedError

    def _may_answer(self, path: str) -> bool:
        """Tell whether a relative address is answered on one of the pages.

        :param path: the address as it is on the page at ``/``.
        """
        for base in self.bases():
            place = base + path
            if self.prefix and place.startswith(self.prefix):
                if self.has_static(place[len(self.prefix) :]):
                    return True
            elif self.answers(place, "GET") is not False:
                return True
        return False

    def _judge_file(self, address: str, path: str) -> Said | None:
        """Return what is wrong with the address of a file, None if nothing is."""
        if self.prefix and path.startswith(self.prefix):
            name = path[len(self.prefix) :]
            return None if self.has_static(name) else self._missing(name)
        if not path.lower().endswith(_ENDS) or self.answers(path, "GET") is not False:
            return None
        name = path[1:]
        is_there = self.has_static(name)
        if address.startswith("/") and not is_there:
            return None  # PythonAnywhere may have another folder for it
        what = f"No address leads to `{address}`"
        tag = f"`{self.call.replace('NAME', name)}`"
        if is_there:
            what += ": the file is among the static files"
            return what, f"Write {tag}.", _ERROR
        return what, f"Put the file among the static files, and write {tag}.", _ERROR

    def _judge_form(self, tag: str, template: str) -> Said | None:
        """Return what is wrong with where a form leads, None if nothing is."""
        re = library("re")
        said = re.search(_METHOD, tag)
        method = said[1].upper() if said else "GET"
        action = re.search(_ACTION, tag)
        value = next((v for v in action.groups() if v), "") if action else ""
        view = re.fullmatch(self.view, value.strip())
        path = "" if view else _plain(action)
        if method not in ("GET", "POST") or (value and not view and not path):
            return None
        if view:
            is_taken, place = self.takes(view[1], method), f"the view `{view[1]}`"
        elif path.startswith("/"):
            is_taken, place = self.answers(path, method) is not None, f"`{path}`"
            if is_taken:
                return self._lost(path, method, "form")
        elif not path:
            is_taken = not template or self.shows(template, method)
            place = "the address of its own page"
        else:
            return None
        if is_taken:
            return None
        what = f"This form sends {method} to {place}, which does not take it"
        fix = f"Let the view of this address take {method}, or correct the form."
        return what, fix, "The app answers 405 (Method Not Allowed) to it."

    def _lost(self, path: str, method: str, what: str) -> Said | None:
        """Return what is wrong with an address that is mistyped, None if it is not."""
        if self.answers(path, method) is not False or path.startswith(_STATIC):
            return None
        meant = near_path(path, self.paths())
        # Django sends a visitor to the address with a slash at its end.
        if not meant or meant == f"{path}/":
            return None
        said = f"This {what} leads to `{path}`, which no route answers"
        return said, f"Did you mean `{meant}`?", "The app answers 404 (Not Found)."

    def paths(self) -> list[str]:
        """Return the addresses of the app that have no parameters."""
        raise NotImplementedError

    def shows(self, template: str, method: str) -> bool:
        """Tell whether the views that show a template take a method at their address."""
        return True


def _line(text: str, found: Match[str]) -> int:
    return text.count("\n", 0, found.start()) + 1


def _address(attributes: str) -> str:
    """Return the address of a file that a tag names in full, else ""."""
    if "onerror" in attributes:
        return ""  # the page gets on without it
    for found in library("re").finditer(_ATTRIBUTE, attributes):
        if found[1].lower() in ("src", "href"):
            return _whole(next((part for part in found.groups()[1:] if part), ""))
    return ""


def _plain(found: Match[str] | None) -> str:
    """Return an address of this site that is written in full, else ""."""
    return _whole(next((p for p in found.groups() if p), "") if found else "")


def _whole(value: str) -> str:
    value = value.strip().partition("#")[0].partition("?")[0]
    if "{" in value or "%" in value or library("re").match(_OTHER_SITE, value):
        return ""
    return without_dots(value) if value.startswith("/") else value


class FlaskLinks(Links):
    """An app of Flask's."""

    call = "{{ url_for('static', filename='NAME') }}"
    named, view = _STATIC_FOR, _URL_FOR

    def __init__(self, app: Any) -> None:
        self._app = app
        self._adapter = app.url_map.bind("localhost")
        self._errors = sys.modules["werkzeug.exceptions"]
        if app.has_static_folder:
            self.prefix = f"{app.static_url_path}/"

    def has_static(self, name: str) -> bool:
        """Tell whether there is a static file."""
        folder = self._app.static_folder
        return not folder or os.path.isfile(os.path.join(folder, name))

    def answers(self, path: str, method: str) -> bool | None:
        """Tell whether a path is answered, None if it is with other methods only."""
        try:
            self._adapter.match(path, method=method)
        except Exception as error:  # noqa: BLE001 - a redirect is an answer, say
            if isinstance(error, self._errors.MethodNotAllowed):
                return None
            return not isinstance(error, self._errors.NotFound)
        return True

    def bases(self) -> set[str]:
        """Return folders in which the addresses of pages are, without the last slash."""
        found = {""}
        for rule in self._app.url_map.iter_rules():
            if not rule.endpoint.endswith("static"):
                base = rule.rule.partition("<")[0].rpartition("/")[0]
                found |= (
                    {base, f"{base}/1", f"{base}/a"} if "<" in rule.rule else {base}
                )
        return found

    def paths(self) -> list[str]:
        """Return the addresses of the app that have no parameters."""
        rules = self._app.url_map.iter_rules()
        return [rule.rule for rule in rules if "<" not in rule.rule]

    def takes(self, view: str, method: str) -> bool:
        """Tell whether a view takes a method; True if that is not known."""
        rules = [
            rule
            for rule in self._app.url_map.iter_rules()
            if rule.endpoint == view
            or (view[:1] == "." and rule.endpoint.endswith(view))
        ]
        is_open = any(self._has(rule, method) for rule in rules)
        return is_open or not rules

    def _has(self, rule: Any, method: str) -> bool:
        """Tell whether a method is taken at the address of a rule."""
        if rule.methods is None or method in rule.methods:
            return True
        # Another view can have it.
        return any(
            other.rule == rule.rule and method in (other.methods or (method,))
            for other in self._app.url_map.iter_rules()
        )

    def shows(self, template: str, method: str) -> bool:
        """Tell whether the views that show a template take a method at their address."""
        for rule in self._app.url_map.iter_rules():
            function = self._app.view_functions.get(rule.endpoint)
            code = getattr(function, "__code__", None)
            is_own = template in getattr(code, "co_consts", ())
            if is_own and "GET" in (rule.methods or ()) and not self._has(rule, method):
                return False
        return True


class DjangoLinks(Links):
    """Django's settings."""

    call = "{% static 'NAME' %}"
    named, view = _STATIC_TAG, _URL_TAG

    def __init__(self) -> None:
        self._settings = sys.modules["django.conf"].settings
        self._urls: Any = sys.modules.get("django.urls")
        self._finders: Any = None
        apps: Any = sys.modules.get("django.apps")
        if apps is not None and apps.apps.is_installed("django.contrib.staticfiles"):
            from django.contrib.staticfiles import finders  # type: ignore[import-not-found, unused-ignore]

            self._finders = finders
            prefix = str(self._settings.STATIC_URL or "")
            self.prefix = prefix if prefix.startswith("/") else ""

    def has_static(self, name: str) -> bool:
        """Tell whether there is a static file."""
        root = self._settings.STATIC_ROOT
        if self._finders is None or (root and os.path.isfile(os.path.join(root, name))):
            return True
        return self._finders.find(name) is not None

    def answers(self, path: str, method: str) -> bool | None:
        """Tell whether a path is answered, None if it is with other methods only."""
        try:
            found = self._urls.resolve(path)
        except self._urls.Resolver404:
            return False
        kind = getattr(found.func, "view_class", None)
        is_taken = kind is None or hasattr(kind, method.lower()) or _decides(kind)
        return True if is_taken else None

    def paths(self) -> list[str]:
        """Return the addresses of the app that have no parameters."""
        return list(_frameworks.django_paths())

    def takes(self, view: str, method: str) -> bool:
        """Tell whether a view takes a method; True if that is not known."""
        try:
            path = self._urls.reverse(view)
        except self._urls.NoReverseMatch:
            return True
        return self.answers(path, method) is not None

    def bases(self) -> set[str]:
        """Return folders in which the addresses of pages are, without the last slash."""
        found = {""}
        waiting = [("/", self._urls.get_resolver())]
        while waiting and len(found) < _MAX_BASES:
            before, resolver = waiting.pop()
            for one in resolver.url_patterns:
                text = before + str(one.pattern).removeprefix("^")
                plain = library("re").match(r"[\w/~@.-]*", text)[0]
                base = plain.rpartition("/")[0]
                found |= {base} if plain == text else {base, f"{base}/1", f"{base}/a"}
                if hasattr(one, "url_patterns"):
                    waiting.append((text, one))
        return found


def _decides(kind: type) -> bool:
    """Tell whether a view of the project's own may take what it has no method for."""
    names = {"__init__", "setup", "dispatch", "http_method_not_allowed"}
    own = [
        c for c in kind.__mro__ if not c.__module__.startswith(("django.", "builtins"))
    ]
    return any(names & vars(one).keys() for one in own)
