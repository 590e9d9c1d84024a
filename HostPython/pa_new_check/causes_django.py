"""Failures of Django's: names of routes, what a request does not have, and tags of templates."""

from __future__ import annotations

import ast

from pa_new_check.failure import Cause, Failure, called_name
from pa_new_check.sandbox_names import near
from pa_new_shared.patterns import pattern
from pa_new_shared.text import listed, plain

_NO_REVERSE = pattern(r"Reverse for '([\w.:-]+)' not found")
_NO_ARGUMENTS = pattern(
    r"Reverse for '([\w.:-]+)' with no arguments not found\. 1 pattern\(s\) tried: "
    r"\['(.*)'\]\Z"
)
_GROUP = pattern(r"\(\?P<(\w+)>")
_NO_KEY = pattern(r"\A['\"]([^'\"\n]+)['\"]\Z")
_NO_TAG = pattern(
    r"Invalid (?:block tag on line \d+: '(\w+)'|filter: '(\w+)')(, expected)?"
)
_FIELDS = ("GET", "POST", "FILES")
_MAX_SHOWN = 8

# What a template loads for a tag or a filter.
_LIBRARIES = {
    "static": ("static", "get_static_prefix", "get_media_prefix"),
    "i18n": (
        *("trans", "translate", "blocktrans", "blocktranslate", "language"),
        *("get_current_language", "get_available_languages", "get_language_info"),
    ),
    "l10n": ("localize", "unlocalize"),
    "tz": ("localtime", "timezone", "get_current_timezone"),
    "cache": ("cache",),
    "humanize": ("intcomma", "intword", "naturaltime", "naturalday", "apnumber"),
    "crispy_forms_tags": ("crispy",),
}
_TAGS = (
    *("autoescape", "block", "comment", "csrf_token", "cycle", "elif", "else", "empty"),
    *("endautoescape", "endblock", "endcomment", "endfor", "endif", "endwith"),
    *("extends", "resetcycle", "querystring", "debug"),
    *("filter", "firstof", "for", "if", "ifchanged", "include", "load", "lorem", "now"),
    *("regroup", "spaceless", "templatetag", "url", "verbatim", "widthratio", "with"),
)


def django(failure: Failure) -> Cause | None:
    """Recognise what Django says of the project's own code."""
    if not failure.is_in("django"):
        return None
    return (
        _unknown_route(failure)
        or _without_values(failure)
        or _absent_field(failure)
        or _unknown_tag(failure)
    )


def _unknown_route(failure: Failure) -> Cause | None:
    """Recognise the name of a route that there is not."""
    said = _NO_REVERSE.match(failure.text)
    names = _names(failure) if said and failure.type == "NoReverseMatch" else set()
    if said is None or not names or said[1] in names:
        return None
    name = said[1]
    meant = near(name, names)
    last = name.rpartition(":")[2]
    twins = [other for other in names if other.rpartition(":")[2] == last]
    meant = twins[0] if len(twins) == 1 else meant
    shown = [f"`{plain(other)}`" for other in sorted(names)[:_MAX_SHOWN]]
    fix = f"Write one of the names of routes: {listed(shown)}."
    if meant:
        fix = f"Write `{plain(meant)}`."
    return Cause(
        "error-response",
        f"{failure.subject} needs a route with the name `{plain(name)}`, and none has it",
        fix,
        "error",
        failure.all_fail,
    )


def _without_values(failure: Failure) -> Cause | None:
    """Recognise the name of a route whose address needs values, without them."""
    said = _NO_ARGUMENTS.match(failure.text)
    groups = _GROUP.findall(said[2]) if said else []
    if said is None or not groups or failure.type != "NoReverseMatch":
        return None
    name = plain(said[1])
    given = plain(" ".join(f"{group}=..." for group in groups))
    fix = f"Write `{{% url '{name}' {given} %}}`."
    place = failure.own_frames[:1]
    if not place or place[0][0].suffix == ".py":
        code = " ".join(failure.own_lines[:1])
        values = ", ".join(f'"{group}": ...' for group in groups)
        fix = f"Pass the values: `kwargs={{{plain(values)}}}`."
        if "redirect(" in code and "reverse" not in code:
            fix = f'Write `redirect("{name}", {given.replace(" ", ", ")})`.'
    shown = listed([f"`{plain(group)}`" for group in groups])
    return Cause(
        "error-response",
        f"{failure.subject} needs the address of `{name}`, and gives it no {shown}",
        fix,
        "error",
        failure.all_fail,
    )


def _names(failure: Failure) -> set[str]:
    """Return the names of the project's routes, with those of their apps."""
    found: set[str] = set()
    for _, tree in failure.trees(b"urlpatterns"):
        space = ""
        for top in tree.body:
            targets = top.targets if isinstance(top, ast.Assign) else []
            if any(getattr(target, "id", "") == "app_name" for target in targets):
                value = getattr(top, "value", None)
                space = f"{getattr(value, 'value', '')}:"
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called_name(node) in ("path", "re_path"):
                names = [k.value for k in node.keywords if k.arg == "name"]
                texts = [str(n.value) for n in names if isinstance(n, ast.Constant)]
                found.update(space + text for text in texts)
    return found


def _absent_field(failure: Failure) -> Cause | None:
    """Recognise a view that takes a field for granted, as ``request.GET["q"]``."""
    said = _NO_KEY.match(failure.text)
    if said is None or failure.type != "MultiValueDictKeyError":
        return None
    for statement in failure.own_statements()[:1]:
        for node in ast.walk(statement):
            owner = node.value if isinstance(node, ast.Subscript) else None
            key = node.slice if isinstance(node, ast.Subscript) else None
            if (
                isinstance(owner, ast.Attribute)
                and owner.attr in _FIELDS
                and isinstance(key, ast.Constant)
                and key.value == said[1]
            ):
                name = plain(said[1])
                default = "" if owner.attr == "FILES" else ', ""'
                return Cause(
                    "error-response",
                    f"{failure.subject} has no `{name}`, which `{ast.unparse(owner)}` is "
                    "asked for",
                    f'Write `{ast.unparse(owner)}.get("{name}"{default})`.',
                    "error",
                    f"Every visitor of `{plain(failure.path or '')}` who does not send it "
                    "gets an error.",
                )
    return None


def _unknown_tag(failure: Failure) -> Cause | None:
    """Recognise a tag of a template that Django does not know, or that is not loaded."""
    if failure.type != "TemplateSyntaxError":
        return None
    said, fix = how_to_load(failure.text)
    if not fix:
        return None
    what = f"{failure.subject} shows a template with {said}"
    return Cause("error-response", what, fix, "error", failure.all_fail)


def how_to_load(text: str) -> tuple[str, str]:
    """Return what is wrong with a tag or a filter, and what to write; "" if not known.

    :param text: what Django says.
    """
    said = _NO_TAG.search(text)
    if said is None or said[3]:
        return "", ""  # a tag that another one does not end
    name = said[1] or said[2]
    what = f"the {'tag' if said[1] else 'filter'} `{plain(name)}`, which is not loaded"
    for library, names in _LIBRARIES.items():
        if name in names:
            load = f"`{{% load {library} %}}`"
            return what, f"Write {load} above it, and below `{{% extends ... %}}`."
    meant = near(name, _TAGS) if said[1] else ""
    if meant:
        what = f"the tag `{plain(name)}`, which Django does not have"
        return what, f"Did you mean `{{% {meant} %}}`?"
    return "", ""
