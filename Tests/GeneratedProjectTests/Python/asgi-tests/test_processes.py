"""The adapter at import, fork and exit of a process."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import unittest


class Processes(unittest.TestCase):
    """In an interpreter of its own, where each warning is an error."""

    def run_code(self, code: str) -> str:
        setup = """
            import asyncio, os, sys, threading, time
            from asgi_adapter import ASGIAdapter
            from asgi_asking import call, make_environ, send_response

            async def app(scope, receive, send):
                if scope["type"] == "lifespan":
                    print((await receive())["type"], flush=True)
                    await send({"type": "lifespan.startup.complete"})
                    print((await receive())["type"], flush=True)
                    await send({"type": "lifespan.shutdown.complete"})
                    return
                loop = asyncio.get_running_loop()
                if scope["path"] == "/thread":
                    await loop.run_in_executor(None, time.sleep, 0.01)
                if scope["path"] == "/leave":
                    loop.task = loop.create_task(forever())
                await send_response(send, str(id(loop)).encode())

            async def forever():
                try:
                    await asyncio.sleep(1000)
                finally:
                    print("cancelled", flush=True)

            def ask(path="/"):
                started, body = call(application, make_environ(path))
                answer = b"".join(body)
                body.close()
                assert started[0] == "200 OK", started
                return answer.decode()

            application = ASGIAdapter(app)
        """
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-c"]
            + [textwrap.dedent(setup) + textwrap.dedent(code)],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        # On a busy machine any step can be slow, which asyncio's debug mode reports.
        stderr = re.sub(r"Executing <.* took [0-9.]+ seconds\n", "", done.stderr)
        self.assertEqual(("", 0), (stderr, done.returncode))
        return done.stdout.replace("lifespan.", "")

    def test_nothing_before_the_first_request(self) -> None:
        out = self.run_code("""
            import gc
            loops = [o for o in gc.get_objects() if isinstance(o, asyncio.BaseEventLoop)]
            print(len(loops), threading.active_count(), len(os.listdir("/proc/self/fd")))
        """)
        self.assertEqual("0 1", out[:3])
        self.assertLessEqual(int(out.split()[2]), 5)

    def test_exit(self) -> None:
        for path in ("/", "/thread"):
            self.assertEqual("startup\nshutdown\n", self.run_code(f"ask({path!r})"))
        out = self.run_code("ask('/leave'); ask('/thread')")
        self.assertEqual("startup\nshutdown\ncancelled\n", out)

    def test_exit_without_the_end_of_a_response(self) -> None:
        out = self.run_code("held = call(application, make_environ())")
        self.assertEqual("startup\nshutdown\n", out)

    def test_fork_before_the_first_request(self) -> None:
        out = self.run_code("""
            for _ in range(2):
                if not os.fork():
                    ask("/thread")
                    sys.exit()
                assert os.wait()[1] == 0
        """)
        self.assertEqual("startup\nshutdown\n" * 2, out)

    def test_fork_after_a_request(self) -> None:
        out = self.run_code("""
            import warnings
            warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads
            ask("/leave")
            ask("/thread")
            mine = ask()
            child = os.fork()
            if not child:
                assert ask("/thread") != mine
                assert ask() == ask()
                print("child", flush=True)
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            # The parent's selector still knows how threads wake the loop.
            assert ask("/thread") == mine
            print("parent", flush=True)
        """)
        # Python itself may end the parent's coroutine when the child exits.
        child = "startup\nchild\nshutdown\n(cancelled\n)?"
        self.assertRegex(out, f"^startup\n{child}parent\nshutdown\ncancelled\n$")

    def test_fork_and_exit_without_a_request(self) -> None:
        out = self.run_code("""
            ask()
            child = os.fork()
            if not child:
                sys.exit()
            assert os.waitpid(child, 0)[1] == 0
            ask("/thread")
        """)
        self.assertEqual("startup\nshutdown\n", out)


if __name__ == "__main__":
    unittest.main()
