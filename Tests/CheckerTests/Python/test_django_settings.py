"""Mistakes in Django's settings: the line of the setting is named."""

from __future__ import annotations

import unittest

from support import check_soon, project

WSGI = """import os
import sys

sys.path.insert(0, "/home/alice/mysite")

os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""
SETTINGS = """SECRET_KEY = "x"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site1.urls"
INSTALLED_APPS = ["django.contrib.contenttypes"]
"""
URLS = """from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("x"))]
"""
MODELS = "from django.db import models\n\n\nclass Tea(models.Model):\n    pass\n"
FILES = {
    "alice_pythonanywhere_com_wsgi.py": WSGI,
    "site1/__init__.py": "",
    "site1/urls.py": URLS,
    "polls/__init__.py": "",
    "polls/models.py": MODELS,
}

# The settings, the view's module, the line of the settings, and what is said.
CASES = (
    (
        SETTINGS.replace('["*"]', '"a.com"'),
        URLS,
        2,
        "refuses the setting ALLOWED_HOSTS",
    ),
    (SETTINGS + 'INSTALLED_APPS.append("polls2")\n', URLS, 5, "no module polls2"),
    (SETTINGS + 'INSTALLED_APPS += ["polls2"]\n', URLS, 5, "no module polls2"),
    (
        SETTINGS,
        URLS + "import polls.models\n",
        4,
        "of `polls`, which is not in INSTALLED",
    ),
    (SETTINGS, URLS, 0, ""),
)


class SettingsTest(unittest.TestCase):
    """One check of each."""

    def test_the_line_of_the_setting(self) -> None:
        for settings, urls, line, words in CASES:
            files = {**FILES, "site1/settings.py": settings, "site1/urls.py": urls}
            with self.subTest(words), project(files) as folder:
                found = check_soon(folder)["findings"]
                found = [f for f in found if f["severity"] == "error"]
                places = [(f["file"], f["line"]) for f in found]
                self.assertEqual(places, [("site1/settings.py", line)] if line else [])
                self.assertIn(words, found[0]["message"] if found else "")


if __name__ == "__main__":
    unittest.main()
