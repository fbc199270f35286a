from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.core.errors import NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import grant_role
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.questionnaire.loader import to_json
from portal.questionnaire.models import Version
from portal.questionnaire.operations import publish, save_draft
from portal.questionnaire.queries import (
    votes,
)
from tests import factories
from tests.questionnaire.answers import ROWS, TYPES
from tests.questionnaire.drafts import FAULTY, cast, save


def test_a_clean_draft_is_in_review(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    assert (version.name, version.number, version.state) == ("types", "1.0", "in_review")
    assert version.definition == to_json(TYPES)
    assert version.sha256 == sha256(version.definition.encode()).hexdigest()


def test_a_draft_with_faults_stays_a_draft(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save_draft(session, lead, dialogue.id, FAULTY, now=now)
    assert version.state == "draft"
    with pytest.raises(NotNow, match="still has faults: 1"):
        cast(session, lead, version, now)
    with pytest.raises(NotNow, match=r"asks the same as A\.01"):
        publish(session, lead, dialogue.id, now=now)


def test_saving_again_replaces_the_draft_and_resets_the_votes(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    first = save(session, lead, dialogue, now)
    cast(session, lead, first, now)
    assert first.state == "approved"
    again = save_draft(session, lead, dialogue.id, ROWS, now=now)
    assert again.id == first.id
    assert (again.name, again.state) == ("rows", "in_review")
    assert [row.approves for row in votes(session, again.id)] == [None]
    assert session.scalars(select(Version)).all() == [again]


def test_saving_the_same_content_changes_nothing(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    before = len(entries_of_dialogue(session, dialogue.id))
    save(session, lead, dialogue, now)
    assert version.state == "approved"
    assert len(entries_of_dialogue(session, dialogue.id)) == before


@pytest.mark.parametrize(
    "role", [Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY]
)
def test_only_editors_may_save(
    session: Session, dialogue: Dialogue, role: Role, now: datetime
) -> None:
    actor = factories.member(session, dialogue, role, now=now)
    with pytest.raises(Refused):
        save(session, actor, dialogue, now)


def test_an_editor_of_another_dialogue_may_not_save(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    other = factories.dialogue(session, now=now)
    stranger = factories.member(session, other, Role.LEAD_BUYER, now=now)
    with pytest.raises(Refused):
        save(session, stranger, dialogue, now)


def test_publishing_freezes_the_approved_draft(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    later = now + timedelta(days=1)
    published = publish(session, lead, dialogue.id, now=later)
    assert (published.id, published.state) == (version.id, "published")
    assert published.published_at == later
    assert published.sha256 == sha256(to_json(TYPES).encode()).hexdigest()


def test_publishing_names_the_buyers_whose_approval_is_missing(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now, reason="Too long.")
    with pytest.raises(NotNow, match=r"Still missing: Aarhus, Zürich\."):
        publish(session, lead, dialogue.id, now=now)
    cast(session, lead, version, now)
    with pytest.raises(NotNow, match=r"Still missing: Zürich\."):
        publish(session, lead, dialogue.id, now=now)
    cast(session, second, version, now)
    assert publish(session, lead, dialogue.id, now=now).state == "published"


def test_a_buyer_who_joins_after_the_approval_must_approve_too(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    late = Organisation(name="Łódź", kind="buyer", created_at=now)
    session.add(late)
    session.flush()
    grant_role(
        session,
        SYSTEM,
        dialogue.id,
        organisation_id=late.id,
        email="late@example.org",
        role=Role.CO_BUYER,
        now=now,
    )
    with pytest.raises(NotNow, match="Łódź"):
        publish(session, lead, dialogue.id, now=now)


def test_without_buyers_only_the_command_line_publishes(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    save(session, secretariat, dialogue, now)
    with pytest.raises(NotNow, match="No buyer takes part"):
        publish(session, secretariat, dialogue.id, now=now)
    assert publish(session, SYSTEM, dialogue.id, now=now).state == "published"


def test_the_command_line_does_not_publish_without_the_buyers(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    save(session, lead, dialogue, now)
    with pytest.raises(NotNow, match="Still missing: Aarhus"):
        publish(session, SYSTEM, dialogue.id, now=now)


def test_without_a_draft_nothing_is_published(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    with pytest.raises(NotNow, match="There is no questionnaire yet"):
        publish(session, lead, dialogue.id, now=now)


def test_a_co_buyer_may_not_publish(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    cast(session, second, version, now)
    with pytest.raises(Refused):
        publish(session, second, dialogue.id, now=now)


def test_a_published_version_is_frozen(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    with pytest.raises(NotNow, match="can no longer be changed"):
        save_draft(session, lead, dialogue.id, ROWS, now=now)
    with pytest.raises(NotNow, match="The vote is over"):
        cast(session, lead, version, now)
    with pytest.raises(NotNow, match="published already"):
        publish(session, lead, dialogue.id, now=now)
    assert version.definition == to_json(TYPES)


def test_every_transition_is_in_the_audit_log(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    entries = [
        entry
        for entry in reversed(entries_of_dialogue(session, dialogue.id))
        if entry.subject_kind == "version"
    ]
    assert [(entry.act, entry.details["from"], entry.details["to"]) for entry in entries] == [
        ("saved", "draft", "in_review"),
        ("voted", "in_review", "approved"),
        ("published", "approved", "published"),
    ]
    assert {entry.person_id for entry in entries} == {lead.person_id}
    assert entries[1].organisation_id == factories.own(lead)
