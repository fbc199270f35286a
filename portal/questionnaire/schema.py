"""``questionnaires/schema.json``: the definition classes as JSON Schema, for editors."""

import json
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from portal.questionnaire.definition import Question
from portal.questionnaire.loader import ADAPTER

SCHEMA_PATH = Path("questionnaires") / "schema.json"


def schema_text() -> str:
    """The schema as it stands in the file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ADAPTER.json_schema(by_alias=True),
    }
    _explain_inherited_fields(schema)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path = SCHEMA_PATH) -> None:
    """Write the schema to its file; run after every change of the definition classes."""
    path.write_text(schema_text(), encoding="utf-8")


def _explain_inherited_fields(schema: dict[str, Any]) -> None:
    """Give each type the explanations of what all questions have: pydantic leaves them out."""
    types = get_args(get_args(Question)[0])
    (common,) = {base for each in types for base in each.__bases__}
    explained = TypeAdapter(common).json_schema(by_alias=True)["properties"]
    for each in types:
        for name, field in schema["$defs"][each.__name__]["properties"].items():
            if "description" in explained.get(name, {}):
                field.setdefault("description", explained[name]["description"])
