"""No text makes a worker work longer than another text of the same size.

A hostile body, cookie, header field or path takes at most some times the processor time
of a plain one of the same kind and size. What is quadratic takes hundreds of times more.

Run with the folder of a built project on PYTHONPATH that has the handlers of Swift/servers/.
"""

from __future__ import annotations

import unittest
from collections.abc import Callable
from functools import partial

from asking import FORM, JSON, Reply, ask

SIZE = 60_000
MOST = 12  # times the work of a plain request
TRIES = 10


def repeated(piece: str, size: int = SIZE) -> str:
    """Return a text of about this many bytes."""
    return piece * (size // len(piece.encode()) + 1)


# Texts that look short to people, and long to what compares, sorts or splits them.
HOSTILE = {
    "two kinds of marks": "n"
    + repeated("\u0301", SIZE // 2)
    + repeated("\u0316", SIZE // 2),
    "marks without a letter": repeated("\u0316", SIZE // 2)
    + repeated("\u0301", SIZE // 2),
    "as many marks as allowed": repeated("n" + "\u0301" * 15 + "\u0316" * 15),
    "marks that stand for two": "n" + repeated("\u0344\u0316"),
    "marks of Tibet": "n" + repeated("\u0f73\u0f71"),
    "marks beyond 16 bits": "n" + repeated("\U0001d165\U0001d16d"),
    "Hangul": repeated("\u1100\u1161\u11a8"),
    "leading consonants": repeated("\u1100"),
    "joined people": repeated("\U0001f468\u200d"),
    "flags": repeated("\U0001f1e6"),
    "marks that are not sorted": "n" + repeated("\u0489"),
    "replacements": repeated("\ufffd"),
    "zeros": repeated("\0"),
}


def latin(text: str) -> str:
    """Return a text as WSGI passes it on."""
    return text.encode().decode("latin-1")


def escaped(text: str) -> str:
    """Return a text in the escapes of JSON, of the same length as the text."""
    units = text.encode("utf-16-be")
    pairs = (
        units[place : place + 2].hex() for place in range(0, len(units) // 6 * 2, 2)
    )
    return "".join(f"\\u{pair}" for pair in pairs)


def percent(text: str) -> str:
    """Return a text with each byte percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in text.encode()[: SIZE // 3])


def as_json(text: str) -> str:
    """Return a text in which no character ends a text in JSON."""
    return text.replace("\0", "\\u0000")


# Each place in which a visitor can put a text.
PLACES: dict[str, Callable[[str], Reply]] = {
    "name of a field": lambda text: ask(
        "POST", "/prices", f"{text}=1".encode(), **FORM
    ),
    "value of a field": lambda text: ask(
        "POST", "/prices", f"product={text}".encode(), **FORM
    ),
    "escaped name of a field": lambda text: ask(
        "POST", "/prices", f"{percent(text)}=1".encode(), **FORM
    ),
    "escaped value of a field": lambda text: ask(
        "POST", "/prices", f"product={percent(text)}".encode(), **FORM
    ),
    "many names of fields": lambda text: ask(
        "POST",
        "/prices",
        "&".join(
            f"{text[place : place + 90]}=1" for place in range(0, 20_000, 90)
        ).encode(),
        **FORM,
    ),
    "body": lambda text: ask("POST", "/prices", text.encode()),
    "query": lambda text: ask("POST", "/prices", QUERY_STRING=latin(f"product={text}")),
    "cookie's name": lambda text: ask(
        "POST", "/prices", HTTP_COOKIE=latin(f"{text}=1")
    ),
    "cookie": lambda text: ask("POST", "/prices", HTTP_COOKIE=latin(f"product={text}")),
    "behind a cookie": lambda text: ask(
        "POST", "/prices", HTTP_COOKIE=latin(f"product=1;{text}=1")
    ),
    "header field": lambda text: ask("POST", "/prices", HTTP_X_PRODUCT=latin(text)),
    "header field's name": lambda text: ask(
        "POST", "/prices", **{f"HTTP_{latin(text)}": "1"}
    ),
    "media type": lambda text: ask("PUT", "/prices", b"{}", CONTENT_TYPE=latin(text)),
    "method": lambda text: ask(latin(text), "/prices"),
    "path": lambda text: ask("GET", f"/prices/{text}"),
    "letter": lambda text: ask("GET", f"/letters/{text}"),
    "mount": lambda text: ask("GET", "/far/1/1", SCRIPT_NAME=latin(text)),
    "key": lambda text: ask(
        "PUT", "/prices", f'{{"{as_json(text)}":1}}'.encode(), **JSON
    ),
    "escaped key": lambda text: ask(
        "PUT", "/prices", f'{{"{escaped(text)}":1}}'.encode(), **JSON
    ),
    "many keys": lambda text: ask(
        "PUT",
        "/prices",
        "{{{}}}".format(
            ",".join(
                f'"{as_json(text[place : place + 90])}":1'
                for place in range(0, 20_000, 90)
            )
        ).encode(),
        **JSON,
    ),
    "value of JSON": lambda text: ask(
        "POST", "/tree", f'["{as_json(text)}"]'.encode(), **JSON
    ),
    "escaped value of JSON": lambda text: ask(
        "POST", "/tree", f'["{escaped(text)}"]'.encode(), **JSON
    ),
}


def times(send: Callable[[], Reply], plain: Callable[[], Reply]) -> float:
    """Return how many times the processor time of a plain request another one takes.

    What else the machine does only adds to a request, and for seconds: so both are asked
    in turn, again until they show that it is less than the limit.
    """
    found = float("inf")
    for _ in range(TRIES):
        # Half a millisecond is within what else the machine does.
        least = plain().seconds + 0.0005
        found = min(found, send().seconds / least)
        if found < MOST:
            break
    return found


class WorkTest(unittest.TestCase):
    """No text makes a worker work longer than another text of the same size."""

    def test_texts(self) -> None:
        for place, send in PLACES.items():
            plain = partial(send, repeated("n"))
            plain()  # the library is loaded, and its tables are made, by the first request
            for kind, text in HOSTILE.items():
                with self.subTest(place=place, kind=kind):
                    self.assertLess(times(partial(send, text), plain), MOST)

    def test_structures(self) -> None:
        plain = partial(ask, "POST", "/prices", b"n=" + b"n" * SIZE, **FORM)
        for kind, body in {
            "separators": b"&" * SIZE,
            "equals signs": b"=" * SIZE,
            "fields": b"n=1&" * 999 + b"n" * SIZE,
            "escapes": b"product=" + b"%41" * (SIZE // 3),
        }.items():
            with self.subTest(kind=kind):
                send = partial(ask, "POST", "/prices", body, **FORM)
                self.assertLess(times(send, plain), MOST)
        plain = partial(
            ask, "POST", "/tree", b'["' + b'n","' * (SIZE // 4) + b'n"]', **JSON
        )
        for kind, body in {
            "lists": b"[" * SIZE + b"]" * SIZE,
            "no end": b"[" * SIZE,
            "a number": b"[%s]" % (b"1" * SIZE),
            "a fraction": b"[0.%s]" % (b"1" * SIZE),
            "an exponent": b"[1e%s]" % (b"1" * SIZE),
            "spaces": b"[" + b" " * SIZE + b"]",
            "quotes": b'"' * SIZE,
            "backslashes": b'["' + b"\\" * SIZE + b'"]',
        }.items():
            with self.subTest(kind=kind):
                send = partial(ask, "POST", "/tree", body, **JSON)
                self.assertLess(times(send, plain), MOST)

    def test_deep_values(self) -> None:
        # Foundation needs longer for each level, up to a limit that does not depend on
        # the size of the body.
        def body(size: int, start: bytes, end: bytes) -> bytes:
            value = start * 60 + b"1" + end * 60
            return b"[%s]" % b",".join([value] * (size // len(value)))

        for start, end in ((b"[", b"]"), (b'{"n":', b"}")):
            with self.subTest(start=start):
                small = ask("POST", "/tree", body(SIZE // 10, start, end), **JSON)
                self.assertEqual((small.status, small.body), ("200 OK", b"61"))
                large = ask("POST", "/tree", body(10 << 20, start, end), **JSON)
                self.assertEqual(
                    large.body,
                    b"400 malformed JSON: it has too many arrays and objects\n",
                )
                self.assertLess(large.seconds, 10 * small.seconds + 0.05)


if __name__ == "__main__":
    unittest.main()
