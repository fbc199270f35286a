from dataclasses import dataclass

import pytest

from portal.core.errors import Invalid
from portal.questionnaire.errata import corrected, may_be_corrected, place, wording
from portal.questionnaire.loader import to_json
from tests import factories

SMALL = factories.questionnaire()


@dataclass(frozen=True)
class Slip:
    subject: str
    field: str
    after: str


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ("head", "title/en"),
        ("head", "introduction/en"),
        ("section:A", "why/en"),
        ("question:B.01", "text/en"),
        ("question:B.01", "hint/en"),
        ("question:B.01", "proof/en"),
        ("question:A.02", "options/1_49/text/en"),
        ("question:C.01", "rows/chips/text/en"),
        ("question:A.03", "columns/staff/text/en"),
        ("question:C.02", "columns/ready/options/now/text/en"),
        ("question:B.04", "anchors/4/en"),
    ],
)
def test_every_wording_that_a_reader_sees_can_be_corrected(subject: str, field: str) -> None:
    assert wording(SMALL, subject, field)
    after = corrected(SMALL, [Slip(subject, field, "Mended.")])
    assert wording(after, subject, field) == "Mended."
    assert to_json(after).count("Mended.") == 1
    assert corrected(after, [Slip(subject, field, wording(SMALL, subject, field))]) == SMALL


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ("head", "name"),
        ("head", "instruments/oecd/version"),
        ("order", ""),
        ("section:A", "id"),
        ("question:B.06", "unit/en"),
        ("question:B.06", "minimum"),
        ("question:A.03", "columns/staff/unit/en"),
        ("question:A.02", "options"),
        ("question:A.02", "options/1_49/id"),
        ("question:B.01", "competition_review"),
        ("question:B.01", "text/fr"),
        ("question:B.01", "text"),
        ("question:Z.99", "text/en"),
        ("section:Z", "title/en"),
    ],
)
def test_nothing_else_can_be_corrected(subject: str, field: str) -> None:
    with pytest.raises(Invalid, match="no wording here") as refusal:
        wording(SMALL, subject, field)
    assert list(refusal.value.fields) == ["field"]


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(Invalid, match="no part"):
        may_be_corrected("chapter:A", "text/en")


def test_corrections_follow_one_another() -> None:
    slips = [Slip("section:A", "title/en", text) for text in ("First.", "Second.")]
    assert corrected(SMALL, slips).sections[0].title == {"en": "Second."}
    assert corrected(SMALL, []) is SMALL


def test_the_place_of_a_correction_is_named() -> None:
    assert str(place("question:A.02", "options/1_49/text/en")) == "A.02, option (en)"
    assert str(place("head", "title/fr")) == "Questionnaire, title (fr)"
