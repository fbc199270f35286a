"""Forms for copying: which questions, into which section, and a file to copy from."""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import HiddenField, SelectChoice, SelectField, SelectMultipleField

from portal.blueprints.questionnaire.forms import SeenForm
from portal.blueprints.questionnaire.opened import in_words
from portal.core.errors import Invalid, Refused, message
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import decode, to_json
from portal.questionnaire.queries_editing import Draft

AS_SECTIONS = "+"
"""Stands for new sections; no section has such an id."""
MOST_PACKED = 2 * 1024 * 1024
"""Bytes of a packed file that a form carries, well under what a form may hold."""
MOST_UNPACKED = 32 * 1024 * 1024


class BankCopyForm(SeenForm):
    """Questions of the bank by their keys, and a section."""

    questions = SelectMultipleField(_("Questions"), choices=[], validate_choice=False)
    section = SelectField(_("Copy into"), choices=[], validate_choice=False)

    def offer(self, draft: Draft) -> None:
        """Offer the sections of the draft as it is now."""
        self.seen.data = str(draft.revision)
        self.section.choices = [
            SelectChoice(each.id, f"{each.id} {in_words(draft, each.title)}")
            for each in draft.questionnaire.sections
        ]


class CopyForm(BankCopyForm):
    """Questions and whole sections of another questionnaire, which may be in a packed file."""

    sections = SelectMultipleField(_("Whole sections"), choices=[], validate_choice=False)
    packed = HiddenField()

    def offer(self, draft: Draft) -> None:
        """The sections of the draft, and new ones."""
        super().offer(draft)
        new = SelectChoice(AS_SECTIONS, gettext("new sections, with the titles they have there"))
        self.section.choices = [*self.section.choices, new]

    def chosen(self, source: Questionnaire) -> list[str]:
        """The ids of the questions ticked, one by one or with their section."""
        one_by_one, whole = set(self.questions.data or ()), set(self.sections.data or ())
        return [
            question.id
            for section in source.sections
            for question in section.questions
            if section.id in whole or question.id in one_by_one
        ]


def packed(questionnaire: Questionnaire) -> str:
    """A questionnaire as text that a form carries from one page to the next.

    Raises Invalid if it is too large for that.
    """
    text = urlsafe_b64encode(zlib.compress(to_json(questionnaire).encode())).decode()
    if len(text) > MOST_PACKED:
        raise Invalid(message("The file is too large to copy from. Shorten it first."))
    return text


def unpacked(text: str) -> Questionnaire:
    """The questionnaire that was packed; Refused for any other text."""
    try:
        content = zlib.decompressobj().decompress(urlsafe_b64decode(text), MOST_UNPACKED)
        questionnaire, _problems = decode(json.loads(content))
    except (ValueError, zlib.error, RecursionError) as error:
        raise Refused from error
    if questionnaire is None:
        raise Refused
    return questionnaire
