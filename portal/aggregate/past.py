"""What earlier releases of a dialogue told, for the disclosure control of the next one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.aggregate.documents import ReleasedDocument, parse
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.numbers import told as sums_of
from portal.aggregate.policy import Audience
from portal.aggregate.proposals import ALL, Column, Question
from portal.aggregate.tabulate import Member, Places
from portal.aggregate.tabulate import questions as questions_of
from portal.aggregate.units import renumbered
from portal.response.cells import cell_keys
from portal.response.loading import questionnaire_of

Structure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """One document of an earlier release: its questions as they were, and what it shows of them."""

    audience: Audience
    questions: Mapping[str, Question]
    shown: Mapping[str, Sequence[Column]]


def structure(
    counting: Sequence[Member],
    places: Places,
    columns: Mapping[str, int],
    questions: Mapping[str, Sequence[Column]],
) -> Structure:
    """What a later release must know of a document.

    ``contributors``: [group, submission] in order; ``columns``: everybody in each column, and
    ``questions``: for each shown column those in it who answered, as hexadecimal bit sets with the
    first contributor in the lowest bit.
    """
    numbers = [places.of(str(member.group)) for member in counting]
    local = {number: position for position, number in enumerate(numbers)}

    def written(members: int) -> str:
        return f"{renumbered(members, local):x}"

    return {
        "contributors": [[str(member.group), str(member.submission_id)] for member in counting],
        "columns": {name: written(members) for name, members in columns.items()},
        "questions": {
            key: {column.name: written(column.members) for column in shown}
            for key, shown in questions.items()
        },
    }


def earlier(session: Session, dialogue_id: UUID, places: Places) -> Iterator[Past]:
    """Every document of the dialogue's releases, oldest and weakest first."""
    query = (
        select(Release, ReleaseDocument)
        .join(ReleaseDocument, ReleaseDocument.release_id == Release.id)
        .where(Release.dialogue_id == dialogue_id)
        .order_by(Release.number)
    )
    then: dict[UUID, dict[str, Question]] = {}
    strength = list(Audience)
    rows = sorted(
        session.execute(query).all(),
        key=lambda row: (row[0].number, strength.index(Audience(row[1].audience))),
    )
    for release, row in rows:
        counted = row.structure["contributors"]
        numbers = {i: places.of(group) for i, (group, _) in enumerate(counted)}
        if release.id not in then:
            then[release.id] = _questions(session, release, row.structure, numbers)
        document = parse(row.document, row.sha256)
        shown = {
            key: tuple(
                _column(
                    document,
                    key,
                    name,
                    then[release.id][key],
                    renumbered(int(members, 16), numbers),
                )
                for name, members in columns.items()
            )
            for key, columns in row.structure["questions"].items()
        }
        yield Past(document.audience, then[release.id], shown)


def _questions(
    session: Session, release: Release, told: Structure, numbers: Mapping[int, int]
) -> dict[str, Question]:
    """The countable questions as they were counted then.

    A release from before columns were kept knows everybody of the column of all suppliers alone.
    """
    submissions = {UUID(key): numbers[i] for i, (_, key) in enumerate(told["contributors"])}
    everybody = sum(1 << number for number in numbers.values())
    kept = {
        name: renumbered(int(members, 16), numbers)
        for name, members in told.get("columns", {}).items()
    }
    columns = {ALL: everybody, **kept}
    keys = {
        key.key: key
        for question in questionnaire_of(session, release.version_id).questions()
        for key in cell_keys(question)
    }
    asked = (
        (keys[key], _with_shown(columns, shown, numbers))
        for key, shown in told["questions"].items()
    )
    return questions_of(session, release.version_id, submissions, asked)


def _with_shown(
    columns: Mapping[str, int], shown: Mapping[str, str], numbers: Mapping[int, int]
) -> Mapping[str, int]:
    missing = {
        name: renumbered(int(members, 16), numbers)
        for name, members in shown.items()
        if name not in columns
    }
    return {**columns, **missing}


def _column(
    document: ReleasedDocument, key: str, name: str, question: Question, members: int
) -> Column:
    column = document.questions[key][name]
    cells = {option: cell for option, cell in column.cells.items() if cell is not None}
    sums = sums_of(question, members) if column.numbers is not None else ()
    summary = column.numbers
    return Column(name, members, column.n, column.protected, column.exact, cells, summary, sums)
