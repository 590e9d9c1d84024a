"""Run the public test-suites of Starlette and FastAPI over WSGI: ``run_suites.py FOLDER``.

The suites come with the source distributions on PyPI, which pip puts into FOLDER. Each is
run with ``strict_client.py``, so that its requests cross a socket and WSGI. A test may fail
if ``beyond_wsgi/NAME.txt`` lists it, below a reason; a listed test that passes is an error
too. Exits with 0 if all is as listed, and at least nine in ten of the tests were run.

Starlette runs most of its tests on two event loops, asyncio's and trio's; the adapter has
one of asyncio's, so those with trio are left out and counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MIN_RUN = 0.9
SUITES = {"starlette": ["-k", "not trio"], "fastapi": []}


def unpacked(name: str, folder: Path) -> Path:
    """Return the folder of the installed version's source distribution."""
    source = folder / f"{name}-{version(name)}"
    if not source.is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        pip += ["--no-binary", ":all:", "--no-build-isolation", "--dest", str(folder)]
        subprocess.run([*pip, f"{name}=={version(name)}"], check=True)
        with tarfile.open(folder / f"{source.name}.tar.gz") as archive:
            if sys.version_info >= (3, 12):
                archive.extractall(folder, filter="data")
            else:
                archive.extractall(folder)
    return source


def failures(outcomes: dict[str, str]) -> set[str]:
    """Return the tests that failed."""
    return {test for test, how in outcomes.items() if how.startswith("failed")}


def listed(name: str) -> set[str]:
    """Return the tests that may fail."""
    lines = (HERE / "beyond_wsgi" / f"{name}.txt").read_text().splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def run_pytest(name: str, source: Path, tests: list[str]) -> tuple[Any, str, int]:
    """Run tests of a suite; return what strict_client.py reports, output and exit code."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pytest", "-p", "strict_client", "-q"]
        command += ["-p", "no:cacheprovider", "--timeout=60", "--tb=no", *SUITES[name]]
        environment = {
            **os.environ,
            "SUITE_REPORT": str(report),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            [*command, *tests],
            check=False,
            cwd=source,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        found = json.loads(report.read_text()) if report.exists() else None
        return found, done.stdout, done.returncode


def run(name: str, source: Path) -> bool:
    """Run a suite, print what came of it, and tell whether it is as listed."""
    found, output, code = run_pytest(name, source, ["tests"])
    if found is None:
        print(output)
        return False
    outcomes: dict[str, str] = found["outcomes"]
    known = listed(name)
    again = sorted(failures(outcomes) - known)
    if again:
        # Some tests give an app a fraction of a second, which is short on a busy machine.
        second, _, _ = run_pytest(name, source, again)
        outcomes.update(second["outcomes"])
    failed = failures(outcomes)
    counts = Counter(how.partition(":")[0] for how in outcomes.values())
    share = 1 - counts["skipped"] / max(len(outcomes), 1)
    problems = [f"{test} {outcomes[test]}" for test in sorted(failed - known)]
    problems += [f"{test} passes, but is listed" for test in sorted(known - failed)]
    problems += [f"against PEP 3333: {fault}" for fault in found["faults"]]
    if share < MIN_RUN or code > 1:
        problems.append(f"pytest exited with {code}:\n{output[-2000:]}")
    print("\n".join(problems))
    print(output.splitlines()[-1])
    print(
        f"{name} {version(name)}: {len(outcomes)} tests, {share:.0%} run, "
        f"{counts['passed']} passed, {counts['skipped']} skipped, "
        f"{len(failed & known)} listed, {len(failed - known)} failed"
    )
    return not problems


def main() -> int:
    """Run all suites."""
    folder = Path(sys.argv[1])
    results = [run(name, unpacked(name, folder)) for name in SUITES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
