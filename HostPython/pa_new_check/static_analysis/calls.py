"""Follows calls at import, of the project's functions and of a library's."""

from __future__ import annotations

from pa_new_check import known_apis, log_threads
from pa_new_check.rules import RULES, Finding
from pa_new_check.static_analysis import service_rules, setting_rules
from pa_new_check.static_analysis.names import inherited, library_bases
from pa_new_check.static_analysis.paths import path_call
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Coroutine,
    Function,
    Instance,
    LibraryValue,
    Literal,
    Scope,
    Unknown,
    text_of,
)
from pa_new_check.syntax import source
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pa_new_check.static_analysis.interpreter import Interpreter


class LibraryCall:
    """A call of something from a library."""

    def __init__(
        self,
        called: AbstractValue,
        node: ast.Call,
        arguments: list[AbstractValue],
        keywords: Mapping[str | None, AbstractValue],
        scope: Scope,
    ) -> None:
        self.origin = called.origin
        self.owner = called.owner if isinstance(called, LibraryValue) else None
        self.node = node
        self.arguments = arguments
        self.keywords = keywords
        self.scope = scope

    @property
    def name(self) -> str:
        """The last part of the library's name for the called object."""
        return self.origin.rpartition(".")[2]

    @property
    def text(self) -> str:
        """The code of the called expression."""
        return source(self.node.func)

    def result(self) -> LibraryValue:
        """Return the value of the call, by its name."""
        return LibraryValue(f"{self.origin}()", node=self.node)


def call(interpreter: Interpreter, node: ast.Call, scope: Scope) -> AbstractValue:
    """Follow a call, report its effects, and return its value."""
    called = interpreter.evaluate(node.func, scope)
    arguments = [interpreter.evaluate(argument, scope) for argument in node.args]
    keywords = {
        keyword.arg: interpreter.evaluate(keyword.value, scope)
        for keyword in node.keywords
    }
    if isinstance(called, Function):
        return interpreter.call_function(called, arguments, keywords)
    if isinstance(called, Class):
        return _instance(interpreter, called, arguments, keywords, scope, node)
    if not called.origin:
        return Unknown()
    library_call = LibraryCall(called, node, arguments, keywords, scope)
    if called.origin in ("threading.Thread", "threading.Timer"):
        thread = library_call.result()
        thread.attributes["target"] = keywords.get("target", Unknown())
        return thread
    value = _started(interpreter, library_call)
    if value is None:
        value = _followed(interpreter, library_call)
    if value is not None:
        return value
    if library_call.name in known_apis.WAITS and library_call.owner is not None:
        interpreter.no_longer_runs(library_call.owner)
    return library_call.result()


def _instance(
    interpreter: Interpreter,
    kind: Class,
    arguments: list[AbstractValue],
    keywords: dict[str | None, AbstractValue],
    scope: Scope,
    node: ast.Call,
) -> AbstractValue:
    """Make an instance of a class of the project, running its ``__init__``."""
    for base in library_bases(kind):
        if base in known_apis.SERVES:
            what = f"`{source(node.func)}(...)` binds an address at import"
            interpreter.found("server-start", scope, node, what)
    value = Instance(kind, node)
    initialiser = inherited(kind, value, "__init__")
    if isinstance(initialiser, Function):
        interpreter.call_function(initialiser, arguments, keywords)
    return value


def _started(interpreter: Interpreter, call: LibraryCall) -> AbstractValue | None:
    """Report a call that must not run at import; return its value, if known."""
    origin = call.origin

    def found(rule: str, what: str) -> Finding | None:
        return interpreter.found(rule, call.scope, call.node, what)

    service_rules.judge(interpreter, call)
    if _serves(interpreter, call):
        found("server-start", f"`{call.text}(...)` runs at import")
    elif origin in known_apis.ENDS:
        interpreter.end_process(call.scope, call.node, f"{call.text}()")
    elif origin in known_apis.STARTS_THREAD:
        what = f"`{call.text}(...)` starts a thread at import"
        finding = found("thread-at-import", what)
        if finding is not None and origin.startswith("logging."):
            finding.consequence, finding.fix = log_threads.CONSEQUENCE, log_threads.FIX
        elif finding is not None and service_rules.polls(call.owner):
            finding.what += ", and the thread polls for messages"
            finding.fix = RULES["polling-bot"].fix
        return _until_waited_for(finding, call)
    elif origin in known_apis.STARTS_PROCESS:
        what = f"`{call.text}(...)` starts a process at import"
        return _until_waited_for(found("process-at-import", what), call)
    elif origin in known_apis.MAKES_LOOP:
        value = call.result()
        finding = found(
            "loop-at-import", f"`{call.text}()` creates an event loop at import"
        )
        value.started = [] if finding is None else [finding]
        return value
    elif origin in known_apis.ADAPTERS_WITH_THREAD:
        service_rules.judge_adapter(interpreter, call)
    elif origin in known_apis.CONNECTS:
        what = f"`{call.text}(...)` connects to the database at import"
        return _until_waited_for(found("connection-at-import", what), call)
    elif origin in known_apis.WEBSOCKETS:
        found("websocket", f"`{call.text}(...)` handles WebSockets")
    return None


def _until_waited_for(finding: Finding | None, call: LibraryCall) -> LibraryValue:
    """Return the started object; its finding holds until the code waits for it."""
    value = call.result()
    if finding is not None:
        value.started.append(finding)
        if call.owner is not None:
            call.owner.started.append(finding)
    return value


def _serves(interpreter: Interpreter, call: LibraryCall) -> bool:
    """Tell whether a call binds an address or serves."""
    origin, node = call.origin, call.node
    if origin == "cherrypy.server.unsubscribe":
        interpreter.has_unsubscribed_server = True
    if origin == "cherrypy.engine.start":
        return not interpreter.has_unsubscribed_server
    if call.name in known_apis.SERVES_METHODS:
        return True
    if origin in known_apis.MANAGES_DJANGO:
        return any(
            isinstance(part, ast.Constant) and part.value == "runserver"
            for part in ast.walk(node)
        )
    if origin.startswith(("socketserver.", "http.server.")):
        activate = call.keywords.get("bind_and_activate")
        if isinstance(activate, Literal) and activate.content is False:
            return False
    if origin in ("socket.socket().bind", "socket.create_server") and node.args:
        address = node.args[0]
        if isinstance(address, ast.Tuple) and len(address.elts) > 1:
            port = address.elts[1]
            return not (isinstance(port, ast.Constant) and port.value == 0)
    return origin in known_apis.SERVES


def _followed(interpreter: Interpreter, call: LibraryCall) -> AbstractValue | None:
    """Follow the effect of a call on the project; return its value if that is known."""
    origin, arguments = call.origin, call.arguments
    nodes = call.node.args
    if origin.startswith(known_apis.RUNNERS) and known_apis.RUNS_COROUTINE.fullmatch(
        origin
    ):
        for argument in arguments:
            if isinstance(argument, (Coroutine, Function)):
                interpreter.run_coroutine(argument)
        return Unknown()
    if setting_rules.follow(interpreter, call):
        return Unknown()
    if origin == "os.chdir":
        interpreter.changes_folder = True
        # uWSGI puts the working directory on the path.
        interpreter.extend_path(nodes[0] if nodes else None, call.scope)
    elif origin in ("sys.path.insert", "sys.path.append", "site.addsitedir"):
        interpreter.extend_path(nodes[-1] if nodes else None, call.scope)
    elif origin == "sys.path.extend":
        interpreter.extend_path(nodes[0] if nodes else None, call.scope)
    elif origin in ("importlib.import_module", "__import__") and arguments:
        name = text_of(arguments[0])
        if name is not None and not name.startswith("."):
            return interpreter.import_module(name, call.scope, call.node)
    elif origin == "getattr" and len(arguments) > 1:
        name = text_of(arguments[1])
        if name is not None:
            return interpreter.attribute(arguments[0], name, call.scope, call.node)
    return path_call(origin, call.owner, arguments)
