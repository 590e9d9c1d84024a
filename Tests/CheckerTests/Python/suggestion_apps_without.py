"""Projects for which no WSGI file is suggested, for test_suggestion.py."""

from __future__ import annotations

from suggestion_apps import FASTAPI, Case, flask

WITHOUT_TEXT = (
    Case(
        "streamlit",
        "shop.py:1 is a Streamlit app, which is not a WSGI app",
        {"shop.py": "import streamlit as st\n\nst.title('hello')\n"},
        advice="/home/alice/shop/shop.py --server.address",
    ),
    Case(
        "gradio",
        "demo.py:1 is a Gradio app, which is not a WSGI app",
        {"demo.py": "import gradio as gr\n\ndemo = gr.Blocks()\ndemo.launch()\n"},
        advice="gradio.mount_gradio_app",
    ),
    Case(
        "fastapi with a start",
        "main.py:3 has the FastAPI app `app`",
        {"main.py": FASTAPI + '\n\n@app.on_event("startup")\ndef start():\n    pass\n'},
        advice="pa website create --domain alice.pythonanywhere.com --command ",
    ),
    Case(
        "fastapi with a handler of events",
        "main.py:3 has the FastAPI app `app`",
        {"main.py": FASTAPI + "\napp.add_event_handler('startup', print)\n"},
        advice="pa website create",
    ),
    Case(
        "fasthtml",
        "main.py:3 has the FastHTML app `app`",
        {"main.py": "from fasthtml.common import *\n\napp, rt = fast_app()\nserve()\n"},
        advice="--uds ${DOMAIN_SOCKET} main:app'",
    ),
    Case(
        "quart",
        "api.py:5 has the function `create_app`, which makes a Quart app",
        {
            "api.py": "import quart\n\n\n\ndef create_app():\n"
            "    return quart.Quart('x')\n"
        },
        advice="--uds ${DOMAIN_SOCKET} --factory api:create_app'",
    ),
    Case(
        "hidden",
        "shop.py:3 has the Flask app `app`",
        {"shop.py": flask(), "shop/__init__.py": ""},
        advice="Rename shop.py: Python imports the package shop first.",
    ),
)
