#!/usr/bin/env python3
"""Fuzz the code that reads outside input, with libFuzzer and the address sanitizer.

    python3 Benchmarks/fuzz/fuzz.py [--seconds S] [--share F] [TARGET...]

Targets: the Mustache parser and renderer, manifests, the arguments of the command line,
JSON with positions, patterns and merges. The number of executions of each is in the table
below, and is multiplied by the share. A run ends with exit code 1 after a crash, a finding
of the sanitizer, a failed check in `Fuzz.swift`, an execution of more than 5 seconds or a
use of more than 1 GB of memory. The input is then kept in `.build/fuzz/findings/`.

All files are in `.build/fuzz/`. The corpus is kept there, so that the next run continues
with it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / ".build" / "fuzz"

#: The modules to compile, in the order of their imports, and the folder that each embeds.
MODULES = {
    "JSON": None,
    "Mustache": None,
    "ProjectFiles": None,
    "Scaffold": "Templates",
    "HostTools": "HostPython",
}

#: The number of inputs for each target.
EXECUTIONS = {
    "mustache": 1_000_000,
    "manifest": 200_000,
    "arguments": 200_000,
    "json": 500_000,
    "pattern": 200_000,
    "merge": 200_000,
}

#: Words for the fuzzer's inputs, in addition to those that it finds in comparisons.
WORDS = {
    "mustache": "{{ }} {{# {{^ {{/ {{> {{< {{$ {{! {{& {{{ }}} {{= =}} {{>* {{=<%_%>=}} "
    "{{#l}} {{/l}} {{^e}} {{/e}} {{.}} {{a}} {{o.o.b}} {{f}} {{#f}} {{/f}} {{g}} {{h}} "
    "{{>p}} {{>q}} {{>*p}} {{<p}} {{/p}} {{$x}} {{/x}} {{#b}} {{/b}}",
    "manifest": "title summary greeting modules default true false null { } [ ] : , "
    '"questions" "key" "type" "prompt" "help" "choices" "pattern" "when" "files" "commands" "text" '
    '"bool" "integer" "choice" "label" "value"',
    "arguments": "-- - = --help check visit list completions man help hello --framework "
    "--user --domain --python --output --quiet -f -u -o flask 3.13 .pythonanywhere.com",
    "json": "{ } [ ] : , true false null \\u0000 \\uD83D\\uDE00 1e9 -0.5 \\n",
    "pattern": "( ) (?: | * + ? {2} {2,} {2,5} [a-z] [^ ] \\d \\W \\. ^ $",
    "merge": "<<<<<<< ======= >>>>>>> \r\n \n",
}


def run(words: list[str]) -> None:
    """Run a command that must succeed."""
    finished = subprocess.run(
        words, check=False, cwd=ROOT, capture_output=True, text=True
    )
    if finished.returncode != 0:
        sys.exit(f"{words[0]} failed:\n{finished.stdout}{finished.stderr}")


def sources_of(target: str) -> list[Path]:
    """Return the Swift files of a target, without the folders that it embeds."""
    folder = ROOT / "Sources" / target
    embedded = {folder / name for name in MODULES.values() if name}
    return [
        path
        for path in sorted(folder.rglob("*.swift"))
        if embedded.isdisjoint(path.parents)
    ]


def build() -> Path:
    """Compile the library, then the tool's sources with the fuzzer as the main program."""
    BUILD.mkdir(parents=True, exist_ok=True)
    run(["swift", "build", "--product", "embed-templates"])
    embed = next(
        path
        for path in (
            ROOT / ".build" / "debug" / name
            for name in ("embed-templates-tool", "embed-templates")
        )
        if path.exists()
    )
    flags = ["-O", "-parse-as-library", "-enable-testing", "-sanitize=fuzzer,address"]
    flags += [
        "-swift-version",
        "6",
        "-assert-config",
        "Debug",
        "-package-name",
        "pa_new",
        # As Package.swift has it for ProjectFiles.
        "-enable-experimental-feature",
        "Extern",
    ]
    flags += ["-I", str(BUILD), "-L", str(BUILD)]
    libraries: list[str] = []
    for module, folder in MODULES.items():
        sources = [str(path) for path in sources_of(module)]
        if folder:
            sources.append(str(BUILD / f"Embedded{folder}.swift"))
            # As Plugins/EmbedTemplates has it.
            form = "plain" if folder == "Templates" else "packed"
            run(
                [
                    str(embed),
                    form,
                    str(ROOT / folder),
                    sources[-1],
                    f"embedded{folder}",
                ]
            )
        run(
            ["swiftc", *flags, "-emit-library", "-static", "-emit-module"]
            + ["-module-name", module]
            + ["-emit-module-path", str(BUILD / f"{module}.swiftmodule")]
            + ["-o", str(BUILD / f"lib{module}.a"), *sources]
        )
        # The linker needs each library before its dependencies.
        libraries.insert(0, f"-l{module}")
    tool = [str(path) for path in sources_of("pa-new") if path.name != "PaNew.swift"]
    program = BUILD / "fuzz"
    run(
        ["swiftc", *flags, "-module-name", "pa_new", *libraries, "-o", str(program)]
        + [str(Path(__file__).parent / "Fuzz.swift"), *tool]
    )
    return program


def escaped(word: str) -> str:
    """Return a word as an entry of a libFuzzer dictionary."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"\n'


def seeds(target: str) -> list[bytes]:
    """Return the first inputs."""
    texts: list[bytes] = []
    if target == "mustache":
        texts += [
            path.read_bytes() for path in (ROOT / "Templates").rglob("*.mustache")
        ]
        texts.append(
            b"{{#l}}\n  {{>p}}\n{{/l}}\n\0<{{a}}>\n{{$x}}{{f}}{{/x}}\n\0{{<p}}{{$x}}y{{/x}}{{/p}}"
        )
    elif target in ("manifest", "json"):
        texts += [path.read_bytes() for path in (ROOT / "Templates").rglob("*.json")]
        texts.append(
            b'{"questions": [{"key": "a", "type": "choice", "choices": ["x", "y"], "default": "x"},'
            b' {"key": "b", "type": "text", "pattern": "[a-z]{2,5}", "when": "a"}],'
            b' "files": {"x.txt": "b"}, "commands": ["make"], "modules": ["m"]}'
        )
    elif target == "arguments":
        lines = [
            "hello --framework flask --user alice",
            "check --format json .",
            "list --json",
        ]
        texts += [line.replace(" ", "\0").encode() for line in lines]
    elif target == "pattern":
        texts += [
            b"[a-z][a-z0-9-]{2,5}\0hello-1",
            rb"(?:\d+|\w*)?\.x" + b"\0" + b"12.x",
        ]
    elif target == "merge":
        texts.append(b"a\nb\nc\nd\n\0a\nB\nc\nd\ne\n\0a\nb\nC\nd\n")
    return [text for text in texts if len(text) <= 4096]


def fuzz(program: Path, target: str, executions: int, seconds: int) -> bool:
    """Run one target and print a row; return whether there were no findings."""
    corpus = BUILD / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(text)
    findings = BUILD / "findings"
    findings.mkdir(exist_ok=True)
    dictionary = BUILD / f"{target}.dict"
    words = [word.replace("_", " ") for word in WORDS[target].split(" ") if word]
    dictionary.write_text("".join(escaped(word) for word in words))
    log = BUILD / f"{target}.log"
    command = [str(program), str(corpus), f"-dict={dictionary}", f"-runs={executions}"]
    command += [
        "-seed=1",
        "-max_len=2048",
        "-timeout=5",
        "-rss_limit_mb=1024",
        "-detect_leaks=0",
    ]
    command += [f"-artifact_prefix={findings}/{target}-", "-print_final_stats=1"]
    # If Linux randomizes addresses too widely, the sanitizer waits forever for its memory.
    if shutil.which("setarch"):
        command = ["setarch", "-R", *command]
    start = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "FUZZ_TARGET": target},
        )
        try:
            code = process.wait(timeout=seconds)
            ended = "done" if code == 0 else f"FOUND (exit code {code})"
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code, ended = 0, "stopped by --seconds"
    took = time.monotonic() - start
    shown = log.read_text(errors="replace")
    counted = [int(number) for number in re.findall(r"^#(\d+)\s", shown, re.MULTILINE)]
    count = max(counted, default=0)
    cover = re.findall(r"cov: (\d+) ft: (\d+) corp: (\d+)", shown)
    edges, features, inputs = cover[-1] if cover else ("0", "0", "0")
    peak = max([int(size) for size in re.findall(r"rss: (\d+)Mb", shown)], default=0)
    print(
        f"{target:10} {count:>10,} {count / took:>9,.0f}/s {edges:>7} {features:>9} {inputs:>7}"
        f" {peak:>6} MB  {ended}",
        flush=True,
    )
    if code != 0:
        print(f"see {log}")
    return code == 0


def main() -> None:
    """Build, then fuzz each target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument(
        "targets", nargs="*", metavar="TARGET", help=", ".join(EXECUTIONS)
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the executions in the table"
    )
    parser.add_argument(
        "--seconds", type=int, default=3600, help="the longest for one target"
    )
    chosen = parser.parse_args()
    targets: list[str] = chosen.targets or list(EXECUTIONS)
    for target in targets:
        if target not in EXECUTIONS:
            parser.error(f"there is no target {target!r}")
    program = build()
    print("target     executions      rate   edges  features  corpus    peak")
    good = [
        fuzz(program, target, int(EXECUTIONS[target] * chosen.share), chosen.seconds)
        for target in targets
    ]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
