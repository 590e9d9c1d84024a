"""The pages that the preview shows in place of the app's."""

from __future__ import annotations

from html import escape

from pa_new_shared.text import shortened

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

NO_WORKER = (
    "All workers are busy, and the queue for requests is full. On PythonAnywhere, "
    "visitors see the error 502."
)
ENDED_TITLE = "The worker ended before its answer"
ENDED = (
    "The code of the request has ended its process: os._exit(), a crash in native code, or "
    "too little memory. The lines in the terminal may say more."
)
_TRAP = (
    "A trap is a mistake in the Swift code that ends the process: an index out of range, a "
    "number that is too large, ! for a value that is nil, or fatalError(). The lines in the "
    "terminal may say more."
)
TOO_LONG = (
    "After {seconds} seconds, PythonAnywhere ends the worker and writes 'HARAKIRI' into the "
    "server log. Do slow work elsewhere, such as in a task."
)

_MAX_FRAMES = 12
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem; color: #222; background: #fff; }}
h1 {{ font-size: 1.4rem; color: #a40000; }}
pre {{ background: #f4f4f4; padding: .7rem; overflow-x: auto; }}
.place {{ color: #555; }}
footer {{ border-top: 1px solid #ccc; margin-top: 2rem; color: #555; font-size: .9rem; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #ddd; background: #1b1b1b; }} h1 {{ color: #ff8a80; }}
  pre {{ background: #2a2a2a; }} .place, footer {{ color: #aaa; }}
}}
</style>
</head>
<body>
<h1>{title}</h1>
{content}
<footer>This page is pa-new preview's. On PythonAnywhere, visitors see an error page without
these details.</footer>
</body>
</html>
"""


def page(title: str, content: str, script: bytes) -> bytes:
    """Return a page as UTF-8.

    :param title: text.
    :param content: HTML.
    :param script: what lets a browser load it anew, if anything does.
    """
    text = _PAGE.format(title=escape(title), content=content)
    # An exception's text can have characters that no encoding has.
    return text.encode("utf-8", "backslashreplace") + script


def not_loaded(document: dict[str, Any], script: bytes) -> bytes:
    """Return the page about an app that does not load, or is not built.

    :param document: the report of ``check``, or what the build has printed.
    """
    output = document.get("output", "")
    built = f"<pre>{escape(output)}</pre>" if output else ""
    return page(summary(document), _findings(document) + built, script)


def raised(
    facts: dict[str, Any], document: dict[str, Any] | None, script: bytes
) -> bytes:
    """Return the page about an exception.

    :param facts: the exception.
    :param document: the report on it, if there is one.
    """
    content = exception(facts, document)
    return page(f"The app raised {facts['type']}", content, script)


def exception(facts: dict[str, Any], document: dict[str, Any] | None) -> str:
    """Return what is said of an exception, as HTML: the finding, and its lines."""
    findings = _findings(document) if document else ""
    lines = []
    fact: dict[str, Any] | None = facts
    while fact is not None:
        lines.append(f"{fact['type']}: {shortened(fact['text'], 2000)}")
        lines += [f"  {file}:{line}" for file, line in fact["frames"][:_MAX_FRAMES]]
        fact = fact["cause"]
    return f"{findings}<pre>{escape(chr(10).join(lines))}</pre>"


def plain(title: str, explanation: str, script: bytes) -> bytes:
    """Return a page with one paragraph."""
    return page(title, f"<p>{escape(explanation)}</p>", script)


def trapped(words: str, script: bytes) -> bytes:
    """Return the page about a worker whose native code has said why it ends."""
    content = f"<pre>{escape(words)}</pre><p>{escape(_TRAP)}</p>"
    return page(ENDED_TITLE, content, script)


def summary(document: dict[str, Any]) -> str:
    """Return the sentence about an app that does not load."""
    if "error" in document:
        return str(document["error"]["message"])
    return str(document["summary"])


def _findings(document: dict[str, Any]) -> str:
    parts = []
    for finding in document.get("findings", []):
        if finding["severity"] == "note":
            continue
        place = f"{finding['file']}:{finding['line']}"
        source = finding["source"]
        parts.append(
            f"<p><b>{escape(finding['message'])}</b></p>"
            f'<p class="place">{escape(place)} ({escape(finding["rule"])})</p>'
            + (f"<pre>{escape(source)}</pre>" if source else "")
            + f"<p>{escape(finding['fix'])}</p>"
        )
    return "".join(parts)
