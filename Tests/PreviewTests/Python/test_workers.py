"""The workers of a preview are processes that answer one request at a time."""

from __future__ import annotations

import contextlib
import html
import threading
import time
import unittest

from support import PLAIN, app, preview


class WorkersTest(unittest.TestCase):
    """Workers are processes that answer one request at a time."""

    def test_one_request_at_a_time(self) -> None:
        code = """home = os.path.expanduser("~")
open(f"{home}/{os.getpid()}-{time.monotonic_ns()}", "w").close()
deadline = time.monotonic() + 1
while time.monotonic() < deadline and path == "/wait":
    time.sleep(0.01)
start_response("200 OK", headers)
return [str(os.getpid()).encode()]"""
        with preview({"wsgi.py": app(code)}, "--workers", "2") as shown:
            answers: list[str] = []

            def ask() -> None:
                answers.append(shown.get("/wait").text)

            threads = [threading.Thread(target=ask) for _ in range(3)]
            begin = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.monotonic() - begin
        self.assertEqual(len(set(answers)), 2)
        self.assertGreater(seconds, 1.9)  # the third waited for one of two workers

    def test_many_clients(self) -> None:
        """1000 requests of 8 clients are all answered."""
        code = """start_response("200 OK", headers)
return [environ["QUERY_STRING"].encode()]"""
        with preview({"wsgi.py": app(code)}) as shown:
            wrong: list[object] = []

            def ask(client: int) -> None:
                connection = shown.connection()
                with contextlib.closing(connection):
                    for number in range(125):
                        connection.request("GET", f"/?{client}-{number}")
                        answer = connection.getresponse()
                        body = answer.read()
                        if (answer.status, body) != (200, b"%d-%d" % (client, number)):
                            wrong.append((client, number, answer.status, body))

            threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(wrong, [])
            shown.wait_for(" 200 ", 1000)

    def test_threads_of_the_import_are_gone(self) -> None:
        source = "import threading, time\nhas_run = []\nready = threading.Event()\n"
        source += "def work():\n    while True:\n        has_run.append(1)\n"
        source += "        ready.wait(0.01)\n"
        source += "threading.Thread(target=work, daemon=True).start()\n"
        code = "before = len(has_run)\ntime.sleep(0.2)\n"
        code += "headers.append(('X-Runs', str(len(has_run) - before)))"
        with preview({"wsgi.py": source + app(code)}) as shown:
            self.assertEqual(shown.get().headers["x-runs"], "0")

    def test_a_worker_that_ends_is_replaced(self) -> None:
        code = "if path == '/end': os._exit(3)\nif path == '/kill': os.kill(os.getpid(), 9)"
        with preview({"wsgi.py": app(code)}) as shown:
            for path in ("/end", "/kill", "/end", "/end", "/kill"):
                answer = shown.get(path)
                self.assertEqual(answer.status, 502)
                self.assertIn("The worker ended", answer.text)
            for _ in range(5):
                self.assertEqual(shown.get().text, "hello")
            shown.wait_for(
                "a worker ended (exit code 3); another one takes its place", 3
            )
            shown.wait_for("a worker ended (signal 9)", 2)

    def test_the_last_words_of_native_code_are_on_the_page(self) -> None:
        words = "Swift trap in <Bad>.get (the route is in Hello/Routes.swift:4)"
        code = f"""if path != '/':
    if path == '/trap': os.write(int(os.environ['PA_NEW_TRAPS']), b'{words}\\n')
    os.kill(os.getpid(), 4)"""
        with preview({"wsgi.py": app(code)}) as shown:
            for _ in range(2):
                text = shown.get("/trap").text
                self.assertIn(f"<pre>{html.escape(words)}</pre>", text)
                self.assertIn("A trap is a mistake in the Swift code", text)
                self.assertNotIn("os._exit", text)
                self.assertEqual(shown.get().text, "hello")
            text = shown.get("/other").text
            self.assertNotIn("Swift", text)
            self.assertIn("os._exit()", text)
        code = "headers.append(('X-Traps', os.environ.get('PA_NEW_TRAPS', 'none')))"
        with preview({"wsgi.py": app(code)}, "--production") as shown:
            self.assertEqual(shown.get().headers["x-traps"], "none")

    def test_time_limit(self) -> None:
        code = "if path == '/slow':\n    while True: time.sleep(1)"
        with preview({"wsgi.py": app(code)}, "--time-limit", "1") as shown:
            answer = shown.get("/slow")
            self.assertEqual(answer.status, 502)
            self.assertIn("HARAKIRI", answer.text)
            shown.wait_for("a worker ended (signal 9)")
            self.assertEqual(shown.get().text, "hello")

    def test_the_queue_takes_no_time_from_a_request(self) -> None:
        """The limit is for the time in a worker, as it is for uWSGI."""
        code = "if path == '/slow': time.sleep(2)"
        options = ("--workers", "1", "--time-limit", "4")
        with preview({"wsgi.py": app(code)}, *options) as shown:
            statuses: list[int] = []
            threads = [
                threading.Thread(
                    target=lambda: statuses.append(shown.get("/slow").status)
                )
                for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(statuses, [200] * 4)

    def test_all_workers_end_again_and_again(self) -> None:
        """A loop of crashes keeps neither the preview nor the next edit."""
        with preview({"wsgi.py": app("os._exit(3)")}, "--workers", "16") as shown:
            for _ in range(40):
                self.assertEqual(shown.get().status, 502)
            self.assertLess(len(shown.processes()), 25)
            shown.write("wsgi.py", PLAIN)
            shown.until("/", "hello")

    def test_exception(self) -> None:
        """The page and the terminal show the line; the app goes on."""
        code = "if path == '/bad': raise ValueError('<b>no & \\x1b[31m')"
        with preview({"wsgi.py": app(code)}) as shown:
            answer = shown.get("/bad")
            self.assertEqual(answer.status, 500)
            self.assertIn("&lt;b&gt;no &amp;", answer.text)
            self.assertIn("wsgi.py:9", answer.text)
            self.assertNotIn("<b>no", answer.text)
            shown.wait_for("ValueError: <b>no")
            shown.wait_for("GET /bad 500 ")
            self.assertEqual(shown.get().text, "hello")

    def test_exception_in_the_middle(self) -> None:
        """An answer that breaks off does not look like a whole one."""
        code = """start_response("200 OK", headers)
def parts():
    yield b"x" * 100_000
    raise ValueError("late")
return parts()"""
        with preview({"wsgi.py": app(code)}) as shown:
            connection = shown.connection()
            with contextlib.closing(connection):
                connection.request("GET", "/")
                with self.assertRaises(Exception) as caught:
                    connection.getresponse().read()
                self.assertEqual(type(caught.exception).__name__, "IncompleteRead")
            shown.wait_for("ValueError: late")


if __name__ == "__main__":
    unittest.main()
