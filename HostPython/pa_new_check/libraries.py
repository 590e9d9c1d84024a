"""Rules about native libraries: whether they exist, and PythonAnywhere can load them.

A project's own libraries are those that its template says to upload, and those that
lie in its folder and that its code loads with :mod:`ctypes`.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path

from pa_new_check import elf, library_sources
from pa_new_check.project import CannotCheck, Project
from pa_new_check.rules import Finding
from pa_new_check.static_analysis.analysis import Analysis
from pa_new_shared.text import listed, printable, shortened

# PythonAnywhere's current image, innit, is Ubuntu 22.04 (help page ChangingSystemImage),
# which has glibc 2.35. Its own libraries are in /usr/lib/x86_64-linux-gnu (help page
# MSSQLServer).
_GLIBC = (2, 35)
_MACHINE = elf.X86_64

# Libraries that every Ubuntu has: its packages libc6, dpkg and apt need these.
_ON_HOST = re.compile(
    r"(ld-linux-x86-64\.so\.2|lib(c\.so\.6|m\.so\.6|mvec\.so\.1|pthread\.so\.0"
    r"|dl\.so\.2|rt\.so\.1|util\.so\.1|resolv\.so\.2|anl\.so\.1|crypt\.so\.1"
    r"|gcc_s\.so\.1|stdc\+\+\.so\.6|z\.so\.1"
    # Python has these, unless it is linked statically.
    r"|python3(\.\d+)?\.so(\.1\.0)?))"
)
_OF_SWIFT = re.compile(r"lib(swift|dispatch\.|Foundation|_Foundation|BlocksRuntime\.)")
_IS_LIBRARY = re.compile(r".+\.so(\.\d+)*")

_MACHINES = {
    2: "SPARC",
    3: "32-bit x86",
    8: "MIPS",
    20: "32-bit PowerPC",
    21: "64-bit PowerPC",
    22: "IBM Z",
    40: "32-bit ARM",
    62: "x86-64",
    183: "64-bit ARM (AArch64)",
    243: "RISC-V",
    258: "LoongArch",
}
_MAX_SHOWN = 5  # names in one finding


class LibraryFindings:
    """The findings about the project's libraries."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.unread: list[tuple[str, str]] = []
        self.missing: list[str] = []
        """The names of files that are not built yet."""
        self.wrong: dict[str, Finding] = {}
        """The libraries with a mistake, by name."""
        self.needed: dict[str, Finding] = {}
        """Libraries that they need, but PythonAnywhere does not have, by name."""
        self.foreign: list[str] = []
        """Libraries that PythonAnywhere can load, and this computer cannot."""

    def joined(self, others: list[Finding]) -> list[Finding]:
        """Return all findings, without those that only follow from these."""
        kept = [finding for finding in others if not self._explains(finding)]
        return kept + self.findings

    def _explains(self, finding: Finding) -> bool:
        """Tell whether a finding is explained by one about a library."""
        if finding.rule not in ("error-response", "import-error"):
            return False
        if self.missing and finding.rule == "error-response":
            return True  # without its library, the app answers with an error
        if any(name in finding.what for name in (*self.missing, *self.wrong)):
            return True
        for name, cause in self.needed.items():
            if f"{name}: " in finding.what:
                # The library was only likely to fail; now it is known that it fails.
                cause.severity = "error"
                return True
        for name in self.foreign:
            if name in finding.what:
                finding.severity = "warning"
                finding.consequence = (
                    "This computer cannot load what is built for PythonAnywhere, so how "
                    "the app answers there is not known."
                )
                finding.fix = "Check it again on the computer that builds the library."
        return False


def judge_libraries(
    project: Project,
    uploads: list[str],
    commands: list[str],
    analysis: Analysis,
) -> LibraryFindings:
    """Judge the libraries of a project.

    :param uploads: files that must be in the project's folder, by their paths in it.
    :param commands: the commands that build them.
    """
    result = LibraryFindings()
    calls = _calls(project, analysis)
    absent = missing(project, uploads)
    for name in absent:
        file, line = calls.get(name, (name, 1))
        result.missing.append(_last(name))
        result.findings.append(
            Finding(
                "not-built",
                file,
                line,
                f"{name} is missing: it is built from the project's sources",
                _build(commands),
            )
        )
    there = [name for name in uploads if _IS_LIBRARY.fullmatch(_last(name))]
    names = [name for name in dict.fromkeys((*there, *calls)) if name not in absent]
    for name in names:
        path = project.folder / name
        if name in there or path.is_file():
            place = calls.get(name, (name, 1))
            _judge(result, path, name, place, {_last(other) for other in names})
            if path.name not in result.wrong:
                _judge_sources(result, project.folder, name, place, _build(commands))
    return result


def _judge_sources(
    result: LibraryFindings,
    folder: Path,
    name: str,
    place: tuple[str, int],
    fix: str,
) -> None:
    """Judge whether a library is whole, and made of the sources beside it."""
    path = folder / name
    try:
        if library_sources.is_damaged(path):
            finding = Finding("library-damaged", *place, f"{name} is damaged", fix)
            result.wrong[path.name] = finding
            result.findings.append(finding)
            return
        source = library_sources.changed_source(folder, path)
    except OSError:
        return  # the sources cannot be compared
    if source:
        what = f"{name} is older than {_shown(source)}"
        result.findings.append(Finding("library-older", *place, what, fix))


def missing(project: Project, uploads: list[str]) -> list[str]:
    """Return the required files that are missing."""
    found: list[str] = []
    for name in dict.fromkeys(uploads):
        if os.path.isabs(name) or ".." in Path(name).parts or "\0" in name:
            raise CannotCheck(
                "usage", f"--upload takes a path inside the project, not {name!r}"
            )
        if not os.path.exists(project.folder / name):
            found.append(name)
    return found


def older(project: Project, uploads: list[str]) -> bool:
    """Tell whether a library is older than its sources."""
    with contextlib.suppress(OSError):
        return any(
            library_sources.changed_source(project.folder, project.folder / name)
            for name in uploads
            if _IS_LIBRARY.fullmatch(_last(name))
        )
    return False


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _build(commands: list[str]) -> str:
    """Return how to build the missing files, "" if no command is known."""
    if not commands:
        return ""
    steps = ", then ".join(f"`{command}`" for command in commands)
    return f"Run {steps} in the project's folder, and upload the result."


def _calls(project: Project, analysis: Analysis) -> dict[str, tuple[str, int]]:
    """Return the libraries in the project's folder that its code loads, and the lines."""
    found: dict[str, tuple[str, int]] = {}
    for module in analysis.modules:
        for call in module.library_loads:
            text = analysis.first_argument(module, call)
            path = Path(os.path.normpath(text)) if os.path.isabs(text) else None
            if path is None or project.folder not in path.parents:
                continue
            name = path.relative_to(project.folder).as_posix()
            if _IS_LIBRARY.fullmatch(path.name):
                found.setdefault(name, (module.file, call.lineno))
    return found


def _judge(
    result: LibraryFindings,
    path: Path,
    name: str,
    place: tuple[str, int],
    own: set[str],
) -> None:
    """Judge one library.

    :param own: the names of the project's libraries, which can need each other.
    """

    def add(rule: str, what: str, fix: str = "") -> Finding:
        finding = Finding(rule, *place, f"{name} {what}", fix)
        result.findings.append(finding)
        return finding

    try:
        library = elf.read(path)
    except elf.NotALibrary as problem:
        fix = "Fetch the file itself: `git lfs pull`." if "LFS" in str(problem) else ""
        result.wrong[path.name] = add("library-format", f"is {problem}", fix)
        return
    except OSError as error:
        result.unread.append((name, error.strerror or str(error)))
        return
    if (library.machine, library.bits, library.is_little) != (_MACHINE, 64, True):
        result.wrong[path.name] = add(
            "library-machine", f"is built for {_machine(library)}"
        )
        return
    version = _newest(library)
    if version is not None and version[0] > _GLIBC:
        number, symbol = version
        what = f"needs glibc {number[0]}.{number[1]}"
        if symbol:
            what += f", for `{_shown(symbol)}`"
        result.wrong[path.name] = add("library-glibc", what)
    elif _is_foreign(version):
        result.foreign.append(path.name)
    absent = [
        needed
        for needed in dict.fromkeys(library.needed)
        if not _ON_HOST.fullmatch(needed)
        and needed not in own
        and not _is_beside(needed, library, path)
    ]
    if absent:
        shown = [_shown(needed) for needed in absent[:_MAX_SHOWN]]
        if len(absent) > _MAX_SHOWN:
            shown.append(f"{len(absent) - _MAX_SHOWN} more")
        fix = ""
        if any(_OF_SWIFT.match(needed) for needed in absent):
            fix = "Link Swift's runtime into it: `swift build --static-swift-stdlib`."
        finding = add("library-needs", f"needs {listed(shown)}", fix)
        result.needed.update(dict.fromkeys(absent, finding))


def _machine(library: elf.Library) -> str:
    """Return the name of the machine that a library is built for."""
    name = _MACHINES.get(
        library.machine, f"an unknown machine (number {library.machine})"
    )
    if library.machine == _MACHINE:
        name += " with 32-bit addresses" if library.bits == 32 else ", big-endian"
    return name


def _newest(library: elf.Library) -> tuple[tuple[int, int], str] | None:
    """Return the newest glibc that a library asks for, and a symbol that asks for it."""
    newest: tuple[tuple[int, int], str] | None = None
    for version in library.versions:
        match = re.fullmatch(r"GLIBC_(\d{1,3})\.(\d{1,3})(\.\d+)?", version.name)
        if version.is_weak:
            continue
        if match:
            number, symbol = (int(match[1]), int(match[2])), version.symbol
        elif version.name == "GLIBC_ABI_DT_RELR":
            # Not the version of a symbol: glibc 2.36 added it, for new relocations.
            number, symbol = (2, 36), version.name
        else:
            continue
        if newest is None or number > newest[0]:
            newest = number, symbol
    return newest


def _is_foreign(version: tuple[tuple[int, int], str] | None) -> bool:
    """Tell whether this computer cannot load what the host can."""
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        return True
    name = os.confstr("CS_GNU_LIBC_VERSION") if _has_glibc() else ""
    match = re.fullmatch(r"glibc (\d{1,3})\.(\d{1,3}).*", name or "")
    if version is None or match is None:
        return match is None  # another C library
    return version[0] > (int(match[1]), int(match[2]))


def _has_glibc() -> bool:
    return "CS_GNU_LIBC_VERSION" in os.confstr_names


def _is_beside(needed: str, library: elf.Library, path: Path) -> bool:
    """Tell whether a library finds another one in a folder of the project."""
    for folder in library.folders:
        place = re.sub(r"\$(ORIGIN\b|\{ORIGIN\})", lambda _: str(path.parent), folder)
        # PythonAnywhere has only the files that are uploaded with the library.
        if place != folder and "\0" not in needed:
            try:
                if os.path.isfile(os.path.join(place, needed)):
                    return True
            except ValueError:
                continue
    return False


def _shown(name: str) -> str:
    """Return a name from a file, without control characters for terminals."""
    return shortened(printable(name, "?"), 60)
