"""The steps that the API cannot do: after which deployments they are told, and how."""

from __future__ import annotations

import json

from support import FLASK, HANDLER, DeployTest, write

# isort: split
from pa_new_deploy.host_steps import Step, parse, sentences
from pa_new_deploy.package_choice import Packages

TABLES = json.dumps(
    {"action": "make the tables", "commands": ["python3.13 -m hello init-db"]}
)
PASSWORD = json.dumps({"action": "On the Databases tab, set it.", "commands": []})
TITLE = "Do this on PythonAnywhere, if you have not done it yet:\n"


class HostStepsTest(DeployTest):
    """What a deployment says last."""

    def test_they_are_the_last_words_of_a_deployment_that_changes_something(
        self,
    ) -> None:
        folder = self.folder(HANDLER)
        steps = (f"--step={PASSWORD}", f"--step={TABLES}")
        words = (
            f"{TITLE}"
            "  1. On the Databases tab, set it.\n"
            "  2. In a Bash console, make the tables:\n"
            "         cd /home/alice/hello\n"
            "         python3.13 -m hello init-db\n"
        )
        run = self.deploy(folder, *steps)
        self.assertTrue(run.out.endswith(words), run.out)
        run = self.deploy(folder, *steps)
        self.assertNotIn(TITLE, run.out)
        write(folder, {"hello/more.py": "x = 1\n"})
        run = self.deploy(folder, *steps)
        self.assertTrue(run.out.endswith(words), run.out)

    def test_a_page_that_fails_hides_nothing(self) -> None:
        broken = {**HANDLER, "wsgi.py": "raise RuntimeError('no tables')\n"}
        run = self.deploy(self.folder(broken), f"--step={TABLES}", "--json", code=1)
        commands = run.document["steps"][0]["commands"]
        self.assertEqual(
            commands, ["cd /home/alice/hello", "python3.13 -m hello init-db"]
        )

    def test_a_project_without_steps_says_nothing(self) -> None:
        run = self.deploy(self.folder(HANDLER), "--json")
        self.assertEqual(run.document["steps"], [])
        self.assertEqual(sentences([]), [])

    def test_a_virtualenv_is_activated_first(self) -> None:
        self.install("flask-3.1.0")
        run = self.deploy(self.folder(FLASK), f"--step={TABLES}")
        self.assertIn(
            "         source /home/alice/.virtualenvs/hello/bin/activate\n"
            "         cd /home/alice/hello\n",
            run.out,
        )
        hostile = parse(
            [TABLES, PASSWORD], "/home/alice/my site", Packages("/home/alice/a;b")
        )
        self.assertEqual(
            hostile[0].commands[:2],
            ["source '/home/alice/a;b/bin/activate'", "cd '/home/alice/my site'"],
        )
        self.assertEqual(hostile[1], Step("On the Databases tab, set it.", []))
