"""What other versions and corrections of the questionnaire bring to a supplier's pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import g

from portal.questionnaire.definition import Questionnaire, Section, Table
from portal.questionnaire.migration import KIND_WORDS
from portal.questionnaire.queries_lineage import Lineage, lineage
from portal.questionnaire.queries_versions import Edition, Step
from portal.questionnaire.subjects import question_subject
from portal.response.queries import (
    CheckPage,
    Gap,
    Receipt,
    SectionPage,
    TablePage,
    TaskList,
    looks,
)
from portal.web.corrections import Correction, corrections
from portal.web.language import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A questionnaire as it reads with its corrections, and these by subject."""

    questionnaire: Questionnaire
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)

    def section(self, section: Section) -> Section:
        """The section as it reads."""
        return next(each for each in self.questionnaire.sections if each.id == section.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """That a new version took the place of another, by the steps that led to it.

    ``looks``: section id → how many answers need a look. ``is_signed``: nothing was carried over,
    what was signed stands.
    """

    steps: tuple[Step, ...]
    looks: Mapping[str, int] = field(default_factory=dict)
    is_signed: bool = False

    @property
    def old(self) -> Edition:
        """The version that was replaced."""
        return self.steps[0].old

    @property
    def new(self) -> Edition:
        """The version in its place."""
        return self.steps[-1].new

    @property
    def to_look_at(self) -> int:
        """How many answers need a look."""
        return sum(self.looks.values())

    @property
    def counts(self) -> list[tuple[Step, list[tuple[str, int]]]]:
        """What became of the questions in each step, in words, with how many there are."""
        return [
            (step, [(sentence(words), step.map.count(kind)) for kind, words in KIND_WORDS.items()])
            for step in self.steps
        ]


def line_of(found: TaskList | SectionPage | TablePage | CheckPage | Receipt) -> Lineage | None:
    """The versions around the one a page is about; None, and no query, if it is all there is."""
    return lineage(g.session, found.dialogue.id) if found.is_revised else None


def reading(questionnaire: Questionnaire, line: Lineage | None) -> Reading:
    """How a published version reads; as it is where nothing was corrected."""
    if line is None:
        return Reading(questionnaire=questionnaire)
    edition = line.edition(questionnaire.version)
    told = corrections(line.errata.get(edition.id, ()))
    return Reading(questionnaire=edition.corrected, corrections=told)


def section_as_it_reads(found: SectionPage, read: Reading) -> SectionPage:
    """The page with the corrected wordings; answers and ids are the same."""
    section = read.section(found.section)
    asked = zip(found.questions, section.questions, strict=True)
    return replace(
        found,
        questionnaire=read.questionnaire,
        section=section,
        questions=tuple(replace(each, question=question) for each, question in asked),
    )


def table_as_it_reads(found: TablePage) -> tuple[TablePage, tuple[Correction, ...]]:
    """A table's page with the corrected wordings, and what was corrected of its question."""
    read = reading(found.questionnaire, line_of(found))
    question = read.questionnaire.question(found.question.id)
    corrected = replace(
        found,
        questionnaire=read.questionnaire,
        section=read.section(found.section),
        question=question if isinstance(question, Table) else found.question,
    )
    return corrected, read.corrections.get(question_subject(found.question.id), ())


def gaps_as_they_read(found: CheckPage, read: Reading) -> list[Gap]:
    """What is missing, with the corrected wordings."""
    return [
        Gap(
            read.section(gap.section),
            read.questionnaire.question(gap.question.id) or gap.question,
            gap.problems,
        )
        for gap in found.missing
    ]


def notice(found: TaskList, line: Lineage | None) -> Notice | None:
    """What a new version means for this response; None if it was begun after the newest."""
    if line is None:
        return None
    response = found.response
    place = line.place(response.version_id)
    later = line.steps[place:]
    if later:
        return Notice(steps=later, is_signed=True)
    published = line.editions[place].published_at
    if not place or published is None or response.created_at >= published:
        return None
    count = looks(g.session, response, found.questionnaire, found.answers, line)
    return Notice(steps=line.steps[place - 1 : place], looks=count)
