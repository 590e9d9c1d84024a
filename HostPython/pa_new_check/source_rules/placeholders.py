"""Rules about placeholders of tutorials, and names of other people's accounts."""

from __future__ import annotations

import os

from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import Reading
from pa_new_check.static_analysis.values import Module
from pa_new_shared.later import ast, re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

# Words for "your user name" in the languages of public projects that deploy to
# PythonAnywhere: what their tutorials say in place of the account.
_YOUR = (
    "your my the insert tu su seu teu meu mi dein deine ihr mein votre ton mon tuo mio "
    "jouw je uw mijn twoj twoja twój ваш твой 你的 您的 sizning senin nama"
)
_USER = (
    "user-name user account login usuario usuário nombre-de-usuario nome-de-usuario "
    "nome-de-usuário nome-do-usuario nome-usuario nome-utente utente benutzer-name "
    "nutzer-name pseudo nom-utilisateur nom-d-utilisateur utilisateur identifiant "
    "gebruikers-naam kullanici-adi kullanıcı-adı kullanici-adiniz imya имя логин 用户名 "
    "nazwa nazwa-uzytkownika pengguna brukernavn användarnamn anvandarnamn brugernavn"
)
_WHOLE = (
    "user-name username-kamu username-anda username-here usuario usuário utente "
    "utilisateur benutzer-name nombre-de-usuario nom-d-utilisateur nom-utilisateur "
    "gebruikers-naam kullanici-adi kullanıcı-adı nome-utente nome-de-usuario 用户名 логин "
    "user yourname your-name votrenom votre-nom tunombre tu-nombre seunome seu-nome "
    "deinname dein-name"
)


def _spelled(words: str) -> str:
    """Return a pattern for some words, with or without ``_`` between their parts."""
    longest_first = sorted(words.split(), key=len, reverse=True)
    return "|".join(word.replace("-", "[-_ ]?") for word in longest_first)


_PLACEHOLDER = (
    rf"(?:(?:{_spelled(_YOUR)})[-_ ]?(?:pythonanywhere[-_ ]?|pa[-_ ])?"
    rf"(?:{_spelled(_USER)})(?:[-_ ]?pythonanywhere)?|{_spelled(_WHOLE)})"
)
_BRACKETS = r"<[\s\w-]+>|\[your[\s\w-]+\]|\{your[\s\w-]+\}"
# Each form, after texts of which it contains one: they are compiled one by one if needed.
_FORMS = (
    (
        ("/home/", "/var/www/"),
        pattern(
            rf"(?:/home/|/var/www/)(?P<home>{_PLACEHOLDER}|{_BRACKETS})"
            r"(?=/|$|_(?:eu_)?pythonanywhere)",
            re.IGNORECASE,
        ),
    ),
    (
        ("pythonanywhere",),
        pattern(
            rf"(?<![\w.-])(?P<site>{_PLACEHOLDER}|{_BRACKETS})"
            r"(?:\.eu)?\.(?:mysql\.)?(?:eu\.)?pythonanywhere",
            re.IGNORECASE,
        ),
    ),
    (("$",), pattern(rf"(?<!\w)(?P<base>{_PLACEHOLDER})\$\w", re.IGNORECASE)),
    (("your",), pattern(r"^(?P<whole>your_?username)$", re.IGNORECASE)),
)
_HINTS = ("/home/", "/var/www/", "pythonanywhere", "$", "user")
_HOME = pattern(r"/home/([A-Za-z][A-Za-z0-9]{2,29})(?=/|$)")
_TESTS_TEXT = frozenset(
    ("startswith", "endswith", "replace", "split", "rsplit", "partition", "strip")
    + ("compile", "match", "search", "fullmatch", "sub", "findall", "removeprefix")
)


def not_paths(node: ast.Call) -> list[ast.expr]:
    """Return the arguments of a call that only compares or changes a text."""
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else ""
    return node.args if name in _TESTS_TEXT else []


def judge(module: Module, node: ast.Constant, reading: Reading) -> Iterator[Finding]:
    """Report placeholders and other people's folders in a text."""
    text = node.value
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    if not isinstance(text, str) or len(text) > 10_000:
        return
    match = _placeholder(text) if any(hint in text for hint in _HINTS) else None
    if match and _is_nobody(match, reading):
        shown = match[0].removesuffix("_pythonanywhere").removesuffix("_eu")
        what = f"`{shown}` is a placeholder from a tutorial"
        yield Finding("placeholder", module.file, node.lineno, what)
    elif reading.account is not None:
        home = _HOME.match(text)
        if home and home[1].lower() != reading.account.lower():
            yield Finding(
                "placeholder",
                module.file,
                node.lineno,
                f"`{home[0]}` is the home folder of an account other than "
                f"{reading.account}",
                # In other files it is perhaps a value that the app does not use.
                severity="" if module.path == reading.project.entry else "warning",
                consequence="Your web app cannot read another account's files.",
            )


def _placeholder(text: str) -> re.Match[str] | None:
    """Return the first placeholder in a text."""
    folded = text.lower()
    found = [
        form.search(text)
        for parts, form in _FORMS
        if any(part in folded for part in parts)
    ]
    matches = [match for match in found if match is not None]
    return min(matches, key=lambda match: match.start(), default=None)


def _is_nobody(match: re.Match[str], reading: Reading) -> bool:
    """Tell whether a name is no account that the project or this computer knows."""
    name = next(found for found in match.groups() if found)
    known = {
        (reading.account or "").lower(),
        reading.analysis.domain.partition(".")[0].lower(),
    }
    if name.lower() in known:
        return False
    # `user` in lower case is a name that computers and containers have.
    if name in ("user", "users", "login"):
        return False
    return not (name.isalnum() and os.path.isdir(f"/home/{name}"))
