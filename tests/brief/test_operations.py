from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.aggregate.models import Release
from portal.brief.jobs import render_brief
from portal.brief.models import Brief
from portal.brief.operations import (
    Draft,
    content_fingerprint,
    create,
    keep_pdf,
    publish,
    save_texts,
)
from portal.brief.queries import (
    brief_of,
    briefs,
    document_for,
    load_document,
    published_briefs,
)
from portal.core.audit import entries_of_dialogue
from portal.core.db import Database, Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.files import FileStore
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import close
from portal.identity.actor import ANYONE, SYSTEM, Actor
from portal.identity.roles import Role
from portal.response.models import ReleasedQuote, Submission
from tests import factories
from tests.aggregate.market import market, release, suppliers
from tests.brief.material import figures


@dataclass(frozen=True)
class Closed:
    """A closed dialogue with a release, and its secretariat."""

    dialogue: Dialogue
    release: Release
    secretariat: Actor


@pytest.fixture
def closed(session: Session, now: datetime) -> Closed:
    dialogue = market(session, suppliers(16), now=now)
    secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    close(session, SYSTEM, dialogue.id, now=now)
    return Closed(dialogue, release(session, dialogue, at=now), secretariat)


@pytest.fixture
def begin(session: Session, closed: Closed, now: datetime) -> Callable[..., Brief]:
    def make(
        edition: str = "public",
        language: str = "en",
        title: str = "What suppliers know",
        actor: Actor | None = None,
    ) -> Brief:
        actor = actor or closed.secretariat
        draft = Draft(title=title)
        return create(
            session, actor, closed.release.id, draft, edition=edition, language=language, now=now
        )

    return make


def test_a_brief_is_begun_by_those_who_compose_and_by_nobody_else(
    session: Session, closed: Closed, begin: Callable[..., Brief], now: datetime
) -> None:
    assert begin().state == "draft"
    for role in (Role.BUYER_READER, Role.CO_BUYER, Role.SUPPLIER_SIGNATORY, Role.OBSERVER):
        with pytest.raises(Refused):
            begin(actor=factories.member(session, closed.dialogue, role, now=now))


@pytest.mark.parametrize(
    ("fault", "names"),
    [({"edition": "x"}, "public, buyers"), ({"language": "xx"}, "en"), ({"title": " "}, "title")],
)
def test_what_cannot_be_accepted_is_named(
    begin: Callable[..., Brief], fault: dict[str, str], names: str
) -> None:
    with pytest.raises(Invalid, match=names):
        begin(**fault)


def test_there_is_one_brief_for_an_edition_and_language(begin: Callable[..., Brief]) -> None:
    begin()
    begin(edition="buyers")
    with pytest.raises(NotNow, match="already"):
        begin()


def test_texts_are_saved_and_unmake_the_pdf(
    session: Session, closed: Closed, begin: Callable[..., Brief], now: datetime
) -> None:
    brief = begin()
    keep_pdf(session, brief.id, key="ab" * 32, fingerprint=content_fingerprint(brief))
    draft = Draft(title="Better", texts={"summary": "We learned *much*."})
    save_texts(session, closed.secretariat, brief.id, draft, now=now)
    session.flush()
    session.refresh(brief)
    assert brief.pdf_key is None
    document = load_document(session, closed.secretariat, brief.id)
    assert document.title == "Better"
    assert "<em>much</em>" in document.summary_html
    with pytest.raises(Invalid, match="summary"):
        save_texts(
            session, closed.secretariat, brief.id, Draft(title="x", texts={"y": ""}), now=now
        )


def test_a_published_brief_never_changes(
    session: Session, closed: Closed, begin: Callable[..., Brief], now: datetime
) -> None:
    brief = begin()
    publish(session, closed.secretariat, brief.id, now=now)
    before = load_document(session, ANYONE, brief.id)
    closed.dialogue.title = "Another title"
    session.flush()
    assert load_document(session, ANYONE, brief.id) == before
    assert before.issued_at == now
    with pytest.raises(NotNow, match="published"):
        publish(session, closed.secretariat, brief.id, now=now)
    with pytest.raises(NotNow, match="published"):
        save_texts(session, closed.secretariat, brief.id, Draft(title="x"), now=now)
    acts = [entry.act for entry in entries_of_dialogue(session, closed.dialogue.id)]
    assert acts[0] == "published"


def test_a_draft_and_the_buyers_edition_are_not_there_for_anyone(
    session: Session, closed: Closed, begin: Callable[..., Brief], now: datetime
) -> None:
    public, buyers = begin(), begin(edition="buyers")
    publish(session, closed.secretariat, buyers.id, now=now)
    for brief in (public, buyers):
        with pytest.raises(Refused):
            brief_of(session, ANYONE, brief.id)
    assert briefs(session, ANYONE, closed.dialogue.id) == []
    publish(session, closed.secretariat, public.id, now=now)
    assert [row.id for row in published_briefs(session, closed.dialogue.id)] == [public.id]
    assert len(briefs(session, closed.secretariat, closed.dialogue.id)) == 2


def test_each_edition_reads_the_release_document_of_its_audience(
    session: Session, closed: Closed, begin: Callable[..., Brief]
) -> None:
    public = load_document(session, SYSTEM, begin().id)
    buyers = load_document(session, SYSTEM, begin(edition="buyers").id)
    assert (public.release.audience, buyers.release.audience) == ("public", "buyer")
    assert public.release.document_sha256 != buyers.release.document_sha256
    assert list(figures(public))
    assert public.release.groups == 16
    assert closed.release.sha256 in {fact.text for fact in public.hashes}


def test_an_unnamed_quote_does_not_carry_its_supplier(
    session: Session, begin: Callable[..., Brief], now: datetime
) -> None:
    released_quotes(session, now)
    document = load_document(session, SYSTEM, begin().id)
    found = [quote for section in document.sections for quote in section.quotes]
    assert [(quote.text, bool(quote.supplier)) for quote in found] == [
        ("Named words", True),
        ("Unnamed words", False),
    ]


def released_quotes(session: Session, now: datetime) -> None:
    """One named and one unnamed quote of a submission in the release."""
    submission = session.scalars(select(Submission)).first()
    assert submission is not None
    for named, text in ((True, "Named words"), (False, "Unnamed words")):
        session.add(
            ReleasedQuote(
                submission_id=submission.id,
                dialogue_id=submission.dialogue_id,
                question_id="A.03",
                text=text,
                named=named,
                released_at=now,
            )
        )
    session.flush()


def test_an_export_takes_the_published_brief_or_composes_one(
    session: Session, closed: Closed, begin: Callable[..., Brief], now: datetime
) -> None:
    wanted = {"edition": "public", "language": "en"}
    composed = document_for(session, SYSTEM, closed.dialogue.id, **wanted)
    assert composed.title == closed.dialogue.title
    with pytest.raises(Refused):
        document_for(session, ANYONE, closed.dialogue.id, **wanted)
    publish(session, closed.secretariat, begin().id, now=now)
    assert document_for(session, ANYONE, closed.dialogue.id, **wanted).issued_at == now
    with pytest.raises(Invalid, match="Choose one of: en"):
        document_for(session, SYSTEM, closed.dialogue.id, edition="public", language="xx")


def test_without_a_release_there_is_no_brief(session: Session, now: datetime) -> None:
    dialogue = factories.published(session, now=now)
    with pytest.raises(Invalid, match="no release yet"):
        document_for(session, SYSTEM, dialogue.id, edition="public", language="en")


def test_the_job_keeps_the_pdf_and_says_how_far_it_is(
    session: Session, database: Database, begin: Callable[..., Brief], tmp_path: Path
) -> None:
    brief = begin()
    session.commit()
    steps: list[int] = []
    arguments = {"brief_id": str(brief.id), "var_dir": str(tmp_path)}
    key = render_brief(database, arguments, lambda done, _total: steps.append(done))
    assert FileStore(tmp_path / "files").get(key).startswith(b"%PDF")
    assert steps == sorted(steps)
    session.expire_all()
    assert session.get_one(Brief, brief.id).pdf_key == key


def test_a_pdf_of_what_the_brief_was_before_is_not_kept(
    session: Session, begin: Callable[..., Brief]
) -> None:
    brief = begin()
    with pytest.raises(NotNow, match="changed"):
        keep_pdf(session, brief.id, key="ab" * 32, fingerprint="of an earlier state")
    assert brief.pdf_key is None
