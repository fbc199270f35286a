"""The question bank as a page shows it: what was asked, where, and how it was answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import g
from wtforms import SelectChoice

from portal.aggregate.proposals import ALL
from portal.aggregate.queries_figures import ReadableRelease, readable_releases
from portal.aggregate.reading import read_document
from portal.brief.queries import public_releases
from portal.questionnaire.bank import BankQuestion, Use, sources
from portal.questionnaire.definition import Condition, Instrument, Questionnaire, Section
from portal.questionnaire.sentences import sentence
from portal.response.cells import cell_keys
from portal.web.charts_release import Picture, pictures
from portal.web.language import language
from portal.web.outline import KINDS, QuestionOutline, outline
from portal.web.wording import Speaker, Wording

USES_NAMED = 3
"""Uses named in the list; the question's own page has them all."""

Releases = Mapping[UUID, Sequence[ReadableRelease]]
"""What the reader may see of each version, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a question was answered, in one release of one version."""

    use: Use
    release: ReadableRelease
    charts: tuple[Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentClauses:
    """The clauses of one instrument that a question covers."""

    title: Wording
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A question in the list, with the newest figures that the reader may see."""

    key: str
    id: str
    text: Wording
    kind: str
    languages: tuple[str, ...]
    clauses: tuple[InstrumentClauses, ...]
    uses: tuple[Use, ...]
    more_uses: int
    is_counted: bool
    figures: Figures | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BankSheet:
    """One question in full: in each language, with every use and its figures."""

    line: BankLine
    wordings: tuple[tuple[str, QuestionOutline], ...]
    """Language tag and question: the page's own or else the base language first."""
    condition: str
    section_condition: str
    row_condition: str
    uses: tuple[tuple[Use, tuple[Figures, ...]], ...]


def lines(entries: Sequence[BankQuestion]) -> list[BankLine]:
    """The questions as a list shows them; three queries, however many they are."""
    releases = _releases(entries)
    return [_line(entry, releases) for entry in entries]


def sheet(entry: BankQuestion) -> BankSheet:
    """Everything about one question; three queries."""
    releases = _releases([entry])
    (picked,) = sources([entry])
    known, own = picked.source, language()
    first = own if own in entry.wordings else entry.base_language
    tags = [first, *(tag for tag in entry.wordings if tag != first)]
    question = entry.question
    return BankSheet(
        line=replace(_line(entry, releases), uses=entry.uses),
        wordings=tuple((tag, _outline(known, tag, question.id)) for tag in tags),
        condition=_said(question.show_if, known),
        section_condition=_said(_home(known, question.id).show_if, known),
        row_condition=_said(getattr(question, "row_show_if", None), known),
        uses=tuple((use, tuple(_figures(question.id, use, releases))) for use in entry.uses),
    )


def instrument_choices(instruments: Sequence[Instrument]) -> list[SelectChoice]:
    """Instruments to search by, named in the page's language."""
    return [
        SelectChoice(each.id, str(Speaker(language(), "en", language()).say(each.title)) or each.id)
        for each in instruments
    ]


def _line(entry: BankQuestion, releases: Releases) -> BankLine:
    question = entry.question
    found = (each for use in entry.uses for each in _figures(question.id, use, releases))
    return BankLine(
        key=entry.key,
        id=question.id,
        text=_speaker(entry).say(entry.wordings),
        kind=str(KINDS[question.type]),
        languages=tuple(entry.wordings),
        clauses=tuple(_clauses(entry)),
        uses=entry.uses[:USES_NAMED],
        more_uses=max(len(entry.uses) - USES_NAMED, 0),
        is_counted=bool(cell_keys(question)),
        figures=next(found, None),
    )


def _clauses(entry: BankQuestion) -> Iterator[InstrumentClauses]:
    titles = {each.id: _speaker(entry).say(each.title) for each in entry.instruments}
    for name in dict.fromkeys(each.instrument for each in entry.question.clauses):
        named = [each.clause for each in entry.question.clauses if each.instrument == name]
        title = titles.get(name) or Wording(name)
        yield InstrumentClauses(title=title, clauses=tuple(named))


def _speaker(entry: BankQuestion) -> Speaker:
    return Speaker(language(), entry.base_language, language())


def _releases(entries: Sequence[BankQuestion]) -> Releases:
    """Only what was released to the reader: never a live answer."""
    version_ids = {use.version_id for entry in entries for use in entry.uses}
    found: dict[UUID, list[ReadableRelease]] = {}
    public = public_releases(g.session)
    for each in readable_releases(g.session, g.actor, version_ids, made_public=public):
        found.setdefault(each.version_id, []).append(each)
    return found


def _figures(question_id: str, use: Use, releases: Releases) -> Iterator[Figures]:
    """The question in each release of a version; nothing if its answers are not counted."""
    readable = releases.get(use.version_id, ())
    known = _alone(use.questionnaire, question_id) if readable else use.questionnaire
    for release in readable:
        for section in read_document(release.document, known, language()).sections:
            for question in section.questions:
                yield Figures(use=use, release=release, charts=pictures(question, ALL))


def _alone(known: Questionnaire, question_id: str) -> Questionnaire:
    """The questionnaire with this question only: nothing else of the release is worked out."""
    return replace(
        known,
        sections=tuple(
            replace(section, questions=(question,))
            for section in known.sections
            for question in section.questions
            if question.id == question_id
        ),
    )


def _outline(known: Questionnaire, tag: str, question_id: str) -> QuestionOutline:
    return next(
        question
        for section in outline(known, tag)
        for question in section.questions
        if question.id == question_id
    )


def _home(known: Questionnaire, question_id: str) -> Section:
    return next(
        section
        for section in known.sections
        if any(question.id == question_id for question in section.questions)
    )


def _said(condition: Condition | None, known: Questionnaire) -> str:
    return sentence(condition, known, language()) if condition is not None else ""
