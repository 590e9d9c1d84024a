"""Django's models: their migrations, and the setting for users."""

from __future__ import annotations

import importlib.util
import unittest
from collections.abc import Mapping
from typing import Any

from support import check_soon, project

WSGI = """import os
import sys

sys.path.insert(0, "/home/alice/shop")
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""
SETTINGS = """SECRET_KEY = "x"
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["alice.pythonanywhere.com"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "goods"]
"""
URLS = """from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("hi"))]
"""
MODELS = """from django.db import models


class Product(models.Model):
    name = models.CharField(max_length=10)
"""
MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            "Product",
            [
                ("id", models.BigAutoField(primary_key=True, auto_created=True)),
                ("name", models.CharField(max_length=10)),
            ],
        )
    ]
"""
USERS = """from django.contrib.auth.models import AbstractUser


class Member(AbstractUser):
    pass
"""
FILES: Mapping[str, str] = {
    "wsgi.py": WSGI,
    "settings.py": SETTINGS,
    "urls.py": URLS,
    "goods/__init__.py": "",
    "goods/models.py": MODELS,
    "goods/migrations/__init__.py": "",
    "goods/migrations/0001_initial.py": MIGRATION,
}
MORE = "    price = models.IntegerField(default=0)\n"
HELPED = MODELS.replace("=10)", '=10, help_text="the name")')


def without(*names: str) -> dict[str, str]:
    """Return the files of the project, without some."""
    return {name: text for name, text in FILES.items() if name not in names}


INITIAL, PACKAGE = "goods/migrations/0001_initial.py", "goods/migrations/__init__.py"
# What the project has, the place of the finding, and words of it; "" if there is none.
CASES: dict[str, tuple[dict[str, str], str, str]] = {
    "a migration for each model": (dict(FILES), "", ""),
    "no folder of migrations": (
        without(INITIAL, PACKAGE),
        "goods/models.py:4 warning",
        "A model has no migration",
    ),
    "an empty folder of migrations": (
        without(INITIAL),
        "goods/models.py:4 warning",
        "A model has no migration",
    ),
    "a field that is new": (
        {**FILES, "goods/models.py": MODELS + MORE},
        "goods/models.py:4 warning",
        "A change of a model has no migration: add field price to product",
    ),
    "a field that is gone": (
        {**FILES, "goods/models.py": MODELS[: MODELS.index("    name")] + "    pass\n"},
        "goods/models.py:4 warning",
        "remove field name from product",
    ),
    "a change that the database does not see": (
        {**FILES, "goods/models.py": HELPED},
        "",
        "",
    ),
    "models without tables of their own": (
        {
            **without(INITIAL, PACKAGE),
            "goods/models.py": MODELS
            + "\n    class Meta:\n        managed = False\n\n\nclass Other(Product):\n"
            + "    class Meta:\n        proxy = True\n",
        },
        "",
        "",
    ),
    "a migration that cannot be read": ({**FILES, INITIAL: "1 / 0\n"}, "", ""),
    "a model for users that nobody names": (
        {**without(INITIAL, PACKAGE), "goods/models.py": USERS},
        "goods/models.py:4 warning",
        "The model `Member` is for users, and the settings do not name it",
    ),
}


@unittest.skipUnless(importlib.util.find_spec("django"), "Django is not installed")
class ModelTest(unittest.TestCase):
    """One check of each project."""

    def findings(self, files: Mapping[str, str]) -> list[dict[str, Any]]:
        with project(files, "shop") as folder:
            report = check_soon(folder, "--account=alice")
        findings: list[dict[str, Any]] = report["findings"]
        return findings

    def test_models(self) -> None:
        for name, (files, place, words) in CASES.items():
            with self.subTest(name):
                found = [
                    (f"{f['file']}:{f['line']} {f['severity']}", f["message"])
                    for f in self.findings(files)
                    if f["rule"] == "django-model"
                ]
                self.assertEqual({place for place, _ in found}, {place} - {""}, found)
                self.assertTrue(not place or words in found[0][1], found)

    def test_each_model_is_told(self) -> None:
        other = "\n\nclass Other(models.Model):\n    pass\n"
        found = self.findings({**without(INITIAL), "goods/models.py": MODELS + other})
        self.assertEqual([f["line"] for f in found], [4, 8])

    def test_the_fix_names_the_app_and_the_model(self) -> None:
        [found] = self.findings(without(INITIAL))
        self.assertIn("manage.py makemigrations goods`", found["fix"])
        files = {**without(INITIAL, PACKAGE), "goods/models.py": USERS}
        fixes = [found["fix"] for found in self.findings(files)]
        self.assertTrue(any('AUTH_USER_MODEL = "goods.Member"' in fix for fix in fixes))

    def test_a_setting_that_names_no_model(self) -> None:
        form = "AUTH_USER_MODEL must be of the form 'app_label.model_name'"
        none = "AUTH_USER_MODEL refers to model 'none.User' that has not been installed"
        for name, words in (("none.User", none), ("User", form), ("", form)):
            with self.subTest(name):
                settings = SETTINGS + f'\nAUTH_USER_MODEL = "{name}"\n'
                [found] = self.findings({**FILES, "settings.py": settings})
                place = (found["rule"], found["file"], found["line"])
                self.assertEqual(place, ("import-error", "settings.py", 7))
                self.assertIn(words, found["message"])
                self.assertIn("INSTALLED_APPS", found["fix"])

    def test_a_request_that_needs_the_model_for_users(self) -> None:
        urls = "from django.contrib.auth import get_user_model\n\nget_user_model()\n"
        settings = SETTINGS.replace('"django.contrib.auth", ', "")
        settings += 'AUTH_USER_MODEL = "none.User"\n'
        found = self.findings(
            {**FILES, "settings.py": settings, "urls.py": urls + URLS}
        )
        errors = [f for f in found if f["rule"] == "error-response"]
        self.assertEqual([(f["file"], f["line"]) for f in errors], [("settings.py", 6)])


if __name__ == "__main__":
    unittest.main()
