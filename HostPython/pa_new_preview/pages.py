"""The pages that the preview shows in place of the app's."""

from __future__ import annotations

from html import escape

from pa_new_shared.text import shortened

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

LIVE_PATH = "/.pa-new/live"
"""The path at which a browser hears of edits."""

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
_LIVE = "<script>new EventSource({path!r}).onmessage = () => location.reload()</script>"


def live_script() -> bytes:
    """Return what makes a browser load a page anew after an edit."""
    return _LIVE.format(path=LIVE_PATH).encode("ascii")


def page(title: str, content: str, is_live: bool) -> bytes:
    """Return a page as UTF-8.

    :param title: text.
    :param content: HTML.
    """
    text = _PAGE.format(title=escape(title), content=content)
    # An exception's text can have characters that no encoding has.
    data = text.encode("utf-8", "backslashreplace")
    return data + live_script() if is_live else data


def not_loaded(document: dict[str, Any], is_live: bool) -> bytes:
    """Return the page about an app that does not load, or is not built.

    :param document: the report of ``check``, or what the build has printed.
    """
    output = document.get("output", "")
    built = f"<pre>{escape(output)}</pre>" if output else ""
    return page(summary(document), _findings(document) + built, is_live)


def raised(
    facts: dict[str, Any], document: dict[str, Any] | None, is_live: bool
) -> bytes:
    """Return the page about an exception.

    :param facts: the exception.
    :param document: the report on it, if there is one.
    """
    findings = _findings(document) if document else ""
    lines = []
    fact: dict[str, Any] | None = facts
    while fact is not None:
        lines.append(f"{fact['type']}: {shortened(fact['text'], 2000)}")
        lines += [f"  {file}:{line}" for file, line in fact["frames"][:_MAX_FRAMES]]
        fact = fact["cause"]
    content = f"{findings}<pre>{escape(chr(10).join(lines))}</pre>"
    return page(f"The app raised {facts['type']}", content, is_live)


def plain(title: str, explanation: str, is_live: bool) -> bytes:
    """Return a page with one paragraph."""
    return page(title, f"<p>{escape(explanation)}</p>", is_live)


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
