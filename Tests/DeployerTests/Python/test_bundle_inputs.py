"""What goes into a bundle: lines of requirements, uv, its errors, the environment."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path

from pa_new_deploy import packages
from pa_new_deploy.bundle import children, requirement_files, resolution, tool
from pa_new_deploy.bundle.bundle_problems import (
    BadPackage,
    BadRequirement,
    NoUv,
    Unresolved,
)

import support


class FolderTest(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name).resolve()
        self.project = self.root / "shop"
        self.project.mkdir()


class RequirementFilesTest(FolderTest):
    def copy(self, files: dict[str, str | bytes]) -> Path:
        support.write(self.project, files)
        out = Path(tempfile.mkdtemp(dir=self.root))
        return requirement_files.copy(self.project, out)

    def test_files_are_copied_as_they_are(self) -> None:
        text = (
            "flask==3.1.0 --hash=sha256:00\n-r more/dev.txt\n-c limits.txt\n"
            "--extra-index-url https://host/simple\n"
            "x @ https://host/x-1.0-py3-none-any.whl\n"
        )
        more: dict[str, str | bytes] = {"more/dev.txt": "-r ../a.txt\n", "a.txt": ""}
        file = self.copy({"requirements.txt": text, "limits.txt": "jinja2<4", **more})
        self.assertEqual(file.read_text(), text)
        names = {
            p.relative_to(file.parent).as_posix() for p in file.parent.rglob("*.*")
        }
        self.assertEqual(
            names, {"requirements.txt", "limits.txt", "more/dev.txt", "a.txt"}
        )

    def test_files_in_other_encodings_become_utf_8(self) -> None:
        for content, start in [
            ("# für alle\nflask\n".encode("latin-1"), "# f"),
            ("\ufeff# für alle\nflask\n".encode("utf-16-le"), "# für alle"),
            ("\ufeff# für alle\r\nflask\n".encode(), "# für alle"),
        ]:
            with self.subTest(content):
                file = self.copy({"requirements.txt": content})
                text = file.read_bytes().decode("utf-8")
                self.assertTrue(text.startswith(start), text)
                self.assertTrue(text.endswith("\nflask\n"), text)

    def test_lines_that_no_bundle_can_fulfil(self) -> None:
        (self.root / "outside.txt").write_text("flask\n")
        for text, kind in [
            ("-e .", "local"),
            ("--editable=./lib", "local"),
            ("./lib", "local"),
            ("lib/x-1.0-py3-none-any.whl", "local"),
            ("x @ file:///home/me/x", "local"),
            ("file:///home/me/x.whl", "local"),
            ("git+https://github.com/a/b", "source"),
            ("-e git+https://github.com/a/b#egg=b", "source"),
            ("x @ git+ssh://git@host/x", "source"),
            ("x @ https://host/x-1.0.tar.gz", "source"),
            ("https://host/x.zip#x.whl", "source"),
            ("--no-binary :all:", "build"),
            ("--no-binary=x", "build"),
            ("--find-links /home/me/wheels", "local"),
            ("-f wheels", "local"),
            ("--index-url file:///home/me/simple", "local"),
            ("-r ../outside.txt", "outside"),
            ("-r /etc/passwd", "outside"),
            ("-c nowhere.txt", "outside"),
            ("fl@sk!!", "local"),
            ("flask=1", "invalid"),
        ]:
            with self.subTest(text), self.assertRaises(BadRequirement) as caught:
                self.copy({"requirements.txt": f"flask\n{text}\n"})
            problem = caught.exception
            self.assertEqual((problem.kind, problem.line), (kind, 2))
            self.assertIn("requirements.txt", problem.diagnostic().message)

    def test_a_link_to_outside_is_not_followed(self) -> None:
        (self.root / "secret").write_text("flask\n")
        (self.project / "more.txt").symlink_to(self.root / "secret")
        with self.assertRaises(BadRequirement) as caught:
            self.copy({"requirements.txt": "-r more.txt"})
        self.assertEqual(caught.exception.kind, "outside")


class EnvironmentTest(unittest.TestCase):
    def test_a_child_gets_no_secret(self) -> None:
        given = {
            "API_TOKEN": "t",
            "AWS_SECRET_ACCESS_KEY": "s",
            "PYTHONPATH": "/x",
            "UV_OVERRIDE": "o.txt",
            "VIRTUAL_ENV": "/v",
            "PATH": "/bin",
            "UV_INDEX_COMPANY_PASSWORD": "p",
            "https_proxy": "http://proxy",
            "PIP_INDEX_URL": "https://index/simple",
        }
        self.assertEqual(
            children.environment(given),
            {
                "PATH": "/bin",
                "UV_INDEX_COMPANY_PASSWORD": "p",
                "https_proxy": "http://proxy",
                "PIP_INDEX_URL": "https://index/simple",
                "UV_DEFAULT_INDEX": "https://index/simple",
            },
        )

    def test_uv_s_own_variable_wins(self) -> None:
        given = {"PIP_INDEX_URL": "https://a", "UV_INDEX_URL": "https://b"}
        self.assertEqual(children.environment(given), given)

    def test_text_is_cleaned_before_it_is_cut(self) -> None:
        text = "x" * 580 + " https://me:password@host/\x1b[31m"
        found = children.cleaned(text)
        self.assertNotIn("pass", found)
        self.assertLessEqual(len(found), 600)
        self.assertNotIn("\x1b", found)


class ToolTest(FolderTest):
    def program(self, folder: Path, version: str) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "uv"
        path.write_text(f"#!/bin/sh\necho 'uv {version}'\n")
        path.chmod(0o755)
        return str(path)

    def test_the_user_s_uv_is_taken_if_it_is_new_enough(self) -> None:
        path = self.program(self.root / "new", "0.9.1 (abc 2026-01-01)")
        self.program(self.root / "old", "0.4.30")
        variables = {"PATH": f"{self.root}/old:{self.root}/new"}
        self.assertEqual(
            tool.find(variables, self.project), tool.Uv(path, "0.9.1", is_own=False)
        )

    def test_no_uv_of_the_project_is_run(self) -> None:
        self.program(self.project / ".venv" / "bin", "99.0.0")
        (self.root / "link").symlink_to(self.project / ".venv" / "bin")
        outside = self.program(self.root / "elsewhere", "99.0.0")
        (self.project / "bin").mkdir()
        (self.project / "bin" / "uv").symlink_to(outside)
        path = (
            f"{self.project}/.venv/bin:{self.project}/bin:{self.root}/link:.venv/bin:"
        )
        with self.assertRaises(NoUv):
            tool.find({"PATH": path}, self.project)

    def test_pa_new_s_own_is_kept_in_the_cache(self) -> None:
        place = self.root / "cache" / "pa-new" / f"uv-{tool.VERSION}"
        path = self.program(place / "bin", tool.VERSION)
        for folder in (place, place.parent):
            folder.chmod(0o700)
        variables = {"XDG_CACHE_HOME": f"{self.root}/cache"}
        self.assertEqual(
            tool.find(variables, self.project), tool.Uv(path, tool.VERSION, is_own=True)
        )
        place.parent.chmod(0o777)
        with self.assertRaises(NoUv):
            tool.find(variables, self.project)

    def test_no_cache_is_used_where_others_can_change_it(self) -> None:
        """In a folder that others can write to, they put another one in its place."""
        for name, mode, below in [
            ("shared", 0o777, ""),
            ("group", 0o770, ""),
            ("above", 0o777, "/a/b"),
            ("sticky", 0o1777, ""),
            ("own", 0o755, ""),
            ("private", 0o700, "/a"),
        ]:
            with self.subTest(name):
                folder = self.root / name
                Path(f"{folder}{below}").mkdir(parents=True)
                folder.chmod(mode)
                (self.root / f"{name}-link").symlink_to(f"{folder}{below}")
                is_safe = name in ("sticky", "own", "private")
                for place in (f"{folder}{below}", f"{folder}-link"):
                    found = tool.cache({"XDG_CACHE_HOME": place})
                    wanted = Path(f"{folder}{below}/pa-new")
                    self.assertEqual(found, wanted if is_safe else None)
                    self.assertEqual(wanted.exists(), is_safe)
                    if is_safe:
                        self.assertEqual(wanted.stat().st_mode & 0o777, 0o700)
        if os.geteuid() == 0:
            os.chown(self.root / "own", 65534, -1)
            self.assertIsNone(tool.cache({"XDG_CACHE_HOME": f"{self.root}/own"}))

    def test_a_failed_installation_leaves_nothing(self) -> None:
        python = self.root / "python"
        python.write_text("#!/bin/sh\necho 'no network, sorry' >&2\nexit 1\n")
        python.chmod(0o755)
        with self.assertRaises(NoUv) as caught:
            tool.find({"HOME": str(self.root)}, self.project, str(python))
        self.assertIn("no network, sorry", caught.exception.reason)
        self.assertEqual(list((self.root / ".cache" / "pa-new").iterdir()), [])

    def test_an_installation_needs_the_hashes(self) -> None:
        python = self.root / "python"
        python.write_text(
            "#!/bin/sh\nPATH=/usr/bin:/bin\ncat requirements.txt > ../../../asked\n"
            'while [ "$1" != --target ]; do shift; done\n'
            'mkdir -p "$2/bin"; printf "#!/bin/sh\\necho uv 0.13.9\\n" > "$2/bin/uv"\n'
            'chmod +x "$2/bin/uv"\n'
        )
        python.chmod(0o755)
        variables = {"HOME": str(self.root)}
        found = tool.find(variables, self.project, str(python))
        self.assertTrue(found.is_own)
        asked = (self.root / "asked").read_text()
        self.assertEqual(asked.count("--hash=sha256:"), 6)
        self.assertTrue(asked.startswith(f"uv=={tool.VERSION} "))


class FaultTest(unittest.TestCase):
    def test_the_errors_of_uv(self) -> None:
        for text, kind, package in [
            (
                "Because all versions of mysqlclient have no usable wheels and you require",
                "no-wheel",
                "mysqlclient",
            ),
            (
                "Because numpy==1.19.0 has no usable wheels and you",
                "no-wheel",
                "numpy",
            ),
            (
                "Because flsk was not found in the package registry and you require flsk",
                "unknown",
                "flsk",
            ),
            (
                "Because there is no version of flask==99 and you require flask==99, we",
                "no-version",
                "flask",
            ),
            (
                "Because you require a and b, your requirements are unsatisfiable.",
                "conflict",
                "",
            ),
            ("error: x\n cause: Hash mismatch for `idna==3.4`", "hash", "idna"),
            (
                "Because flask was not found in the cache and you require flask, we\n"
                + "hint: Packages were unavailable because the network was disabled.",
                "offline",
                "",
            ),
            ("cause: Failed to fetch: http://h/simple/\n dns error", "network", ""),
            ("No space left on device (os error 28)", "full", ""),
            ("something new", "other", ""),
            ("", "other", ""),
        ]:
            with self.subTest(text):
                found = resolution.fault(f"error: {text}", "3.13")
                self.assertEqual((found.kind, found.package), (kind, package))
                self.assertTrue(found.diagnostic().hint)

    def test_a_package_without_a_wheel_has_a_way_out(self) -> None:
        problem = Unresolved("no-wheel", "mysqlclient", "3.13", "")
        self.assertTrue(
            problem.diagnostic().hint.startswith("use PyMySQL instead, or ")
        )
        self.assertIn("--packages virtualenv", problem.diagnostic().hint)
        problem = Unresolved("no-wheel", "uWSGI", "3.13", "")
        self.assertTrue(problem.diagnostic().hint.startswith("remove it, because "))

    def test_every_problem_has_a_message(self) -> None:
        for kind in ("link", "special", "name", "case", "large"):
            self.assertIn("x/y", BadPackage("x/y", kind).diagnostic().message)
        self.assertIn("pip install uv", NoUv("why").diagnostic().hint)

    def test_the_c_library(self) -> None:
        cases = {"innit": "2.35", "haggis": "2.31", "later": "2.31"}
        for image, version in cases.items():
            self.assertEqual(resolution.glibc(image), version)
        self.assertEqual(resolution.glibc(None), "2.31")
        self.assertEqual(resolution.glibc(["innit"]), "2.31")


class PinTest(unittest.TestCase):
    def test_versions_are_compared_as_versions(self) -> None:
        for pin, there, is_good in [
            ("3.1", "3.1.0", True),
            ("v3.1.0", "3.1", True),
            ("3.1", "3.10", False),
            ("1.0rc1", "1.0.0c1", True),
            ("1.0-1", "1.0.post1", True),
            ("1.0", "1.0.post1", False),
            ("1.0", "1.0.dev0", False),
            ("2.0", "2.0+cpu", True),
            ("2.0+cpu", "2.0", False),
            ("2.0+cpu", "2.0+cu12", False),
            ("1!2.0", "2.0", False),
            ("0", "0.0", True),
            ("not-a-version", "1.0", False),
            ("3.1.*", "3.1.4", True),
            ("3.1.*", "3.1", True),
            ("3.1.*", "3.1rc1+cpu", True),
            ("3.1.*", "3.10", False),
            ("3.0.*", "3", True),
            ("3.0.*", "3.1", False),
            ("v3.*", "3.9", True),
            ("1!3.*", "3.9", False),
            ("what.*", "3.9", True),  # not certain
            ("9" * 300, "3.9", False),
        ]:
            with self.subTest(pin=pin, there=there):
                names = [f"x-{there}.dist-info"]
                missing = packages.missing(f"x=={pin}", names, "3.13")
                self.assertEqual(missing == [], is_good)

    def test_markers_are_those_of_pythonanywhere(self) -> None:
        for marker, is_needed in [
            ("sys_platform == 'win32'", False),
            ("platform_system == 'Darwin' or python_version < '3.9'", False),
            ("sys_platform == 'linux'", True),
            ("python_version >= '3.13'", True),
            ("python_version < '3.13'", False),
        ]:
            with self.subTest(marker):
                text = f"x; {marker}\n"
                self.assertEqual(packages.required(text, "3.13") != [], is_needed)
                self.assertEqual(packages.missing(text, [], "3.13") != [], is_needed)

    def test_a_marker_that_is_not_understood_may_hold(self) -> None:
        text = "x; platform_release > '5'\n"
        self.assertEqual(packages.required(text, "3.13"), [text.strip()])
        self.assertEqual(packages.missing(text, [], "3.13"), [])


if __name__ == "__main__":
    unittest.main()
