"""The adapter at import, fork and exit of a process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
import unittest

PROJECT = os.environ["PYTHONPATH"]


class Processes(unittest.TestCase):
    """In an interpreter of its own: what must hold at import, fork and exit."""

    def run_code(self, code: str) -> str:
        setup = """
            import sys, os, asyncio, time, warnings
            import tornado.web
            from tests.client import request
            from hello.tornado_wsgi import WSGIAdapter

            class Hello(tornado.web.RequestHandler):
                def get(self):
                    self.write(str(id(asyncio.get_running_loop())))

            class Async(tornado.web.RequestHandler):
                async def get(self):
                    await asyncio.sleep(0.001)
                    loop = asyncio.get_running_loop()
                    # A thread wakes the loop through its self-pipe.
                    wait = lambda: time.sleep(0.05) or "thread"
                    self.write(await loop.run_in_executor(None, wait))

            class Background(tornado.web.RequestHandler):
                def get(self):
                    async def forever():
                        try:
                            await asyncio.Event().wait()
                        except asyncio.CancelledError:
                            print("background cancelled", flush=True)
                            raise
                    Background.task = asyncio.ensure_future(forever())

            routes = [("/", Hello), ("/async", Async), ("/background", Background)]
            application = WSGIAdapter(tornado.web.Application(routes))
        """
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c"]
            + [textwrap.dedent(setup) + textwrap.dedent(code)],
            check=False,
            env={**os.environ, "PYTHONPATH": PROJECT},
            capture_output=True,
            text=True,
            timeout=60,
        )
        # On a busy machine any step can be slow, which asyncio's debug mode reports.
        stderr = re.sub(r"Executing <.* took [0-9.]+ seconds\n", "", done.stderr)
        self.assertEqual(("", 0), (stderr, done.returncode))
        return done.stdout

    def test_nothing_before_the_first_request(self) -> None:
        out = self.run_code("""
            import hello.routes, gc, threading
            loops = [o for o in gc.get_objects() if isinstance(o, asyncio.BaseEventLoop)]
            print(len(loops), threading.active_count(), len(os.listdir("/proc/self/fd")))
        """)
        self.assertEqual("0 1", out[:3])
        self.assertLessEqual(int(out.split()[2]), 5)

    def test_exit_is_quiet(self) -> None:
        for target in ("/", "/async"):
            with self.subTest(target):
                self.run_code(f"""
                    assert request(application, target={target!r}).status == 200
                """)

    def test_exit_cancels_what_is_left(self) -> None:
        out = self.run_code("""
            assert request(application, target="/background").status == 200
            assert request(application, target="/async").status == 200
        """)
        self.assertEqual("background cancelled\n", out)

    def test_exit_in_a_handler(self) -> None:
        self.run_code("""
            class Exits(tornado.web.RequestHandler):
                async def get(self):
                    await asyncio.sleep(0)
                    sys.exit(0)
            request(WSGIAdapter(tornado.web.Application([("/", Exits)])))
        """)

    def test_fork_before_the_first_request(self) -> None:
        out = self.run_code("""
            for _ in range(2):
                if not os.fork():
                    print(request(application, target="/async").text, flush=True)
                    sys.exit()
                os.wait()
        """)
        self.assertEqual("thread\nthread\n", out)

    def test_fork_after_a_request(self) -> None:
        out = self.run_code("""
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads
            assert request(application, target="/background").status == 200
            mine = request(application).text
            child = os.fork()
            if not child:
                assert request(application, target="/async").text == "thread"
                theirs = request(application).text
                assert theirs != mine
                print("child", theirs == request(application).text, flush=True)
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            # The parent's selector still knows its self-pipe.
            assert request(application, target="/async").text == "thread"
            assert request(application).text == mine
            print("parent", flush=True)
        """)
        self.assertEqual("child True\nparent\nbackground cancelled\n", out)

    def test_fork_and_exit_without_a_request(self) -> None:
        out = self.run_code("""
            assert request(application).status == 200
            child = os.fork()
            if not child:
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            print(request(application, target="/async").text)
        """)
        self.assertEqual("thread\n", out)


if __name__ == "__main__":
    unittest.main()
