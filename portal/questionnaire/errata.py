"""Corrections of published wordings: which fields they may touch, and how they read (pure)."""

import re
from collections.abc import Iterable
from typing import Protocol

from portal.core.errors import Invalid, Message, message
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.subjects import (
    HEAD,
    assemble,
    flatten,
    id_in,
    kind_of,
    parts,
    unflatten,
)

ENTRY = r"[^/]+"
FIELDS = {
    "head": re.compile(rf"(title|introduction)/{ENTRY}"),
    "section": re.compile(rf"(title|why)/{ENTRY}"),
    "question": re.compile(
        rf"((text|hint|proof)|(options|rows|columns)/{ENTRY}/text"
        rf"|columns/{ENTRY}/options/{ENTRY}/text|anchors/[0-9]+)/{ENTRY}"
    ),
}
"""Words that a reader sees; never a unit, an id, a rule or a condition."""

NAMES = {
    "title": message("title"),
    "introduction": message("introduction"),
    "why": message("reason"),
    "text": message("text"),
    "hint": message("help"),
    "proof": message("proof"),
    "options": message("option"),
    "rows": message("row"),
    "columns": message("column"),
    "anchors": message("level"),
}
"""What the first step of a field is called."""


class Correction(Protocol):
    """What is read of an erratum."""

    @property
    def subject(self) -> str:
        """The part."""

    @property
    def field(self) -> str:
        """The wording within it, with its language: ``text/en``."""

    @property
    def after(self) -> str:
        """What it reads now."""


def may_be_corrected(subject: str, field: str) -> bool:
    """Whether this is a wording in one language, which an erratum can correct."""
    allowed = FIELDS.get(kind_of(subject))
    return allowed is not None and allowed.fullmatch(field) is not None


def correctable(questionnaire: Questionnaire, subject: str) -> dict[str, str]:
    """The wordings of a part that a correction can change, by field; empty if it is not there."""
    content = parts(questionnaire).get(subject)
    fields = flatten(content) if content is not None else {}
    return {
        field: text
        for field, text in fields.items()
        if isinstance(text, str) and may_be_corrected(subject, field)
    }


def wording(questionnaire: Questionnaire, subject: str, field: str) -> str:
    """What the field reads; Invalid if there is no such wording to correct."""
    found = correctable(questionnaire, subject).get(field)
    if found is None:
        sentence = message("There is no wording here that a correction can change.")
        raise Invalid(sentence, {"field": sentence})
    return found


def corrected(questionnaire: Questionnaire, errata: Iterable[Correction]) -> Questionnaire:
    """The questionnaire as it reads with its corrections, in their order.

    Only for readers: what was published, hashed and answered is the questionnaire without them.
    """
    contents = parts(questionnaire)
    is_changed = False
    for erratum in errata:
        fields = flatten(contents[erratum.subject])
        contents[erratum.subject] = unflatten(fields | {erratum.field: erratum.after})
        is_changed = True
    return assemble(contents) if is_changed else questionnaire


def place(subject: str, field: str) -> Message:
    """Where a correction is, for a reader: "A.01, text (en)"."""
    name, _, _ = field.partition("/")
    language = field.rpartition("/")[2]
    where = message("Questionnaire") if subject == HEAD else id_in(subject)
    return message("{where}, {what} ({language})", where=where, what=NAMES[name], language=language)
