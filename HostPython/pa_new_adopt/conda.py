"""Reads the packages of conda's ``environment.yml``, under the names that pip has."""

from __future__ import annotations

import re

from pa_new_adopt.packages import Packages
from pa_new_adopt.project_texts import Files
from pa_new_adopt.versions import from_conda
from pa_new_shared.patterns import pattern
from pa_new_shared.requirements import normalized

FILES = ("environment.yml", "environment.yaml")
_ITEM = pattern(r"(\s*)-\s+(?:\"([^\"]*)\"|'([^']*)'|([^#]*))")
_NAME = pattern(r"(?:[\w.-]+::)?([A-Za-z0-9_][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)")
_NAMES = {
    "dask-core": "dask",
    "faiss": "faiss-cpu",
    "importlib_metadata": "importlib-metadata",
    "matplotlib-base": "matplotlib",
    "msgpack-python": "msgpack",
    "opencv": "opencv-python-headless",
    "psycopg2": "psycopg2-binary",
    "py-opencv": "opencv-python-headless",
    "pyqt": "PyQt5",
    "pytables": "tables",
    "python-dotenv": "python-dotenv",
    "python-graphviz": "graphviz",
    "pytorch": "torch",
    "pytorch-cpu": "torch",
    "ruamel_yaml": "ruamel.yaml",
    "seaborn-base": "seaborn",
    "sqlalchemy": "SQLAlchemy",
}
# What conda installs that is no package of pip's, or that each environment has.
_NOT_PIPS = frozenset(
    [
        "python",
        "pip",
        "setuptools",
        "wheel",
        "conda",
        "anaconda",
        "openssl",
        "ca-certificates",
        "sqlite",
        "zlib",
        "tk",
        "readline",
        "ncurses",
        "xz",
        "bzip2",
        "blas",
        "mkl",
        "mkl-service",
        "intel-openmp",
        "gcc",
        "gxx",
        "make",
        "cmake",
        "git",
        "nodejs",
        "ffmpeg",
        "cudatoolkit",
        "cudnn",
        "graphviz",
        "libgcc-ng",
        "libstdcxx-ng",
        "libffi",
        "ld_impl_linux-64",
        "yaml",
        "freetype",
        "geos",
        "gdal",
        "proj",
        "hdf5",
        "postgresql",
        "mysql",
        "redis",
        "redis-server",
        "nomkl",
        "python_abi",
        "tzdata",
    ]
)


def from_environment(files: Files) -> Packages | None:
    """Return the packages of ``environment.yml``, None if there is no such file.

    Only what such files look like is read, line by line: lists with one item on a line.
    """
    name = next((name for name in FILES if files.has(name)), "")
    if not name:
        return None
    found = Packages(name, 0)
    is_in, pip_indent = False, -1
    for number, line in enumerate(files.lines(name), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if re.match(r"[A-Za-z]", line):
            is_in, pip_indent = line.rstrip().startswith("dependencies:"), -1
            found.line = number if is_in else found.line
            continue
        match = _ITEM.match(line) if is_in else None
        if match is None:
            continue
        indent = len(match[1].expandtabs())
        text = (match[2] or match[3] or match[4] or "").strip()
        if text.rstrip(" ") in ("pip:", "pip :"):
            pip_indent = indent
        elif 0 <= pip_indent < indent:
            found.add(text)
        else:
            pip_indent = -1
            _add(found, text)
    return found.finished() if found.line else None


def _add(found: Packages, text: str) -> None:
    match = _NAME.fullmatch(text)
    if match is None:
        found.leave(text, "pip cannot install it from a list")
        return
    name = match[1].lower()
    if name in _NOT_PIPS:
        return
    if name.startswith(("_", "lib")) and name not in ("librosa", "libsass", "libcst"):
        return
    versions = from_conda(match[2])
    if versions is None:
        found.notes.append(
            f"{found.file}: pip has no versions like `{text[:60]}`, so {name} is in the "
            "list of packages without one."
        )
        versions = ""
    found.add(f"{_NAMES.get(name, normalized(name))}{versions}")
