"""Press Tab in a real shell on a pseudo-terminal, and tell what came of it.

Usage: complete.py bash|zsh|fish SCRIPT LINE...

For each line a JSON document is printed with what stands on the line after it was
typed and Tab was pressed once, and with the words that zsh offered.
"""

from __future__ import annotations

import json
import os
import pty
import select
import sys
import tempfile
import time
from pathlib import Path

#: How each shell starts without anybody's settings.
WORDS = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "--private"],
}

#: Makes Ctrl-X write the line between two marks to $OUT and empty it.
SETTINGS = {
    "bash": """
dump() { printf '%s\\036' "$READLINE_LINE" >>"$OUT"; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-x": dump'
source "$SCRIPT"
""",
    # Each word that is offered goes through compadd.
    "zsh": """
setopt rc_quotes
[[ ${SCRIPT:t} == _pa-new ]] && fpath=(${SCRIPT:h} $fpath)
autoload -Uz compinit; compinit -u -D
[[ ${SCRIPT:t} == _pa-new ]] || source "$SCRIPT"
setopt no_auto_list no_auto_menu no_always_last_prompt; LISTMAX=1000
compadd() {
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
    local -a hits
    builtin compadd -A hits "$@"
    (( $#hits )) && printf '%s\\035' "${(@Q)hits}" >>$OUT
    builtin compadd "$@"
}
dump() { printf '%s\\036' "$BUFFER" >>$OUT; BUFFER=; }
zle -N dump; bindkey '^X' dump
""",
    "fish": """
source $SCRIPT
function dump; printf '%s\\036' (commandline) >>$OUT; commandline ''; end
bind \\cx dump
""",
}


class Shell:
    """A shell on a terminal of its own."""

    def __init__(self, name: str, script: str, scratch: Path) -> None:
        """Start the shell and teach it the script."""
        self.out = scratch / "out"
        self.out.write_bytes(b"")
        self.seen = 0
        settings = scratch / "settings"
        settings.write_text(SETTINGS[name] + "printf 'ready\\036' >>$OUT\n")
        variables = {
            **os.environ,
            "OUT": str(self.out),
            "SCRIPT": script,
            "TERM": "xterm",
            "HOME": str(scratch),
            "LC_ALL": "C.UTF-8",
        }
        child, self.terminal = pty.fork()
        if child == 0:
            os.execvpe(WORDS[name][0], WORDS[name], variables)
        self.send(f" source {settings}\r")
        self.answer()

    def send(self, keys: str) -> None:
        """Press keys."""
        os.write(self.terminal, keys.encode())

    def answer(self) -> str:
        """Wait for the next piece of the file that the shell writes to."""
        screen = b""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.01)[0]:
                try:
                    screen += os.read(self.terminal, 65536)
                except OSError:
                    break
            text = self.out.read_bytes()[self.seen :].decode()
            if text.endswith("\x1e"):
                self.seen += len(text.encode())
                return text[:-1]
        sys.exit(
            f"the shell does not answer; it shows:\n{screen.decode(errors='replace')}"
        )

    def complete(self, line: str) -> dict[str, object]:
        """Type a line and press Tab."""
        self.send(line + "\t\x18")
        *offered, left = self.answer().split("\x1d")
        return {"line": line, "offered": offered, "left": left}


def main() -> None:
    """Complete each line."""
    name, script, *lines = sys.argv[1:]
    with tempfile.TemporaryDirectory() as scratch:
        shell = Shell(name, script, Path(scratch))
        print(json.dumps([shell.complete(line) for line in lines]))


if __name__ == "__main__":
    main()
