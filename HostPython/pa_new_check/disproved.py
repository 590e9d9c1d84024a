"""Removes what reading says of modules, where loading has shown the opposite.

Reading does not see every folder that code puts on ``sys.path``. An import that worked is
proof: the module is not missing, and a project's own package that was imported by a name,
without any failure, is the one that the app wants.
"""

from __future__ import annotations

from pa_new_check.rules import Finding

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Mapping

# Findings from loading which say that something failed: a hidden module may be the reason.
_FAILURES = frozenset(
    ("import-error", "error-response", "exit-at-import", "server-start")
)


def disproved(findings: list[Finding], modules: Mapping[str, str]) -> list[Finding]:
    """Return the findings without those that the loaded modules disprove.

    :param findings: those of reading and of loading.
    :param modules: the modules that were imported when the app had answered: their names
        before the first dot (those with dots may be there, too), and their files, "" for
        a folder without a file. Empty if the app was not loaded to the end.
    """
    has_failure = any(
        finding.rule in _FAILURES and not finding.claim[0] for finding in findings
    )
    kept = [f for f in findings if not _is_disproved(f, modules, has_failure)]
    for finding in kept:
        if finding.claim[0] == "hidden" and modules and not has_failure:
            finding.severity = "warning"  # nothing that was asked for needs it
        if finding.claim[0] == "removed" and _is_of_setuptools(finding, modules):
            finding.severity = "warning"
            finding.consequence = (
                "Here, setuptools has it, which not every virtual environment has: if "
                "yours on PythonAnywhere has none, the import fails."
            )
    return kept


def _is_disproved(
    finding: Finding, modules: Mapping[str, str], has_failure: bool
) -> bool:
    claim, module = finding.claim
    top = module.partition(".")[0]
    if not claim or top not in modules:
        return False
    file = modules.get(module, modules[top])
    if claim == "missing":
        # Of a package that distributions share, only its inner modules tell.
        return module in modules or file != ""
    if claim == "removed":
        # That of this Python's library proves nothing.
        return is_of_library(file) and not _is_of_setuptools(finding, modules)
    if claim == "unlisted":
        return file != "" and not is_of_library(file)
    # Hidden: the project's own module was imported, and nothing failed.
    return claim == "hidden" and not has_failure and not is_of_library(file)


def _is_of_setuptools(finding: Finding, modules: Mapping[str, str]) -> bool:
    """Tell whether setuptools has the module, as it has distutils."""
    file = modules.get(finding.claim[1], "").replace("\\", "/")
    return is_of_library(file) and "/setuptools/" in file


def is_of_library(file: str) -> bool:
    """Tell whether a file is in a folder into which pip installs packages."""
    parts = file.replace("\\", "/").split("/")
    return "site-packages" in parts or "dist-packages" in parts
