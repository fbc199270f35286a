"""``python -m tests.bench.visible``: how much of a release stays visible, and what would leak.

Twelve random markets for each number of suppliers; four options, five overlapping segments, every
answer protected. A cell is an option in a column. Printed are the share of cells that suppliers,
who see bands, and buyers of a dialogue of class aggregate only are shown, how many could be at
most (a column needs ten answers), and in how many markets the attacker of the tests is sure of an
answer, as an outsider, as any one supplier or as any two who pool their answers: in bands with the
structure rules alone, with the audit, and in plain counts from five on.
"""

from collections.abc import Sequence
from random import Random

from portal.aggregate.audit import audit
from portal.aggregate.disclosure import publish
from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.proposals import SMALLEST_BASE, Column, Gate, Question
from tests.aggregate.attacker import Document, Solver, outsiders, who
from tests.aggregate.worlds import Fact, answer, answers_of, bands_only, members_of

MARKETS = 12
SIZES = (15, 30, 60)
OPTIONS = ("a", "b", "c", "d")
SEGMENTS = tuple(f"segment {number}" for number in range(5))
LEAST = 5


def market(seed: int, size: int) -> list[Fact]:
    """So many suppliers with a favourite answer, each in some segments."""
    random = Random(seed)  # noqa: S311 - the same markets each time, nothing secret
    weights = [random.random() ** 2 for _ in OPTIONS]
    return [
        answer(
            random.choices(OPTIONS, weights)[0],
            segments=[name for name in SEGMENTS if random.random() < 0.5],
        )
        for _ in range(size)
    ]


def question_of(world: Sequence[Fact]) -> Question:
    """All suppliers, then the segments."""
    columns = {"all": members_of(range(len(world)))} | {
        name: members_of(i for i, fact in enumerate(world) if name in fact.segments)
        for name in SEGMENTS
    }
    return Question(answers_of(world, OPTIONS), OPTIONS, columns)


def shown(question: Question, gate: Gate) -> dict[Audience, tuple[Column, ...]]:
    """What each audience sees."""
    return {name: outcome.columns for name, outcome in publish(question, {}, gate).items()}


def plain(question: Question) -> dict[Audience, tuple[Column, ...]]:
    """What a survey tool shows: every count from five on."""
    answers = question.answers
    columns = []
    for name, members in question.columns.items():
        counts = {option: (answers.by_option[option] & members).bit_count() for option in OPTIONS}
        cells = {option: count for option, count in counts.items() if count >= LEAST}
        columns.append(Column(name, members, members.bit_count(), 0, exact=True, cells=cells))
    return {Audience.SUPPLIER: tuple(columns)}


def leaks(world: Sequence[Fact], seen: dict[Audience, tuple[Column, ...]]) -> bool:
    """Whether anybody is sure of an answer."""
    documents = {name: [Document(world, columns)] for name, columns in seen.items()}
    return any(
        solver.determined(pooling)
        for scene in outsiders(documents)
        for solver in [Solver(scene, OPTIONS)]
        for pooling in who(scene)
    )


def main() -> None:
    """Print a line for each number of suppliers."""
    print("suppliers  cells: at most  suppliers  buyers  leaks: counts>=5  rules  with audit")
    for size in SIZES:
        worlds = [market(seed, size) for seed in range(MARKETS)]
        questions = [question_of(world) for world in worlds]
        audited = [shown(question, audit) for question in questions]
        ruled = [shown(question, bands_only) for question in questions]
        every = MARKETS * (1 + len(SEGMENTS))
        columns = [members for question in questions for members in question.columns.values()]
        most = sum(members.bit_count() >= SMALLEST_BASE for members in columns) / every
        share = {name: sum(len(each[name]) for each in audited) / every for name in AUDIENCES}
        counted = [plain(question) for question in questions]
        found = [
            sum(leaks(world, each) for world, each in zip(worlds, kind, strict=True)) / MARKETS
            for kind in (counted, ruled, audited)
        ]
        print(
            f"{size:9}  {most:14.0%}  {share[Audience.SUPPLIER]:9.0%}  "
            f"{share[Audience.BUYER]:6.0%}  {found[0]:16.0%}  {found[1]:5.0%}  {found[2]:10.0%}"
        )


if __name__ == "__main__":
    main()
