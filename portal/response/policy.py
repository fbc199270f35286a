"""Who may read, write, narrow, sign and reopen a response (pure)."""

from collections.abc import Collection
from typing import TypeAlias
from uuid import UUID

from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import SUPPLIER_ROLES, Permission, Role, Scope, scope_of
from portal.questionnaire.definition import ConfidentialityClass, Section

IN_CHARGE = frozenset({Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY})
"""Who answers for a company: every receipt and every deadline reaches them."""

Share: TypeAlias = tuple[str, str]
"""A section and one question of it that somebody was given; without a question, all of it."""

_PUBLIC = frozenset({ConfidentialityClass.PUBLIC})
_PARTICIPANTS = _PUBLIC | {ConfidentialityClass.PARTICIPANTS}
_OBSERVERS = _PARTICIPANTS | {ConfidentialityClass.BUYERS_AND_OBSERVERS}
_BUYERS = _OBSERVERS | {ConfidentialityClass.BUYERS}


def may_read_own(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor belongs to the supplier's team in this dialogue."""
    return actor.may(Permission.RESPONSE_READ_OWN, dialogue_id, organisation_id)


def may_answer(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may answer at all, be it one assigned section."""
    return actor.may(Permission.ANSWER_WRITE, dialogue_id, organisation_id)


def may_write(
    actor: Actor,
    dialogue_id: UUID,
    organisation_id: UUID,
    section: Section,
    shares: Collection[Share],
) -> frozenset[str]:
    """The questions of a section that the actor may answer; a contributor only their shares.

    A question that was given by itself stays given if a new version moves it to another section.
    """
    scopes = actor.scopes(Permission.ANSWER_WRITE, dialogue_id, organisation_id)
    everything = frozenset(question.id for question in section.questions)
    if Scope.YES in scopes:
        return everything
    if Scope.ASSIGNED not in scopes:
        return frozenset()
    if (section.id, "") in shares:
        return everything
    return everything & {question_id for _, question_id in shares}


def may_assign(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may give sections to colleagues, review them and send them back."""
    return Scope.YES in actor.scopes(Permission.ANSWER_WRITE, dialogue_id, organisation_id)


def may_lead_team(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may invite colleagues, change what they do and take them off."""
    return Scope.OWN in actor.scopes(Permission.SUPPLIER_INVITE, dialogue_id, organisation_id)


def may_narrow(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may change who reads an answer; a contributor can only propose it."""
    return Scope.YES in actor.scopes(Permission.ANSWER_NARROW, dialogue_id, organisation_id)


def may_see_library(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor belongs to the supplier's team in any dialogue."""
    return actor.may(Permission.RESPONSE_READ_OWN, None, organisation_id)


def may_add_evidence(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor answers for the supplier in any dialogue, be it one assigned section."""
    return actor.may(Permission.ANSWER_WRITE, None, organisation_id)


def may_keep_library(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor may say what all of the supplier's evidence is, and put newer in place."""
    return Scope.YES in actor.scopes(Permission.ANSWER_WRITE, None, organisation_id)


def may_narrow_evidence(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor may change who reads a file; a contributor cannot."""
    return Scope.YES in actor.scopes(Permission.ANSWER_NARROW, None, organisation_id)


def may_sign(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may submit and withdraw in the supplier's name."""
    return actor.may(Permission.RESPONSE_SIGN, dialogue_id, organisation_id)


def may_release_quote(actor: Actor, dialogue_id: UUID, organisation_id: UUID) -> bool:
    """Whether the actor may let words of the supplier's answers be quoted."""
    return Scope.OWN in actor.scopes(Permission.QUOTE_RELEASE, dialogue_id, organisation_id)


def may_reopen(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may open a submitted response for changes."""
    return actor.may(Permission.RESPONSE_REOPEN, dialogue_id)


def may_clarify(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may ask a supplier to clarify answers that it may read."""
    return actor.may(Permission.ANSWER_CLARIFY, dialogue_id)


def may_review(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may mark answers that it may read."""
    return actor.may(Permission.ANSWER_REVIEW, dialogue_id)


def may_read_marks(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may read marks and scores at answers open to it: buyers, secretariat.

    Of suppliers this permission reaches only their own answers, and observers do not have it.
    """
    return Scope.YES in actor.scopes(Permission.ANSWER_READ_BUYERS, dialogue_id)


def may_write_guide(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may say what the scores of a question stand for."""
    return actor.may(Permission.GUIDE_WRITE, dialogue_id)


def may_follow(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may see who started and who submitted."""
    return actor.may(Permission.PARTICIPATION_READ, dialogue_id)


def may_import(actor: Actor, dialogue_id: UUID) -> bool:
    """Whether the actor may bring in responses from a file: the secretariat and the portal."""
    return actor == SYSTEM or Role.SECRETARIAT in actor.roles(dialogue_id)


def may_export_as(
    actor: Actor, role: Role, dialogue_id: UUID, organisation_id: UUID | None
) -> bool:
    """Whether the actor may export what this role may export; the portal itself as any role."""
    if scope_of(Permission.EXPORT_ANSWERS, role) is None:
        return False
    if role in SUPPLIER_ROLES and organisation_id is None:
        return False
    own = organisation_id if role in SUPPLIER_ROLES else None
    return actor == SYSTEM or role in actor.roles(dialogue_id, own)


def classes_of(role: Role) -> frozenset[ConfidentialityClass]:
    """The classes of which this role may read another supplier's answers, with its name.

    From the permission table. Class named buyers is open to no role as such, but to the buyers
    that a supplier named: see ``named_as`` and ``portal.response.sight``.
    """
    if scope_of(Permission.ANSWER_READ_AGGREGATE_ONLY, role) is Scope.YES:
        return _BUYERS | {ConfidentialityClass.AGGREGATE_ONLY}
    if scope_of(Permission.ANSWER_READ_BUYERS, role) is Scope.YES:
        return _BUYERS
    if role is Role.OBSERVER:
        return _OBSERVERS
    return _PARTICIPANTS if role in SUPPLIER_ROLES else _PUBLIC


def open_classes(actor: Actor, dialogue_id: UUID) -> frozenset[ConfidentialityClass]:
    """The classes of which the actor may read other suppliers' answers, with their names."""
    return frozenset().union(*(classes_of(role) for role in actor.roles(dialogue_id)))


def named_as(actor: Actor, dialogue_id: UUID, role: Role | None = None) -> frozenset[UUID]:
    """The organisations as which the actor reads what a supplier opened to named buyers.

    Through any role, or through the one that is given.
    """
    return frozenset(
        grant.organisation_id
        for grant in actor.grants_in(dialogue_id)
        if role in {None, grant.role}
        and scope_of(Permission.ANSWER_READ_NAMED, grant.role) is Scope.NAMED
    )


def exported_classes(role: Role) -> frozenset[ConfidentialityClass]:
    """The classes in an export of this role: a supplier's own and the secretariat's hold all."""
    if role is Role.SECRETARIAT or role in SUPPLIER_ROLES:
        return frozenset(ConfidentialityClass)
    return classes_of(role)
