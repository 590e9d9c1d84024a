"""Rules about values that a view of Flask's or Django's passes under a mistyped name.

For both, a name without a value shows nothing. So only two ends that fit are told: a value
that no part of the template names, and a name near to it that nothing in the code passes.
Which of both is mistyped, the rest of the project tells: a right name is there more often.
"""

from __future__ import annotations

from pa_new_check.project import Unreadable, content_of, project_files
from pa_new_check.rules import Finding
from pa_new_check.source_rules.form_tokens import without_comments
from pa_new_check.source_rules.reading import Reading
from pa_new_check.syntax import FUNCTIONS, last_name
from pa_new_shared.later import ast, functools, re
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
# A filter, a test, an argument's name, and what a tag of Django's gives a name to.
_NO_NAME = pattern(
    r"\|\s{0,9}[\w.]+|\bis\s{1,9}(?:not\s{1,9})?\w+|\bas\s{1,9}\w+|\b\w+\s{0,9}=(?!=)"
)
_AS = pattern(r"\bas\s{1,9}(\w+)")
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
_MAX_PAIRS = 50_000  # of names that are compared
# What these name is no value.
_NO_VALUES = frozenset(("block", "endblock", "load", "csrf_token", "autoescape"))
# The code and data are counted without these.
_TEMPLATES = (".html", ".htm", ".jinja", ".jinja2", ".j2")


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

    project = _Templates(reading)
    in_code = _names_in_code(reading)
    told: set[tuple[str, int, str]] = set()
    left = _MAX_PAIRS
    for file, node, template, names in calls:
        read, said = project.read(template)
        lost = [name for name in names if name not in read.words]
        others = sorted(said - set(names) - in_code) if lost else []
        left -= len(lost) * len(others)
        if left < 0:
            return  # comparing them would take too long
        for name in lost if others else ():
            free = [
                word
                for word in others
                if word not in (f"{name}s", f"{name}es") and name != f"{word}s"
            ]
            shown = near(name, free)
            if shown:
                code = (file, names[name] or node.lineno)
                found = _finding(project, template, (name, code), (shown, read))
                if (found.file, found.line, found.what) not in told:
                    told.add((found.file, found.line, found.what))
                    yield found


def _finding(
    project: _Templates,
    template: str,
    passed: tuple[str, tuple[str, int]],
    shown: tuple[str, _Template],
) -> Finding:
    """Return the finding about two names, one of which is mistyped: the rarer one.

    :param passed: the name that a view passes, and its place.
    :param shown: the name in the template, and the template.
    """
    (name, (file, line)), (other, read) = passed, shown
    own, others = project.count(name), project.count(other)
    if own < others:
        what = f"`{plain(template)}` shows no `{plain(name)}`"
        what += f", but `{plain(other)}`, which nothing passes"
        fix = f"Did you mean `{plain(other)}`?"
        return Finding("page-mistake", file, line, what, fix)
    what = (
        f"Nothing passes `{plain(other)}` to this template, but {plain(file)} passes "
    )
    what += f"`{plain(name)}`"
    fix = f"Did you mean `{plain(name)}`? {plain(file)}:{line} passes it."
    if own == others:
        fix = f"Write the same name here and in {plain(file)}:{line}."
    return Finding("page-mistake", *read.places[other], what, fix)


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


class _Templates:
    """The templates of a project: each is read once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._files = list(project_files(str(reading.project.folder)))
        self._read: dict[str, tuple[_Template, set[str]]] = {}
        self._counts: dict[str, int] = {}

    def read(self, name: str) -> tuple[_Template, set[str]]:
        """Return a template, and the names that get values; none if not all are known."""
        if name not in self._read:
            template = _Template(self._reading, self._files)
            self._read[name] = template, template.read(name) or set()
        return self._read[name]

    def count(self, name: str) -> int:
        """Return how often a name is there in the project's code, data and templates."""
        from pa_new_check.sandbox_names import count  # it imports much

        if name not in self._counts:
            folder = str(self._reading.project.folder)
            word = re.compile(rf"\b{re.escape(name)}\b")
            found = len(word.findall(self._text))
            self._counts[name] = found + count(folder, name)
        return self._counts[name]

    @functools.cached_property
    def _text(self) -> str:
        """All of them as one text."""
        texts: list[str] = []
        for file in self._files:
            if "templates/" in file and file.endswith(_TEMPLATES):
                try:
                    text = content_of(self._reading.project.folder / file)
                except Unreadable:
                    continue
                texts.append(text.decode("utf-8", "replace"))
        return "\n".join(texts)


class _Template:
    """Reads the names in a template and in those that it names."""

    def __init__(self, reading: Reading, files: list[str]) -> None:
        self._folder = reading.project.folder
        self._files = files
        self.places: dict[str, tuple[str, int]] = {}
        """The file and line of each name's first use."""
        self.words: set[str] = set()
        """The names, and what else may be one."""
        self._set: set[str] = set()
        self._seen: set[str] = set()

    def read(self, name: str) -> set[str] | None:
        """Return the names that get their values from a view; None if not all are known."""
        if not self._add(name):
            return None
        return set(self.places) - self._set

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
            if tag[2] not in _NO_VALUES:
                self._add_words(found[0], text, tag)
        return True

    def _add_words(self, file: str, text: str, tag: re.Match[str]) -> None:
        """Add the names in a tag, but for those in its texts."""
        start = tag.start(1 if tag[2] is None else 3)
        inside = _TEXT.sub(lambda said: " " * len(said[0]), tag[1] or tag[3])
        self.words.update(word[0] for word in _WORD.finditer(inside))
        inside = _NO_NAME.sub(lambda said: " " * len(said[0]), inside)
        for word in _WORD.finditer(inside):
            if word[0] not in self.places:
                line = text.count("\n", 0, start + word.start()) + 1
                self.places[word[0]] = (file, line)

    def _add_tag(self, kind: str, rest: str) -> bool:
        """Add what a tag with a name sets or includes; tell whether that is known."""
        if kind in _FOLLOWED:
            other = _OTHER.match(rest)
            return other is not None and self._add(other[1])
        self._set.update(_AS.findall(rest))
        if kind in ("for", "set"):
            said = _SETS.match(rest)
            self._set.update(_WORD.findall((said[1] or said[2] or "") if said else ""))
        return kind in _TAGS
