"""The life of a question: every step that is allowed, and that no other is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Database, Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.core.settings import Settings
from portal.dialogue import operations as dialogues
from portal.exchange import operations as questions
from portal.exchange.jobs import agree_by_silence, remind
from portal.exchange.models import QaItem
from portal.exchange.operations import Telling
from portal.exchange.operations_answering import draft, vote
from portal.exchange.queries import given_to_the_market, times
from portal.exchange.queries_desk import desk
from portal.exchange.rules import State, working_days_later
from portal.exchange.texts import Typed
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from tests import factories
from tests.exchange.builders import ADDRESS, ORIGINAL, PLAIN, READERS, Scene, scene

Step = Callable[[Scene, QaItem, Actor | None], object]

STEPS: dict[str, Step] = {
    "anonymise": lambda ours, item, by: ours.anonymise(item, "Companies or sites?", by=by),
    "draft": lambda ours, item, by: ours.draft(item, "Another answer.", by=by),
    "ask to agree": lambda ours, item, by: ours.ask_to_agree(item, by=by),
    "agree": lambda ours, item, by: ours.vote(item, by=by),
    "object": lambda ours, item, by: ours.vote(item, by=by, agrees=False, reason="Not so."),
    "publish": lambda ours, item, by: ours.publish(item, by=by),
    "reject": lambda ours, item, by: ours.reject(item, by=by),
    "correct": lambda ours, item, by: ours.correct(item, by=by),
}
LEGAL: dict[tuple[str, State], State] = {
    ("anonymise", State.ASKED): State.ANONYMISED,
    ("anonymise", State.ANONYMISED): State.ANONYMISED,
    ("anonymise", State.DRAFTED): State.DRAFTED,
    ("anonymise", State.AGREED): State.DRAFTED,
    ("draft", State.ANONYMISED): State.DRAFTED,
    ("draft", State.DRAFTED): State.DRAFTED,
    ("draft", State.AGREED): State.DRAFTED,
    ("ask to agree", State.DRAFTED): State.DRAFTED,
    ("agree", State.DRAFTED): State.DRAFTED,
    ("agree", State.AGREED): State.AGREED,
    ("object", State.DRAFTED): State.DRAFTED,
    ("object", State.AGREED): State.DRAFTED,
    ("publish", State.AGREED): State.PUBLISHED,
    ("reject", State.ASKED): State.REJECTED,
    ("reject", State.ANONYMISED): State.REJECTED,
    ("reject", State.DRAFTED): State.REJECTED,
    ("reject", State.AGREED): State.REJECTED,
    ("correct", State.PUBLISHED): State.PUBLISHED,
}
RUNS = {Role.SECRETARIAT, Role.LEAD_BUYER}
MAY: dict[str, set[Role]] = {
    "anonymise": RUNS,
    "draft": RUNS | {Role.CO_BUYER},
    "ask to agree": RUNS,
    "agree": {Role.LEAD_BUYER, Role.CO_BUYER},
    "object": {Role.LEAD_BUYER, Role.CO_BUYER},
    "publish": RUNS,
    "reject": RUNS,
    "correct": RUNS,
}


def test_every_legal_step_leaves_exactly_one_row_and_every_other_is_refused(ours: Scene) -> None:
    for name, step in STEPS.items():
        for state in State:
            with ours.session.begin_nested() as undone:
                item = ours.at(state)
                before = ours.acts(item)
                to = LEGAL.get((name, state))
                if to is None:
                    with pytest.raises(NotNow):
                        step(ours, item, None)
                    assert item.state == state, (name, state)
                    assert ours.acts(item) == before
                else:
                    step(ours, item, None)
                    assert item.state == to, (name, state)
                    assert len(ours.acts(item)) == len(before) + 1, (name, state)
                undone.rollback()


def test_a_row_says_who_for_which_organisation_when_from_and_to(ours: Scene) -> None:
    item = ours.at(State.AGREED)
    ours.later(hours=1)
    ours.reject(item, shows=True)
    row = ours.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert row is not None
    assert (row.act, row.person_id, row.at) == (
        "qa_rejected",
        ours.secretariat.person_id,
        ours.now,
    )
    assert row.organisation_id == factories.own(ours.secretariat)
    assert (row.details["from"], row.details["to"]) == ("agreed", "rejected")
    assert row.details["reason"] == "It is about one tender only."


def test_whoever_lacks_the_role_or_is_of_another_dialogue_is_refused(
    ours: Scene, now: datetime
) -> None:
    other = scene_of_strangers(ours.session, now)
    where = {step: state for (step, state), _ in LEGAL.items()}
    for name, step in STEPS.items():
        item = ours.at(where[name])
        before = ours.acts(item)
        for role, actor in ours.people.items():
            if role not in MAY[name]:
                with pytest.raises(Refused):
                    step(ours, item, actor)
        for actor in other.people.values():
            with pytest.raises(Refused):
                step(ours, item, actor)
        assert ours.acts(item) == before


def scene_of_strangers(session: Session, now: datetime) -> Scene:
    """Another dialogue with people of its own."""
    made = factories.dialogue(session, now=now)
    other = Scene(session, made, now)
    for role in (Role.SECRETARIAT, Role.LEAD_BUYER, Role.CO_BUYER, Role.SUPPLIER_SIGNATORY):
        other.people[role] = factories.member(session, made, role, now=now)
    return other


def test_everybody_with_a_part_asks_except_observers(ours: Scene, now: datetime) -> None:
    for role, actor in ours.people.items():
        if role == Role.OBSERVER:
            with pytest.raises(Refused):
                ours.ask("Why?", by=actor)
        else:
            assert ours.acts(ours.ask("Why?", by=actor)) == ["qa_asked"]
    for actor in scene_of_strangers(ours.session, now).people.values():
        with pytest.raises(Refused):
            ours.ask("Why?", by=actor)
    with pytest.raises(Refused):
        ours.ask("Why?", by=SYSTEM)


@pytest.mark.parametrize("text", ["", " \n\x00 ", "x" * 4001])
def test_a_question_needs_a_text_of_bounded_length(ours: Scene, text: str) -> None:
    with pytest.raises(Invalid):
        ours.ask(text)


def test_from_the_cut_off_on_no_question_is_taken(ours: Scene) -> None:
    closes_at = ours.dialogue.closes_at
    assert times(ours.session, ours.dialogue).questions_until == closes_at
    ours.now = closes_at - timedelta(seconds=1)
    ours.ask()
    ours.now = closes_at
    with pytest.raises(NotNow, match="Questions were taken until"):
        ours.ask()


def test_a_cut_off_leaves_time_to_ask_and_is_told_to_everybody(ours: Scene) -> None:
    def set_times(until: datetime | None, *, by: Actor | None = None, days: int = 5) -> None:
        questions.set_times(
            ours.session,
            by or ours.secretariat,
            ours.dialogue.id,
            questions_until=until,
            response_days=days,
            readers=READERS,
            now=ours.now,
        )

    for role in set(ours.people) - RUNS:
        with pytest.raises(Refused):
            set_times(None, by=ours[role])
    for wrong in (timedelta(days=4), timedelta(days=31), timedelta(days=-1)):
        with pytest.raises(Invalid):
            set_times(ours.now + wrong)
    with pytest.raises(Invalid):
        set_times(None, days=4)
    wanted = ours.now + timedelta(days=10)
    told = {mail.recipient for mail in ours.written_by(lambda: set_times(wanted, days=7))}
    assert {actor.email for actor in ours.people.values()} | {"invited@example.org"} <= told
    assert [row.kind for row in given_to_the_market(ours.session, ours.dialogue.id)] == ["cut_off"]
    ours.now = wanted - timedelta(hours=1)
    set_times(wanted + timedelta(days=1), days=7)  # later is always possible
    ours.now = wanted + timedelta(days=1)
    with pytest.raises(NotNow):
        ours.ask()


def test_names_and_addresses_are_pointed_out_until_somebody_has_looked(ours: Scene) -> None:
    item = ours.ask()
    with pytest.raises(Telling) as warned:
        ours.anonymise(item, "Canary electronics, s.m@canary.example or +32 2 555 12 34, asks.")
    assert {trace.kind for trace in warned.value.found} == {"name", "mail", "phone"}
    assert (item.state, item.question) == ("asked", "")
    typed = Typed("Does Canary Electronics count?", 0)
    questions.anonymise(
        ours.session,
        ours.secretariat,
        item.id,
        typed,
        looked=True,
        address=ADDRESS,
        now=ours.now,
    )
    assert (item.state, item.original) == ("anonymised", ORIGINAL)


def test_an_answer_that_names_a_party_waits_until_somebody_has_looked(ours: Scene) -> None:
    item = ours.at(State.ANONYMISED)
    with pytest.raises(Telling) as warned:
        ours.draft(item, f"Canary Electronics may; so may {ours.asker.name}.")
    # The asker's own name tells a drafter nothing: it would say who asks.
    assert [trace.text for trace in warned.value.found] == ["Canary Electronics NV"]
    typed = Typed("Canary Electronics may.", item.revision)
    draft(ours.session, ours[Role.CO_BUYER], item.id, typed, looked=True, now=ours.now)
    assert item.answer == "Canary Electronics may."


def test_a_change_of_the_text_takes_the_votes_back(ours: Scene) -> None:
    changes: list[Callable[[QaItem], object]] = [
        lambda item: ours.draft(item, "Quite another answer."),
        lambda item: ours.anonymise(item, "Quite another question?"),
    ]
    for change in changes:
        item = ours.at(State.AGREED)
        change(item)
        assert item.state == State.DRAFTED
        ours.vote(item)
        assert item.state == State.DRAFTED  # the co-buyer has not seen this text
        ours.vote(item, by=ours[Role.CO_BUYER])
        assert item.state == State.AGREED


def test_a_vote_on_a_text_that_has_changed_since_and_one_without_reason_are_refused(
    ours: Scene,
) -> None:
    item = ours.at(State.DRAFTED)
    own = factories.own(ours[Role.LEAD_BUYER])
    with pytest.raises(NotNow, match="has changed"):
        vote(
            ours.session,
            ours[Role.LEAD_BUYER],
            item.id,
            organisation_id=own,
            agrees=True,
            seen=item.revision - 1,
            now=ours.now,
        )
    with pytest.raises(Invalid, match="what should change"):
        ours.vote(item, agrees=False)


def test_silence_counts_after_the_time_unless_somebody_objects(ours: Scene) -> None:
    item, contested = ours.at(State.DRAFTED), ours.at(State.DRAFTED)
    for each in (item, contested):
        ours.ask_to_agree(each)
        assert each.agree_until == ours.now + timedelta(days=5)
    ours.vote(contested, agrees=False, reason="Not so.")
    ours.later(days=4)
    with pytest.raises(NotNow, match="not agreed"):
        ours.publish(item)
    ours.later(days=1)
    waiting = desk(ours.session, ours.secretariat, ours.dialogue.id, now=ours.now)
    assert [each.id for each in waiting.to_publish()] == [item.id]
    with pytest.raises(NotNow, match="not agreed"):
        ours.publish(contested)
    ours.publish(item)
    assert ours.acts(item)[-2:] == ["qa_agreed_by_silence", "qa_published"]


def test_the_silence_of_a_buyer_who_was_not_asked_says_nothing(ours: Scene) -> None:
    item = ours.at(State.DRAFTED)
    ours.ask_to_agree(item)
    late = factories.member(ours.session, ours.dialogue, Role.CO_BUYER, now=ours.now)
    ours.later(days=6)
    with pytest.raises(NotNow, match="not agreed"):
        ours.publish(item)
    ours.vote(item, by=late)
    ours.publish(item)


def test_a_question_may_be_worded_in_another_language_than_it_was_asked_in(ours: Scene) -> None:
    item = ours.ask("Zijn dat bedrijven?")
    typed = Typed("Are these companies?", 0, "fr")
    questions.anonymise(
        ours.session, ours.secretariat, item.id, typed, address=ADDRESS, now=ours.now
    )
    assert (item.original_language, item.language) == ("en", "fr")


def test_the_clock_calls_silence_agreement_once(
    database: Database, now: datetime, settings: Settings
) -> None:
    with database.transaction() as session:
        ours = scene(session, now)
        item = ours.at(State.DRAFTED)
        ours.ask_to_agree(item)
    after = now + timedelta(days=5)
    assert agree_by_silence(database, settings, after) == 1
    assert agree_by_silence(database, settings, after) == 0
    with database.transaction() as session:
        found = session.get_one(QaItem, item.id)
        assert (found.state, found.state_since) == ("agreed", after)


def test_what_waits_longer_than_three_working_days_is_called_to_mind_once(
    database: Database, now: datetime, settings: Settings
) -> None:
    with database.transaction() as session:
        ours = scene(session, now)
        ours.ask()
        ours.ask("Another?")
    assert now.strftime("%A") == "Tuesday"
    assert working_days_later(now, 3) == now + timedelta(days=3)
    assert working_days_later(now + timedelta(days=3), 3) == now + timedelta(days=8)
    assert remind(database, settings, now + timedelta(days=3)) == 0
    late = now + timedelta(days=3, minutes=1)
    assert remind(database, settings, late) == 1
    assert remind(database, settings, late) == 0
    with database.session(writes=False) as session:
        subjects = session.scalars(select(OutboxMail.subject)).all()
        assert subjects.count("Fair laptops: questions are waiting") == 1


def test_a_question_can_be_worked_on_after_the_close(ours: Scene) -> None:
    item = ours.ask()
    ours.now = ours.dialogue.closes_at
    dialogues.close(ours.session, SYSTEM, ours.dialogue.id, now=ours.now)
    ours.anonymise(item, PLAIN)
    ours.draft(item)
    ours.vote(item)
    ours.vote(item, by=ours[Role.CO_BUYER])
    ours.publish(item)
    assert item.number == 1
