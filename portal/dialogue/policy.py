"""Who may set up a dialogue (pure)."""

from portal.identity.actor import Actor
from portal.identity.roles import OrganisationKind, Permission


def may_create_dialogue(actor: Actor) -> bool:
    """A secretariat's or a buyer's person, or somebody who leads another dialogue."""
    founders = {OrganisationKind.SECRETARIAT, OrganisationKind.BUYER}
    return actor.may(Permission.DIALOGUE_CREATE) or bool(founders & actor.organisation_kinds)
