import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.jobs import make_release, try_release
from portal.aggregate.models import Release, ReleaseMember
from portal.aggregate.operations import create
from portal.aggregate.policy import Audience
from portal.aggregate.queries import audiences_of, document, questionnaire_of, releases
from portal.core.audit import entries_of_dialogue
from portal.core.db import Database, Session
from portal.core.errors import NotNow, Refused
from portal.core.migrate import downgrade, upgrade
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import close
from portal.identity.actor import SYSTEM
from portal.identity.roles import Role
from portal.response.cells import cells
from portal.response.exchange import export_responses
from portal.response.models import Submission
from tests import factories
from tests.aggregate.market import (
    Supplier,
    after_close,
    hand_in,
    market,
    release,
    suppliers,
)

if TYPE_CHECKING:
    from tests.databases import Templates


OF_ONE_MORE = 4
"""Statements that an earlier release costs the next one, whoever is in it."""


def read(session: Session, made: Release, audience: Audience = Audience.PUBLIC) -> ReleasedDocument:
    return document(session, SYSTEM, made.id, audience)


def test_only_the_secretariat_makes_a_release(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(3), now=now)
    later = after_close(now)
    lead = factories.member(session, dialogue, Role.LEAD_BUYER, now=now)
    with pytest.raises(Refused):
        release(session, dialogue, at=later, actor=lead)
    secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    assert release(session, dialogue, at=later, actor=secretariat).number == 1


def test_there_is_no_release_while_answers_are_taken(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(3), now=now)
    with pytest.raises(NotNow, match="after the close"):
        release(session, dialogue, at=now)
    close(session, SYSTEM, dialogue.id, now=now)
    assert release(session, dialogue, at=now).number == 1


def test_there_is_no_release_of_nothing(session: Session, now: datetime) -> None:
    dialogue = market(session, [], now=now)
    with pytest.raises(NotNow, match="Nothing was submitted"):
        release(session, dialogue, at=after_close(now))


def test_there_is_no_release_of_the_future(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(3), now=now)
    later = after_close(now)
    with pytest.raises(NotNow, match="cut-off is in the future"):
        create(session, SYSTEM, dialogue.id, cut_off=later + timedelta(seconds=1), now=later)


def test_what_is_submitted_after_the_cut_off_waits_for_the_next_release(
    session: Session, now: datetime
) -> None:
    dialogue = market(session, suppliers(12), now=now)
    hand_in(session, dialogue, suppliers(20), now=now + timedelta(days=2))
    later = after_close(now)
    made = create(session, SYSTEM, dialogue.id, cut_off=now + timedelta(days=1), now=later)
    assert read(session, made).responses == 12
    assert read(session, release(session, dialogue, at=later)).responses == 20


def test_each_audience_gets_its_document(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(24, "buyers"), now=now)
    made = release(session, dialogue, at=after_close(now))
    public, supplier, buyer = (read(session, made, audience) for audience in Audience)
    assert public.questions["B.01"]["all"].cells == {
        "yes": "20\N{EN DASH}40 %",
        "partly": "20\N{EN DASH}40 %",
        "no": "20\N{EN DASH}40 %",
    }
    assert supplier.questions == public.questions
    assert buyer.questions["B.01"]["all"].cells == {"yes": 8, "partly": 8, "no": 8}
    assert public.questions["A.01"]["all"].cells == {"brand": 18, "manufacturer": 0, "reseller": 6}
    assert public.columns == ("all", "makers", "sellers")
    assert list(public.questions["B.01"]) == ["all", "makers"]
    assert list(public.questions["A.01"]) == ["all", "makers", "sellers"]


def test_the_release_is_written_into_the_audit_log(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(3), now=now)
    made = release(session, dialogue, at=after_close(now))
    session.flush()
    entry = entries_of_dialogue(session, dialogue.id)[0]
    assert (entry.act, entry.details["sha256"]) == ("release.created", made.sha256)


def test_a_release_tells_how_far_it_is(session: Session, now: datetime) -> None:
    dialogue = market(session, suppliers(3), now=now)
    steps: list[tuple[int, int]] = []
    later = after_close(now)
    create(
        session,
        SYSTEM,
        dialogue.id,
        cut_off=later,
        now=later,
        progress=lambda done, total: steps.append((done, total)),
    )
    assert [done for done, _ in steps] == list(range(1, steps[0][1] + 1))


def test_nothing_that_happens_later_changes_a_byte(session: Session, now: datetime) -> None:
    """Invariant I2: adding, changing and removing responses."""
    found = suppliers(20)
    dialogue = market(session, found, now=now)
    close(session, SYSTEM, dialogue.id, now=now)
    made = release(session, dialogue, at=now)
    before = [read(session, made, audience).json for audience in Audience]
    hand_in(session, dialogue, [replace(found[0], policy="no"), Supplier(number=50)], now=now)
    for submission in session.scalars(select(Submission).limit(5)):
        submission.withdrawn_at = now
    session.flush()
    assert [read(session, made, audience).json for audience in Audience] == before


def test_a_corporate_group_counts_once(session: Session, now: datetime) -> None:
    """Invariant I9."""
    found = [Supplier(number=number, policy="no") for number in range(12)]
    sisters = [Supplier(number=number, group="Supplier 0") for number in (20, 21)]
    dialogue = market(session, [*sisters, *found], now=now)
    made = release(session, dialogue, at=after_close(now))
    public = read(session, made)
    assert (public.responses, public.groups) == (14, 12)
    assert public.questions["B.01"]["all"].n == 12
    assert public.questions["B.01"]["all"].cells["no"] == "80\N{EN DASH}100 %"
    kept = session.scalars(select(ReleaseMember.counts)).all()
    assert Counter(kept) == {True: 12, False: 2}


def test_without_its_head_the_first_of_a_group_speaks_for_it(
    session: Session, now: datetime
) -> None:
    dialogue = market(session, [Supplier(number=2, policy="no", group="Group")], now=now)
    second = Supplier(number=1, policy="yes", group="Group")
    hand_in(session, dialogue, [second], now=now + timedelta(hours=1))
    opened = "buyers"
    others = [Supplier(number=3, policy="partly", confidentiality=opened)]
    hand_in(session, dialogue, others, now=now)
    made = release(session, dialogue, at=after_close(now))
    members = session.scalars(
        select(Submission.organisation_id)
        .join(ReleaseMember, ReleaseMember.submission_id == Submission.id)
        .where(ReleaseMember.counts)
    ).all()
    assert len(members) == 2
    assert read(session, made).groups == 2


def test_one_changed_answer_keeps_its_question_out_of_the_second_release(
    session: Session, now: datetime
) -> None:
    """Invariant I5."""
    found = suppliers(30)
    dialogue = market(session, found, now=now)
    close(session, SYSTEM, dialogue.id, now=now)
    first = release(session, dialogue, at=now)
    later = now + timedelta(days=1)
    hand_in(session, dialogue, [replace(found[1], policy="no")], now=later)
    second = release(session, dialogue, at=later)
    assert second.number == 2
    for audience in Audience:
        before, after = (read(session, made, audience) for made in (first, second))
        assert before.questions["B.01"]["all"].n == 30
        assert "all" not in after.questions["B.01"]
        assert after.questions["A.02"] == before.questions["A.02"]


def test_a_newcomer_keeps_every_protected_column_it_is_in_out(
    session: Session, now: datetime
) -> None:
    dialogue = market(session, suppliers(40), now=now)
    close(session, SYSTEM, dialogue.id, now=now)
    first = release(session, dialogue, at=now)
    newcomer = Supplier(number=99, roles=("reseller",))
    hand_in(session, dialogue, [newcomer], now=now)
    after = read(session, release(session, dialogue, at=now))
    before = read(session, first)
    assert list(before.questions["A.02"]) == ["all", "makers", "sellers"]
    assert after.questions["A.02"] == {"makers": before.questions["A.02"]["makers"]}
    assert after.questions["A.01"]["all"].n == 41


def test_counts_agree_with_a_recount_of_the_exported_responses(
    session: Session, now: datetime
) -> None:
    found = suppliers(40, "buyers")
    found[3] = replace(found[3], group="Supplier 4")
    dialogue = market(session, found, now=now)
    later = after_close(now)
    made = release(session, dialogue, at=later)
    asked = {question.id: question for question in questionnaire_of(session, made).questions()}
    counted: Counter[tuple[str, str]] = Counter()
    bases: Counter[str] = Counter()
    for line in export_responses(session, SYSTEM, dialogue.id, role=Role.SECRETARIAT, now=later):
        content = json.loads(line)
        if not content["counts"]:
            continue
        for question_id, answer in content["answers"].items():
            pairs = cells(asked[question_id], answer["value"])
            counted.update(pairs)
            bases.update({key for key, _ in pairs})
    shown = read(session, made, Audience.BUYER).questions
    assert bases["B.01"] == 39
    for key, columns in shown.items():
        assert columns["all"].n == bases[key]
        for option, count in columns["all"].cells.items():
            assert count == counted[key, option]


def test_the_same_answers_give_the_same_hash_on_every_database(
    templates: "Templates", now: datetime
) -> None:
    hashes = []
    for kind in ("sqlite", "postgresql"):
        url = templates.copy(kind)
        database = Database(url)
        with database.session(writes=True) as session:
            dialogue = market(session, suppliers(30), now=now)
            hashes.append(release(session, dialogue, at=after_close(now)).sha256)
        database.engine.dispose()
        templates.drop(url)
    assert hashes[0] == hashes[1]


def test_the_job_makes_a_release_for_who_asked(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        dialogue = market(session, suppliers(3), now=now)
        close(session, SYSTEM, dialogue.id, now=now)
        secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    arguments = {
        "dialogue_id": str(dialogue.id),
        "person_id": str(secretariat.person_id),
        "cut_off": now.isoformat(),
        "segments": ["makers"],
        "audiences": ["public", "buyer"],
    }
    preview_id = try_release(database, arguments, lambda _done, _total: None)
    signed = {**arguments, "preview_id": preview_id, "signatory": "Ada", "reason": ""}
    number = make_release(database, signed, lambda _done, _total: None)
    with database.session(writes=False) as session:
        (made,) = releases(session, dialogue.id)
        assert (str(made.number), made.created_by) == (number, secretariat.person_id)
        assert made.signatory == "Ada"
        assert audiences_of(session, made.id) == (Audience.PUBLIC, Audience.BUYER)


def test_the_number_of_statements_does_not_grow_with_the_suppliers(
    session: Session, now: datetime
) -> None:
    dialogue = market(session, suppliers(5), now=now)
    close(session, SYSTEM, dialogue.id, now=now)
    few = statements_of_release(session, dialogue, now)
    hand_in(session, dialogue, suppliers(45), now=now)
    release_again = statements_of_release(session, dialogue, now)
    hand_in(session, dialogue, suppliers(90), now=now)
    assert few <= 20
    assert statements_of_release(session, dialogue, now) - release_again <= OF_ONE_MORE


def statements_of_release(session: Session, dialogue: Dialogue, now: datetime) -> int:
    """How many statements the next release takes."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    release(session, dialogue, at=now)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_tables_go_down_and_up_again_around_a_release(
    database_url: str, database: Database, now: datetime
) -> None:
    with database.transaction() as session:
        dialogue = market(session, suppliers(12), now=now)
        release(session, dialogue, at=after_close(now))
    downgrade(database_url, "0003")
    upgrade(database_url)
    with database.transaction() as session:
        made = session.scalars(select(Release)).one()
        assert (made.number, made.chain) == (1, "")
        dialogue = session.get_one(Dialogue, made.dialogue_id)
        assert release(session, dialogue, at=after_close(now)).number == 2
