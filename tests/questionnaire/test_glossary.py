"""The words of the portal: one wording each, found in the texts that use them."""

from pathlib import Path

import pytest

from portal.questionnaire.glossary import GLOSSARY_PATH, glossary, glossary_faults
from portal.questionnaire.register import LANGUAGES

BATTERY = "  - id: battery"
GOOD = GLOSSARY_PATH.read_text(encoding="utf-8")


def test_every_term_has_a_wording_in_every_language() -> None:
    assert glossary_faults(GLOSSARY_PATH) == []
    assert all(set(term.text) == set(LANGUAGES) for term in glossary().terms)


def test_the_terms_of_a_text_are_found_the_longest_first() -> None:
    text = "Which audits of conflict-affected and high-risk areas does the board approve?"
    found = [term.id for term in glossary().terms_in(text, "en")]
    assert found == ["cahra", "approve", "audit", "board"]


def test_a_word_within_another_word_is_no_term() -> None:
    assert glossary().terms_in("Auditorium, abrand, boards'room", "fr") == []


@pytest.mark.parametrize(
    ("change", "lines_below", "what"),
    [
        (("      nl: batterij\n", ""), 1, "is missing"),
        (("  - id: battery\n", "  - id: a-battery\n"), 0, "wrong place"),
        (("  - id: battery\n", "  - id: board\n"), 7, "given twice"),
        (("      nl: batterij\n", "      nl: [batterij]\n"), 4, "nl"),
    ],
)
def test_a_fault_is_named_at_its_line(
    tmp_path: Path, change: tuple[str, str], lines_below: int, what: str
) -> None:
    path = tmp_path / "glossary.yaml"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    line = GOOD.splitlines().index(BATTERY) + 1 + lines_below
    assert [each.line for each in glossary_faults(path) if what in str(each)] == [line]
