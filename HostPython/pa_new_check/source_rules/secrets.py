"""Rules about secrets in the code."""

from __future__ import annotations

from pa_new_check import known_apis
from pa_new_check.rules import Finding
from pa_new_check.static_analysis.values import Module
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# Each kind of secret, after a text that is in all of them, and the length of the shortest:
# most texts have none of these.
_SECRETS = (
    (
        "AKIA",
        20,
        pattern(r"(?<![A-Z0-9])AKIA[0-9A-Z]{16}(?![A-Z0-9])"),
        "an AWS access key",
    ),
    ("gh", 40, pattern(r"gh[pousr]_[A-Za-z0-9]{36}"), "a GitHub token"),
    ("github_pat_", 71, pattern(r"github_pat_[A-Za-z0-9_]{60,}"), "a GitHub token"),
    ("xox", 25, pattern(r"xox[abprs]-[A-Za-z0-9-]{20,}"), "a Slack token"),
    ("sk-", 35, pattern(r"(?<!\w)sk-[A-Za-z0-9_-]{32,}"), "an API key"),
    ("k_live_", 28, pattern(r"[sr]k_live_[A-Za-z0-9]{20,}"), "a Stripe key"),
    ("AIza", 39, pattern(r"AIza[0-9A-Za-z_-]{35}"), "a Google API key"),
    (
        ":",
        44,
        pattern(r"(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])"),
        "a Telegram token",
    ),
    ("Token ", 46, pattern(r"(?<!\w)Token [0-9a-f]{40}(?!\w)"), "an API token"),
    (
        "-----BEGIN ",
        27,
        pattern(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
        "a private key",
    ),
)
# One of these words is in each name that promises a secret.
_SECRET_WORDS = ("token", "secret", "key")
_SECRET_NAME = pattern(
    r"(?:^|_)(?:api_?token|auth_?token|access_?token|token|secret|secret_?key"
    r"|api_?key|private_?key|client_?secret)$",
    re.IGNORECASE,
)
# Placeholders of tutorials for a secret, and values that frameworks generate.
_NO_SECRET = pattern(
    r"django-insecure-|change|example|placeholder|your|dummy|xxx|test|dev|todo|secret"
    r"|[\s<>{}/\\]|^\W*$",
    re.IGNORECASE,
)


_ADDRESS = pattern(
    r"(?:mysql|mariadb|postgres(?:ql)?|mongodb|redis|rediss|amqp|mssql|https?|ftp)"
    r"(?:\+\w+)?://[^\s:/@{}<>]+:([^\s@/{}<>]+)@([^\s:/@{}<>]+)"
)
_NO_PASSWORD = pattern(
    r"(?:(?:your|my|the|db)?[-_.]?(?:pass(?:word|wd)?|pw|pwd)[-_]?(?:here)?"
    r"|x+|\*+|\.+|%s|%\(\w+\)s|change[-_]?me|example|placeholder|\$\w+)",
    re.IGNORECASE,
)
_NO_HOST = pattern(
    r"localhost|127\.\d+\.\d+\.\d+|[a-z_-]+|(?:.+\.)?example\.(?:com|org|net)"
    r"|(?:your|my)[-_]?\w*\.\w+",
    re.IGNORECASE,
)


def judge_text(module: Module, node: ast.Constant) -> Iterator[Finding]:
    """Report tokens, keys and passwords in a text."""
    text = node.value
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if not isinstance(text, str) or not 8 <= len(text) <= 10_000:
        return
    kind = _kind_of_secret(text)
    if kind:
        yield _secret(module, node, f"This text contains {kind}")
        return
    address = _ADDRESS.search(text) if "://" in text else None
    if address is None or _NO_PASSWORD.fullmatch(address[1]):
        return
    if not _NO_HOST.fullmatch(address[2]):
        what = f"This address of {address[2]} contains a password"
        yield _secret(module, node, what)


def _kind_of_secret(text: str) -> str:
    """Return what kind of secret a text contains, "" if none."""
    for part, length, form, kind in _SECRETS:
        if len(text) >= length and part in text and form.search(text):
            return kind
    return ""


def judge_connection(module: Module, node: ast.Call, name: str) -> Iterator[Finding]:
    """Report a password that is written in the call that uses it."""
    if name in known_apis.CONNECTS:
        for given in node.keywords:
            if given.arg in ("password", "passwd"):
                yield from judge_password(module, given.value, f"`{given.arg}`")


def judge_password(module: Module, node: ast.expr, name: str) -> Iterator[Finding]:
    """Report a password that is a text, unless a tutorial uses it as a placeholder."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
        if (
            text
            and not _NO_PASSWORD.fullmatch(text)
            and not re.search(r"[\s<>{}]", text)
        ):
            yield _secret(module, node, f"{name} is set to a secret in the code")


def judge_assignment(
    module: Module, node: ast.Assign | ast.AnnAssign
) -> Iterator[Finding]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        name = ""
        if isinstance(target, ast.Name):
            name = target.id
        elif isinstance(target, ast.Attribute):
            name = target.attr
        elif isinstance(target, ast.Subscript) and isinstance(
            target.slice, ast.Constant
        ):
            name = str(target.slice.value)
        if name and node.value is not None:
            yield from judge_named(module, name, node.value)


def judge_named(module: Module, name: str, value: ast.expr) -> Iterator[Finding]:
    """Report a name that promises a secret, if its value looks like one."""
    words = name.casefold()
    if not any(word in words for word in _SECRET_WORDS):
        return
    if not isinstance(value, ast.Constant) or not _SECRET_NAME.search(name):
        return
    text = value.value
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if not isinstance(text, str) or not 20 <= len(text) <= 500:
        return
    if _NO_SECRET.search(text) or _kind_of_secret(text):
        return
    if _entropy(text) < 3.0 or not re.search(r"\d", text):
        return  # it reads like words, not like random characters
    yield _secret(module, value, f"`{name}` is set to a secret in the code")


def _entropy(text: str) -> float:
    """Return the entropy of a text in bits per character."""
    import math  # few texts are as secrets are

    shares = [text.count(character) / len(text) for character in dict.fromkeys(text)]
    return -sum(share * math.log2(share) for share in shares)


def _secret(module: Module, node: ast.Constant, what: str) -> Finding:
    return Finding("secret-in-source", module.file, node.lineno, what)
