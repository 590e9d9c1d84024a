"""The tarball: the same files as in the wheel, in their places below a prefix."""

from __future__ import annotations

import gzip
import io
import tarfile
from pathlib import Path

TEXTS = ("LICENSE", "README.md")
"""What is in it besides the binary and what belongs to that."""


def build_tarball(project: Path, tarball: Path, epoch: int) -> None:
    """Pack what can be unpacked into a prefix such as ~/.local.

    No folder is a member: tar would change the mode of a folder that exists already.
    """
    root = tarball.name.removesuffix(".tar.gz")
    files = {f"share/doc/pa-new/{name}": project / name for name in TEXTS}
    for file in [project / "bin" / "pa-new", *(project / "share").rglob("*")]:
        if file.is_file():
            files[str(file.relative_to(project))] = file
    with (
        tarball.open("wb") as raw,
        # No name and no time in the gzip header.
        gzip.GzipFile("", "wb", 9, raw, mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for path, file in sorted(files.items()):
            data = file.read_bytes()
            member = tarfile.TarInfo(f"{root}/{path}")
            member.size, member.mtime = len(data), epoch
            member.mode = 0o755 if path.startswith("bin/") else 0o644
            member.uname = member.gname = "root"
            tar.addfile(member, io.BytesIO(data))
