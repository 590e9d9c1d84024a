"""Does on this machine what GitHub's own actions do.

A checkout fetches the commit, setup-python makes an environment, caches and artifacts
are copies.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import Machine, Unsupported, copy, refuse_unknown


@dataclass
class Place:
    """Where the steps of a job run."""

    paths: list[str]
    home: Path
    folder: Path
    names: dict[str, Any]
    environment: dict[str, str]


class OwnActions:
    """The actions of GitHub's, and what they keep from one job to the next."""

    def __init__(self, machine: Machine, actions: dict[str, Path]) -> None:
        self.machine = machine
        self.actions = actions
        """Folders of other repositories, by what ``uses`` calls them."""
        self.kept: dict[str, Path] = {}
        """Folders that the cache has, by the first part of their keys."""
        self.artifacts = machine.root / "artifacts"
        self.caches: list[tuple[Path, Path]] = []
        """What the job keeps at its end: a folder, and where it is kept."""
        self.scanning = machine.root / "code-scanning"
        shutil.rmtree(self.scanning, ignore_errors=True)
        shutil.rmtree(self.artifacts, ignore_errors=True)

    def begin_job(self) -> None:
        """Forget what the job before keeps at its end."""
        self.caches = []

    def keep_caches(self) -> None:
        """Keep what a job that succeeded has for the cache, where it is not yet kept."""
        for path, kept in self.caches:
            if path.exists() and not kept.exists():
                copy(path, kept)

    def run(self, name: str, given: dict[str, str], place: Place) -> dict[str, str]:
        """Do what an action does; return what it puts out.

        :param name: what it is called after ``actions/``.
        """
        if name == "setup-python":
            return self._setup_python(given, place)
        if name == "upload-artifact":
            self._upload_artifact(given, place)
            return {"artifact-id": "1"}
        actions = {
            "checkout": self._checkout,
            "cache": self._cache,
            "restore": self._restore,
            "save": self._save,
            "download-artifact": self._download_artifact,
            "upload-sarif": self._upload_sarif,
            "attest-build-provenance": self._attest,
        }
        if name not in actions:
            raise Unsupported(f"the action actions/{name}")
        actions[name](given, place)
        return {}

    def _upload_sarif(self, given: dict[str, str], place: Place) -> None:
        """Keep findings as code scanning does, which takes only what is SARIF."""
        refuse_unknown(given, {"sarif_file", "category"}, "upload-sarif")
        if place.names["github"]["rights"].get("security-events") != "write":
            raise Unsupported("findings of a job that may not write security events")
        document = json.loads((place.folder / given["sarif_file"]).read_text())
        if document["version"] != "2.1.0" or not document["runs"]:
            raise Unsupported(f"findings in {given['sarif_file']}, which is no SARIF")
        copy(place.folder / given["sarif_file"], self.scanning / given["category"])

    def _attest(self, given: dict[str, str], place: Place) -> None:
        """Keep the names of the files that the service would sign."""
        refuse_unknown(given, {"subject-path"}, "attest-build-provenance")
        rights = place.names["github"]["rights"]
        if {rights.get("attestations"), rights.get("id-token")} != {"write"}:
            raise Unsupported("an attestation of a job that may not write one")
        names = sorted(path.name for path in place.folder.glob(given["subject-path"]))
        if not names:
            raise Unsupported(f"an attestation of {given['subject-path']}")
        (self.machine.root / "attested.json").write_text(json.dumps(names))

    def _checkout(self, given: dict[str, str], place: Place) -> None:
        """Fetch the repository, or another one that the test has, into a folder."""
        refuse_unknown(
            given, {"persist-credentials", "path", "repository", "ref"}, "checkout"
        )
        if given.get("persist-credentials") != "false":
            raise Unsupported("a checkout that leaves its token behind")
        folder = (place.folder / given.get("path", ".")).resolve()
        if not folder.is_relative_to(place.folder.resolve()):
            raise Unsupported(f"a checkout into {given['path']}")
        other = None
        if "repository" in given:
            other = self.actions.get(f"{given['repository']}@{given.get('ref', '')}")
            if other is None:
                raise Unsupported(f"a checkout of {given['repository']}")
        self.machine.checkout(folder, other)

    def _setup_python(self, given: dict[str, str], place: Place) -> dict[str, str]:
        known = {
            "python-version",
            "cache",
            "cache-dependency-path",
            "update-environment",
        }
        refuse_unknown(given, known, "setup-python")
        if given.get("cache", "pip") != "pip":
            raise Unsupported(f"the cache {given['cache']}")
        # The action fails where there is nothing to make a key of.
        if "cache" in given:
            listed = place.folder / given["cache-dependency-path"]
            if not listed.is_file():
                raise Unsupported(
                    f"a cache that depends on {listed}, which is not there"
                )
        version = given["python-version"]
        programs = place.home / f"python{version}" / "bin"
        if not programs.exists():
            self.machine.python(version, programs.parent)
        if given.get("update-environment", "true") == "true":
            place.paths.insert(0, str(programs))
        return {"python-path": str(programs / "python")}

    def _cache(self, given: dict[str, str], place: Place) -> None:
        self.caches.append(self._restore(given, place))

    def _restore(self, given: dict[str, str], place: Place) -> tuple[Path, Path]:
        """Bring back what is kept; return its folder, and where it is to be kept."""
        refuse_unknown(given, {"path", "key", "restore-keys"}, "cache")
        kept = self.machine.cache / "github-cache" / given["key"]
        path = place.folder / given["path"]
        if kept.exists():
            copy(kept, path)
        elif "restore-keys" in given:
            found = sorted(kept.parent.glob(given["restore-keys"] + "*"))
            if found:
                copy(found[-1], path)
        else:
            # What the test says an earlier run has kept.
            for prefix, folder in self.kept.items():
                if given["key"].startswith(prefix):
                    copy(folder, path)
        return path, kept

    def _save(self, given: dict[str, str], place: Place) -> None:
        refuse_unknown(given, {"path", "key"}, "cache/save")
        kept = self.machine.cache / "github-cache" / given["key"]
        path = place.folder / given["path"]
        if path.exists() and not kept.exists():
            copy(path, kept)

    def _upload_artifact(self, given: dict[str, str], place: Place) -> None:
        known = {"name", "path", "if-no-files-found", "include-hidden-files"}
        refuse_unknown(given, known, "upload-artifact")
        kept = self.artifacts / given["name"]
        paths = [place.folder / line for line in given["path"].splitlines()]
        for path in paths:
            if not path.exists():
                raise Unsupported(f"an artifact {path.name}, which is not there")
            if path.is_dir():
                has_hidden = any(each.name.startswith(".") for each in path.rglob("*"))
                if has_hidden and given.get("include-hidden-files") != "true":
                    raise Unsupported("a folder of which the hidden files are left out")
            is_alone = path.is_dir() and len(paths) == 1
            copy(path, kept if is_alone else kept / path.name)
        # An artifact keeps no right to run a file.
        for file in kept.rglob("*"):
            if file.is_file():
                file.chmod(0o644)

    def _download_artifact(self, given: dict[str, str], place: Place) -> None:
        refuse_unknown(given, {"name", "pattern", "path"}, "download-artifact")
        if "pattern" in given:
            for kept in self.artifacts.glob(given["pattern"]):
                copy(kept, place.folder / given.get("path", ".") / kept.name)
            return
        kept = self.artifacts / given["name"]
        if not kept.exists():
            raise Unsupported(f"an artifact {given['name']}, which nobody uploaded")
        copy(kept, place.folder / given.get("path", "."))
