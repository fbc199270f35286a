"""A supplier's own papers: complete, inert, the same bytes every time, whatever was answered."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pypdf import PdfReader

from portal.brief.own_answers import Subject, answers_paper, answers_pdf, receipt_pdf
from portal.core.files import MADE, FileStore
from portal.questionnaire.definition import Table
from portal.response.values import check, tidy
from tests.brief.pdfs import HOSTILE, fonts_of, squeezed, text_of
from tests.questionnaire.answers import ICT, TYPES, some_value

SENT = datetime(2026, 9, 1, 9, 30, 5, tzinfo=UTC)
SHA256 = "0123456789abcdef" * 4


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


def answered() -> dict[str, dict[str, Any]]:
    """Right answers to every question, with a comment each."""
    random = Random(5)  # noqa: S311 - answers, not secrets
    found = {}
    for question in TYPES.questions():
        value = some_value(question, random)
        right = tidy(question, value) if value and not check(question, value) else None
        given = {"state": "done", "value": right, "class": "buyers", "comment": "As of May."}
        found[question.id] = given
    return found


def subject(**changes: Any) -> Subject:  # noqa: ANN401 - fields of Subject
    given = {
        "supplier": "Brand NV",
        "dialogue": "Fair laptops",
        "questionnaire": TYPES,
        "answers": answered(),
        "number": 2,
        "signatory": "Ada Brand",
        "submitted_at": SENT,
        "sha256": SHA256,
    }
    return Subject(**{**given, **changes})


def test_the_answers_are_all_there_with_their_hash_and_who_reads_them(files: FileStore) -> None:
    content = answers_pdf(subject(), "en", files)
    text = text_of(content)
    for question in TYPES.questions():
        assert squeezed(f"{question.id} {question.text['en']}") in text
    for words in (SHA256, "Ada Brand", "1 September 2026, 09:30:05 UTC", "As of May."):
        assert squeezed(words) in text
    assert text.count(squeezed("Read by: the buyers and the secretariat")) == len(answered())
    names = {str(font["/BaseFont"]) for font in fonts_of(PdfReader(BytesIO(content)))}
    assert any("SourceSerif" in name for name in names)


def test_a_draft_and_a_submission_that_was_taken_back_say_so(files: FileStore) -> None:
    draft = subject(number=0, submitted_at=None, sha256="", changed_at=SENT)
    assert squeezed("Draft, not signed") in text_of(answers_pdf(draft, "en", files))
    back = subject(withdrawn_at=SENT)
    assert squeezed("They do not count") in text_of(receipt_pdf(back, "en", files))


def test_the_receipt_is_one_page_in_the_readers_language(files: FileStore) -> None:
    content = receipt_pdf(subject(), "fr", files)
    assert len(PdfReader(BytesIO(content)).pages) == 1
    assert SHA256 in text_of(content)
    assert squeezed("Chaque type") in text_of(content)


def test_what_was_signed_is_laid_out_once(files: FileStore) -> None:
    first = receipt_pdf(subject(), "en", files)
    (kept,) = (files.folder / MADE).iterdir()
    kept.write_bytes(b"kept")
    assert receipt_pdf(subject(), "en", files) == b"kept"
    kept.unlink()
    assert receipt_pdf(subject(), "en", files) == first


def test_hostile_texts_are_printed_and_nothing_is_fetched(
    files: FileStore, canary: tuple[str, list[str]]
) -> None:
    url, hits = canary
    texts = [text.format(url=url) for text in HOSTILE]
    answers = answered()
    for number, text in enumerate(texts):
        key = list(answers)[number % len(answers)]
        answers[key] = {**answers[key], "comment": text}
    (table,) = [each for each in TYPES.questions() if isinstance(each, Table)][:1]
    column = next(each.id for each in table.columns if each.type == "text")
    answers[table.id]["value"] = [{column: text[:1000]} for text in texts]
    hostile = subject(
        answers=answers, supplier=texts[2], dialogue=texts[3], signatory=texts[1] + "x" * 500
    )
    for content in (answers_pdf(hostile, "en", files), receipt_pdf(hostile, "en", files)):
        assert len(PdfReader(BytesIO(content)).pages) >= 1
        assert "root:" not in text_of(content)
    assert not hits


def test_a_table_that_is_too_wide_is_printed_row_by_row() -> None:
    for text, is_table in (("short", True), ("long " * 100, False)):
        answers = {"I.07": {"state": "done", "value": [{"smelter": text}], "class": "buyers"}}
        asked = subject(questionnaire=ICT, answers=answers)
        (section,) = answers_paper(asked, "en").sections
        assert bool(section.answers[0].table) is is_table
        assert bool(section.answers[0].records) is not is_table


def test_a_huge_answer_goes_on_on_the_next_pages(files: FileStore) -> None:
    long = next(each for each in TYPES.questions() if each.type == "long")
    value = "\n".join(f"line {number}: " + "word " * 40 for number in range(300))
    answers = {long.id: {"state": "done", "value": value, "class": "buyers"}}
    content = answers_pdf(subject(answers=answers), "en", files)
    assert "line299" in text_of(content)
