"""What differs between the Python `handler` and the Swift one, and why."""

from __future__ import annotations

import json
import unittest

from asking import FORM, JSON, PYTHON, SWIFT, Ask, ask

DIFFERENCES = {
    "JSON": "Python puts a space behind ',' and ':' and escapes what is not ASCII; Swift"
    " sends UTF-8 without spaces. The values are the same, and so is everything else.",
    "types in JSON": "a handler in Python looks at the types itself; Swift's decoder refuses"
    " other types than the handler's.",
    "duplicate keys": "of two equal names in JSON, Foundation's decoder takes the first, and"
    " Python's the last. RFC 8259 leaves it open, and programs do not send such JSON.",
    "numbers in paths": "a pattern of Python's decides by itself what a number is (\\d+:"
    " digits of any script, no sign), Swift's Int does (ASCII digits, a sign, 64 bits).",
    "reasons": "a Python before 3.13 has the older words for 413, 414, 416 and 422.",
    "lax JSON": "Foundation's decoder takes a byte order mark, a comma behind the last value,"
    " and half a surrogate pair as U+FFFD; Python's refuses some of them.",
    "line breaks in paths": "the dot of a pattern of Python's matches no line break; a capture"
    " in Swift is every text.",
    "forms": "Python reads a form before the handler runs, and refuses a malformed one always;"
    " Swift reads it for handlers that ask for it, so that others do no work for it.",
    "limits": "Swift refuses more than 30 combining marks in a row, which its texts sort, long"
    " names, and deep JSON, for which its decoder needs the stack. Python needs no limit.",
}

JSON_BODIES = (
    b'{"name": "Ada", "n": 21}',
    b'{"n": 1, "name": "\xc3\xa4\\u00e4"}',
)

NO_JSON = (
    b"",
    b"{",
    b"nul",
    b'{"name": "x", "n": NaN}',
    b'{"name": "\xff", "n": 1}',
    b"[" * 100_000,
    b'{"name": "x", "n": 1} x',
    "{}".encode("utf-16"),
    b"{'name': 'x', 'n': 1}",
)

# JSON, but not what the handler asks for: where it was, and what is wrong with it.
OTHER_JSON = {
    b'{"name": "x"}': "n is missing",
    b'{"name": 1, "n": 1}': "name is of another type",
    b'{"name": "x", "n": 1.5}': "malformed JSON",
    b'{"name": "x", "n": null}': "n is of another type",
    b"[]": "the value is of another type",
    b"null": "the value is of another type",
}


class DifferenceTest(unittest.TestCase):
    """What differs, and in nothing else than is said."""

    def test_each_difference_has_its_reason(self) -> None:
        self.assertEqual(len(DIFFERENCES), 9)
        self.assertTrue(all(len(why) > 40 for why in DIFFERENCES.values()))

    def _same_json(self, asked: Ask) -> None:
        with self.subTest(asked=str(asked)):
            python, swift = ask(PYTHON, asked), ask(SWIFT, asked)
            self.assertEqual(swift.status, python.status)
            names = [name for name, _ in python.headers]
            self.assertEqual([name for name, _ in swift.headers], names)
            types = (
                dict(swift.headers)["Content-Type"],
                dict(python.headers)["Content-Type"],
            )
            self.assertEqual(types[0], types[1])
            if swift.status[0] == "2":
                self.assertEqual(json.loads(swift.body), json.loads(python.body))

    def test_json_has_the_same_values(self) -> None:
        self._same_json(Ask("GET", "/json"))
        for body in JSON_BODIES:
            self._same_json(Ask("POST", "/json", body, JSON))

    def test_malformed_json_is_refused_by_both_alike(self) -> None:
        for body in NO_JSON:
            with self.subTest(body=body[:40]):
                swift = ask(SWIFT, Ask("POST", "/json", body, JSON))
                python = ask(PYTHON, Ask("POST", "/json", body, JSON))
                self.assertEqual(swift.status, "400 Bad Request")
                words = swift.body.replace(b": it has more than 64 levels", b"")
                self.assertEqual((words, swift.log), (python.body, ""))

    def test_json_that_does_not_fit_is_refused_by_swift(self) -> None:
        # A handler in Python has to look for itself.
        for body, words in OTHER_JSON.items():
            with self.subTest(body=body):
                swift = ask(SWIFT, Ask("POST", "/json", body, JSON))
                self.assertEqual((swift.status, swift.log), ("400 Bad Request", ""))
                self.assertIn(words, swift.body.decode())

    def test_lax_json(self) -> None:
        for body in (b'{"name": "x", "n": 1,}', b'\xef\xbb\xbf{"name": "x", "n": 1}'):
            asked = Ask("POST", "/json", body, JSON)
            self.assertEqual(ask(SWIFT, asked).status, "200 OK")
            self.assertEqual(ask(PYTHON, asked).status, "400 Bad Request")

    def test_another_type_is_refused_by_both_alike(self) -> None:
        for kind in ({}, FORM, {"Content-Type": "text/json"}):
            asked = Ask("POST", "/json", JSON_BODIES[0], kind)
            self.assertEqual(ask(SWIFT, asked).body, ask(PYTHON, asked).body)
            self.assertEqual(ask(SWIFT, asked).status, "415 Unsupported Media Type")

    def test_numbers_in_paths(self) -> None:
        for target, swift, python in (
            ("/items/+5", "200", "404"),
            ("/items/-5", "200", "404"),
            ("/items/%D9%A5", "404", "200"),
            ("/items/9223372036854775808", "404", "200"),
        ):
            with self.subTest(target=target):
                self.assertEqual(ask(SWIFT, Ask("GET", target)).status[:3], swift)
                self.assertEqual(ask(PYTHON, Ask("GET", target)).status[:3], python)

    def _statuses(self, asked: Ask, swift: str, python: str) -> None:
        with self.subTest(asked=str(asked)[:100]):
            replies = ask(SWIFT, asked).status[:3], ask(PYTHON, asked).status[:3]
            self.assertEqual(replies, (swift, python))

    def test_line_breaks_in_paths(self) -> None:
        self._statuses(Ask("GET", "/rest/a%0Ab"), "200", "404")

    def test_forms_that_nobody_asks_for(self) -> None:
        for body in (b"%zz", b"\xff", b"&" * 1000):
            self._statuses(Ask("POST", "/echo", body, FORM), "200", "400")
            self._statuses(Ask("POST", "/form", body, FORM), "400", "400")

    def test_limits(self) -> None:
        marks = "%CC%81" * 31
        self._statuses(Ask("GET", f"/rest/{marks}"), "400", "200")
        self._statuses(Ask("GET", f"/query?b={marks}"), "400", "200")
        self._statuses(
            Ask("POST", "/form", f"name={marks}".encode(), FORM), "400", "200"
        )
        self._statuses(Ask("GET", f"/query?b=1&{'n' * 1001}=1"), "400", "200")
        for value in ('"' + "\u0301" * 31 + '"', "[" * 65 + "]" * 65):
            body = f'{{"name": "x", "n": 1, "other": {value}}}'.encode()
            self._statuses(Ask("POST", "/json", body, JSON), "400", "200")

    def test_duplicate_keys(self) -> None:
        asked = Ask("POST", "/json", b'{"name": "x", "n": 1, "n": 2}', JSON)
        self.assertEqual(json.loads(ask(SWIFT, asked).body)["twice"], 2)
        self.assertEqual(json.loads(ask(PYTHON, asked).body)["twice"], 4)


if __name__ == "__main__":
    unittest.main()
