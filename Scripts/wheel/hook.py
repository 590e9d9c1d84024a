"""What hatchling has to be told in code: the wheel's tag, and the files below share/."""

import os
from pathlib import Path
from typing import Any

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
