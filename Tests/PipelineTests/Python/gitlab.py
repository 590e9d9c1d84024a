"""Runs a pipeline of GitLab's on this machine: its own commands, in its own order.

See GitLab's page "CI/CD YAML syntax reference". An image is a Python, or Swift, of this
machine; caches and artifacts are copies.
"""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from runner import (
    Command,
    Job,
    Machine,
    Unsupported,
    copy,
    execute,
    refuse_unknown,
)

_TOP = {"workflow", "stages", "variables", "default", "include"}
_JOB = {
    "stage", "image", "extends", "parallel", "script", "before_script", "rules",
    "environment", "resource_group", "interruptible", "timeout", "cache", "artifacts",
    "needs", "variables",
}  # fmt: skip


@dataclass
class Event:
    """What started the pipeline, and what the project is set up with."""

    source: str = "push"
    branch: str = "main"
    variables: dict[str, str] = field(default_factory=dict)
    scoped: dict[str, dict[str, str]] = field(default_factory=dict)
    """Variables that only jobs of an environment can read, by its name."""


def read(path: Path, root: Path) -> dict[str, Any]:
    """Read a file of YAML, with what it includes of the same project."""
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    if not isinstance(document, dict):
        raise Unsupported(f"{path.name} is no mapping")
    merged: dict[str, Any] = {}
    for entry in document.pop("include", []):
        if set(entry) == {"local"}:
            included = root / entry["local"].lstrip("/")
        elif set(entry) == {"project", "ref", "file"}:
            # Ours: there is no other project here.
            included = root / entry["file"].lstrip("/")
        else:
            raise Unsupported(f"to include {entry}")
        merged = _merged(merged, read(included, root))
    return _merged(merged, document)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Merge mappings as ``include`` and ``extends`` do: lists and texts are replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _merged(old, value) if both and isinstance(old, dict) else value
    return merged


def expanded(text: str, variables: dict[str, str]) -> str:
    """Put the values of variables into a text, as GitLab itself does outside of scripts.

    A dollar is written as ``$$``.
    """
    text = text.replace("$$", "\0")
    for _ in range(5):
        new = re.sub(
            r"\$(?:\{(\w+)\}|(\w+))",
            lambda found: variables.get(found[1] or found[2], ""),
            text,
        )
        if new == text:
            break
        text = new
    return text.replace("\0", "$")


def holds(condition: str, variables: dict[str, str]) -> bool:
    """Evaluate the condition of a rule."""

    def value(word: str) -> str:
        word = word.strip()
        if re.fullmatch(r"\$\w+", word):
            return variables.get(word[1:], "")
        if re.fullmatch(r'"[^"]*"', word):
            return word[1:-1]
        raise Unsupported(f"{word!r} in the condition {condition!r}")

    def term(text: str) -> bool:
        for mark in ("==", "!="):
            if mark in text:
                left, right = text.split(mark)
                return (value(left) == value(right)) == (mark == "==")
        return bool(value(text))

    return any(
        all(term(part) for part in both.split("&&")) for both in condition.split("||")
    )


class Pipeline:
    """A pipeline at work."""

    def __init__(self, machine: Machine, event: Event) -> None:
        self.machine = machine
        self.event = event
        self.only: set[str] | None = None
        """The jobs to run; None is all of them."""
        self.artifacts = machine.root / "gitlab-artifacts"
        self.jobs: list[Job] = []
        self.results: dict[str, str] = {}
        self.serial = 0
        shutil.rmtree(self.artifacts, ignore_errors=True)

    @property
    def variables(self) -> dict[str, str]:
        event = self.event
        variables = {
            "CI_PIPELINE_SOURCE": event.source,
            "CI_DEFAULT_BRANCH": "main",
            "CI_PROJECT_DIR": str(self.machine.workspace),
            "CI_COMMIT_REF_SLUG": event.branch,
            "GITLAB_CI": "true",
        }
        if forge := self.machine.forge:
            variables |= {
                "CI_SERVER_URL": forge.url,
                "CI_SERVER_HOST": "127.0.0.1",
                "CI_PROJECT_PATH": "alice/hello",
                "CI_PROJECT_ID": "7",
                "CI_API_V4_URL": f"{forge.url}/api/v4",
                "CI_PIPELINE_URL": f"{forge.url}/alice/hello/-/pipelines/1",
            }
        if event.source != "merge_request_event":
            variables["CI_COMMIT_BRANCH"] = event.branch
        return {**variables, **event.variables}

    def run(self, document: dict[str, Any]) -> list[Job]:
        """Run the jobs, stage by stage."""
        if self.rule(document.get("workflow", {}), self.variables) is None:
            return []
        defaults = document.get("default", {})
        variables = document.get("variables", {})
        jobs = {
            name: self.extended(name, document)
            for name in document
            if name not in _TOP
            and not name.startswith(".")
            and (self.only is None or name in self.only)
        }
        # A stage that is not listed is one of the usual ones.
        stages = document.get("stages", ["build", "test", "deploy"])
        for name, job in jobs.items():
            refuse_unknown(job, _JOB, f"the job {name}")
            if job.get("stage", "test") not in stages:
                raise Unsupported(f"the stage {job.get('stage', 'test')}")
        failed = False
        for stage in stages:
            for name, job in jobs.items():
                if job.get("stage", "test") != stage:
                    continue
                # A job with needs waits for these alone; others for all earlier stages.
                needs = _needs(job)
                waits = (
                    failed
                    if needs is None
                    else any(self.results.get(need) != "success" for need in needs)
                )
                self.run_job(name, {**defaults, **job}, variables, waits, jobs, stages)
            failed = failed or "failure" in [
                self.results.get(name)
                for name, job in jobs.items()
                if job.get("stage", "test") == stage
            ]
        return self.jobs

    def extended(self, name: str, document: dict[str, Any]) -> dict[str, Any]:
        job = dict(document[name])
        parents = job.pop("extends", [])
        merged: dict[str, Any] = {}
        for parent in [parents] if isinstance(parents, str) else parents:
            if parent not in document:
                raise Unsupported(f"{name} extends {parent}, which is not there")
            merged = _merged(merged, self.extended(parent, document))
        return _merged(merged, job)

    def rule(
        self, job: dict[str, Any], variables: dict[str, str]
    ) -> dict[str, Any] | None:
        """Return the first rule that holds; None where the job is not in the pipeline."""
        if "rules" not in job:
            return {}
        for rule in job["rules"]:
            refuse_unknown(rule, {"if", "when"}, "a rule")
            if "if" in rule and not holds(rule["if"], variables):
                continue
            return None if rule.get("when") == "never" else rule
        return None

    def run_job(
        self,
        name: str,
        job: dict[str, Any],
        variables: dict[str, str],
        waits_in_vain: bool,
        jobs: dict[str, Any],
        stages: list[str],
    ) -> None:
        known = {**self.variables, **variables, **job.get("variables", {})}
        # What the project is set up with comes before what the file says.
        known.update(self.event.variables)
        known.update(self.event.scoped.get(job.get("environment", {}).get("name"), {}))
        rule = self.rule(job, known)
        is_always = rule is not None and rule.get("when") == "always"
        if rule is None or (waits_in_vain and not is_always):
            self.jobs.append(Job(name, {}, "skipped"))
            self.results[name] = "skipped"
            return
        matrix = job.get("parallel", {}).get("matrix", [{}])
        results = []
        for row in matrix:
            lists = [v if isinstance(v, list) else [v] for v in row.values()]
            for values in itertools.product(*lists):
                variant = dict(zip(row, values, strict=True))
                done = Job(name, variant)
                self.jobs.append(done)
                earlier = self.earlier(job, jobs, stages)
                self.run_variant(done, job, {**known, **variant}, earlier)
                results.append(done.result)
        self.results[name] = "success" if set(results) == {"success"} else "failure"

    def earlier(
        self, job: dict[str, Any], jobs: dict[str, Any], stages: list[str]
    ) -> list[str]:
        """The jobs whose artifacts a job gets: those it needs, or all of earlier stages."""
        needs = _needs(job)
        if needs is not None:
            return needs
        own = stages.index(job.get("stage", "test"))
        return [
            name
            for name, other in jobs.items()
            if stages.index(other.get("stage", "test")) < own
        ]

    def run_variant(
        self, done: Job, job: dict[str, Any], known: dict[str, str], earlier: list[str]
    ) -> None:
        self.serial += 1
        home = self.machine.root / "homes" / f"gitlab-{self.serial}"
        shutil.rmtree(home, ignore_errors=True)
        folder = self.machine.workspace
        self.machine.checkout(folder)
        for name in earlier:
            if (self.artifacts / name).exists():
                copy(self.artifacts / name, folder)
        image = expanded(job["image"], known)
        python = re.fullmatch(r"python:(3\.\d+)(?:-slim)?-bookworm", image)
        paths = []
        if python:
            paths.append(str(self.machine.python(python[1], home / "python")))
        elif not re.fullmatch(r"swift:6\.\d+(\.\d+)?-jammy", image):
            raise Unsupported(f"the image {image}")
        cache = job.get("cache") or {}
        kept = (
            self.machine.cache / "gitlab-cache" / self.key(cache, folder, known, image)
        )
        for path in cache.get("paths", []):
            if (kept / path).exists():
                copy(kept / path, folder / path)
        environment = self.machine.environment(home, paths)
        del environment["PIP_CACHE_DIR"]
        environment.update({key: expanded(text, known) for key, text in known.items()})
        lines = job.get("before_script", []) + job["script"]
        # One shell for all lines, as the runner makes one script of them.
        script = "".join(
            f"echo '+{number}'\n{line}\n" for number, line in enumerate(lines)
        )
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        whole = execute("script", script, shell, folder, environment)
        pieces = re.split(r"^\+\d+\n", whole.output, flags=re.MULTILINE)[1:]
        for number, output in enumerate(pieces):
            code = whole.exit if number == len(pieces) - 1 else 0
            done.commands.append(Command("script", lines[number], code, output))
        artifacts = job.get("artifacts", {})
        refuse_unknown(artifacts, {"paths", "expire_in", "when"}, "artifacts")
        if whole.exit:
            done.result = "failure"
        if not whole.exit or artifacts.get("when") == "always":
            for listed in artifacts.get("paths", []):
                path = expanded(listed, known)
                # The runner only warns of one that is not there.
                if (folder / path).exists():
                    copy(folder / path, self.artifacts / done.name / path)
        if whole.exit:
            return
        for path in cache.get("paths", []):
            if (folder / path).exists():
                shutil.rmtree(kept / path, ignore_errors=True)
                copy(folder / path, kept / path)

    def key(
        self, cache: dict[str, Any], folder: Path, known: dict[str, str], image: str
    ) -> str:
        refuse_unknown(cache, {"key", "paths", "fallback_keys"}, "a cache")
        key = cache.get("key", "default")
        if isinstance(key, dict):
            if set(key) - {"files", "prefix"} or len(key["files"]) > 2:
                raise Unsupported(f"the key {key}")
            for file in key["files"]:
                if not (folder / file).is_file():
                    raise Unsupported(f"a key made of {file}, which is not there")
            key = key.get("prefix", "") + "-files"
        text = expanded(key, {**known, "CI_JOB_IMAGE": image})
        return re.sub(r"[^\w.-]", "_", text)


def _needs(job: dict[str, Any]) -> list[str] | None:
    needs = job.get("needs")
    if needs is None:
        return None
    return [need if isinstance(need, str) else need["job"] for need in needs]
