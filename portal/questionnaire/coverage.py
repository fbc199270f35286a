"""Which clauses of which instruments a questionnaire covers, and which it does not (pure).

A clause is covered by the questions that name it, and by nothing else: a reference to a whole
(``principle 31``) does not cover its parts (``principle 31(e)``), nor a part the whole, since
who asks about one part has not asked about the rest. A reference that names several clauses
together covers each clause that the register lists it with.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.questionnaire.definition import Question, Questionnaire, Text
from portal.questionnaire.register import (
    Register,
    RegisteredClause,
    RegisteredInstrument,
    valid_on,
    written,
)


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """A clause of the register and the ids of the questions that cover it, in page order."""

    clause: RegisteredClause
    questions: tuple[str, ...]
    is_valid: bool = True
    """Clause and instrument hold on the day that was asked for."""


@dataclass(frozen=True, slots=True)
class UnknownClause:
    """A clause that questions name but the register does not have."""

    clause: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InstrumentCoverage:
    """What a questionnaire covers of one instrument.

    ``instrument`` is None if the register does not have it; then every reference is unknown.
    """

    id: str
    title: Text
    instrument: RegisteredInstrument | None
    clauses: tuple[ClauseCoverage, ...]
    unknown: tuple[UnknownClause, ...]

    @property
    def covered(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that at least one question names."""
        return tuple(each for each in self.clauses if each.questions)

    @property
    def uncovered(self) -> tuple[ClauseCoverage, ...]:
        """The clauses that no question names; gaps only where the register is complete."""
        return tuple(each for each in self.clauses if not each.questions)

    @property
    def is_complete(self) -> bool:
        """Whether the register lists all clauses, so that an uncovered one is a gap."""
        return self.instrument is not None and self.instrument.complete

    @property
    def unverified(self) -> tuple[ClauseCoverage, ...]:
        """The covered clauses whose number nobody has checked against the text."""
        return tuple(each for each in self.covered if not each.clause.verified)

    @property
    def not_valid(self) -> tuple[ClauseCoverage, ...]:
        """The covered clauses that do not hold on the day that was asked for."""
        return tuple(each for each in self.covered if not each.is_valid)


class _Reference(NamedTuple):
    """A clause as a question writes it."""

    clause: str
    question_id: str


def coverage(
    questionnaire: Questionnaire, register: Register, *, day: date | None = None
) -> tuple[InstrumentCoverage, ...]:
    """The coverage of every instrument that the questionnaire lists or refers to, in its order.

    ``day`` is the day on which clauses should hold; without it, every clause counts as valid.
    """
    titles = {each.id: each.title for each in questionnaire.instruments}
    references = _references(questionnaire)
    return tuple(
        _instrument_coverage(
            instrument_id,
            titles.get(instrument_id, {}),
            register.instrument(instrument_id),
            references.get(instrument_id, []),
            day,
        )
        for instrument_id in dict.fromkeys([*titles, *references])
    )


def filtered(
    questionnaire: Questionnaire, *, instrument: str | None = None, clause: str | None = None
) -> list[Question]:
    """The questions that refer to the instrument, to the clause, or to this clause of it.

    The clause is compared as ``coverage`` does, but as it is written: other ways of writing the
    same clause are the register's knowledge. Without both, every question.
    """
    if instrument is None and clause is None:
        return list(questionnaire.questions())
    return [
        question
        for question in questionnaire.questions()
        if any(
            (instrument is None or reference.instrument == instrument)
            and (clause is None or written(reference.clause) == written(clause))
            for reference in question.clauses
        )
    ]


def _references(questionnaire: Questionnaire) -> dict[str, list[_Reference]]:
    """Instrument id → its references in page order."""
    found: dict[str, list[_Reference]] = {}
    for question in questionnaire.questions():
        for reference in question.clauses:
            found.setdefault(reference.instrument, []).append(
                _Reference(reference.clause, question.id)
            )
    return found


def _instrument_coverage(
    instrument_id: str,
    title: Text,
    instrument: RegisteredInstrument | None,
    references: Sequence[_Reference],
    day: date | None,
) -> InstrumentCoverage:
    if instrument is None:
        return InstrumentCoverage(instrument_id, title, None, (), _unknown((), references))
    holds = day is None or valid_on(instrument, day)
    clauses = tuple(
        ClauseCoverage(
            clause,
            _ids(each for each in references if clause.is_written(each.clause)),
            holds and (day is None or valid_on(clause, day)),
        )
        for clause in instrument.clauses
    )
    unknown = _unknown(instrument.clauses, references)
    return InstrumentCoverage(instrument_id, instrument.title, instrument, clauses, unknown)


def _unknown(
    clauses: Sequence[RegisteredClause], references: Sequence[_Reference]
) -> tuple[UnknownClause, ...]:
    """What no clause of the register means, as it is written first."""
    found: dict[str, list[_Reference]] = {}
    for reference in references:
        if not any(clause.is_written(reference.clause) for clause in clauses):
            found.setdefault(written(reference.clause), []).append(reference)
    return tuple(UnknownClause(same[0].clause, _ids(same)) for same in found.values())


def _ids(references: Iterable[_Reference]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.question_id for each in references))
