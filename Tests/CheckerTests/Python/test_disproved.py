"""What loading has proved, reading does not deny."""

from __future__ import annotations

import sys
import unittest

from apps import PATH, PLAIN
from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.disproved import disproved
from pa_new_check.rules import Finding

OWN = "/home/alice/mysite/lib/shop.py"
INSTALLED = "/home/alice/.virtualenvs/x/lib/python3.13/site-packages/shop/__init__.py"
SETUPTOOLS = "/x/site-packages/setuptools/_distutils/__init__.py"

# The claim of a finding, the loaded modules, and whether these disprove it.
CLAIMS: list[tuple[tuple[str, str], dict[str, str], bool]] = [
    # A module that was imported is not missing.
    (("missing", "shop"), {"shop": OWN}, True),
    (("missing", "shop"), {"shop": INSTALLED}, True),
    (("missing", "shop"), {"shop": ""}, True),
    (("missing", "shop"), {"other": OWN}, False),
    (("missing", "shop"), {}, False),
    # A part of a shared package is there only if it is itself.
    (("missing", "google.genai"), {"google": ""}, False),
    (("missing", "google.genai"), {"google": "", "google.genai": INSTALLED}, True),
    # An installed module that no requirement brings was imported here, and fails there.
    (("unlisted", "shop"), {"shop": INSTALLED}, False),
    (("unlisted", "shop"), {"shop": ""}, False),
    (("unlisted", "shop"), {"shop": OWN}, True),
    # The project's own package was imported, and the app works with it.
    (("hidden", "shop"), {"shop": OWN}, True),
    (("hidden", "shop"), {"shop": INSTALLED}, False),
    (("hidden", "shop"), {"other": OWN}, False),
    (("hidden", "shop"), {}, False),
    # The standard library of another Python has it; a backport is proof.
    (("removed", "cgi"), {"cgi": "/usr/lib/python3.11/cgi.py"}, False),
    (("removed", "cgi"), {"cgi": "/x/site-packages/cgi.py"}, True),
    (("removed", "distutils"), {"distutils": SETUPTOOLS}, False),
    # What is not about a module stays.
    (("", ""), {"shop": OWN, "": OWN}, False),
]


def said(rule: str, claim: tuple[str, str] = ("", "")) -> Finding:
    return Finding(rule, "wsgi.py", 1, "x", claim=claim)


class DisprovedTest(unittest.TestCase):
    """The table, with a failure and without one."""

    def test_what_setuptools_has_may_be_missing_on_pythonanywhere(self) -> None:
        for file, level in (
            (SETUPTOOLS, "warning"),
            ("/usr/lib/python3.11/distutils/__init__.py", "error"),
            ("/home/alice/setuptools/distutils.py", "error"),
        ):
            with self.subTest(file):
                finding = said("python-version", ("removed", "distutils"))
                disproved([finding], {"distutils": file})
                self.assertEqual(finding.level, level)
                self.assertEqual(
                    "setuptools" in finding.consequence, file == SETUPTOOLS
                )

    def test_claims(self) -> None:
        rules = {"hidden": "shadowed-module"}
        for claim, modules, is_disproved in CLAIMS:
            with self.subTest(claim, modules=modules):
                finding = said(rules.get(claim[0], "import-error"), claim)
                rest = disproved([finding], modules)
                self.assertEqual(rest, [] if is_disproved else [finding])

    def test_others_stay_in_their_order(self) -> None:
        first, last = said("relative-path"), said("secret-in-source")
        gone = said("import-error", ("missing", "shop"))
        self.assertEqual(disproved([first, gone, last], {"shop": OWN}), [first, last])

    def test_hidden_module_may_be_why_the_app_fails(self) -> None:
        hidden = said("shadowed-module", ("hidden", "shop"))
        for rule in ("error-response", "import-error"):
            failure = said(rule)
            with self.subTest(rule):
                both = [hidden, failure]
                self.assertEqual(disproved(both, {"shop": OWN}), both)

    def test_package_in_the_project_with_the_name_of_a_requirement(self) -> None:
        files = {
            "wsgi.py": PATH + "import shop_lib\n" + PLAIN,
            "shop_lib/__init__.py": "",
            "requirements.txt": "shop-lib\n",
        }
        broken = {**files, "wsgi.py": PATH + "from shop_lib import Shop\n" + PLAIN}
        for app, options, rules in (
            (files, [], []),
            (files, ["--no-load"], ["shadowed-module"]),
            (broken, [], ["shadowed-module", "import-error"]),
        ):
            with self.subTest(options=options, rules=rules), project(app) as folder:
                found = check_soon(folder, *options)["findings"]
                self.assertEqual([one["rule"] for one in found], rules)


if __name__ == "__main__":
    unittest.main()
