"""Rules about the contents of a file, whether the import runs it or a request does."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.static_analysis.names import library_bases, library_name
from pa_new_check.static_analysis.values import Class, Module
from pa_new_check.syntax import FUNCTIONS, AnyFunction, items

_PLACEHOLDER = (
    r"(?:your_?user_?name|my_?user_?name|<\s*(?:your[ _-]?)?user_?name\s*>|USER|USERNAME"
    r"|<\s*user\s*>|YOUR_USERNAME|YOURUSERNAME|yourname)"
)
_PLACEHOLDERS = re.compile(
    rf"/home/{_PLACEHOLDER}(?=/|$)|/var/www/{_PLACEHOLDER}_"
    rf"|(?<![\w.-]){_PLACEHOLDER}(?:\.eu)?\.(?:mysql\.)?pythonanywhere"
    rf"|(?<!\w)your_?username\$|^your_?username$"
)
_HOME = re.compile(r"/home/([A-Za-z][A-Za-z0-9]{2,29})(?=/|$)")
_SECRETS = (
    (re.compile(r"(?<![A-Z0-9])AKIA[0-9A-Z]{16}(?![A-Z0-9])"), "an AWS access key"),
    (re.compile(r"gh[pousr]_[A-Za-z0-9]{36}"), "a GitHub token"),
    (re.compile(r"github_pat_[A-Za-z0-9_]{60,}"), "a GitHub token"),
    (re.compile(r"xox[abprs]-[A-Za-z0-9-]{20,}"), "a Slack token"),
    (re.compile(r"(?<!\w)sk-[A-Za-z0-9_-]{32,}"), "an API key"),
    (re.compile(r"[sr]k_live_[A-Za-z0-9]{20,}"), "a Stripe key"),
    (re.compile(r"AIza[0-9A-Za-z_-]{35}"), "a Google API key"),
    (re.compile(r"(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])"), "a Telegram token"),
    (re.compile(r"(?<!\w)Token [0-9a-f]{40}(?!\w)"), "an API token"),
    (re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"), "a private key"),
)
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:api_?token|auth_?token|access_?token|token|secret|secret_?key"
    r"|api_?key|private_?key|client_?secret)$",
    re.IGNORECASE,
)
# Placeholders of tutorials for a secret, and values that frameworks generate.
_NO_SECRET = re.compile(
    r"django-insecure-|change|example|placeholder|your|dummy|xxx|test|dev|todo|secret"
    r"|[\s<>{}/\\]|^\W*$",
    re.IGNORECASE,
)

_JUDGED = frozenset(
    (ast.Call, ast.Constant, ast.Expr, ast.Compare, ast.Assign, ast.AnnAssign)
    + (ast.keyword, ast.Dict, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
)


def judge(module: Module, account: str | None, changes_folder: bool) -> list[Finding]:
    """Return the findings about the contents of one file.

    :param account: the user's account on PythonAnywhere, if it is known.
    :param changes_folder: whether the project sets its own working directory.
    """
    found: list[Finding] = []
    silent: set[ast.AST] = set()  # texts that are documentation, or compared with
    for node in _live(module.tree, _dead_code(module)):
        if node.__class__ not in _JUDGED:
            continue
        if isinstance(node, ast.Call):
            if not changes_folder:
                found.extend(_relative_path(module, node))
            found.extend(_pushes(module, node))
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else ""
            if (
                called.id if isinstance(called, ast.Name) else name
            ) in known_apis.LOADS:
                module.library_loads.append(node)
        elif isinstance(node, ast.Constant):
            if node not in silent:
                found.extend(_text(module, node, account))
        elif isinstance(node, ast.Expr):
            silent.add(node.value)
        elif isinstance(node, ast.Compare):
            for part in (node.left, *node.comparators):
                silent.update((part, *items(part)))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            found.extend(_secret_assignment(module, node))
        elif isinstance(node, ast.keyword):
            found.extend(_secret_named(module, node.arg or "", node.value))
        elif isinstance(node, FUNCTIONS):
            if _is_handler(module, node):
                found.extend(_waits(module, node))
        elif isinstance(node, ast.ClassDef):
            for method in _handler_methods(module, node):
                found.extend(_waits(module, method))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found.extend(_secret_named(module, key.value, value))
    return found


def _live(tree: ast.AST, dead: set[ast.AST]) -> Iterator[ast.AST]:
    """Yield every node except dead code, each before the nodes inside it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node in dead:
            continue
        yield node
        # Like ast.iter_child_nodes, but three times as fast.
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST) and value._fields:
                waiting.append(value)


def _dead_code(module: Module) -> set[ast.AST]:
    """Return code that only runs in the main program: guards, and functions they call."""
    dead = set(module.dead)
    if not dead:
        return dead
    functions = {
        node.name: node
        for node in module.tree.body
        if isinstance(node, FUNCTIONS) and not node.decorator_list
    }
    called = {
        node.id
        for statement in dead
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    waiting = {name for name in functions if name in called}
    while waiting:
        used = {
            node.id
            for statement in module.tree.body
            if statement not in dead
            for node in _live_outside(statement, dead)
            if isinstance(node, ast.Name)
        }
        more = {name for name in waiting if name not in used}
        if not more:
            break
        waiting -= more
        for name in more:
            dead.add(functions[name])
        for name in more:
            for node in ast.walk(functions[name]):
                other = functions.get(node.id) if isinstance(node, ast.Name) else None
                if other is not None and other not in dead:
                    waiting.add(other.name)
    return dead


def _live_outside(statement: ast.stmt, dead: set[ast.AST]) -> Iterator[ast.AST]:
    """Yield the live nodes of a statement; a function does not count for its name."""
    for node in _live(statement, dead):
        own = getattr(statement, "name", None)
        if not (isinstance(node, ast.Name) and node.id == own):
            yield node


def _relative_path(module: Module, node: ast.Call) -> Iterator[Finding]:
    """Report files that are opened relative to the working directory."""
    name = library_name(node.func, module)
    paths: list[ast.expr] = []
    for place, keyword in known_apis.OPENS.get(name, ()):
        if place is not None and place < len(node.args):
            paths.append(node.args[place])
        paths += [given.value for given in node.keywords if given.arg == keyword]
    owner, _, method = name.rpartition(".")
    if owner == "pathlib.Path()" and method in known_apis.PATH_METHODS:
        made = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(made, ast.Call) and len(made.args) == 1:
            paths.append(made.args[0])
    if name == "sqlalchemy.create_engine" and node.args:
        paths.append(node.args[0])
    for path in paths:
        if (
            isinstance(path, ast.Call)
            and len(path.args) == 1
            and library_name(path.func, module) == "pathlib.Path"
        ):
            path = path.args[0]
        if not isinstance(path, ast.Constant) or not isinstance(path.value, str):
            continue
        text = path.value
        if name == "sqlalchemy.create_engine":
            scheme, slashes, text = text.partition(":///")
            if not slashes or not scheme.startswith("sqlite"):
                continue
        if not text or text.startswith(("/", "~", ":", "file:")) or ":\\" in text:
            continue
        yield Finding(
            "relative-path",
            module.file,
            node.lineno,
            f"`{text}` is opened relative to the working directory",
            last_line=node.end_lineno or node.lineno,
        )


def _pushes(module: Module, node: ast.Call) -> Iterator[Finding]:
    """Report an answer that is a stream of events."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in ("get", "startswith", "best_match", "index", "find"):
        return  # it asks which types the browser accepts
    for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
        parts = [value]
        if isinstance(value, ast.Dict):
            parts = list(value.values)
        elif isinstance(value, (ast.List, ast.Tuple)):
            parts = [part for item in value.elts for part in items(item)]
        for part in parts:
            text = part.value if isinstance(part, ast.Constant) else None
            if isinstance(text, str) and re.match(r"text/event-stream\s*(;|$)", text):
                what = "This response is a stream of server-sent events"
                yield Finding("push", module.file, part.lineno, what)


def _is_handler(module: Module, node: AnyFunction) -> bool:
    """Tell whether a function answers requests, as far as its definition tells."""
    names = [argument.arg for argument in node.args.args]
    if names[:2] in (["environ", "start_response"], ["env", "start_response"]):
        return True
    if names[:1] == ["request"] and module.path.name == "views.py":
        return True
    for decorator in node.decorator_list:
        made = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(made, ast.Attribute) and made.attr in known_apis.ROUTES:
            return True
        if isinstance(made, ast.Name) and library_name(made, module) in (
            *(f"bottle.{verb}" for verb in known_apis.ROUTES),
            "cherrypy.expose",
            "rest_framework.decorators.api_view",
        ):
            return True
    return False


def _handler_methods(module: Module, node: ast.ClassDef) -> Iterator[AnyFunction]:
    """Yield the methods of a class that answer requests, by their names alone."""
    value = module.scope.names.get(node.name)
    bases = set(library_bases(value)) if isinstance(value, Class) else set()
    is_handler = bool(bases & known_apis.HANDLER_CLASSES)
    for method in node.body:
        if isinstance(method, FUNCTIONS):
            name = method.name
            # web.py's classes have no base, and their verbs capital letters.
            is_plain = not node.bases and name in ("GET", "POST")
            if (is_handler and name in known_apis.VERBS) or is_plain:
                yield method


def _waits(module: Module, handler: AnyFunction) -> Iterator[Finding]:
    """Report a request that is kept waiting for something to happen."""
    nodes = list(ast.walk(handler))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
    if any(str(text).startswith("text/event-stream") for text in texts):
        return  # another rule reports it
    for node in nodes:
        if isinstance(node, ast.While):
            waits = any(_sleeps(module, inner) for inner in ast.walk(node))
            if waits and not _is_counted(node.test):
                what = "This request waits in a loop until something happens"
                yield Finding("push", module.file, node.lineno, what)
                return
        elif isinstance(node, ast.Call) and not _is_short(node):
            name = library_name(node.func, module)
            if name in known_apis.WAITS_FOR:
                method = name.rpartition(".")[2]
                what = f"This request waits in `{method}` until something happens"
                yield Finding("push", module.file, node.lineno, what)
                return


def _sleeps(module: Module, node: ast.AST) -> bool:
    """Tell whether this waits, for a time or for another program."""
    if isinstance(node, ast.Await):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            return call.func.attr == "wait" or _sleeps(module, call)
        return False
    if not isinstance(node, ast.Call):
        return False
    name = library_name(node.func, module)
    if not name and isinstance(node.func, ast.Attribute):
        # The function imports it: assume its usual name.
        owner = node.func.value
        name = f"{owner.id}.{node.func.attr}" if isinstance(owner, ast.Name) else ""
    return name in known_apis.SLEEPS


def _is_counted(test: ast.expr) -> bool:
    """Tell whether a loop is one of a few attempts: ``while tries < 3``."""
    parts = test.values if isinstance(test, ast.BoolOp) else [test]
    for part in parts:
        if isinstance(part, ast.Compare) and isinstance(part.left, ast.Name):
            limit = part.comparators[0]
            if isinstance(limit, ast.Constant) and isinstance(limit.value, int):
                return limit.value <= 10
    return False


def _is_short(node: ast.Call) -> bool:
    """Tell whether a call does not wait, or at most for some seconds."""
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, (int, float)):
            return value.value is not True and value.value <= 5
    return False


def _text(module: Module, node: ast.Constant, account: str | None) -> Iterator[Finding]:
    """Report placeholders, other people's folders and tokens in a text."""
    text = node.value
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if not isinstance(text, str) or len(text) > 10_000:
        return
    match = _PLACEHOLDERS.search(text)
    if match:
        yield Finding(
            "placeholder",
            module.file,
            node.lineno,
            f"`{match[0]}` is a placeholder from a tutorial",
        )
    elif account is not None:
        home = _HOME.match(text)
        if home and home[1].lower() != account.lower():
            yield Finding(
                "placeholder",
                module.file,
                node.lineno,
                f"`{home[0]}` is the home folder of an account other than {account}",
                consequence="Your web app cannot read another account's files.",
            )
    if text == "wsgi.websocket":
        what = "This needs a WebSocket that only gevent's server provides"
        yield Finding("websocket", module.file, node.lineno, what)
    for pattern, kind in _SECRETS:
        if pattern.search(text):
            yield _secret(module, node, f"This text contains {kind}")
            return


def _secret_assignment(
    module: Module, node: ast.Assign | ast.AnnAssign
) -> Iterator[Finding]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        name = ""
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Attribute):
            name = target.attr
        elif isinstance(target, ast.Subscript) and isinstance(
            target.slice, ast.Constant
        ):
            name = str(target.slice.value)
        if name and node.value is not None:
            yield from _secret_named(module, name, node.value)


def _secret_named(module: Module, name: str, value: ast.expr) -> Iterator[Finding]:
    """Report a name that promises a secret, if its value looks like one."""
    if not isinstance(value, ast.Constant) or not _SECRET_NAME.search(name):
        return
    text = value.value
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if not isinstance(text, str) or not 20 <= len(text) <= 500:
        return
    if _NO_SECRET.search(text) or any(p.search(text) for p, _ in _SECRETS):
        return
    if _entropy(text) < 3.0 or not re.search(r"\d", text):
        return  # it reads like words, not like random characters
    yield _secret(module, value, f"`{name}` is set to a secret in the code")


def _entropy(text: str) -> float:
    """Return the entropy of a text in bits per character."""
    total = len(text)
    counts = Counter(text).values()
    return -sum(count / total * math.log2(count / total) for count in counts)


def _secret(module: Module, node: ast.Constant, what: str) -> Finding:
    return Finding("secret-in-source", module.file, node.lineno, what)
