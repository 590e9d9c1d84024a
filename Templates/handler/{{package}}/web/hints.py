"""The words for mistakes that are made most: what to write instead.

No request that goes well needs them, so they are imported for a mistake only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .project import FOLDER

_ENTRY = "wsgi.py"  # As pa-new names it; it can have another name.
_MAX_NAMES = 8  # How many names of files a message lists.
_MAX_FILES = 1000  # How many files are looked at for them.

# What handlers of other frameworks have, and handlers here have under another name.
_OTHER_NAMES = {
    "get_argument": "get_query_argument(...) for the address, and"
    " self.get_body_argument(...) for a form",
    "get_arguments": "get_query_arguments(...) or self.get_body_arguments(...)",
    "request": "method, self.body, self.environ or self.get_query_argument(...)",
    "args": "get_query_argument(...)",
    "params": "get_query_argument(...)",
    "form": "get_body_argument(...)",
    "files": "get_file(...)",
    "cookies": "get_cookie(...)",
    "json": "get_json_body()",
    "headers": 'environ["HTTP_..."]',
    "write_json": "write({...})",
    "render_template": "render(...)",
    "render_string": "render(...)",
    "get_secure_cookie": "get_signed_cookie(...)",
    "set_secure_cookie": "set_signed_cookie(...)",
    "xsrf_form_html": "csrf_field",
    "xsrf_token": "csrf_token",
    "get_flashed_messages": "take_flash()",
    "url_for": "reverse_url(...)",
}


def kind(value: object) -> str:
    """Return what a value is, in words: "the text '404'" or "a value of the type set"."""
    if value is None or value is True or value is False:
        return str(value)
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    if isinstance(value, (int, float)):
        return f"the number {value!r:.40}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value):
        return f"the function {getattr(value, '__name__', repr(value))}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def as_text(name: str, value: object) -> str:
    """Return what to write to pass a value as text."""
    if isinstance(value, (bytes, bytearray)):
        return f"{name}.decode()"
    return f"str({name})"


def wrong_type(call: str, wanted: str, value: object, instead: str = "") -> TypeError:
    """Return the error for a value that a method does not take.

    :param call: the method, such as "self.write".
    :param wanted: what it takes, in words.
    :param instead: what to write instead.
    """
    advice = f": {instead}" if instead else ""
    return TypeError(f"{call} takes {wanted}, not {kind(value)}{advice}")


def wrong_chunk(chunk: object) -> TypeError:
    """Return the error for a value that cannot be written."""
    instead = "write str(...)"
    if isinstance(chunk, (set, frozenset, tuple, range)):
        instead = "write list(...), which is sent as JSON"
    elif chunk is None:
        instead = "a function without return has this value"
    return wrong_type("self.write", "text, bytes, a dict or a list", chunk, instead)


def wrong_header(name: object, value: object) -> TypeError:
    """Return the error for a header field that is not text."""
    if not isinstance(name, str):
        return wrong_type("a header field", "a text as its name", name)
    instead = "leave it out" if value is None else f"write {as_text('value', value)}"
    return wrong_type(f"the header field {name}", "a text as its value", value, instead)


def wrong_cookie(name: object, text: object) -> Exception:
    """Return the error for a text that cannot be part of a cookie."""
    cookie = f"the cookie {name!r}"
    if not isinstance(text, str):
        instead = (
            "call clear_cookie" if text is None else f"write {as_text('value', text)}"
        )
        return wrong_type(cookie, "text", text, instead)
    if text == name:
        return ValueError(
            f"{name!r} cannot be the name of a cookie: use letters and digits"
        )
    return ValueError(
        f"{cookie} cannot have {kind(text)}: no spaces, no accents and none of , ; are"
        " allowed. Write urllib.parse.quote(value), or call set_signed_cookie"
    )


def wrong_url(url: object) -> Exception:
    """Return the error for a URL that does not lead where it seems to."""
    if not isinstance(url, str):
        return wrong_type(
            "self.redirect", "a URL, such as a path that begins with /", url
        )
    if not url:
        return ValueError('self.redirect needs a URL: write "/" for the front page')
    return ValueError(
        f"{url!r} would be a page of this site: write 'https://{url}' for another site"
    )


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that is the fewest edits away from a word, or None.

    An edit is a letter added, removed or changed, or two neighbours swapped. Upper and
    lower case are the same letter. The beginning of a candidate is near to it.
    """
    best: tuple[int, str] | None = None
    typed = word.lower()
    for candidate in candidates:
        other = candidate.lower()
        distance = _distance(typed, other) if len(word) <= 100 else len(word)
        limit = max(1, max(len(typed), len(other)) // 3)
        is_start = len(typed) > 1 and other.startswith(typed)
        is_near = is_start or (distance <= limit and distance < len(typed))
        rank = min(distance, 1) if is_start else distance
        if is_near and (best is None or rank < best[0]):
            best = rank, candidate
    return best[1] if best else None


def _distance(left: str, right: str) -> int:
    """Return how many edits lie between two words."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, letter in enumerate(left):
        current = [row + 1]
        for column, other in enumerate(right):
            edits = min(last[column + 1] + 1, current[column] + 1)
            edits = min(edits, last[column] + (letter != other))
            is_swap = row and column and letter == right[column - 1]
            if is_swap and left[row - 1] == other:
                edits = min(edits, before[column - 1] + 1)
            current.append(edits)
        before, last = last, current
    return last[-1]


# Routes and files


def unknown_route(name: str, names: Iterable[str]) -> str:
    """Return what is wrong with the name of a route, and what to do."""
    near = nearest(name, names)
    advice = f"did you mean {near!r}?" if near else ""
    row = f'(r"/", MainHandler, {name!r})'
    advice = advice or f"write it as the third part of a route, as in {row}"
    return f"no route has the name {name!r}: {advice}"


def wrong_static_path(path: str) -> str:
    """Return what is wrong with the path of a static file, and what to do."""
    rest = path.lstrip("/").removeprefix("static/")
    advice = f": write {rest!r}" if rest != path else ""
    return f"not a path below static/: {path!r}{advice}"


def missing_static(folder: Path, path: str) -> str:
    """Return what to do about a static file that cannot be read, or ""."""
    rest = path.removeprefix("static/")
    if rest != path and os.path.isfile(folder / rest):
        return f"; leave out 'static/', and write {rest!r}"
    advice = (
        "" if os.path.exists(folder / path) else _meant(path, sorted(_files(folder)))
    )
    return f"; {advice}" if advice else ""


def missing_template(folder: Path, path: str) -> str:
    """Return what is wrong with the name of a template, and what to do.

    :param folder: the folder of the templates.
    :param path: the path below it, where there is no file.
    """
    start = f"{folder.name}/"
    problem = f"there is no {start}{path}"
    if "<" in path or "\n" in path or " " in path.strip():
        return (
            f"{problem[:100]}; render takes the name of a file: for HTML in the code, call"
            " write_html(...), and for text, write(...)"
        )
    others = _folders(folder.parent)
    if folder.name not in others:  # macOS finds it with other capitals, too.
        twins = [name for name in others if _is_like(name, folder.name)]
        inner = [name for name in others if (folder.parent / name / start).is_dir()]
        place = _beside(folder.parent)
        advice = f"make the folder {start} {place}"
        if twins:
            advice = f"rename the folder {twins[0]}/ to {start}"
        elif inner:
            advice = f"move the folder {inner[0]}/{start} {place}"
        return f"{problem}; {advice}"
    names = sorted(_files(folder))
    rest = path.removeprefix(start)
    advice = "make the file, or correct the name"
    if rest != path and rest in names:
        advice = f"leave out '{start}', and write '{rest}'"
    else:
        advice = _meant(path, names) or advice
    return f"{problem}; {advice} ({start} {_listed(names)})"


def _meant(path: str, names: list[str]) -> str:
    """Return the advice to write the name of a file that is there, or ""."""
    for name in names:
        if name.lower() == path.lower():
            return f"write '{name}': capital letters count"
    base = path.rpartition("/")[2]
    others = [name for name in names if name.rpartition("/")[2] == base]
    near = others[0] if others else nearest(path, names)
    return f"did you mean '{near}'?" if near else ""


def wrong_case(folder: Path, path: str) -> str:
    """Return the name of a file as it is, if a path has it with other capitals, else "".

    macOS and Windows find such a file, and Linux does not.
    """
    parts = path.split("/")
    for number, part in enumerate(parts):
        names = _names(folder.joinpath(*parts[:number]))
        twins = [name for name in names if name.lower() == part.lower()]
        if twins and part not in names:
            parts[number] = twins[0]
    found = "/".join(parts)
    return "" if found == path else found


def missing_file(path: Path) -> str:
    """Return where a file was looked for, and what to do."""
    folder, problem = path.parent, f"there is no file {_shown(path)}"
    if os.path.isdir(path):
        problem = f"{_shown(path)} is a folder"
    elif not os.path.isdir(folder):
        problem += f", and no folder {_shown(folder)}"
    else:
        names = sorted(name for name in _names(folder) if name != path.name)
        advice = _meant(path.name, names)
        problem += f"; {advice}" if advice else ""
    return f"{problem} (a relative path begins in the folder {_named(FOLDER)})"


def _beside(folder: Path) -> str:
    """Return where a file of the project's folder has to be."""
    return f"beside {_ENTRY}" if (folder / _ENTRY).is_file() else f"in {folder.name}/"


def _named(folder: Path) -> str:
    """Return which folder the project's is."""
    return f"with {_ENTRY}" if (folder / _ENTRY).is_file() else f"{folder.name}/"


def _shown(path: Path) -> str:
    """Return a path as seen from the project's folder."""
    return str(path).removeprefix(f"{FOLDER}{os.sep}")


def _names(folder: Path) -> list[str]:
    """Return the names in a folder."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _folders(folder: Path) -> list[str]:
    return sorted(name for name in _names(folder) if (folder / name).is_dir())


def _is_like(name: str, wanted: str) -> bool:
    """Whether a name differs in its capital letters, or in the "s" at its end."""
    return name != wanted and name.lower().rstrip("s") == wanted.rstrip("s")


def _files(folder: Path) -> Iterator[str]:
    """Yield the paths of the files below a folder, without hidden ones."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[:1] != ".")
        for name in sorted(names):
            count += 1
            if count > _MAX_FILES:
                return
            if name[:1] != ".":
                yield Path(place, name).relative_to(folder).as_posix()


def _listed(names: list[str]) -> str:
    """Return the names of files as a list that is not too long."""
    if not names:
        return "has no files"
    more = len(names) - _MAX_NAMES
    rest = f" and {more} more" if more > 0 else ""
    return f"has {', '.join(names[:_MAX_NAMES])}{rest}"


# What Python itself says


def hint(error: BaseException, line: str, names: Iterable[str]) -> str:
    """Return what to write instead, for an exception of Python's own, or "".

    :param line: the line of the code.
    :param names: the names that a handler has.
    """
    text = str(error)
    for pattern, advise in _ADVICE:
        match = re.search(pattern, text)
        if match:
            advice = advise(match, line, names)
            if advice:
                return advice
    return ""


def _missing_attribute(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    """Return the advice for an attribute that a handler does not have."""
    owner, name = match.groups()
    if owner == "NoneType":
        is_file = "get_file(" in line
        advice = "get_file returned None: no file was sent. The form needs"
        return f'{advice} enctype="multipart/form-data"' if is_file else ""
    if f"self.{name}" not in line:
        return ""
    other = _OTHER_NAMES.get(name)
    if other:
        return f"write self.{other}"
    near = nearest(name, [known for known in names if known[:1] != "_"])
    return f"did you mean self.{near}?" if near else ""


def _missing_name(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    name = match[1]
    return f"write self.{name}" if name in names and f"{name}(" in line else ""


def _unnamed_value(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    return (
        f'give each value its name: self.{match[1]}("...", name=value), or'
        f' self.{match[1]}("...", **values) for a dict'
    )


def _one_value(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    advice = 'write one text: self.write("..."), or with values self.write(f"{a} {b}")'
    return advice if "self.write(" in line else ""


def _number(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    return "what a visitor sends is text: write int(...)" if "argument(" in line else ""


def _status(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    return "write raise HTTPError(404)"


def _session(match: re.Match[str], line: str, names: Iterable[str]) -> str:
    key = re.search(r"self\.session\(\s*['\"](\w+)", line)
    if not key:
        return ""
    write = f'write self.session["{key[1]}"] = ... to keep a value'
    return f'{write}, and self.session.get("{key[1]}") to read it'


_Advise = Callable[[re.Match[str], str, Iterable[str]], str]
_ADVICE: tuple[tuple[str, _Advise], ...] = (
    (r"'(\w+)' object has no attribute '(\w+)'", _missing_attribute),
    (r"name '(\w+)' is not defined", _missing_name),
    (r"\b(render|write_html)\(\) takes .* but \d+ (?:positional )?", _unnamed_value),
    (r"\bwrite\(\) (?:takes|missing)", _one_value),
    (r"can only concatenate str|unsupported operand .*'str'", _number),
    (r"'(?:str' and 'int|int' and 'str)'", _number),
    (r"exceptions must derive from BaseException", _status),
    (r"'dict' object is not callable", _session),
)
