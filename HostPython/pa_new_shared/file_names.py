"""What a file's name says about it: a secret, a database, what belongs to one, a dump.

A name counts in upper and lower case, and with the ending of a copy (``.bak``) or of a
compressed file. Names that only may hold a secret are decided by what is in the file:
:mod:`pa_new_shared.file_contents`.
"""

from __future__ import annotations

from pa_new_shared.patterns import pattern

SECRET, DATABASE, SIDE_FILE, DUMP = "secret", "database", "side-file", "dump"
COPY = "copy"

SECRET_KEY = ".secret_key"
"""The key that a generated project makes on each computer (``pa_env.py``)."""

VARIABLES = (SECRET, "a file of environment variables")
KEY = (SECRET, "a private key")
KEY_STORE = (SECRET, "a store of keys or passwords")
CREDENTIALS = (SECRET, "a file of credentials")
A_DATABASE = (DATABASE, "a database")
A_SIDE_FILE = (SIDE_FILE, "changes that belong to one copy of a database")
A_DUMP = (DUMP, "a copy of a database's data")
A_KEY_COPY = (SECRET, f"a copy of {SECRET_KEY}")
A_COPY = (COPY, "a zip file of this project")

_COPIES = (".bak", ".backup", ".old", ".orig", ".save", ".tmp", "~")
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z")
_COPY_ENDINGS = (*_COPIES, *_COMPRESSED)

_DATABASES = (
    *(".db", ".db2", ".db3", ".sqlite", ".sqlite2", ".sqlite3", ".s3db", ".sl3"),
    *(".duckdb", ".ddb", ".mdb", ".accdb", ".fdb", ".mdf", ".realm", ".aof"),
    *(".ibd", ".frm", ".myd", ".myi"),
)
_DUMPS = (".dump", ".pgdump", ".dmp", ".bson", ".bacpac", ".rdb")
_KEY_STORES = (
    *(".p12", ".pfx", ".pkcs12", ".jks", ".jceks", ".keystore", ".bks"),
    *(".kdbx", ".kdb"),
)
_SECRET_ENDINGS = (".tfstate", ".tfvars", ".htpasswd", ".agekey")
_VAULTS = ("credentials", "secrets", "secret")
_VAULT_ENDINGS = ("json", "yaml", "yml", "ini")
_SECRET_NAMES = {
    *(".netrc", "_netrc", ".pypirc", ".pgpass", "pgpass.conf", ".my.cnf"),
    *(".mylogin.cnf", ".git-credentials", ".htpasswd", "htpasswd", ".dockercfg"),
    *(".s3cfg", ".boto", ".vault-token", ".vault_pass", "vault_pass.txt"),
    *("secring.gpg", "credentials", "secrets.toml", "secret.toml"),
    *(f"{name}.{ending}" for name in _VAULTS for ending in _VAULT_ENDINGS),
}
_KEYS = pattern(
    r"id_(rsa|dsa|ecdsa|ed25519)(_sk)?([._-](?!(?:pub|pyi?|md|html?|js)$)[^.]*)?"
    r"(\.pem|\.key|\.txt)?"
)
_CLIENT_SECRETS = pattern(r"client[_-]?secrets?([._-].*)?\.json")

_ONE_SECRET = pattern(
    r"(?:[a-z]+[_-])?(?:tokens?|keys?|secrets?|passw(?:or)?d|passphrase|api_?key)(?:\.txt)?"
    r"|[^.]+\.(?:key|token|secret|pass|password)"
)
_PASSWORD_NAMES = pattern(
    r"(?:.*[._ -])?(?:passwords?|passwd|pwds?)(?:[._ -](?:all|list|prod|live|server|db))?"
    r"(?:\.txt)?"
)
_DUMP_NAMES = pattern(
    r"(?:.*[._-])?(?:sql)?(?:dump|backup)(?:[._-].*)?\.(?:sql|psql|txt)"
)

_EXAMPLES = {"example", "examples", "sample", "template", "tmpl", "tpl", "dist"}
_PLACES = {
    *("prod", "production", "live", "dev", "devel", "development", "local", "debug"),
    *("stage", "staging", "test", "testing", "ci", "docker", "secret", "secrets"),
    *("private", "server", "web", "db"),
}
_PARTS = pattern(r"[._\-\s]+")

# SQLite makes these names; a super-journal has 9 hexadecimal digits.
_SIDE_FILES = pattern(r"(.+?)(?:-wal|-shm|-journal|-mj[0-9a-f]{6}9[0-9a-f]{2}|\.wal)")
_SUPER_JOURNAL = pattern(r".+-mj[0-9a-f]{6}9[0-9a-f]{2}")
_TEMPORARY = pattern(r"etilqs_[0-9a-z]{10,}")


def by_name(name: str) -> tuple[str, str] | None:
    """Return the kind of a file and the reason for it, if the name alone says it."""
    name = name.lower()
    found = _side_file(name)
    if found:
        return found
    plain, is_compressed = _without_endings(name)
    if plain in _SECRET_NAMES or plain.endswith(_SECRET_ENDINGS):
        return CREDENTIALS
    # Compiling an expression takes longer than all names of most projects.
    if plain.startswith("client") and _CLIENT_SECRETS.fullmatch(plain):
        return CREDENTIALS
    if (plain.startswith("id_") and _KEYS.fullmatch(plain)) or plain.endswith(".ppk"):
        return KEY
    if plain.endswith(_KEY_STORES):
        return KEY_STORE
    if is_settings(name):
        return VARIABLES
    if is_database(name):
        return A_DATABASE
    if plain.endswith(_DUMPS) or is_compressed and plain.endswith(".sql"):
        return A_DUMP
    return None


def is_database(name: str) -> bool:
    """Tell whether a file's name is that of a database which the app writes to."""
    return _without_endings(name.lower())[0].endswith(_DATABASES)


def side_file_of(name: str) -> str | None:
    """Return the name of the database, in lower case, that a file may belong to."""
    if "-" not in name and ".wal" not in name.lower():
        return None  # as most names
    match = _SIDE_FILES.fullmatch(name.lower())
    return match[1] if match else None


def is_side_file(name: str) -> bool:
    """Tell whether a name is that of a file which SQLite keeps beside a database."""
    return _side_file(name.lower()) is not None


def _side_file(name: str) -> tuple[str, str] | None:
    base = side_file_of(name)
    if base is not None and (is_database(base) or _SUPER_JOURNAL.fullmatch(name)):
        return A_SIDE_FILE
    return (
        A_SIDE_FILE
        if name.startswith("etilqs_") and _TEMPORARY.fullmatch(name)
        else None
    )


def is_settings(name: str) -> bool:
    """Tell whether a name is one that only files of environment variables have."""
    name = _without_endings(name.lower())[0]
    if "env" not in name or is_example(name):
        return False
    if name.startswith(".env") or name.endswith(".env"):
        return True
    begin, _, rest = name.partition(".")
    return begin == "env" and rest in _PLACES


def may_be_settings(name: str) -> bool:
    """Tell whether a file of this name is one of variables if its lines look like it."""
    name = _without_endings(name.lower())[0]
    ending = name.rpartition(".")[2] if "." in name else ""
    parts = _PARTS.split(name)
    return (
        ending in ("", "txt", "sh", "bash", "conf", "cfg", "ini", "list", "vars", "env")
        or ending in _PLACES
    ) and not {"env", "dotenv", "envvars"}.isdisjoint(parts)


def may_be_one_secret(name: str) -> bool:
    """Tell whether a file of this name is a secret if all of it is one long word."""
    return _ONE_SECRET.fullmatch(_without_endings(name.lower())[0]) is not None


def may_be_passwords(name: str) -> bool:
    """Tell whether a file of this name holds passwords if its lines look like it."""
    return _PASSWORD_NAMES.fullmatch(name.lower()) is not None


def may_be_dump(name: str) -> bool:
    """Tell whether a file of this name is a dump if it adds rows to tables."""
    return _DUMP_NAMES.fullmatch(name.lower()) is not None


def is_example(name: str) -> bool:
    """Tell whether a file is an example, by its name, which holds no real values."""
    return not _EXAMPLES.isdisjoint(_PARTS.split(name.lower()))


def _without_endings(name: str) -> tuple[str, bool]:
    """Return a name without the endings of copies, and whether it is compressed."""
    is_compressed = False
    while name.endswith(_COPY_ENDINGS):
        for ending in _COPY_ENDINGS:
            if name.endswith(ending) and len(name) > len(ending):
                is_compressed = is_compressed or ending in _COMPRESSED
                name = name[: -len(ending)]
                break
        else:
            break  # all of the name is an ending
    return name, is_compressed
