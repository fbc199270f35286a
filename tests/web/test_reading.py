"""Answers in words: on the check page, on a receipt, and side by side."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel
from markupsafe import Markup

from portal.response.answers import NOT_APPLICABLE, GivenAnswer
from portal.response.queries import Attributed, AttributedLine, SupplierColumn
from portal.web.reading import AnsweredSection, Line, as_submitted, read_answers, side_by_side
from tests import factories

QUESTIONNAIRE = factories.questionnaire()


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    """A page in English, without anything else of the portal."""
    app = Flask("page")
    Babel(app)
    with app.test_request_context():
        yield


def submitted(value: object = None, **others: object) -> dict[str, Any]:
    answer = {"state": "done", "value": value, "class": "buyers", "language": "en"}
    return {**answer, **others}


def read(**answers: dict[str, Any]) -> list[AnsweredSection]:
    named = {name.replace("_", "."): answer for name, answer in answers.items()}
    return read_answers(QUESTIONNAIRE, named, "en")


def only(**answers: dict[str, Any]) -> Line:
    ((line,),) = [section.lines for section in read(**answers)]
    return line


def test_only_sections_and_questions_with_an_answer_are_read() -> None:
    sections = read(A_02=submitted("50_249"), D_02=submitted("Less."))
    assert [(part.id, [line.id for line in part.lines]) for part in sections] == [
        ("A", ["A.02"]),
        ("D", ["D.02"]),
    ]
    assert sections[0].lines[0].value == "50 to 249"


def test_an_answer_says_who_reads_it_and_why_so_few() -> None:
    narrowing = {"reason": "trade_secret", "until": "2027-03-31"}
    line = only(B_01=submitted("no", **{"class": "aggregate_only", "narrowing": narrowing}))
    assert line.readers == "the secretariat; everybody else in totals only"
    assert line.narrowing == "It is a trade secret, until 31 March 2027"


def test_not_applicable_is_read_with_its_reason() -> None:
    line = only(B_05=submitted(state=NOT_APPLICABLE, reason="No spend."))
    assert (line.value, line.reason.text) == ("", "No spend.")


def test_words_in_another_language_are_marked_and_stay_text() -> None:
    line = only(D_02=submitted("<b>Länger</b>", language="de", comment="Kurz."))
    assert line.value == Markup('<span lang="de">&lt;b&gt;Länger&lt;/b&gt;</span>')
    assert line.comment.__html__() == '<span lang="de">Kurz.</span>'


def test_tables_stand_apart_from_what_fits_in_a_line() -> None:
    rows = [{"name": "Nord", "country": "BE"}]
    (section,) = read(A_01=submitted(["brand"]), A_02=submitted("1_49"), A_03=submitted(rows))
    assert [(wide, [line.id for line in run]) for wide, run in section.runs] == [
        (False, ["A.01", "A.02"]),
        (True, ["A.03"]),
    ]


def test_evidence_is_read_with_its_days() -> None:
    piece = {"title": "Policy", "kind": "file", "sha256": "ab", "valid_until": "2027-01-31"}
    (read_piece,) = only(B_01=submitted("yes", evidence=[piece])).evidence
    assert (read_piece.title, read_piece.sha256) == ("Policy", "ab")
    assert read_piece.detail == "valid until 31 January 2027"


def test_an_answer_being_written_reads_like_a_submitted_one() -> None:
    given = GivenAnswer(
        state="done",
        value="yes",
        confidentiality="aggregate_only",
        narrowing_reason="security",
        narrowing_until=date(2027, 3, 31),
    )
    piece = SimpleNamespace(
        id=UUID(int=1),
        title="Policy",
        kind="url",
        url="https://example.eu",
        sha256="",
        issued_on=None,
        valid_until=None,
    )
    line = only(B_01=as_submitted(given, [piece]))
    assert (line.value, line.narrowing) == (
        "Yes",
        "It would put security at risk, until 31 March 2027",
    )
    assert (line.evidence[0].id, line.evidence[0].url) == (str(UUID(int=1)), "https://example.eu")


def compared(question_id: str, *answers: dict[str, Any] | None) -> Attributed:
    question = QUESTIONNAIRE.question(question_id)
    assert question is not None
    at = datetime(2026, 9, 1, tzinfo=UTC)
    columns = [SupplierColumn(UUID(int=n), UUID(int=n), UUID(int=n), f"S{n}", at) for n in (1, 2)]
    line = AttributedLine(QUESTIONNAIRE.sections[0], question, answers)
    return Attributed(QUESTIONNAIRE, tuple(columns), (line,))


def test_suppliers_that_chose_differently_are_marked() -> None:
    (line,) = side_by_side(compared("B.01", submitted("yes"), submitted("no")), "en")
    assert line.differs
    assert [(cell.value, cell.place) for cell in line.answers if cell] == [("Yes", 0), ("No", 1)]
    (same,) = side_by_side(compared("B.01", submitted("yes"), submitted("yes")), "en")
    assert not same.differs


def test_an_answer_that_is_not_open_is_no_difference() -> None:
    (line,) = side_by_side(compared("B.01", submitted("yes"), None), "en")
    assert (line.answers[1], line.differs) == (None, False)


def test_free_texts_are_not_marked_as_different() -> None:
    (line,) = side_by_side(compared("D.02", submitted("This."), submitted("That.")), "en")
    assert not line.differs
