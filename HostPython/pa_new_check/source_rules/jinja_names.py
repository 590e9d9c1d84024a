"""Rules about values that a view of Flask's or Django's passes under a mistyped name.

For both, a name without a value shows nothing. So only two ends that fit are told: a value
that no part of the template names, and a name near to it that nothing in the code passes.
"""

from __future__ import annotations

from pa_new_check.project import Unreadable, content_of, project_files
from pa_new_check.rules import Finding
from pa_new_check.source_rules.form_tokens import without_comments
from pa_new_check.source_rules.reading import Reading
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# No pattern here reads a text twice.
_TAG = pattern(
    r"\{\{([^{}]{0,2000})\}\}|\{%[-+]?\s{0,9}(\w+)((?:[^{}%]|%(?!\})){0,2000})%\}"
)
_BEGIN = pattern(r"\{\{|\{%")
_TEXT = pattern(r"'[^'\n]*'|\"[^\"\n]*\"")
_OTHER = pattern(r"\A\s*['\"]([\w./-]+)['\"]\s*-?\Z")
_WORD = pattern(r"(?<![\w.])[A-Za-z_]\w*")
_SETS = pattern(r"\A\s*([\w\s,()]+?)\s+in\b|\A\s*(\w+)\s*=?")
# The tags of which it is known what they name.
_TAGS = frozenset(
    ("if", "elif", "else", "endif", "for", "empty", "endfor", "set", "endset", "block")
    + (
        "endblock",
        "extends",
        "include",
        "csrf_token",
        "url",
        "static",
        "load",
        "comment",
    )
    + ("endcomment", "autoescape", "endautoescape", "raw", "endraw", "do", "now")
)
_FOLLOWED = ("extends", "include")
_MAX_FILES = 20


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the values that no template names."""
    calls = [
        (module.file, node, *said)
        for module in reading.analysis.modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        for said in _passed(node)
    ]
    if not calls:
        return
    from pa_new_check.sandbox_names import near  # it imports much

    files = list(project_files(str(reading.project.folder)))
    in_code = _names_in_code(reading)
    for file, node, template, names in calls:
        said = _Template(reading, files).read(template)
        for name, line in names.items() if said is not None else ():
            assert said is not None
            free = [
                word
                for word in sorted(said - set(names) - in_code)
                if word not in (f"{name}s", f"{name}es") and name != f"{word}s"
            ]
            meant = near(name, free) if name not in said else ""
            if meant:
                what = f"`{plain(template)}` shows no `{plain(name)}`"
                what += f", but `{plain(meant)}`, which nothing passes"
                fix = f"Did you mean `{plain(meant)}`?"
                yield Finding("page-mistake", file, line or node.lineno, what, fix)


def _passed(call: ast.Call) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield the template of a call that renders one, and the names that it passes."""
    name, given = last_name(call.func), call.args
    first = 1 if name == "render" else 0
    template = given[first] if len(given) > first else None
    if not isinstance(template, ast.Constant) or not isinstance(template.value, str):
        return
    names: dict[str, int] = {}
    if name == "render_template" and len(given) == 1:
        for keyword in call.keywords:
            if keyword.arg is None:
                return
            names[keyword.arg] = keyword.value.lineno
    elif name == "render" and len(given) == 3 and isinstance(given[2], ast.Dict):
        for key in given[2].keys:
            if not isinstance(key, ast.Constant):
                return
            names[str(key.value)] = key.lineno
    if names:
        yield template.value, names


def _names_in_code(reading: Reading) -> set[str]:
    """Return the names that code may pass to templates in some way."""
    found: set[str] = set()
    for module in reading.analysis.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
            elif isinstance(node, ast.keyword) and node.arg is not None:
                found.add(node.arg)
            elif isinstance(node, FUNCTIONS):
                found.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                found.add(node.attr)
    return found


class _Template:
    """Reads the names in a template and in those that it names."""

    def __init__(self, reading: Reading, files: list[str]) -> None:
        self._folder = reading.project.folder
        self._files = files
        self._words: set[str] = set()
        self._set: set[str] = set()
        self._seen: set[str] = set()

    def read(self, name: str) -> set[str] | None:
        """Return the names that get their values from a view; None if not all are known."""
        if not self._add(name):
            return None
        return self._words - self._set

    def _add(self, name: str) -> bool:
        """Add the names of a template; tell whether all are known."""
        if name in self._seen:
            return True
        self._seen.add(name)
        found = [f for f in self._files if f"/{f}".endswith(f"/templates/{name}")]
        if len(found) != 1 or len(self._seen) > _MAX_FILES:
            return False
        try:
            text = content_of(self._folder / found[0]).decode("utf-8", "replace")
        except Unreadable:
            return False
        text = without_comments(text, is_mustache=False)
        tags = list(_TAG.finditer(text))
        if len(tags) != len(_BEGIN.findall(text)):
            return False  # one of them has a dict, say
        for tag in tags:
            if tag[1] is None and not self._add_tag(tag[2], tag[3]):
                return False
            self._words.update(_WORD.findall(_TEXT.sub("", tag[1] or tag[3])))
        return True

    def _add_tag(self, kind: str, rest: str) -> bool:
        """Add what a tag with a name sets or includes; tell whether that is known."""
        if kind in _FOLLOWED:
            other = _OTHER.match(rest)
            return other is not None and self._add(other[1])
        if kind in ("for", "set"):
            said = _SETS.match(rest)
            self._set.update(_WORD.findall((said[1] or said[2] or "") if said else ""))
        return kind in _TAGS
