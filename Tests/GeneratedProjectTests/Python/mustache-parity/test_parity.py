"""The engine for templates in Python renders random templates as the one in Swift does.

``RENDER_TEMPLATES`` is the path of the program in Swift (``Tests/RenderTemplates``),
``FUZZ`` the number of templates, ``SEED`` the first of the seeds.
"""

from __future__ import annotations

import json
import os
import subprocess
import unittest

from random_templates import Case, Maker, outcome

COUNT = int(os.environ.get("FUZZ", "6000"))
SEED = int(os.environ.get("SEED", "1"))
BATCH = 2000  # cases that the program in Swift gets at once
MISTAKES = (
    *("is not closed", "has no name", "not a valid name", "does not set delimiters"),
    *(
        "first",
        "nothing is open",
        "levels deep",
        "expands more",
        "result of the lambda",
    ),
)


def swift(cases: list[Case]) -> list[dict[str, str]]:
    """Render cases with the engine in Swift."""
    finished = subprocess.run(
        [os.environ["RENDER_TEMPLATES"]],
        input="".join(case.line() + "\n" for case in cases),
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    )
    # Not splitlines(): a text can have the other line ends of Unicode.
    return [json.loads(line) for line in finished.stdout.rstrip("\n").split("\n")]


class ParityTest(unittest.TestCase):
    """Random templates."""

    def test_both_engines_render_alike(self) -> None:
        texts: set[str] = set()
        errors: set[str] = set()
        for start in range(0, COUNT, BATCH):
            maker = Maker(SEED + start)
            cases = [maker.case() for _ in range(min(BATCH, COUNT - start))]
            for case, expected in zip(cases, swift(cases)):
                got = outcome(case)
                if got != expected:
                    self.fail(f"{case}\nPython: {got}\nSwift:  {expected}")
                texts.add(got.get("text", ""))
                errors.add(got.get("error", ""))
        # The cases reach what they are for.
        self.assertGreater(len(texts), COUNT / 10)
        for mistake in MISTAKES:
            self.assertTrue(any(mistake in error for error in errors), mistake)


if __name__ == "__main__":
    unittest.main()
