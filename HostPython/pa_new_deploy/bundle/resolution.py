"""Chooses and fetches a project's packages with uv, for PythonAnywhere and not for here.

pip cannot do this: it takes the markers of requirements (``python_version``,
``sys_platform``) from the Python that runs it, even if it is told another version.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from pa_new_deploy.bundle.bundle_problems import Unresolved
from pa_new_deploy.bundle.children import cleaned, run
from pa_new_deploy.bundle.tool import Uv

# uv takes 3.9 for 3.9.0, which some packages exclude because of its bugs. The host does
# not say which patch it has; each of these is older than what its images can have.
FULL_VERSIONS = {
    "3.9": "3.9.18",
    "3.10": "3.10.13",
    "3.11": "3.11.7",
    "3.12": "3.12.1",
    "3.13": "3.13.0",
}
GLIBC = {"innit": "2.35", "haggis": "2.31", "glastonbury": "2.31"}
DEFAULT_GLIBC = "2.31"

_INSTALLED = re.compile(r"^ \+ (\S+)==(\S+)", re.MULTILINE)
_NAME = r"`?([A-Za-z0-9][A-Za-z0-9._-]*?)`?"
_FAULTS = [
    (r"No space left|os error 28\b|Disk quota exceeded|os error 122\b", "full"),
    (rf"Hash mismatch for {_NAME}(?:==|\s|`)", "hash"),
    (r"because the network was disabled", "offline"),
    (rf"{_NAME} was not found in the (?:package registry|cache)", "unknown"),
    (rf"(?:all versions of )?{_NAME}(?:[=<>!~]\S*)? ha(?:s|ve) no (?:usable )?wheels", "no-wheel"),
    (rf"no wheels? (?:of|for) {_NAME}[ =(]", "no-wheel"),
    (r"Failed to fetch|error sending request|tcp connect error|dns error|timed out", "network"),
    (rf"there (?:is|are) no versions? of {_NAME}(?:[=<>!~]\S*)? and you require", "no-version"),
    (r"unsatisfiable", "conflict"),
]  # fmt: skip


def glibc(image: object) -> str:
    """Return the C library's version on a system image of the host, or the oldest."""
    return GLIBC.get(image, DEFAULT_GLIBC) if isinstance(image, str) else DEFAULT_GLIBC


def fetch(
    uv: Uv,
    requirements: Path,
    target: Path,
    python: str,
    glibc: str,
    environment: Mapping[str, str],
    interpreter: str = "",
) -> dict[str, str]:
    """Fetch packages into a folder, and return their versions by name.

    :param requirements: The file; uv runs in its folder.
    :param interpreter: A Python for uv to start with, any (default: the running one).
    """
    command = [uv.path, "pip", "install", "--no-progress"]
    command += ["--color", "never", *_settings(environment)]
    command += ["--python", interpreter or sys.executable, "--no-python-downloads"]
    command += ["--python-version", FULL_VERSIONS.get(python, f"{python}.0")]
    command += ["--python-platform", f"x86_64-manylinux_{glibc.replace('.', '_')}"]
    command += ["--only-binary", ":all:", "--target", str(target)]
    command += ["--link-mode", "copy", "-r", str(requirements)]
    code, _, text = run(command, environment, requirements.parent)
    if code:
        raise fault(text, python)
    return dict(sorted(_INSTALLED.findall(text)))


def _settings(environment: Mapping[str, str]) -> list[str]:
    """Return the options for the user's own settings, and no settings from elsewhere."""
    parent = environment.get("XDG_CONFIG_HOME", "")
    if not parent.startswith("/"):
        parent = environment.get("HOME", "") + "/.config"
    file = Path(parent, "uv", "uv.toml")
    is_there = file.is_absolute() and file.is_file()
    return ["--config-file", str(file)] if is_there else ["--no-config"]


def fault(text: str, python: str) -> Unresolved:
    """Return the problem that uv's text tells of."""
    at = text.find("error:")
    detail = text[at:] if at >= 0 else text
    whole = " ".join(detail.split())
    for expression, kind in _FAULTS:
        match = re.search(expression, whole)
        if match:
            package = match[1] if match.lastindex else ""
            return Unresolved(kind, package, python, cleaned(detail))
    return Unresolved("other", "", python, cleaned(detail))
