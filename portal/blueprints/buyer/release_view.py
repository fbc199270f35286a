"""A release as its pages show it: which document, which column, beside which earlier round."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import g, request
from flask_babel import gettext as _

from portal.aggregate.comparison import Comparison, common_columns, compare
from portal.aggregate.proposals import ALL
from portal.aggregate.queries import ReleasePage, release_page
from portal.aggregate.queries_rounds import EarlierRelease, earlier_releases, named, rounds
from portal.aggregate.reading import Reading, ReadQuestion, ReadSection, read_document
from portal.brief.queries import public_releases
from portal.core.errors import Refused
from portal.web.charts_compared import note
from portal.web.charts_release import Result, result
from portal.web.charts_together import Together, together
from portal.web.language import language

TOGETHER = "together"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
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

    page: ReleasePage
    reading: Reading
    earlier: Sequence[EarlierRelease]
    """What it can be compared with, the newest first."""

    @property
    def number(self) -> int:
        """The number of the release."""
        return self.page.release.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """The comparison with an earlier release in one column.

    ``now`` is the release in the document that both have. ``comparison`` is None if the earlier
    release does not have the column.
    """

    earlier: EarlierRelease
    now: Reading
    comparison: Comparison | None


def open_release(number: int) -> Opened:
    """The release of this number; Refused if it, or its document for the reader, is not there."""
    found = release_page(g.session, g.actor, g.dialogue.id, number)
    public = public_releases(g.session)
    return Opened(
        page=found,
        reading=read_document(found.document, found.questionnaire, language()),
        earlier=earlier_releases(g.session, g.actor, found.release, made_public=public),
    )


def chosen(opened: Opened) -> View:
    """What the address asks for; Refused for anything that is not released."""
    column = request.args.get("segment", ALL)
    view = request.args.get("view", "")
    before = request.args.get("before", "")
    if column not in dict(opened.reading.columns) or view not in {"", TOGETHER}:
        raise Refused
    if before:
        named(opened.earlier, before)
    return View(column=column, together=view == TOGETHER, before=before)


def section_of(opened: Opened, section_id: str) -> ReadSection:
    """The section of this id; Refused if there is none with countable questions."""
    for section in opened.reading.sections:
        if section.id == section_id:
            return section
    raise Refused


def against(opened: Opened, choice: View) -> Against | None:
    """The comparison that the reader asked for, None if they did not."""
    if not choice.before:
        return None
    earlier = named(opened.earlier, choice.before)
    now, before, same = rounds(g.session, g.actor, opened.page.release, earlier, language())
    columns = common_columns(now, before, same)
    made = compare(now, before, same, choice.column) if choice.column in columns else None
    return Against(earlier=earlier, now=now.reading, comparison=made)


def results(
    questions: Sequence[ReadQuestion], choice: View, beside: Against | None = None
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
