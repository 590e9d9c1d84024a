"""The validator that each document of ``deploy --json`` passes in all of these tests."""

from __future__ import annotations

import copy
from typing import Any
from unittest import mock

import deployment_schema
from support import HANDLER, DeployTest, write

# isort: split
from pa_new_deploy.report import Report


class SchemaTest(DeployTest):
    """What it lets pass, and what not."""

    def test_documents_of_each_kind(self) -> None:
        folder = self.folder(HANDLER)
        write(folder, {".env": "A=1\n"})
        for options, code in (
            (("--dry-run",), 0),
            ((), 0),
            ((), 0),
            (("--check-errors", "1"), 1),
            (("--no-such-option",), 64),
            (("--include", "nowhere"), 64),
        ):
            run = self.deploy(folder, "--json", *options, code=code)
            self.assertEqual(
                deployment_schema.problems(run.document, deployment_schema.schema()), []
            )

    def test_an_undo_with_a_mistake_names_the_domain(self) -> None:
        run = self.undo("--json", "--no-such-option", code=64)
        self.assertEqual(run.document["domain"], "alice.pythonanywhere.com")

    def test_each_rule_can_be_broken(self) -> None:
        folder = self.folder(HANDLER)
        write(folder, {".env": "A=1\n"})
        good = self.deploy(folder, "--json").document
        bad = self.deploy(folder, "--json", "--check-errors", "1", code=1).document
        calls = self.deploy(folder, "--json", "--dry-run").document

        def broken(document: dict[str, Any], *path: Any, value: Any) -> list[str]:
            changed = copy.deepcopy(document)
            place: Any = changed
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            return deployment_schema.problems(changed, deployment_schema.schema())

        cases: list[tuple[dict[str, Any], tuple[Any, ...], tuple[Any, ...]]] = [
            (good, ("version",), (2, True, "1", None, 1.0)),
            (good, ("dryRun",), ("no", 0, None)),
            (good, ("domain",), ("", 5)),
            (good, ("uploaded",), (None, [1], [""], {}, ["a", None])),
            (good, ("unchanged",), (-1, 1.5, True, "0")),
            (good, ("backup",), (5, [])),
            (good, ("undocumented",), (1, None)),
            (good, ("leftFiles", 0, "kind"), ("other", None, "")),
            (good, ("leftFiles", 0, "undocumented"), (1,)),
            (good, ("page", "url"), ("ftp://a", "")),
            (good, ("page", "status"), (99, 600, "200", True)),
            (good, ("page", "greets"), ("yes", 1)),
            (calls, ("calls", 0, "method"), ("HEAD", "get", None)),
            (bad, ("error", "what"), ("", None)),
            (bad, ("error",), ({}, "text")),
        ]
        for document, path, values in cases:
            self.assertEqual(broken(document, "version", value=1), [])
            for value in values:
                with self.subTest(path=path, value=value):
                    self.assertNotEqual(broken(document, *path, value=value), [])
        for key in deployment_schema.schema()["required"]:
            less = {name: value for name, value in good.items() if name != key}
            found = deployment_schema.problems(less, deployment_schema.schema())
            self.assertEqual(found, [f"$: {key} is missing"])

    def test_every_test_that_prints_one_validates_it(self) -> None:
        original = Report._document

        def document(report: Report, *given: Any) -> dict[str, Any]:
            return {**original(report, *given), "undocumented": 1}

        patch = mock.patch.object(Report, "_document", document)
        with patch, self.assertRaisesRegex(AssertionError, "undocumented"):
            self.deploy(self.folder(HANDLER), "--json")

    def test_a_keyword_that_it_does_not_know(self) -> None:
        with self.assertRaises(NotImplementedError):
            deployment_schema.problems({}, {"oneOf": []})
