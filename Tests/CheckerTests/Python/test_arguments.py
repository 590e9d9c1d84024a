"""Arguments mean what argparse makes of them, which is asked only if something is wrong."""

from __future__ import annotations

import unittest

from pa_new_check.arguments import Arguments
from pa_new_check.project import CannotCheck


def wanted() -> Arguments:
    arguments = Arguments()
    arguments.set_defaults(run=len)
    arguments.add("command", choices=("check", "visit"))
    arguments.add("folder")
    arguments.add("--entry", "--bundle-command")
    arguments.add("--path", action="append")
    arguments.add("--no-load", action="store_true")
    arguments.add("--limit", type=float, default=1.0)
    return arguments


class ArgumentsTest(unittest.TestCase):
    def test_the_same_as_argparse(self) -> None:
        for text in (
            "check .",
            "check --no-load . --limit 2",
            "--entry a check --entry=b .",
            "check . --path=/ --path=/a?b=c --path -",
            "check . --path=-x --limit=1e3",
            "check . --bundle-command=pa-new --entry=",
            "check -- -folder",
        ):
            with self.subTest(text):
                arguments = text.split()
                found = wanted().parse(arguments)
                self.assertEqual(found, wanted()._explained(arguments))

    def test_no_list_is_shared(self) -> None:
        arguments = wanted()
        for _ in range(2):
            self.assertEqual(arguments.parse(["check", ".", "--path=a"]).path, ["a"])
        self.assertEqual(arguments.parse(["check", "."]).path, [])

    def test_mistakes(self) -> None:
        for text, message in (
            ("check", "the following arguments are required: folder"),
            ("chekc .", "invalid choice: 'chekc'"),
            ("check . more", "unrecognized arguments: more"),
            ("check . --nothing", "unrecognized arguments: --nothing"),
            ("check . --entr=x", "unrecognized arguments: --entr=x"),
            ("check . --limit=x", "invalid float value: 'x'"),
            ("check . --entry", "expected one argument"),
            ("check . --entry --no-load", "expected one argument"),
            ("check . --no-load=x", "ignored explicit argument 'x'"),
        ):
            with self.subTest(text), self.assertRaises(CannotCheck) as caught:
                wanted().parse(text.split())
            self.assertIn(message, str(caught.exception))


if __name__ == "__main__":
    unittest.main()
