"""What is known of a public application, and what a visitor asks of it.

Facts only: what the application answers is never written down here, it is measured on its
framework's own development server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Ask:
    """One request of a visitor; those of an application are one session, with its cookies."""

    path: str
    form: Mapping[str, str] | None = None
    """The fields of a form to send; without them the page is asked for."""
    json: str = ""
    """A body to send as JSON."""
    token: str = ""
    """The hidden field of the page before, or of ``page``, whose value is sent with the form."""
    page: str = ""
    """The page with the form, if it is not the path itself."""
    is_file: bool = False
    """Whether it is a static file: the web server may serve it without the application."""
    varying: tuple[str, ...] = ()
    """Patterns of text that differs from one answer to the next."""

    @property
    def kind(self) -> str:
        """What it is, for the table."""
        if self.form is not None or self.json:
            return "form"
        return "file" if self.is_file else "page"

    @property
    def title(self) -> str:
        return f"{'GET' if self.kind != 'form' else 'POST'} {self.path}"


@dataclass(frozen=True)
class Edit:
    """What the user has to change in the application, because pa-new says so."""

    told: str
    """The rule of ``check`` that reports it, or words that ``adopt`` prints; "" if the
    development server needs it, too."""
    file: str
    old: str
    new: str
    why: str
    """What it changes, for the table."""


@dataclass(frozen=True)
class PublicApp:
    """An application of somebody else, and how its own documentation runs it."""

    name: str
    framework: str
    source: str
    """``pypi:NAME==VERSION``, whose source distribution has it, ``github:OWNER/NAME@COMMIT``, or
    ``awkward:FOLDER`` for ``files`` of our own."""
    licence: str
    serve: str
    """The command of the development server, with ``{port}``; its Python is first on the path."""
    asks: tuple[Ask, ...]
    folder: str = ""
    """The application's folder below the source."""
    python: str = "3.13"
    packages: tuple[str, ...] = ()
    """What its documentation installs, and the development server."""
    prepare: tuple[str, ...] = ()
    """Commands that its documentation runs once, in its folder, before the server."""
    serves_in: str = ""
    """The folder in which the server is started, below the application's."""
    adopt: tuple[str, ...] = ()
    """Options of ``adopt`` that choose among several applications."""
    edits: tuple[Edit, ...] = ()
    accepted: tuple[str, ...] = ()
    """Rules of ``check`` that report an error which these requests do not meet."""
    in_virtualenv: bool = False
    """Whether a package has no build, so that its user installs them in a console."""
    is_quick: bool = False
    """Whether each push tries it."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that its documentation asks for, which belong into ``.env`` on the host."""

    @property
    def title(self) -> str:
        """Name and version, for the table."""
        kind, _, rest = self.source.partition(":")
        if kind == "awkward":
            return self.name
        if kind == "pypi":
            name, _, version = rest.partition("==")
            return (
                f"{self.name} ({name} {version})"
                if name != self.name
                else f"{name} {version}"
            )
        repository, _, commit = rest.partition("@")
        place = "/".join(part for part in (repository, self.folder) if part)
        return f"{place} at {commit}"
