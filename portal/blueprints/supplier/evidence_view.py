"""Pieces of evidence in words."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from flask import url_for
from flask_babel import gettext

from portal.core.clock import now
from portal.response.validity import Standing, standing
from portal.web.language import calendar_day, number
from portal.web.questions import EvidenceItem
from portal.web.reading import Backing

KILOBYTE, MEGABYTE = 1024, 1024 * 1024

ENDINGS = {
    "pdf": ("pdf",),
    "xlsx": ("xlsx",),
    "csv": ("csv",),
    "docx": ("docx",),
    "image": ("png", "jpg", "jpeg"),
}
"""Kind of file → how its name may end."""


class Document(Backing, Protocol):
    """What is read of a piece of the supplier's own library."""

    replaced_by_id: Any


def endings(kinds: Iterable[str]) -> list[str]:
    """How the names of files of these kinds may end."""
    return [ending for kind in kinds for ending in ENDINGS.get(kind, ())]


def evidence_item(response_id: UUID, piece: Document) -> EvidenceItem:
    """A file or link with its validity, and where it opens."""
    href = piece.url or url_for(".evidence_file", response_id=response_id, evidence_id=piece.id)
    return EvidenceItem(
        title=piece.title, href=href, detail=validity(piece), state=standing_of(piece).value
    )


def standing_of(piece: Document) -> Standing:
    """Whether it still holds now."""
    return standing(piece.valid_until, is_replaced=piece.replaced_by_id is not None, now=now())


def validity(piece: Document) -> str:
    """Until when it holds, if it says so."""
    if piece.valid_until is None:
        return ""
    return str(gettext("valid until %(day)s", day=calendar_day(piece.valid_until)))


def size_of(size: int) -> str:
    """``1.4 MB``, ``12 KB``; at least 1 KB."""
    if size >= MEGABYTE:
        return str(gettext("%(size)s MB", size=number(round(size / MEGABYTE, 1))))
    return str(gettext("%(size)s KB", size=number(max(1, round(size / KILOBYTE)))))
