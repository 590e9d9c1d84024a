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
        "fastapi with a websocket",
        "main.py:3 has the FastAPI app `app`",
        {
            "main.py": FASTAPI
            + '\n\n@app.websocket("/chat")\nasync def chat(socket):\n    pass\n'
        },
        advice="pa website create --domain alice.pythonanywhere.com --command "
        "'/home/alice/.virtualenvs/shop/bin/uvicorn --app-dir /home/alice/shop "
        "--uds ${DOMAIN_SOCKET} main:app'`",
    ),
    Case(
        "a factory with socket.io",
        "api.py:6 has the function `create_app`, which makes a Quart app",
        {
            "api.py": "import quart\nimport socketio\n\n\n\ndef create_app():\n"
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
