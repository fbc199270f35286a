"""An insider with both results of a secret ballot cannot be sure of anybody's score.

The attacker is independent of the gate: it tries every combination of the others' scores, and
knows its own, how many scored, and every figure that is shown.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations_with_replacement
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.errors import NotNow
from portal.identity.roles import Role
from portal.meeting.ballots_rules import FIRST, Act
from portal.meeting.ballots_secrecy import Given, is_determined, shown
from portal.meeting.priorities_rules import CRITERIA, Quartiles, quartiles, ranks
from portal.meeting.queries_ballots import ballot_page, named_scores
from tests.meeting.ballot_world import WAY, world

SCORES = range(1, 6)
Others = tuple[int, ...]


def possible(n: int, own: int | None, figure: Quartiles) -> set[Others]:
    """Every combination of the others' scores that gives what is shown."""
    mine = () if own is None else (own,)
    return {
        others
        for others in combinations_with_replacement(SCORES, n - len(mine))
        if quartiles((*others, *mine)) == figure
    }


def is_sure(combinations: set[Others]) -> bool:
    """Whether everything that is possible gives some other one and the same score.

    The others look alike, so this is so only if all of them gave it in each combination.
    """
    found = {frozenset(each) for each in combinations}
    return len(found) == 1 and len(next(iter(found))) == 1


def worlds(random: Random) -> Iterator[tuple[Given, Given]]:
    """Two rounds: everybody agrees, all but one, two camps, at random; few change, or one does."""
    for number in range(70):
        n, usual = random.randint(10, 12), random.choice(SCORES)
        chance = (0.0, 0.1, 0.5, 1.0)[number % 4]
        ids = [UUID(int=each) for each in range(n)]
        first = {
            who: {
                name: random.choice(SCORES) if random.random() < chance else usual
                for name in CRITERIA
            }
            for who in ids
        }
        if number % 5 == 0:
            first[ids[0]] = dict.fromkeys(CRITERIA, random.choice(SCORES))
        second = {who: dict(scores) for who, scores in first.items()}
        for who in random.sample(ids, number % 3):
            second[who] = {name: random.choice(SCORES) for name in CRITERIA}
        yield first, second


def test_nobodys_score_is_determined_by_both_results_together() -> None:
    seen = 0
    cache: dict[tuple[int, int | None, Quartiles], set[Others]] = {}

    def fitting(n: int, own: int | None, figure: Quartiles) -> set[Others]:
        key = (n, own, figure)
        if key not in cache:
            cache[key] = possible(*key)
        return cache[key]

    for first, second in worlds(Random(20261128)):  # noqa: S311 - the same worlds each time
        one, two = shown(first), shown(second, first)
        assert one is not None, "ten organisations are enough, whatever they gave"
        assert two is not None
        n = len(first)
        for name in CRITERIA:
            pairs = {(first[who][name], second[who][name]) for who in first}
            for before, after in [*pairs, (None, None)]:
                apart = [fitting(n, before, one[name]), fitting(n, after, two[name])]
                assert not any(is_sure(each) for each in apart)
                assert not is_sure(apart[0] & apart[1]), "if it takes nobody else to have changed"
                seen += 1
    assert seen > 1_000


def brute(given: Sequence[tuple[int, ...]]) -> bool:
    """The gate's question, asked of every combination: the four figures in the ranks are known."""
    n, rounds = len(given), list(zip(*given, strict=True))

    def figures(scores: Sequence[int]) -> tuple[int, ...]:
        ordered = sorted(scores)
        return tuple(ordered[rank] for rank in ranks(n))

    for reader in {None, *given}:
        others = list(given)
        mine: Sequence[tuple[int, ...]] = [() for _ in rounds]
        if reader is not None:
            others.remove(reader)
            mine = [(score,) for score in reader]
        sets = [
            {
                each
                for each in combinations_with_replacement(SCORES, len(others))
                if figures((*each, *own)) == figures(scores)
            }
            for own, scores in zip(mine, rounds, strict=True)
        ]
        theirs = list(zip(*others, strict=True))
        joined = [
            set.intersection(
                *(one for one, seen in zip(sets, theirs, strict=True) if seen == known)
            )
            for known in theirs
        ]
        if any(is_sure(each) for each in joined):
            return True
    return False


def test_the_gate_finds_what_trying_everything_finds() -> None:
    random = Random(7)  # noqa: S311 - the same worlds each time
    found = []
    for number in range(400):
        low, high = sorted((random.choice(SCORES), random.choice(SCORES)))
        rounds = 1 + number % 3
        given = [
            tuple([random.randint(low, high)] * rounds)
            if number % 4 != 1
            else tuple(random.randint(low, high) for _ in range(rounds))
            for _ in range(random.randint(2, 5))
        ]
        assert is_determined(given) == brute(given), given
        found.append(is_determined(given))
    assert {True, False} == set(found)


@pytest.mark.parametrize("n", range(10))
def test_under_the_base_nothing_is_shown(n: int) -> None:
    given = {UUID(int=each): dict.fromkeys(CRITERIA, each % 5 + 1) for each in range(n)}
    assert shown(given) is None


def test_whoever_comes_or_goes_between_the_rounds_hides_the_second() -> None:
    first = {UUID(int=each): dict.fromkeys(CRITERIA, each % 5 + 1) for each in range(12)}
    more = first | {UUID(int=each): dict.fromkeys(CRITERIA, 3) for each in range(20, 25)}
    assert shown(more, first) is None
    assert shown(dict(list(first.items())[1:]), first) is None


def test_a_secret_ballot_tells_nobody_who_gave_what(session: Session, now: datetime) -> None:
    ours = world(session, now=now, buyers=11, count=2)
    ours.open(secret=True)
    both, few = ours.issue_ids
    for number, buyer in enumerate(ours.buyers[:10]):
        ours.score(buyer, 1 + number % 5, comment=f"canary-{number}")
        if number < 9:
            ours.score(buyer, 5, issue_id=few)
    ours.does(Act.CLOSE_ROUND)
    ours.does(Act.SHOW_RESULTS)
    ours.does(Act.OPEN_SECOND_ROUND)
    late = ours.buyers[10]
    with pytest.raises(NotNow, match="the difference would tell"):
        ours.score(late, 5, now=ours.ballot.opened_at)
    ours.score(late, 5, issue_id=few, now=ours.ballot.opened_at)
    readers = (ours.secretariat, ours.lead, ours.member(Role.OBSERVER))
    for reader in readers:
        page = ballot_page(session, reader, ours.dialogue.id, ours.ballot.id)
        assert page.issue(both).results[FIRST].figures is not None
        assert page.issue(few).results[FIRST].figures is None
        assert page.issue(few).results[FIRST].n is None, "it would tell why nothing is shown"
        assert named_scores(session, page, both) == []
        assert "canary" not in repr(page)
    log = session.scalars(select(AuditEntry.details))
    assert not any("canary" in str(each) or "scale" in str(each) for each in log)
    saves = list(session.scalars(select(AuditEntry).filter_by(act="ballot_scored")))
    assert len(saves) == 20
    assert not any(each.person_id or each.organisation_id for each in saves)
    assert {tuple(each.details) for each in saves} == {("round",)}


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_who_comes_or_goes_until_the_next_ballot_hides_its_result(
    session: Session, now: datetime, *, is_cancelled: bool
) -> None:
    ours = world(session, now=now, buyers=11)
    for voters, is_shown in (
        (ours.buyers[:10], True),
        (ours.buyers, False),
        (ours.buyers[1:], False),
        (ours.buyers[:10], True),
    ):
        ours.open(secret=True)
        for number, buyer in enumerate(voters):
            ours.score(buyer, 1 + number % 5)
        ours.does(Act.CLOSE_ROUND)
        ours.does(Act.SHOW_RESULTS)
        page = ballot_page(session, ours.lead, ours.dialogue.id, ours.ballot.id)
        assert (page.issue(ours.issue_ids[0]).results[FIRST].figures is not None) == is_shown
        for act in (Act.CANCEL,) if is_cancelled else WAY[2:7]:
            if act is not Act.CLOSE_ROUND:
                ours.prepare(act)
            ours.does(act)
