"""Rules about connections to databases, as the code describes them."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import PathUse, Reading
from pa_new_check.source_rules.secrets import judge_password
from pa_new_check.static_analysis.values import Module, text_of
from pa_new_check.syntax import binds
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_URI = "SQLALCHEMY_DATABASE_URI"
_RECYCLES = frozenset(
    ("pool_recycle", "pool_pre_ping", "SQLALCHEMY_POOL_RECYCLE", "NullPool")
)


def note_call(module: Module, node: ast.Call, name: str, reading: Reading) -> None:
    """Note an engine for MySQL on PythonAnywhere."""
    is_engine = name in known_apis.ENGINES and name != "databases.Database"
    if is_engine and node.args and _is_mysql(module, node.args[0], reading):
        reading.engines.append((module, node, "engine"))
    for given in node.keywords:
        if given.arg == _URI and _is_mysql(module, given.value, reading):
            reading.engines.append((module, given.value, "flask"))


def note_assignment(
    module: Module, node: ast.Assign | ast.AnnAssign, reading: Reading
) -> None:
    """Note the address of MySQL on PythonAnywhere in Flask's configuration."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        name = ""
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            name = str(target.slice.value)
        elif isinstance(target, ast.Name):
            name = target.id
        if name == _URI and node.value and _is_mysql(module, node.value, reading):
            reading.engines.append((module, node, "flask"))


def _is_mysql(module: Module, node: ast.expr, reading: Reading) -> bool:
    """Tell whether an expression is the address of MySQL on PythonAnywhere."""
    text = text_of(reading.analysis.value(module, node)) or ""
    parts = list(ast.walk(node))
    if isinstance(node, ast.Name):
        # Its value has parts that are not known, such as the password.
        for statement in module.tree.body:
            if isinstance(statement, ast.Assign) and binds(statement, node.id):
                parts += ast.walk(statement.value)
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            text += f" {part.value}"
        elif isinstance(part, ast.Name):
            text += f" {text_of(reading.analysis.value(module, part)) or ''}"
    return ("mysql" in text or "mariadb" in text) and (
        "pythonanywhere-services.com" in text
    )


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about engines that keep a connection too long."""
    if reading.words & _RECYCLES:
        return
    of_flask = [engine for engine in reading.engines if engine[2] == "flask"]
    others = [engine for engine in reading.engines if engine[2] != "flask"]
    # The last one sets the app's configuration; the first may only name the address.
    for module, node, kind in others + of_flask[-1:]:
        fix = "Give the engine that time: `create_engine(..., pool_recycle=280)`."
        if kind == "flask":
            fix = (
                'Add this line: `app.config["SQLALCHEMY_ENGINE_OPTIONS"] = '
                '{"pool_recycle": 280}`.'
            )
        yield Finding(
            "pool-recycle",
            module.file,
            getattr(node, "lineno", 1),
            "SQLAlchemy keeps its connections to MySQL open without a limit",
            fix,
        )


def judge_django(
    module: Module, pairs: dict[str, ast.expr], reading: Reading
) -> Iterator[Finding]:
    """Report the password of a database of Django's; note a relative file."""
    engine = text_of(reading.analysis.value(module, pairs["ENGINE"])) or ""
    name, password = pairs.get("NAME"), pairs.get("PASSWORD")
    if engine.endswith("sqlite3") and isinstance(name, ast.Constant):
        text = str(name.value)
        if text and not text.startswith(("/", ":", "file:")):
            call = ast.Call(name, [], [])
            ast.copy_location(call, name)
            reading.paths.append(PathUse(module, call, "django", text, True))
    if password is not None:
        yield from judge_password(module, password, "`PASSWORD`")
