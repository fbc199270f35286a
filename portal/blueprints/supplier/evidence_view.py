"""Pieces of evidence in words."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from portal.core.clock import now
from portal.web.language import calendar_day
from portal.web.questions import EvidenceItem
from portal.web.reading import Backing

EXPIRING = timedelta(days=60)
"""How long before its end a piece of evidence is said to expire soon."""

ENDINGS = {
    "pdf": ("pdf",),
    "xlsx": ("xlsx",),
    "csv": ("csv",),
    "docx": ("docx",),
    "image": ("png", "jpg", "jpeg"),
}
"""Kind of file → how its name may end."""


def endings(kinds: Iterable[str]) -> list[str]:
    """How the names of files of these kinds may end."""
    return [ending for kind in kinds for ending in ENDINGS.get(kind, ())]


def evidence_item(response_id: UUID, piece: Backing) -> EvidenceItem:
    """A file or link with its validity, and where it opens."""
    href = piece.url or url_for(".evidence_file", response_id=response_id, evidence_id=piece.id)
    until = piece.valid_until
    if until is None:
        return EvidenceItem(title=piece.title, href=href)
    left = until - now().date()
    state = "expired" if left < timedelta(0) else "expiring" if left <= EXPIRING else ""
    detail = gettext("valid until %(day)s", day=calendar_day(until))
    return EvidenceItem(title=piece.title, href=href, detail=detail, state=state)
