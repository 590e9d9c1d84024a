"""Rules about requests that anyone may make: updates of the code from git."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import AnyFunction
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNS = frozenset(("run", "call", "check_call", "check_output", "Popen", "system"))
_PULLS = pattern(r"\bgit\b.*\bpull\b", re.DOTALL)
_CHECKS = pattern(
    r"hmac|digest|signature|secret|token|password|login|auth|verif|permission|valid"
    r"|forbidden|(?:^|[_-])key(?:$|[_-])",
    re.IGNORECASE,
)


def judge(module: Module, handler: AnyFunction) -> Iterator[Finding]:
    """Report a request that runs `git pull` for everyone."""
    pull = next((node for node in ast.walk(handler) if _pulls(node)), None)
    if pull is None or any(_checks(node) for node in ast.walk(handler)):
        return
    yield Finding(
        "open-route",
        module.file,
        getattr(pull, "lineno", handler.lineno),
        f"The request that `{handler.name}` answers runs `git pull` for everyone",
    )


def _pulls(node: ast.AST) -> bool:
    """Tell whether a call pulls, by the command or with GitPython."""
    if not isinstance(node, ast.Call):
        return False
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if name in _RUNS:
        words = [
            str(part.value)
            for given in node.args[:1]
            for part in ast.walk(given)
            if isinstance(part, ast.Constant)
        ]
        return bool(_PULLS.search(" ".join(words)))
    if name == "pull" and isinstance(func, ast.Attribute):
        owner = ast.unparse(func.value)
        return bool(re.search(r"remote|origin|\.git$", owner))
    return False


def _checks(node: ast.AST) -> bool:
    """Tell whether a node compares a signature or a secret, as far as names tell."""
    if isinstance(node, ast.Name):
        return bool(_CHECKS.search(node.id))
    if isinstance(node, ast.Attribute):
        return bool(_CHECKS.search(node.attr))
    if isinstance(node, ast.Constant) and node.value in (401, 403):
        return True
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return bool(_CHECKS.search(node.value)) and len(node.value) < 60
    return False
