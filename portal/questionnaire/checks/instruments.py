"""Clauses belong to instruments that the questionnaire lists."""

from collections.abc import Iterator

from portal.core.errors import message
from portal.questionnaire.checks.places import placed_questions
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.faults import Problem, did_you_mean


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Clauses that are empty or of unknown instruments; instruments that end before they begin."""
    known = [instrument.id for instrument in questionnaire.instruments]
    for i, instrument in enumerate(questionnaire.instruments):
        begins, ends = instrument.valid_from, instrument.valid_to
        if begins is not None and ends is not None and ends < begins:
            what = message(
                "The instrument `{instrument}` ends before it begins.", instrument=instrument.id
            )
            yield Problem(("instruments", i, "valid_to"), what, message("Exchange the two days."))
    for placed in placed_questions(questionnaire):
        for i, reference in enumerate(placed.question.clauses):
            path = (*placed.path, "clauses", i)
            name = reference.instrument
            if name not in known:
                mend = did_you_mean(
                    name, known, message("Add `{instrument}` to `instruments`.", instrument=name)
                )
                what = message("There is no instrument `{instrument}`.", instrument=name)
                yield Problem((*path, "instrument"), what, mend, about=name)
            if not reference.clause.strip():
                what = message("The clause is empty.")
                yield Problem(
                    (*path, "clause"), what, message("Write its number, or remove the reference.")
                )
