"""Projects on the disk, and runs of the checker."""

from __future__ import annotations

import atexit
import compileall
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_COMPILED = "PA_NEW_COMPILED_CHECKER"
"""The variable that names the copy to processes which test at the same time."""


def _compiled() -> Path:
    """Return a copy of the checker with its bytecode, as an installed pa-new keeps it.

    Compiling it takes longer than most checks do, and the sources stay as they are.
    """
    if _COMPILED in os.environ:
        return Path(os.environ[_COMPILED])
    place = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    copy = shutil.copytree(
        Path(__file__).resolve().parents[3] / "HostPython", place / "HostPython"
    )
    # The test that runs a file reports that it does not compile.
    compileall.compile_dir(copy, quiet=2)
    return copy


CHECKER = _compiled()
os.environ[_COMPILED] = str(CHECKER)


@contextlib.contextmanager
def project(files: Mapping[str, str | bytes], name: str = "mysite") -> Iterator[Path]:
    """Write files into a folder of their own, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve() / name
        folder.mkdir()
        for file, content in files.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                content = content.encode()
            path.write_bytes(content)
        yield folder


def run(
    *arguments: str | Path, timeout: float = 180
) -> subprocess.CompletedProcess[bytes]:
    """Run the checker as a program."""
    return subprocess.run(
        [sys.executable, "-B", "-m", "pa_new_check", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(CHECKER)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def check(folder: Path, *options: str) -> dict[str, Any]:
    """Check a project and return the report."""
    done = run("check", folder, *options)
    return _report(done.returncode, done.stdout, done.stderr)


def listing(folder: Path) -> list[str]:
    """Return the paths of everything below a folder, which may be about to disappear."""
    return sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, folders, files in os.walk(folder)
        for name in (*folders, *files)
    )


def refusal(*arguments: str | Path) -> dict[str, str]:
    """Run the checker with arguments that it refuses, and return the error."""
    done = run(*arguments)
    if (done.returncode, done.stderr) != (2, b""):
        raise AssertionError(done)
    error: dict[str, str] = json.loads(done.stdout)["error"]
    return error


def check_soon(
    folder: Path, *options: str, shell: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Check a project in a fork of an interpreter that has imported the package.

    For the many apps of the table: starting an interpreter and importing the package takes
    longer than reading an app. The app is loaded in its own interpreter here too.

    :param shell: variables that are set for this run.
    """
    return _report(*_forks.run("check", folder, *options, shell=shell))


def _report(code: int, out: str | bytes, errors: str | bytes) -> dict[str, Any]:
    if code != 0 or errors:
        raise AssertionError((code, out, errors))
    report: dict[str, Any] = json.loads(out)
    return report


# Each fork would import what is not imported before, and compile what the app's process gets.
_SERVE = """
import importlib, json, os, pkgutil, sys, tempfile, traceback
import pa_new_check
from pa_new_check.main import main
from pa_new_shared import compiled

kept = compiled.use(sys.argv[1], "tests")
for module in pkgutil.walk_packages(pa_new_check.__path__, "pa_new_check."):
    if module.name.startswith("pa_new_check.sandbox_"):
        kept.code(module.name)
    elif not module.name.endswith(".__main__"):
        importlib.import_module(module.name)


def serve(arguments, out, errors, shell):
    os.environ.update(shell)
    for name, flags, number in ((os.devnull, os.O_RDONLY, 0), (out, os.O_WRONLY, 1),
                                (errors, os.O_WRONLY, 2)):
        descriptor = os.open(name, flags)
        os.dup2(descriptor, number)
        os.close(descriptor)
    code = 1
    try:
        code = main(arguments)
        sys.stdout.flush()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    sys.stderr.flush()
    os._exit(code)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        serve(*json.loads(line))
    status = os.waitpid(child, 0)[1]
    print(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
    sys.stdout.flush()
"""


class _Forks:
    """An interpreter that is forked for each run of the package."""

    process: subprocess.Popen[str] | None = None

    def run(
        self,
        *arguments: str | Path,
        timeout: float = 180,
        shell: Mapping[str, str] | None = None,
    ) -> tuple[int, str, str]:
        """Return the exit code, and what was written to stdout and to stderr."""
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-B", "-c", _SERVE, str(CHECKER)],
                env={**os.environ, "PYTHONPATH": str(CHECKER)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            atexit.register(self.end)
        requests, answers = self.process.stdin, self.process.stdout
        assert requests is not None
        assert answers is not None
        with (
            tempfile.NamedTemporaryFile() as out,
            tempfile.NamedTemporaryFile() as errors,
        ):
            words = [str(argument) for argument in arguments]
            request = [words, out.name, errors.name, dict(shell or {})]
            requests.write(json.dumps(request) + "\n")
            requests.flush()
            if not select.select([answers], [], [], timeout)[0]:
                self.end()
                raise TimeoutError(arguments)
            code = int(answers.readline())
            return code, out.read().decode(), errors.read().decode()

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


_forks = _Forks()
