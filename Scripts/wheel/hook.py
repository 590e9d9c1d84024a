"""What hatchling has to be told in code: the wheel's tag, its files, and how it is packed."""

import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import deflate
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelOfBinary(BuildHookInterface):
    """Makes the wheel one of a binary, and of what belongs to that."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Set the tag: any Python 3, on Linux with this glibc or a newer one.

        The binary has its glibc in it, and would start with an older one of the system.
        But to look up a user, say, it loads parts of the system's, which must not be
        much older than what it was linked with.
        """
        build_data["pure_python"] = False
        # The machine of the binary, which is not asked of this one twice.
        machine = os.environ["PA_NEW_MACHINE"]
        build_data["tag"] = f"py3-none-manylinux_2_34_{machine}"
        # File by file: of a folder, hatchling takes nothing where there is no module.
        root = Path(self.root)
        for file in sorted(root.glob("share/**/*")):
            if file.is_file():
                place = str(file.relative_to(root))
                build_data["shared_data"][place] = place

    def finalize(
        self, version: str, build_data: dict[str, Any], artifact_path: str
    ) -> None:
        """Pack the wheel again, as small as its form allows."""
        wheel = Path(artifact_path)
        wheel.write_bytes(packed_again(wheel))


# The form of a zip archive: what stands before a file, in the list of files, at the end.
LOCAL = struct.Struct("<4s5H3L2H")
LISTED = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
VERSION = 20  # 2.0, the first with this compression.
DEFLATED = 8


def packed_again(archive: Path) -> bytes:
    """Return a zip archive whose files are compressed with the highest effort.

    zlib, with which Python packs archives, has no such level.
    """
    files, listed, count = b"", b"", 0
    with zipfile.ZipFile(archive) as zipped:
        for info in zipped.infolist():
            contents, name = zipped.read(info), info.filename.encode("ascii")
            packed = deflate.deflate_compress(contents, 12)
            year, month, day, hour, minute, second = info.date_time
            common = (
                *(0, DEFLATED),
                hour << 11 | minute << 5 | second // 2,
                (year - 1980) << 9 | month << 5 | day,
                *(zlib.crc32(contents), len(packed), len(contents)),
            )
            made_by = info.create_system << 8 | VERSION
            rest = (0, 0, 0, info.internal_attr, info.external_attr, len(files))
            listed += LISTED.pack(
                b"PK\1\2", made_by, VERSION, *common, len(name), *rest
            )
            listed += name
            files += LOCAL.pack(b"PK\3\4", VERSION, *common, len(name), 0)
            files += name + packed
            count += 1
    end = END.pack(b"PK\5\6", 0, 0, count, count, len(listed), len(files), 0)
    return files + listed + end
