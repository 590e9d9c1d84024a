"""What no web app of PythonAnywhere can run: told at once, or noted beside a web app."""

from __future__ import annotations

import unittest

from support import FLASK, MAIN, AdoptTest, Files

STREAMLIT = "import streamlit as st\n\nst.write('hello')\n"
TELEGRAM = (
    "from telegram.ext import Application\n\n\ndef main():\n"
    "    app = Application.builder().token('x').build()\n    app.run_polling()\n"
    + MAIN
    + "    main()\n"
)
CELERY = "from celery import Celery\n\ntasks = Celery('shop')\n\n\n@tasks.task\ndef add():\n    pass\n"
SOCKETS = (
    "from fastapi import FastAPI, WebSocket\n\napp = FastAPI()\n\n\n"
    "@app.websocket('/ws')\nasync def talk(socket: WebSocket):\n    await socket.accept()\n"
)
TORNADO_SOCKETS = (
    "import tornado.web\nimport tornado.websocket\n\n\n"
    "class Talk(tornado.websocket.WebSocketHandler):\n    pass\n\n\n"
    "app = tornado.web.Application([('/ws', Talk)])\n"
)

# Name, files, the line, a part of the message, one of the reason, one of the hint.
CASES: tuple[tuple[str, Files, int, str, str, str], ...] = (
    (
        "streamlit",
        {"app.py": STREAMLIT},
        1,
        "is a Streamlit app",
        "starts the server",
        "paid",
    ),
    (
        "gradio",
        {
            "app.py": "import gradio as gr\n\ngr.Interface(str, 'text', 'text').launch()\n"
        },
        *(1, "is a Gradio app", "starts the server", "make these. For that, mount it"),
    ),
    (
        "nicegui",
        {"main.py": "from nicegui import ui\n\nui.label('a')\nui.run()\n"},
        *(1, "is a NiceGUI app", "starts the server", "beta"),
    ),
    (
        "aiohttp",
        {
            "main.py": "from aiohttp import web\n\napp = web.Application()\nweb.run_app(app)\n"
        },
        *(1, "is an aiohttp app", "starts the server", "Flask or FastAPI"),
    ),
    ("telegram", {"bot.py": TELEGRAM}, 6, "is a Telegram bot", "no threads", "webhook"),
    (
        "telebot",
        {
            "bot.py": "import telebot\n\nbot = telebot.TeleBot('x')\nbot.infinity_polling()\n"
        },
        *(4, "is a Telegram bot", "no threads", "always-on"),
    ),
    (
        "aiogram",
        {
            "bot.py": "import asyncio\nfrom aiogram import Bot, Dispatcher\n\n\nasync def main():\n"
            "    await Dispatcher().start_polling(Bot('x'))\n\n\nasyncio.run(main())\n"
        },
        *(6, "is a Telegram bot", "no threads", "always-on"),
    ),
    (
        "discord",
        {"bot.py": "import discord\n\nclient = discord.Client()\nclient.run('x')\n"},
        *(4, "is a Discord bot", "no threads", "always-on"),
    ),
    ("celery", {"tasks.py": CELERY}, 3, "has tasks of Celery", "workers", "scheduled"),
    (
        "websockets of fastapi",
        {"app.py": SOCKETS},
        6,
        "WebSockets only",
        "have no WebSockets",
        "beta",
    ),
    (
        "websockets of tornado",
        {"app.py": TORNADO_SOCKETS},
        5,
        "WebSockets only",
        "",
        "beta",
    ),
    (
        "a server for websockets",
        {"app.py": "import websockets\n\nwebsockets.serve(print, 'localhost', 80)\n"},
        *(3, "WebSockets only", "have no WebSockets", "beta"),
    ),
)


class RefusedTest(AdoptTest):
    """Refusals, and notes."""

    def test_refusals(self) -> None:
        for name, files, line, message, reason, hint in CASES:
            with self.subTest(name):
                document = self.read({**files, "requirements.txt": ""})
                self.assertEqual(document["apps"], [])
                refused = document["refused"]
                (file,) = files
                self.assertEqual((refused["file"], refused["line"]), (file, line))
                self.assertTrue(refused["message"].startswith(f"{file}:{line} "))
                self.assertIn(message, refused["message"])
                self.assertIn(reason, refused["reason"])
                self.assertIn(hint, refused["hint"])
                self.assertIn("PythonAnywhere", refused["reason"] + refused["hint"])

    def test_beside_a_web_app(self) -> None:
        for name, files, line, *_ in CASES:
            with self.subTest(name):
                (file,) = files
                document = self.read({"site_app.py": FLASK, f"sub/{file}": files[file]})
                self.assertIsNone(document["refused"])
                self.assertEqual([a["file"] for a in document["apps"]], ["site_app.py"])
                self.assertTrue(
                    [
                        n
                        for n in document["notes"]
                        if n.startswith(f"sub/{file}:{line} ")
                    ]
                    or "WebSockets only" in _[0],
                    document["notes"],
                )

    def test_webhook(self) -> None:
        """A bot that a web app answers for is an app like others."""
        hook = (
            FLASK
            + "\n\nimport telebot\n\nbot = telebot.TeleBot('x')\nbot.set_webhook('y')\n"
        )
        document = self.read({"app.py": hook})
        self.assertIsNone(document["refused"])
        self.assertEqual(document["notes"][:-1] or [], [])

    def test_some_websockets(self) -> None:
        files = {"app.py": SOCKETS + "\n\n@app.get('/')\ndef home():\n    return {}\n"}
        document = self.read(files)
        self.assertEqual(len(document["apps"]), 1)
        self.assertTrue([n for n in document["notes"] if "uses WebSockets" in n])

    def test_what_only_looks_like_it(self) -> None:
        for name, code in (
            ("a module of the project's own", "import panel\n"),
            (
                "messages through a library",
                "import discord\n\nhook = discord.Webhook('x')\n",
            ),
            ("an app that is run", "import discord\n" + MAIN + "    app.run()\n"),
        ):
            document = self.read(
                {"app.py": FLASK + code, "panel.py": "", "requirements.txt": ""}
            )
            self.assertEqual(document["notes"], [], name)

    def test_folder_with_the_name_of_a_library(self) -> None:
        document = self.read(
            {"tasks.py": CELERY, "requirements.txt": ""}, name="celery"
        )
        self.assertEqual(document["refused"]["file"], "tasks.py")

    def test_in_tests(self) -> None:
        document = self.read(
            {"app.py": FLASK, "tests/bot.py": TELEGRAM, "requirements.txt": ""}
        )
        self.assertEqual(document["notes"], [])


if __name__ == "__main__":
    unittest.main()
