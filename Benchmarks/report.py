"""The table of all benchmarks, as text, as a page of the documentation, and as a plot."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

Row = tuple[str, str, str, str, str, str]
HEADINGS: Row = ("figure", "pa-new", "peer", "ratio", "target", "")
WIDTH, LEFT, BAR, LINE = 1040, 400, 300, 20
COLOURS = {True: "#2e7d32", False: "#c62828"}

PAGE = """# Benchmarks

{contents}

This page is written by `python3 Benchmarks/all.py --write`, from one run. The scripts in
[Benchmarks](../Benchmarks) say at their tops what they measure, and how. `../Benchmarks/results.json` has the same figures.

{machine}

![How much of its limit each figure takes](benchmarks.svg)

Each bar shows how much of its limit a figure takes: it is met up to the line.

{tables}
"""


def number(value: float, unit: str = "") -> str:
    """Return a number with three digits that count, or with all before its point."""
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{text} {unit}".strip()


def row(figure: dict[str, Any]) -> Row:
    """Return the cells of a figure."""
    peer = ""
    if figure["peer_value"] is not None:
        peer = f"{figure['peer']}: {number(figure['peer_value'], figure['unit'])}"
    word = "at least" if figure["at_least"] else "at most"
    has_ratio = figure["peer_value"] is not None
    return (
        figure["name"],
        number(figure["value"], figure["unit"]),
        peer,
        f"{number(figure['ratio'])}" if has_ratio else "",
        f"{word} {number(figure['target'], '' if has_ratio else figure['unit'])}",
        "met" if figure["is_met"] else "missed",
    )


def not_run(benchmark: dict[str, Any]) -> str:
    """Return why a benchmark, or the rest of it, was not run."""
    word = "the rest was not run" if benchmark["figures"] else "not run"
    return f"{word}: {benchmark['reason']}"


def machine(document: dict[str, Any]) -> str:
    """Return the lines about the machine and the run."""
    lines = [f"{name}: {value}" for name, value in document["machine"].items()]
    if document["quick"]:
        lines.append("a quick run: few rounds")
    return "\n".join(lines)


def text(document: dict[str, Any]) -> str:
    """Return the table as text."""
    rows = [HEADINGS]
    for benchmark in document["benchmarks"]:
        rows += [row(figure) for figure in benchmark["figures"]]
        if benchmark["reason"]:
            rows.append((benchmark["name"], not_run(benchmark), "", "", "", ""))
    shown = [one for one in rows if one[4]]
    widths = [max(len(one[place]) for one in shown) for place in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(one, widths)).rstrip()
        for one in rows
    ]
    return "\n".join([machine(document), "", *lines])


def page(document: dict[str, Any]) -> str:
    """Return the page of the documentation."""
    tables = []
    for benchmark in document["benchmarks"]:
        versions = (f" {name} {text}" for name, text in benchmark["versions"].items())
        with_versions = " with" + ",".join(versions) if benchmark["versions"] else ""
        lines = [f"## `{benchmark['name']}`", ""]
        lines += [f"`{benchmark['command']}`{with_versions}", ""]
        if benchmark["figures"]:
            lines += [markdown(HEADINGS), "| --- | ---: | --- | ---: | --- | --- |"]
            lines += [markdown(row(figure)) for figure in benchmark["figures"]]
        if benchmark["reason"]:
            lines += ["", not_run(benchmark)]
        tables.append("\n".join(lines).rstrip().replace("\n\n\n", "\n\n"))
    facts = "\n".join(f"- {line}" for line in machine(document).splitlines())
    names = [benchmark["name"] for benchmark in document["benchmarks"]]
    contents = "\n".join(f"- [`{name}`](#{name})" for name in names)
    return PAGE.format(contents=contents, machine=facts, tables="\n\n".join(tables))


def markdown(cells: Row) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def share(figure: dict[str, Any]) -> float:
    """Return how much of its limit a figure takes: above 1, it misses its target."""
    ratio, target = float(figure["ratio"]), float(figure["target"])
    if figure["at_least"]:
        return target / ratio if ratio else 2.0
    if target == 0:
        return 2.0 if ratio else 0.0
    return ratio / target


def plot(document: dict[str, Any]) -> str:
    """Return the plot as SVG: a bar for each figure, up to twice its limit."""
    found = [figure for one in document["benchmarks"] for figure in one["figures"]]
    height = LINE * (len(found) + 2)
    limit = LEFT + BAR // 2
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            ' font-family="sans-serif" font-size="12">'
        ),
        "<title>How much of its limit each figure takes</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for place, figure in enumerate(found):
        top = LINE * (place + 1)
        length = max(1, round(min(share(figure), 2) * BAR / 2))
        cells = row(figure)
        note = f"{cells[3] or cells[1]} ({cells[4]})"
        note += f", {figure['peer']}" if figure["peer"] else ""
        parts += [
            (
                f'<text x="{LEFT - 8}" y="{top + 14}" text-anchor="end">'
                f"{escape(cells[0])}</text>"
            ),
            (
                f'<rect x="{LEFT}" y="{top + 4}" width="{length}" height="{LINE - 7}"'
                f' fill="{COLOURS[figure["is_met"]]}"/>'
            ),
            f'<text x="{LEFT + BAR + 8}" y="{top + 14}">{escape(note)}</text>',
        ]
    parts += [
        (
            f'<line x1="{limit}" y1="{LINE - 4}" x2="{limit}" y2="{height - LINE + 4}"'
            ' stroke="#000000"/>'
        ),
        f'<text x="{limit}" y="12" text-anchor="middle">limit</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
