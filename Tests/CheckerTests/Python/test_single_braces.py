"""Tags of Mustache that a page shows as they are, and braces that are none."""

from __future__ import annotations

import ast
import sys
import unittest

from support import CHECKER

sys.path.insert(0, str(CHECKER))

from pa_new_check.source_rules import single_braces

TOKEN = "{{{csrf_field}}}"

# What is passed, a template, and the name that is told.
BRACES = (
    ({"name"}, "<p>{name}</p>", "name"),
    ({"name"}, "<p>{{other}} {name}</p>", "name"),
    ({"name"}, "<p>{name} {{name}}</p>", ""),
    ({"name"}, "<p>{other}</p>", ""),
    ({"name"}, "<script>f = ({name}) => 1</script><style>a{name}</style>", ""),
    ({"name"}, "<code>f'{name}'</code><pre>{name}</pre>", ""),
    ({"name"}, "{{>part}}{name}", ""),
    ({"name"}, "${name} {{{name}}} \\{name}", ""),
    (None, "{name}", ""),
    (set(), "{name}", ""),
)
# A call, and how sure it is that something is wrong.
CALLS = (
    ("write_html('<p>{name}</p>', name=1)", "warning"),
    ("write_html('<p>name</p>', name=1)", "note"),
    ("write_html('<p>{{name}}</p>', name=1)", ""),
    ("write_html('<p>{{a}}</p>', name=1)", ""),
    ("write_html('<p>{name}</p>')", ""),
    (f"write_html('<form method=post>{TOKEN}</form>')", "warning"),
    (f"write_html('<form method=post>{TOKEN}</form>', csrf_field=1)", ""),
    (f"write_html('<form method=post><pre>{TOKEN}</pre></form>')", ""),
    (f"write_html('<form method=post></form>{TOKEN}')", ""),
    (f"write_html('<form>{TOKEN}</form>')", ""),
    ("write_html('<p>{{name}}</p>')", "note"),
    ("write_html('<p>{{#name}}</p>')", ""),
    ("write_html('<!-- {{name}} --><code>{{name}}</code>')", ""),
    ("write_html('<p v-if=a>{{name}}</p>')", ""),
    ("write_html('<p>{{name}}</p><script src=a.js></script>')", ""),
    (f"write_html({'{{{a' * 40_000!r})", ""),
    (f"write_html({'<form {{{csrf_field}}}' * 10_000!r})", ""),
    ("write_html(PAGE, name=1)", ""),
    ("write_html('<p>name</p>', **names)", ""),
    ("write_html(f'<p>{name}</p>', name=1)", ""),
)


class SingleBraceTest(unittest.TestCase):
    """The rule alone, without a project."""

    def test_single_braces(self) -> None:
        for passed, html, name in BRACES:
            with self.subTest(html):
                found = list(single_braces.judge(f"\n{html}", "a.html", 1, passed))
                self.assertEqual([f.line for f in found], [2] if name else [])
        for code, level in CALLS:
            with self.subTest(code):
                [call] = [
                    n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call)
                ]
                found = list(single_braces.judge_call("a.py", call))
                self.assertEqual([f.level for f in found], [level] if level else [])


if __name__ == "__main__":
    unittest.main()
