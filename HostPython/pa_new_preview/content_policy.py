"""Lets the preview's own script run on a page with a ``Content-Security-Policy``.

Nothing else is allowed by that: what the app's policy forbids stays forbidden.
"""

from __future__ import annotations

_INLINE = "'unsafe-inline'"
_NOT_INLINE = ("'nonce-", "'sha256-", "'sha384-", "'sha512-", "'strict-dynamic'")
"""Sources beside which browsers ignore ``'unsafe-inline'``."""
_SELF = "'self'"


def allowing(value: str, source: str) -> str:
    """Return the value of the header field with a script that may also run.

    The script may connect to the site, too.

    :param source: the hash of the script, as the policy writes it.
    """
    return ", ".join(_policy(text, source) for text in value.split(","))


def _policy(text: str, source: str) -> str:
    rules: dict[str, list[str]] = {}
    for rule in text.split(";"):
        name, *sources = rule.split() or [""]
        if name:
            rules.setdefault(name.lower(), sources)  # browsers ignore a second one
    for name in ("script-src-elem", "script-src", "default-src"):
        if name in rules:
            if not _runs_inline(rules[name]):
                name = "script-src" if name == "default-src" else name
                found = rules.get(name, rules.get("default-src", []))
                rules[name] = _with(found, source)
            break
    reached = rules.get("connect-src", rules.get("default-src"))
    if reached is not None and _SELF not in reached and "*" not in reached:
        rules["connect-src"] = _with(reached, _SELF)
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


def _runs_inline(sources: list[str]) -> bool:
    return _INLINE in sources and not any(
        one.startswith(_NOT_INLINE) for one in sources
    )


def _with(sources: list[str], source: str) -> list[str]:
    return [*(one for one in sources if one != "'none'"), source]
