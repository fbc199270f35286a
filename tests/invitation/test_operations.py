"""Inviting suppliers: by name, by registration, accepted, declined, taken back."""

from datetime import UTC, datetime

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.mail import OutboxMail
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor, parties
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.identity.operations import ensure_person
from portal.identity.roles import OrganisationKind, Role
from portal.invitation import operations
from portal.invitation.operations import Invitee
from portal.invitation.queries import by_token, invitations
from tests import factories

ADDRESS = "https://parley.example.org/join/"
ACME = Invitee(
    organisation="Acme Laptops", country="NL", email="pat@acme.example", contact_name="Pat"
)


def tokens(session: Session) -> list[str]:
    session.flush()
    words = [word for mail in session.query(OutboxMail) for word in mail.body.split()]
    return [word.removeprefix(ADDRESS) for word in words if word.startswith(ADDRESS)]


def lead_of(session: Session, dialogue: Dialogue, now: datetime) -> Actor:
    return factories.member(session, dialogue, Role.LEAD_BUYER, now=now)


def test_an_invitation_waits_for_publication(session: Session, now: datetime) -> None:
    made = factories.dialogue(session, now=now)
    lead = lead_of(session, made, now)
    operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)
    assert tokens(session) == []
    factories.approve(session, made, lead, factories.questionnaire(), now=now)
    operations.publish_dialogue(session, lead, made.id, address=ADDRESS, now=now)
    assert len(tokens(session)) == 1
    assert made.published_at == now
    assert [row.state for row in invitations(session, made.id)] == ["sent"]


def test_an_invitation_to_a_stranger_is_in_the_language_of_the_dialogue(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now)
    made.base_language, made.closes_at = "fr", datetime(2026, 12, 10, 12, 5, tzinfo=UTC)
    lead = lead_of(session, made, now)
    operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)
    (token,) = tokens(session)
    mail = session.query(OutboxMail).one()
    assert (mail.language, "jeu. 10 déc. 2026, 12:05 UTC" in mail.body) == ("fr", True)
    person, _ = operations.accept(session, token, name="Pat", now=now)
    assert person.language == "fr"


def test_somebody_known_is_invited_in_their_own_language(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    made.base_language, made.closes_at = "fr", datetime(2026, 12, 10, 12, 5, tzinfo=UTC)
    ensure_person(session, email=ACME.email, language="nl", now=now)
    lead = lead_of(session, made, now)
    operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)
    session.flush()
    mail = session.query(OutboxMail).one()
    assert (mail.language, "do 10 dec 2026, 13:05 CET (12:05 UTC)" in mail.body) == ("nl", True)


def test_a_mail_in_a_language_without_translations_is_english_throughout(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now)
    made.base_language, made.closes_at = "el", datetime(2026, 12, 10, 12, 5, tzinfo=UTC)
    lead = lead_of(session, made, now)
    operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)
    session.flush()
    mail = session.query(OutboxMail).one()
    assert (mail.language, "Thu 10 Dec 2026, 12:05 UTC" in mail.body) == ("en", True)


def test_an_accepted_invitation_makes_the_contact_admin_and_signatory(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now)
    operations.invite(session, lead_of(session, made, now), made.id, ACME, address=ADDRESS, now=now)
    (token,) = tokens(session)
    person, _ = operations.accept(session, token, name="Pat Doe", now=now)
    roles = load_actor(session, person.id).roles(made.id)
    assert {Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY} <= roles
    assert [o.name for o in parties(session, made.id, "supplier")] == ["Acme Laptops"]
    assert by_token(session, token) is None


def test_a_declined_invitation_says_why(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    operations.invite(session, lead_of(session, made, now), made.id, ACME, address=ADDRESS, now=now)
    (token,) = tokens(session)
    with pytest.raises(Invalid):
        operations.decline(session, token, reason=" ", now=now)
    operations.decline(session, token, reason="We left this market.", now=now)
    (row,) = invitations(session, made.id)
    assert (row.state, row.reason) == ("declined", "We left this market.")
    with pytest.raises(Refused):
        operations.accept(session, token, name="Pat", now=now)


def test_a_company_is_invited_once(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    lead = lead_of(session, made, now)
    operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)
    with pytest.raises(Invalid, match="already"):
        operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)


def test_a_buyer_cannot_be_invited_as_a_supplier(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    city = factories.organisation(session, OrganisationKind.BUYER, now=now)
    invitee = Invitee(organisation=city.name, email="x@example.org")
    with pytest.raises(Invalid, match="not a supplier"):
        operations.invite(
            session, lead_of(session, made, now), made.id, invitee, address=ADDRESS, now=now
        )


def test_a_co_buyer_only_proposes(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    co_buyer = factories.member(session, made, Role.CO_BUYER, now=now)
    with pytest.raises(Refused):
        operations.invite(session, co_buyer, made.id, ACME, address=ADDRESS, now=now)


def test_a_revoked_link_does_not_work(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    lead = lead_of(session, made, now)
    invitation = operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=now)
    (token,) = tokens(session)
    operations.revoke(session, lead, invitation.id, reason="Wrong company.", now=now)
    assert by_token(session, token) is None
    with pytest.raises(NotNow):
        operations.revoke(session, lead, invitation.id, reason="Again.", now=now)


def test_nobody_is_invited_after_closing(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    lead = lead_of(session, made, now)
    with pytest.raises(NotNow):
        operations.invite(session, lead, made.id, ACME, address=ADDRESS, now=made.closes_at)


def test_a_company_registers_itself_where_that_is_open(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    with pytest.raises(Refused):
        operations.register(session, made.id, ACME, address=ADDRESS, now=now)
    made.open_registration = True
    operations.register(session, made.id, ACME, address=ADDRESS, now=now)
    (token,) = tokens(session)
    operations.accept(session, token, name="Pat", now=now)
    assert [row.state for row in invitations(session, made.id)] == ["accepted"]


def test_nobody_takes_over_a_company_that_is_here(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    made.open_registration = True
    there = factories.supplier(session, made, now=now)
    name = session.get_one(Organisation, factories.own(there)).name
    stranger = Invitee(organisation=name, email="stranger@example.org")
    operations.register(session, made.id, stranger, address=ADDRESS, now=now)
    assert tokens(session) == []
    assert session.query(OutboxMail).one().recipient == "stranger@example.org"


def test_an_admin_passes_the_questionnaire_on_inside_the_company(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now)
    admin = factories.member(session, made, Role.SUPPLIER_ADMIN, now=now)
    person = operations.invite_colleague(
        session,
        admin,
        made.id,
        organisation_id=factories.own(admin),
        email="colleague@acme.example",
        name="Kim",
        role=Role.SUPPLIER_CONTRIBUTOR,
        address="https://x/",
        now=now,
    )
    assert Role.SUPPLIER_CONTRIBUTOR in load_actor(session, person.id).roles(made.id)


@pytest.mark.parametrize("role", [Role.LEAD_BUYER, Role.SECRETARIAT])
def test_an_admin_gives_no_role_outside_the_company(
    session: Session, now: datetime, role: Role
) -> None:
    made = factories.published(session, now=now)
    admin = factories.member(session, made, Role.SUPPLIER_ADMIN, now=now)
    with pytest.raises(Refused):
        operations.invite_colleague(
            session,
            admin,
            made.id,
            organisation_id=factories.own(admin),
            email="x@example.org",
            name="",
            role=role,
            address="https://x/",
            now=now,
        )


def test_an_admin_cannot_add_people_to_another_company(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now)
    admin = factories.member(session, made, Role.SUPPLIER_ADMIN, now=now)
    other = factories.supplier(session, made, now=now)
    with pytest.raises(Refused):
        operations.invite_colleague(
            session,
            admin,
            made.id,
            organisation_id=factories.own(other),
            email="x@example.org",
            name="",
            role=Role.SUPPLIER_CONTRIBUTOR,
            address="https://x/",
            now=now,
        )
