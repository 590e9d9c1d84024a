"""Follows the settings of Flask and Django, and reports those that are wrong on the host."""

from __future__ import annotations

from pa_new_check.static_analysis.names import inherited, library_bases
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Function,
    Instance,
    Items,
    Literal,
    Module,
    ModuleValue,
    Scope,
    Unknown,
    text_of,
)
from pa_new_shared.later import ast

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from pa_new_check.static_analysis.calls import LibraryCall
    from pa_new_check.static_analysis.interpreter import Interpreter

_APP_CONFIGS = frozenset(("django.apps.AppConfig", "django.apps.config.AppConfig"))
# Off unless somebody asks for it: a line that has to recognise the site could be wrong.
_DJANGO_DEBUG = (
    'Write: `DEBUG = os.environ.get("DJANGO_DEBUG") == "1"`. On your computer, start with '
    "`DJANGO_DEBUG=1 python manage.py runserver`."
)
_OWN_DEBUG = (
    'Write: `DEBUG = os.environ.get("PA_NEW_PREVIEW") == "1"`. `pa-new preview` sets this, '
    "and shows the errors."
)
_DJANGO_KEY = (
    "Make another one with Django's `get_random_secret_key()`, keep it out of the code, "
    'and read it: `SECRET_KEY = os.environ["SECRET_KEY"]`, set from a `.env` file.'
)
_FLASK_DEBUG = (
    "Flask then does not answer errors itself: visitors see an error page of "
    "PythonAnywhere, and error handlers of the app for status 500 do not run."
)


class Settings:
    """The settings that the project's code makes."""

    def __init__(self) -> None:
        self.flask: dict[str, AbstractValue] = {}
        """Those of its Flask app; a value is unknown if it is set more than once."""
        self.django = ""
        """The name of Django's module of settings, "" if the code does not say it."""
        self.setup: tuple[Scope, ast.AST] | None = None
        """The first call of ``django.setup``."""


def set_item(
    interpreter: Interpreter,
    owner: AbstractValue,
    key: str,
    value: AbstractValue,
    scope: Scope,
    node: ast.AST,
) -> None:
    """Follow ``owner[key] = value``."""
    if owner.origin == "os.environ" and key == "DJANGO_SETTINGS_MODULE":
        interpreter.settings.django = text_of(value) or ""
    elif owner.origin.endswith(".config"):
        _set_flask(interpreter, owner.origin, key, value, scope, node)


def set_attribute(
    interpreter: Interpreter,
    owner: AbstractValue,
    name: str,
    value: AbstractValue,
    scope: Scope,
    node: ast.AST,
) -> None:
    """Follow ``owner.name = value``."""
    if name == "debug":
        _judge_flask_debug(interpreter, owner.origin, value, scope, node)


def _judge_flask_debug(
    interpreter: Interpreter,
    origin: str,
    value: AbstractValue,
    scope: Scope,
    node: ast.AST,
) -> None:
    if not origin.startswith("flask.Flask()") or not isinstance(value, Literal):
        return
    if value.content is True:
        what = "The app is in debug mode"
        finding = interpreter.found("debug-on", scope, node, what)
        if finding is not None:
            finding.consequence = _FLASK_DEBUG
            finding.fix = (
                "Remove the line; `flask --debug run` sets it on your computer."
            )


def follow(interpreter: Interpreter, call: LibraryCall) -> bool:
    """Follow a call that sets or reads settings; tell whether it was one."""
    origin, arguments = call.origin, call.arguments
    if origin == "os.environ.setdefault" and len(arguments) == 2:
        if text_of(arguments[0]) == "DJANGO_SETTINGS_MODULE":
            name = text_of(arguments[1]) or ""
            interpreter.settings.django = interpreter.settings.django or name
            return True
    elif origin.startswith("flask.Flask().config."):
        if call.name in ("update", "from_mapping"):
            for key, value in call.keywords.items():
                _set_flask(interpreter, origin, key or "", value, call.scope, call.node)
            return True
    elif origin == "django.setup":
        _note_setup(interpreter, call)
    elif origin == "django.core.wsgi.get_wsgi_application":
        _follow_django(interpreter, call)
    return False


def _set_flask(
    interpreter: Interpreter,
    origin: str,
    key: str,
    value: AbstractValue,
    scope: Scope,
    node: ast.AST,
) -> None:
    if key == "DEBUG":
        _judge_flask_debug(interpreter, origin, value, scope, node)
    if key in interpreter.settings.flask:
        value = Unknown()
    interpreter.settings.flask[key] = value


def _note_setup(interpreter: Interpreter, call: LibraryCall) -> None:
    if interpreter.is_certain and interpreter.settings.setup is None:
        interpreter.settings.setup = call.scope, call.node


def _follow_django(interpreter: Interpreter, call: LibraryCall) -> None:
    """Follow what Django imports: the settings, the apps and the addresses."""
    if not interpreter.is_certain:
        return
    if interpreter.settings.setup is not None:
        scope, node = interpreter.settings.setup
        what = (
            "`django.setup()` runs before `get_wsgi_application()`, which calls it too"
        )
        interpreter.found("django-setup", scope, node, what)
    name = interpreter.settings.django
    if not name or interpreter.finder.find(name) is None:
        return
    value = interpreter.import_module(name, call.scope, call.node)
    if not isinstance(value, ModuleValue):
        return
    module = value.module
    judge_settings(interpreter, module)
    apps = module.scope.names.get("INSTALLED_APPS")
    names = [text_of(item) for item in apps.items] if isinstance(apps, Items) else []
    for app in names:
        for below in (f"{app}.apps", f"{app}.models", f"{app}.admin"):
            if app and interpreter.finder.find(below) is not None:
                found = interpreter.import_module(below, call.scope, call.node)
                if isinstance(found, ModuleValue) and below.endswith(".apps"):
                    _follow_ready(interpreter, found.module)
    urls = text_of(module.scope.names.get("ROOT_URLCONF", Unknown()))
    if urls and interpreter.finder.find(urls) is not None:
        interpreter.import_module(urls, call.scope, call.node)


def _follow_ready(interpreter: Interpreter, module: Module) -> None:
    """Follow what Django calls when an app is loaded."""
    for value in list(module.scope.names.values()):
        if isinstance(value, Class) and _APP_CONFIGS & set(library_bases(value)):
            ready = inherited(value, Instance(value, module.tree), "ready")
            if isinstance(ready, Function):
                interpreter.call_function(ready, [], {})


def judge_settings(interpreter: Interpreter, module: Module) -> None:
    """Report Django's settings for development, if they are plain literals."""
    scope = module.scope
    if module.has_unknown_names:
        return
    debug = scope.names.get("DEBUG")
    if isinstance(debug, Literal) and debug.content is True and debug.node is not None:
        from pa_new_check import own_settings  # few settings say so

        is_own = own_settings.reads_own(interpreter.project)
        fix = _OWN_DEBUG if is_own else _DJANGO_DEBUG
        interpreter.found("debug-on", scope, debug.node, "`DEBUG` is True", fix)
    else:
        _judge_key(interpreter, scope)
    hosts = scope.names.get("ALLOWED_HOSTS")
    if not isinstance(hosts, Items) or not hosts.is_known:
        return
    names = [text_of(item) for item in hosts.items]
    known = [name.lower() for name in names if name is not None]
    if len(known) < len(names) or hosts.node is None:
        return
    domain = interpreter.domain
    if domain:
        is_allowed = any(_allows(pattern, domain) for pattern in known)
    else:
        is_allowed = any(
            "." in name.strip("0123456789.") or name == "*" for name in known
        )
    if is_allowed:
        return
    shown = domain or "USERNAME.pythonanywhere.com"
    what = (
        f"`ALLOWED_HOSTS` does not contain {shown}"
        if known
        else "`ALLOWED_HOSTS` is empty"
    )
    quoted = ", ".join(f'"{name}"' for name in [*names, shown])
    fix = f"Write: `ALLOWED_HOSTS = [{quoted}]`."
    finding = interpreter.found("allowed-hosts", scope, hosts.node, what, fix)
    if finding is not None:
        # Only a request shows whether Django asks for the domain.
        finding.severity = "warning"


def _judge_key(interpreter: Interpreter, scope: Scope) -> None:
    """Report a key that Django made for development: its check W009 warns of it, too."""
    key = scope.names.get("SECRET_KEY")
    if not isinstance(key, Literal) or key.node is None:
        return
    if str(text_of(key) or "").startswith("django-insecure-"):
        what = "`SECRET_KEY` is the insecure one that `startproject` made"
        interpreter.found("secret-in-source", scope, key.node, what, _DJANGO_KEY)


def _allows(pattern: str, domain: str) -> bool:
    """Tell whether a pattern of ALLOWED_HOSTS matches a domain, as Django does it."""
    domain = domain.lower()
    if pattern.startswith("."):
        return domain.endswith(pattern) or domain == pattern[1:]
    return pattern in ("*", domain)
