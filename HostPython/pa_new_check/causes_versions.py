"""Names that a version of a library or of Python removed or added, and what mends that.

Each version is the first release without the name, or with it.
"""

from __future__ import annotations

import re

from pa_new_check.failure import Cause, Failure
from pa_new_shared.text import plain

_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_NO_ATTRIBUTE = re.compile(
    r"(?:module|type object) '([\w.]+)' has no attribute '(\w+)'"
)
_NO_METHOD = re.compile(r"'(\w+)' object has no attribute '(\w+)'")

_MARKUP = "Write `from markupsafe import {name}`."
_UPGRADE_WERKZEUG = (
    "Upgrade the package that asks for it, such as `Flask>=3` or `Flask-Login>=0.6.3`, or "
    "keep the old version: `Werkzeug<3` in requirements.txt."
)
_PASS_CONTEXT = "Write `pass_{kind}` for `{name}`: `from jinja2 import pass_{kind}`."

# The module, the names, since when they are gone, and what to do.
_REMOVED: tuple[tuple[str, str, str, str], ...] = (
    (
        "werkzeug.urls",
        "url_quote url_quote_plus url_unquote url_parse url_encode url_decode",
        "Werkzeug 3.0",
        _UPGRADE_WERKZEUG,
    ),
    (
        "werkzeug.security",
        "safe_str_cmp",
        "Werkzeug 2.1",
        (
            "Write `from hmac import compare_digest`, or upgrade the library that asks for "
            "it."
        ),
    ),
    (
        "werkzeug",
        "secure_filename cached_property import_string",
        "Werkzeug 1.0",
        "Write `from werkzeug.utils import {name}`.",
    ),
    ("flask", "Markup escape", "Flask 3.0", _MARKUP),
    (
        "wtforms",
        "TextField",
        "WTForms 3.0",
        "Write `StringField` for `TextField`, in the import and below.",
    ),
    (
        "flask",
        "_request_ctx_stack _app_ctx_stack",
        "Flask 2.3",
        (
            "Upgrade the library that asks for it, or keep the old version: `Flask<2.3` "
            "and `Werkzeug<3` in requirements.txt."
        ),
    ),
    (
        "flask.json",
        "JSONEncoder JSONDecoder",
        "Flask 2.3",
        (
            "Write `from flask.json.provider import DefaultJSONProvider`, or keep the old "
            "version: `Flask<2.3` and `Werkzeug<3` in requirements.txt."
        ),
    ),
    ("jinja2", "Markup escape", "Jinja 3.1", _MARKUP),
    ("jinja2", "contextfilter contextfunction", "Jinja 3.1", _PASS_CONTEXT),
    ("jinja2", "environmentfilter environmentfunction", "Jinja 3.1", _PASS_CONTEXT),
    ("jinja2", "evalcontextfilter evalcontextfunction", "Jinja 3.1", _PASS_CONTEXT),
    ("markupsafe", "soft_unicode", "MarkupSafe 2.1", "Upgrade Jinja2: `Jinja2>=3`."),
    (
        "django.utils.translation",
        "ugettext ugettext_lazy ugettext_noop ungettext ungettext_lazy",
        "Django 4.0",
        "Write the name without its first `u`.",
    ),
    (
        "django.utils.encoding",
        "force_text smart_text",
        "Django 4.0",
        "Write `force_str` or `smart_str`.",
    ),
    (
        "django.conf.urls",
        "url",
        "Django 4.0",
        "Write `from django.urls import re_path` and `re_path` for `url`.",
    ),
    (
        "django.core.urlresolvers",
        "reverse reverse_lazy resolve",
        "Django 2.0",
        "Write `from django.urls import {name}`.",
    ),
    (
        "django.utils.http",
        "is_safe_url",
        "Django 4.0",
        "Write `url_has_allowed_host_and_scheme`.",
    ),
    ("django.shortcuts", "render_to_response", "Django 3.0", "Write `render`."),
    (
        "django.utils.encoding",
        "python_2_unicode_compatible",
        "Django 3.0",
        "Remove it: Python 3 does not need it.",
    ),
    (
        "collections",
        "Mapping MutableMapping Iterable Callable Sequence Hashable Iterator Sized",
        "Python 3.10",
        (
            "Write `from collections.abc import {name}`, or upgrade the library that asks "
            "for it."
        ),
    ),
    (
        "inspect",
        "getargspec",
        "Python 3.11",
        "Write `getfullargspec`, or upgrade the library that asks for it.",
    ),
    (
        "telegram.ext",
        "Filters",
        "python-telegram-bot 20",
        (
            "Write `filters`, or keep the old version: `python-telegram-bot==13.15` in "
            "requirements.txt."
        ),
    ),
    (
        "numpy",
        "float int bool object str complex",
        "NumPy 1.24",
        (
            "Write Python's own `{name}`, or keep the old version: `numpy<1.24` in "
            "requirements.txt."
        ),
    ),
)
_METHODS: tuple[tuple[str, str, str, str], ...] = (
    (
        "Flask Blueprint",
        "before_first_request before_app_first_request",
        "Flask 2.3",
        "Do that work at import, below `with app.app_context():`.",
    ),
    ("Flask", "json_encoder json_decoder", "Flask 2.3", "Write `app.json` for it."),
    (
        "Engine",
        "execute",
        "SQLAlchemy 2.0",
        (
            "Write `with engine.connect() as connection:`, and below it "
            "`connection.execute(text(...))`."
        ),
    ),
    (
        "DataFrame Series",
        "append",
        "pandas 2.0",
        (
            "Write `pandas.concat([a, b])`, or keep the old version: `pandas<2` in "
            "requirements.txt."
        ),
    ),
)
# Names of the standard library, and the Python that has them first.
_ADDED = {
    ("datetime", "UTC"): (3, 11),
    ("enum", "StrEnum"): (3, 11),
    ("itertools", "batched"): (3, 12),
    ("itertools", "pairwise"): (3, 10),
    ("asyncio", "TaskGroup"): (3, 11),
    **{("typing", name): (3, 10) for name in ("TypeAlias", "ParamSpec", "TypeGuard")},
    **{
        ("typing", name): (3, 11) for name in ("Self", "Never", "NotRequired", "Unpack")
    },
    ("typing", "override"): (3, 12),
}
# Whole messages: the type, the text, what is said, and what to do.
_MESSAGES: tuple[tuple[str, str, str, str], ...] = (
    (
        "ObjectNotExecutableError ArgumentError",
        r"Not an executable object: '|Textual SQL expression",
        "SQLAlchemy 2.0 does not take SQL as a plain text",
        "Write `from sqlalchemy import text`, and `text(...)` around the SQL.",
    ),
    (
        "PydanticImportError",
        r"`BaseSettings` has been moved",
        "Pydantic 2 has no BaseSettings",
        (
            "Add pydantic-settings to requirements.txt, and write `from pydantic_settings "
            "import BaseSettings`."
        ),
    ),
    (
        "APIRemovedInV1",
        r"no longer supported in openai>=1",
        "openai 1.0 has no such call",
        (
            "Write `client = openai.OpenAI()` and `client.chat.completions.create(...)`, "
            "or keep the old version: `openai<1` in requirements.txt."
        ),
    ),
    (
        "TypeError",
        r"__init__\(\) got an unexpected keyword argument 'proxies'",
        "httpx 0.28 does not take `proxies`, with which an older library calls it",
        (
            "Upgrade that library, or keep the old version: `httpx<0.28` in "
            "requirements.txt."
        ),
    ),
    (
        "ImportError AttributeError RuntimeError",
        (
            r"compiled using NumPy 1\.x cannot be run in|numpy\.core\.multiarray failed"
            r"|_ARRAY_API not found"
        ),
        "A package was built for NumPy 1, and NumPy 2 is installed",
        "Upgrade that package, or keep the old version: `numpy<2` in requirements.txt.",
    ),
)


def changed_name(failure: Failure) -> Cause | None:
    """Recognise a name that the installed version of a library does not have."""
    for kinds, pattern, what, fix in _MESSAGES:
        if failure.is_a(*kinds.split()) and re.search(pattern, failure.text):
            return _cause(failure, what, fix)
    if failure.is_a("TypeError"):
        return _union(failure)
    if not failure.is_a("ImportError", "AttributeError"):
        return None
    said = _IMPORT.search(failure.text)
    if said:
        return _removed(failure, said[2], said[1]) or _added(failure, said[2], said[1])
    said = _NO_ATTRIBUTE.search(failure.text)
    if said:
        return _removed(failure, said[1], said[2]) or _added(failure, said[1], said[2])
    said = _NO_METHOD.search(failure.text)
    if said:
        for owners, names, since, fix in _METHODS:
            if said[1] in owners.split() and said[2] in names.split():
                what = f"{said[1]} objects have no `{said[2]}` since {since}"
                return _cause(failure, what, fix)
    return None


def _removed(failure: Failure, module: str, name: str) -> Cause | None:
    for owner, names, since, fix in _REMOVED:
        if module == owner and name in names.split():
            kind = re.sub("(filter|function)$", "", name)
            kind = {"evalcontext": "eval_context"}.get(kind, kind)
            what = f"`{module}` has no `{name}` since {since}"
            return _cause(failure, what, fix.format(name=name, kind=kind))
    return None


def _added(failure: Failure, module: str, name: str) -> Cause | None:
    python = failure.task.python
    version = _ADDED.get((module.rpartition(".")[2], name))
    if version is None or python >= version:
        return None
    return _needs(f"`{plain(module)}.{name}`", version)


def _union(failure: Failure) -> Cause | None:
    """Recognise ``int | None`` in Python 3.9."""
    if failure.task.python >= (3, 10) or not failure.is_import:
        return None
    if not re.match(r"unsupported operand type\(s\) for \|: '", failure.text):
        return None
    if "'type'" not in failure.text and "NoneType" not in failure.text:
        return None
    return _needs("A type such as `int | None`", (3, 10))


def _needs(what: str, version: tuple[int, int]) -> Cause:
    number = "{}.{}".format(*version)
    return Cause(
        "python-version",
        f"{what} needs Python {number} or newer",
        f"Choose Python {number} or a newer one for the web app.",
    )


def _cause(failure: Failure, what: str, fix: str) -> Cause:
    rule = "import-error" if failure.is_import else "error-response"
    return Cause(rule, what, fix, consequence=failure.all_fail)
