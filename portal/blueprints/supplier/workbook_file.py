"""Writes the workbook of a response in the page's language, sealed by this portal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.core.words import words
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.workbook import workbook
from portal.response.answers import GivenAnswer
from portal.response.countries import country_choices
from portal.response.workbook_writing import Holder, filling_of
from portal.web.guard import settings
from portal.web.language import language


class Titled(Protocol):
    """What is said of a dialogue."""

    title: str
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Whose answers are written, and what to; ``sections`` are all if empty.

    ``submission``: the number of what was signed, 0 for answers that can be given back.
    """

    response_id: UUID
    supplier: str
    questionnaire: Questionnaire
    definition_hash: str
    dialogue: Titled
    answers: Mapping[str, GivenAnswer]
    made_at: datetime
    sections: Sequence[str] = ()
    submission: int = 0


def workbook_bytes(book: Book) -> bytes:
    """The file."""
    questionnaire = book.questionnaire
    known = language() in questionnaire.languages
    spoken = language() if known else questionnaire.base_language
    holder = Holder(
        response_id=book.response_id,
        supplier=book.supplier,
        made_at=book.made_at,
        key=seal_key(),
        submission=book.submission,
    )
    return workbook(
        questionnaire,
        sha256=book.definition_hash,
        dialogue=book.dialogue.title,
        deadline=book.dialogue.closes_at,
        language=spoken,
        countries=country_choices(spoken),
        filling=filling_of(questionnaire, book.answers, holder, words(spoken), book.sections),
    )


def seal_key() -> bytes:
    """The key of the seals of workbooks; one that is sealed for a workbook opens nothing else."""
    return settings().cookie_secret.encode()
