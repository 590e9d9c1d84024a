"""The public specification of Mustache, for the engine of the projects with handlers.

``MUSTACHE_SPEC`` is the folder with its data. The engine has the core modules,
inheritance and lambdas; the template of a page has no dynamic names.
"""

from __future__ import annotations

import itertools
import json
import os
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hello.web.mustache import Template

FOLDER = Path(os.environ["MUSTACHE_SPEC"])
# The number of cases of each module.
MODULES = {
    "comments": 12,
    "delimiters": 14,
    "interpolation": 42,
    "inverted": 22,
    "partials": 12,
    "sections": 34,
    "~inheritance": 27,
    "~lambdas": 10,
}
_calls = itertools.count(1)
# The functions of the module `~lambdas`, which the data has as source code.
LAMBDAS: dict[str, Callable[..., Any]] = {
    "Interpolation": lambda: "world",
    "Interpolation - Expansion": lambda: "{{planet}}",
    "Interpolation - Alternate Delimiters": lambda: "|planet| => {{planet}}",
    "Interpolation - Multiple Calls": lambda: next(_calls),
    "Escaping": lambda: ">",
    "Section": lambda text: "yes" if text == "{{x}}" else "no",
    "Section - Expansion": lambda text: f"{text}{{{{planet}}}}{text}",
    "Section - Alternate Delimiters": lambda text: (
        f"{text}{{{{planet}}}} => |planet|{text}"
    ),
    "Section - Multiple Calls": lambda text: f"__{text}__",
    "Inverted Section": lambda text: "",
}


class SpecificationTest(unittest.TestCase):
    """Case by case."""

    def test_specification(self) -> None:
        for module, count in MODULES.items():
            text = Path(FOLDER, module + ".json").read_text(encoding="utf-8")
            tests = json.loads(text)["tests"]
            self.assertEqual(len(tests), count, module)
            for test in tests:
                with self.subTest(f"{module}: {test['name']}"):
                    self.assertEqual(self.render(module, test), test["expected"])

    def render(self, module: str, test: dict[str, Any]) -> str:
        data = test["data"]
        if module == "~lambdas":
            data["lambda"] = LAMBDAS[test["name"]]
        partials = {
            name: Template(text, name)
            for name, text in test.get("partials", {}).items()
        }
        main = Template(test["template"], test["name"])
        for template in (main, *partials.values()):
            template.partials = partials
        return main.render(data)


if __name__ == "__main__":
    unittest.main()
