"""Versions in the words of Poetry and conda, in the words of pip."""

from __future__ import annotations

import unittest

from pa_new_adopt.versions import from_conda, from_poetry


class VersionsTest(unittest.TestCase):
    """Versions of Poetry and conda; the expected ones are those of poetry-core 2."""

    def test_poetry(self) -> None:
        for text, expected in (
            ("", ""),
            ("*", ""),
            ("1.2", "==1.2"),
            ("v1.2", "==1.2"),
            ("= 1.2", "==1.2"),
            ("1.2.*", "==1.2.*"),
            ("!=1.*", "!=1.*"),
            ("^1.2.3", ">=1.2.3,<2.0.0"),
            ("^1.2", ">=1.2,<2.0"),
            ("^1", ">=1,<2"),
            ("^0.2.3", ">=0.2.3,<0.3.0"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("^1.0.0-alpha.1", ">=1.0.0-alpha.1,<2.0.0"),
            ("~1.2.3", ">=1.2.3,<1.3.0"),
            ("~1.2", ">=1.2,<1.3"),
            ("~1", ">=1,<2"),
            ("~=1.4.2", "~=1.4.2"),
            ("~=1", ">=1,<2"),
            (">=1, <2", ">=1,<2"),
            (">=1 <2", ">=1,<2"),
            ("^1 || ^2", None),
            ("^1.x", None),
            ("1.2.*.3", None),
            (">=1,", None),
            ("latest", None),
            ("==1.0; import os", None),
            ("1" * 5_000, None),
        ):
            self.assertEqual(from_poetry(text), expected, text[:40])

    def test_conda(self) -> None:
        for text, expected in (
            ("", ""),
            ("=1.2", "==1.2.*"),
            ("=1.2.*", "==1.2.*"),
            ("==1.2", "==1.2"),
            ("=1.2.3=py39_0", "==1.2.3"),
            (">=1,<2", ">=1,<2"),
            ("=", ""),
            ("1.2|1.3", None),
        ):
            self.assertEqual(from_conda(text), expected, text)


if __name__ == "__main__":
    unittest.main()
