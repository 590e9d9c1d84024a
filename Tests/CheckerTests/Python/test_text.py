"""Text that is safe for a terminal: each character is seen, and none changes others."""

from __future__ import annotations

import unittest

from pa_new_shared.text import is_printable, plain, printable

# A text, and how it is shown. HostileNameTests.swift has the same ones.
TEXTS = [
    ("a b", "a b"),
    ("é 日本 ❤ 👍", "é 日本 ❤ 👍"),
    ("❤\ufe0f", "❤\ufe0f"),  # the form of a symbol
    ("a\ufe0f", r"a\xfe0f"),
    ("❤\ufe0f\ufe0f", "❤\ufe0f" + r"\xfe0f"),
    ("\ufe0f", r"\xfe0f"),
    ("\x1b[1m\x07\r\n\t\x7f", r"\x1b[1m\x07\x0d\x0a\x09\x7f"),
    ("\x9b\x85", r"\x9b\x85"),
    ("\u202e\u2066\u200b\u200d\ufeff\xad", r"\x202e\x2066\x200b\x200d\xfeff\xad"),
    ("\U000e0041\U000e0100", r"\xe0041\xe0100"),  # tags, variation selectors
    ("\u034f\u115f\u1160\u17b4\u180b\u2800\u3164\uffa0",)
    + (r"\x34f\x115f\x1160\x17b4\x180b\x2800\x3164\xffa0",),
    ("\u2028\ue000\ufffe", r"\x2028\xe000\xfffe"),
    ("caf\udce9", r"caf\xe9"),  # a byte of a file's name that is no text
    ("\ud83d", r"\xd83d"),
    ("", ""),
]


class TextTest(unittest.TestCase):
    def test_texts(self) -> None:
        for text, shown in TEXTS:
            with self.subTest(shown):
                self.assertEqual(printable(text), shown)
                self.assertEqual(is_printable(text), text == shown)
                self.assertTrue(is_printable(printable(text)))
                self.assertTrue(is_printable(plain(text)))
                printable(text).encode()

    def test_each_character_of_what_nobody_sees(self) -> None:
        hidden = [0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180F, 0x2800, 0x3164, 0xFFA0]
        for start, end in (
            (0, 0x20),
            (0x7F, 0xA0),
            (0x180B, 0x180E),
            (0x200B, 0x2010),
            (0x2028, 0x202F),
            (0x2060, 0x2070),
            (0xD800, 0xE100),
            (0xFE00, 0xFE10),
            (0xFFF0, 0xFFF9),
            (0x1BCA0, 0x1BCA4),
            (0x1D173, 0x1D17B),
            (0xE0000, 0xE1000),
        ):
            hidden += range(start, end)
        self.assertEqual([hex(c) for c in hidden if is_printable(chr(c))], [])


if __name__ == "__main__":
    unittest.main()
