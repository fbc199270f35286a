"""The two texts of a comparison: named by the address, offered in lists, loaded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import g, request
from flask_babel import gettext, ngettext

from portal.core.clock import now
from portal.core.errors import Refused
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.migration import Kind, MigrationMap
from portal.questionnaire.policy import BEFORE_PUBLICATION
from portal.questionnaire.queries import VoteRow, votes
from portal.questionnaire.queries_editing import questionnaire_at
from portal.questionnaire.queries_versions import VersionRow, edition_of, migration_of, versions
from portal.web.language import day

AT = "@"
"""Between the id of a version and the number of a change."""
DRAFT = "draft"
"""Names the newest version in an address."""
FIRST = 0
DIGITS = 9
"""Of the number of a change, which the database holds in 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two texts: a version, or what its draft said after change ``number``."""

    version: VersionRow
    number: int | None = None

    @property
    def value(self) -> str:
        """How an address names it."""
        at = "" if self.number is None else f"{AT}{self.number}"
        return f"{self.version.id}{at}"

    @property
    def label(self) -> str:
        """How a reader knows it."""
        number, published = self.version.number, self.version.published_at
        if self.number == FIRST:
            words = gettext("Version %(number)s, its first text", number=number)
        elif self.number is not None:
            words = gettext(
                "Version %(number)s after change %(change)s", number=number, change=self.number
            )
        elif self.version.state in BEFORE_PUBLICATION or published is None:
            words = gettext("Version %(number)s, the draft as it is now", number=number)
        elif self.version.errata:
            words = ngettext(
                "Version %(version)s, published %(day)s, with %(num)d correction",
                "Version %(version)s, published %(day)s, with %(num)d corrections",
                self.version.errata,
                version=number,
                day=day(published),
            )
        else:
            words = gettext(
                "Version %(number)s, published %(day)s", number=number, day=day(published)
            )
        return str(words)

    def questionnaire(self) -> Questionnaire:
        """The text; that of a version with its corrections."""
        if self.number is not None:
            found = questionnaire_at(g.session, self.version.id, self.number)
        else:
            edition = edition_of(g.session, self.version.id)
            found = edition.corrected if edition is not None else None
        if found is None:
            raise Refused
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared with what, and what else could be chosen: side to its words."""

    old: Side
    new: Side
    offered: Mapping[str, str]

    def migration(self) -> MigrationMap | None:
        """Where the questions came from, between a version and the one it follows."""
        if self.old.number is None and self.new.version.previous_id == self.old.version.id:
            return migration_of(g.session, self.new.version.id)
        return None


def renamed(found: MigrationMap | None) -> dict[str, str]:
    """New id → old id of the questions that took another one."""
    origins = found.origins if found is not None else {}
    return {
        question_id: origin.sources[0]
        for question_id, origin in origins.items()
        if origin.kind in {Kind.KEPT, Kind.REWORDED} and len(origin.sources) == 1
    }


def sides() -> Sides:
    """What the address asks for; Refused if one of the two is no text of this dialogue."""
    rows = versions(g.session, g.dialogue.id)
    if not rows:
        raise Refused
    voted = [row for row in votes(g.session, rows[0].id, now=now()) if row.earlier_at is not None]
    new = _side(rows, request.args.get("to", "") or DRAFT)
    since = request.args.get("since", "")
    wanted = f"{DRAFT}{AT}{since}" if since else request.args.get("from", "")
    old = _side(rows, wanted) if wanted else _before(rows, new, voted)
    chosen = {side.value: side.label for side in (old, new)}
    return Sides(old=old, new=new, offered=chosen | dict(_offers(rows, voted)))


def _before(rows: Sequence[VersionRow], new: Side, voted: Sequence[VoteRow]) -> Side:
    """The version before; of a first one, what the reader voted on, else its first text."""
    previous = next((row for row in rows if row.id == new.version.previous_id), None)
    if previous is not None:
        return Side(version=previous)
    mine = g.actor.organisations if new.version.id == rows[0].id else ()
    own = [row.earlier_revision for row in voted if row.organisation_id in mine]
    return Side(version=new.version, number=max(own, default=FIRST))


def _side(rows: Sequence[VersionRow], text: str) -> Side:
    name, at, number = text.partition(AT)
    if at and not (number.isdecimal() and len(number) <= DIGITS):
        raise Refused
    for row in rows:
        if name == str(row.id) or (name == DRAFT and row is rows[0]):
            return Side(version=row, number=int(number) if at else None)
    raise Refused


def _offers(rows: Sequence[VersionRow], voted: Sequence[VoteRow]) -> Iterator[tuple[str, str]]:
    """Every version, newest first; what the newest said when buyers voted, and at first."""
    for row in rows:
        side = Side(version=row)
        yield side.value, side.label
    voters: dict[int, list[str]] = {}
    for vote in voted:
        voters.setdefault(vote.earlier_revision, []).append(vote.organisation_name)
    for number in sorted(voters, reverse=True):
        then, names = Side(version=rows[0], number=number), ", ".join(voters[number])
        yield then.value, gettext("%(text)s: %(names)s voted", text=then.label, names=names)
    first = Side(version=rows[0], number=FIRST)
    if rows[0].previous_id is None and FIRST not in voters:
        yield first.value, first.label
