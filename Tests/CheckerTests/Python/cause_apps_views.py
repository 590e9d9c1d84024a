"""Apps whose views fail for a known reason: their names, and questions at a keyboard."""

from __future__ import annotations

from cause_apps import WSGI_FILE, Failing
from cause_apps_frameworks import FROM_SHOP

VIEW = "\n\n@app.get({!r})\n{}def {}():\n    return ''\n"
FIRST_VIEWS = "import flask\n\napp = flask.Flask(__name__)\n" + VIEW.format(
    "/", "", "a"
)
CHECKED = (
    "\n\ndef checked(view):\n    def inner():\n        return view()\n\n"
    "    return inner\n"
)

VIEWS = (
    Failing(
        "two views of one name",
        {
            WSGI_FILE: FROM_SHOP.format("app"),
            "shop.py": FIRST_VIEWS + VIEW.format("/b", "", "a"),
        },
        "import-error",
        "shop.py:12",
        "Two views have the name `a`: the other one is in line 7",
        "such as `a_2`",
        "flask",
    ),
    Failing(
        "a decorator that hides the names of views",
        {
            WSGI_FILE: FROM_SHOP.format("app"),
            "shop.py": FIRST_VIEWS
            + CHECKED
            + VIEW.format("/b", "@checked\n", "b")
            + VIEW.format("/c", "@checked\n", "c"),
        },
        "import-error",
        "shop.py:12",
        "Each view that has the decorator `checked` gets the name `inner`",
        "Write `@functools.wraps(view)` above this line.",
        "flask",
    ),
    Failing(
        "a question at the keyboard",
        {
            WSGI_FILE: FROM_SHOP.format("app"),
            "shop.py": "def name():\n    return input('name: ')\n\n\n"
            "def app(environ, start_response):\n    name()\n",
        },
        "error-response",
        "shop.py:2",
        "A request for `/` calls `input('name: ')`, which waits for somebody at a keyboard",
        "Take the value from a form",
    ),
    Failing(
        "a debugger",
        {
            WSGI_FILE: FROM_SHOP.format("app"),
            "shop.py": "def app(environ, start_response):\n    breakpoint()\n    a = 1\n"
            "    return a\n",
        },
        "error-response",
        "shop.py:2",
        "calls `breakpoint()`, which waits for somebody at a keyboard",
        "Remove this line.",
    ),
)
