"""Which files are secrets and data, by name and by contents, and which only look like it."""

from __future__ import annotations

import gzip
import os
import sqlite3
import tempfile
import unittest
from pathlib import Path

from support import write

# isort: split
from pa_new_shared.file_contents import by_content
from pa_new_shared.file_names import by_name
from pa_new_shared.upload_files import Selection, select


def _names(text: str) -> list[str]:
    return text.split()


SECRETS = _names("""
.env .ENV .Env.Production .env.local .envrc prod.env Prod.ENV env.production env.local
.env~ .env.bak prod.env.old config/prod.env id_rsa ID_RSA id_rsa_github id_ed25519
id_ecdsa_sk id_rsa.bak id_rsa.pem server.ppk site.p12 site.PFX app.jks release.keystore
passwords.kdbx .netrc _netrc .pypirc .pgpass .my.cnf .git-credentials .htpasswd htpasswd
site.htpasswd client_secret.json client_secret_123.apps.json client-secrets.json
credentials.json Credentials.JSON secrets.toml secrets.yaml secrets.yml secrets.json
terraform.tfstate terraform.tfstate.backup prod.tfvars .s3cfg credentials
""")

DATABASES = _names("""
app.db APP.DB app.sqlite app.sqlite3 App.Sqlite3 db.sqlite2 data.db3 shop.duckdb a.mdb
a.accdb h2.mv.db appendonly.aof app.db.bak app.db.old static/words.db instance/app.sqlite
app.db.gz
""")

SIDE_FILES = _names("""
app.db-wal app.db-shm app.db-journal APP.DB-WAL app.sqlite-wal db.sqlite3-journal
app.db-mj1A2B3C901 anything-mj0000009FF shop.duckdb.wal etilqs_0123456789abcdef
""")

DUMPS = _names("""
shop.sql.gz shop.sql.bz2 SHOP.SQL.ZIP backup.dump shop.pgdump dump.rdb users.bson
""")

# What only looks like one of these: a false alarm would break the app.
ORDINARY = _names("""
env.py environment.py alembic/env.py environment.yml env.html env.js environ.txt
test_credentials.py credentials.py secrets.py tokens.py password_reset_email.txt
id.png id_rsa.pub id_ed25519.pub id_rsa.py id_card.html rsa.py certificate.pem site.crt
schema.sql seed.sql fixtures/data.json data.json static/token.css tokens.json
database.py db.py journal.md shop-journal travel-wal dbdump.py key.svg keys.py
secret_santa.json public.key my-journal wal.txt envoy.yaml bandit.ini dump.html
database.json catalog.dbf static/photo.jpg locale/de.mo requirements.txt shop.db.py
""")

_KEY = "-----BEGIN {}PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END"
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"
_AWS = "AKIAIOSFODNN7EXAMPLE"
_LONG = "ya29.a0AfH6SMB0123456789abcdef"
_TABLE = "CREATE TABLE a (b);\n"
_ROWS = "INSERT INTO a VALUES(1,'x');\n"

# A name, contents, and the kind that they make.
CONTENTS: list[tuple[str, str | bytes, str]] = [
    ("data", b"SQLite format 3\0" + b"\0" * 84, "database"),
    ("photo.png", b"SQLite format 3\0" + b"\0" * 84, "database"),
    ("old", b"** This file contains an SQLite 2.1 database **\0", "database"),
    ("access", b"\0\1\0\0Standard ACE DB\0", "database"),
    ("duck", b"\0" * 8 + b"DUCK" + b"\0" * 100, "database"),
    ("gdbm", b"\xce\x9a\x57\x13" + b"\0" * 60, "database"),
    ("gdbm", b"\x13\x57\x9a\xcf" + b"\0" * 60, "database"),
    ("hash", b"\0" * 12 + b"\x61\x15\x06\0" + b"\0" * 60, "database"),
    ("lmdb", b"\0" * 16 + b"\xde\xc0\xef\xbe" + b"\0" * 60, "database"),
    ("h2", b"H:2,block:3,blockSize:1000\n", "database"),
    ("tiny.json", '{"_default": {"1": {"name": "x"}}}', "database"),
    ("log", b"\x37\x7f\x06\x82" + b"\0" * 28, "side-file"),
    ("log", b"\x37\x7f\x06\x83" + b"\0" * 28, "side-file"),
    ("roll", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 20, "side-file"),
    ("index", (b"\x18\xe2\x2d\0" + b"\0" * 44) * 2, "side-file"),
    ("server.pem", _KEY.format(""), "secret"),
    ("server.txt", _KEY.format("RSA "), "secret"),
    ("deploy", _KEY.format("OPENSSH "), "secret"),
    ("locked.pem", _KEY.format("ENCRYPTED "), "secret"),
    ("both.pem", _CERTIFICATE * 200 + _KEY.format("EC "), "secret"),
    ("wide.pem", _KEY.format("").encode("utf-16"), "secret"),
    ("windows.pem", _KEY.format("").replace("\n", "\r\n"), "secret"),
    (
        "conf.yaml",
        "tls:\n  key: |\n    " + _KEY.format("").replace("\n", "\n    "),
        "secret",
    ),
    ("mail.asc", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQHYBF", "secret"),
    ("key.der", b"\x30\x82\x04\xbd\x02\x01\x00\x30\x0d", "secret"),
    ("putty", "PuTTY-User-Key-File-3: ssh-ed25519\n", "secret"),
    ("store", b"\xfe\xed\xfe\xed\0\0\0\2", "secret"),
    (
        "a.json",
        '{"type": "service_account", "private_key": "-----BEGIN PRI"}',
        "secret",
    ),
    ("b.json", '{"web": {"client_id": "a", "client_secret": "0123456789"}}', "secret"),
    ("token.json", '{"token": "ya29.0123456789", "x": 1}', "secret"),
    ("c.json", '{"refresh_token": "1//0123456789"}', "secret"),
    ("aws", "[default]\naws_secret_access_key = 0123456789\n", "secret"),
    (
        "aws.ini",
        f"[default]\naws_access_key_id={_AWS}\naws_secret_access_key=x\n",
        "secret",
    ),
    (
        "s.cfg",
        f"AWS_ACCESS_KEY_ID = '{_AWS}'\nAWS_SECRET_ACCESS_KEY = 'x/+1'\n",
        "secret",
    ),
    ("k.json", f'{{"AccessKeyId": "{_AWS}", "SecretAccessKey": "x1"}}', "secret"),
    (
        "session.json",
        f'{{"access_token": "{_LONG}", "token_type": "Bearer"}}',
        "secret",
    ),
    ("passwords.txt", "pw", "secret"),
    ("my passwords.txt", "# mine\nmail: hunter2\n\nbank = 1234\n", "secret"),
    ("Passwords.TXT", "mail\thunter2\r\nbank\t1234\r\n", "secret"),
    ("keys.csv", "Access key ID,Secret access key\nAKIA,abc\n", "secret"),
    ("kube.yaml", "users:\n- user:\n    client-key-data: LS0tLS1CRUdJTg==\n", "secret"),
    ("env", "A=1\n# x\nexport B='2'\n", "secret"),
    ("env.txt", "SECRET_KEY=1\n", "secret"),
    ("env.sh", "\ufeffexport SECRET_KEY=1\n", "secret"),
    ("secret_key.txt", "0123456789abcdef0123\n", "secret"),
    ("fernet.key", "0123456789abcdef0123456789abcdef0123456789a=\n", "secret"),
    ("api_token", "0123456789abcdef\n", "secret"),
    ("x.sql", f"-- MySQL dump 10.13\n{_TABLE}{_ROWS}", "dump"),
    ("x.sql", f"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n{_TABLE}{_ROWS}", "dump"),
    ("x.sql", f"BEGIN TRANSACTION;\n{_TABLE}{_ROWS}COMMIT;\n", "dump"),
    (
        "x.txt",
        f"-- PostgreSQL database dump\n{_TABLE}COPY a (b) FROM stdin;\n1\n",
        "dump",
    ),
    ("wide", f"-- MySQL dump 10.13\n{_ROWS}".encode("utf-16"), "dump"),
    ("big.sql", f"-- MySQL dump 10.13\n{_TABLE * 20000}{_ROWS}", "dump"),
    ("dump.sql", f"{_TABLE}{_ROWS}", "dump"),
    ("backup-2026.sql", f"{_TABLE}{_ROWS}", "dump"),
    ("x", b"PGDMP\1\16\0", "dump"),
    ("x", b"REDIS0011\xfa", "dump"),
    ("x.gz", gzip.compress(b"SQLite format 3\0" + b"\0" * 84), "dump"),
    ("x.gz", gzip.compress(b"-- MySQL dump 10.13\n"), "dump"),
]

NOTHING: list[tuple[str, str | bytes]] = [
    ("data", b""),
    ("data", b"SQLite format 3"),
    ("data", b"\xff" * 5000),
    ("cert.pem", _CERTIFICATE),
    ("public.pem", "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOC\n"),
    ("notes.txt", "A file with -----BEGIN PRIVATE KEY----- in it is a key.\n"),
    ("guide.md", _KEY.format("")),
    ("keys.py", f"KEY = '''\n{_KEY.format('')}'''\n"),
    ("cert.der", b"\x30\x82\x04\xbd\x30\x82\x03\xa5"),
    ("schema.sql", _TABLE),
    ("seed.sql", f"{_TABLE}INSERT INTO a (b) VALUES (1);\n"),
    ("schema.sql", f"-- PostgreSQL database dump\n{_TABLE}"),
    (
        "move.sql",
        "BEGIN TRANSACTION;\nCREATE TABLE b (c);\nINSERT INTO b SELECT * FROM a;",
    ),
    ("data.json", '[{"model": "shop.item", "pk": 1, "fields": {"name": "x"}}]'),
    ("openapi.json", '{"client_secret": {"type": "string"}, "client_id": {}}'),
    ("token.json", '{"token": {"color": "red"}}'),
    ("aws.ini", f"[default]\naws_access_key_id={_AWS}\naws_secret_access_key=\n"),
    ("aws.ini", f"[default]\nid={_AWS}\n"),
    ("aws.ini", "aws_access_key_id=AKIA\naws_secret_access_key=x\n"),
    ("s.yml", f"id: {_AWS}\nsecret_access_key: ${{SECRET}}\n"),
    ("api.json", f'{{"access_token": "{_LONG}", "token_type": "x"}}' + " " * 4096),
    ("api.json", '{"access_token": {"type": "string"}, "token_type": "x"}'),
    ("api.json", '{"access_token": "your-access-token-here", "token_type": "x"}'),
    ("api.json", f'{{"access_token": "{_LONG}"}}'),
    ("passwords.txt", ""),
    ("common-passwords.txt", "123456\npassword\nqwerty\n"),
    ("forgot_password.txt", "{{link}}"),
    ("reset-password.txt", "Hello,\nopen this page: https://shop.example/reset\n"),
    ("password_hints.txt", "pw"),
    ("env", "name: x\nA=1\n"),
    ("env.txt", "SECRET_KEY=\n# set this\n"),
    ("example.env", "SECRET_KEY=change-me\n"),
    ("env.example", "SECRET_KEY=change-me\n"),
    ("secret_key.txt", ""),
    ("password.txt", "Dear user,\nyour password was reset.\n"),
    ("x.gz", gzip.compress(b"hello")),
    ("x.gz", b"\x1f\x8b broken"),
]


def kinds(found: Selection) -> dict[str, str]:
    return {left.path: left.kind for left in found.left}


class SelectTest(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name).resolve() / "hello"
        self.folder.mkdir()

    def select(self, *includes: str) -> Selection:
        return select(str(self.folder), includes)


class NamesTest(SelectTest):
    """What a name says."""

    def test_kinds(self) -> None:
        for names, kind in (
            (SECRETS, "secret"),
            (DATABASES, "database"),
            (SIDE_FILES, "side-file"),
            (DUMPS, "dump"),
            (ORDINARY, None),
        ):
            for path in names:
                with self.subTest(path):
                    found = by_name(path.rpartition("/")[2])
                    self.assertEqual(found[0] if found else None, kind)

    def test_the_whole_selection(self) -> None:
        left = [*SECRETS, *DATABASES, *SIDE_FILES, *DUMPS]
        write(self.folder, {path: "x" for path in [*left, *ORDINARY]})
        found = self.select()
        self.assertEqual(found.paths, sorted(ORDINARY))
        self.assertEqual(sorted(kinds(found)), sorted(left))

    def test_the_key_of_this_computer_is_not_told(self) -> None:
        """PythonAnywhere makes its own: nobody has to bring it there."""
        write(self.folder, {".secret_key": "0123456789abcdef" * 4, "wsgi.py": ""})
        found = self.select()
        self.assertEqual((found.paths, found.left), (["wsgi.py"], []))
        self.assertEqual(self.select(".secret_key").paths, [".secret_key", "wsgi.py"])

    def test_examples_of_settings_are_no_secrets(self) -> None:
        names = [".env.example", ".env.sample", ".env.template", ".env.dist"]
        write(self.folder, {name: "A=1" for name in [*names, "env.example"]})
        found = self.select()
        self.assertEqual(kinds(found), {name: "hidden" for name in names})
        self.assertEqual(found.paths, ["env.example"])
        self.assertEqual(found.settings, sorted(names))


class ContentsTest(SelectTest):
    """What the contents say."""

    def test_kinds(self) -> None:
        for name, content, kind in CONTENTS:
            with self.subTest(name=name, content=content[:40]):
                write(self.folder, {name: content})
                self.assertEqual(kinds(self.select()), {name: kind})
                (self.folder / name).unlink()

    def test_what_only_looks_like_it(self) -> None:
        for name, content in NOTHING:
            with self.subTest(name=name, content=content[:40]):
                write(self.folder, {name: content})
                self.assertEqual(self.select().paths, [name])
                (self.folder / name).unlink()

    def test_databases_that_python_makes(self) -> None:
        import dbm.dumb
        import shelve

        with shelve.open(str(self.folder / "shelf")) as shelf:
            shelf["a"] = 1
        with dbm.dumb.open(str(self.folder / "dumb"), "c") as dumb:
            dumb[b"a"] = b"b"
        connection = sqlite3.connect(self.folder / "wide")
        connection.execute("PRAGMA encoding = 'UTF-16'")
        connection.execute("CREATE TABLE a (b)")
        connection.close()
        found = self.select()
        self.assertEqual(found.paths, [])
        self.assertEqual(set(kinds(found).values()), {"database"})
        self.assertIn("dumb.dat", kinds(found))

    def test_a_dump_of_sqlites_own(self) -> None:
        connection = sqlite3.connect(":memory:")
        self.addCleanup(connection.close)
        connection.execute("CREATE TABLE a (b)")
        schema = "\n".join(connection.iterdump())
        connection.execute("INSERT INTO a VALUES (1)")
        dump = "\n".join(connection.iterdump())
        write(self.folder, {"schema.sql": schema, "all.sql": dump})
        found = self.select()
        self.assertEqual(found.paths, ["schema.sql"])
        self.assertEqual(kinds(found), {"all.sql": "dump"})

    def test_a_folder_that_is_a_database(self) -> None:
        level = {
            "CURRENT": "MANIFEST-000004\n",
            "MANIFEST-000004": "",
            "000005.log": "",
        }
        write(self.folder / "cache", level)
        write(self.folder / "docs", {"CURRENT": "the current version", "a.log": ""})
        found = self.select()
        self.assertEqual(kinds(found), {f"cache/{name}": "database" for name in level})
        self.assertEqual(found.paths, ["docs/CURRENT", "docs/a.log"])

    def test_side_files_of_a_database_without_an_ending(self) -> None:
        connection = sqlite3.connect(self.folder / "Data")
        connection.execute("CREATE TABLE a (b)")
        connection.close()
        write(self.folder, {"data-journal": "", "Data-wal": "", "other-journal": ""})
        found = self.select()
        self.assertEqual(found.paths, ["other-journal"])
        self.assertEqual(
            kinds(found),
            {"Data": "database", "Data-wal": "side-file", "data-journal": "side-file"},
        )

    def test_what_is_no_regular_file_does_not_hold_it_up(self) -> None:
        os.mkfifo(self.folder / "pipe")
        (self.folder / "loop").symlink_to("loop")
        (self.folder / "zero").symlink_to("/dev/zero")
        (self.folder / "up").symlink_to("..")
        self.assertEqual(self.select().paths, ["loop", "pipe", "up", "zero"])

    def test_a_link_to_a_database_stays_here(self) -> None:
        outside = self.folder.parent / "outside"
        sqlite3.connect(outside).execute("CREATE TABLE a (b)").connection.close()
        (self.folder / "data").symlink_to(outside)
        self.assertEqual(kinds(self.select()), {"data": "database"})

    def test_any_bytes(self) -> None:
        import random

        dice = random.Random(16)
        starts = [c if isinstance(c, bytes) else c.encode() for _, c, _ in CONTENTS]
        for _ in range(3000):
            start = dice.choice(starts)[: dice.randrange(80)]
            head = start + bytes(dice.randrange(256) for _ in range(dice.randrange(60)))
            by_content(dice.choice(["a.json", "x.gz", "env", "a.sql", "k.pem"]), head)


if __name__ == "__main__":
    unittest.main()
