"""Version specifiers, and modules that newer Pythons do not have."""

from __future__ import annotations

import importlib.util
import sys
import unittest

from support import CHECKER

sys.path.insert(0, str(CHECKER))

from pa_new_check import versions


class VersionsTest(unittest.TestCase):
    """Specifiers of Python versions."""

    def test_admits(self) -> None:
        for versions_text, admitted, refused in (
            (">=3.9", (3, 9), (3, 8)),
            (">=3.9.2,<4", (3, 9), (3, 8)),
            ("<3.13", (3, 12), (3, 13)),
            ("<3.12.5", (3, 12), (3, 13)),
            (">3.9", (3, 10), (3, 9)),
            ("<=3.11", (3, 11), (3, 12)),
            ("==3.11.*", (3, 11), (3, 12)),
            ("==3.11.4", (3, 11), (3, 12)),
            ("~=3.10", (3, 13), (3, 9)),
            ("~=3.10.1", (3, 10), (3, 11)),
            ("!=3.10.*", (3, 11), (3, 10)),
            ("^3.10", (3, 12), (3, 9)),
            (">=3", (3, 9), (2, 7)),
            ("", (3, 9), None),
        ):
            with self.subTest(versions_text):
                self.assertTrue(versions.admits(versions_text, admitted))
                if refused is not None:
                    self.assertFalse(versions.admits(versions_text, refused))

    def test_removed_modules_are_what_this_python_lacks(self) -> None:
        running = sys.version_info[:2]
        names = getattr(sys, "stdlib_module_names", None)
        if names is None:  # before Python 3.10: what is found here is not gone
            names = {n for n in versions._REMOVED if importlib.util.find_spec(n)}
            self.assertGreater(len(names), 20)
            names |= {n for n in versions._REMOVED if n in ("nis", "spwd", "crypt")}
        for name in versions._REMOVED:
            if name in ("msilib", "ossaudiodev"):
                continue  # of other systems
            gone = bool(versions.change_of_library(name, running))
            self.assertEqual(name not in names, gone, name)


if __name__ == "__main__":
    unittest.main()
