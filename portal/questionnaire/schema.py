"""``questionnaires/schema.json``: the definition classes as JSON Schema, for editors."""

import json
from pathlib import Path

from portal.questionnaire.loader import ADAPTER

SCHEMA_PATH = Path("questionnaires") / "schema.json"


def schema_text() -> str:
    """The schema as it stands in the file."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ADAPTER.json_schema(by_alias=True),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schema(path: Path = SCHEMA_PATH) -> None:
    """Write the schema to its file; run after every change of the definition classes."""
    path.write_text(schema_text(), encoding="utf-8")
