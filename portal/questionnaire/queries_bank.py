"""The question bank: what was asked in any published questionnaire of the portal."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.dialogue.models import Dialogue
from portal.questionnaire.bank import BankQuestion, Published, Wanted, group, matches
from portal.questionnaire.errata import corrected
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Erratum, Version
from portal.questionnaire.policy import SINCE_PUBLICATION

ON_A_PAGE = 50


def bank(
    session: Session,
    *,
    search: str = "",
    instrument: str | None = None,
    clause: str | None = None,
    topic: str | None = None,
    limit: int = ON_A_PAGE,
    after: str | None = None,
) -> list[BankQuestion]:
    """Questions of all published versions in the order of their ids; two queries.

    ``search``: words anywhere in a question, in any language; ``instrument``: its id; ``clause``:
    as it is written; ``topic``: words in the title of a section that asks it. The next page
    begins behind ``after``, the key of the last question of this one. Published questionnaires
    are open to everybody, so nobody is refused.
    """
    wanted = Wanted(search=search, instrument=instrument, clause=clause, topic=topic)
    found = (
        entry
        for entry in group(_published(session))
        if (after is None or entry.key > after) and matches(entry, wanted)
    )
    return [entry for _, entry in zip(range(limit), found, strict=False)]


def question_in_bank(session: Session, key: str) -> BankQuestion | None:
    """The question of this key; None if there is none."""
    return next((entry for entry in group(_published(session)) if entry.key == key), None)


def _published(session: Session) -> list[Published]:
    query = (
        select(Version, Dialogue.short_name, Dialogue.title)
        .join(Dialogue, Dialogue.id == Version.dialogue_id)
        .where(Version.state.in_(SINCE_PUBLICATION), Version.published_at.is_not(None))
        .order_by(Version.published_at.desc(), Version.id)
    )
    corrections: dict[UUID, list[Erratum]] = {}
    for erratum in session.scalars(select(Erratum).order_by(Erratum.number)):
        corrections.setdefault(erratum.version_id, []).append(erratum)
    return [
        Published(
            dialogue=short_name,
            dialogue_title=title,
            version_id=version.id,
            number=version.number,
            published_at=version.published_at or version.created_at,
            questionnaire=corrected(from_json(version.definition), corrections.get(version.id, ())),
        )
        for version, short_name, title in session.execute(query)
    ]
