"""What a poll or dot vote in the room may show once it is closed (pure).

Whether results are shown follows from public facts alone, never from the votes: "hidden because
nearly all agree" would itself tell. The facts are how many voted, how many options there are, and
who voted when the same was asked before in the same session.

1. At least ten votes, as for every aggregate.
2. The audit of releases passes whatever the votes are. Everybody in the room knows their own vote
   and sees the bands; nobody may be sure of another's. With two options that takes eleven votes:
   of ten, whoever is alone in the band 0-20 % knows what the nine others chose.
3. The same question asked again joins what the two results tell. It is shown only if the very
   same voters voted on the same options, or nobody of a company that voted before. That voters
   differ by five is not enough: of 28, the eight who came later may be known to have voted no.

Shares are shown in the bands of the public. A dot vote has no limit that the portal enforces:
were there three dots each, what others got could tell that nobody chose an option.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from portal.aggregate.audit import audit
from portal.aggregate.policy import Audience
from portal.aggregate.proposals import (
    ALL,
    SMALLEST_BASE,
    Answers,
    Column,
    Proposal,
    Question,
    band,
)
from portal.questionnaire.definition import ConfidentialityClass

NO_WORDS = re.compile(r"\W+")
Choice = Sequence[int]
"""The numbers of the options that a voter chose."""


class Kind(StrEnum):
    """A poll takes one option of each voter, a dot vote any number."""

    POLL = "poll"
    DOTS = "dots"


class Electorate(StrEnum):
    """Who votes. The secretariat runs the session and does not."""

    ALL = "all"
    SUPPLIERS = "suppliers"
    BUYERS = "buyers"

    @property
    def parts(self) -> frozenset[str]:
        """The parts in which people come to the session, of those who vote."""
        return _PARTS[self]


_PARTS = {
    Electorate.ALL: frozenset({"supplier", "buyer", "observer"}),
    Electorate.SUPPLIERS: frozenset({"supplier"}),
    Electorate.BUYERS: frozenset({"buyer"}),
}


class Unit(StrEnum):
    """Whose vote counts once. Of suppliers it is always the corporate group."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """A poll with its electorate as it turned out: voters, and the corporate groups they are of.

    ``shape`` is what has to be the same for two results to tell the same: kind, unit, options.
    """

    shape: tuple[str, str, tuple[str, ...]]
    voters: frozenset[UUID]
    groups: frozenset[UUID]


def voter_of(part: str, unit: str, person_id: UUID, organisation_id: UUID, group_id: UUID) -> UUID:
    """Who casts the vote: the group of a supplier, else a person or an organisation."""
    if part == "supplier":
        return group_id
    return organisation_id if unit == Unit.ORGANISATION else person_id


def likeness(text: str) -> str:
    """What is left of a question without case, blanks and marks: the same for the same question."""
    return NO_WORDS.sub(" ", text.casefold()).strip()


def may_be_shown(poll: Cast, shown_before: Iterable[Cast]) -> bool:
    """Whether results are shown, by rules 1 to 3; ``shown_before``: those of the same question."""
    kind, _unit, options = poll.shape
    return is_safe(len(poll.voters), len(options), multiple=kind == Kind.DOTS) and all(
        (poll.shape == before.shape and poll.voters == before.voters)
        or not poll.groups & before.groups
        for before in shown_before
    )


def bands(choices: Sequence[Choice], options: int) -> dict[str, str]:
    """Option number → the band of the share of voters who chose it."""
    return {
        str(number): band(sum(number in choice for choice in choices), len(choices))
        for number in range(options)
    }


@lru_cache(maxsize=1024)
def is_safe(voters: int, options: int, *, multiple: bool) -> bool:
    """Whether no vote of so many can be worked out, whatever the votes are (rules 1 and 2).

    Nobody can be sure of another's vote unless all others voted alike, so two kinds of worlds are
    enough: all the same, and one otherwise. By symmetry it does not matter which option.
    """
    if voters < SMALLEST_BASE:
        return False
    everybody = (1 << voters) - 1
    alone = {"0": everybody & ~1, "1": 1}
    worlds = [{"0": everybody}, alone]
    if multiple:
        worlds = [{"0": votes} for votes in (everybody, everybody & ~1, 1, 0)]
    names = ("0",) if multiple else tuple(str(number) for number in range(options))
    return all(_passes(world, names, everybody, multiple=multiple) for world in worlds)


def _passes(votes: dict[str, int], names: Sequence[str], everybody: int, *, multiple: bool) -> bool:
    n = everybody.bit_count()
    answers = Answers(
        by_option={name: votes.get(name, 0) for name in names},
        by_class={ConfidentialityClass.AGGREGATE_ONLY: everybody},
    )
    cells = {name: band(votes.get(name, 0).bit_count(), n) for name in names}
    column = Column(ALL, everybody, n, n, exact=False, cells=cells)
    question = Question(answers, names, {ALL: everybody}, multiple)
    return audit(Proposal(Audience.SUPPLIER, question, (column,), {})) is None
