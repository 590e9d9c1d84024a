"""The logs of a web app, as ``pa-new logs`` prints them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import unittest

import fake_files
from logs_support import LogsTest
from support import DEPLOYER, DOMAIN

# isort: split
from pa_new_deploy import logs_command


class PrintTest(LogsTest):
    """``pa-new logs``."""

    def test_the_last_lines(self) -> None:
        self.write("error", "one\ntwo\x1b[2J\nthree\n")
        self.write("server", "started\n")
        out, err = self.logs("--lines", "2")
        self.assertEqual((out, err), ("two\\x1b[2J\nthree\n", ""))
        out, err = self.logs("--kind", "server", "--kind", "error", "--lines", "1")
        titles = [
            f"==> /var/log/{DOMAIN}.{kind}.log <==" for kind in ("server", "error")
        ]
        self.assertEqual(
            (out, err), (f"{titles[0]}\nstarted\n\n{titles[1]}\nthree\n", "")
        )
        self.write("error", "".join(f"{n}\n" for n in range(60)))
        out, _ = self.logs()
        self.assertEqual(out, "".join(f"{n}\n" for n in range(10, 60)))

    def test_no_log(self) -> None:
        out, err = self.logs(code=66)
        self.assertEqual(out, "")
        self.assertIn(f"there is no /var/log/{DOMAIN}.error.log", err)

    def test_one_of_two_is_missing(self) -> None:
        self.write("error", "one\n")
        out, err = self.logs("--kind", "server", "--kind", "error", code=66)
        self.assertIn("\none\n", out)
        self.assertIn(f"there is no /var/log/{DOMAIN}.server.log", err)

    def test_the_domain_is_in_lower_case(self) -> None:
        self.write("error", "one\n")
        self.assertEqual(self.logs("--domain", DOMAIN.title())[0], "one\n")

    def test_hostile_logs(self) -> None:
        token = self.host.token.encode()
        for content, shown in (
            (b"", ""),
            (b"\n", "\n"),
            (b"no line break", "no line break\n"),
            (b"\xff\x00\x1b]0;x\x07\r\n", "\ufffd\\x00\\x1b]0;x\\x07\n"),
            (b"a\x0bb\xe2\x80\xa8c\n", "a\\x0bb\\x2028c\n"),
            (b"x" + token + b"y\n", "x[token]y\n"),
            (b"a\n" * 15_000_000, "a\n" * 50),
            (b"x" * 25_000_000 + b"\nlast\n", "last\n"),
        ):
            for heeds in (False, True):
                self.host.heeds_range = heeds
                self.write("error", content)
                self.assertEqual(self.logs()[0], shown)
        self.write("error", b"x" * 30_000_000)
        self.assertLess(len(self.logs()[0]), logs_command.MAX_LOG + 2)

    def test_what_the_encoding_of_the_terminal_has_not(self) -> None:
        self.write("error", "\u2603\n")
        environment = {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(DEPLOYER)}
        environment["PYTHONANYWHERE_SITE"] = self.host.url
        command = [sys.executable, "-m", "pa_new_deploy", "--token-stdin", "logs"]
        command += ["--user", "alice", "--domain", DOMAIN]
        run = subprocess.run(
            command,
            check=True,
            env=environment,
            input=self.host.token.encode(),
            capture_output=True,
        )
        self.assertEqual((run.stdout, run.stderr), (b"\\u2603\n", b""))

    def test_an_error_that_quotes_the_token(self) -> None:
        def answer(*_: object) -> fake_files.Answer:
            return fake_files.json_answer(400, {"detail": f"bad {self.host.token}"})

        self.host.answer = answer  # type: ignore[method-assign,assignment]
        _, err = self.logs(code=69)
        self.assertIn("bad [token]", err)
        self.assertNotIn(self.host.token, err)


class FollowTest(LogsTest):
    """``pa-new logs --follow``."""

    def test_new_lines(self) -> None:
        for heeds in (False, True):
            self.host.heeds_range = heeds
            self.write("error", "1\n2\n3")
            out = self.follow(
                lambda: None,
                lambda: self.append("error", b" and\n4\xe2\x98"),
                lambda: self.append("error", b"\x83\n5"),
                options=("--lines", "1"),
            )
            self.assertEqual(out, "2\n3 and\n4\u2603\n5\n")
            self.assertEqual(self.err, "")

    def test_no_more_than_20_requests_in_a_minute(self) -> None:
        self.write("error", "1\n")
        self.follow(
            *[lambda: None] * 100, options=("--kind", "error", "--kind", "server")
        )
        times = [call.time for call in self.host.calls[2:]]  # without the first reading
        self.assertEqual(len(times), 100)
        for start in times:
            minute = [t for t in times if start <= t < start + 60]
            self.assertLessEqual(len(minute), 20)

    def test_slow_answers_are_asked_for_less_often(self) -> None:
        self.write("error", "1\n")
        real = self.host.answer

        def answer(*request: object) -> fake_files.Answer:
            self.clock.time += 10
            return real(*request)  # type: ignore[arg-type]

        self.host.answer = answer  # type: ignore[method-assign,assignment]
        self.clock.pauses.clear()
        self.follow(lambda: None, lambda: None)
        self.assertEqual(self.clock.pauses, [3.0, 40.0, 40.0])

    def test_a_log_that_is_not_there_yet(self) -> None:
        out = self.follow(
            lambda: None,
            lambda: self.write("error", "1\n2"),
            lambda: self.append("error", b"\n"),
        )
        self.assertEqual(out, "1\n2\n")
        self.assertEqual(self.err.count("waiting for it"), 1)

    def test_a_log_that_is_replaced(self) -> None:
        for heeds in (False, True):
            self.host.heeds_range = heeds
            for new in ("new\n", "new\n" * 5000):
                self.write("error", "old\n" * 1000 + "rest")
                out = self.follow(
                    lambda: self.write("error", new),  # noqa: B023
                    lambda: self.append("error", b"more\n"),
                    options=("--lines", "1"),
                )
                self.assertEqual(out, f"old\nrest\n{new}more\n")
                self.assertIn("emptied or replaced", self.err)

    def test_a_log_that_goes_and_comes(self) -> None:
        self.write("error", "1\n")
        out = self.follow(
            lambda: self.host.log(DOMAIN, "error").unlink(),
            lambda: None,
            lambda: self.write("error", "2\n"),
        )
        self.assertEqual(out, "1\n2\n")
        self.assertEqual(self.err.count("is gone"), 1)

    def test_titles(self) -> None:
        self.write("error", "1\n")
        self.write("server", "2\n")
        out = self.follow(
            lambda: self.append("error", b"3\n"),
            lambda: self.append("server", b"4\n"),
            lambda: None,
            lambda: self.append("server", b"5\n"),
            options=("--kind", "error", "--kind", "server"),
        )
        error, server = (
            f"==> /var/log/{DOMAIN}.{k}.log <==" for k in ("error", "server")
        )
        self.assertEqual(
            out,
            f"{error}\n1\n\n{server}\n2\n\n{error}\n3\n\n{server}\n4\n5\n",
        )

    def test_the_token_in_parts_and_a_line_without_end(self) -> None:
        token = self.host.token.encode()
        self.write("error", b"a " + token[:5])
        out = self.follow(
            lambda: self.append("error", token[5:] + b" b"),
            lambda: self.append("error", b"x" * 1_500_000 + token[:7]),
            lambda: self.append("error", token[7:] + b" c\n"),
        )
        self.assertNotIn(self.host.token, out.replace("\n", ""))
        self.assertTrue(out.startswith("a [token] bxxx"))
        self.assertTrue(out.endswith("x[token] c\n"))

    def test_an_error_ends_it(self) -> None:
        self.write("error", "1\n")

        def refuse() -> None:
            self.host.token = "another"

        steps = iter([refuse])
        sleep = self.clock.sleep

        def pause(seconds: float) -> None:
            sleep(seconds)
            next(steps)()

        self.clock.sleep = pause  # type: ignore[method-assign]
        out, err = self.logs("--follow", code=77)
        self.assertEqual(out, "1\n")
        self.assertIn("does not accept the token", err)

    def test_ctrl_c_ends_it_quietly(self) -> None:
        self.write("error", "1\n2")
        command = [
            sys.executable,
            "-c",
            "import sys; from pa_new_deploy.main import main\n",
        ]
        command[-1] += "sys.exit(main(sys.argv[1:]))"
        command += ["--token-stdin", "logs", "--user", "alice", "--domain", DOMAIN]
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen(
                [*command, "--follow"],
                env={"PYTHONPATH": str(DEPLOYER), "PYTHONANYWHERE_SITE": self.host.url},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            assert process.stdin and process.stdout
            process.stdin.write(self.host.token.encode())
            process.stdin.close()
            process.stdin = None
            self.assertEqual(process.stdout.readline(), b"1\n")
            time.sleep(0.2)
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
            self.assertEqual((process.returncode, out, err), (130, b"2\n", b""))


if __name__ == "__main__":
    unittest.main()
