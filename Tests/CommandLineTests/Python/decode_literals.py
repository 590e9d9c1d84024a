"""Decodes literals of texts with the parsers of their languages, and says which are not that text.

The argument is a JSON file: the list ``texts``, and for each language the list of literals.
"""

import ast
import html.parser
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib

import yaml


class Page(html.parser.HTMLParser):
    """Reads the text of each element ``p``, and its two attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.attributes: list[tuple[str | None, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "p", tag
        values = dict(attrs)
        self.attributes.append((values["title"], values["lang"]))
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


def from_html(literals: list[str]) -> list[str]:
    page = Page()
    page.feed(
        "".join(f"<p title=\"{text}\" lang='{text}'>{text}</p>" for text in literals)
    )
    page.close()
    for text, values in zip(page.texts, page.attributes):
        assert values == (text, text), values
    return page.texts


def from_shell(shell: str, literals: list[str]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "script")
        lines = [f"printf '%s\\0' {text}\n" for text in literals]
        script.write_bytes("".join(lines).encode())
        output = subprocess.run([shell, script], check=True, capture_output=True).stdout
    return output.decode().split("\0")[:-1]


def from_json_in_page(literals: list[str]) -> list[str]:
    """Decode JSON as a page has it: nothing in a script may look like a tag."""
    assert "<" not in "".join(literals)
    return json.loads("[" + ",\n".join(literals) + "]")


DECODERS = {
    "python": lambda literals: ast.literal_eval("[" + ",\n".join(literals) + "]"),
    "json": from_json_in_page,
    "toml": lambda literals: tomllib.loads("x = [" + ",\n".join(literals) + "]")["x"],
    "yaml": lambda literals: yaml.safe_load(
        "".join(f"- {text}\n" for text in literals)
    ),
    "html": from_html,
    "shell": lambda literals: from_shell("bash", literals),
}


def main() -> int:
    document = json.loads(pathlib.Path(sys.argv[1]).read_bytes())
    wrong = 0
    for language, decode in DECODERS.items():
        texts, literals = document["texts"], document[language]
        if language in ("html", "shell"):
            # No page and no word of a shell can have a NUL.
            kept = [index for index, text in enumerate(texts) if "\0" not in text]
            texts = [texts[index] for index in kept]
            literals = [literals[index] for index in kept]
        decoded = decode(literals)
        assert len(decoded) == len(texts), language
        for text, literal, found in zip(texts, literals, decoded):
            if found != text or type(found) is not str:
                print(f"{language}: {text!r} is {literal}, which is {found!r}")
                wrong += 1
    print(f"{len(document['texts'])} texts, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
