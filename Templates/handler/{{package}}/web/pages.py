"""HTML pages, made of the templates in the project's folder ``templates/``.

A file is read when a page needs it for the first time. In the preview, it is read again
after a change. All templates that a page can show are read with it, so a wrong name is
found by the first request, even if it is in a part that is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .mustache import Named, Section, Template, TemplateError, escape
from .project import FOLDER, find_inside, is_preview

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .features import Features

_CODE = frozenset("|()[]'\"")  # what other languages of templates have in tags
_MAX_TEXTS = 64  # How many texts in the code are kept as templates.
_BOM = b"\xef\xbb\xbf"  # Some editors put it at the start of a file.


class Templates:
    """The templates in a folder.

    :param folder: the folder.
    :param is_preview: whether the files may change.
    """

    def __init__(self, folder: Path, is_preview: bool = False) -> None:
        self.is_preview = is_preview
        self._folder = folder
        self._files: dict[str, Template] = {}
        self._texts: dict[str, Template] = {}
        self._states: dict[Path, object] = {}  # of the files that were read

    def from_file(self, name: str) -> Template:
        """Return the template in a file; a name without an extension gets ".html"."""
        self._forget_changed()
        path = _with_extension(name, "")
        if path not in self._files:
            self._keep({path: self._read(path)})
        return self._files[path]

    def from_text(self, text: str) -> Template:
        """Return the template that is a text in the code."""
        self._forget_changed()
        if text not in self._texts:
            template = checked(Template(text, "write_html"))
            self._keep({"": template})
            if len(self._texts) >= _MAX_TEXTS:
                self._texts.clear()
            self._texts[text] = template
        return self._texts[text]

    def _keep(self, new: dict[str, Template]) -> None:
        """Keep new templates, with all that they can show."""
        waiting = list(new.values())
        while waiting:
            template = waiting.pop()
            partials: dict[str, Template] = {}
            for name, offset in template.references:
                path = _with_extension(name, template.path)
                known = self._files.get(path) or new.get(path)
                if known is None:
                    known = new[path] = self._read(path, template, offset)
                    waiting.append(known)
                partials[name] = known
            template.partials = partials
        # Only now: after an error, the next request has to find it again.
        self._files.update(new)

    def _read(
        self, path: str, user: Template | None = None, offset: int = 0
    ) -> Template:
        """Read a file.

        :param path: its path below the folder.
        :param user: the template that uses it, and where: the place of an error.
        """
        shown = f"{self._folder.name}/{path}"
        file = find_inside(self._folder, path)
        problem = f"'{path}' is not a path below {self._folder.name}/"
        inside = find_inside(self._folder, path.lstrip("/"))
        if inside and inside.is_file():
            problem += f": write '{path.lstrip('/')}'"
        if file:
            try:
                self._states[file] = _state(file)
                template = Template(_decode(file.read_bytes(), shown), shown)
                if self.is_preview:
                    self._expect_same_case(path)
                return checked(template)
            except FileNotFoundError:
                from .hints import missing_template

                problem = missing_template(self._folder, path)
            except OSError as error:
                problem = f"{shown} cannot be read: {error.strerror}"
        if user:
            user.fail(problem, offset)
        raise TemplateError(problem)

    def _expect_same_case(self, path: str) -> None:
        """Refuse a name that only macOS and Windows find: not so the host."""
        from .hints import wrong_case

        name = wrong_case(self._folder.parent, f"{self._folder.name}/{path}")
        if name:
            raise FileNotFoundError(name)

    def _forget_changed(self) -> None:
        """In the preview, forget everything if a file has changed."""
        if self.is_preview and any(
            _state(file) != state for file, state in self._states.items()
        ):
            self._files.clear()
            self._texts.clear()
            self._states.clear()


def _with_extension(name: str, user: str) -> str:
    """Return the path of a template; by default, its extension is that of its user."""
    return name if _extension(name) else name + (_extension(user) or ".html")


def _extension(path: str) -> str:
    """Return the extension of a path, such as ".html", or ""."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else ""


def _state(file: Path) -> object:
    """Return what is different after a file has changed."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _decode(data: bytes, path: str) -> str:
    """Return the text of a file."""
    data = data.removeprefix(_BOM)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
    message = "the file is not UTF-8: save it with the encoding UTF-8"
    raise TemplateError.at(len(before), before, path, message)


def checked(template: Template) -> Template:
    """Return a template, unless it has a tag that would silently show something else."""
    waiting, found = list(template.nodes), []
    while waiting:
        node = waiting.pop()
        waiting += node.nodes
        if isinstance(node, Named):
            found.append(node)
    for node in sorted(found, key=lambda node: node.offset):
        if _CODE.intersection(node.name):
            advice = (
                "templates have no filters and no code: make the value in the handler"
            )
            template.fail(
                f"'{node.name}' is not the name of a value: {advice}", node.offset
            )
        if node.name == "else":
            template.fail("for else, write {{^name}}...{{/name}}", node.offset)
        if node.name == "static_url":
            _check_static_url(template, node)
        if node.name == "csrf_field" and getattr(node, "is_escaped", False):
            advice = "write {{{csrf_field}}}, with three braces"
            template.fail(f"'csrf_field' is HTML: {advice}", node.offset)
    return template


def _check_static_url(template: Template, node: Named) -> None:
    """Refuse a tag whose URL would be wrong: the path is a text in the template."""
    if not isinstance(node, Section) or node.is_inverted:
        advice = "write {{#static_url}}site.css{{/static_url}}"
        template.fail(f"'static_url' needs a path: {advice}", node.offset)
    if node.delimiters[0] in template.text[node.start : node.end]:
        advice = "make the URL in the handler with static_url, and pass it"
        template.fail(f"'static_url' cannot have tags inside: {advice}", node.offset)


class _Always(Mapping[str, Any]):
    """The values that each template has. What a template does not use is not made."""

    _MAKERS: Mapping[str, Callable[[Features], Any]] = {
        "csrf_field": lambda handler: handler.csrf_field,
        "csrf_token": lambda handler: handler.csrf_token,
        "flash": lambda handler: handler.take_flash(),
        "mount": lambda handler: handler.mount,
        "static_url": lambda handler: (
            lambda path: escape(handler.static_url(path.strip()))
        ),
    }

    def __init__(self, handler: Features) -> None:
        self._handler = handler
        self._made: dict[str, Any] = {}

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value, which is made only once."""
        if name not in self._MAKERS:
            return default
        if name not in self._made:
            self._made[name] = self._MAKERS[name](self._handler)
        return self._made[name]

    def __getitem__(self, name: str) -> Any:
        return self.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._MAKERS)

    def __len__(self) -> int:
        return len(self._MAKERS)


TEMPLATES = Templates(FOLDER / "templates", is_preview())


def render(
    handler: Features, find: Callable[[str], Template], text: str, values: Any
) -> bytes:
    """Return the HTML of a page.

    :param find: returns the template.
    :param text: what it is called with.
    :param values: the values of the page, which hide others with the same names.
    """
    try:
        template = find(text)
        more = handler.get_template_namespace()
        html = template.render(_Always(handler), more, values)
    except TemplateError as error:
        if TEMPLATES.is_preview:
            error.page_message = str(error)
        raise
    # A text from JSON can have half of a surrogate pair, which is no character.
    return html.encode("utf-8", "replace")
