from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from portal.core.audit import entries_of_dialogue
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import grant_role
from portal.identity.actor import SYSTEM, Actor
from portal.identity.models import Organisation
from portal.identity.roles import OrganisationKind, Role
from portal.questionnaire.loader import read, to_json
from portal.questionnaire.models import Version, Vote
from portal.questionnaire.operations import publish, save_draft, vote
from portal.questionnaire.queries import (
    current_version,
    published_version,
    version_of,
    votes,
)
from tests import factories
from tests.questionnaire.answers import BROKEN, ROUTING, ROWS, TYPES

FAULTY = read(BROKEN / "same-question.yaml")


@pytest.fixture
def dialogue(session: Session, now: datetime) -> Dialogue:
    """A dialogue in draft."""
    return factories.dialogue(session, now=now)


@pytest.fixture
def lead(session: Session, dialogue: Dialogue, now: datetime) -> Actor:
    """The lead buyer, of Aarhus."""
    city = factories.organisation(session, OrganisationKind.BUYER, "Aarhus", now=now)
    return factories.member(session, dialogue, Role.LEAD_BUYER, organisation_id=city.id, now=now)


@pytest.fixture
def second(session: Session, dialogue: Dialogue, now: datetime) -> Actor:
    """A second buyer, of Zürich."""
    city = factories.organisation(session, OrganisationKind.BUYER, "Zürich", now=now)
    return factories.member(session, dialogue, Role.CO_BUYER, organisation_id=city.id, now=now)


def cast(
    session: Session, actor: Actor, version: Version, now: datetime, *, reason: str = ""
) -> Vote:
    """The actor's vote: approval, or rejection if there is a reason."""
    return vote(
        session,
        actor,
        version.id,
        organisation_id=factories.own(actor),
        approves=not reason,
        reason=reason,
        now=now,
    )


def save(session: Session, actor: Actor, dialogue: Dialogue, now: datetime) -> Version:
    """A clean draft."""
    return save_draft(session, actor, dialogue.id, TYPES, now=now)


# Saving ---------------------------------------------------------------------------------


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


# Voting ---------------------------------------------------------------------------------


def test_a_vote_holds_the_hash_it_was_given_on(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    given = cast(session, second, version, now)
    assert given.sha256 == version.sha256
    assert given.person_id == second.person_id
    assert version.state == "in_review"
    rows = votes(session, version.id)
    assert [(row.organisation_name, row.approves) for row in rows] == [
        ("Aarhus", None),
        ("Zürich", True),
    ]
    assert rows[1].person_name == second.name
    assert rows[1].voted_at == now


def test_the_last_approval_approves_the_draft(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, second, version, now)
    cast(session, lead, version, now)
    assert version.state == "approved"


def test_a_buyer_may_think_again(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    cast(session, lead, version, now, reason=" Question 3 is unclear. ")
    assert version.state == "in_review"
    (row,) = votes(session, version.id)
    assert (row.approves, row.reason) == (False, "Question 3 is unclear.")


def test_a_colleague_votes_in_the_place_of_a_colleague(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    colleague = factories.colleague(session, dialogue, lead, Role.CO_BUYER, now=now)
    cast(session, colleague, version, now)
    (row,) = votes(session, version.id)
    assert row.person_name == colleague.name


def test_a_rejection_needs_a_reason(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    with pytest.raises(Invalid) as refused:
        vote(
            session,
            lead,
            version.id,
            organisation_id=factories.own(lead),
            approves=False,
            reason="  ",
            now=now,
        )
    assert set(refused.value.fields) == {"reason"}


def test_a_vote_on_a_text_that_has_changed_is_refused(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    seen = save(session, lead, dialogue, now).sha256
    version = save_draft(session, lead, dialogue.id, ROUTING, now=now)
    with pytest.raises(NotNow, match="changed since you opened it"):
        vote(
            session,
            lead,
            version.id,
            organisation_id=factories.own(lead),
            approves=True,
            reason="",
            seen_sha256=seen,
            now=now,
        )


def test_nobody_votes_for_another_buyer(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    with pytest.raises(Refused):
        vote(
            session,
            lead,
            version.id,
            organisation_id=factories.own(second),
            approves=True,
            reason="",
            now=now,
        )


@pytest.mark.parametrize("role", [Role.BUYER_READER, Role.SECRETARIAT, Role.OBSERVER])
def test_only_buyers_who_may_vote_do(
    session: Session, dialogue: Dialogue, lead: Actor, role: Role, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    actor = factories.member(session, dialogue, role, now=now)
    with pytest.raises(Refused):
        cast(session, actor, version, now)


def test_the_portal_itself_does_not_vote(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    with pytest.raises(Refused):
        vote(
            session,
            SYSTEM,
            version.id,
            organisation_id=factories.own(lead),
            approves=True,
            reason="",
            now=now,
        )


# Publishing -----------------------------------------------------------------------------


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


# Reading --------------------------------------------------------------------------------


def test_versions_are_read_with_their_definition(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    assert current_version(session, dialogue.id) is None
    version = save(session, lead, dialogue, now)
    current = current_version(session, dialogue.id)
    assert current is not None
    assert current.questionnaire == TYPES
    assert (current.number, current.state, current.sha256) == ("1.0", "in_review", version.sha256)
    assert version_of(session, version.id) == current
    assert published_version(session, dialogue.id) is None
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    published = published_version(session, dialogue.id)
    assert published is not None
    assert published.published_at == now
    assert published.questionnaire is current.questionnaire


def test_a_closed_version_is_still_the_one_that_suppliers_were_given(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    version.state = "closed"
    session.flush()
    assert published_version(session, dialogue.id) is not None


def test_a_vote_on_other_content_is_not_counted(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = save(session, lead, dialogue, now)
    given = cast(session, lead, version, now)
    given.sha256 = "0" * 64
    session.flush()
    assert [row.approves for row in votes(session, version.id)] == [None]
