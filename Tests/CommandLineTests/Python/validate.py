"""Validate JSON documents against a schema: validate.py SCHEMA DOCUMENT...

Here a key that the schema does not name is an error, too: it would be undocumented.
"""

import json
import sys
from typing import Any

import jsonschema


def closed(schema: Any) -> Any:
    """Return a schema in which no object has other keys than those named."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result


def main() -> None:
    """Validate each document, and say what is wrong."""
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(closed(schema))
    count = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            for error in validator.iter_errors(json.load(file)):
                print(f"{path}: {error.json_path}: {error.message}")
                count += 1
    sys.exit(1 if count else 0)


main()
