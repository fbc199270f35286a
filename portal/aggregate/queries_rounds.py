"""Reads of earlier releases that a release can be compared with."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Row, and_, or_, select, true
from sqlalchemy.orm import Session, defer

from portal.aggregate.comparison import Round
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.policy import Audience, readable_audiences
from portal.aggregate.queries import document
from portal.aggregate.reading import read_document
from portal.core.errors import Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.conditions import question_index
from portal.questionnaire.models import Version
from portal.questionnaire.queries_lineage import lineage
from portal.response.loading import definition, questionnaire_of
from portal.response.sources import Placed, map_between
from portal.response.suggesting import Pair, pairs

MOST_OFFERED = 6
"""Earlier releases that are offered, the newest first: who compares looks at the last rounds."""
LIKE_ENOUGH = 0.5
"""The share of questions that must mean the same in a questionnaire of another name."""
_Row: TypeAlias = Row[Release, str, str, str, str]
"""Release, the dialogue's title and short name, the questionnaire's name and hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRelease:
    """A release to compare with, in the document of one audience that both releases have.

    ``name`` is how it is named elsewhere: ``<dialogue>/<number>``. ``is_public``: a published
    brief carries it.
    """

    release: Release
    title: str
    name: str
    audience: Audience
    is_public: bool


def earlier_releases(
    session: Session, actor: Actor, release: Release, *, made_public: Collection[UUID]
) -> list[EarlierRelease]:
    """What the release may be compared with by this reader, the newest first; two queries.

    Earlier releases of its dialogue, and those of other dialogues that were cut off before and
    whose questionnaire this one follows. Only where there is a document of an audience that the
    reader may read in both; the strongest such audience is taken. ``made_public`` as in
    ``queries_figures.readable_releases``.
    """
    rows = _candidates(session, actor, release, made_public)
    this = next(row for row in rows if row.Release.id == release.id)
    found = _audiences(session, [row.Release.id for row in rows])

    def readable(each: Release) -> list[Audience]:
        is_public = each.id in made_public
        may_read = readable_audiences(actor, each.dialogue_id, brief_published=is_public)
        return [audience for audience in may_read if audience in found[each.id]]

    own = [
        audience
        for audience in readable_audiences(actor, release.dialogue_id)
        if audience in found[release.id]
    ]
    offered = []
    for row in rows:
        common = [audience for audience in readable(row.Release) if audience in own]
        if common and row is not this and _comes_from(session, this, row):
            offered.append(
                EarlierRelease(
                    release=row.Release,
                    title=row.title,
                    name=f"{row.short_name}/{row.Release.number}",
                    audience=common[-1],
                    is_public=row.Release.id in made_public,
                )
            )
        if len(offered) == MOST_OFFERED:
            break
    return offered


def rounds(
    session: Session,
    actor: Actor,
    release: Release,
    earlier: EarlierRelease,
    language: str,
) -> tuple[Round, Round, Mapping[str, Pair]]:
    """Both releases in one language, and which questions are the same: id now → ids before.

    Raises Refused as ``queries.document``.
    """
    sides = []
    for each, is_public in ((release, False), (earlier.release, earlier.is_public)):
        shown = document(session, actor, each.id, earlier.audience, brief_published=is_public)
        questionnaire = questionnaire_of(session, each.version_id)
        sides.append(Round(read_document(shown, questionnaire, language), questionnaire))
    now, before = sides
    return now, before, _same(session, release, earlier.release, now, before)


def named(offered: Iterable[EarlierRelease], name: str) -> EarlierRelease:
    """The one of this name; Refused if it is not among them."""
    for each in offered:
        if each.name == name:
            return each
    raise Refused


def _same(
    session: Session, release: Release, earlier: Release, now: Round, before: Round
) -> Mapping[str, Pair]:
    """By the map between the two versions, else by id and meaning, as answers are carried."""
    old, new = before.questionnaire, now.questionnaire
    if old is new or old.name != new.name:
        return pairs(old, new)
    new_line = lineage(session, release.dialogue_id)
    is_own = earlier.dialogue_id == release.dialogue_id
    old_line = new_line if is_own else lineage(session, earlier.dialogue_id)
    through = map_between(
        Placed(old, earlier.version_id, old_line), Placed(new, release.version_id, new_line)
    )
    return pairs(old, new, through)


def _candidates(
    session: Session, actor: Actor, release: Release, made_public: Collection[UUID]
) -> Sequence[_Row]:
    """The release and those before it, in dialogues that the actor has a part in or made public."""
    own = Release.dialogue_id == release.dialogue_id
    parts = {grant.dialogue_id for grant in actor.grants}
    reachable = (
        true() if actor.system else or_(Release.dialogue_id.in_(parts), Release.id.in_(made_public))
    )
    query = (
        select(Release, Dialogue.title, Dialogue.short_name, Version.name, Version.sha256)
        .join(Dialogue, Dialogue.id == Release.dialogue_id)
        .join(Version, Version.id == Release.version_id)
        .where(
            or_(
                and_(own, Release.number <= release.number),
                and_(~own, Release.cut_off < release.cut_off, reachable),
            )
        )
        .order_by(Release.cut_off.desc(), Release.number.desc(), Release.id)
        .options(defer(Release.report))
    )
    return session.execute(query).all()


def _comes_from(session: Session, new: _Row, old: _Row) -> bool:
    """Whether the questionnaire follows the other: by its name, or since it asks much the same.

    Questions copied out of another dialogue's questionnaire keep their meaning, not its name.
    """
    if old.name == new.name:
        return True
    asked = definition(session, new.Release.version_id, new.sha256)
    same = pairs(definition(session, old.Release.version_id, old.sha256), asked)
    return len(same) >= LIKE_ENOUGH * len(question_index(asked))


def _audiences(session: Session, release_ids: Collection[UUID]) -> Mapping[UUID, set[Audience]]:
    """The audiences that each release has a document for."""
    found: dict[UUID, set[Audience]] = defaultdict(set)
    columns = (ReleaseDocument.release_id, ReleaseDocument.audience)
    query = select(*columns).where(ReleaseDocument.release_id.in_(release_ids))
    for release_id, audience in session.execute(query):
        found[release_id].add(Audience(audience))
    return found
