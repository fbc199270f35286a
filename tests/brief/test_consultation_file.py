"""The consultation file: whole, the same each time, and silent about people."""

import csv
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from portal.aggregate.models import Release, ReleaseDocument
from portal.brief.consultation_archive import MANIFEST, Archive, check
from portal.brief.consultation_file import INVITED, consultation_file
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.files import FileStore
from portal.core.mail import OutboxMail
from portal.exchange.models import QaGiven
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.questionnaire.models import Version
from tests import factories
from tests.aggregate.market import release
from tests.brief.consulted import COMPANY, CONTACT, EMAIL, SECRET, Consulted, consulted

SIGNED = ("hashes", "signature")
RELEASED = tuple(f"{each}.json" for each in ("public", "supplier", "buyer", *SIGNED))
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(session: Session, now: datetime) -> Consulted:
    return consulted(session, now)


@pytest.fixture
def made(session: Session, world: Consulted, tmp_path: Path) -> Archive:
    return make(session, world, tmp_path)


def make(session: Session, world: Consulted, folder: Path, *, names: bool = True) -> Archive:
    store = FileStore(folder / "files")
    return consultation_file(
        session, world.secretariat, world.dialogue.id, store, names_invited=names
    )


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def index(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(files["index.csv"].decode("utf-8-sig"))))


def test_everything_that_was_given_is_there_in_order_of_time(made: Archive) -> None:
    files = unpacked(made.content)
    lines = index(files)
    kinds = list(dict.fromkeys(line["Kind"] for line in lines))
    assert kinds == [
        "Announcement",
        "Questionnaire",
        "Invitation",
        "Correction",
        "Calendar",
        "Questions and answers",
        "Release",
        "Brief",
    ]
    instants = [line["Instant (UTC)"] for line in lines]
    assert instants == sorted(instants)
    assert not any("buyer" in line["File"] for line in lines)
    listed = {line["File"]: line for line in lines}
    assert set(listed) == {name for name in files if name.startswith("given/")}
    for name, line in listed.items():
        assert line["SHA-256"] == sha256(files[name]).hexdigest()
        assert int(line["Bytes"]) == len(files[name])
    page = files["index.html"].decode()
    assert all(f'href="{name}"' in page for name in listed)
    listing = files["SHA256SUMS"].decode().splitlines()
    sums = {name: found for found, name in (line.split("  ") for line in listing)}
    assert sums == {
        name: sha256(content).hexdigest()
        for name, content in files.items()
        if name not in {"SHA256SUMS", MANIFEST}
    }


@SQLITE
def test_hashes_are_those_that_were_shown_when_the_pieces_were_given(
    session: Session, made: Archive
) -> None:
    hashes = {sha256(content).hexdigest() for content in unpacked(made.content).values()}
    release = session.scalars(select(Release)).one()
    documents = dict(
        session.execute(select(ReleaseDocument.audience, ReleaseDocument.sha256)).all()
    )
    expected = {
        *session.scalars(select(Version.sha256)),
        *session.scalars(select(QaGiven.sha256)),
        documents["public"],
        documents["supplier"],
        release.sha256,
        release.chain,
    }
    assert expected <= hashes
    assert documents["buyer"] not in hashes


@SQLITE
def test_mails_are_told_once_each_with_how_many_got_them(session: Session, made: Archive) -> None:
    lines = index(unpacked(made.content))
    told = {line["What"]: line["People mailed"] for line in lines}
    holders = 5
    assert told["The dialogue is published: purpose, rules, calendar"] == str(holders)
    assert told["The closing time moves"] == str(holders)
    assert told["Correction 1 of version 1.0"] == str(holders)
    assert told["Invitations sent"] == "2"
    assert told["Question 1 and its answer"] == str(holders + 1)
    assert session.scalars(select(OutboxMail)).first() is not None


@SQLITE
def test_nobody_and_no_answer_is_in_it(
    session: Session, world: Consulted, made: Archive, tmp_path: Path
) -> None:
    people = list(session.scalars(select(Person)))
    forbidden = {SECRET, CONTACT, EMAIL, *(person.email for person in people)}
    forbidden |= {person.name for person in people}
    links = [
        word.rsplit("/", 1)[1]
        for body in session.scalars(select(OutboxMail.body))
        for word in body.split()
        if "/join/" in word
    ]
    assert len(links) == 2
    everything = b"\n".join(unpacked(made.content).values()).decode("utf-8", "replace")
    assert not [word for word in {*forbidden, *links} if word in everything]
    named = [name for name, each in unpacked(made.content).items() if COMPANY.encode() in each]
    assert named == [INVITED]
    silent = unpacked(make(session, world, tmp_path, names=False).content)
    assert INVITED not in silent
    assert not [name for name, each in silent.items() if COMPANY.encode() in each]


@SQLITE
def test_a_file_to_hand_on_holds_of_releases_only_what_anyone_may_read(
    session: Session, world: Consulted, tmp_path: Path
) -> None:
    scene = world.scene
    scene.later(days=1)
    unbriefed = release(session, world.dialogue, at=scene.now)
    whole = unpacked(make(session, world, tmp_path).content)
    handed_on = unpacked(make(session, world, tmp_path, names=False).content)

    def released(files: Mapping[str, bytes]) -> set[str]:
        return {name.split("-", 1)[1] for name in files if name.endswith(RELEASED)}

    hashes = {f"release-{number}-{each}.json" for number in (1, 2) for each in SIGNED}
    assert released(handed_on) == {"release-1-public.json", *hashes}
    given = {
        f"release-{number}-{each}.json" for number in (1, 2) for each in ("public", "supplier")
    }
    assert released(whole) == given | hashes
    assert "are left out" in handed_on["index.html"].decode()
    assert "are left out" not in whole["index.html"].decode()
    proven = handed_on[next(name for name in handed_on if name.endswith("release-2-hashes.json"))]
    assert sha256(proven).hexdigest() == unbriefed.sha256


@SQLITE
def test_hostile_words_stay_words(made: Archive) -> None:
    for name, content in unpacked(made.content).items():
        if name.endswith(".html"):
            page = content.decode()
            assert "<script" not in page, name
            assert "src=" not in page.replace("src=&#34;", ""), name
        if name.endswith(".csv"):
            cells = [cell for row in csv.reader(StringIO(content.decode())) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], name


def test_the_same_state_gives_the_same_bytes(
    session: Session, world: Consulted, made: Archive, tmp_path: Path
) -> None:
    again = make(session, world, tmp_path / "elsewhere")
    assert again.content == made.content
    assert check(BytesIO(made.content), made.root).faults == ()


@SQLITE
def test_a_piece_that_is_not_what_was_given_stops_the_file(
    session: Session, world: Consulted, tmp_path: Path
) -> None:
    session.execute(update(QaGiven).values(text="Something else."))
    with pytest.raises(Invalid, match="is not what was given"):
        make(session, world, tmp_path)


@SQLITE
def test_only_those_who_run_the_dialogue_get_it_once_it_is_published(
    session: Session, world: Consulted, now: datetime, tmp_path: Path
) -> None:
    store = FileStore(tmp_path / "files")
    for role in (Role.CO_BUYER, Role.OBSERVER, Role.SUPPLIER_SIGNATORY):
        with pytest.raises(Refused):
            consultation_file(session, world.scene[role], world.dialogue.id, store)
    draft = factories.dialogue(session, now=now)
    stranger = factories.member(session, draft, Role.SECRETARIAT, now=now)
    with pytest.raises(Refused):
        consultation_file(session, stranger, world.dialogue.id, store)
    with pytest.raises(NotNow):
        consultation_file(session, stranger, draft.id, store)
