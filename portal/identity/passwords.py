"""Password hashing with argon2id; a missing account costs the same time as a wrong password."""

from dataclasses import dataclass
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.core.errors import Message, message
from portal.core.settings import Settings

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200


@dataclass(frozen=True)
class Passwords:
    """Hashes and checks passwords with the cost the settings name."""

    time_cost: int
    memory_kib: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "Passwords":
        """The cost in force."""
        return cls(settings.argon2_time_cost, settings.argon2_memory_kib)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        return PasswordHasher(time_cost=self.time_cost, memory_cost=self.memory_kib, parallelism=1)

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash to store."""
        return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; None still takes the time of a check."""
        try:
            self._hasher.verify(stored or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None


def weakness(password: str, email: str) -> Message | None:
    """Why a new password is not accepted (length over composition, as NIST SP 800-63B advises)."""
    if len(password) < MINIMUM_LENGTH:
        return message("Use at least {length} characters.", length=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        return message("Use at most {length} characters.", length=MAXIMUM_LENGTH)
    local_part = email.split("@", maxsplit=1)[0].lower()
    if len(set(password)) < MINIMUM_LENGTH // 3 or local_part in password.lower():
        return message("Choose a password that is harder to guess.")
    return None
