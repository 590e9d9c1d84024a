"""Finds the values that handlers in Python and Swift pass to their templates."""

from __future__ import annotations

from pa_new_check.source_rules.page_files import with_extension
from pa_new_check.syntax import FUNCTIONS, AnyFunction, last_name, own_nodes
from pa_new_shared.later import ast
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    # A file, and a line of it.
    Place = tuple[str, int]

_RENDERS = ("render", "write_html")
_NAMESPACE = "get_template_namespace"
_METHODS = (*_RENDERS, _NAMESPACE)
_VISITORS = pattern(r"get_(?:query_|body_)?arguments?|get_cookie|get_header|get_file")
# What renders a template without a handler.
_OTHER_WAYS = frozenset(
    ("TEMPLATES", "Templates", "Template", "from_file", "from_text")
)
_SWIFT_CALL = pattern(r"\brender\(\s*|\bpageValues\b|\bhtml\s*\(\s*of\s*:")
_SWIFT_NAME = pattern(r'"((?:\\.|[^"\\\n])*)"\s*')
_SWIFT_TEXTS = pattern(r'"((?:\\.|[^"\\\n])*)"')
_MAX_CALL = 20_000  # characters of a call in Swift
_MAX_VARIABLES = 50  # that are read for one mapping
_MAX_LINES = 400  # of a function whose variables are read


class Passed:
    """The names that one call passes, or several to the same template."""

    def __init__(self) -> None:
        self.names: set[str] | None = set()
        """None if not all of them are known."""
        self.visitors: set[str] = set()
        """The names of values that a visitor sends, as they are."""
        self.places: dict[str, Place] = {}
        """Where the names are, as far as they are in calls."""
        self.rows: dict[str, set[str]] = {}
        """The names in each row of a list, if the code makes all of them in the call."""
        self.others_rows: set[str] = set()
        """The names whose values are not such lists."""

    def add(self, other: Passed) -> None:
        """Add what another call passes."""
        if self.names is None or other.names is None:
            self.names = None
        else:
            self.names |= other.names
        self.visitors |= other.visitors
        self.places = {**other.places, **self.places}
        self.others_rows |= other.others_rows
        for name, keys in other.rows.items():
            self.rows[name] = self.rows.get(name, set()) | keys


class PassedText(Passed):
    """What is passed to a template that is a text in the code."""

    def __init__(self, node: ast.Constant) -> None:
        super().__init__()
        self.node = node


class PassedValues:
    """What the project passes to each template."""

    def __init__(self) -> None:
        self.files: dict[str, Passed] = {}
        """By the path of the template below ``templates/``."""
        self.texts: list[PassedText] = []
        self.others = Passed()
        """What is passed to templates that the code does not name."""

    def to(self, template: str) -> Passed:
        """Return the entry of a template."""
        return self.files.setdefault(template, Passed())


def of_python(trees: dict[str, ast.Module]) -> PassedValues:
    """Return what handlers in Python pass.

    :param trees: the syntax trees of the project's own files, by name.
    """
    found = PassedValues()
    named: set[int] = set()
    for file, tree in trees.items():
        for function in ast.walk(tree):
            if isinstance(function, FUNCTIONS):
                if function.name == _NAMESPACE:
                    found.others.add(_of_namespace(function))
                elif function.name in _RENDERS and function.decorator_list:
                    found.others.names = None
                for node in own_nodes(function):
                    if isinstance(node, ast.Call):
                        named |= set(_read(found, function, node, file))
    for tree in trees.values():
        if _has_hidden_calls(tree):
            found.others.names = None
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                path = with_extension(node.value) if node.value else ""
                if path in found.files and id(node) not in named:
                    found.files[path].names = None  # it is used in another way, too
            elif isinstance(node, ast.expr) and last_name(node) in _OTHER_WAYS:
                found.others.names = None
    return found


def _has_hidden_calls(tree: ast.Module) -> bool:
    """Tell whether a file uses a method for pages in a way that is no plain call.

    Examples are ``show = self.render`` and ``get_template_namespace = shared``.
    """
    called: set[int] = set()
    waiting: list[ast.AST] = [tree]
    for node in waiting:
        if isinstance(node, ast.Call):
            called.add(id(node.func))
        if isinstance(node, ast.Attribute):
            if node.attr in _METHODS and id(node) not in called:
                return True
        elif isinstance(node, ast.Name):
            if node.id in _METHODS and isinstance(node.ctx, ast.Store):
                return True
        elif isinstance(node, ast.Constant) and node.value in _METHODS:
            return True  # `getattr` and `setattr` take it
        waiting += ast.iter_child_nodes(node)
    return False


def _read(
    found: PassedValues, function: AnyFunction, call: ast.Call, file: str
) -> Iterator[int]:
    """Note what a call passes, if it renders a template; yield the node of its name."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name not in _RENDERS or not call.args:
        return
    if name == "write_html" and not call.keywords:
        return  # it is no template
    first = call.args[0]
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    passed = Passed()
    if len(call.args) > 1 or isinstance(first, ast.Starred):
        passed.names = None
    for keyword in call.keywords:
        if keyword.arg is None:
            names = _of_mapping(function, keyword.value)
            if names is None:
                passed.names = None
            elif passed.names is not None:
                passed.names |= names
                passed.others_rows |= names
        else:
            if passed.names is not None:
                passed.names.add(keyword.arg)
                passed.places[keyword.arg] = file, keyword.value.lineno
                rows = _rows_of(keyword.value)
                if rows is None:
                    passed.others_rows.add(keyword.arg)
                else:
                    passed.rows[keyword.arg] = rows
            if _is_of_visitor(function, keyword.value, {}):
                passed.visitors.add(keyword.arg)
    if not is_text:
        found.others.add(passed)
        return
    assert isinstance(first, ast.Constant)
    if name == "write_html":
        text = PassedText(first)
        text.add(passed)
        found.texts.append(text)
    else:
        found.to(with_extension(str(first.value))).add(passed)
        yield id(first)


def _rows_of(value: ast.expr) -> set[str] | None:
    """Return the names in all rows of a list that an expression makes, None for others."""
    rows = value.elts if isinstance(value, ast.List) else []
    if isinstance(value, ast.ListComp):
        rows = [value.elt]
    names: set[str] = set()
    for row in rows:
        keys = row.keys if isinstance(row, ast.Dict) else [None]
        for key in keys:
            if not isinstance(key, ast.Constant):
                return None
            names.add(str(key.value))
    return names if rows else None


def _of_namespace(function: AnyFunction) -> Passed:
    """Return the names that an override of ``get_template_namespace`` returns."""
    passed = Passed()
    if function.decorator_list:
        passed.names = None
    for node in own_nodes(function):
        if isinstance(node, ast.Return) and node.value is not None:
            names = _of_mapping(function, node.value)
            if names is None or passed.names is None:
                passed.names = None
            else:
                passed.names |= names
                passed.others_rows |= names
    return passed


def _of_mapping(
    function: AnyFunction, node: ast.expr, seen: set[str] | None = None
) -> set[str] | None:
    """Return the names in a mapping that a function makes, None if they are not known.

    :param seen: the variables that were read for it, whose names are not asked for again.
    """
    seen = set() if seen is None else seen
    if isinstance(node, ast.Dict):
        names: set[str] = set()
        for key, value in zip(node.keys, node.values):
            if key is None:
                inner = _of_mapping(function, value, seen)
                if inner is None:
                    return None
                names |= inner
            elif isinstance(key, ast.Constant):
                names.add(str(key.value))
            else:
                return None
        return names
    if isinstance(node, ast.Call):
        if last_name(node.func) == _NAMESPACE:
            return set()  # the override that it calls is read itself
        if isinstance(node.func, ast.Name) and node.func.id == "dict":
            keys = [keyword.arg for keyword in node.keywords]
            if not node.args and None not in keys:
                return {str(key) for key in keys}
        return None
    lines = (function.end_lineno or 0) - function.lineno
    is_long = lines > _MAX_LINES or len(seen) > _MAX_VARIABLES
    if not isinstance(node, ast.Name) or is_long:
        return None
    if node.id in seen:
        return set()
    seen.add(node.id)
    return _of_variable(function, node.id, seen)


def _of_variable(function: AnyFunction, name: str, seen: set[str]) -> set[str] | None:
    """Return the names in the mapping that a variable has, None if they are not known."""
    own = function.args
    is_extra = own.kwarg is not None and own.kwarg.arg == name
    # Who calls an override of these is read, too.
    is_made = is_extra and function.name in _RENDERS
    given = {
        argument.arg for argument in ast.walk(own) if isinstance(argument, ast.arg)
    }
    if name in given and not is_made:
        return None
    names: set[str] = set()
    known = 0
    for node in own_nodes(function):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            target = targets[0]
            if isinstance(target, ast.Name) and target.id == name and node.value:
                if isinstance(node.value, ast.Name) or len(targets) > 1:
                    return None  # another name of it may add more
                inner = _of_mapping(function, node.value, seen)
                if inner is None:
                    return None
                names |= inner
                known += 1
                is_made = True
            elif (
                isinstance(target, ast.Subscript)
                and isinstance(target.value, ast.Name)
                and target.value.id == name
                and isinstance(target.slice, ast.Constant)
            ):
                names.add(str(target.slice.value))
                known += 1
        elif isinstance(node, ast.keyword) and node.arg is None:
            known += isinstance(node.value, ast.Name) and node.value.id == name
        elif isinstance(node, ast.Dict):
            taken = [v for key, v in zip(node.keys, node.values) if key is None]
            known += sum(isinstance(v, ast.Name) and v.id == name for v in taken)
        elif isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
            return None
    uses = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(function))
    return names if is_made and uses == known else None


def _is_of_visitor(
    function: AnyFunction, node: ast.expr, known: dict[str, bool], depth: int = 0
) -> bool:
    """Tell whether a value is what a visitor sends, as it is.

    :param known: the answers for the names that were asked for: each is read once.
    """
    if depth > 10:
        return False
    inner = (known, depth + 1)
    if isinstance(node, ast.Call):
        func = node.func
        if isinstance(func, ast.Attribute):
            if _VISITORS.fullmatch(func.attr) and not isinstance(func.value, ast.Call):
                return True
            if func.attr in ("strip", "title", "lower", "upper", "replace"):
                return _is_of_visitor(function, func.value, *inner)
        return False
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return any(_is_of_visitor(function, part, *inner) for part in sides)
    if isinstance(node, ast.JoinedStr):
        parts = [p.value for p in node.values if isinstance(p, ast.FormattedValue)]
        return any(_is_of_visitor(function, part, *inner) for part in parts)
    if not isinstance(node, ast.Name):
        return False
    if node.id not in known:
        known[node.id] = False  # a value that has the name itself
        values = [
            part.value
            for part in own_nodes(function)
            if isinstance(part, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == node.id for t in part.targets)
        ]
        known[node.id] = bool(values) and all(
            _is_of_visitor(function, value, *inner) for value in values
        )
    return known[node.id]


def of_swift(texts: Iterable[str]) -> PassedValues:
    """Return what handlers in Swift pass.

    :param texts: the project's own files, without comments.
    """
    found = PassedValues()
    for text in texts:
        for call in _SWIFT_CALL.finditer(text):
            if call[0] == "pageValues":
                # Its names are somewhere near: each text of the file may be one.
                found.others.add(_passed(set(_SWIFT_TEXTS.findall(text))))
                continue
            rest = text[call.end() : call.end() + _MAX_CALL]
            name = _SWIFT_NAME.match(rest) if "render" in call[0] else None
            if name is None or "\\" in name[1]:
                found.others.names = None
                continue
            names = _swift_names(rest[name.end() :])
            found.to(with_extension(name[1])).add(_passed(names))
    return found


def _passed(names: set[str] | None) -> Passed:
    passed = Passed()
    passed.names = names
    return passed


def _swift_names(rest: str) -> set[str] | None:
    """Return the names in the second argument of a call, None if they are not known."""
    if rest[:1] == ")":
        return set()
    rest = rest[1:].lstrip() if rest[:1] == "," else ""
    if rest[:1] != "[":
        return None
    names: set[str] = set()
    depth, place = 0, 0
    is_key = True
    while place < len(rest):
        letter = rest[place]
        if letter == '"':
            text = _SWIFT_NAME.match(rest, place)
            if text is None or "\\(" in text[1]:
                return None  # a text with code in it, or of several lines
            place = text.end()
            if depth == 1 and is_key:
                if rest[place : place + 1] != ":":
                    return None
                names.add(text[1])
            is_key = False
            continue
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                # What follows, such as `.merging(...)`, may add names.
                return names if rest[place + 1 :].lstrip()[:1] == ")" else None
        elif depth == 1 and letter == ",":
            is_key = True
        elif depth == 1 and is_key and not letter.isspace() and letter != ":":
            return None  # a key that is no text
        place += 1
    return None
