"""Projects with ASGI apps and without a WSGI file, for test_suggestion.py."""

from __future__ import annotations

from suggestion_apps import FASTAPI, TEMPLATES, Case


def asgi_adapter() -> dict[str, str]:
    """Return the files of the adapter that a fastapi project has."""
    folder = TEMPLATES / "_shared/asgi_adapter"
    return {
        f"asgi_adapter/{path.name}": path.read_text() for path in folder.glob("*.py")
    }


ASGI_CASES = (
    Case(
        "fastapi",
        "main.py:3 has the FastAPI app `app`",
        {"main.py": FASTAPI},
        "fastapi",
        advice="Copy the folder asgi_adapter from there into your project: on "
        "PythonAnywhere, it belongs into /home/alice/shop.",
    ),
    Case(
        "fastapi_with_adapter",
        "app/main.py:3 has the FastAPI app `app`",
        {
            "app/__init__.py": "",
            "app/main.py": FASTAPI
            + '\n\n@app.on_event("startup")\ndef start():\n    pass\n',
            **asgi_adapter(),
        },
        "fastapi",
    ),
    Case(
        "quart",
        "api.py:5 has the function `create_app`, which makes a Quart app",
        {
            "api.py": "import quart\n\n\n\ndef create_app():\n"
            "    return quart.Quart('x')\n"
        },
        "quart",
        advice="Quart needs an adapter on PythonAnywhere",
        is_run=False,
    ),
    Case(
        "plain_asgi",
        "app.py:1 has the ASGI app `app`",
        {
            "app.py": "async def app(scope, receive, send):\n"
            "    assert scope['type'] == 'http'\n"
            "    start = {'type': 'http.response.start', 'status': 200, 'headers': []}\n"
            "    await send(start)\n"
            "    await send({'type': 'http.response.body', 'body': b'a'})\n"
        },
        "fastapi",
        advice="ASGI needs an adapter on PythonAnywhere",
    ),
    Case(
        "fasthtml",
        "main.py:3 has the FastHTML app `app`",
        {"main.py": "from fasthtml.common import *\n\napp, rt = fast_app()\nserve()\n"},
        "fasthtml",
        advice="FastHTML needs an adapter on PythonAnywhere",
        is_run=False,
    ),
)
