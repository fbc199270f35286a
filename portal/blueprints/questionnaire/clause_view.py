"""The register's clauses as pages show them: to pick from, and how far they are covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.questionnaire.coverage import InstrumentCoverage
from portal.questionnaire.coverage import coverage as covered
from portal.questionnaire.definition import Question, Questionnaire, Text
from portal.questionnaire.register import register
from portal.web.language import language
from portal.web.wording import Speaker, Wording

PICKED = "|"
"""Between instrument and clause in a form's value; neither id has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChoice:
    """One clause to tick."""

    value: str
    clause: str
    text: Wording
    is_picked: bool
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseGroup:
    """The clauses of one instrument."""

    id: str
    title: Wording
    all: Sequence[ClauseChoice]

    @property
    def picked(self) -> int:
        """How many of them the question covers."""
        return sum(each.is_picked for each in self.all)


def clause_groups(question: Question) -> list[ClauseGroup]:
    """Every instrument of the register, and of the question, with its clauses."""
    groups = []
    given = {(each.instrument, each.clause): each for each in question.clauses}
    for instrument in register().instruments:
        known = instrument.clauses
        own = [clause for name, clause in given if name == instrument.id]
        choices = []
        for clause in known:
            written = next((each for each in own if clause.is_written(each)), "")
            choices.append(
                _choice(
                    instrument.id,
                    written or clause.id,
                    clause.text,
                    verified=clause.verified,
                    picked=bool(written),
                )
            )
        strange = [each for each in own if not any(clause.is_written(each) for clause in known)]
        choices += [_choice(instrument.id, each, {}, picked=True) for each in strange]
        groups.append(ClauseGroup(id=instrument.id, title=said(instrument.title), all=choices))
    listed = {group.id for group in groups}
    for name, other in given:
        if name not in listed:
            choice = _choice(name, other, {}, picked=True)
            groups.append(ClauseGroup(id=name, title=Wording(name), all=[choice]))
    return groups


def coverage_of(questionnaire: Questionnaire, day: date) -> Sequence[InstrumentCoverage]:
    """How far each instrument is covered, on the day."""
    return covered(questionnaire, register(), day=day)


def said(text: Text) -> Wording:
    """A text of the register in the page's language."""
    return Speaker(language(), "en", language()).say(text)


def _choice(
    instrument: str, clause: str, text: Text, *, verified: bool = False, picked: bool
) -> ClauseChoice:
    return ClauseChoice(
        value=f"{instrument}{PICKED}{clause}",
        clause=clause,
        text=said(text),
        is_picked=picked,
        is_verified=verified,
    )
