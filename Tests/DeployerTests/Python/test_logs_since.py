"""What ``pa-new logs --since-reload`` prints."""

from __future__ import annotations

import unittest
from datetime import datetime

from logs_support import LogsTest
from support import DOMAIN, HANDLER

# isort: split
from pa_new_deploy.logs import reload_time
from pa_new_deploy.logs.log_files import Part

START = "*** Starting uWSGI 2.0.20 (64bit) on [Wed Aug 16 09:57:05 2023] ***"


class SinceReloadTest(LogsTest):
    """``pa-new logs --since-reload``."""

    def setUp(self) -> None:
        super().setUp()
        self.write(
            "server", f"2026-11-29 03:00:00 {START}\n2026-11-29 03:00:01 spawned\n"
        )

    def test_each_log(self) -> None:
        old, new = "2026-11-29 02:59:59", "2026-11-29 03:00:00"
        self.write(
            "server", f"{old} {START}\n{old} old\n{new} {START}\nhere\n{new} x\n"
        )
        self.write("error", f"{old},1: a\n{new},1: b\nc\n")
        line = '1.2.3.4 - - [29/Nov/2026:{} +0000] "GET / HTTP/1.1" 200 1\n'
        self.write("access", line.format("02:59:59") + line.format("03:00:00"))
        for kind, text in (
            ("server", f"{new} {START}\nhere\n{new} x\n"),
            ("error", f"{new},1: b\nc\n"),
            ("access", line.format("03:00:00")),
        ):
            out, err = self.logs("--since-reload", "--kind", kind)
            self.assertEqual((out, err), (text, ""))
        out, _ = self.logs("--since-reload", "--lines", "1")
        self.assertEqual(out, "c\n")

    def test_after_a_deployment(self) -> None:
        self.deploy(self.folder(dict(HANDLER)))
        out, _ = self.logs("--since-reload", "--kind", "server")
        self.assertEqual(len(out.splitlines()), 2, out)
        out, _ = self.logs("--since-reload", "--kind", "access")
        self.assertEqual(len(out.splitlines()), 1, out)

    def test_all_lines_and_what_follows(self) -> None:
        new = "2026-11-29 03:00:00,1: b\n" * 100
        self.write("error", new)
        self.assertEqual(self.logs("--since-reload")[0], new)
        out = self.follow(
            lambda: self.append("error", b"c\n"), options=("--since-reload",)
        )
        self.assertEqual(out, new + "c\n")

    def test_a_reload_in_the_older_log(self) -> None:
        self.write("server", f"2026-11-28 03:00:00 {START}\n", ".1")
        self.write("server", "2026-11-29 03:00:00 later\n")
        self.write(
            "error", "2026-11-28 02:59:00,1: a\n2026-11-28 03:01:00,1: b\n", ".1"
        )
        self.write("error", "2026-11-29 03:00:00,1: c\n")
        out, _ = self.logs("--since-reload")
        self.assertEqual(out, "2026-11-28 03:01:00,1: b\n2026-11-29 03:00:00,1: c\n")
        out, _ = self.logs("--since-reload", "--kind", "server")
        self.assertEqual(
            out, f"2026-11-28 03:00:00 {START}\n2026-11-29 03:00:00 later\n"
        )

    def test_no_reload_in_either(self) -> None:
        for line in (
            "2026-11-29 03:00:00 later",
            f"2026-11-29 03:00:00 print('{START}')",
            "2026-11-29 03:00:00 Respawned uWSGI worker 1 (new pid: 30)",
            "",
        ):
            self.write("server", line + "\n")
            out, err = self.logs("--since-reload", code=66)
            self.assertEqual(out, "")
            self.assertIn("cannot tell when the web app was last reloaded", err)
        self.host.log(DOMAIN, "server").unlink()
        self.assertIn("there is no", self.logs("--since-reload", code=66)[1])

    def test_the_clock_of_the_app(self) -> None:
        self.write("error", "2026-11-28 23:00:00,1: by New York\n")
        out, err = self.logs("--since-reload")
        self.assertEqual(out, "")
        self.assertIn(
            "Its last line is from 2026-11-28 23:00:00, by the app's own", err
        )
        ahead = datetime.fromtimestamp(self.host.wall() + 9 * 3600)
        self.write("error", f"{ahead:%Y-%m-%d %H:%M:%S},1: by Tokyo\n")
        out, err = self.logs("--since-reload")
        self.assertIn("Tokyo", out)
        self.assertIn("clock is ahead of UTC", err)

    def test_a_log_that_is_longer_than_what_is_read(self) -> None:
        line = "2026-11-29 03:00:00,1: b\n"
        self.write("error", line * 1_000_000)
        _, err = self.logs("--since-reload", "--lines", "1")
        self.assertIn("lines of its last 20 MB", err)

    def test_times_of_the_access_log(self) -> None:
        for text, found in (
            ("29/Nov/2026:03:00:00 +0000", datetime(2026, 11, 29, 3)),
            ("29/Nov/2026:03:00:00 +0530", datetime(2026, 11, 28, 21, 30)),
            ("29/Nov/2026:03:00:00 -0100", datetime(2026, 11, 29, 4)),
            ("31/Nov/2026:03:00:00 +0000", None),
            ("29/Foo/2026:03:00:00 +0000", None),
            ("01/Jan/0001:00:00:00 +0900", None),
            ("", None),
        ):
            line = f'1.2.3.4 - - [{text}] "GET /"'
            self.assertEqual(reload_time.access_time(line), found, text)
        self.assertEqual(reload_time.doubt(Part(b""), [], self.reload(), []), "")

    def reload(self) -> reload_time.Reload:
        return reload_time.Reload(datetime(2026, 11, 29), False)


if __name__ == "__main__":
    unittest.main()
