"""The list of releases as a chain: each holds a hash over itself and the one before it (pure).

Whoever notes the last hash can later prove that no release before it was changed, taken out or put
in; ``portal release verify`` does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from portal.aggregate.models import Release
from portal.aggregate.policy import Audience
from portal.core.canonical import content_hash
from portal.response.snapshot import instant

UNCHAINED = ""
"""Of releases from before there was a chain."""


def release_hash(
    dialogue: str, number: int, cut_off: datetime, documents: Mapping[Audience, str]
) -> str:
    """One hash over everything: the dialogue, the release and the hash of each document."""
    return content_hash(release_content(dialogue, number, cut_off, documents))


def release_content(
    dialogue: str, number: int, cut_off: datetime, documents: Mapping[Audience, str]
) -> dict[str, object]:
    """What the hash of a release is over, as canonical JSON."""
    return {
        "dialogue": dialogue,
        "number": number,
        "cut_off": instant(cut_off),
        "documents": {audience.value: sha256 for audience, sha256 in documents.items()},
    }


def last_hash(release: Release | None) -> str:
    """What proves everything up to this release; empty before the first."""
    return (release.chain or release.sha256) if release is not None else ""


def link(before: Release | None, release: Release) -> str:
    """The release's hash in the chain, SHA-256 in hexadecimal."""
    return content_hash(linked(before, release))


def linked(before: Release | None, release: Release) -> dict[str, object]:
    """What the hash in the chain is over, as canonical JSON."""
    return {
        "before": last_hash(before),
        "number": release.number,
        "sha256": release.sha256,
        "cut_off": instant(release.cut_off),
        "released_at": instant(release.created_at),
        "signatory": release.signatory,
        "reason": release.reason,
    }


def broken(releases: Sequence[Release]) -> Release | None:
    """The first release, of all of a dialogue's oldest first, that is not what was chained."""
    before = None
    for number, release in enumerate(releases, start=1):
        chained = release.chain != UNCHAINED
        if release.number != number or (chained and release.chain != link(before, release)):
            return release
        before = release
    return None
