"""What being asked a question tells of the answers before it, read from its condition."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from portal.aggregate.proposals import Link
from portal.aggregate.routing import leads
from portal.questionnaire.definition import Questionnaire
from tests import factories

A, B = frozenset({"a"}), frozenset({"b"})
OPTIONS = [{"id": name, "text": {"en": name}} for name in ("a", "b", "c")]
PARENTS: list[dict[str, Any]] = [
    {"id": "A.01", "type": "multi", "options": OPTIONS},
    {"id": "A.02", "type": "single", "options": OPTIONS},
    {"id": "A.03", "type": "yes_no"},
    {"id": "A.04", "type": "percentage", "release": {"bands": [20, 50]}},
    {"id": "A.05", "type": "matrix", "options": OPTIONS, "rows": OPTIONS[:2]},
    {
        "id": "A.06",
        "type": "table",
        "columns": [{"id": "name", "type": "text", "text": {"en": "Name"}}],
    },
]


def read(condition: Mapping[str, Any]) -> dict[str, tuple[Link, ...]]:
    """Parent → links of a question with this condition."""
    child = {"id": "A.07", "type": "yes_no", "show_if": condition}
    content = {
        "name": "routes",
        "version": "1",
        "base_language": "en",
        "languages": ["en"],
        "title": {"en": "Routes"},
        "sections": [
            {
                "id": "A",
                "title": {"en": "A"},
                "questions": [{"text": {"en": "?"}, **each} for each in (*PARENTS, child)],
            }
        ],
    }
    found = leads(TypeAdapter(Questionnaire).validate_python(content))
    assert found.keys() <= {"A.07"}
    return {lead.parent: lead.links for lead in found.get("A.07", ())}


BOTH = {"needed": True, "enough": True}
NEEDED, ENOUGH = {"needed": True, "enough": False}, {"needed": False, "enough": True}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"question": "A.02", "in": ["a", "b"]}, {"A.02": (Link(A | B, **BOTH),)}),
        ({"question": "A.01", "has": ["a"]}, {"A.01": (Link(A, **BOTH),)}),
        (
            {"question": "A.01", "has": ["a", "b"]},
            {"A.01": (Link(A, **ENOUGH), Link(B, **ENOUGH))},
        ),
        (
            {"all": [{"question": "A.01", "has": ["a"]}, {"question": "A.01", "has": ["b"]}]},
            {"A.01": (Link(A, **NEEDED), Link(B, **NEEDED))},
        ),
        (
            {"not": {"question": "A.01", "has": ["a"]}},
            {"A.01": (Link(A, **BOTH, given=False),)},
        ),
        (
            {"any": [{"question": "A.02", "==": "a"}, {"question": "A.03", "==": "yes"}]},
            {"A.02": (Link(A, **ENOUGH),), "A.03": (Link(frozenset({"yes"}), **ENOUGH),)},
        ),
        (
            {"all": [{"question": "A.02", "==": "a"}, {"question": "A.03", "==": "yes"}]},
            {"A.02": (Link(A, **NEEDED),), "A.03": (Link(frozenset({"yes"}), **NEEDED),)},
        ),
        (
            {"question": "A.04", ">=": 30},
            {
                "A.04": (
                    Link(frozenset({"20–50", "over 50"}), **NEEDED),
                    Link(frozenset({"over 50"}), **ENOUGH),
                )
            },
        ),
        (
            {"question": "A.06", "rows": {">=": 5}},
            {"A.06": (Link(frozenset({"5–9", "10–49", "50+"}), **BOTH),)},
        ),
        ({"question": "A.05", "row": "a", "==": "a"}, {"A.05.a": (Link(A, **BOTH),)}),
        ({"question": "A.05", "some_row": True, "==": "a"}, {}),
    ],
)
def test_a_condition_is_read_as_far_as_one_answer_decides_it(
    condition: Mapping[str, Any], expected: Mapping[str, tuple[Link, ...]]
) -> None:
    assert read(condition) == expected


def test_rows_are_led_to_by_the_same_row_and_sections_by_their_own_condition() -> None:
    found = leads(factories.questionnaire(factories.FLAGSHIP))
    assert "I.01.tin" in {lead.parent for lead in found["I.02.tin"]}
    assert all(lead.links for each in found.values() for lead in each)
