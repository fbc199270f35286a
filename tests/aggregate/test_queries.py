from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from portal.aggregate.models import Release, ReleaseDocument, ReleaseMember
from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.queries import (
    document,
    find_release,
    questionnaire_of,
    release_of,
    releases,
)
from portal.core.canonical import content_hash
from portal.core.db import Session
from portal.core.errors import Invalid, Refused
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import close
from portal.identity.actor import ANYONE, SYSTEM
from portal.identity.roles import Role
from tests import factories
from tests.aggregate.market import market, release, suppliers, unguarded


def two_releases(session: Session, now: datetime) -> tuple[Dialogue, Release, Release]:
    dialogue = market(session, suppliers(12), now=now)
    close(session, SYSTEM, dialogue.id, now=now)
    return (
        dialogue,
        release(session, dialogue, at=now),
        release(session, dialogue, at=now),
    )


def test_a_release_is_found_by_its_names(session: Session, now: datetime) -> None:
    dialogue, first, second = two_releases(session, now)
    assert find_release(session, "market/latest") is second
    assert find_release(session, "market/1") is first
    assert find_release(session, str(first.id)) is first
    assert release_of(session, dialogue.id, 2) is second
    assert releases(session, dialogue.id) == [second, first]


@pytest.mark.parametrize(
    "name", ["", "market", "market/", "market/3", "market/x", "other/latest", "/latest", "market/²",
             "market/99999999999999999999", "00000000-0000-0000-0000-000000000000"]
)  # fmt: skip
def test_a_wrong_name_says_how_releases_are_named(
    session: Session, now: datetime, name: str
) -> None:
    two_releases(session, now)
    with pytest.raises(Invalid, match="<dialogue>/latest"):
        find_release(session, name)


def test_a_document_is_read_by_its_audience_alone(session: Session, now: datetime) -> None:
    dialogue, first, _ = two_releases(session, now)
    supplier = factories.supplier(session, dialogue, now=now)
    assert document(session, supplier, first.id, Audience.SUPPLIER).number == 1
    for actor, audience in [(supplier, Audience.BUYER), (ANYONE, Audience.PUBLIC)]:
        with pytest.raises(Refused):
            document(session, actor, first.id, audience)
    public = document(session, ANYONE, first.id, Audience.PUBLIC, brief_published=True)
    assert public.audience is Audience.PUBLIC
    buyer = factories.member(session, dialogue, Role.BUYER_READER, now=now)
    assert [document(session, buyer, first.id, name).audience for name in AUDIENCES] == [*AUDIENCES]


def test_a_document_that_is_not_there_is_refused(session: Session) -> None:
    with pytest.raises(Refused):
        document(session, SYSTEM, uuid4(), Audience.PUBLIC)


def test_the_hash_is_over_the_document_without_it(session: Session, now: datetime) -> None:
    _, first, _ = two_releases(session, now)
    found = document(session, SYSTEM, first.id, Audience.PUBLIC)
    content = dict(found.content)
    assert content.pop("sha256") == content_hash(content) == found.sha256
    assert content["cut_off"] == "2026-09-01T09:00:00Z"


def test_what_was_released_cannot_be_changed_or_taken_back(session: Session, now: datetime) -> None:
    _, first, _ = two_releases(session, now)
    for model in (Release, ReleaseDocument, ReleaseMember):
        for statement in (delete(model), update(model).values(id=model.id)):
            with (
                pytest.raises(DBAPIError, match="releases are append-only"),
                session.begin_nested(),
            ):
                session.execute(statement)
    assert document(session, SYSTEM, first.id, Audience.PUBLIC).number == 1


def test_a_document_that_was_changed_past_the_database_s_guard_is_not_shown(
    session: Session, now: datetime
) -> None:
    _, first, _ = two_releases(session, now)
    unguarded(session, "release_document")
    row = session.query(ReleaseDocument).filter_by(release_id=first.id, audience="public").one()
    row.document = row.document.replace('"groups":12', '"groups":13')
    with pytest.raises(Invalid, match="differs from what was released"):
        document(session, SYSTEM, first.id, Audience.PUBLIC)


def test_the_questionnaire_is_the_one_that_was_answered(session: Session, now: datetime) -> None:
    _, first, _ = two_releases(session, now)
    assert questionnaire_of(session, first).name == "small"
