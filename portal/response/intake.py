"""What is taken of what people upload: looked at before anything is locked or kept."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from portal.core.errors import Invalid, Message, message
from portal.core.files import FileStore
from portal.core.scanning import ScanFailed
from portal.response.uploads import Kind, kind_name, kind_of, safe_name

MEBIBYTE = 1024 * 1024
log = structlog.get_logger()


class Scan(Protocol):
    """Looks for harmful content, such as a virus scanner."""

    def __call__(self, content: bytes) -> str | None:
        """What was found, in one word for the log; None if nothing. ScanFailed if it cannot say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where files go and what is taken: ``limit_mb`` in MiB, ``scan`` None to take all."""

    store: FileStore
    limit_mb: int = 10
    scan: Scan | None = None


@dataclass(frozen=True, slots=True)
class Vetted:
    """A file that was looked at and may be kept; only ``vet`` makes one."""

    name: str
    content: bytes
    media_type: str

    @property
    def kind(self) -> str:
        """The name that evidence rules use for files like this."""
        return kind_name("file", self.media_type)


class Harmful(Invalid):
    """The scan found something; ``found`` names it for the audit log."""

    def __init__(self, found: str) -> None:
        """Keep its name."""
        self.found = found
        problem = message("The file was refused: the scan found harmful content in it.")
        super().__init__(problem, {"file": problem})


def vet(file: tuple[str, bytes], intake: Intake) -> Vetted:
    """Look at an uploaded file, (name, content), before anything is locked or kept.

    Raises Invalid for files that are empty, too large, of another kind than the list allows, or
    damaged, and while the scan cannot be asked; Harmful for what it finds.
    """
    name, content = file
    if not content:
        raise _refusal(message("The file is empty. Choose another one."))
    if len(content) > intake.limit_mb * MEBIBYTE:
        raise _refusal(message("The file must be smaller than {limit} MB.", limit=intake.limit_mb))
    kind = _kind(content, name)
    require_harmless(content, intake)
    return Vetted(safe_name(name), content, kind.media_type)


def _refusal(problem: Message) -> Invalid:
    return Invalid(problem, {"file": problem})


def _kind(content: bytes, name: str) -> Kind:
    try:
        return kind_of(content, name)
    except Invalid as error:
        raise _refusal(error.reason) from error


def require_harmless(content: bytes, intake: Intake) -> None:
    """Have a file scanned, if there is a scan; raises as ``vet`` does for what comes of it."""
    if intake.scan is None:
        return
    try:
        found = intake.scan(content)
    except ScanFailed as error:
        log.warning("a file could not be scanned", error=str(error))
        raise _refusal(
            message(
                "The file could not be checked for harmful content just now, so it was not "
                "taken. Try again in a few minutes."
            )
        ) from error
    if found is not None:
        raise Harmful(found)
