"""Whatever happens to responses, what releases count is what was signed; and a recount says so."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from portal.aggregate import tabulate
from portal.aggregate.proposals import Answers
from portal.core.audit import entries_of_dialogue
from portal.core.db import Database, Session
from portal.core.errors import Refused
from portal.identity.actor import SYSTEM
from portal.identity.roles import Role
from portal.questionnaire.definition import ConfidentialityClass
from portal.questionnaire.queries import published_version
from portal.response import operations
from portal.response.exchange import import_responses
from portal.response.loading import given_answers
from portal.response.models import PackedCells, Submission, SubmittedCell
from portal.response.recounting import Recounted, recount
from tests import factories
from tests.aggregate.market import market, suppliers
from tests.commands.conftest import runner
from tests.questionnaire.editions import lead_of
from tests.response.builders import Scene, draft
from tests.response.editions import publish_second


def teams(session: Session, now: datetime, count: int) -> list[Scene]:
    """Suppliers of one dialogue, all of whom have submitted."""
    dialogue = factories.published(session, now=now)
    found = []
    for _ in range(count):
        signatory = factories.supplier(session, dialogue, now=now)
        response = factories.response(session, dialogue, signatory, now=now)
        found.append(Scene(session, dialogue, signatory, response, now))
        found[-1].fill()
        found[-1].submit()
    return found


def withdraw(team: Scene, _random: Random) -> None:
    operations.withdraw(
        team.session, team.signatory, team.response.id, reason="To revise.", now=team.now
    )


def reopen(team: Scene, _random: Random) -> None:
    lead = lead_of(team.session, team.dialogue)
    operations.reopen(
        team.session, lead, team.response.id, reason="As the company asked.", now=team.now
    )


def bring_in(team: Scene, random: Random) -> None:
    """A revision by a file, to whatever version is published now."""
    signed = json.loads(team.session.get_one(Submission, standing_of(team)[-1]).snapshot)
    version = published_version(team.session, team.dialogue.id)
    assert version is not None
    is_first = version.questionnaire.version == "1.0"
    answers = {
        key: {"value": answer["value"], "class": answer["class"]}
        for key, answer in signed["answers"].items()
        if is_first or key in {"A.01", "B.04", "C.01"}
    }
    answers["B.05"] = {"value": random.randint(0, 100), "class": "aggregate_only"}
    line = json.dumps({"supplier": signed["supplier"], "answers": answers})
    import_responses(team.session, SYSTEM, team.dialogue.id, [line], now=team.now)


def submit_again(team: Scene, random: Random) -> None:
    stored = given_answers(team.session, team.response.id)
    team.save("B", B_05=draft(random.randint(0, 100), stored["B.05"].version))
    team.submit()


def act(team: Scene, random: Random, *, is_first: bool) -> None:
    """Something that may happen to the response as it stands."""
    acts: list[Callable[[Scene, Random], None]] = [bring_in, withdraw, reopen]
    if team.response.state != "submitted":
        acts = [submit_again] if is_first else []
    if acts:
        random.choice(acts)(team, random)
    team.session.flush()


def standing_of(team: Scene) -> list[UUID]:
    query = select(Submission.id).where(Submission.response_id == team.response.id)
    return list(team.session.scalars(query.order_by(Submission.number)))


def oracle(session: Session, version_id: UUID, places: dict[UUID, int]) -> dict[str, Answers]:
    """The answers, cell by cell."""
    options: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    classes: dict[str, dict[ConfidentialityClass, int]] = defaultdict(lambda: defaultdict(int))
    for cell in session.scalars(
        select(SubmittedCell).where(SubmittedCell.version_id == version_id)
    ):
        if cell.submission_id in places:
            bit = 1 << places[cell.submission_id]
            if cell.option:
                options[cell.question][cell.option] |= bit
            classes[cell.question][ConfidentialityClass(cell.confidentiality)] |= bit
    return {key: Answers(dict(options[key]), dict(classes[key])) for key in classes}


def counted(session: Session, version_id: UUID, places: dict[UUID, int]) -> dict[str, Answers]:
    found = tabulate.answers(session, version_id, places)
    return {key: replace(answers, numbers={}) for key, answers in found.items() if answers.by_class}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_recount_finds_no_difference_whatever_happened(
    session: Session, now: datetime, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    found = teams(session, now, 4)
    dialogue_id = found[0].dialogue.id
    for is_first in (True, False):
        for _ in range(8):
            act(random.choice(found), random, is_first=is_first)
        outcome = recount(session, SYSTEM, dialogue_id, now=now)
        assert outcome.different == 0
        if is_first:
            publish_second(session, found[0].dialogue, now=now)
            session.flush()
            assert recount(session, SYSTEM, dialogue_id, now=now).different == 0
    version = published_version(session, dialogue_id)
    assert version is not None
    ids = session.scalars(select(Submission.id)).all()
    places = {each: place for place, each in enumerate(random.sample(ids, len(ids) - 1))}
    assert counted(session, version.id, places) == oracle(session, version.id, places)


def test_without_packed_rows_the_cells_are_counted_and_segments_read(
    session: Session, now: datetime
) -> None:
    dialogue = market(session, suppliers(12), now=now)
    version = published_version(session, dialogue.id)
    assert version is not None
    members = tabulate.members(session, dialogue.id, version.id, now)
    places = {member.submission_id: place for place, member in enumerate(members)}
    before = counted(session, version.id, places)
    assert before == oracle(session, version.id, places)
    assert {segment for member in members for segment in member.segments} == {"makers", "sellers"}
    shares = tabulate.numbers(session, version.id, places, ["B.05"])["B.05"]
    assert sorted(shares.values()) == list(range(12))
    ids = list(places)
    session.execute(delete(PackedCells).where(PackedCells.submission_id.in_(ids[:4])))
    other = PackedCells.submission_id.in_(ids[4:7])
    session.execute(update(PackedCells).where(other).values(layout="another", bits=b"?"))
    assert counted(session, version.id, places) == before
    assert tabulate.members(session, dialogue.id, version.id, now) == members


def test_what_differs_is_found_and_mended_only_if_asked(
    database: Database, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        dialogue = market(session, suppliers(5), now=now)
        cell, row = SubmittedCell, PackedCells
        ids = session.scalars(select(Submission.id)).all()
        session.execute(delete(cell).where(cell.submission_id == ids[0], cell.question == "B.01"))
        number = (cell.submission_id == ids[1], cell.question == "B.05")
        session.execute(update(cell).where(*number).values(value=None))
        session.execute(delete(row).where(row.submission_id == ids[2]))
        session.execute(update(row).where(row.submission_id == ids[3]).values(bits=b"\0" * 9))
    portal = runner(
        database.engine.url.render_as_string(hide_password=False), tmp_path, monkeypatch
    )
    plain = portal("responses", "recount", "market")
    assert (plain.exit_code, plain.stdout) == (1, "5 submissions recounted, 4 differed.\n")
    mended = portal("responses", "recount", "market", "--mend")
    assert mended.exit_code == 1
    assert mended.stdout == "5 submissions recounted, 4 differed and were mended.\n"
    again = portal("responses", "recount", "market")
    assert (again.exit_code, again.stdout) == (0, "5 submissions recounted, 0 differed.\n")
    with database.session(writes=False) as session:
        newest = entries_of_dialogue(session, dialogue.id)[0]
        assert (newest.act, newest.details) == (
            "responses_recounted",
            {"submissions": 5, "mended": 4},
        )


def test_only_the_secretariat_and_the_portal_recount(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(1), now=now)
    with pytest.raises(Refused):
        recount(session, lead_of(session, dialogue), dialogue.id, now=now)
    secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    assert recount(session, secretariat, dialogue.id, now=now) == Recounted(1, 0)
