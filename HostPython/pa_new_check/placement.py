"""Where a project lies on PythonAnywhere, and how its entry file is loaded there.

The web app's WSGI file is in ``/var/www`` and is imported by name, so the project's folder
is on the path only if the code puts it there. Many projects do not hold that file, but a
module that it imports: such a module is loaded as if a WSGI file had put its folder on
the path.
"""

from __future__ import annotations

from pa_new_check import home_paths
from pa_new_check.project import Project, Unreadable, content_of, parse, python_files
from pa_new_shared import host
from pa_new_shared.file_path import Path
from pa_new_shared.host import Site
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable

_MAX_FILES = 200  # that are searched for the account's home folder
_OF_ENVIRONMENTS = frozenset((".virtualenvs", "site-packages", "activate_this.py"))


class Known:
    """What is known about the web app, beside its code."""

    def __init__(
        self,
        domain: str | None = None,
        record_domain: str | None = None,
        account: str | None = None,
        name: str | None = None,
    ) -> None:
        self.domain = domain
        """The domain that the user asked for."""
        self.record_domain = record_domain
        self.account = account
        self.name = name
        """The name of the project's folder in the home folder, if pa-new made it."""


class Placement:
    """The places of a project and of its entry file on PythonAnywhere."""

    def __init__(
        self,
        project: Project,
        site: Site,
        folder: str,
        entry: str,
        module: str,
        path: list[str],
        environments: list[str],
    ) -> None:
        self.project = project
        self.site = site
        self.folder = folder
        """The project's folder on PythonAnywhere."""
        self.entry = entry
        """The entry file on PythonAnywhere."""
        self.module = module
        """The name by which it is imported."""
        self.path = path
        """The folders that are put on the path before that, the first one first."""
        self.environments = environments
        """Files of virtual environments that the code names, on PythonAnywhere."""

    @property
    def is_wsgi_file(self) -> bool:
        """Whether the entry file itself lies in ``/var/www``."""
        return self.entry.startswith(host.WSGI_FOLDER + "/")

    def in_place(self) -> Placement:
        """Return the placement with the entry file loaded from the project's folder."""
        project = self.project
        entry = self.on_host(project.entry)
        return Placement(
            project, self.site, self.folder, entry, self.module, [], self.environments
        )

    def on_host(self, path: Path) -> str:
        """Return the place on PythonAnywhere of one of the project's files."""
        return f"{self.folder}/{path.relative_to(self.project.folder).as_posix()}"

    def here(self, path: str) -> str:
        """Return the file on this computer for one on PythonAnywhere, or the path."""
        if path == self.entry:
            return str(self.project.entry)
        if path == self.folder or path.startswith(self.folder + "/"):
            return str(self.project.folder) + path[len(self.folder) :]
        return path


def place(project: Project, known: Known) -> Placement:
    """Return the placement of a project.

    :param known: what is known about the web app.
    """
    tree = _tree(project.entry)
    paths = home_paths.paths(tree)
    site = _site(project, known, paths)
    site.user = _spelled(site.user, [known.account or "", *home_paths.owners(paths)])
    folder = _folder(project, known, site, paths, tree)
    environments = [
        path
        for path in paths
        if not _OF_ENVIRONMENTS.isdisjoint(home_paths.parts(path))
    ]
    module, on_path = _loading(project, tree)
    entry = f"{folder}/{project.name(project.entry)}"
    if module is None:
        module = Path(site.wsgi_file).stem
        if not _mentions_file(tree) or project.is_generated:
            entry = site.wsgi_file
        elif host.is_wsgi_file_name(project.entry.stem):
            entry = site.wsgi_file  # if that fails, it is tried in place
    below = "" if on_path is None else project.name(on_path)
    path = [] if on_path is None else [folder if below == "." else f"{folder}/{below}"]
    return Placement(project, site, folder, entry, module, path, environments)


def names_its_own_place(placement: Placement) -> bool:
    """Tell whether a WSGI file's code depends on the folder that it lies in."""
    return placement.is_wsgi_file and _mentions_file(_tree(placement.project.entry))


def _tree(path: Path) -> ast.Module:
    try:
        return parse(path, None)
    except (Unreadable, SyntaxError):
        return ast.Module(body=[], type_ignores=[])


def _mentions_file(tree: ast.Module) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "__file__" for n in ast.walk(tree))


def _loading(project: Project, tree: ast.Module) -> tuple[str | None, Path | None]:
    """Return the entry's name and the folder on the path, or None for a WSGI file."""
    entry, root = project.entry, project.root
    is_named = host.is_wsgi_file_name(entry.stem)
    if is_named or (entry.name == "wsgi.py" and root == entry.parent):
        package = entry.parent.name
        if entry.parent == project.folder or not _names_package(tree, package):
            return None, None
        # Django's wsgi.py, in a package that has no __init__.py.
        return f"{package}.{entry.stem}", entry.parent.parent
    return project.module, root


def _names_package(tree: ast.Module, package: str) -> bool:
    """Tell whether code names a package as the place of its modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.startswith(package + "."):
                return True
        elif isinstance(node, ast.ImportFrom) and (
            node.level or (node.module or "").partition(".")[0] == package
        ):
            return True
    return False


# The site.


def _site(project: Project, known: Known, paths: list[str]) -> Site:
    """Return the web app's site, by the first thing that tells it."""
    named = host.site_of_wsgi_file(project.entry.stem)
    others = home_paths.owners(paths) or _homes_elsewhere(project)
    user = known.account or (named.user if named else "") or (others or [""])[0]
    for domain, source in ((known.domain, "option"), (known.record_domain, "record")):
        if domain:
            owner = host.user_of_domain(domain) or user or host.STAND_IN_USER
            return Site(owner, domain, source)
    if known.account:
        return Site(known.account, f"{known.account.lower()}.{host.DOMAIN}", "record")
    if named is not None:
        return Site(user or host.STAND_IN_USER, named.domain, named.source)
    if user:
        return Site(user, f"{user.lower()}.{host.DOMAIN}", "path")
    user = host.STAND_IN_USER
    return Site(user, f"{user}.{host.DOMAIN}", "stand-in")


def _spelled(user: str, others: list[str]) -> str:
    """Return an account as the code spells it: its home folder keeps its capitals."""
    return next((name for name in others if name.lower() == user.lower()), user)


def _homes_elsewhere(project: Project) -> list[str]:
    """Return the accounts whose home folders the project's other files name."""
    for count, path in enumerate(python_files(project.folder)):
        if count >= _MAX_FILES:
            break
        try:
            if b"/home/" not in content_of(path):
                continue
        except Unreadable:
            continue
        homes = home_paths.owners(home_paths.paths(_tree(path)))
        if homes:
            return homes
    return []


# The folder.


def _folder(
    project: Project, known: Known, site: Site, paths: list[str], tree: ast.Module
) -> str:
    """Return the project's folder on PythonAnywhere.

    The paths in the code tell: the folder is the one with which most of them, and of the
    imports, lead to something in the project.
    """
    if known.name and project.is_generated:
        return f"{site.home}/{known.name}"
    below: list[tuple[str, ...]] = []
    for path in paths:
        owner, *rest = home_paths.parts(path)
        if owner.lower() in ("", site.user.lower()) and _OF_ENVIRONMENTS.isdisjoint(
            rest
        ):
            below.append(tuple(rest))
    own: tuple[str, ...] = (_plain(project.folder.name),)
    candidates: set[tuple[str, ...]] = {own}
    imports = set(_imports(tree))
    # The home folder itself, unless the project's folder is what is imported.
    first = 1 if own[0] in imports else 0
    candidates.update(
        rest[:count] for rest in below for count in range(first, len(rest) + 1)
    )

    def score(candidate: tuple[str, ...]) -> tuple[bool, int, bool, int, int]:
        inside = [
            r[len(candidate) :] for r in below if r[: len(candidate)] == candidate
        ]
        places = [project.folder.joinpath(*rest) for rest in inside]
        found = [place for place in places if place.exists()]
        hits = sum(any(_has(place, name) for place in found) for name in imports)
        is_own = candidate == own
        return is_own and bool(inside), hits, is_own, len(found), -len(candidate)

    return "/".join((site.home, *max(sorted(candidates), key=score)))


def _plain(name: str) -> str:
    return name.strip() or "mysite"


def _has(folder: Path, module: str) -> bool:
    return (folder / f"{module}.py").is_file() or (folder / module).is_dir()


def _imports(tree: ast.Module) -> Iterable[str]:
    """Yield the top-level names that code imports, also those in Django's settings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            top, dot, _ = node.value.partition(".settings")
            if dot and top.isidentifier():
                yield top
