"""What goes wrong at each request in turn: the app stays as it was, the error is true,
and the next run continues. How that is proved lies in ``fault_cases.py``.
"""

from __future__ import annotations

import unittest
from pathlib import Path

import fake_api
from fault_cases import FaultCase, foreign, in_turn, nothing, older
from support import HANDLER, WSGI, deploy, project, write


class FaultTest(FaultCase):
    """The starts, the calls, the ways to fail."""

    def test_from_nothing(self) -> None:
        self.each(nothing)

    def test_an_older_state(self) -> None:
        self.each(older)

    def test_somebody_elses_app(self) -> None:
        self.each(foreign)

    def test_no_answer_in_time(self) -> None:
        calls, _ = self.calls(nothing)
        for number in range(1, len(calls) + 1):
            for kind in in_turn(("timeout", "timeout-after"), number):
                with self.subTest(number=number, kind=kind):
                    self.slowly(fake_api.Fault(number, kind))

    def slowly(self, fault: fake_api.Fault) -> None:
        with self.begin(nothing) as (host, clock):
            host.slow = 0.8
            host.faults = [fault]
            run = self.deploy(host, clock, timeout=0.4)
            self.assertEqual(run.code, 0, run)
            self.assertIn("the request timed out", run.err)
            self.expect_done(host, {})

    def test_a_page_in_the_place_of_json(self) -> None:
        """The host is down for maintenance, and says so with status 200."""
        calls, _ = self.calls(nothing)
        for number, call in enumerate(calls, 1):
            if call.method == "GET" and "files/path" not in call.path:
                with self.subTest(call=call):
                    self.once(nothing, fake_api.Fault(number, "html"))

    def test_a_project_that_changes_between_two_runs(self) -> None:
        """A run is cut off, the project is edited, and the next run meets the mixture."""
        newer = {**HANDLER, "wsgi.py": HANDLER["wsgi.py"] + "# newer\n"}
        calls, _ = self.calls(older)
        for number in range(1, len(calls) + 1):
            with self.subTest(number=number), project(newer) as folder:
                self.meet_mixture(folder, number, newer["wsgi.py"])

    def meet_mixture(self, folder: Path, number: int, entry: str) -> None:
        with self.begin(older) as (host, clock):
            host.faults = [fake_api.Fault(number, "cut-after", True)]
            deploy(self.folder, host, clock)
            host.faults = []
            clock.time += 120
            # Without --replace-wsgi: every WSGI file on the way is known as ours.
            run = deploy(folder, host, clock)
            self.assertEqual(run.code, 0, run)
            self.assertEqual(host.files()[WSGI], entry.encode())
            write(folder, HANDLER)
            run = deploy(folder, host, clock)
            self.assertEqual(run.code, 0, run)
            self.expect_done(host, {})


if __name__ == "__main__":
    unittest.main()
