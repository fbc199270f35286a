"""What disclosure control talks about: answers, columns, what was seen, what is proposed (pure)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from portal.aggregate.policy import OPEN_CLASSES, Audience, Reader
from portal.aggregate.units import Contributors, union
from portal.questionnaire.definition import ConfidentialityClass

ALL = "all"
SMALLEST_BASE = 10
"""Protected answers that a column needs, if it has any."""
SMALLEST_ATOM = 5
"""Protected answers that an atom needs, if it has any."""
BAND_WIDTH = 20
BANDS = tuple(f"{low}\N{EN DASH}{low + BAND_WIDTH} %" for low in range(0, 100, BAND_WIDTH))
"""Each band begins with its lower bound and ends below its upper one; the last includes 100 %."""

Cell: TypeAlias = int | str
"""A count, or a band of the share of n."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to one countable question: who chose each option, and who in which class.

    ``numbers``: contributor → number, of a question that asks for one.
    """

    by_option: Mapping[str, Contributors]
    by_class: Mapping[ConfidentialityClass, Contributors]
    numbers: Mapping[int, float] = field(default_factory=dict)

    @property
    def answered(self) -> Contributors:
        """Everybody with an answer."""
        return union(self.by_class.values())

    def protected_from(self, audience: Audience) -> Contributors:
        """Those whose answer is not open to the audience."""
        return self.answered & ~self.of(OPEN_CLASSES[audience])

    def of(self, classes: Collection[ConfidentialityClass]) -> Contributors:
        """Those whose answer is of one of these classes."""
        return union(self.by_class.get(name, 0) for name in classes)


@dataclass(frozen=True, slots=True)
class Question:
    """One countable question: its answers, its options, and its columns in declared order.

    ``columns`` holds everybody in a column, whether or not they answered. ``multiple``: an answer
    may hold several options.
    """

    answers: Answers
    options: Sequence[str]
    columns: Mapping[str, Contributors]
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """What numbers come to: rounded, never the smallest or the largest."""

    lower_quartile: float
    median: float
    upper_quartile: float


@dataclass(frozen=True, slots=True)
class Sum:
    """Between ``low`` and ``high`` of these members gave one of these options."""

    members: Contributors
    options: frozenset[str]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column as an audience sees it; ``members`` are those in it who answered.

    ``told``: what ``numbers`` tell of the bands that the numbers are in.
    """

    name: str
    members: Contributors
    n: int
    protected: int
    exact: bool
    cells: Mapping[str, Cell]
    numbers: Numbers | None = None
    told: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a document tells of one countable question, and the answers as they were then.

    ``only``: told only to those of the audience who read this class by name.
    """

    answers: Answers
    columns: tuple[Column, ...] = ()
    sums: tuple[Sum, ...] = ()
    only: ConfidentialityClass | None = None

    def sets(self) -> list[Contributors]:
        """Every set of contributors that something is told of."""
        of_columns = [column.members for column in self.columns]
        return [*of_columns, *(each.members for each in self.sums)]


SeenBy: TypeAlias = Mapping[Audience, list[Seen]]
"""Audience → everything that it has seen of one question, weaker documents among it."""


@dataclass(frozen=True, slots=True)
class Link:
    """What being asked a later question tells of some options of an earlier one's answer.

    ``needed``: nobody is asked without giving one of them. ``enough``: whoever gives one of them
    is asked. ``given`` is false if it is about not giving the one option (multiple choice).
    """

    options: frozenset[str]
    needed: bool
    enough: bool
    given: bool = True

    def told(self, members: Contributors, asked: int, count: int) -> Sum:
        """With ``asked`` of the members asked; ``count`` of them gave one of the options."""
        size = members.bit_count()
        low, high = (asked if self.needed else 0), (asked if self.enough else size)
        if not self.given:
            low, high = size - high, size - low
        # Who is asked need not answer: a bound that the truth breaks is none.
        return Sum(members, self.options, min(low, count), max(high, count))


@dataclass(frozen=True, slots=True)
class Parent:
    """An earlier question whose answers lead to this one, and how."""

    key: str
    question: Question
    seen: SeenBy
    links: tuple[Link, ...]

    def told_by(self, columns: Sequence[Column], everybody: Mapping[str, Contributors]) -> Seen:
        """What n of each of these columns tells of the parent's answers."""
        answered = self.question.answers.answered
        return Seen(
            self.question.answers,
            sums=tuple(
                self._sum(
                    link, everybody.get(column.name, column.members) & answered, column.members
                )
                for column in columns
                for link in self.links
            ),
        )

    def told_openly(self, asked: Contributors, only: ConfidentialityClass | None = None) -> Seen:
        """What is told by knowing these by name to have been asked, be it to readers of a class."""
        answers = self.question.answers
        members = asked & answers.answered
        needed = [link for link in self.links if link.needed]
        sums = tuple(self._sum(link, members, members) for link in needed)
        return Seen(answers, sums=sums, only=only)

    def _sum(self, link: Link, members: Contributors, asked: Contributors) -> Sum:
        by_option = self.question.answers.by_option
        given = union(by_option.get(each, 0) for each in link.options)
        return link.told(members, (asked & members).bit_count(), (given & members).bit_count())


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be published to an audience, and what each audience sees already."""

    audience: Audience
    question: Question
    columns: tuple[Column, ...]
    seen: SeenBy
    parents: Sequence[Parent] = ()

    def read_by(self, reader: Reader) -> list[tuple[str, Question, Sequence[Seen]]]:
        """Everything that the reader would have seen of the question and of those that lead to it.

        Those come with their key, the question itself without. The reader is of the proposal's
        audience or of a stronger one.
        """
        own = [*self.seen.get(reader.audience, ()), Seen(self.question.answers, self.columns)]
        told = [
            (
                parent.key,
                parent.question,
                [
                    *parent.seen.get(reader.audience, ()),
                    parent.told_by(self.columns, self.question.columns),
                ],
            )
            for parent in self.parents
        ]
        everything = [("", self.question, own), *told]
        return [
            (key, question, merged([each for each in seen if each.only in {None, reader.besides}]))
            for key, question, seen in everything
        ]


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a proposal may not be published: what a reader could work out.

    ``reader`` is of this audience; ``answers`` alike are all sure to be ``option`` (or, in a
    multiple choice, sure not to be), by so many suppliers who tell each other their own answers
    as ``pooled`` says: 0 for an outsider. ``about`` is the key of an earlier question that leads
    to this one, if it is that one's answers.
    """

    reader: Audience
    option: str
    answers: int
    pooled: int = 0
    about: str = ""


class Gate(Protocol):
    """Layer 2: decides whether a whole countable question may be published as proposed."""

    def __call__(self, proposal: Proposal, /) -> Finding | None:
        """A protected answer that somebody could determine; None if nobody can."""


class Reason(StrEnum):
    """Why a column is left out, from public facts only."""

    TOO_FEW = "too_few"
    """Fewer than ten protected answers."""
    TOO_ALIKE = "too_alike"
    """What came to it or left it since it, or its release, was shown, is under five answers."""
    FEW_CHANGED = "few_changed"
    """Under five answers have changed since it was shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The columns of one document, and for the secretariat alone why others are not in it.

    ``failed``: why the question is withheld. ``not_exact``: why buyers see bands.
    """

    columns: tuple[Column, ...]
    left_out: Mapping[str, Reason] = field(default_factory=dict)
    failed: Finding | None = None
    not_exact: Finding | None = None


def merged(documents: Sequence[Seen]) -> list[Seen]:
    """The same with one entry for all documents of the same answers, such as those of a release."""
    found: dict[int, Seen] = {}
    for each in documents:
        before = found.get(id(each.answers), Seen(each.answers))
        found[id(each.answers)] = Seen(
            each.answers, before.columns + each.columns, before.sums + each.sums
        )
    return list(found.values())


def changed_answers(before: Answers, after: Answers) -> Contributors:
    """Whose options, or whose number, differ."""
    differing = union(
        1 << each
        for each in before.numbers.keys() | after.numbers.keys()
        if before.numbers.get(each) != after.numbers.get(each)
    )
    for option in before.by_option.keys() | after.by_option.keys():
        differing |= before.by_option.get(option, 0) ^ after.by_option.get(option, 0)
    return differing


def band(count: int, total: int) -> str:
    """The band of ``count`` out of ``total`` (at least 1), in whole numbers only."""
    return BANDS[min(count * len(BANDS) // total, len(BANDS) - 1)]
