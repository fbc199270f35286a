"""The draft at a glance: every part with its faults, remarks and open translations."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import g

from portal.blueprints.questionnaire.opened import in_words
from portal.questionnaire.definition import Question, Section
from portal.questionnaire.queries_editing import Draft, all_changes
from portal.questionnaire.queries_review import Counts, comment_counts
from portal.questionnaire.readability import level, readability
from portal.questionnaire.standing import faults_by_subject
from portal.questionnaire.subjects import HEAD, question_subject, section_subject
from portal.questionnaire.translating import Open, open_translations
from portal.web.language import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part in a list: what it is called and what is still to be done there."""

    id: str
    subject: str
    title: str
    type: str = ""
    is_routed: bool = False
    is_core: bool = False
    faults: int = 0
    remarks: int = 0
    suggestions: int = 0
    missing: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLines:
    """A section and its questions."""

    line: PartLine
    questions: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorView:
    """The whole draft: its parts, and the totals by language."""

    head: PartLine
    sections: tuple[SectionLines, ...]
    faults: int
    missing: Mapping[str, int]
    outdated: Mapping[str, int]
    minutes: float
    questions: int
    reading: tuple[tuple[str, float, str], ...]
    """Language, LIX and the same in words, where there is enough to read."""


def editor_view(draft: Draft) -> EditorView:
    """Three queries whatever the draft's size: the draft, its changes, its remarks."""
    known = draft.questionnaire
    faults = {subject: len(found) for subject, found in faults_by_subject(known).items()}
    open_ = open_translations(known, all_changes(g.session, draft.id))
    lines = _Lines(draft, faults, open_, comment_counts(g.session, draft.id))
    totals = [each.items() for each in open_.values()]
    missing = Counter(dict.fromkeys(known.languages, 0))
    outdated = Counter(dict.fromkeys(known.languages, 0))
    for items in totals:
        missing.update({name: len(state.missing) for name, state in items})
        outdated.update({name: len(state.outdated) for name, state in items})
    return EditorView(
        head=lines.line(HEAD, known.name, in_words(draft, known.title)),
        sections=tuple(lines.section(section) for section in known.sections),
        faults=sum(faults.values()),
        missing=missing,
        outdated=outdated,
        minutes=sum(question.minutes for question in known.questions()),
        questions=len(list(known.questions())),
        reading=tuple(
            (tag, lix, sentence(level(lix)))
            for tag, lix in readability(known).items()
            if lix is not None
        ),
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    draft: Draft
    faults: Mapping[str, int]
    open: Mapping[str, Mapping[str, Open]]
    remarks: Mapping[str, Counts]

    def line(
        self, subject: str, part_id: str, title: str, question: Question | None = None
    ) -> PartLine:
        open_ = self.open.get(subject, {})
        remarks = self.remarks.get(subject)
        return PartLine(
            id=part_id,
            subject=subject,
            title=title,
            type=question.type if question else "",
            is_routed=bool(question and question.show_if),
            is_core=bool(question and question.core),
            faults=self.faults.get(subject, 0),
            remarks=remarks.open if remarks else 0,
            suggestions=remarks.suggestions if remarks else 0,
            missing=tuple(name for name, state in open_.items() if state.missing),
            outdated=tuple(name for name, state in open_.items() if state.outdated),
        )

    def section(self, section: Section) -> SectionLines:
        subject = section_subject(section.id)
        return SectionLines(
            line=self.line(subject, section.id, in_words(self.draft, section.title)),
            questions=tuple(
                self.line(question_subject(each.id), each.id, in_words(self.draft, each.text), each)
                for each in section.questions
            ),
        )
