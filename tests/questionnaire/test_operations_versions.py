from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import close
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire.migration import Kind, Origin
from portal.questionnaire.models import Version
from portal.questionnaire.operations import publish, save_draft, vote
from portal.questionnaire.operations_versions import (
    begin_version,
    discard_version,
    publish_follow_up,
    set_origin,
)
from portal.questionnaire.queries import current_version, published_version, version_of
from portal.questionnaire.queries_versions import (
    editions,
    kept_since,
    map_faults,
    migration_of,
    steps,
    versions,
)
from tests import factories
from tests.questionnaire.editions import asked, edited, follow_up, lead_of

SMALL = factories.questionnaire()


@pytest.fixture
def running(session: Session, now: datetime) -> Dialogue:
    """A published dialogue with one buyer and a secretariat."""
    return factories.published(session, now=now)


@pytest.fixture
def head(session: Session, running: Dialogue) -> Actor:
    """Its lead buyer."""
    return lead_of(session, running)


Begin = Callable[..., Version]


@pytest.fixture
def begin(session: Session, running: Dialogue, head: Actor, now: datetime) -> Begin:
    """Begins a version of the running dialogue."""

    def begun(number: str = "2.0", actor: Actor = head) -> Version:
        own = next(iter(actor.organisations), None)
        return begin_version(
            session, actor, running.id, number=number, organisation_id=own, now=now
        )

    return begun


def test_a_follow_up_begins_with_what_is_published(
    session: Session, running: Dialogue, begin: Begin
) -> None:
    published = published_version(session, running.id)
    assert published is not None
    draft = begin(" 2.0 ")
    assert (draft.number, draft.state, draft.previous_id) == ("2.0", "in_review", published.id)
    current = current_version(session, running.id)
    assert current is not None
    assert (current.id, current.questionnaire.version) == (draft.id, "2.0")
    assert edited(current.questionnaire, "1.0") == SMALL
    assert published_version(session, running.id) == published
    entry = entries_of_dialogue(session, running.id)[0]
    assert (entry.act, entry.details["from"], entry.details["to"]) == (
        "version_begun",
        "1.0",
        "2.0",
    )


def test_only_editors_begin_a_version_and_for_their_own_organisation(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    for role in (Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            begin(actor=factories.member(session, running, role, now=now))
    secretariat = factories.member(session, running, Role.SECRETARIAT, now=now)
    with pytest.raises(Refused):
        begin_version(
            session,
            secretariat,
            running.id,
            number="2.0",
            organisation_id=factories.own(head),
            now=now,
        )
    assert begin(actor=secretariat).state == "in_review"


def test_one_version_is_in_the_making_at_a_time(begin: Begin) -> None:
    begin()
    with pytest.raises(NotNow, match="in the making already"):
        begin("3.0")


@pytest.mark.parametrize("number", ["", "  ", "1.0", "v" * 21])
def test_a_version_has_a_number_of_its_own(begin: Begin, number: str) -> None:
    with pytest.raises(Invalid) as refusal:
        begin(number)
    assert list(refusal.value.fields) == ["number"]


def test_nothing_follows_a_draft_or_a_closed_dialogue(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    young = factories.dialogue(session, now=now)
    lead = factories.member(session, young, Role.LEAD_BUYER, now=now)
    factories.approve(session, young, lead, SMALL, now=now)
    with pytest.raises(NotNow, match="No questionnaire is published yet"):
        begin_version(
            session, lead, young.id, number="2.0", organisation_id=factories.own(lead), now=now
        )
    close(session, head, running.id, now=running.closes_at)
    with pytest.raises(NotNow, match="closed"):
        begin()


def test_votes_and_publication_work_as_for_the_first_version(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    first = published_version(session, running.id)
    assert first is not None
    later = now + timedelta(days=1)
    draft = follow_up(session, running, edited(SMALL, fields={"B.05": {"minutes": 2}}), now=later)
    assert draft.state == "approved"
    published = publish_follow_up(session, head, running.id, now=later)
    assert (published.id, published.state, published.published_at) == (
        draft.id,
        "published",
        later,
    )
    newest, before = published_version(session, running.id), version_of(session, first.id)
    assert newest is not None
    assert before is not None
    assert newest.id == draft.id
    assert (before.state, before.sha256, before.questionnaire) == ("archived", first.sha256, SMALL)
    rows = [(row.number, row.state) for row in versions(session, running.id)]
    assert rows == [("2.0", "published"), ("1.0", "archived")]
    acts = [entry.act for entry in entries_of_dialogue(session, running.id)][:2]
    assert acts == ["archived", "published"]


def test_an_unapproved_follow_up_is_not_published(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    with pytest.raises(NotNow, match="no new version"):
        publish_follow_up(session, head, running.id, now=now)
    begin()
    with pytest.raises(NotNow, match="Every buyer must approve"):
        publish_follow_up(session, head, running.id, now=now)
    reader = factories.member(session, running, Role.BUYER_READER, now=now)
    with pytest.raises(Refused):
        publish_follow_up(session, reader, running.id, now=now)


def test_an_id_is_not_published_with_another_type_unless_somebody_says_what_becomes_of_it(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    new = edited(SMALL, fields={"D.01": {"type": "long", "maximum_length": 900}})
    draft = follow_up(session, running, new, now=now)
    with pytest.raises(Invalid, match=r"^D\.01: In version 1\.0 it is of type text, now of type"):
        publish_follow_up(session, head, running.id, now=now)
    set_origin(session, head, draft.id, "D.01", kind="reworded", sources=["D.01"], now=now)
    assert publish_follow_up(session, head, running.id, now=now).state == "published"


def test_a_version_keeps_to_a_number_that_no_other_had(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    draft = begin()
    save_draft(session, head, running.id, edited(SMALL, "1.0"), now=now)
    vote(
        session,
        head,
        draft.id,
        organisation_id=factories.own(head),
        approves=True,
        reason="",
        now=now,
    )
    with pytest.raises(Invalid, match="another number"):
        publish_follow_up(session, head, running.id, now=now)


def test_editors_say_where_a_question_comes_from(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    draft = begin()
    new = edited(SMALL, without=["B.06"], added={"B": [asked("B.07"), asked("B.08")]})
    save_draft(session, head, running.id, new, now=now)

    def say(question_id: str, kind: str | None, *sources: str) -> Origin:
        return set_origin(session, head, draft.id, question_id, kind=kind, sources=sources, now=now)

    assert say("B.07", "split", "B.06") == Origin(Kind.SPLIT, ("B.06",), fits=False, said=True)
    assert [fault.question_id for fault in map_faults(session, draft.id)] == ["B.07"]
    say("B.08", "split", "B.06")
    assert map_faults(session, draft.id) == []
    for kind, sources in (("split", ["Z.01"]), ("kept", ["B.06"]), ("halved", ["B.06"])):
        with pytest.raises(Invalid):
            say("B.08", kind, *sources)
        session.expire(draft)
    assert say("B.08", None) == Origin(Kind.NEW)
    with pytest.raises(Refused):
        say("Z.01", "new")
    entry = entries_of_dialogue(session, running.id)[0]
    assert (entry.act, entry.details["question"]) == ("origin_set", "B.08")


def test_origins_are_said_of_a_follow_up_draft_and_by_its_editors(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    first = published_version(session, running.id)
    assert first is not None
    with pytest.raises(NotNow, match="no longer in the making"):
        set_origin(session, head, first.id, "B.01", kind="new", now=now)
    assert migration_of(session, first.id) is None
    reader = factories.member(session, running, Role.BUYER_READER, now=now)
    with pytest.raises(Refused):
        set_origin(session, reader, begin().id, "B.01", kind="kept", sources=["B.01"], now=now)


def test_a_follow_up_can_be_given_up_and_another_begun(
    session: Session, running: Dialogue, head: Actor, begin: Begin, now: datetime
) -> None:
    draft = begin()
    editor = factories.member(session, running, Role.CO_BUYER, now=now)
    with pytest.raises(Refused):
        discard_version(session, editor, draft.id, now=now)
    discard_version(session, head, draft.id, reason="Not needed.", now=now)
    entry = entries_of_dialogue(session, running.id)[0]
    assert (entry.act, entry.details) == (
        "discarded",
        {"from": "in_review", "to": "discarded", "reason": "Not needed."},
    )
    current = current_version(session, running.id)
    assert current is not None
    assert (current.number, current.state) == ("1.0", "published")
    assert [row.number for row in versions(session, running.id)] == ["1.0"]
    with pytest.raises(NotNow):
        save_draft(session, head, running.id, edited(SMALL, "9.0"), now=now)
    again = begin()
    newest = current_version(session, running.id)
    assert newest is not None
    assert newest.id == again.id != draft.id


def test_a_first_version_cannot_be_given_up(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save_draft(session, lead, dialogue.id, SMALL, now=now)
    with pytest.raises(NotNow, match="first version"):
        discard_version(session, lead, version.id, now=now)


def test_what_was_kept_is_followed_through_every_version(
    session: Session, running: Dialogue, head: Actor, now: datetime
) -> None:
    second = edited(SMALL, fields={"B.04": {"text/en": "How good is your training?"}})
    follow_up(session, running, second, now=now)
    publish_follow_up(session, head, running.id, now=now)
    same = {**asked("D.09"), "text": {"en": "Where is your report?"}, "type": "text"}
    same |= {"confidentiality": {"default": "public"}}
    third = edited(second, "3.0", without=["D.01", "A.03"], added={"D": [same]})
    follow_up(session, running, third, {"D.09": ("kept", ("D.01",))}, now=now + timedelta(days=1))
    newest = publish_follow_up(session, head, running.id, now=now + timedelta(days=1))
    first, middle, last = editions(session, running.id)
    assert [step.new.number for step in steps(session, running.id)] == ["2.0", "3.0"]
    kept = kept_since(session, running.id, newest.id)
    assert kept.keys() == {first.id, middle.id}
    assert kept[middle.id].keys() - kept[first.id].keys() == {"B.04"}
    assert kept[first.id]["D.09"] == "D.01"
    assert "A.03" not in kept[first.id]
    assert kept_since(session, running.id, first.id) == {}
    assert last.questionnaire == third


def test_the_portal_itself_begins_a_version_for_no_organisation(
    session: Session, running: Dialogue, now: datetime
) -> None:
    version = begin_version(
        session, SYSTEM, running.id, number="2.0", organisation_id=None, now=now
    )
    with pytest.raises(NotNow):
        publish(session, SYSTEM, running.id, now=now)
    assert version.previous_id is not None
