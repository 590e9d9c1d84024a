"""What is installed and what it provides, in a made-up ``site-packages``."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from support import CHECKER

sys.path.insert(0, str(CHECKER))

from pa_new_check import distributions
from pa_new_check.installed import Installation
from pa_new_check.module_names import known_distribution, meant_module
from pa_new_check.project_requirements import Listed, Requirements

# Folders of metadata, and their files.
PACKAGES: dict[str, dict[str, str]] = {
    "flask-3.1.0.dist-info": {
        "METADATA": "Name: Flask\nRequires-Python: >=3.9\nRequires-Dist: Werkzeug>=3\n"
        'Requires-Dist: asgiref>=3; extra == "async"\n'
        'Requires-Dist: old-one; python_version < "3.10"\n'
        "\nRequires-Dist: prose\n",
        "RECORD": "flask/__init__.py,,\nflask/app.py,,\n../../../bin/flask,,\n",
    },
    "werkzeug-3.0.dist-info": {
        "METADATA": "Name: Werkzeug\n",
        "RECORD": "werkzeug/__init__.py,,\n",
    },
    "asgiref-3.0.dist-info": {
        "METADATA": "Name: asgiref\n",
        "RECORD": "asgiref/a.py,,",
    },
    "old_one-1.dist-info": {"METADATA": "Name: old-one\n", "RECORD": "old.py,,\n"},
    "bundle-1.dist-info": {
        "METADATA": "Name: bundle\nRequires-Dist: flask[async]\n",
        "RECORD": "bundle.cpython-313-x86_64-linux-gnu.so,,\n",
    },
    # Two share a package.
    "google_auth-2.dist-info": {
        "METADATA": "Name: google-auth\n",
        "RECORD": "google/auth/__init__.py,,\ngoogle/oauth2/__init__.py,,\n",
    },
    "google_cloud_storage-2.dist-info": {
        "METADATA": "Name: google-cloud-storage\nRequires-Dist: google-auth\n",
        "RECORD": "google/cloud/storage/__init__.py,,\n",
    },
    # As Debian, an old `setup.py install` and an editable installation leave them.
    "PyYAML-6.0.egg-info": {
        "top_level.txt": "yaml\n_yaml\n",
        "PKG-INFO": "Name: PyYAML\n",
    },
    "web.py-0.62-py3.12.egg-info": {"installed-files.txt": "../web/a.py\nPKG-INFO\n"},
    "mine-1.dist-info": {
        "METADATA": "Name: mine\n",
        "top_level.txt": "own\n",
        "RECORD": "__editable__.mine-1.pth,,\n__editable___mine_finder.py,,\n",
    },
    "odd.dist-info": {"METADATA": "Name: odd\n"},
    "empty-1.dist-info": {},
}

# A module, and who has it.
PROVIDERS: list[tuple[str, list[str]]] = [
    ("flask", ["Flask"]),
    ("flask.app", ["Flask"]),
    ("old", ["old-one"]),
    ("bundle", ["bundle"]),
    ("google.auth", ["google-auth"]),
    ("google.oauth2.service_account", ["google-auth"]),
    ("google.cloud.storage", ["google-cloud-storage"]),
    ("google.cloud.storage.Client", ["google-cloud-storage"]),
    ("google", ["google-auth", "google-cloud-storage"]),
    ("google.cloud", ["google-cloud-storage"]),
    ("google.cloud.vision", []),
    ("google.nowhere", []),
    ("yaml", ["PyYAML"]),
    ("web", ["web-py"]),
    ("own", ["mine"]),
    ("bin", []),
    ("prose", []),
]


@contextlib.contextmanager
def installed() -> Iterator[Installation]:
    """Write the packages into a folder, and take them for those installed here."""
    with tempfile.TemporaryDirectory() as place:
        for folder, files in PACKAGES.items():
            Path(place, folder).mkdir()
            for name, text in files.items():
                Path(place, folder, name).write_text(text, "utf-8")
        found = Installation([place, "/nowhere"])
        with mock.patch.object(distributions, "installation", lambda: found):
            yield found


def listed(*names: str) -> Requirements:
    """Return the requirements of a ``requirements.txt``: names, with extras or not."""
    found = Requirements()
    for line in names:
        name, _, extra = line.partition("[")
        extras = frozenset((extra[:-1],)) if extra else frozenset[str]()
        found.listed[name] = Listed(name, "", "requirements.txt", 1, extras)
    return found


class InstallationTest(unittest.TestCase):
    """The index of the installed metadata."""

    def test_providers(self) -> None:
        with installed() as found:
            for module, names in PROVIDERS:
                with self.subTest(module):
                    have = sorted(one.name for one in found.providers(module))
                    self.assertEqual(have, names)

    def test_fields(self) -> None:
        with installed():
            self.assertEqual(distributions.version_of("FLASK"), "3.1.0")
            self.assertEqual(distributions.python_of("flask"), ">=3.9")
            self.assertEqual(distributions.version_of("web_py"), "0.62")
            self.assertEqual(distributions.version_of("odd"), "")

    def test_no_file_of_a_package_is_looked_at(self) -> None:
        """The records are read once; what they list need not be there."""
        with installed() as found, mock.patch("os.stat", side_effect=AssertionError):
            self.assertEqual([one.name for one in found.providers("flask")], ["Flask"])


class ProvidesTest(unittest.TestCase):
    """Modules of the listed packages, and of what these need."""

    def test_provides(self) -> None:
        for names, module, python, is_provided in (
            (["flask"], "flask", (3, 13), True),
            (["flask"], "werkzeug", (3, 13), True),
            (["flask"], "asgiref", (3, 13), False),
            (["flask[async]"], "asgiref", (3, 13), True),
            (["bundle"], "asgiref", (3, 13), True),
            (["flask"], "old", (3, 9), True),
            (["flask"], "old", (3, 13), False),
            (["google-cloud-storage"], "google.cloud.storage", (3, 13), True),
            (["google-cloud-storage"], "google.auth", (3, 13), True),
            (["google-auth"], "google.cloud.storage", (3, 13), False),
            (["google-cloud-storage"], "google.cloud.vision", (3, 13), False),
            (["werkzeug"], "flask", (3, 13), False),
            (["beautifulsoup4"], "bs4", (3, 13), True),
            (["opencv-python-headless"], "cv2", (3, 13), True),
            (["opencv-python"], "cv2.data", (3, 13), True),
            (["psycopg2"], "psycopg2.extras", (3, 13), True),
            (["django"], "asgiref", (3, 13), True),  # not installed, but known
        ):
            with self.subTest(names=names, module=module, python=python), installed():
                found = distributions.provides(listed(*names), module, python)
                self.assertEqual(found, is_provided)

    def test_unlisted(self) -> None:
        for names, module, name in (
            (["werkzeug"], "flask", "Flask"),
            (["flask"], "werkzeug", ""),
            (["flask"], "google.auth", "google-auth"),
            (["google-cloud-storage"], "google.auth", ""),
            (["flask"], "google.nowhere", ""),
            (["not-installed"], "flask", ""),
        ):
            with self.subTest(names=names, module=module), installed():
                self.assertEqual(
                    distributions.unlisted(listed(*names), module, (3, 13)), name
                )


class NamesTest(unittest.TestCase):
    """Well-known names, and no guesses."""

    def test_known(self) -> None:
        for module, name in (
            ("yaml", "PyYAML"),
            ("flask_login", "flask-login"),
            ("rest_framework.views", "djangorestframework"),
            ("google.cloud.storage.blob", "google-cloud-storage"),
            ("google", ""),
            ("google.cloud.no_such", ""),
            ("mysql.connector", "mysql-connector-python"),
            ("shop_lib", ""),
        ):
            with self.subTest(module):
                self.assertEqual(known_distribution(module), name)

    def test_installed_metadata_comes_first(self) -> None:
        with installed():
            self.assertEqual(distributions.distribution_of("own"), "mine")
            self.assertEqual(distributions.distribution_of("bs4"), "beautifulsoup4")
            self.assertEqual(distributions.distribution_of("nowhere"), "")

    def test_meant(self) -> None:
        for name, module in (
            ("Flask", "flask"),
            ("beautifulsoup4", "bs4"),
            ("python_dotenv", "dotenv"),
            ("pil", "PIL"),
            ("discord_py", "discord"),
            ("flask", ""),
            ("shop_lib", ""),
        ):
            with self.subTest(name):
                self.assertEqual(meant_module(name), module)


if __name__ == "__main__":
    unittest.main()
