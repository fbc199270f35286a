"""Audiences of a release: which classes are open to each, and who may read which (pure)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.core.errors import Invalid, message
from portal.identity.actor import Actor
from portal.identity.roles import BUYER_ROLES, SUPPLIER_ROLES, Permission, Role
from portal.questionnaire.definition import ConfidentialityClass


class Audience(StrEnum):
    """Who a release document is made for, weakest first; a stronger one reads the weaker too."""

    PUBLIC = "public"
    SUPPLIER = "supplier"
    BUYER = "buyer"

    @property
    def and_weaker(self) -> tuple["Audience", ...]:
        """This audience and every weaker one, weakest first."""
        return AUDIENCES[: AUDIENCES.index(self) + 1]

    @property
    def and_stronger(self) -> tuple["Audience", ...]:
        """This audience and every stronger one, which reads what this one reads."""
        return AUDIENCES[AUDIENCES.index(self) :]


AUDIENCES = tuple(Audience)

OPEN_CLASSES = {
    Audience.PUBLIC: frozenset({ConfidentialityClass.PUBLIC}),
    Audience.SUPPLIER: frozenset({ConfidentialityClass.PUBLIC, ConfidentialityClass.PARTICIPANTS}),
    Audience.BUYER: frozenset(
        {
            ConfidentialityClass.PUBLIC,
            ConfidentialityClass.PARTICIPANTS,
            ConfidentialityClass.BUYERS_AND_OBSERVERS,
            ConfidentialityClass.BUYERS,
        }
    ),
}
"""The classes whose answers an audience may read attributed; all others are protected from it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads the documents of an audience, and by name what is open to it.

    ``besides``: a class that this reader reads by name, though not all of the audience do.
    ``pooled``: so many of them may tell each other their own answers.
    """

    audience: Audience
    besides: ConfidentialityClass | None = None
    pooled: int = 0

    @property
    def classes(self) -> frozenset[ConfidentialityClass]:
        """Whose answers are open to this reader."""
        return OPEN_CLASSES[self.audience] | ({self.besides} if self.besides else frozenset())


READERS = (
    Reader(Audience.PUBLIC),
    Reader(Audience.SUPPLIER, pooled=2),
    Reader(Audience.SUPPLIER, besides=ConfidentialityClass.BUYERS_AND_OBSERVERS),
    Reader(Audience.BUYER),
    Reader(Audience.BUYER, besides=ConfidentialityClass.NAMED_BUYERS),
)
"""Anyone; suppliers, of whom two may pool their answers (decision 0020), and observers; buyers whom
nobody names, and one whom all name."""


def parse_audience(name: str) -> Audience:
    """The audience of this name; Invalid, naming the known ones, if there is none."""
    try:
        return Audience(name)
    except ValueError as error:
        known = ", ".join(AUDIENCES)
        raise Invalid(
            message(
                "There is no audience “{name}”. Choose one of: {known}.", name=name, known=known
            )
        ) from error


def may_create_release(actor: Actor, dialogue_id: UUID) -> bool:
    """The secretariat, by the permission table."""
    return actor.may(Permission.RELEASE_CREATE, dialogue_id)


def readable_audiences(
    actor: Actor, dialogue_id: UUID, *, brief_published: bool = False
) -> tuple[Audience, ...]:
    """The documents an actor may read, weakest first.

    A release exists only after the dialogue has closed, so suppliers may read theirs as soon as
    there is one. Anyone else reads the public document once a published brief carries it.
    """
    roles = actor.roles(dialogue_id)
    if actor.system or roles & (BUYER_ROLES | {Role.SECRETARIAT}):
        return Audience.BUYER.and_weaker
    if roles & (SUPPLIER_ROLES | {Role.OBSERVER}):
        return Audience.SUPPLIER.and_weaker
    return Audience.PUBLIC.and_weaker if brief_published else ()
