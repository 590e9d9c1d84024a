"""No part of the token is ever shown: texts are cleaned first, and cut then."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import unittest
import unittest.mock
import urllib.parse
from typing import Any

import fake_files
from support import DOMAIN, HANDLER, DeployTest, deploy

# isort: split
from pa_new_deploy.api import cleaning
from pa_new_deploy.api.cleaning import cleaned, hidden
from pa_new_deploy.diagnostic import Diagnostic
from pa_new_deploy.main import main

TOKENS = [
    "0123456789abcdef0123456789abcdef01234567",
    "a%2F+b/c=d&e\"f'g<h>i\\j~k!l",
    "xyz",
]


def forms(token: str) -> dict[str, str]:
    """Return the ways in which a text can have a token."""
    octets = token.encode()
    return {
        "as it is": token,
        "upper case": token.upper(),
        "in a URL": urllib.parse.quote(token, safe=""),
        "in a query": urllib.parse.urlencode({"a": token}),
        "in a path": urllib.parse.quote(f"/home/{token}/x"),
        "in lower case in a URL": urllib.parse.quote(token, safe="").lower(),
        "repr": repr(f"Token {token}"),
        "repr of bytes": repr(octets),
        "JSON": json.dumps({"a": token}),
        "HTML": html.escape(token),
        "a line break within": token[:2] + "\n" + token[2:],
        "a colour within": token[:2] + "\x1b[31m" + token[2:],
        "nothing to be seen within": token[:2] + "\u200b" + token[2:],
        **{
            f"base64 after {before}": base64.b64encode(
                b"x" * before + octets + b"yz"
            ).decode()
            for before in range(4)
            if len(octets) >= 8
        },
        **{
            f"base64 of a URL after {before}": base64.urlsafe_b64encode(
                b"?" * before + octets
            ).decode()
            for before in range(4)
            if len(octets) >= 8
        },
    }


def longest_part(token: str, text: str) -> int:
    """Return the length of the longest part of a token that a text has."""
    text, token = text.lower(), token.lower()
    return max(
        (
            end - start
            for start in range(len(token))
            for end in range(start + 1, len(token) + 1)
            if token[start:end] in text
        ),
        default=0,
    )


class CleaningTest(unittest.TestCase):
    """The function that all use."""

    def test_every_form_is_found(self) -> None:
        for token in TOKENS:
            for name, form in forms(token).items():
                with self.subTest(token=token, form=name):
                    text = hidden(f"before {form} after", token)
                    self.assertIn("[token]", text)
                    self.assertNotIn(token.lower(), text.lower())
                    plain = cleaned(f"before {form} after", token)
                    self.assertLess(longest_part(token, plain.replace("token", "")), 5)

    def test_of_base64_nothing_is_left_to_read(self) -> None:
        token = TOKENS[0]
        for before in range(4):
            text = base64.b64encode(b"x" * before + token.encode() + b"yz").decode()
            rest = hidden(text, token).replace("[token]", "")
            self.assertLessEqual(len(rest), 10)

    def test_a_token_at_every_offset_around_the_cut(self) -> None:
        token = TOKENS[0]
        for name, form in forms(token).items():
            for limit in (100, 500):
                for start in range(limit - len(form) - 5, limit + 5):
                    text = "." * start + form + "." * 20
                    shown = cleaned(text, token, limit)
                    self.assertLessEqual(len(shown), limit)
                    part = longest_part(token, shown)
                    self.assertLess(part, 4, (name, limit, start, shown))

    def test_other_texts_stay(self) -> None:
        text = "0123456789 a normal line\twith \x1b[2J é \u20ac [token"
        self.assertEqual(hidden(text, TOKENS[0]), text)
        self.assertEqual(hidden(text, ""), text)
        content = bytes(range(256))
        self.assertEqual(cleaning.hidden_in(content, TOKENS[0]), content)

    def test_control_characters_are_escaped_before_the_cut(self) -> None:
        self.assertEqual(cleaned("\x1b[2J" * 100, "", 10), "\\x1b[2J...")


class OutputTest(DeployTest):
    """What the commands print, wherever the token lies in what they are told."""

    token = TOKENS[0]

    def setUp(self) -> None:
        super().setUp()
        self.host.token = self.token

    def answering(self, wanted: str, status: int, body: bytes) -> Any:
        original = type(self.host).answer

        def answer(*arguments: Any) -> fake_files.Answer:
            if " ".join(arguments[:2]).startswith(wanted):
                return status, "application/json", body
            return original(self.host, *arguments)

        return unittest.mock.patch.object(self.host, "answer", answer)

    def assertHides(self, text: str) -> None:
        self.assertLess(longest_part(self.token, text), 6, text)

    def test_a_refusal_with_the_token_around_the_cut(self) -> None:
        folder = self.folder(HANDLER)
        for form in (self.token, repr(self.token), urllib.parse.quote(self.token)):
            for start in range(cleaning.LIMIT - 45, cleaning.LIMIT + 2, 3):
                text = "." * start + form
                body = json.dumps({"status": "ERROR", "error_message": text}).encode()
                with self.answering("POST webapps/", 200, body):
                    for options in ((), ("--json",)):
                        run = self.deploy(folder, *options, code=73)
                        self.assertIn("....", run.err + run.out)
                        self.assertHides(run.err + run.out)
                body = json.dumps({"detail": text}).encode()
                with self.answering("GET webapps/", 418, body):
                    self.assertHides(self.deploy(folder, code=69).err)

    def test_a_page_with_the_token_around_the_cut(self) -> None:
        for start in range(55, 102, 3):
            text = "." * start + self.token + "...."
            page = HANDLER["hello/handlers.py"] + f'TEXT = b"{text}"\n'
            folder = self.folder({**HANDLER, "hello/handlers.py": page})
            for options in ((), ("--json",)):
                run = deploy(folder, self.host, self.clock, *options, greeting="")
                self.assertEqual(run.code, 0)
                self.assertHides(run.out)

    def test_a_broken_status_line_with_the_token(self) -> None:
        folder = self.folder(HANDLER)
        error = OSError("." * 480 + self.token)
        with unittest.mock.patch("socket.create_connection", side_effect=error):
            run = self.deploy(folder, code=69)
        self.assertIn("....", run.err)
        self.assertHides(run.err)

    def test_pack_and_logs(self) -> None:
        folder = self.folder(HANDLER)
        environment = {"API_TOKEN": self.token, "PYTHONANYWHERE_SITE": self.host.url}
        for start in range(cleaning.MAX_LINE - 100, cleaning.MAX_LINE, 7):
            name = "." * start + self.token
            for arguments in (
                ["pack", str(folder), "--name", "hello", "--include", name],
                ["logs", "--user", "alice", "--domain", DOMAIN, "--kind", name],
                ["logs", "--user", name, "--domain", DOMAIN, "--kind", "error"],
            ):
                out = io.StringIO()
                with contextlib.redirect_stderr(out), contextlib.redirect_stdout(out):
                    self.assertNotEqual(main(arguments, environment, self.clock), 0)
                self.assertIn("....", out.getvalue())
                self.assertHides(out.getvalue())

    def test_a_diagnostic_is_cut_line_by_line(self) -> None:
        found = cleaning.diagnostic(
            Diagnostic("a" * 3000, "b\n" + "c" * 3000, "d\ne"), ""
        )
        self.assertEqual(len(found.message), cleaning.MAX_LINE)
        self.assertEqual(len(found.reason), cleaning.MAX_LINE + 2)
        self.assertEqual(found.hint, "d\ne")


if __name__ == "__main__":
    unittest.main()
