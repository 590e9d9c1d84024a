"""The methods of paths."""

import os
from pathlib import Path

from tell import tell

shop = Path("/home/alice/shop")
tell(Path.cwd)
tell(lambda: Path("shop/absolute").resolve())
tell(lambda: Path("shop/none/x").resolve())
tell(lambda: Path("/home/alice/shop/none").resolve(strict=True))
tell(lambda: Path("www/..").resolve())
tell(lambda: Path("shop").absolute())
tell((shop / "data/a.txt").read_text)
tell((shop / "none").read_text)
tell((shop / "w.txt").write_text, "w")
tell(lambda: (shop / "w.txt").stat().st_size)
tell(lambda: sorted(shop.iterdir())[:3])
tell(lambda: sorted(shop.glob("**/*.txt")))
tell(lambda: sorted(shop.rglob("a*")))
tell(lambda: sorted(Path("shop").glob("*/*.txt")))
tell((shop / "touched").touch)
tell((shop / "touched").touch, exist_ok=False)
tell((shop / "touched").unlink)
tell((shop / "touched").unlink)
tell(lambda: (shop / "p/q").mkdir(parents=True))
tell(lambda: (shop / "p/q").rmdir())
tell(lambda: (shop / "l").symlink_to("/srv"))
tell(lambda: (shop / "l").is_dir())
tell(lambda: os.readlink(shop / "l"))
tell(lambda: (shop / "w.txt").rename(shop / "v.txt"))
tell(lambda: (shop / "v.txt").replace(shop / "w.txt"))
tell(lambda: (shop / "w.txt").samefile("shop/w.txt"))
tell(
    lambda: (
        (shop / "l").exists(),
        (shop / "loop").is_symlink(),
        (shop / "none").exists(),
    )
)
tell((shop / "w.txt").chmod, 0o600)
tell(lambda: oct((shop / "w.txt").lstat().st_mode))
with (shop / "w.txt").open("a") as file:
    tell(lambda: file.name == str(shop / "w.txt"))
tell((shop / "app.py").owner) if 0 else None
tell(lambda: Path("~").expanduser() != 1)
