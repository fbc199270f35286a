"""Editions and formats of a brief, and who may compose and read one (pure)."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from portal.aggregate.policy import Audience
from portal.core.errors import Invalid, message
from portal.identity.actor import Actor
from portal.identity.roles import BUYER_ROLES, Permission, Role, Scope

TEXTS = ("summary", "limits", "next_steps")
"""The places for the secretariat's own words, in the order of the brief."""


class Edition(StrEnum):
    """Whom a brief is for."""

    PUBLIC = "public"
    BUYERS = "buyers"


class Format(StrEnum):
    """What a brief can be exported as."""

    PDF = "pdf"
    HTML = "html"
    JSON = "json"


AUDIENCE_OF = {Edition.PUBLIC: Audience.PUBLIC, Edition.BUYERS: Audience.BUYER}
"""The release document that an edition reads all its figures from."""


def parse_edition(name: str) -> Edition:
    """The edition of this name; Invalid, naming the known ones."""
    sentence = "There is no edition “{name}”. Choose one of: {known}."
    return Edition(_known(name, [edition.value for edition in Edition], sentence))


def parse_format(name: str) -> Format:
    """The format of this name; Invalid, naming the known ones."""
    sentence = "There is no format “{name}”. Choose one of: {known}."
    return Format(_known(name, [form.value for form in Format], sentence))


def parse_language(name: str, languages: Collection[str]) -> str:
    """The tag, if the questionnaire has texts in it; Invalid, naming the known ones."""
    sentence = "The questionnaire has no texts in “{name}”. Choose one of: {known}."
    return _known(name, languages, sentence)


def may_compose(actor: Actor, dialogue_id: UUID) -> bool:
    """The secretariat and the lead buyer, by the permission table."""
    return Scope.YES in actor.scopes(Permission.BRIEF_COMPOSE, dialogue_id)


def may_read(actor: Actor, dialogue_id: UUID, *, edition: str, published: bool) -> bool:
    """Anyone reads a published public brief; the buyers' edition is for buyers and secretariat.

    A draft is read by those who compose it and, before it is published, by the buyers.
    """
    if may_compose(actor, dialogue_id):
        return True
    if actor.roles(dialogue_id) & (BUYER_ROLES | {Role.SECRETARIAT}):
        return True
    return published and edition == Edition.PUBLIC


def _known(name: str, choices: Collection[str], sentence: str) -> str:
    if name in choices:
        return name
    raise Invalid(message(sentence, name=name, known=", ".join(choices)))
