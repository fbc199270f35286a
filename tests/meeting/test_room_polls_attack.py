"""An attacker on the results of polls: everybody in the room, with their own vote.

They know who voted in which poll, how it is decided what is shown, and that nobody but themselves
changes their mind between two polls on the same question. What is sure in every world that fits
is determined; it must be nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from uuid import UUID

import pytest

from portal.aggregate.policy import Audience
from portal.aggregate.proposals import ALL, Column
from portal.meeting.rules_polls import Cast, bands, is_safe, may_be_shown
from tests.aggregate.attacker import Document, Scene, Solver
from tests.aggregate.worlds import Fact, members_of

PEOPLE = 30


def counts(voters: int, options: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many votes fall on the options."""
    if options == 1:
        yield (voters,)
        return
    for first in range(voters + 1):
        yield from ((first, *rest) for rest in counts(voters - first, options - 1))


def shown(world: Sequence[int]) -> str:
    """What everybody sees of a poll: bands, or that there are none."""
    n = sum(world)
    if not is_safe(n, len(world), multiple=False):
        return "not shown"
    votes = [[option] for option, count in enumerate(world) for _ in range(count)]
    return str(bands(votes, len(world)))


def sure(voters: int, options: int) -> list[tuple[str, int | None]]:
    """What somebody would have to see, with which own vote, to be sure of another's vote.

    Every world is tried. The others cannot be told apart: the vote of one is sure if in each
    world that fits all of them gave the same. None stands for somebody who did not vote.
    """
    given: dict[tuple[str, int | None], set[int]] = {}
    for world in counts(voters, options):
        said = shown(world)
        given.setdefault((said, None), set()).update(_given(world))
        for own in _given(world):
            rest = [count - (option == own) for option, count in enumerate(world)]
            given.setdefault((said, own), set()).update(_given(rest))
    return [seen for seen, options_given in given.items() if len(options_given) == 1]


def _given(world: Sequence[int]) -> set[int]:
    return {option for option, count in enumerate(world) if count}


@pytest.mark.parametrize("options", [2, 3, 4])
def test_no_result_of_one_poll_tells_anybodys_vote(options: int) -> None:
    for voters in range(2, 24 if options < 4 else 16):
        assert not sure(voters, options), voters


def test_the_attacker_finds_what_ten_votes_between_two_options_would_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(globals(), "is_safe", lambda n, *_args, **_more: n >= 10)
    assert sure(10, 2)
    assert not sure(11, 2)


def test_a_dot_vote_tells_of_no_option_who_marked_it() -> None:
    """Each option by itself, as nothing ties the marks together."""
    for voters in (each for each in range(2, 40) if is_safe(each, 3, multiple=True)):
        fits: dict[tuple[str, int], set[int]] = {}
        for marked in range(voters + 1):
            votes = [[0]] * marked + [[]] * (voters - marked)
            said = bands(votes, 1)["0"]
            for own in (0, 1):
                if 0 <= marked - own <= voters - 1:
                    fits.setdefault((said, own), set()).add(marked - own)
        assert not [seen for seen, others in fits.items() if others in ({0}, {voters - 1})]


# Several polls on the same question ------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Polls on one question among some of the people, with what is shown of each.

    ``fickle`` changed their vote in between, and is the only one.
    """

    options: Sequence[str]
    documents: Sequence[Document]
    hidden: int
    fickle: int | None


def asked(chance: Random) -> Asked:
    """A random world: how people think, and two or three polls among changing voters."""
    options = [str(number) for number in range(chance.choice((2, 2, 3)))]
    weights = [chance.choice((1, 1, 8, 40)) for _ in options]
    mind = [Fact(frozenset(chance.choices(options, weights))) for _ in range(PEOPLE)]
    voters = set(chance.sample(range(PEOPLE), chance.randint(9, 20)))
    fickle = min(voters) if chance.random() < 0.5 else None
    before: list[Cast] = []
    documents = []
    polls = chance.randint(2, 3)
    for _ in range(polls):
        cast = _cast(voters, options)
        if may_be_shown(cast, before):
            before.append(cast)
            documents.append(_document(mind, voters, options))
        voters = _others(chance, voters)
        if fickle is not None:
            mind[fickle] = Fact(frozenset({chance.choice(options)}))
    return Asked(options, documents, polls - len(documents), fickle)


def _others(chance: Random, voters: set[int]) -> set[int]:
    """Who votes next: the same, all others, or some come and some go."""
    kind = chance.choice(("same", "apart", "changed", "changed"))
    if kind == "same":
        return voters
    if kind == "apart":
        return set(range(PEOPLE)) - voters
    away = set(chance.sample(sorted(voters), min(len(voters), chance.randint(0, 8))))
    rest = sorted(set(range(PEOPLE)) - voters)
    return voters - away | set(chance.sample(rest, min(len(rest), chance.randint(0, 8))))


def _cast(voters: set[int], options: Sequence[str]) -> Cast:
    ids = frozenset(UUID(int=each) for each in voters)
    return Cast(shape=("poll", "organisation", tuple(options)), voters=ids, groups=ids)


def _document(mind: Sequence[Fact], voters: set[int], options: Sequence[str]) -> Document:
    world = [fact if each in voters else Fact(frozenset()) for each, fact in enumerate(mind)]
    votes = [[int(option) for option in mind[each].options] for each in sorted(voters)]
    cells = {str(number): cell for number, cell in bands(votes, len(options)).items()}
    n = len(voters)
    return Document(world, [Column(ALL, members_of(voters), n, n, exact=False, cells=cells)])


def found(world: Asked) -> list[int | None]:
    """Those who are sure of somebody's vote; None stands for somebody who did not vote."""
    if not world.documents:
        return []
    solver = Solver(Scene(world.documents, Audience.SUPPLIER), world.options)
    everybody = (None, *range(PEOPLE)) if world.fickle is None else (world.fickle,)
    return [who for who in everybody if solver.determined(() if who is None else (who,))]


def test_no_polls_on_the_same_question_together_tell_anybodys_vote() -> None:
    chance = Random(20260901)  # noqa: S311 - worlds to try, not secrets
    worlds = [asked(chance) for _ in range(80)]
    assert sum(len(world.documents) > 1 for world in worlds) > 20
    assert sum(world.hidden for world in worlds) > 20
    assert [who for world in worlds for who in found(world)] == []


def test_a_difference_of_eight_voters_is_not_enough() -> None:
    """20 vote, 16 of them yes; then 8 more: 57 per cent of 28 is under 60, so all 8 said no."""
    mind = [Fact(frozenset("0" if each < 16 else "1")) for each in range(28)]
    options = ("0", "1")
    first, second = set(range(20)), set(range(28))
    documents = [_document(mind, voters, options) for voters in (first, second)]
    told = Solver(Scene(documents, Audience.SUPPLIER), options).determined(())
    assert {supplier for (supplier, _), _ in told} >= set(range(20, 28))
    assert not may_be_shown(_cast(second, options), [_cast(first, options)])


def test_no_world_is_forgotten() -> None:
    assert len(list(counts(4, 3))) == len({w for w in product(range(5), repeat=3) if sum(w) == 4})
