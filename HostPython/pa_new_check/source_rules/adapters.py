"""The rule about an adapter from ASGI that a request makes: ``lifespan`` never runs."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.source_rules.background import is_reached, uses_of_names
from pa_new_check.source_rules.live_code import dead_code, live
from pa_new_check.source_rules.reading import Reading
from pa_new_check.static_analysis.service_rules import better_adapter
from pa_new_check.static_analysis.values import Module
from pa_new_check.syntax import source
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_LIFESPAN_WORDS = frozenset(("lifespan", "on_startup", "on_shutdown"))


def note(module: Module, node: ast.Call, name: str, reading: Reading) -> None:
    """Note an adapter with the thread of a loop, if a function makes it."""
    if name in known_apis.ADAPTERS_WITH_THREAD:
        has_loop = len(node.args) > 2 or any(
            word.arg == "loop" for word in node.keywords
        )
        if not has_loop and reading.analysis.functions_around(module, node):
            reading.adapters.append((module, node))


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield a finding for each adapter that no import makes."""
    if not reading.adapters:
        return
    at_import = {
        (finding.file, finding.line)
        for finding in reading.analysis.findings
        if finding.rule == "asgi-application"
    }
    uses = uses_of_names(reading)
    has_lifespan = any(map(_has_lifespan, reading.analysis.modules))
    for module, node in reading.adapters:
        place = module.file, node.lineno
        if place in at_import or not is_reached(module, node, reading, uses):
            continue
        finding = Finding(
            "asgi-lifespan",
            *place,
            f"`{source(node)}` in a request starts the thread of an event loop",
            better_adapter(node),
        )
        if has_lifespan:
            finding.severity = "warning"
            finding.consequence = (
                "The app answers, but this adapter never runs `lifespan`: what the app "
                "does at its start and at its end is not done."
            )
        yield finding


def _has_lifespan(module: Module) -> bool:
    """Tell whether the code of a module says what an app does at its start or end."""
    for node in live(module.tree, dead_code(module)):
        if isinstance(node, ast.keyword) and node.arg in _LIFESPAN_WORDS:
            return not (
                isinstance(node.value, ast.Constant) and node.value.value is None
            )
        if isinstance(node, ast.Attribute) and node.attr == "on_event":
            return True
    return False
