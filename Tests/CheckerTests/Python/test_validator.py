"""The validator of requests is that of the standard library, with what its patterns find."""

from __future__ import annotations

import random
import re
import unittest
from collections.abc import Callable
from typing import Any
from wsgiref import validate
from wsgiref.util import setup_testing_defaults

from pa_new_check import sandbox_validator

TEXTS = (
    *("", "A", "x-1_b", "1x", "-x", "_x", "x-", "x_", "xé", "é", "x y", "x:", "X\n"),
    *("x\n\n", "1 MB", "a\tb", "\0", "\x1f", "\x7f", "\xa0", "\u2028", "½", "x²"),
)
PATTERNS: tuple[re.Pattern[str], ...] = (
    validate.header_re,  # type: ignore[attr-defined]
    validate.bad_header_value_re,  # type: ignore[attr-defined]
)


def application(name: str, value: str) -> Callable[[Any, Any], list[bytes]]:
    """Make an application that sends one header field beside its type."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), (name, value)])
        return [b""]

    return answer


def said(validator: Any, name: str, value: str) -> str:
    """Return what a validator says of the field."""
    environ: dict[str, Any] = {"QUERY_STRING": ""}
    setup_testing_defaults(environ)
    try:
        chunks = validator(application(name, value))(environ, lambda *_: None)
        list(chunks)
        chunks.close()
    except AssertionError as error:
        return str(error)
    return ""


class ValidatorTest(unittest.TestCase):
    """What it says of header fields."""

    def test_fields(self) -> None:
        spoken = set()
        for text in TEXTS:
            for name, value in ((text, "1"), ("X-Name", text)):
                expected = said(validate.validator, name, value)
                given = said(sandbox_validator.validator, name, value)
                self.assertEqual(given, expected, (name, value))
                spoken.add(expected[:15])
        self.assertLess({"", "Bad header name", "Bad header valu"}, spoken)

    def test_patterns(self) -> None:
        numbers = random.Random(7)
        signs = "aZ09-_ .\0\x1f\x7f\xa0é½²٣ⅷ\n"
        texts = ["".join(numbers.choices(signs, k=k % 5)) for k in range(3000)]
        for real in PATTERNS:
            own = sandbox_validator.Pattern(real.pattern)
            for text in texts:
                found, given = real.search(text), own.search(text)
                self.assertEqual(bool(given), bool(found), text)
                if found is not None and real is PATTERNS[1]:
                    self.assertEqual(given[0], found[0])

    def test_other_patterns(self) -> None:
        own = sandbox_validator.Pattern("(a)b")
        self.assertEqual(own.search("cab")[1], "a")
        self.assertIsNone(own.fullmatch("cab"))
        with self.assertRaises(re.error):
            sandbox_validator.Pattern("(").search("a")
