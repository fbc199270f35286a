"""The released questions by the clauses of laws, conventions and guidance that they refer to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.aggregate.reading import ReadQuestion
from portal.blueprints.buyer.release_view import Opened
from portal.core.errors import Refused
from portal.questionnaire.coverage import InstrumentCoverage, coverage
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.register import register
from portal.web.language import language
from portal.web.wording import Speaker, Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """A counted question under a clause, and the section where its figures are."""

    section_id: str
    question: ReadQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause with the questions about it; ``in_words``: ids of those that are not counted."""

    place: int
    name: str
    text: Wording
    asked: tuple[Asked, ...]
    in_words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A law, convention or guidance with the clauses that questions refer to."""

    id: str
    title: Wording
    clauses: tuple[Clause, ...]

    @property
    def questions(self) -> list[ReadQuestion]:
        """Each counted question once, in the order of the clauses."""
        found = {each.question.id: each.question for one in self.clauses for each in one.asked}
        return list(found.values())


def instruments(opened: Opened) -> list[Instrument]:
    """Every instrument that a question refers to, in the questionnaire's order."""
    asked = {
        question.id: Asked(section.id, question)
        for section in opened.reading.sections
        for question in section.questions
    }
    found = coverage(opened.page.questionnaire, register())
    made = (_instrument(each, asked, opened.page.questionnaire) for each in found)
    return [each for each in made if each.clauses]


def instrument_of(opened: Opened, instrument_id: str) -> Instrument:
    """The instrument of this id; Refused if no question refers to it."""
    for each in instruments(opened):
        if each.id == instrument_id:
            return each
    raise Refused


def titles(questionnaire: Questionnaire) -> Mapping[str, Wording]:
    """The title of each instrument that questions refer to, by its id."""
    speaker = Speaker(language(), questionnaire.base_language, language())
    own = {each.id: speaker.say(each.title) for each in questionnaire.instruments}
    names = {each.instrument for question in questionnaire.questions() for each in question.clauses}
    return {name: own.get(name) or Wording(name) for name in names}


def _instrument(
    found: InstrumentCoverage, asked: Mapping[str, Asked], questionnaire: Questionnaire
) -> Instrument:
    speaker = Speaker(language(), questionnaire.base_language, language())
    return Instrument(
        id=found.id,
        title=speaker.say(found.title) or Wording(found.id),
        clauses=tuple(_clauses(found, asked, speaker)),
    )


def _clauses(
    found: InstrumentCoverage, asked: Mapping[str, Asked], speaker: Speaker
) -> Iterator[Clause]:
    named = [
        (each.clause.id, speaker.say(each.clause.text), each.questions) for each in found.covered
    ]
    named += [(each.clause, Wording(""), each.questions) for each in found.unknown]
    for place, (name, text, ids) in enumerate(named, start=1):
        yield Clause(
            place=place,
            name=name,
            text=text,
            asked=tuple(asked[each] for each in ids if each in asked),
            in_words=tuple(each for each in ids if each not in asked),
        )
