"""Makes a zip file whose bytes depend on nothing but the files in it."""

from __future__ import annotations

import io
import os
import stat
import tempfile
import zipfile
from pathlib import Path

from pa_new_deploy.problems import NotWritten
from pa_new_shared.project_copies import MARK

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can have


def zip_entry(path: str, mode: int) -> zipfile.ZipInfo:
    """Return the facts about a file in a zip file, which are the same on each computer.

    :param path: the path with ``/``.
    :param mode: its permissions.
    """
    info = zipfile.ZipInfo(path, _TIME)
    info.create_system = 3  # Unix
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = (stat.S_IFREG | mode) << 16
    return info


def archive(contents: dict[str, bytes]) -> bytes:
    """Return a zip file.

    :param contents: the contents of each file, by its path with ``/``, in their order.
    """
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as zipped:
        zipped.comment = MARK
        for path, content in contents.items():
            info = zip_entry(path, 0o644)
            if path.endswith(".zip"):  # it is compressed already
                info.compress_type = zipfile.ZIP_STORED
            zipped.writestr(info, content)
    return output.getvalue()


def write(path: Path, content: bytes) -> None:
    """Write a file, as a whole or not at all.

    :raises NotWritten: if it cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with open(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise NotWritten(str(path), error.strerror or type(error).__name__) from None
