"""Bad apps that exit, or start something, at import, or whose request fails."""

from __future__ import annotations

from apps.definition import app
from apps.sources import FLASK, PLAIN

BAD_PROCESSES = (
    app("sys.exit", "", "import sys\n" + PLAIN + "sys.exit(3)  # <- exit-at-import\n"),
    app("exit", "", PLAIN + "exit()  # <- exit-at-import\n"),
    app("raise SystemExit", "", PLAIN + "raise SystemExit  # <- exit-at-import\n"),
    app("os._exit", "", "import os\n" + PLAIN + "os._exit(0)  # <- exit-at-import\n"),
    app(
        "exit, out of reading's sight",
        "",
        "import sys\n" + PLAIN + "[sys.exit][0]()  # <~ exit-at-import\n",
    ),
    app(
        "exec",
        "",
        "import os\n" + PLAIN + "os.execv('/bin/true', ['x'])  # <~ exit-at-import\n",
    ),
    app(
        "thread",
        "",
        "import threading, time\n"
        + PLAIN
        + "t = threading.Thread(target=time.sleep, args=(9,), daemon=True)\n"
        + "t.start()  # <- thread-at-import\n",
    ),
    app(
        "thread of a class",
        "",
        """import threading
import time


class Worker(threading.Thread):
    def run(self):
        time.sleep(9)


Worker(daemon=True).start()  # <- thread-at-import
"""
        + PLAIN,
    ),
    app(
        "thread that writes the log, out of reading's sight",
        "",
        "import logging.handlers, queue\n"
        + PLAIN
        + "listener = logging.handlers.QueueListener(queue.Queue())\n"
        + "[listener.start][0]()  # <~ thread-at-import\n",
    ),
    app(
        "executor",
        "",
        "from concurrent.futures import ThreadPoolExecutor\n"
        + PLAIN
        + "pool = ThreadPoolExecutor()\npool.submit(print)  # <- thread-at-import\n",
    ),
    app(
        "process",
        "",
        "import subprocess\n"
        + PLAIN
        + "subprocess.Popen(['sleep', '9'])  # <- process-at-import\n",
    ),
    app("fork", "", "import os\n" + PLAIN + "os.fork()  # <- process-at-import\n"),
    app(
        "loop",
        "",
        "import asyncio\n"
        + PLAIN
        + "loop = asyncio.new_event_loop()  # <- loop-at-import\n",
    ),
    app(
        "tornado loop",
        "tornado",
        "from tornado.ioloop import IOLoop\n"
        + PLAIN
        + "loop = IOLoop()  # <- loop-at-import\n",
    ),
    app(
        "thread, out of reading's sight",
        "",
        "import threading, time\n"
        + PLAIN
        + "t = [threading.Thread(target=time.sleep, args=(9,), daemon=True)]\n"
        + "t[0].start()  # <~ thread-at-import\n",
    ),
    app(
        "process, out of reading's sight",
        "",
        "import subprocess\n"
        + PLAIN
        + "[subprocess.Popen][0](['sleep', '9'])  # <~ process-at-import\n",
    ),
    app(
        "fork, out of reading's sight",
        "",
        "import os\n" + PLAIN + "[os.fork][0]()  # <~ process-at-import\n",
    ),
    app(
        "loop, out of reading's sight",
        "",
        "import asyncio\n"
        + PLAIN
        + "loop = [asyncio.new_event_loop][0]()  # <~ loop-at-import\n",
    ),
    app(
        "500",
        "",
        "def application(environ, start_response):\n"
        "    raise KeyError('x')  # <~ error-response\n",
    ),
    app(
        "flask 500",
        "flask",
        FLASK.replace('return "<p>Hello, World!</p>"', "1 / 0  # <~ error-response"),
    ),
    app(
        "text instead of bytes",
        "",
        "def application(environ, start_response):  # <~ wsgi-violation\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return ['hello']\n",
    ),
    app(
        "headers that are no list",
        "",
        "def application(environ, start_response):\n"
        "    start_response('200 OK', (('a', 'b'),))  # <~ wsgi-violation\n"
        "    return [b'hello']\n",
    ),
)
