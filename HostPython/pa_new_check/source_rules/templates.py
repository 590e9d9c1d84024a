"""Rules about templates and static files: names in capital letters, and missing ones.

Windows and macOS find ``Index.html`` by the name ``index.html``; Linux does not.
"""

from __future__ import annotations

import os

from pa_new_check import known_apis
from pa_new_check.project import project_files
from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import Reading, TemplateUse
from pa_new_check.static_analysis.values import Module
from pa_new_shared import regular_files
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# The functions that render a template: the place and keyword of its name, and the kind.
_RENDERS = {
    "flask.render_template": (0, "template_name_or_list", "flask"),
    "flask.templating.render_template": (0, "template_name_or_list", "flask"),
    "django.shortcuts.render": (1, "template_name", "django"),
    "django.template.loader.render_to_string": (0, "template_name", "django"),
    "django.template.loader.get_template": (0, "template_name", "django"),
    "bottle.template": (0, "", "bottle"),
    "bottle.jinja2_template": (0, "", "bottle"),
    "bottle.view": (0, "", "bottle"),
    "bottle.jinja2_view": (0, "", "bottle"),
    "flask.url_for": (-1, "filename", "static"),
}
_FOLDERS = {
    "flask": ("templates",),
    "django": ("templates", "jinja2"),
    "bottle": ("views", ""),
    "jinja": ("templates", "views", "jinja2"),
    "static": ("static",),
}
_ALL_FOLDERS = {name for names in _FOLDERS.values() for name in names if name}
_TEMPLATE_FILES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".tpl", ".txt", ".xml")
_BOTTLE_ENDS = ("", ".tpl", ".html", ".thtml", ".stpl")
_TAGS = pattern(
    r"\{%-?\s*(?:extends|include|import|from)\s+[\"']([^\"'{}]+)[\"']"
    r"|\{%-?\s*static\s+[\"']([^\"'{}]+)[\"']"
    r"|[\"']/static/([^\"'{}?#<>\s]+)[\"']"
    r"|url_for\(\s*[\"']static[\"']\s*,\s*filename\s*=\s*[\"']([^\"'{}]+)[\"']\s*\)"
)
_MAX_TEMPLATE = 200_000


def note_call(module: Module, node: ast.Call, name: str, reading: Reading) -> None:
    """Note a template or static file that a call names."""
    if name in _RENDERS:
        place, keyword, kind = _RENDERS[name]
        given = node.args[place : place + 1] if place >= 0 else []
        given += [k.value for k in node.keywords if k.arg == keyword]
        if kind == "static":
            first = node.args[0] if node.args else None
            if not isinstance(first, ast.Constant) or first.value != "static":
                return
        for value in given:
            _note(module, value, kind, reading)
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "as_view":
        for keyword_given in node.keywords:
            if keyword_given.arg == "template_name":
                _note(module, keyword_given.value, "django", reading)


def note_assignment(
    module: Module, node: ast.Assign | ast.AnnAssign, reading: Reading
) -> None:
    """Note the template of a view of Django's, which is a class."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    is_name = any(
        isinstance(target, ast.Name) and target.id == "template_name"
        for target in targets
    )
    if is_name and node.col_offset and node.value is not None:
        _note(module, node.value, "django", reading)


def note_text(node: ast.Constant, reading: Reading) -> None:
    """Note a folder of templates that a text names, as it spells it."""
    if isinstance(node.value, str):
        last = node.value.rstrip("/").rpartition("/")[2]
        if last.lower() in _ALL_FOLDERS:
            reading.folders.add(last)


def _note(module: Module, node: ast.expr, kind: str, reading: Reading) -> None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        name = node.value
        if kind == "bottle" and (not name or re.search(r"[\n{}%$<>\s]", name)):
            return  # the template itself
        if name:
            use = TemplateUse(module.file, node.lineno, kind, name)
            reading.templates.append(use)


class _Files:
    """The names of the project's files, by folders in which names are looked for."""

    def __init__(self, reading: Reading) -> None:
        self.files = list(project_files(str(reading.project.folder)))
        self.names = frozenset(self.files)

    def below(self, folder: str) -> dict[str, list[str]]:
        """Return the names below each folder of a name, by their small letters.

        A folder whose own name differs in its capital letters counts too.
        """
        found: dict[str, list[str]] = {}
        for path in self.files:
            parts = path.split("/")
            if not folder:
                found.setdefault(path.lower(), []).append(path)
                continue
            for place, part in enumerate(parts[:-1]):
                if part.lower() == folder:
                    name = "/".join(parts[place + 1 :]).lower()
                    found.setdefault(name, []).append("/".join(parts[place:]))
        return found


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about the names of templates and static files."""
    if not reading.templates:
        return
    files = _Files(reading)
    kinds = {use.kind for use in reading.templates}
    uses = [*reading.templates]
    if kinds - {"bottle"}:
        uses += _in_templates(reading, files)
    tables: dict[str, list[dict[str, list[str]]]] = {}
    is_first = True
    renamed: set[str] = set()
    for use in uses:
        if use.kind not in tables:
            tables[use.kind] = [files.below(name) for name in _FOLDERS[use.kind]]
        ends = _BOTTLE_ENDS if use.kind == "bottle" else ("",)
        names = [os.path.normpath(use.name + end) for end in ends]
        found = [
            (folder, name, path)
            for table, folder in zip(tables[use.kind], _FOLDERS[use.kind])
            for name in names
            for path in table.get(name.lower(), [])
        ]
        exact = [
            path
            for folder, name, path in found
            for spelled in (folder, *reading.folders)
            if path == _join(spelled, name)
        ]
        if exact:
            if use.kind == "bottle" and is_first and _is_lost(reading):
                is_first = False
                yield _lost(use, exact[0])
        elif found:
            name, path = found[0][1:]
            if path.endswith(f"/{name}"):  # the folder's name: told once
                if path.partition("/")[0] in renamed:
                    continue
                renamed.add(path.partition("/")[0])
            yield _wrong_case(use, name, path)
        elif use.kind == "flask" and not reading.words & known_apis.SWITCHES:
            yield from _missing(use, files, tables["flask"])


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _is_lost(reading: Reading) -> bool:
    """Tell whether bottle looks for templates in the working directory."""
    return not (
        reading.analysis.changes_folder
        or reading.words & {"TEMPLATE_PATH", "template_lookup"}
    )


def _lost(use: TemplateUse, path: str) -> Finding:
    folder = "views" if path.startswith("views/") else "."
    place = f'.parent / "{folder}"' if folder != "." else ".parent"
    return Finding(
        "relative-path",
        use.file,
        use.line,
        f"Bottle looks for the template `{use.name}` in the folder `views` of the "
        "working directory",
        "Tell it the folder, before the first template: "
        f"`bottle.TEMPLATE_PATH.insert(0, str(Path(__file__).resolve(){place}))`.",
    )


def _wrong_case(use: TemplateUse, name: str, path: str) -> Finding:
    folder = path[: len(path) - len(name) - 1]
    right = path[len(path) - len(name) :]
    if not name.endswith(use.name):
        # Bottle adds the end of the file's name.
        right, name = right[: len(use.name)], use.name
    what = f"The code says `{use.name}`, but the file is `{path}`"
    fix = f"Rename the file, or write its name as it is: `{right}`."
    if right == name:
        what = f"The file `{right}` is in the folder `{folder}`"
        fix = f"Rename the folder to `{folder.lower()}`."
    return Finding("wrong-case", use.file, use.line, what, fix)


def _missing(
    use: TemplateUse, files: _Files, tables: list[dict[str, list[str]]]
) -> Iterator[Finding]:
    """Report a template that is in none of the project's folders."""
    folder, _, last = use.name.rpartition("/")
    known = {name.partition("/")[0] for table in tables for name in table}
    if folder and folder.partition("/")[0].lower() not in known:
        return  # perhaps one of a library's
    elsewhere = [path for path in files.files if path.rpartition("/")[2] == last]
    what = f"There is no template `{use.name}` in a folder `templates`"
    fix = ""
    if elsewhere:
        what += f"; `{elsewhere[0]}` is elsewhere"
        fix = "Move the file to the folder `templates` beside the app's file."
    yield Finding("missing-template", use.file, use.line, what, fix)


def _in_templates(reading: Reading, files: _Files) -> Iterator[TemplateUse]:
    """Yield the templates and static files that the templates themselves name."""
    for path in files.files:
        if not path.endswith(_TEMPLATE_FILES) or "templates/" not in path.lower():
            continue
        place = reading.project.folder / path
        try:
            content = regular_files.read(str(place), _MAX_TEMPLATE)
        except OSError:
            continue
        if len(content) > _MAX_TEMPLATE:
            continue
        text = content.decode("utf-8", "replace")
        for match in _TAGS.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            if match[1]:
                yield TemplateUse(path, line, "jinja", match[1])
            else:
                yield TemplateUse(
                    path, line, "static", match[2] or match[3] or match[4]
                )
