"""News as an Atom feed (RFC 4287), built as a tree so that no text can be taken for markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree as ET

from portal.brief.text import plain

ATOM = "http://www.w3.org/2005/Atom"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One piece of news with the full address of its page."""

    id: UUID
    at: datetime
    title: str
    text: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: ``address`` is its own, ``page`` its subject's; ``since`` its first day."""

    id: UUID
    title: str
    language: str
    authors: Sequence[str]
    address: str
    page: str
    since: datetime
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    """The feed as XML in UTF-8; characters that XML or a reader's eye cannot bear are left out."""
    ET.register_namespace("", ATOM)
    root = ET.Element(_tag("feed"), {LANGUAGE: feed.language})
    latest = max((entry.at for entry in feed.entries), default=feed.since)
    _add(root, "id", feed.id.urn)
    _add(root, "title", plain(feed.title))
    _add(root, "updated", _instant(latest))
    ET.SubElement(root, _tag("link"), {"rel": "self", "type": MEDIA_TYPE, "href": feed.address})
    ET.SubElement(root, _tag("link"), {"rel": "alternate", "type": "text/html", "href": feed.page})
    for name in feed.authors:
        _add(ET.SubElement(root, _tag("author")), "name", plain(name))
    for entry in feed.entries:
        _entry(root, entry)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entry(root: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(root, _tag("entry"))
    _add(element, "id", entry.id.urn)
    _add(element, "title", plain(entry.title))
    _add(element, "published", _instant(entry.at))
    _add(element, "updated", _instant(entry.at))
    ET.SubElement(
        element, _tag("link"), {"rel": "alternate", "type": "text/html", "href": entry.address}
    )
    _add(element, "content", _text(entry.text.splitlines()), {"type": "text"})


def _text(lines: Iterable[str]) -> str:
    return "\n".join(plain(line) for line in lines)


def _add(
    parent: ET.Element, name: str, text: str, attributes: dict[str, str] | None = None
) -> None:
    ET.SubElement(parent, _tag(name), attributes or {}).text = text


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
