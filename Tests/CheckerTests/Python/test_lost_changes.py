"""Changes of an SQLite database that nothing commits, and those that something keeps."""

from __future__ import annotations

import ast
import sqlite3
import sys
import tempfile
import types
import unittest
import unittest.mock
from typing import Any

from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.source_rules import sqlite_writes

# Texts at the top of the file; the last one is not certain.
TEXTS = """MEMORY = ':memory:'
TABLE = 'create table if not exists t(a)'
ADD: str = 'insert into t values (1)'
KEEP = 'begin immediate'
TWICE = 'select 1'
TWICE = 'commit'
"""
OPEN = "db = sqlite3.connect(FILE)\n    "
INSERT = "db.execute('insert into t values (1)')"
# The code of a function, and which line of it loses a change; 0 if none does for certain.
CASES = (
    (f"{OPEN}{INSERT}", 2),
    (f"{OPEN}{INSERT}\n    db.close()", 2),
    (f"{OPEN}db.row_factory = sqlite3.Row\n    {INSERT}", 3),
    (f"{OPEN}c = db.cursor()\n    c.execute('UPDATE t SET a = ?', (1,))", 3),
    (f"{OPEN}db.cursor().executemany('delete from t where a = ?', x)", 2),
    (f"{OPEN}if x:\n        {INSERT}\n    return db.execute('select 1').fetchall()", 3),
    (f"{OPEN}db.execute(f'insert into {{t}} values (1)')", 2),
    (f"{OPEN}{INSERT}\n    db.commit()", 0),
    (f"{OPEN}with db:\n        {INSERT}", 0),
    (f"with sqlite3.connect(FILE) as db:\n        {INSERT}", 0),
    (f"{OPEN}{INSERT}\n    keep(db)", 0),
    (f"{OPEN}{INSERT}\n    return db", 0),
    (f"{OPEN}{INSERT}\n    self.db = db", 0),
    (f"{OPEN}db.isolation_level = None\n    {INSERT}", 0),
    (f"db = sqlite3.connect(FILE, isolation_level=None)\n    {INSERT}", 0),
    (f"db = sqlite3.connect(FILE, autocommit=True)\n    {INSERT}", 0),
    (f"db = sqlite3.connect(':memory:')\n    {INSERT}", 0),
    (f"db = sqlite3.connect('file:x?mode=memory')\n    {INSERT}", 0),
    (f"db = sqlite3.connect(MEMORY)\n    {INSERT}", 0),
    (f"name = ':memory:'\n    db = sqlite3.connect(name)\n    {INSERT}", 0),
    (f"db = connect()\n    {INSERT}", 0),
    (f"global db\n    {OPEN}{INSERT}", 0),
    (f"{OPEN}{INSERT}\n    db.rollback()", 0),
    (f"{OPEN}{INSERT}\n    db.executescript('select 1')", 0),
    (f"{OPEN}{INSERT}\n    db.execute('COMMIT')", 0),
    (f"{OPEN}db.execute('create temp table t(a)')\n    {INSERT}", 0),
    (f"{OPEN}db.execute(SQL)\n    {INSERT}", 0),
    (f"{OPEN}db.execute(TABLE)\n    {INSERT}", 3),
    (f"{OPEN}db.execute(ADD)", 2),
    (f"{OPEN}db.execute(KEEP)\n    {INSERT}", 0),
    (f"{OPEN}db.execute(TWICE)\n    {INSERT}", 0),
    (f"TABLE = x\n    {OPEN}db.execute(TABLE)\n    {INSERT}", 0),
    (f"from a import TABLE\n    {OPEN}db.execute(TABLE)\n    {INSERT}", 0),
    (f"from a import *\n    {OPEN}db.execute(TABLE)\n    {INSERT}", 0),
    (f"{OPEN}c = db.execute('select 1')\n    {INSERT}\n    c.connection.commit()", 0),
    (f"{OPEN}def add():\n        {INSERT}\n    add()\n    db.commit()", 0),
    (f"{OPEN}{INSERT}\n    yield db.execute('select 1')", 0),
    (f"{OPEN}db.execute('select 1 from t')", 0),
    (f"{OPEN}db = wrap(db)\n    {INSERT}", 0),
    (f"{OPEN}other.execute('insert into t values (1)')", 0),
)


class LostChangeTest(unittest.TestCase):
    """The rule by itself, and Python's module, which it describes."""

    def test_cases(self) -> None:
        for code, line in CASES:
            tree = ast.parse(f"{TEXTS}def f(x):\n    {code}\n")
            module: Any = types.SimpleNamespace(file="a.py", tree=tree)
            with (
                self.subTest(code),
                unittest.mock.patch.object(
                    sqlite_writes, "library_name", lambda node, _: ast.unparse(node)
                ),
            ):
                lines = [finding.line for finding in sqlite_writes.judge(module)]
                wanted = [line + 1 + TEXTS.count("\n")] if line else []
                self.assertEqual(lines, wanted)

    def test_the_changes_are_lost(self) -> None:
        """What is told is so, and what is not told keeps its change."""
        for code, line in (CASES[0], CASES[2], CASES[7]):
            with self.subTest(code), tempfile.TemporaryDirectory() as folder:
                names: dict[str, Any] = {"sqlite3": sqlite3, "FILE": f"{folder}/a.db"}
                made = sqlite3.connect(names["FILE"])
                made.execute("create table t(a)")
                made.commit()
                exec(f"def f(x):\n    {code}\n    db.close()\n", names)  # noqa: S102
                names["f"](1)
                count = made.execute("select count(*) from t").fetchone()[0]
                made.close()
                self.assertEqual(count, 0 if line else 1)

    def test_many_functions(self) -> None:
        """The file is read once for all of them."""
        code = f"    {OPEN}db.execute(ADD)\n"
        tree = ast.parse(TEXTS + "".join(f"def f{n}():\n{code}" for n in range(500)))
        module: Any = types.SimpleNamespace(file="a.py", tree=tree)
        walks = unittest.mock.Mock(wraps=sqlite_writes.module_constants)
        with (
            unittest.mock.patch.object(
                sqlite_writes, "library_name", lambda node, _: ast.unparse(node)
            ),
            unittest.mock.patch.object(sqlite_writes, "module_constants", walks),
        ):
            self.assertEqual(len(list(sqlite_writes.judge(module))), 500)
        self.assertEqual(walks.call_count, 1)

    def test_a_project(self) -> None:
        code = (
            "import sqlite3\nfrom pathlib import Path\n\n\n"
            "def application(environ, start_response):\n"
            "    db = sqlite3.connect(Path(__file__).parent / 'a.db')\n"
            "    db.execute('insert into t values (1)')\n"
        )
        with project({"wsgi.py": code}) as folder:
            [found] = check_soon(folder, "--no-load")["findings"]
        self.assertEqual((found["rule"], found["line"]), ("lost-change", 7))


if __name__ == "__main__":
    unittest.main()
