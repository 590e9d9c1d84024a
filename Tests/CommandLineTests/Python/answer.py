"""Run a program on a terminal, and answer what it asks.

answer.py ANSWERS PROGRAM [ARGUMENT...]

ANSWERS is a JSON list: each text is typed when the program shows a question, which ends in ": ". The
text "^C" is that key, "^D" the end of the input; one that starts with "!" is a command that is run
before the next answer is typed. "@SHOWN@TEXT" is typed when the program has shown that, without a
question. Prints all that the program showed; exits as it did.
"""

import json
import os
import pty
import select
import subprocess
import sys
import time


def is_expected(answer: str, shown: bytes) -> bool:
    """Tell whether it is time to type an answer."""
    if answer.startswith("@"):
        return answer.split("@")[1].encode() in shown
    return shown.endswith(b": ")


def main() -> None:
    """Run the program, and answer."""
    answers = json.loads(sys.argv[1])
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = b""
    asked = b""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
            asked += data
        elif answers and is_expected(answers[0], asked):
            keys = {"^C": b"\x03", "^D": b"\x04"}
            answer = answers.pop(0)
            answer = answer.split("@")[-1] if answer.startswith("@") else answer
            if answer.startswith("!"):
                subprocess.run(answer[1:], shell=True, check=True)
                continue
            os.write(terminal, keys.get(answer, answer.encode() + b"\n"))
            asked = b""
    else:
        os.kill(child, 9)
        print("it waits:")
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    sys.stdout.flush()
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
    sys.exit(99 if answers else code)


main()
