"""Requests for pages, and the templates that they are made of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import urlencode

from asking import Ask

TEMPLATES: dict[str, bytes] = {
    "page.html": b"<h1>{{name}}</h1>\n{{#items}}\n  <li>{{.}}</li>\n{{/items}}\n",
    "layout.html": b"<title>{{$title}}Site{{/title}}</title>\n{{$main}}{{/main}}\n",
    "child.html": b"{{<layout}}{{$title}}{{name}}{{/title}}"
    b"{{$main}}\n  {{>parts/row}}\n{{/main}}{{/layout}}",
    "parts/row.html": b"{{#rows}}\n{{a}} {{{b}}} {{#c}}c{{/c}}\n{{/rows}}\n",
    "plain.txt": b"{{name}} {{>note}}",
    "note.txt": b"text",
    "note.html": b"html",
    "both.html": b"{{>note}} {{>note.txt}} {{>plain.txt}}",
    "numbers.html": b"{{n}} {{half}} {{whole}} {{large}} {{small}} {{yes}} {{no}} "
    b"{{nothing}} {{empty}} {{blank}} {{person}} {{missing}} {{person.missing.x}}",
    "round.html": b"{{#person}}{{>trip}}{{/person}}",
    "trip.html": b"{{first}}{{#missing}}{{>round}}{{/missing}}",
    "always.html": b"<a href='{{mount}}/x'>{{#static_url}} site.css {{/static_url}}</a>",
    "leading-out.html": b"{{#static_url}}../secret.txt{{/static_url}}",
    "bom.html": b"\xef\xbb\xbf{{name}}\r\n{{#yes}}\r\nx\r\n{{/yes}}\r\n",
    "latin.html": b"a\n\xc3\xa4b\xe4c",
    "open.html": b"a\n \xc3\xa4{{#name}}",
    "missing-part.html": b"{{#no}}\n {{>nowhere}}{{/no}}",
    "bad-part.html": b"x{{>../secret}}",
    "outside-part.html": b"x{{>outside}}",
    "folder-part.html": b"x{{>parts.d}}",
    "broken-part.html": b"x{{>open}}",
    "token-part.html": b"<form>\n{{{csrf_field}}}{{#name}}{{ csrf_field }}{{/name}}",
    "other-token-part.html": b"{{=<% %>=}}<%&csrf_field%> <%{csrf_field}%> <%csrf_field%>",
    "filter-part.html": b"\xc3\xa4\n{{#a}}{{name|upper}}{{/a}}{{f()}}",
    "tokens.html": b"{{#no}}{{& csrf_field}}{{{ csrf_field }}}{ {{{csrf_field}}}{{/no}}",
    "dynamic.html": b"\n{{>*name}}",
    "dynamic-parent.html": b"{{<*name}}{{/*name}}",
    "endless.html": b"{{>endless}}",
    "parts.d/x.html": b"x",
    ".hidden.html": b"hidden {{name}}",
    "noext": b"no extension {{>note}}",
    "empty.html": b"",
}
LINKS = {
    "templates/outside.html": "../secret.txt",
    "templates/link.html": "page.html",
    "templates/loop.html": "loop.html",
}
NAMES = ("World", "<script>", "'\"&", "\xe4\U0001f600", "{{n}}", "a\nb", "")


def files() -> Iterator[Ask]:
    """Make requests for pages in files, good and bad."""
    for path in (
        *TEMPLATES,
        *(path[:-5] for path in TEMPLATES if path[-5:] == ".html"),
    ):
        yield Ask("GET", "/html/file?" + urlencode({"page": path}))
    others = (
        *(
            "nowhere",
            "",
            "/page",
            "../secret.txt",
            "./page",
            "parts",
            "parts.d",
            "loop",
        ),
        *("a\\b", "a\0b", "outside.html", "link", "x" * 300, "page.html/x", "parts/"),
    )
    for path in others:
        yield Ask("GET", "/html/file?" + urlencode({"page": path}))
    for name in NAMES:
        for path in ("page", "child", "plain.txt"):
            query = urlencode({"page": path, "name": name})
            yield Ask("GET", "/html/file?" + query)
    for mount in ("/app", "/a'b"):
        yield Ask("GET", "/html/file?page=always", environ={"SCRIPT_NAME": mount})
    yield Ask("HEAD", "/html/file?page=page")


def texts() -> Iterator[Ask]:
    """Make requests for templates in the code, and for HTML without values."""
    written = (
        *("", "x", "<p>{{name}}</p>", "{{{name}}}", "{{&name}}", "{{ name }}", "{{.}}"),
        *("{{#items}}{{.}},{{/items}}", "{{^empty}}none{{/empty}}", "{{#n}}n{{/n}}"),
        *(
            "{{#nested}}[{{#.}}{{.}}{{/.}}]{{/nested}}",
            "{{#person}}{{last}}{{/person}}",
        ),
        *("{{>note}}", "{{>note.txt}}", "{{>plain.txt}}", "{{>nowhere}}", "{{>../x}}"),
        *(
            "{{<layout}}{{$main}}{{n}}{{/main}}{{/layout}}",
            "{{=<% %>=}}<% n %>",
            "{{!c}}",
        ),
        *("{{", "{{}}", "{{a b}}", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{=a=}}", "}}"),
        *("{{mount}}", "{{#static_url}}site.css{{/static_url}}", "{{static_url}}"),
    )
    for text in written:
        for path in ("text", "plain"):
            yield Ask("GET", f"/html/{path}?" + urlencode({"text": text}))
    for name in NAMES:
        query = urlencode({"text": "<p title='{{name}}'>{{name}}</p>", "name": name})
        yield Ask("GET", "/html/text?" + query)


PIECES = (
    *(
        "{{name}}",
        "{{{items}}}",
        "{{#items}}",
        "{{/items}}",
        "{{^empty}}",
        "{{/empty}}",
    ),
    *("{{.}}", "\n", "  ", "<b>", "{{>note}}", "{{>parts/row}}", "{{<layout}}", "\xe4"),
    *("{{/layout}}", "{{$main}}", "{{/main}}", "{{#rows}}", "{{a}}", "{{/rows}}", "'"),
    *("{{!x}}", "{{=<% %>=}}", "<%n%>", "<%={{ }}=%>", "{{", "}}", "{{person.last}}"),
    *("\r\n", "{{#person}}", "{{/person}}", "{{#nested}}", "{{/nested}}", "{{mount}}"),
)


def random_texts(count: int) -> Iterator[Ask]:
    """Make requests for templates of random pieces, the same ones in each run."""
    chance = random.Random(21)
    for _ in range(count):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        yield Ask("GET", "/html/text?" + urlencode({"text": text}))
