"""A release as its pages show it: which document, which column, beside which earlier round."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import g, request
from flask_babel import gettext as _

from portal.aggregate.comparison import Comparison, common_columns, compare
from portal.aggregate.queries import questionnaire_of, release_of, releases, strongest
from portal.aggregate.queries_rounds import EarlierRelease, earlier_releases, named, rounds
from portal.aggregate.reading import Reading, ReadQuestion, ReadSection, read_document
from portal.brief.queries import public_releases
from portal.core.errors import Refused
from portal.questionnaire.definition import Questionnaire
from portal.web.charts_compared import note
from portal.web.charts_release import Result, result
from portal.web.charts_together import Together, together
from portal.web.language import language

ALL = "all"
TOGETHER = "together"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a reader chose among what is released.

    ``together``: all columns beside each other. ``before`` names an earlier release, or is empty.
    """

    column: str
    together: bool
    before: str

    def address(self, **changes: object) -> dict[str, object]:
        """The parameters of a link that keeps the choice but for these changes."""
        values: dict[str, object] = {
            "segment": self.column if self.column != ALL else None,
            "view": TOGETHER if self.together else None,
            "before": self.before or None,
        }
        return values | changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A release for the strongest audience that the reader belongs to."""

    number: int
    reading: Reading
    questionnaire: Questionnaire
    earlier: Sequence[EarlierRelease]
    """What it can be compared with, the newest first."""
    signatory: str
    reason: str
    """Why it replaces the release before it."""
    newest: int
    """The number of the release that holds now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The comparison with an earlier release in one column.

    ``now`` is the release in the document that both have. ``comparison`` is None if the earlier
    release does not have the column.
    """

    earlier: EarlierRelease
    now: Reading
    columns: Sequence[str]
    comparison: Comparison | None


def open_release(number: int) -> Opened:
    """The release of this number; Refused if it, or its document for the reader, is not there."""
    found = {each.number: each for each in releases(g.session, g.dialogue.id)}
    release = found.get(number)
    if release is None:
        raise Refused
    shown = strongest(g.session, g.actor, release)
    questionnaire = questionnaire_of(g.session, release)
    return Opened(
        number=number,
        reading=read_document(shown, questionnaire, language()),
        questionnaire=questionnaire,
        earlier=earlier_releases(
            g.session, g.actor, release, made_public=public_releases(g.session)
        ),
        signatory=release.signatory,
        reason=release.reason,
        newest=max(found),
    )


def chosen(opened: Opened) -> Choice:
    """What the address asks for; Refused for anything that is not released."""
    column = request.args.get("segment", ALL)
    view = request.args.get("view", "")
    before = request.args.get("before", "")
    if column not in dict(opened.reading.columns) or view not in {"", TOGETHER}:
        raise Refused
    if before:
        named(opened.earlier, before)
    return Choice(column=column, together=view == TOGETHER, before=before)


def section_of(opened: Opened, section_id: str) -> ReadSection:
    """The section of this id; Refused if there is none with countable questions."""
    for section in opened.reading.sections:
        if section.id == section_id:
            return section
    raise Refused


def against(opened: Opened, choice: Choice) -> Against | None:
    """The comparison that the reader asked for, None if they did not."""
    if not choice.before:
        return None
    release = release_of(g.session, g.dialogue.id, opened.number)
    if release is None:
        raise Refused
    earlier = named(opened.earlier, choice.before)
    now, before, same = rounds(g.session, g.actor, release, earlier, language())
    columns = common_columns(now, before, same)
    made = compare(now, before, same, choice.column) if choice.column in columns else None
    return Against(earlier=earlier, now=now.reading, columns=columns, comparison=made)


def results(
    questions: Sequence[ReadQuestion], choice: Choice, beside: Against | None = None
) -> list[Result]:
    """The questions' pictures in the chosen column, beside the earlier round where they can be."""
    comparison = beside.comparison if beside else None
    if beside is None or comparison is None:
        return [result(question, choice.column) for question in questions]
    made = []
    for question in questions:
        compared = comparison.of(question.id)
        shown = compared.question if compared else question
        made.append(replace(result(shown, choice.column, compared), note=note(compared)))
    return made


def all_together(questions: Sequence[ReadQuestion], opened: Opened) -> list[Together]:
    """The questions with every released column."""
    return [together(question, opened.reading.columns) for question in questions]


def round_label(earlier: EarlierRelease) -> str:
    """How an earlier release is named to a reader."""
    number = earlier.release.number
    if earlier.release.dialogue_id == g.dialogue.id:
        return str(_("Release %(number)s", number=number))
    return str(_("%(title)s, release %(number)s", title=earlier.title, number=number))
