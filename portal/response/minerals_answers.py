"""What a reporting template says in answer to a questionnaire's questions on minerals (pure).

Questions are found by what they ask (rows named by minerals, a table of smelters), so that a
questionnaire that took them over from the bank is served as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.questionnaire.definition import (
    File,
    Grid,
    Matrix,
    Question,
    Questionnaire,
    Shape,
    Table,
)
from portal.response.fields import CELL_LENGTH, Value, clean
from portal.response.minerals import MINERALS, Declaration, Smelter
from portal.response.minerals_checks import country_of, in_scope, rate_of, real_name, said
from portal.response.rules import evidence_kinds
from portal.response.shapes import has_shape
from portal.response.values import tidy

IDS = frozenset(MINERALS.values())
KNOWN_OR_NOT = frozenset({"yes", "no", "unknown"})
RATES: Mapping[str, str] = {
    "100%": "all",
    "1": "all",
    "greater than 90%": "over_90",
    "greater than 75%": "over_75",
    "greater than 50%": "over_50",
    "50% or less": "up_to_50",
    "none": "none",
    "did not survey": "none",
}
"""What the templates say about suppliers that answered → the option of the question."""
ONLY_RECYCLED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a template says to one question; ``value`` holds only the minerals it is about."""

    question: Question
    value: Value


def answers_from(declared: Declaration, questionnaire: Questionnaire) -> dict[str, Said]:
    """Question → what the template says to it, in page order; questions it is silent on are out."""
    found: dict[str, Said] = {}
    matrices = 0
    for question in questionnaire.questions():
        value: Value = None
        if isinstance(question, Matrix) and _is_about_minerals(question.rows):
            options = {option.id for option in question.options}
            if options == KNOWN_OR_NOT:
                matrices += 1
                value = _asked(declared, str(matrices), question)
            elif options & {"over_90"}:
                value = _rates(declared, question)
        elif isinstance(question, Grid) and _is_about_minerals(question.rows):
            value = _recycled(declared, question)
        elif isinstance(question, Table) and _lists_smelters(question):
            value = [_row(question, each) for each in declared.smelters if each.metal]
        right = tidy(question, value) if value else None
        if right:
            found[question.id] = Said(question=question, value=right)
    return found


def joined(question: Question, present: Value, said_here: Value) -> Value:
    """A value with what the template says put into it: minerals and smelters that are not there.

    Where both say something of the same mineral, the template's stands.
    """
    if present is None:
        return said_here
    if isinstance(question, Table):
        known = {_key(row) for row in present}
        return [*present, *(row for row in said_here if _key(row) not in known)]
    if isinstance(question, Grid):
        return {
            **present,
            **{row: {**present.get(row, {}), **cells} for row, cells in said_here.items()},
        }
    return {**present, **said_here}


def file_question(questionnaire: Questionnaire, near: Iterable[str]) -> Question | None:
    """The question that takes the file itself: in the section of the questions ``near``."""
    ids = set(near)
    for section in questionnaire.sections:
        if any(question.id in ids for question in section.questions):
            for question in section.questions:
                if isinstance(question, File) and "xlsx" in evidence_kinds(question):
                    return question
    return None


def asks_about_minerals(questionnaire: Questionnaire) -> bool:
    """Whether a template could answer anything: whether a table of smelters is asked for."""
    return any(
        isinstance(question, Table) and _lists_smelters(question)
        for question in questionnaire.questions()
    )


def _is_about_minerals(rows: Iterable[object]) -> bool:
    found = {getattr(row, "id", "") for row in rows}
    return bool(found) and found <= IDS


def _lists_smelters(question: Table) -> bool:
    return {"mineral", "smelter", "country"} <= {column.id for column in question.columns}


def _asked(declared: Declaration, number: str, question: Matrix) -> dict[str, str]:
    """Question 1 or 2 of the template; a third such matrix finds nothing."""
    if number not in {"1", "2"}:
        return {}
    given = {row.id: said(declared, number, row.id) for row in question.rows}
    return {mineral: text for mineral, text in given.items() if text in KNOWN_OR_NOT}


def _rates(declared: Declaration, question: Matrix) -> dict[str, str]:
    known = {option.id for option in question.options}
    rows = {row.id for row in question.rows}
    found = {
        mineral: RATES.get(said(declared, rate_of(declared), mineral), "")
        for mineral in in_scope(declared)
    }
    return {key: rate for key, rate in found.items() if rate in known and key in rows}


def _recycled(declared: Declaration, question: Grid) -> dict[str, dict[str, int]]:
    """Only a whole yes is a share; anything else the template does not put in numbers."""
    column = next((each.id for each in question.columns if each.type == "percentage"), None)
    if column is None:
        return {}
    number = str(int(rate_of(declared)) - 1)
    rows = {row.id for row in question.rows}
    return {
        mineral: {column: ONLY_RECYCLED}
        for mineral in in_scope(declared)
        if mineral in rows and said(declared, number, mineral) == "yes"
    }


def _row(question: Table, smelter: Smelter) -> dict[str, Value]:
    """One smelter as the table's columns take it; what does not fit is left for a person."""
    known = {column.id: column for column in question.columns}
    recycled = smelter.recycled.strip().casefold()
    cells: dict[str, Value] = {
        "mineral": smelter.metal,
        "smelter": clean(real_name(smelter))[:CELL_LENGTH],
        "facility_id": _number(smelter),
        "country": country_of(smelter.country.strip()) or "",
        "mine_countries": clean(smelter.mine_countries)[:CELL_LENGTH],
        "recycled_only": recycled if recycled in {"yes", "no"} else "",
    }
    return {key: value for key, value in cells.items() if value and key in known}


def _number(smelter: Smelter) -> str:
    number = clean(smelter.facility_id).upper()
    return number if has_shape(Shape.SMELTER, number) else ""


def _key(row: Mapping[str, Value]) -> tuple[str, str]:
    """What makes a row the same smelter: its mineral, and its number or else its name."""
    name = str(row.get("facility_id") or row.get("smelter") or "")
    return str(row.get("mineral", "")), name.strip().casefold()
