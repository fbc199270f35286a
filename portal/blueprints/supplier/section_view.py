"""Putting a section's page together: stored answers, what was just typed, conflicts."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from flask import url_for
from flask_babel import gettext

from portal.blueprints.supplier.evidence_view import evidence_item
from portal.questionnaire.definition import Table
from portal.questionnaire.subjects import question_subject
from portal.response.operations import Conflict, Saved
from portal.response.queries import AskedQuestion, CarriedAnswer, SectionPage, SuggestedFrom
from portal.web.answers import AnswerField, SectionForm
from portal.web.carried import CarriedView, carried_view, suggested_view
from portal.web.corrections import Correction
from portal.web.language import language, moment
from portal.web.questions import (
    ConflictView,
    Entry,
    QuestionView,
    ReferenceView,
    Setting,
    conflict_view,
    question_view,
)
from portal.web.reading import AnsweredSection, as_submitted, read_answers
from portal.web.rows import BLANK_ROWS, TableLook, look_of

MORE_ROWS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was sent and could not be saved as it was; ``kept`` are the questions that could."""

    form: SectionForm | None = None
    conflicts: tuple[Conflict, ...] = ()
    kept: AbstractSet[str] = frozenset()
    more_rows_for: str = ""

    def again(self, question_id: str) -> AnswerField | None:
        """The field to be shown as it was typed."""
        if self.form is None or question_id in self.kept:
            return None
        return self.form.answer(question_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What comes with the questions, by question id.

    ``carried`` and ``corrections`` from other versions of them, ``taken`` from other answers;
    ``references`` say whose answer stands for one's own.
    """

    carried: Mapping[str, CarriedAnswer] = field(default_factory=dict)
    taken: Mapping[str, SuggestedFrom] = field(default_factory=dict)
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    references: Mapping[str, ReferenceView] = field(default_factory=dict)


def typed_over(form: SectionForm, saved: Saved, more_rows_for: str) -> Typed:
    """What needs a person after a save: faults and conflicts."""
    contested = {conflict.question.id for conflict in saved.conflicts}
    return Typed(
        form=form,
        conflicts=tuple(saved.conflicts),
        kept=form.drafts().keys() - contested,
        more_rows_for=more_rows_for,
    )


def question_views(found: SectionPage, typed: Typed, around: Around) -> list[QuestionView]:
    """The section's shown questions that the reader may answer, ready for the template."""
    setting = _setting(found)
    conflicts = {conflict.question.id: conflict for conflict in typed.conflicts}
    return [
        question_view(
            asked.question,
            asked.answer,
            setting,
            replace(
                _entry(found, asked, typed, conflicts.get(asked.question.id), setting),
                carried=_carried(asked, around, setting),
                reference=around.references.get(asked.question.id),
                corrections=around.corrections.get(question_subject(asked.question.id), ()),
            ),
        )
        for asked in found.questions
        if asked.shown and asked.question.id in found.writable
    ]


def answered_section(
    found: SectionPage, around: Around, leaving: AbstractSet[str] = frozenset()
) -> AnsweredSection | None:
    """The section's shown questions with their answers, to read only; None if none is shown.

    Those in ``leaving`` are left out.
    """
    shown = [asked for asked in found.questions if asked.shown and asked.question.id not in leaving]
    answers = {asked.question.id: as_submitted(asked.answer, asked.evidence) for asked in shown}
    sections = read_answers(found.questionnaire, answers, language(), around.corrections)
    return next(iter(sections), None)


def place_of(found: SectionPage) -> str:
    """Which of the sections shown this is, such as "Section 3 of 12"."""
    sections = [row.section.id for row in found.progress.sections]
    if found.section.id not in sections:
        return ""
    place = sections.index(found.section.id) + 1
    return str(gettext("Section %(place)s of %(all)s", place=place, all=len(sections)))


def _entry(
    found: SectionPage,
    asked: AskedQuestion,
    typed: Typed,
    conflict: Conflict | None,
    setting: Setting,
) -> Entry:
    again = typed.again(asked.question.id)
    more = typed.more_rows_for == asked.question.id
    return Entry(
        form=again.inputs if again else None,
        problems=again.problems if again else {},
        evidence=tuple(evidence_item(found.response.id, piece) for piece in asked.evidence),
        conflict=_conflict(found, conflict, setting) if conflict else None,
        extra_rows=MORE_ROWS if more else BLANK_ROWS,
        look=_look(asked, again, setting),
    )


def _look(asked: AskedQuestion, again: AnswerField | None, setting: Setting) -> TableLook | None:
    """How a table looks in its section; all of its rows are there if they were just sent."""
    question, base = asked.question, setting.questionnaire.base_language
    if not isinstance(question, Table):
        return None
    look = look_of(question, asked.answer.value, setting.language, base, len(asked.earlier))
    sent_rows = again is not None and not again.keeps_rows
    return replace(look, has_page=True, is_summarised=look.is_summarised and not sent_rows)


def _carried(asked: AskedQuestion, around: Around, setting: Setting) -> CarriedView | None:
    taken = around.taken.get(asked.question.id)
    if taken is not None:
        return suggested_view(asked.question, asked.answer, taken, setting.speaker)
    carried = around.carried.get(asked.question.id)
    if carried is None:
        return None
    return carried_view(asked.question, asked.answer, carried, setting.speaker)


def both_texts(found: SectionPage, conflict: Conflict) -> ConflictView:
    """One conflict of the section in words."""
    return _conflict(found, conflict, _setting(found))


def _setting(found: SectionPage) -> Setting:
    return Setting(
        questionnaire=found.questionnaire,
        language=language(),
        values=found.values,
        may_narrow=found.may_narrow,
    )


def _conflict(found: SectionPage, conflict: Conflict, setting: Setting) -> ConflictView:
    """Both texts; a link in the same page would not load it again, so it names what is kept."""
    kept = url_for(
        ".section",
        response_id=found.response.id,
        section_id=found.section.id,
        keep=conflict.question.id,
        _anchor=f"q/{conflict.question.id}",
    )
    return conflict_view(conflict, setting, when=moment(conflict.theirs_at), keep_href=kept)
