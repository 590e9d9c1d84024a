"""Runs a workflow of GitHub's on this machine: its own commands, in its own order.

See GitHub's pages "Workflow syntax" and "Metadata syntax". What GitHub's own actions do
is done by ``github_actions.py``. Local actions and ours are read from their
``action.yml``.
"""

from __future__ import annotations

import fnmatch
import hashlib
import itertools
import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

import expressions
from github_actions import OwnActions, Place
from runner import Job, Machine, Unsupported, execute, pairs, refuse_unknown

_WORKFLOW = {"name", "on", "permissions", "concurrency", "env", "jobs"}
_JOB = {
    "name", "if", "needs", "runs-on", "timeout-minutes", "strategy", "container",
    "environment", "concurrency", "permissions", "steps", "env", "defaults", "outputs",
}  # fmt: skip
_STEP = {"name", "id", "if", "uses", "with", "run", "env", "shell", "working-directory"}
_PINNED = re.compile(r"([\w-]+/[\w/-]+)@[0-9a-f]{40}")
_OWN = ("actions/", "github/codeql-action/")


def read(path: Path) -> dict[str, Any]:
    """Read a file of YAML; its key ``on`` is a text, and no truth."""
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    if not isinstance(document, dict):
        raise Unsupported(f"{path.name} is no mapping")
    return document


@dataclass
class Event:
    """What started the workflow, and what the repository is set up with."""

    name: str = "push"
    branch: str = "main"
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    """The tag that was pushed, in the place of the branch."""


class Workflow:
    """A workflow at work."""

    def __init__(
        self,
        machine: Machine,
        event: Event,
        actions: dict[str, Path],
    ) -> None:
        self.machine = machine
        self.event = event
        self.actions = actions
        """Folders of actions that are not GitHub's, by what ``uses`` calls them."""
        self.own = OwnActions(machine, actions)
        """GitHub's own actions, with what they keep."""
        self.only: set[str] | None = None
        """The jobs to run; None is all of them."""
        self.jobs: list[Job] = []
        self.outputs: dict[str, dict[str, str]] = {}
        self.pinned: set[str] = set()
        self.temporary = machine.root
        """The folder for the temporary files of a job."""
        self.serial = 0
        self.token = ""
        """The token of the job that runs."""
        self.rights: dict[str, str] = {}
        """What that token may do."""

    def run(self, document: dict[str, Any]) -> list[Job]:
        """Run the jobs, each after those that it needs."""
        refuse_unknown(document, _WORKFLOW, "the workflow")
        if not self.is_triggered(document["on"]):
            return []
        jobs = document["jobs"]
        waiting = {k: v for k, v in jobs.items() if self.only is None or k in self.only}
        results: dict[str, str] = {}
        while waiting:
            ready = [
                name
                for name, job in waiting.items()
                if all(need in results for need in _needs(job))
            ]
            if not ready:
                raise Unsupported(f"jobs that wait for each other: {list(waiting)}")
            for name in ready:
                job = waiting.pop(name)
                needed = {need: results[need] for need in _needs(job)}
                self.give_token(job.get("permissions", document.get("permissions")))
                results[name] = self.run_job(name, job, needed, document.get("env", {}))
        return self.jobs

    def is_triggered(self, triggers: Any) -> bool:
        if isinstance(triggers, str):
            return triggers == self.event.name
        if self.event.name not in triggers:
            return False
        rule = triggers[self.event.name]
        if not isinstance(rule, dict):
            return True
        refuse_unknown(rule, {"branches", "tags", "inputs"}, f"on {self.event.name}")
        for name, declared in rule.get("inputs", {}).items():
            self.event.inputs.setdefault(name, declared.get("default", ""))
        if self.event.tag:
            tags = rule.get("tags", [])
            return any(fnmatch.fnmatch(self.event.tag, pattern) for pattern in tags)
        if "tags" in rule and "branches" not in rule:
            return False
        branches = rule.get("branches", ["**"])
        return "**" in branches or self.event.branch in branches

    def names(self, **more: Any) -> dict[str, Any]:
        event = self.event
        forge = self.machine.forge
        return {
            "github": {
                "token": self.token,
                "server_url": forge.url if forge else "https://github.com",
                "run_id": "1",
                "run_attempt": self.event.inputs.get("attempt", "1"),
                "repository_owner": "alice",
                "event_name": event.name,
                "ref": f"refs/tags/{event.tag}"
                if event.tag
                else f"refs/heads/{event.branch}",
                "ref_name": event.tag or event.branch,
                "event": {
                    "repository": {
                        "default_branch": "main",
                        "private": event.inputs.get("private") == "true",
                    },
                    "pull_request": {
                        "head": {"repo": {"full_name": event.inputs.get("head", "")}}
                    },
                },
                "rights": self.rights,
                "workspace": str(self.machine.workspace),
                "repository": "alice/hello",
            },
            "runner": {"os": "Linux", "arch": "X64", "temp": str(self.temporary)},
            "vars": event.variables,
            "secrets": event.secrets,
            "inputs": event.inputs,
            **more,
        }

    def give_token(self, permissions: Any) -> None:
        """Make the token of a job, which may do what the job says and no more."""
        self.serial += 1
        self.token = f"ghs_{self.serial}"
        permissions = permissions or {}
        if not isinstance(permissions, dict):
            raise Unsupported(f"the permissions {permissions}")
        self.rights = permissions
        rights = {f"{name}:{level}" for name, level in permissions.items()}
        rights |= {right.replace(":write", ":read") for right in rights}
        if self.machine.forge:
            self.machine.forge.tokens = {self.token: rights}

    def functions(self, folder: Path) -> dict[str, Any]:
        def hash_files(*patterns: str) -> str:
            digest, found = hashlib.sha256(), False
            for pattern in patterns:
                for path in sorted(folder.glob(pattern.replace("/**", "/**/*"))):
                    if path.is_file():
                        found = True
                        digest.update(hashlib.sha256(path.read_bytes()).digest())
            return digest.hexdigest() if found else ""

        return {
            "hashFiles": hash_files,
            "format": str.format,
            "toJSON": json.dumps,
            "cancelled": lambda: False,
            "always": lambda: True,
        }

    def run_job(
        self,
        name: str,
        job: dict[str, Any],
        needed: dict[str, str],
        environment: dict[str, str],
    ) -> str:
        refuse_unknown(job, _JOB, f"the job {name}")
        needs = {
            need: {"outputs": self.outputs.get(need, {}), "result": result}
            for need, result in needed.items()
        }
        names = self.names(needs=needs)
        folder = self.machine.workspace
        # A job does not run where one that it needs has not, unless its condition asks.
        runs = all(result == "success" for result in needed.values())
        condition = job.get("if", "true")
        functions = self.functions(folder)
        runs = runs or _runs_after_failure(condition)
        if not (runs and expressions.value(condition, names, functions)):
            self.jobs.append(Job(name, {}, "skipped"))
            return "skipped"
        matrix = job.get("strategy", {}).get("matrix", {})
        results = []
        for values in itertools.product(*matrix.values()):
            variant = dict(zip(matrix, values, strict=True))
            done = Job(name, variant)
            self.jobs.append(done)
            self.serial += 1
            home = self.machine.root / "homes" / str(self.serial)
            self.temporary = home / "temporary"
            shutil.rmtree(home, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self.temporary.mkdir(parents=True)
            given = {**environment, **job.get("env", {})}
            place = Place([], home, folder, self.names(matrix=variant, needs=needs), {})
            place.environment = {
                key: expressions.filled(text, place.names, self.functions(folder))
                for key, text in given.items()
            }
            self.own.begin_job()
            outputs = self.run_steps(done, job["steps"], place)
            if done.result == "success":
                self.own.keep_caches()
            place.names["steps"] = outputs
            self.outputs[name] = {
                key: expressions.filled(text, place.names, self.functions(folder))
                for key, text in job.get("outputs", {}).items()
            }
            results.append(done.result)
        return "success" if set(results) == {"success"} else "failure"

    def run_steps(
        self, job: Job, steps: list[dict[str, Any]], place: Place
    ) -> dict[str, Any]:
        """Run steps until one fails; return what they put out, by their ids."""
        outputs: dict[str, Any] = {}
        for step in steps:
            refuse_unknown(step, _STEP, f"a step of {job.name}")
            names = {**place.names, "steps": outputs}
            functions = self.functions(place.folder)
            condition = step.get("if", "true")
            # After a failure, only a step whose condition asks for that runs.
            runs = job.result == "success" or _runs_after_failure(condition)
            if not (runs and expressions.value(condition, names, functions)):
                outputs[step.get("id", "")] = {"conclusion": "skipped"}
                continue

            def fill(
                text: str, names: dict[str, Any] = names, fns: Any = functions
            ) -> str:
                return expressions.filled(text, names, fns)

            variables = {key: fill(text) for key, text in step.get("env", {}).items()}
            title = fill(step.get("name", step.get("uses", "run")))
            if "uses" in step:
                given = {key: fill(text) for key, text in step.get("with", {}).items()}
                put = self.use(job, step["uses"], given, place, variables)
            else:
                put = self.run_script(
                    job, title, fill(step["run"]), step, place, variables
                )
            if "id" in step:
                outputs[step["id"]] = {"outputs": put}
        return outputs

    def run_script(
        self,
        job: Job,
        title: str,
        script: str,
        step: dict[str, Any],
        place: Place,
        variables: dict[str, str],
    ) -> dict[str, str]:
        if step.get("shell", "bash") != "bash":
            raise Unsupported(f"the shell {step['shell']}")
        folder = place.folder / step.get("working-directory", ".")
        files = {
            name: place.home / name for name in ("output", "path", "env", "summary")
        }
        place.home.mkdir(parents=True, exist_ok=True)
        for file in files.values():
            file.write_text("")
        environment = {
            **self.machine.environment(place.home, place.paths),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(place.folder),
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_PATH": str(files["path"]),
            "GITHUB_ENV": str(files["env"]),
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_OS": "Linux",
            **self.defaults(),
            **place.environment,
            **variables,
        }
        # A step without a shell of its own has no pipefail.
        options = ["-e"] if "shell" not in step else ["-eo", "pipefail"]
        shell = ["bash", "--noprofile", "--norc", *options, "-c"]
        command = execute(title, script, shell, folder, environment)
        job.commands.append(command)
        if command.exit:
            job.result = "failure"
        place.paths[:0] = files["path"].read_text().split("\n")[:-1]
        place.environment.update(pairs(files["env"]))
        return pairs(files["output"])

    def defaults(self) -> dict[str, str]:
        """The variables that GitHub sets of what a run is for."""
        known = self.names()["github"]
        names = "repository repository_owner ref ref_name server_url run_id"
        return {f"GITHUB_{name.upper()}": known[name] for name in names.split()}

    def use(
        self,
        job: Job,
        action: str,
        given: dict[str, str],
        place: Place,
        variables: dict[str, str],
    ) -> dict[str, str]:
        known = _PINNED.fullmatch(action)
        if known and known[1].startswith(_OWN):
            self.pinned.add(action)
            return self.own.run(known[1].rpartition("/")[2], given, place)
        name = known[1] if known else action
        folder = self.actions.get(name)
        if folder is None and name.startswith("./"):
            # What the workspace has of it, after a checkout.
            folder = place.folder / name
        if folder is None:
            raise Unsupported(f"the action {action}, or it is not pinned")
        return self.composite(job, folder.resolve(), given, place, variables)

    def composite(
        self,
        job: Job,
        folder: Path,
        given: dict[str, str],
        place: Place,
        variables: dict[str, str],
    ) -> dict[str, str]:
        document = read(folder / "action.yml")
        declared = document.get("inputs", {})
        if unknown := set(given) - set(declared):
            raise Unsupported(f"the inputs {sorted(unknown)} of {folder.name}")
        if missing := [
            name
            for name, rule in declared.items()
            if rule.get("required") == "true" and name not in given
        ]:
            raise Unsupported(f"{folder.name} without the inputs {missing}")
        if document["runs"]["using"] != "composite":
            raise Unsupported(f"an action that runs {document['runs']['using']}")
        inputs = {
            name: given.get(name, rule.get("default", ""))
            for name, rule in declared.items()
        }
        names = self.names(inputs=inputs)
        names["github"]["action_path"] = str(folder)
        inner = Place(
            place.paths,
            place.home,
            place.folder,
            names,
            {**place.environment, **variables, "GITHUB_ACTION_PATH": str(folder)},
        )
        for step in document["runs"]["steps"]:
            if "run" in step and "shell" not in step:
                raise Unsupported("a step of a composite action without a shell")
        names["steps"] = self.run_steps(job, document["runs"]["steps"], inner)
        return {
            name: expressions.filled(rule["value"], names, self.functions(place.folder))
            for name, rule in document.get("outputs", {}).items()
        }


def _runs_after_failure(condition: str) -> bool:
    """Whether a condition asks for what has failed before, in place of the usual."""
    return "cancelled()" in condition or "always()" in condition


def _needs(job: dict[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs
