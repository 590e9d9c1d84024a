"""The bundles of a project on PythonAnywhere: which one is in use, and how one gets there.

``current.json`` names the bundle that the app uses. It is written only after a complete
upload: so a bundle that it names is whole, and one that it does not name may not be.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from pa_new_deploy.api import answers
from pa_new_deploy.api.host import Host
from pa_new_deploy.bundle import bundling
from pa_new_deploy.bundle.bundling import Bundle

VERSION = 1
MAX_BYTES = 10_000
TRIES = 3


@dataclass(frozen=True)
class Current:
    """The bundle that an app uses."""

    sha256: str
    size: int
    python: str
    glibc: str
    contents: str = ""
    keeps: tuple[str, ...] = ()
    """Other bundles that an app does not remove when it unpacks this one: PythonAnywhere
    serves static files from them until the reload."""

    def encoded(self) -> bytes:
        document = {"version": VERSION, **vars(self)}
        if not self.keeps:
            del document["keeps"]
        return (json.dumps(document, sort_keys=True) + "\n").encode()


@dataclass(frozen=True)
class BundlePlan:
    """What a deployment does about the bundle."""

    folder: str
    bundle: Bundle
    current: Current
    """What the app uses afterwards."""
    before: bytes | None
    """``current.json`` as it was, for an undo."""
    uploads: bool

    @property
    def changes(self) -> bool:
        return self.before != self.current.encoded()


def folder(home: str, name: str) -> str:
    """Return the folder of a project's bundles on the host."""
    return f"{home}/.pa-new/bundles/{name}"


def current_path(home: str, name: str) -> str:
    """Return the file that names the bundle that the app uses."""
    return f"{folder(home, name)}/current.json"


def decode(content: bytes | None) -> Current | None:
    """Return the bundle in use; none if there is none or the file is not valid."""
    try:
        document = answers.parse(content or b"")
        if document["version"] != VERSION:
            return None
        texts = [document[key] for key in ("sha256", "python", "glibc")]
        sha256, python, glibc = map(str, texts)
        keeps = tuple(map(str, document.get("keeps", [])))
        if not all(map(_is_digest, (sha256, *keeps))):
            return None
        contents = str(document.get("contents", ""))
        return Current(sha256, int(document["size"]), python, glibc, contents, keeps)
    except (ValueError, TypeError, KeyError):
        return None


def _is_digest(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def served(place: str, mappings: dict[str, str]) -> tuple[str, ...]:
    """Return the bundles from which static files are served.

    :param place: The folder of the project's bundles.
    :param mappings: The folders of static files by their URLs.
    """
    names = {
        path[len(place) + 1 :].partition("/")[0]
        for path in mappings.values()
        if path.startswith(place + "/")
    }
    return tuple(sorted(filter(_is_digest, names)))


def current(bundle: Bundle) -> Current:
    """Return what an app uses that uses a bundle of this computer."""
    made = bundle.archive
    return Current(made.sha256, made.size, bundle.python, bundle.glibc, made.contents)


def members(bundle: Bundle, name: str) -> dict[str, bytes]:
    """Return the files that bring a bundle to a project, by their paths below the home folder.

    The file that names the bundle is the last one, so that the bundle is there before it.
    """
    named = current(bundle)
    archive = f"{folder('', name)}/{named.sha256}.zip"
    return {
        archive.lstrip("/"): bundle.archive.path.read_bytes(),
        current_path("", name).lstrip("/"): named.encoded(),
    }


def plan(
    bundle: Bundle, place: str, host: Host, keeps: tuple[str, ...] = ()
) -> BundlePlan:
    """Compare a bundle with the host; this changes nothing there.

    :param keeps: The bundles to keep if another one is used.
    """
    purpose = "read which bundle of packages is in use"
    before = host.read(f"{place}/current.json", purpose, MAX_BYTES)
    there = decode(before)
    wanted = current(bundle)
    if there and (there.python, there.contents) == (wanted.python, wanted.contents):
        # The same files, even if another zlib has compressed them: keep that archive.
        names = host.names(place, "look for the bundle of packages") or []
        if {there.sha256, there.sha256 + ".zip"} & set(names):
            return BundlePlan(place, bundle, there, there.encoded(), uploads=False)
    keeps = tuple(digest for digest in keeps if digest != wanted.sha256)
    return BundlePlan(place, bundle, replace(wanted, keeps=keeps), before, uploads=True)


def kept(place: str, current: Current) -> BundlePlan:
    """Return the plan for a bundle that is on the host already, and is used again."""
    unmade = bundling.unmade(current.python, current.glibc)
    return BundlePlan(place, unmade, current, current.encoded(), uploads=False)


def upload(plan: BundlePlan, host: Host) -> None:
    """Upload the archive. The running app does not see it."""
    if plan.uploads:
        made = plan.bundle.archive
        size = f"{made.size / 1e6:.1f} MB"
        purpose = f"upload the bundle of packages ({size})"
        host.write(f"{plan.folder}/{made.sha256}.zip", made.path, purpose)


def use(plan: BundlePlan, host: Host) -> None:
    """Let the app use the bundle from its next start on.

    A worker that starts between the upload and this takes the archive for an old one and
    may remove it: so look whether it is still there.
    """
    if not plan.uploads:
        return
    digest = plan.current.sha256
    for _ in range(TRIES):
        purpose = "set which bundle of packages is used"
        host.write(f"{plan.folder}/current.json", plan.current.encoded(), purpose)
        names = host.names(plan.folder, "check that the bundle is there")
        if names is None or {digest, digest + ".zip"} & set(names):
            return
        upload(plan, host)


def is_unpacking(place: str, digest: str, host: Host) -> bool:
    """Tell whether the app is still unpacking a bundle."""
    names = host.names(place, "look whether the packages are unpacked") or []
    is_begun = any(name.startswith(f".new-{digest}") for name in names)
    return is_begun and digest not in names
