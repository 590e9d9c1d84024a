"""Runs pip and uv, with an environment that has no token, and nothing of the project."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pa_new_shared.text import printable

TIMEOUT = 1800.0  # seconds
_KEPT = {
    *("HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "USER", "LOGNAME", "NETRC"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_CERT"),
    *("PIP_PROXY", "PIP_CONFIG_FILE", "PIP_DEFAULT_TIMEOUT", "PIP_CLIENT_CERT"),
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL"),
    *("UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_CACHE_DIR", "UV_HTTP_TIMEOUT"),
    *("UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_OFFLINE", "SSL_CLIENT_CERT"),
}
_INDEX_ACCESS = re.compile(r"UV_INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)")
_ACCESS = re.compile(r"(://)[^/\s@]*@")


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a child gets: those for the network and its cache.

    uv puts variables into the addresses that ``requirements.txt`` names. So it gets none
    that could be a secret for something else than an index of packages.
    """
    kept = {
        name: value
        for name, value in given.items()
        if name in _KEPT or _INDEX_ACCESS.fullmatch(name)
    }
    for ours, theirs in (
        ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"),
        ("UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"),
    ):
        has_own = ours in kept or (
            ours == "UV_DEFAULT_INDEX" and "UV_INDEX_URL" in kept
        )
        if theirs in kept and not has_own:
            kept[ours] = kept[theirs]
    return kept


def run(
    command: list[str], given: Mapping[str, str], folder: Path
) -> tuple[int, str, str]:
    """Run a program in a folder; return its exit code, stdout and stderr."""
    try:
        done = subprocess.run(
            command,
            env=environment(given),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, "", f"it did not end within {TIMEOUT:.0f} seconds"
    except OSError as error:
        return 1, "", error.strerror or type(error).__name__
    return done.returncode, _text(done.stdout), _text(done.stderr)


def cleaned(text: str, limit: int = 600) -> str:
    """Return a child's text for people: no passwords, no control characters, not long.

    It is cleaned before it is cut, so that no part of a password is left at the end.
    """
    lines = (_ACCESS.sub(r"\1***@", line.strip()) for line in text.splitlines())
    whole = printable(" ".join(line for line in lines if line))
    return whole if len(whole) <= limit else whole[: limit - 3] + "..."


def _text(content: bytes) -> str:
    return content[-100_000:].decode("utf-8", "replace")
