"""The form to print: what it asks, where it leads on, and that nothing in it is more than text."""

import socket
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from portal.brief.blank_form import Block, FormQuestion, compose, form_pdf
from portal.brief.render import fill
from portal.core.files import MADE, FileStore
from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import Grid, Matrix, Questionnaire, Table, localised
from portal.questionnaire.loader import ADAPTER, read
from portal.questionnaire.paper import Stamp
from tests.brief.pdfs import HOSTILE, fonts_of, squeezed, text_of
from tests.questionnaire.answers import ICT, QUESTIONNAIRES, TYPES
from tests.questionnaire.questionnaires import questionnaires

SHA256 = "0123456789abcdef" * 4
FOLLOW_UP = read(QUESTIONNAIRES / "twelve-month-follow-up" / "1.0.yaml")
A4 = (595, 842)


def printed(questionnaire: Questionnaire, language: str = "en") -> bytes:
    return form_pdf(questionnaire, sha256=SHA256, language=language)


def composed(questionnaire: Questionnaire, question_id: str) -> FormQuestion:
    """The question as it is printed in English."""
    sections = compose(questionnaire, Stamp(SHA256), "en").sections
    return next(
        question
        for section in sections
        for question in section.questions
        if question.id == question_id
    )


def blocks(questionnaire: Questionnaire, question_id: str, kind: str) -> list[Block]:
    return [each for each in composed(questionnaire, question_id).blocks if each.kind == kind]


def small(*questions: dict[str, Any], text: str = "Part") -> Questionnaire:
    """A questionnaire of one section with all its texts alike."""
    said = {"en": text}
    return ADAPTER.validate_python(
        {
            "name": "small",
            "version": "1",
            "base_language": "en",
            "languages": ["en"],
            "title": said,
            "introduction": said,
            "sections": [
                {
                    "id": "A",
                    "title": said,
                    "why": said,
                    "questions": [
                        {"text": said, "hint": said, "proof": said, **question}
                        for question in questions
                    ],
                }
            ],
        }
    )


@pytest.mark.parametrize("language", FOLLOW_UP.languages)
def test_every_question_with_its_texts_is_in_the_text_layer_of_each_language(
    language: str,
) -> None:
    text = text_of(printed(FOLLOW_UP, language))
    for question in FOLLOW_UP.questions():
        for wording in (question.text, question.hint, question.proof):
            assert squeezed(localised(wording, language, "en")) in text
        rows = question.rows if isinstance(question, Matrix | Grid) else ()
        for choice in (*options_of(question), *rows):
            assert squeezed(localised(choice.text, language, "en")) in text
        assert squeezed(f"{question.id} {localised(question.text, language, 'en')}") in text


def test_the_largest_form_has_embedded_fonts_bookmarks_and_a4_pages() -> None:
    reader = PdfReader(BytesIO(printed(ICT, "fr")))
    fonts = list(fonts_of(reader))
    assert len({font["/BaseFont"] for font in fonts}) >= 4
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
    assert 50 <= len(reader.pages) <= 75
    for page in reader.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == A4
    titles = [str(item.title) for item in reader.outline if not isinstance(item, list)]
    assert titles == [f"{each.id} {localised(each.title, 'fr', 'en')}" for each in ICT.sections]
    assert reader.metadata is not None
    assert reader.metadata.title == localised(ICT.title, "fr", "en")


@pytest.mark.parametrize(
    ("question_id", "route"),
    [
        ("B.02", "Only if B.01 is “Yes” or “Partly”; otherwise go on with B.05."),
        ("E.08", "Only if E.01 is “No”; otherwise go on with section F."),
        ("I.09", "Only if at least one row of I.02 is “Yes”; otherwise go on with section J."),
    ],
)
def test_a_condition_says_where_all_others_go_on(question_id: str, route: str) -> None:
    assert route.casefold() in composed(ICT, question_id).route.casefold()


def test_a_section_for_some_says_which_section_comes_next() -> None:
    sections = {each.id: each for each in compose(ICT, Stamp(SHA256), "en").sections}
    assert sections["F"].route.endswith("; otherwise go on with section G.")
    assert sections["A"].route == ""


def test_a_last_question_for_some_ends_the_form_for_others() -> None:
    when = {"question": "A.1", "==": "yes"}
    asked = small(
        {"id": "A.1", "type": "yes_no"},
        {"id": "A.2", "type": "yes_no", "show_if": when},
        {"id": "A.3", "type": "yes_no", "show_if": {"all": [when, {**when, "question": "A.2"}]}},
    )
    assert composed(asked, "A.2").route == (
        "Only if A.1 is “Yes”; otherwise you have reached the end."
    )


def test_a_question_says_how_it_is_answered_and_who_reads_it() -> None:
    about = composed(ICT, "B.01").about
    assert about == "Yes, partly or no · required · read by: anyone"
    assert any("Proof" in block.text for block in blocks(ICT, "B.01", "named_line"))


def test_choices_are_boxes_and_short_ones_stand_beside_each_other() -> None:
    (short,) = blocks(ICT, "B.01", "inline")
    assert short.labels == ("Yes", "Partly", "No")
    (long,) = blocks(ICT, "A.03", "ticks")
    assert len(long.labels) == 7
    (matrix,) = blocks(ICT, "D.01", "boxes")
    assert matrix.heads[0].text == "None"


def test_a_table_has_empty_rows_and_a_wide_one_stands_upright() -> None:
    (table,) = blocks(ICT, "A.01", "cells")
    assert table.labels == tuple("1234567")
    (wide,) = blocks(ICT, "D.02", "records")
    assert wide.labels == tuple("123")


def test_copying_a_page_is_only_offered_where_more_rows_are_allowed() -> None:
    more = "If you need more rows, copy this page."
    for question in ICT.questions():
        if isinstance(question, Table):
            notes = " ".join(block.text for block in blocks(ICT, question.id, "note"))
            wide = len(question.columns) > 5
            assert (more in notes) == (question.maximum_rows > (3 if wide else 7))


def test_a_draft_says_that_it_is_one() -> None:
    form = compose(TYPES, Stamp(SHA256, "Fair laptops", is_draft=True), "en")
    assert form.version == "types 1.0 (draft)"
    assert ("Version", "types 1.0 (draft)") in form.facts
    assert ("Dialogue", "Fair laptops") in form.facts
    assert compose(TYPES, Stamp(SHA256), "en").version == "types 1.0"


def test_the_same_version_gives_the_same_bytes() -> None:
    assert printed(TYPES) == printed(TYPES)


def test_what_was_laid_out_once_is_not_laid_out_again(tmp_path: Path) -> None:
    files = FileStore(tmp_path)

    def made(**changes: Any) -> bytes:  # noqa: ANN401 - keywords of form_pdf
        given = {"sha256": SHA256, "language": "en", "files": files, **changes}
        return form_pdf(TYPES, **given)

    assert made() == printed(TYPES)
    (kept,) = (tmp_path / MADE).iterdir()
    kept.write_bytes(b"kept")
    assert made() == b"kept"
    for changes in ({"language": "fr"}, {"sha256": "0" * 64}, {"is_draft": True}):
        assert made(**changes) != b"kept"


def test_hostile_texts_are_printed_as_text_and_fetch_nothing(
    canary: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, hits = canary
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *host, **_: asked.append(host))
    for text in (each.format(url=url) for each in HOSTILE[:6]):
        options = [{"id": letter, "text": {"en": f"{text} {letter}"}} for letter in "ab"]
        columns = [{"id": "c", "type": "single", "text": {"en": text}, "options": options}]
        hostile = small(
            {"id": "A.1", "type": "multi", "options": options},
            {"id": "A.2", "type": "number", "unit": {"en": text}},
            {"id": "A.3", "type": "table", "columns": columns},
            {"id": "A.4", "type": "grid", "rows": options, "columns": columns},
            {"id": "A.5", "type": "matrix", "rows": options, "options": options},
            text=text,
        )
        said = text_of(printed(hostile))
        assert said.count(squeezed(text)) > 8
        assert "root:" not in said
    assert hits == []
    assert asked == []


@pytest.mark.parametrize("text", HOSTILE[6:9])
def test_texts_too_long_or_too_strange_for_a_page_are_laid_out_all_the_same(text: str) -> None:
    storable = text.encode(errors="ignore").decode()  # half a character has no hash
    strange = small({"id": "A.1", "type": "yes_no"}, text=storable)
    assert "A.1" in text_of(printed(strange))


@settings(max_examples=40, deadline=None)
@given(written=questionnaires())
def test_any_questionnaire_can_be_written_out(written: Questionnaire) -> None:
    form = compose(written, Stamp(SHA256), "fr")
    html = fill("form.html", "fr", form=form)
    for question, shown in zip_longest(
        written.questions(), (each for section in form.sections for each in section.questions)
    ):
        assert shown.id == question.id
        assert f'<span class="id">{question.id}</span>' in html


@settings(max_examples=8, deadline=None)
@given(written=questionnaires())
def test_any_questionnaire_can_be_laid_out(written: Questionnaire) -> None:
    assert len(PdfReader(BytesIO(printed(written, "fr"))).pages) > len(written.sections)
