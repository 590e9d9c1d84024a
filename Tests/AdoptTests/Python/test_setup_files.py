"""The packages that ``setup.cfg`` and ``setup.py`` list; neither is run."""

from __future__ import annotations

import unittest

from support import FLASK, adopt, project

SETUP = "from setuptools import setup\n\n"
CONFIGURATION = """\
[metadata]
name = shop

[options]
packages = find:
install_requires =
    flask>=3  # the framework
    # a comment
    requests[socks] ; python_version >= "3.9"
python_requires = >=3.9

[options.extras_require]
tests = pytest
"""


class SetupFilesTest(unittest.TestCase):
    def check(self, files: dict[str, str], place: str, *lines: str) -> list[str]:
        """Check the list of packages, and return the notes."""
        with project({"app.py": FLASK, **files}) as folder:
            document = adopt(folder)
        found = document["requirements"]
        self.assertEqual((found["from"], tuple(found["lines"])), (place, lines))
        notes: list[str] = document["notes"]
        return notes

    def check_guessed(self, program: str) -> None:
        """Check that a program says nothing, and the imports are read instead."""
        notes = self.check({"setup.py": program}, "", "Flask")
        self.assertTrue(any("guess" in note for note in notes), notes)

    def test_configuration(self) -> None:
        self.check(
            {"setup.cfg": CONFIGURATION, "setup.py": SETUP + "setup()\n"},
            "setup.cfg:6",
            "flask>=3",
            'requests[socks] ; python_version >= "3.9"',
        )
        one_line = "[options]\ninstall_requires = flask>=3; requests\n"
        self.check({"setup.cfg": one_line}, "setup.cfg:2", "flask>=3", "requests")

    def test_configuration_without_a_list(self) -> None:
        for text in (
            "",
            "[options]\n",
            "[options]\ninstall_requires =\n",
            "[options]\ninstall_requires = file: packages.in\n",
            "install_requires = flask\n",  # in no section
            "[options\ninstall_requires = flask\n",
            "\0",
        ):
            with self.subTest(text=text):
                self.check({"setup.cfg": text}, "", "Flask")

    def test_program(self) -> None:
        named = "requires = [\n    'flask',\n    'pyramid_jinja2>=2.7',\n]\n"
        self.check(
            {"setup.py": f"{SETUP}{named}setup(install_requires=requires)\n"},
            "setup.py:3",
            "flask",
            "pyramid_jinja2>=2.7",
        )
        direct = (
            "import setuptools\n\nsetuptools.setup(\n    install_requires=('flask',))\n"
        )
        self.check({"setup.py": direct}, "setup.py:4", "flask")
        total = "base = ['flask']\nsetup(install_requires=base + ['six'])\n"
        self.check({"setup.py": SETUP + total}, "setup.py:4", "flask", "six")
        text = "setup(install_requires='''\nflask\nsix\n''')\n"
        self.check({"setup.py": SETUP + text}, "setup.py:3", "flask", "six")

    def test_program_that_computes_the_list(self) -> None:
        for code in (
            "setup(install_requires=open('list.txt').read().split())\n",
            "requires = ['flask']\nrequires = ['six']\nsetup(install_requires=requires)\n",
            "setup(install_requires=['flask', SIX])\n",
            "setup(install_requires=requires)\n",
            "requires = requires\nsetup(install_requires=requires)\n",
            "setup(install_requires=[])\n",
            "setup(**{'install_requires': ['flask']})\n",
            "setup(install_requires=" + "(" * 2_000 + "\n",
            "print 'Python 2'\n",
            "setup(install_requires=['--index-url https://example.com', '\\n-e .'])\n",
        ):
            with self.subTest(code=code[:60]):
                self.check_guessed(SETUP + code)

    def test_a_list_comes_before_it(self) -> None:
        files = {
            "setup.py": SETUP + "setup(install_requires=['six'])\n",
            "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["flask"]\n',
        }
        self.check(files, "pyproject.toml:3", "flask")


if __name__ == "__main__":
    unittest.main()
