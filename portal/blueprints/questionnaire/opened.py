"""The draft that a page is about, and for whom its reader edits."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from flask import g, request, url_for

from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.definition import Question, Questionnaire, Section, Text
from portal.questionnaire.operations_editing import Editor
from portal.questionnaire.queries_editing import Draft, draft_of
from portal.questionnaire.subjects import (
    id_in,
    kind_of,
    part_of,
    question_subject,
    section_subject,
)
from portal.web.language import language


class Written(Protocol):
    """A draft, a version or an edition: whatever holds a questionnaire."""

    @property
    def questionnaire(self) -> Questionnaire:
        """What it says."""


def opened() -> Draft:
    """The dialogue's draft; Refused if there is none."""
    draft = draft_of(g.session, g.dialogue.id)
    if draft is None:
        raise Refused
    return draft


def editor(draft: Draft) -> Editor:
    """For which organisation the reader edits, from the revision that their page showed."""
    seen = request.form.get("seen", "")
    return Editor(own_organisation(), int(seen) if seen.isdecimal() else draft.revision)


def own_organisation(permission: Permission = Permission.DRAFT_EDIT) -> UUID:
    """The organisation the reader acts for; the first one of somebody who acts for several."""
    found = g.actor.organisations_that_may(permission, g.dialogue.id)
    if not found:
        raise Refused
    return UUID(str(found[0]))


def section_of(draft: Draft, section_id: str) -> Section:
    """The section; Refused if it is not there."""
    found = part_of(draft.questionnaire, section_subject(section_id))
    if not isinstance(found, Section):
        raise Refused
    return found


def question_of(draft: Draft, question_id: str) -> Question:
    """The question; Refused if it is not there."""
    found = part_of(draft.questionnaire, question_subject(question_id))
    if found is None or isinstance(found, Section):
        raise Refused
    return found


def part_href(subject: str) -> str:
    """The page on which a part is edited."""
    if kind_of(subject) == "section":
        return url_for(".section", section_id=id_in(subject))
    if kind_of(subject) == "question":
        return url_for(".question", question_id=id_in(subject))
    return url_for(".head")


def in_words(draft: Written, text: Text) -> str:
    """A wording for headings and lists: the reader's language, else the base language."""
    known = draft.questionnaire
    return text.get(language()) or text.get(known.base_language) or "…"


def shown_languages(draft: Draft) -> Sequence[str]:
    """The languages side by side: the base language first, then those asked for, else all."""
    known = draft.questionnaire.languages
    asked = [each for each in request.args.getlist("show") if each in known]
    base = draft.questionnaire.base_language
    return [base, *(each for each in (asked or known) if each != base)]
