"""What the portal takes of uploaded files: one place for every page that takes any."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

from flask import current_app, g
from werkzeug.datastructures import FileStorage

from portal.core.clock import now
from portal.response.operations import (
    Harmful,
    Intake,
    Vetted,
    note_harmful,
    require_harmless,
    vet,
)
from portal.web.guard import settings
from portal.web.transaction import write_beside

Result = TypeVar("Result")


def intake() -> Intake:
    """Where files go, how large they may be, and who looks at them first."""
    return Intake(
        store=current_app.extensions["portal.files"],
        limit_mb=settings().upload_limit_mb,
        scan=current_app.extensions["portal.scan"],
    )


def take(upload: FileStorage, organisation_id: UUID) -> Vetted:
    """An uploaded file that may be kept; Invalid if it may not.

    To be called before anything is written: scanning takes a while, and what the scan finds is
    written down in a transaction of its own, although this request is refused.
    """
    file = (upload.filename or "", upload.read())
    return noting_harmful(lambda: vet(file, intake()), organisation_id)


def harmless(upload: FileStorage, organisation_id: UUID) -> bytes:
    """The content of a file that is only read and not kept; Invalid as ``take``, if it is harmful.

    To be called before anything is written, as ``take``.
    """
    content: bytes = upload.read()
    noting_harmful(lambda: require_harmless(content, intake()), organisation_id)
    return content


def noting_harmful(look: Callable[[], Result], organisation_id: UUID) -> Result:
    """Do it, and write down what the scan found, if it did."""
    try:
        return look()
    except Harmful as found:
        note = partial(
            note_harmful,
            actor=g.actor,
            organisation_id=organisation_id,
            found=found,
            now=now(),
        )
        write_beside(note)
        raise
