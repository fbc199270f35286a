"""The form of one section: what was sent, by question, checked and ready to save."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from portal.questionnaire.definition import Question
from portal.response.answers import NOT_APPLICABLE
from portal.web.answers import SectionForm, inputs_by_question, section_form
from tests import factories

QUESTIONNAIRE = factories.questionnaire()


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    """A page in English, without anything else of the portal."""
    app = Flask("page")
    app.config.update(SECRET_KEY="a key for tests", WTF_CSRF_ENABLED=False)
    Babel(app)
    with app.test_request_context():
        yield


def questions(section_id: str) -> tuple[Question, ...]:
    (section,) = [section for section in QUESTIONNAIRE.sections if section.id == section_id]
    return section.questions


def sent(section_id: str, *fields: tuple[str, str]) -> SectionForm:
    form = section_form(questions(section_id), ("en", "en"), MultiDict(fields))
    form.validate()
    return form


def problems(form: SectionForm) -> dict[str, str]:
    return {name: str(text) for field in form.answers for name, text in field.problems.items()}


def test_inputs_are_grouped_by_the_question_their_names_begin_with() -> None:
    fields = [("A.01", "brand"), ("A.01", "reseller"), ("A.03:0:name", "N"), ("B.05!na", "1")]
    assert inputs_by_question(MultiDict(fields)) == {
        "A.01": {"A.01": ["brand", "reseller"]},
        "A.03": {"A.03:0:name": ["N"]},
        "B.05": {"B.05!na": ["1"]},
    }


def test_a_question_that_was_not_on_the_page_is_left_alone() -> None:
    assert list(sent("A", ("A.02", "1_49")).drafts()) == ["A.02"]


def test_a_question_with_nothing_chosen_is_an_empty_draft() -> None:
    drafts = sent("A", ("A.01!version", "3")).drafts()
    assert (drafts["A.01"].value, drafts["A.01"].base_version) == (None, 3)


def test_what_is_right_is_ready_to_save_beside_what_is_wrong() -> None:
    form = sent("B", ("B.01", "yes"), ("B.05", "140"), ("B.06", "x"))
    assert not form.validate()
    assert list(form.drafts()) == ["B.01"]
    assert set(problems(form)) == {"B.05", "B.06"}
    field = form.answer("B.05")
    assert field is not None
    assert field.inputs == {"B.05": ["140"]}


@pytest.mark.parametrize("typed", ["-1", "x", "", "9" * 400, "²", "1.0"])
def test_a_version_that_no_page_sends_counts_as_none(typed: str) -> None:
    drafts = sent("A", ("A.02", "1_49"), ("A.02!version", typed)).drafts()
    assert drafts["A.02"].base_version == 0


def test_not_applicable_keeps_its_reason_and_drops_the_value() -> None:
    draft = sent("B", ("B.05!na", "1"), ("B.05!reason", " No spend. ")).drafts()["B.05"]
    assert (draft.state, draft.reason, draft.value) == (NOT_APPLICABLE, "No spend.", None)


def test_not_applicable_needs_a_reason_and_no_value() -> None:
    assert set(problems(sent("B", ("B.05!na", "1"), ("B.05", "5")))) == {"B.05!na", "B.05!reason"}


def test_a_reason_without_the_box_is_not_kept() -> None:
    draft = sent("B", ("B.05", "5"), ("B.05!reason", "Perhaps.")).drafts()["B.05"]
    assert (draft.state, draft.reason, draft.value) == ("done", "", 5)


def test_fewer_readers_need_one_of_the_reasons() -> None:
    narrowed = (("B.01", "no"), ("B.01!class", "aggregate_only"))
    assert set(problems(sent("B", *narrowed))) == {"B.01!narrowing"}
    assert set(problems(sent("B", *narrowed, ("B.01!narrowing", "no reason")))) == {
        "B.01!narrowing"
    }
    right = sent("B", *narrowed, ("B.01!narrowing", "security"), ("B.01!until", "2027-03-31"))
    draft = right.drafts()["B.01"]
    assert (draft.confidentiality, draft.narrowing_reason) == ("aggregate_only", "security")
    assert draft.narrowing_until == date(2027, 3, 31)


def test_readers_that_the_question_does_not_allow_are_refused() -> None:
    assert set(problems(sent("A", ("A.01!class", "aggregate_only")))) == {"A.01!narrowing"} or (
        set(problems(sent("A", ("A.01!class", "aggregate_only")))) == {"A.01!class"}
    )
    assert set(problems(sent("B", ("B.01!class", "everyone")))) == {"B.01!class"}
    assert set(problems(sent("B", ("B.01!class", "public")))) == {"B.01!class"}


def test_without_a_choice_of_readers_the_class_stays_as_it_is() -> None:
    assert sent("B", ("B.01", "no")).drafts()["B.01"].confidentiality is None


def test_an_end_that_is_no_day_is_refused() -> None:
    assert set(problems(sent("B", ("B.01!until", "next year")))) == {"B.01!until"}


def test_a_comment_and_a_reason_have_their_limits() -> None:
    long = "x" * 1001
    found = problems(sent("B", ("B.01!comment", long), ("B.05!na", "1"), ("B.05!reason", long)))
    assert set(found) == {"B.01!comment", "B.05!reason"}


def test_cells_of_tables_matrices_and_grids_are_read() -> None:
    drafts = sent("A", ("A.03:4:name", "Nord"), ("A.03:9:name", "Süd")).drafts()
    assert drafts["A.03"].value == [{"name": "Nord"}, {"name": "Süd"}]
    drafts = sent("C", ("C.01:chips", "all"), ("C.02:chips:year", "2030")).drafts()
    assert drafts["C.01"].value == {"chips": "all"}
    assert drafts["C.02"].value == {"chips": {"year": 2030}}


def test_a_file_question_takes_no_value_from_the_form() -> None:
    assert sent("C", ("C.03", "provided")).drafts()["C.03"].value is None
