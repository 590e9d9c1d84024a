"""Private database servers for tests: Debian's MariaDB and PostgreSQL, in a folder of their own.

Each listens on a port of the loopback address, runs as a user without rights if you are
root, and ends with the test. A framework's tests get from it the settings of an account.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "a$b @c:d/e%f'#"
"""Each of these characters has a meaning in an address, a shell or SQL."""
USER = "alice"
DATABASE = f"{USER}$hello"
SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """A running server, which has an empty database for one user."""

    port: int
    settings: dict[str, str]
    """The variables that an app needs to use it."""


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """Run MariaDB. :func:`drop_connections` closes its connections."""
    with _folder() as folder:
        data = str(folder / "data")
        common = ["--no-defaults", f"--datadir={data}"]
        install = [
            *common,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]
        _run([_program("mariadb-install-db"), *install], folder)
        # As a database that is not of UTF-8: the tables have to say that they are.
        name, password = DATABASE, PASSWORD.replace("'", "''")
        (folder / "start.sql").write_text(
            f"CREATE DATABASE `{name}` CHARACTER SET latin1;\n"
            f"CREATE USER `{USER}`@`127.0.0.1` IDENTIFIED BY '{password}';\n"
            f"GRANT ALL ON `{name}`.* TO `{USER}`@`127.0.0.1`;\n"
        )
        port = _free_port()
        server = [
            _program("mariadbd"),
            *common,
            f"--socket={folder / 'socket'}",
            f"--pid-file={folder / 'pid'}",
            f"--init-file={folder / 'start.sql'}",
            "--bind-address=127.0.0.1",
            f"--port={port}",
            "--skip-name-resolve",
        ]
        with _running(server, folder, port):
            settings = {
                "MYSQL_HOST": "127.0.0.1",
                "MYSQL_PORT": str(port),
                "MYSQL_USER": USER,
                "MYSQL_PASSWORD": PASSWORD,
            }
            yield Server(port, settings)


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """Run PostgreSQL. :func:`drop_connections` closes its connections."""
    with _folder() as folder:
        data, secret = folder / "data", folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        init = [f"--username={USER}", f"--pwfile={secret}", "--auth=scram-sha-256"]
        form = ["--encoding=UTF8", "--locale=C", "--no-sync"]
        _run([_program("initdb"), f"--pgdata={data}", *init, *form], folder)
        port = _free_port()
        server = [_program("postgres"), "-D", str(data), "-k", str(folder), "-F"]
        with _running([*server, "-h", "127.0.0.1", "-p", str(port)], folder, port):
            settings = {
                "POSTGRES_HOST": "127.0.0.1",
                "POSTGRES_PORT": str(port),
                "POSTGRES_USER": USER,
                "POSTGRES_PASSWORD": PASSWORD,
                "POSTGRES_DATABASE": "postgres",
            }
            yield Server(port, settings)


def drop_connections(
    kind: str, server: Server, execute: Callable[[str], object]
) -> None:
    """Let a server close the connection that an app keeps open.

    :param execute: Executes SQL on that connection. Only this one may be idle for a
        second and no longer: on a busy computer, a command is idle for a while, too.
    """
    if kind == "mysql":
        execute("SET SESSION wait_timeout = 1")
        time.sleep(2.5)
        return
    import psycopg  # only the tests of PostgreSQL have it

    settings = server.settings
    with psycopg.connect(
        host=settings["POSTGRES_HOST"],
        port=server.port,
        user=USER,
        password=PASSWORD,
        dbname=settings["POSTGRES_DATABASE"],
        autocommit=True,
    ) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()
    if not ended:
        raise AssertionError("the app keeps no connection")


def _program(name: str) -> str:
    """Find a program of a server, also where Debian has it."""
    places = [os.environ.get("PATH", ""), "/usr/sbin"]
    places += sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise FileNotFoundError(f"{name} is not installed")
    return found


def _account() -> pwd.struct_passwd | None:
    """Return the user that runs the servers, if it is not the current one."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else None


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pa-new-db-") as place:
        account = _account()
        if account:
            os.chown(place, account.pw_uid, account.pw_gid)
        yield Path(place)


def _options(folder: Path) -> dict[str, object]:
    account = _account()
    environment: Mapping[str, str] = {
        "PATH": os.environ.get("PATH", "") + ":/usr/sbin",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C",
    }
    options: dict[str, object] = {"cwd": folder, "env": environment}
    if account:
        options.update(user=account.pw_uid, group=account.pw_gid, extra_groups=[])
    return options


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(  # type: ignore[call-overload]
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS * 2,
        **_options(folder),
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")


@contextlib.contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    log = folder / "log"
    with open(log, "wb") as output:
        process = subprocess.Popen(  # type: ignore[call-overload]
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            **_options(folder),
        )
    try:
        deadline = time.monotonic() + SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} does not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
