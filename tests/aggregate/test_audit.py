"""The audit against trying every world, and an attacker against what is released."""

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from portal.aggregate.audit import audit
from portal.aggregate.disclosure import publish
from portal.aggregate.ledger import Ledger
from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.proposals import (
    ALL,
    Column,
    Finding,
    Link,
    Parent,
    Proposal,
    Question,
    Reason,
    Seen,
    band,
)
from portal.aggregate.routing import Lead
from portal.questionnaire.definition import ConfidentialityClass
from tests.aggregate.attacker import (
    Document,
    Solver,
    by_trying,
    determined,
    outsiders,
    scenes,
    who,
)
from tests.aggregate.worlds import (
    HIDDEN,
    OPTIONS,
    SEGMENTS,
    Fact,
    World,
    answer,
    answers_of,
    members_of,
    question_of,
)

WORLDS = 200
NOTHING = Fact(frozenset())
STORIES = 150
CHANGED_MIND = 1257
"""A story in which it takes both answers of a supplier who changed its mind, and a second one's."""
HANDFUL = 7


# The audit finds what trying every world finds ------------------------------------------------


def _told(seed: int) -> tuple[bool, list[Document]]:
    """One or two documents on a handful of suppliers, with columns that no rule has looked at."""
    random = Random(seed)  # noqa: S311 - the same worlds each time, nothing secret
    multiple, again = random.random() < 0.3, random.random() < 0.6
    size = 4 if multiple else HANDFUL - again
    agreement = random.choice((0.0, 0.4))
    world = [_fact(random, agreement, multiple=multiple) for _ in range(size)]
    worlds = [world]
    if again and not multiple:
        others = random.sample(range(size), 2)
        worlds.append(
            [
                _fact(random, agreement, multiple=False) if i in others else world[i]
                for i in range(size)
            ]
        )
    return multiple, [Document(each, _columns(random, each)) for each in worlds]


def _fact(random: Random, agreement: float, *, multiple: bool) -> Fact:
    """Some agree, and most answers are protected from everybody."""
    options = {OPTIONS[0] if random.random() < agreement else random.choice(OPTIONS)}
    if multiple:
        options |= {option for option in OPTIONS if random.random() < 0.3}
    classes = list(ConfidentialityClass)
    chosen = random.choice(classes) if random.random() < 0.3 else HIDDEN
    return Fact(frozenset(options), chosen)


def _columns(random: Random, world: World) -> list[Column]:
    return [
        _column(
            world,
            random.sample(range(len(world)), random.randint(len(world) - 1, len(world))),
            exact=random.random() < 0.1,
            told=random.sample(OPTIONS, random.randint(1, len(OPTIONS))),
        )
        for _ in range(random.randint(1, 2))
    ]


def _column(
    world: World, members: Sequence[int], *, exact: bool, told: Sequence[str] = OPTIONS
) -> Column:
    n = len(members)
    counts = {option: sum(option in world[i].options for i in members) for option in told}
    cells = {option: count if exact else band(count, n) for option, count in counts.items()}
    return Column(ALL, members_of(members), n, 0, exact, cells)


def test_the_audit_finds_an_answer_exactly_if_trying_every_world_does() -> None:
    verdicts = Counter[tuple[Audience, bool]]()
    for seed in (*range(STORIES), CHANGED_MIND):
        multiple, documents = _told(seed)
        for audience in AUDIENCES:
            finding = audit(_proposal(documents, audience, multiple=multiple))
            readers = audience.and_stronger
            found = [
                secret
                for scene in scenes({audience: documents}, multiple=multiple)
                if scene.reader in readers
                for secret in by_trying(scene)
            ]
            assert (finding is not None) == bool(found), (seed, audience)
            verdicts[audience, bool(found)] += 1
    assert min(verdicts.values()) >= 10, verdicts


def _proposal(documents: Sequence[Document], audience: Audience, *, multiple: bool) -> Proposal:
    *before, last = documents
    seen = {
        reader: [Seen(answers_of(each.world), tuple(each.columns)) for each in before]
        for reader in audience.and_stronger
    }
    question = Question(answers_of(last.world), OPTIONS, {}, multiple)
    return Proposal(audience, question, tuple(last.columns), seen=seen)


def test_the_attacker_finds_what_trying_every_world_finds() -> None:
    for seed in range(STORIES // 3):
        multiple, documents = _told(seed)
        for scene in scenes({Audience.SUPPLIER: documents}, multiple=multiple):
            assert determined(scene) == by_trying(scene), seed


# The attacker finds nothing in what is released -----------------------------------------------


def _market(random: Random, size: int) -> list[Fact]:
    """Suppliers who agree more or less, in overlapping segments, with classes of all kinds."""
    agreement = random.choice((0.4, 0.7, 0.9, 1.0))
    openness = random.choice((0.0, 0.1, 0.4))
    classes = list(ConfidentialityClass)
    market = []
    for _ in range(size):
        option = OPTIONS[0] if random.random() < agreement else random.choice(OPTIONS)
        chosen = random.choice(classes) if random.random() < openness else None
        segments = [name for name in SEGMENTS if random.random() < 0.5]
        market.append(
            answer(option, chosen or ConfidentialityClass.AGGREGATE_ONLY, segments=segments)
        )
    return market


def _later(random: Random, market: Sequence[Fact]) -> list[Fact]:
    """A few weeks later: some answer otherwise, some are new."""
    changed = [
        answer(random.choice(OPTIONS), fact.confidentiality, fact.segments)
        if random.random() < random.choice((0.02, 0.3))
        else fact
        for fact in market
    ]
    newcomers = _market(random, random.choice((0, 1, 3, 6, 10)))
    return [*changed, *newcomers][: max(30, len(market))]


def _released(worlds: Sequence[World]) -> dict[Audience, list[Document]]:
    """What each audience is shown of one world after another."""
    shown: dict[Audience, list[Document]] = {audience: [] for audience in AUDIENCES}
    seen: dict[Audience, list[Seen]] = {audience: [] for audience in AUDIENCES}
    for world in worlds:
        question = question_of(world)
        for audience, outcome in publish(question, seen, audit).items():
            shown[audience].append(Document(world, outcome.columns))
            for reader in audience.and_stronger:
                seen[reader].append(Seen(question.answers, outcome.columns))
    return shown


def test_the_attacker_works_out_no_answer_in_two_hundred_worlds() -> None:
    found = []
    for number in range(WORLDS):
        random = Random(number)  # noqa: S311 - the same worlds each time, nothing secret
        first = _market(random, random.randrange(10, 27))
        worlds = [first, _later(random, first)] if random.random() < 0.5 else [first]
        for scene in outsiders(_released(worlds)):
            attacker = Solver(scene)
            found += [
                (number, scene.reader, pooling, secret)
                for pooling in who(scene)
                for secret in attacker.determined(pooling)
            ]
    assert found == []


def test_layer_one_alone_would_give_answers_away() -> None:
    everybody = [answer("yes") for _ in range(12)]
    question = question_of(everybody)
    columns = (_column(everybody, range(12), exact=True),)
    shown = {Audience.BUYER: [Document(everybody, columns)]}
    assert any(determined(scene) for scene in scenes(shown))
    finding = audit(Proposal(Audience.BUYER, question, columns, seen={}))
    assert finding is not None
    assert (finding.reader, finding.option, finding.answers) == (Audience.BUYER, "yes", 12)


def test_what_all_but_one_supplier_answer_alike_is_kept_from_that_one() -> None:
    market = [answer("no"), *(answer("yes") for _ in range(11))]
    columns = (_column(market, range(12), exact=True),)
    finding = audit(Proposal(Audience.SUPPLIER, question_of(market), columns, seen={}))
    assert finding is not None
    assert finding.pooled == 1


def test_what_two_suppliers_together_leave_of_the_others_is_kept_from_the_two() -> None:
    """Of ten, 80 to 100 % are at least eight: two who said no know that all the others said yes."""
    market = [answer("no"), answer("no"), *(answer("yes") for _ in range(8))]
    columns = (_column(market, range(10), exact=False),)
    sure = {
        scene.pooling
        for scene in scenes({Audience.SUPPLIER: [Document(market, columns)]})
        if determined(scene)
    }
    assert sure == {frozenset({0, 1})}
    for audience in (Audience.PUBLIC, Audience.SUPPLIER):
        finding = audit(Proposal(audience, question_of(market), columns, seen={}))
        assert finding == Finding(Audience.SUPPLIER, "yes", answers=8, pooled=2)
    assert audit(Proposal(Audience.BUYER, question_of(market), columns, seen={})) is None


def _sure(shown: dict[Audience, list[Document]], besides: ConfidentialityClass) -> bool:
    """Whether somebody who reads this class by name, too, works out an answer."""
    scenes_of = [scene for scene in outsiders(shown) if besides in scene.besides]
    assert scenes_of
    return any(determined(scene) for scene in scenes_of)


def test_a_buyer_who_is_named_nine_times_does_not_work_out_the_tenth_answer() -> None:
    named = ConfidentialityClass.NAMED_BUYERS
    market = [answer(OPTIONS[i % 3], named) for i in range(9)] + [answer("yes")]
    counts = [_column(market, range(10), exact=True)]
    assert _sure({Audience.BUYER: [Document(market, counts)]}, named)
    finding = audit(Proposal(Audience.BUYER, question_of(market), tuple(counts), seen={}))
    assert finding == Finding(Audience.BUYER, "yes", answers=1)
    assert not _sure(_released([market]), named)


def test_an_observer_who_reads_fifteen_by_name_does_not_work_out_the_other_five() -> None:
    """Of twenty, 80 to 100 % are at least sixteen: eleven among the fifteen, and so all five."""
    observed = ConfidentialityClass.BUYERS_AND_OBSERVERS
    market = [answer("yes" if i < 11 else "no", observed) for i in range(15)]
    market += [answer("yes", ConfidentialityClass.BUYERS) for _ in range(5)]
    columns = [_column(market, range(20), exact=False)]
    assert _sure({Audience.SUPPLIER: [Document(market, columns)]}, observed)
    for audience in (Audience.PUBLIC, Audience.SUPPLIER):
        finding = audit(Proposal(audience, question_of(market), tuple(columns), seen={}))
        assert finding == Finding(Audience.SUPPLIER, "yes", answers=5)
    assert not _sure(_released([market]), observed)


# Being led on ---------------------------------------------------------------------------------


YES = frozenset({"yes"})


def shown_before(parent: Question) -> dict[Audience, list[Seen]]:
    """Everything that each audience is shown of a question."""
    shown = publish(parent, {}, audit)
    return {
        audience: [Seen(parent.answers, shown[each].columns) for each in audience.and_weaker]
        for audience in AUDIENCES
    }


def test_how_many_are_led_on_counts_as_a_cell_of_the_answer_that_led_them() -> None:
    parent = question_of([answer("yes") for _ in range(12)])
    seen = shown_before(parent)
    assert seen[Audience.PUBLIC][0].columns[0].cells["yes"] == "80\N{EN DASH}100 %"
    child = question_of([answer(OPTIONS[i % 3]) for i in range(12)])
    assert publish(child, {}, audit)[Audience.PUBLIC].columns
    link = Link(YES, needed=True, enough=True)
    routed = publish(child, {}, audit, parents=[Parent("A.01", parent, seen, (link,))])
    assert not routed[Audience.PUBLIC].columns
    failed = routed[Audience.PUBLIC].failed
    assert failed is not None
    assert failed.about == "A.01"


@pytest.mark.parametrize(
    ("options", "link", "asked"),
    [
        ({"yes", "no"}, Link(YES, needed=True, enough=False), 12),
        ({"no"}, Link(YES, needed=False, enough=True), 0),
        ({"yes"}, Link(YES, needed=False, enough=True, given=False), 0),
        ({"no", "partly"}, Link(YES, needed=True, enough=False, given=False), 12),
    ],
    ids=["all gave it", "none gave it", "all gave it, none was asked", "none gave it, all asked"],
)
def test_being_asked_tells_of_a_multiple_choice_option_by_option(
    options: set[str], link: Link, asked: int
) -> None:
    parent = replace(question_of([Fact(frozenset(options)) for _ in range(12)]), multiple=True)
    seen = shown_before(parent)
    assert seen[Audience.SUPPLIER][0].columns
    child = question_of([answer(OPTIONS[i % 3]) if i < asked else NOTHING for i in range(12)])
    routed = publish(child, {}, audit, parents=[Parent("A.01", parent, seen, (link,))])
    assert all(outcome.failed is not None for outcome in routed.values())


def test_who_answers_a_later_question_openly_is_known_to_have_been_led_there() -> None:
    parent = question_of([answer("yes" if i < 5 else "no") for i in range(15)])
    child = question_of(
        [answer("no", ConfidentialityClass.BUYERS) if i < 5 else NOTHING for i in range(15)]
    )
    questions = {"A.01": parent, "A.02": child}
    link = Link(YES, needed=True, enough=True)
    ledger = Ledger({"A.02": (Lead("A.01", (link,)),)})
    unaware = publish(parent, {}, audit)[Audience.BUYER]
    assert unaware.columns[0].cells["yes"] == 5
    ledger.begin(questions)
    aware = publish(parent, ledger.seen("A.01"), audit)[Audience.BUYER]
    assert not any(column.exact for column in aware.columns)


@pytest.mark.parametrize(
    ("read", "audience"),
    [
        (ConfidentialityClass.BUYERS_AND_OBSERVERS, Audience.SUPPLIER),
        (ConfidentialityClass.NAMED_BUYERS, Audience.BUYER),
    ],
)
def test_so_do_those_few_who_read_the_later_answer_by_name(
    read: ConfidentialityClass, audience: Audience
) -> None:
    parent = question_of([answer("yes" if i < 13 else "no") for i in range(15)])
    child = question_of([answer("no", read) if i < 13 else NOTHING for i in range(15)])
    questions = {"A.01": parent, "A.02": child}
    ledger = Ledger({"A.02": (Lead("A.01", (Link(YES, needed=True, enough=True),)),)})
    ledger.begin(questions)
    aware = publish(parent, ledger.seen("A.01"), audit)
    assert not aware[audience].columns
    failed = aware[audience].failed
    assert failed is not None
    assert (failed.reader, failed.pooled) == (audience, 0)


def test_another_number_is_another_answer_though_its_band_is_the_same() -> None:
    world = [answer(OPTIONS[i % 3]) for i in range(21)]
    counted = question_of(world)
    numbers = {i: float(10 * i) for i in range(21)}
    first = replace(counted, answers=replace(counted.answers, numbers=numbers))
    shown = publish(first, {}, audit)
    assert shown[Audience.PUBLIC].columns[0].numbers is not None
    seen = {
        audience: [Seen(first.answers, shown[each].columns) for each in audience.and_weaker]
        for audience in AUDIENCES
    }
    revised = replace(first.answers, numbers={**numbers, 3: 90.0})
    again = publish(replace(first, answers=revised), seen, audit)
    for outcome in again.values():
        assert outcome.left_out == {ALL: Reason.FEW_CHANGED}


def test_numbers_are_not_summed_up_where_some_are_missing() -> None:
    counted = question_of([answer(OPTIONS[i % 3]) for i in range(30)])
    numbers = {i: float(i) for i in range(20)}
    some = replace(counted, answers=replace(counted.answers, numbers=numbers))
    assert publish(some, {}, audit)[Audience.BUYER].columns[0].numbers is None


def test_the_solver_writes_nothing_into_what_commands_print() -> None:
    program = (
        "from portal.aggregate.audit_solver import Bound, Table\n"
        "list(Table(((5, 0), (3, 4)), (Bound(3, 1, 8, 8), Bound(1, 1, 5, 5))).determined())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
