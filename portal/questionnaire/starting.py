"""What a new question starts from, and what is left of one whose type changes (pure)."""

from collections.abc import Mapping
from typing import Any

from portal.questionnaire.definition import MATURITY_LEVELS
from portal.questionnaire.subjects import Content

OWN_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "yes_partly_no": {},
    "yes_no": {},
    "maturity": {"anchors": [{} for _ in MATURITY_LEVELS]},
    "single": {"options": []},
    "multi": {"options": []},
    "percentage": {},
    "number": {"unit": {}},
    "text": {},
    "long": {},
    "date": {},
    "file": {},
    "table": {"columns": []},
    "matrix": {"rows": [], "options": []},
    "grid": {"rows": [], "columns": []},
}
"""Type to the fields that only it has and must have, still empty."""

TYPES = tuple(OWN_FIELDS)

ELSEWHERE = frozenset(
    {"type", "options", "rows", "columns", "anchors", "unit", "minimum", "maximum"}
    | {"maximum_length", "minimum_rows", "maximum_rows", "prefill", "row_show_if"}
)
"""Fields that not every type has."""


def started(question_id: str, kind: str, text: Mapping[str, str]) -> Content:
    """A new question of a type; the check then names what it still lacks."""
    return {"id": question_id, "type": kind, "text": dict(text), **OWN_FIELDS[kind]}


def retyped(content: Content, kind: str) -> Content:
    """The question with another type: lists that both types have stay as they are."""
    common = {key: value for key, value in content.items() if key not in ELSEWHERE}
    kept = {key: content.get(key, empty) for key, empty in OWN_FIELDS[kind].items()}
    return common | {"type": kind} | kept
