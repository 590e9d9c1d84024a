"""`web/` signs cookies: whatever a client sends, it gets no value that the app did not give."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from asking import TestCase, ask
from hello import web
from hello.web import RequestHandler, sessions

NOW = 1_800_000_000
DAY = 24 * 60 * 60
KEY, NEW_KEY = "a key that is only for the tests", "new key" * 5
PROJECT = Path(web.__file__).parent.parent.parent


class SignedTestCase(TestCase):
    """Each test has a key and a time of its own."""

    def setUp(self) -> None:
        self.now = NOW
        self.set_keys(KEY)
        clock = mock.patch("time.time", lambda: self.now + 0.9)
        clock.start()
        self.addCleanup(clock.stop)

    def set_keys(self, key: str, fallbacks: str = "") -> None:
        settings = {"SECRET_KEY": key, "SECRET_KEY_FALLBACKS": fallbacks}
        patched = mock.patch.dict(os.environ, settings)
        patched.start()
        self.addCleanup(patched.stop)

    def set(self, value: Any, name: str = "a", **options: Any) -> str:
        """Return the text of a cookie that a handler has set."""
        response = ask(lambda self: self.set_signed_cookie(name, value, **options))
        self.assertEqual(response.status, 200, response.errors)
        cookie = response.header("Set-Cookie")
        assert cookie is not None
        return cookie.partition(";")[0].partition("=")[2]

    def get(self, text: str | None, name: str = "a", default: Any = "-") -> Any:
        """Return what a handler gets of a cookie."""
        seen: list[Any] = []
        header = None if text is None else f"{name}={text}"

        def get(self: RequestHandler) -> None:
            seen.append(self.get_signed_cookie(name, default))
            self.write("x")

        response = ask(get, HTTP_COOKIE=header)
        self.assertEqual((response.status, response.errors), (200, ""))
        return seen[0]


class SignedCookieTest(SignedTestCase):
    def test_the_text_is_as_specified(self) -> None:
        payload = base64.urlsafe_b64encode('{"é":[1,null]}'.encode()).rstrip(b"=")
        expires = str(NOW + 30 * DAY).encode()
        message = b"\0".join([b"pa-new signed cookie", b"a", expires, payload])
        digest = hmac.new(KEY.encode(), message, hashlib.sha256).digest()
        signature = base64.urlsafe_b64encode(digest).rstrip(b"=")
        expected = b".".join([payload, expires, signature]).decode()
        self.assertEqual(self.set({"é": [1, None]}), expected)
        # The same text for ever, also in an app with handlers in Swift.
        known = "eyLDqSI6WzEsbnVsbF19.1802592000."
        known += "1qAxAwy1C5ytn3kVSFSm1BJ8CGyTIbdXq8zqqUjfWsE"
        self.assertEqual(expected, known)

    def test_what_is_set_can_be_read(self) -> None:
        values: list[Any] = [
            None,
            True,
            0,
            -1.5,
            "",
            "ü😀\0",
            [],
            {},
            [1, [2, {"a": "b"}]],
        ]
        values += ["x" * 2800, '"\\/<>', "a.b.c"]
        for value in values:
            with self.subTest(value=str(value)[:20]):
                self.assertEqual(self.get(self.set(value)), value)
        self.assertEqual(self.get(self.set((1, 2))), [1, 2])
        self.assertEqual(self.get(self.set("\ud800x")), "?x")

    def test_options_are_those_of_set_cookie(self) -> None:
        app = ask(
            lambda self: self.set_signed_cookie("a", 1, max_age=60, samesite="Strict"),
            SCRIPT_NAME="/app",
            wsgi_url_scheme="https",
        )
        cookie = app.header("Set-Cookie") or ""
        more = "; Path=/app; SameSite=Strict; Max-Age=60; Secure; HttpOnly"
        self.assertEqual(cookie[cookie.index(";") :], more)
        options = {"path": "/x", "domain": "a.b", "secure": False, "httponly": False}
        response = ask(lambda self: self.set_signed_cookie("a", 1, **options))
        cookie = response.header("Set-Cookie") or ""
        more = "; Path=/x; SameSite=Lax; Domain=a.b; Max-Age=2592000"
        self.assertEqual(cookie[cookie.index(";") :], more)

    def test_it_expires(self) -> None:
        for age, options in ((30 * DAY, {}), (60, {"max_age": 60})):
            self.now = NOW
            text = self.set("x", **options)
            self.now = NOW + age - 1
            self.assertEqual(self.get(text), "x")
            for self.now in (NOW + age, NOW + age + 10**6):
                self.assertEqual(self.get(text), "-")
        for age in (0, -5, -NOW - 5):
            self.assertEqual(self.get(self.set("x", max_age=age)), "-")

    def test_each_change_is_noticed(self) -> None:
        text = self.set({"user": "ann"})
        self.assertEqual(self.get(text), {"user": "ann"})
        for place in range(len(text)):
            for other in "Aa0_-.":
                if other != text[place]:
                    changed = text[:place] + other + text[place + 1 :]
                    self.assertEqual(self.get(changed), "-", changed)
            self.assertEqual(self.get(text[:place]), "-")
            self.assertEqual(self.get(text[:place] + text[place + 1 :]), "-")
        payload, expires, signature = text.split(".")
        table = [f"{payload}.{int(expires) + DAY}.{signature}"]
        table += [
            f"{payload}.0{expires}.{signature}",
            f"{payload}=.{expires}.{signature}",
        ]
        table += [
            f"{payload}.{expires}.{signature}=",
            f"{payload}..{signature}",
            text + "A",
        ]
        table += [f"{payload}.{expires}.", f".{expires}.{signature}", text + "." + text]
        for changed in table:
            self.assertEqual(self.get(changed), "-", changed)

    def test_a_cookie_is_for_its_name_alone(self) -> None:
        text = self.set("x", "a")
        self.assertEqual(self.get(text, "b"), "-")
        self.assertEqual(self.get(text, "a"), "x")

    def test_nothing_that_a_client_sends_raises(self) -> None:
        texts = ["", ".", "..", "a", "a.1.b", "\x00", "\xff", "é" * 5000, "." * 4096]
        texts += ["A" * 43, f".1.{'A' * 43}", f"a.{'9' * 18}.{'A' * 43}", "9" * 10**6]
        texts += [
            f"a.{'9' * 19}.{'A' * 43}",
            f"a.+1.{'A' * 43}",
            f"a.\u0661.{'A' * 43}",
        ]
        texts += [f"a. 1.{'A' * 43}", f"a.1.{'A' * 43}\n", f'"a.1.{"A" * 43}"']
        for text in texts:
            self.assertEqual(self.get(text.encode().decode("latin-1")), "-")
        self.assertEqual(self.get(None), "-")
        chance = random.Random(1)
        for _ in range(300):
            k = chance.randint(0, 60)
            self.assertEqual(
                self.get("".join(chr(chance.randrange(256)) for _ in range(k))), "-"
            )

    def test_signed_nonsense_is_no_value(self) -> None:
        # Only somebody who has the key can make these.
        for data in (b"{", b"\xff", b"", b"[" * 3000, b"nul"):
            payload = base64.urlsafe_b64encode(data).decode().rstrip("=")
            signature = sessions._signature("a", payload, str(NOW + 9), KEY)
            self.assertEqual(
                self.get(f"{payload}.{NOW + 9}.{signature}"), "-", data[:9]
            )

    def test_a_long_text_is_not_looked_at(self) -> None:
        with mock.patch.object(sessions, "MAX_SIZE", 10**6):
            fits, long = self.set("x" * 3000), self.set("x" * 3030)
        self.assertLessEqual(len(fits), 4096)
        self.assertGreater(len(long), 4096)
        self.assertEqual((self.get(fits), self.get(long)), ("x" * 3000, "-"))

    def test_a_cookie_that_is_too_large_says_so(self) -> None:
        for size, status in ((2950 - 1, 200), (2950, 200), (3100, 500)):
            response = ask(lambda self: self.set_signed_cookie("a", "x" * size))
            self.assertEqual(response.status, status, size)
        self.assertIn(
            "ValueError: the cookie a has 4193 characters, and browsers keep 4000: keep"
            " the data in a database, and only its key in the cookie",
            response.errors,
        )

    def test_the_limit_is_that_of_name_and_text(self) -> None:
        size = len("a=" + self.set(""))
        with mock.patch.object(sessions, "MAX_SIZE", size):
            self.set("")
            with mock.patch.object(sessions, "MAX_SIZE", size - 1):
                response = ask(lambda self: self.set_signed_cookie("a", ""))
                self.assert_server_error(response, f"has {size} characters")

    def test_what_json_cannot_keep_is_an_error(self) -> None:
        circle: list[Any] = []
        circle.append(circle)
        table: list[tuple[Any, str]] = [
            (
                {1},
                "TypeError: the cookie a is kept as JSON: it cannot have a value of the type set",
            ),
            ({5: 1}, "its keys are texts, so use '5', not 5"),
            ([{"x": ({None: 1},)}], "its keys are texts, so use 'None', not None"),
            (float("nan"), "ValueError: the cookie a is kept as JSON: Out of range"),
            (circle, "ValueError: the cookie a is kept as JSON: Circular reference"),
            (
                b"x",
                "TypeError: the cookie a is kept as JSON: it cannot have a value of the type bytes",
            ),
        ]
        for value, error in table:
            with self.subTest(error):
                response = ask(lambda self: self.set_signed_cookie("a", value))
                self.assert_server_error(response, error)
                self.assertEqual(response.all("Set-Cookie"), [])

    def test_keys_can_change(self) -> None:
        old = self.set("x")
        self.set_keys(NEW_KEY, f" {'older' * 7} ,, {KEY} ")
        self.assertEqual(self.get(old), "x")
        new = self.set("x")
        self.assertNotEqual(old, new)
        self.set_keys(NEW_KEY)
        self.assertEqual((self.get(old), self.get(new)), ("-", "x"))
        self.set_keys(KEY, NEW_KEY)
        self.assertEqual((self.get(old), self.get(new)), ("x", "x"))
        # A cookie that a fallback has signed is not older or newer than another.
        self.assertEqual(self.set("x"), old)

    def test_odd_keys(self) -> None:
        texts = set()
        for key in ("ü😀" * 16, "a" * 32, f" {'a' * 32} ", "\udcff" * 32, "x" * 1000):
            self.set_keys(key)
            text = self.set("x")
            self.assertEqual(self.get(text), "x")
            texts.add(text)
        self.assertEqual(len(texts), 5)

    def test_a_key_that_can_be_guessed_is_refused(self) -> None:
        for name, keys in (
            ("SECRET_KEY", ("x", "")),
            ("SECRET_KEY", ("x" * 31, "")),
            ("SECRET_KEY_FALLBACKS", (KEY, f"{KEY},x")),
        ):
            with self.subTest(name, keys=keys):
                self.set_keys(*keys)
                response = ask(lambda self: self.set_signed_cookie("a", "b"))
                advice = (
                    " can be guessed: use 32 random ones or more, or remove the setting"
                )
                self.assert_server_error(response, advice)
                self.assertIn(f"RuntimeError: {name} has a key of ", response.errors)

    def test_the_comparison_takes_the_same_time(self) -> None:
        text = self.set("x")
        wrong = text[:-1] + ("A" if text[-1] != "A" else "B")
        self.set_keys(KEY, NEW_KEY)
        compared: list[Any] = []

        def compare(first: str, second: str) -> bool:
            compared.append((first, second))
            return first == second

        with mock.patch("hmac.compare_digest", compare):
            self.assertEqual((self.get(wrong), len(compared)), ("-", 2))
            self.assertEqual((self.get(text), len(compared)), ("x", 3))

    def test_the_key_of_the_project_is_read_once_a_worker(self) -> None:
        self.set_keys("")
        sessions._keys.cache_clear()
        self.addCleanup(sessions._keys.cache_clear)
        with mock.patch.object(sessions.pa_env, "secret_key", return_value=KEY) as made:
            text = self.set("x")
            self.assertEqual(self.get(text), "x")
            self.assertEqual(self.get(None), "-")
        made.assert_called_once_with(PROJECT)
        self.set_keys(KEY)
        self.assertEqual(self.get(text), "x")

    def test_a_request_without_a_cookie_needs_no_key(self) -> None:
        with mock.patch.object(sessions, "keys", side_effect=AssertionError):
            self.assertEqual(self.get(None), "-")


class ProcessTest(unittest.TestCase):
    def test_json_is_the_only_format(self) -> None:
        # A pickle would run code if somebody had the key.
        script = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "import hello.web.sessions\n"
            "assert 'pickle' not in sys.modules and 'marshal' not in vars(hello.web.sessions)\n"
        )
        subprocess.run([sys.executable, "-c", script, str(PROJECT)], check=True)
        self.assertEqual(json.loads(sessions.to_json({"a": "ü"}, "x")), {"a": "ü"})


if __name__ == "__main__":
    unittest.main()
