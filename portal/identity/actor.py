"""Who is acting: a person with the roles they hold, per dialogue and organisation (pure)."""

from dataclasses import dataclass
from uuid import UUID

from portal.identity.roles import Permission, Role, Scope, scope_of


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in a dialogue on behalf of an organisation."""

    dialogue_id: UUID
    organisation_id: UUID
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person behind a request or a command."""

    person_id: UUID | None
    name: str
    email: str
    language: str = "en"
    time_zone: str = "Europe/Brussels"
    platform_admin: bool = False
    system: bool = False
    """The portal itself, on the command line and in its jobs: holds every permission."""
    organisations: frozenset[UUID] = frozenset()
    organisation_kinds: frozenset[str] = frozenset()
    """Kinds (secretariat, buyer, …) of the organisations the person belongs to."""
    grants: tuple[Grant, ...] = ()

    def grants_in(
        self, dialogue_id: UUID | None, organisation_id: UUID | None = None
    ) -> tuple[Grant, ...]:
        """The grants in a dialogue (any dialogue for None), of one organisation if given."""
        return tuple(
            grant
            for grant in self.grants
            if dialogue_id in {None, grant.dialogue_id}
            and organisation_id in {None, grant.organisation_id}
        )

    def roles(self, dialogue_id: UUID | None, organisation_id: UUID | None = None) -> set[Role]:
        """Every role held there; ANYONE always among them."""
        held = {grant.role for grant in self.grants_in(dialogue_id, organisation_id)}
        held.add(Role.ANYONE)
        if self.platform_admin:
            held.add(Role.PLATFORM_ADMIN)
        return held

    def scopes(
        self,
        permission: Permission,
        dialogue_id: UUID | None = None,
        organisation_id: UUID | None = None,
    ) -> set[Scope]:
        """How far the permission reaches through any role held there; empty means no."""
        if self.system:
            return {Scope.YES}
        found = {scope_of(permission, role) for role in self.roles(dialogue_id, organisation_id)}
        return {scope for scope in found if scope is not None}

    def may(
        self,
        permission: Permission,
        dialogue_id: UUID | None = None,
        organisation_id: UUID | None = None,
    ) -> bool:
        """Whether the permission is held at all there, whatever its scope."""
        return bool(self.scopes(permission, dialogue_id, organisation_id))

    def organisations_that_may(self, permission: Permission, dialogue_id: UUID) -> tuple[UUID, ...]:
        """The organisations for which the permission is held in a dialogue, in order of id."""
        found = {grant.organisation_id for grant in self.grants_in(dialogue_id)}
        return tuple(sorted(each for each in found if self.may(permission, dialogue_id, each)))

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a known person."""
        return self.person_id is not None


ANYONE = Actor(person_id=None, name="", email="")
"""A reader who has not signed in."""

SYSTEM = Actor(person_id=None, name="Portal", email="", system=True)
"""The portal itself: whoever may run its command line may do everything."""
