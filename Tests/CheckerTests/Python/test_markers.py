"""Markers of requirements: what holds on PythonAnywhere, and hostile text."""

from __future__ import annotations

import time
import unittest

from pa_new_shared.markers import holds

# A marker, and whether it holds for Python 3.9 and for Python 3.13.
MARKERS: list[tuple[str, bool | None, bool | None]] = [
    ("", True, True),
    ("sys_platform == 'win32'", False, False),
    ('sys_platform != "win32"', True, True),
    ("'win32' == sys_platform", False, False),
    ("platform_system == 'Windows'", False, False),
    ("platform_system == 'Linux'", True, True),
    ("os_name == 'nt'", False, False),
    ("sys_platform in 'linux darwin'", True, True),
    ("'linux' in sys_platform", True, True),
    ("'win' not in sys_platform", True, True),
    ("platform_machine == 'x86_64'", True, True),
    ("platform_python_implementation != 'PyPy'", True, True),
    ("python_version < '3.10'", True, False),
    ("python_version >= '3.10'", False, True),
    ("'3.10' <= python_version", False, True),
    ("python_version == '3.9'", True, False),
    ("python_version == '3.*'", True, True),
    ("python_version ~= '3.10'", False, True),
    ("python_version in '3.8, 3.9'", True, False),
    ("python_version not in '3.8 3.9'", False, True),
    ("python_version < '3'", False, False),
    ("python_version >= '3.9.1'", False, True),
    ("python_full_version >= '3.9.1'", None, True),
    ("python_full_version < '3.13.0'", True, False),
    ("python_full_version >= '3.13'", False, True),
    ("python_version < '3.10' and sys_platform == 'linux'", True, False),
    ("sys_platform == 'win32' or python_version > '3.9'", False, True),
    ("(sys_platform == 'win32' or os_name == 'posix') and os_name != 'x'", True, True),
    ("sys_platform == 'win32' and platform_release == '5'", False, False),
    ("sys_platform == 'linux' or platform_release == '5'", True, True),
    ("sys_platform == 'linux' and platform_release == '5'", None, None),
    ("extra == 'async'", False, False),
    ("extra != 'async'", True, True),
    # What is no marker, or not understood.
    ("platform_release == '5'", None, None),
    ("'a' == 'b'", None, None),
    ("sys_platform", None, None),
    ("sys_platform = 'win32'", None, None),
    ("sys_platform == 'win32", None, None),
    ("sys_platform == 'win32')", None, None),
    ("(sys_platform == 'win32'", None, None),
    ("not sys_platform == 'win32'", None, None),
    ("python_version < 'three'", None, None),
    ("python_version < '" + "9" * 5000 + "'", None, None),
    ("(" * 5000, None, None),
    ("(" * 60 + "os_name == 'x'" + ")" * 60, None, None),
]


class MarkerTest(unittest.TestCase):
    """The table, extras, and time."""

    def test_markers(self) -> None:
        for marker, old, new in MARKERS:
            with self.subTest(marker[:80]):
                self.assertIs(holds(marker, (3, 9)), old)
                self.assertIs(holds(marker, (3, 13)), new)

    def test_extras(self) -> None:
        marker = "extra == 'As.Ync' and python_version < '3.10'"
        self.assertIs(holds(marker, (3, 9), {"as-ync"}), True)
        self.assertIs(holds(marker, (3, 9), {"other"}), False)
        self.assertIs(holds(marker, (3, 13), {"as-ync"}), False)

    def test_time(self) -> None:
        for unit in ("(", "'", "a", " ", "os_name == 'x' and ", "=", "a.", "\n"):
            with self.subTest(unit):
                start = time.process_time()
                holds(unit * (100_000 // len(unit)), (3, 13))
                self.assertLess(time.process_time() - start, 1)


if __name__ == "__main__":
    unittest.main()
