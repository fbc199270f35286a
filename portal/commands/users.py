"""``portal user``: the people of the portal."""

from uuid import UUID

import click

from portal.commands.context import Portal, dialogue_id_of, pass_portal
from portal.commands.roles import RoleType
from portal.core.clock import now
from portal.core.db import Session
from portal.core.errors import Invalid, message
from portal.dialogue.operations import grant_role
from portal.identity.actor import SYSTEM
from portal.identity.operations import (
    create_organisation,
    ensure_member,
    ensure_person,
    make_link,
)
from portal.identity.queries import organisation_by_name
from portal.identity.roles import OrganisationKind, Role


@click.group()
def user() -> None:
    """The people of the portal."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name; the mailbox stands in for it.")
@click.option("--organisation", required=True, help="Its name; it is added if it is new.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in OrganisationKind]),
    help="What a new organisation is.",
)
@click.option("--country", default="", help="Of a new organisation: ISO code of two letters.")
@click.option("--dialogue", help="Short name of the dialogue in which the role is held.")
@click.option("--role", type=RoleType(), help="The role; with --dialogue.")
@pass_portal
def invite(
    portal: Portal,
    *,
    email: str,
    name: str,
    organisation: str,
    kind: str | None,
    country: str,
    dialogue: str | None,
    role: Role | None,
) -> None:
    """Add a person and print a sign-in link, which works once within 48 hours.

    Without --dialogue and --role the person only belongs to the organisation, as its admin:
    somebody of a secretariat or a buyer can then set up a dialogue.
    """
    if (dialogue is None) != (role is None):
        raise click.UsageError("Give --dialogue and --role together, or neither.")
    with portal.transaction() as session:
        organisation_id = _organisation(session, organisation, kind, country)
        person = ensure_person(session, email=email, name=name, now=now())
        ensure_member(session, person.id, organisation_id, admin=dialogue is None, now=now())
        if dialogue is not None and role is not None:
            grant_role(
                session,
                SYSTEM,
                dialogue_id_of(session, dialogue),
                organisation_id=organisation_id,
                email=email,
                name=name,
                role=role,
                now=now(),
            )
        token = make_link(session, person.id, now=now())
    click.echo(f"{portal.sign_in_address}{token}")


def _organisation(session: Session, name: str, kind: str | None, country: str) -> UUID:
    found = organisation_by_name(session, name)
    if found is None:
        if kind is None:
            raise Invalid(message("{name} is not on the portal yet: say its --kind.", name=name))
        found = create_organisation(
            session,
            SYSTEM,
            name=name,
            kind=OrganisationKind(kind),
            country=country.upper(),
            now=now(),
        )
    elif kind not in {None, found.kind}:
        sentence = message("{name} is a {kind} on this portal.", name=name, kind=found.kind)
        raise Invalid(sentence)
    return found.id
