"""Rules about calls at import that go to another computer, or wait for its messages."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import AbstractValue, Function, Literal
from pa_new_check.syntax import source
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.static_analysis.calls import LibraryCall
    from pa_new_check.static_analysis.interpreter import Interpreter

_BOTS_WITHOUT_WEBHOOK = ("discord", "nextcord", "disnake", "slack_bolt")
_OTHER_ADAPTER = (
    "Take an adapter without such a thread: `pa-new NAME --framework fastapi` writes "
    "the folder asgi_adapter into NAME/. Copy it beside your app, and write "
    "`from asgi_adapter import ASGIAdapter` and `application = ASGIAdapter({})`."
)


def judge(interpreter: Interpreter, call: LibraryCall) -> None:
    """Report a call that does not belong into an import."""
    origin = call.origin

    def found(rule: str, what: str, fix: str = "") -> None:
        interpreter.found(rule, call.scope, call.node, what, fix)

    is_service = origin.startswith(known_apis.SERVICES)
    if is_service and known_apis.POLLS.fullmatch(origin):
        fix = ""
        if origin.partition(".")[0] in _BOTS_WITHOUT_WEBHOOK:
            fix = (
                "Run the bot as an always-on task (on paid accounts), not as a web app."
            )
        found("polling-bot", f"`{call.text}(...)` waits for messages at import", fix)
    elif is_service and known_apis.GOES_OUT.fullmatch(origin):
        fix = ""
        if "ebhook" in call.name:
            fix = (
                "Remove the line from the app, and call it once by hand, in a console: "
                "the service keeps the address."
            )
        found(
            "network-at-import",
            f"`{call.text}(...)` calls another server at import",
            fix,
        )
    elif origin == "pymongo.MongoClient":
        connects = call.keywords.get("connect")
        if not (isinstance(connects, Literal) and connects.content is False):
            _judge_mongo(interpreter, call)


def _judge_mongo(interpreter: Interpreter, call: LibraryCall) -> None:
    what = "`MongoClient(...)` is made at import"
    finding = interpreter.found("connection-at-import", call.scope, call.node, what)
    if finding is not None:
        finding.severity = "note"
        finding.consequence = (
            "PythonAnywhere loads the app once and then forks its workers; the client "
            "is safe in them only if it has not connected before."
        )
        finding.fix = (
            "Make the client in the first request, or give it `connect=False`."
        )


def polls(thread: AbstractValue | None) -> bool:
    """Tell whether a thread waits for the messages of a chat service."""
    target = thread.attributes.get("target") if thread is not None else None
    if target is None:
        return False
    if known_apis.POLLS.fullmatch(target.origin):
        return True
    if not isinstance(target, Function):
        return False
    module = target.scope.module
    return any(
        isinstance(node, ast.Call)
        and known_apis.POLLS.fullmatch(library_name(node.func, module))
        for node in ast.walk(target.definition)
    )


def better_adapter(node: ast.AST) -> str:
    """Return the fix for the call that makes an adapter with a thread."""
    given = getattr(node, "args", [])
    return _OTHER_ADAPTER.format(source(given[0]) if given else "app")


def judge_adapter(interpreter: Interpreter, call: LibraryCall) -> None:
    """Report an adapter from ASGI that starts the thread of its loop at import."""
    loop = call.keywords.get("loop")
    if loop is not None and not (isinstance(loop, Literal) and loop.content is None):
        return
    fix = better_adapter(call.node)
    what = f"`{source(call.node)}` starts the thread of an event loop at import"
    finding = interpreter.found("asgi-application", call.scope, call.node, what, fix)
    if finding is not None:
        finding.consequence = (
            "PythonAnywhere loads the app once and then forks its workers. They do not "
            "have that thread: every request hangs."
        )
        finding.also = ["thread-at-import", "loop-at-import", "error-response"]
