"""A supplier's library of evidence: found again, used often, replaced, read by whom it may be."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, NotNow, Refused
from portal.core.files import FileStore
from portal.dialogue import operations as dialogues
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.models import AnswerEvidence, Evidence, Reading, Submission
from portal.response.operations import Described, Intake
from portal.response.queries import Wanted
from portal.response.validity import (
    DOCUMENT_KINDS,
    Standing,
    likely_kind,
    standing,
    with_open_evidence,
)
from tests.response.builders import Counted, Scene, question

PDF = b"%PDF-1.7\n"
DAY = date(2026, 9, 1)


@pytest.fixture
def intake(tmp_path_factory: pytest.TempPathFactory) -> Intake:
    return Intake(store=FileStore(tmp_path_factory.mktemp("files")), limit_mb=1)


def add(team: Scene, intake: Intake, name: str, **said: object) -> Evidence:
    """A PDF of this name, whose content is its name."""
    return operations.add_file(
        team.session,
        team.signatory,
        team.response.organisation_id,
        (f"{name}.pdf", PDF + name.encode()),
        Described(**said),  # type: ignore[arg-type]  # by name
        intake=intake,
        now=team.now,
    )


def found(team: Scene, words: str = "", **wanted: str) -> list[str]:
    own = team.response.organisation_id
    asked = Wanted(words=words, **wanted)
    shown = queries.library(team.session, team.signatory, own, asked, now=team.now)
    return sorted(line.piece.title for line in shown.lines)


def read(team: Scene, actor: Actor, piece: Evidence) -> Evidence:
    """Download a file once the dialogue is closed."""
    return operations.read_file(
        team.session,
        actor,
        team.dialogue.id,
        organisation_id=piece.organisation_id,
        sha256=piece.sha256,
        now=team.dialogue.closes_at,
    )


def titles(team: Scene, actor: Actor) -> set[str]:
    """What this reader sees behind the answers of section B."""
    shown = queries.attributed_answers(
        team.session, actor, team.dialogue.id, section_id="B", now=team.dialogue.closes_at
    )
    given = [answer for line in shown.lines for answer in line.answers if answer]
    return {piece["title"] for answer in given for piece in answer.get("evidence", ())}


@pytest.mark.parametrize(
    ("days", "is_replaced", "expected"),
    [
        (None, False, Standing.VALID),
        (61, False, Standing.VALID),
        (60, False, Standing.EXPIRING),
        (0, False, Standing.EXPIRING),
        (-1, False, Standing.EXPIRED),
        (-1, True, Standing.REPLACED),
    ],
)
def test_a_document_holds_through_its_last_day(
    days: int | None,
    is_replaced: bool,  # noqa: FBT001  # a case
    expected: Standing,
) -> None:
    until = None if days is None else DAY + timedelta(days=days)
    late = datetime(2026, 9, 1, 23, 59, tzinfo=UTC)
    assert standing(until, is_replaced=is_replaced, now=late) is expected


def test_both_classes_must_allow_the_reader() -> None:
    pieces = [
        {"sha256": "a", "class": "public"},
        {"sha256": "b", "class": "aggregate_only"},
        {"url": "c"},
        {"sha256": "d", "class": "buyers"},
    ]
    answer = {"class": "buyers", "evidence": pieces}
    shown = with_open_evidence(answer, {"public", "buyers"}, {"d": "aggregate_only"})
    assert shown["evidence"] == [pieces[0], pieces[2]]
    assert with_open_evidence({"class": "buyers"}, (), {}) == {"class": "buyers"}


def test_the_list_is_searched_and_filtered(team: Scene, intake: Intake) -> None:
    add(team, intake, "Policy 100%", document_kind="policy", valid_until=date(2026, 9, 20))
    old = add(team, intake, "Certificate", document_kind="certificate", valid_until=DAY)
    add(team, intake, "Contract", valid_until=date(2026, 8, 1))
    newer = add(team, intake, "Certificate new", document_kind="certificate")
    operations.replace_evidence(team.session, team.signatory, old.id, newer.id, now=team.now)
    assert found(team) == ["Certificate new.pdf", "Contract.pdf", "Policy 100%.pdf"]
    assert found(team, "pdf 100%") == ["Policy 100%.pdf"]
    assert found(team, kind="certificate") == ["Certificate new.pdf"]
    states = {state: found(team, standing=state) for state in Standing}
    assert states == {
        "valid": ["Certificate new.pdf"],
        "expiring": ["Policy 100%.pdf"],
        "expired": ["Contract.pdf"],
        "replaced": ["Certificate.pdf"],
    }


def test_a_page_of_the_list_takes_as_many_queries_however_much_there_is(
    team: Scene, intake: Intake
) -> None:
    own = team.response.organisation_id
    counts = []
    for number in range(30):
        piece = add(team, intake, f"Document {number}")
        operations.tie(
            team.session, team.signatory, team.response.id, "B.01", piece.id, now=team.now
        )
        if number in {1, 29}:
            team.session.expunge_all()
            with Counted(team.session) as counted:
                page = queries.library(team.session, team.signatory, own, Wanted(), now=team.now)
            counts.append(len(counted))
    assert counts[0] == counts[1] == 4
    assert (page.total, page.pages, len(page.lines)) == (30, 2, 25)
    assert page.lines[0].uses[0].answers == 1
    last = queries.library(team.session, team.signatory, own, Wanted(), page=9, now=team.now)
    assert (last.page, len(last.lines)) == (2, 5)


def test_the_same_content_is_one_piece_and_comes_back_after_removal(
    team: Scene, intake: Intake
) -> None:
    first = add(team, intake, "Policy", title="Our policy")
    again = add(team, intake, "Policy", title="Typed again")
    assert (again.id, again.title) == (first.id, "Our policy")
    operations.remove(team.session, team.signatory, first.id, now=team.now)
    back = add(team, intake, "Policy", title="Back")
    assert (back.id, back.title, back.removed_at) == (first.id, "Back", None)
    stranger = team.person(Role.SUPPLIER_SIGNATORY)
    (other,) = stranger.organisations
    theirs = operations.add_file(
        team.session,
        stranger,
        other,
        ("p.pdf", PDF + b"Policy"),
        Described(),
        intake=intake,
        now=team.now,
    )
    assert theirs.id != first.id


def test_several_are_tied_at_once_or_none(team: Scene, intake: Intake) -> None:
    one, two = add(team, intake, "One"), add(team, intake, "Two")
    place = (team.session, team.signatory, team.response.id)
    ties = [("B.01", one.id), ("B.01", two.id), ("C.03", one.id)]
    assert operations.tie_many(*place, ties, now=team.now) == 3
    assert operations.tie_many(*place, ties, now=team.now) == 0
    acts = team.session.scalars(select(AuditEntry.act)).all()
    assert acts.count("evidence_tied") == 3
    tied = queries.tied_evidence(team.session, team.response.id)
    assert {key: len(pieces) for key, pieces in tied.items()} == {"B.01": 2, "C.03": 1}
    with pytest.raises(Refused):
        operations.tie_many(*place, [("B.01", team.response.id)], now=team.now)


def test_a_newer_piece_takes_its_place_where_answers_can_change(
    ready: Scene, intake: Intake
) -> None:
    old = add(ready, intake, "Policy 2025", valid_until=date(2026, 9, 2))
    place = (ready.session, ready.signatory)
    operations.tie(*place, ready.response.id, "B.01", old.id, now=ready.now)
    signed = json.loads(ready.submit().snapshot)
    newer, newest = add(ready, intake, "Policy 2026"), add(ready, intake, "Policy 2027")
    kept = operations.replace_evidence(*place, old.id, newer.id, now=ready.now)
    assert (kept.moved, kept.left) == (0, 1)
    operations.withdraw(*place, ready.response.id, reason="Mend", now=ready.now)
    operations.tie(*place, ready.response.id, "B.01", newer.id, now=ready.now)
    moved = operations.replace_evidence(*place, newer.id, newest.id, now=ready.now)
    assert (moved.moved, moved.left) == (1, 0)
    tied = queries.tied_evidence(ready.session, ready.response.id)["B.01"]
    assert {old.id, newest.id} <= {piece.id for piece in tied}
    snapshot = ready.session.scalars(select(Submission.snapshot)).one()
    assert json.loads(snapshot) == signed
    assert old.sha256 in snapshot
    chain = queries.library_piece(*place, old.organisation_id, newest.id)
    assert [piece.title for piece in chain.earlier] == ["Policy 2026.pdf", "Policy 2025.pdf"]
    with pytest.raises(NotNow):
        operations.replace_evidence(*place, old.id, newest.id, now=ready.now)
    with pytest.raises(Invalid):
        operations.replace_evidence(*place, newest.id, newest.id, now=ready.now)
    with pytest.raises(Invalid, match="newer one"):
        operations.tie(*place, ready.response.id, "C.03", old.id, now=ready.now)
    acts = ready.session.scalars(select(AuditEntry.act).where(AuditEntry.act == "replaced"))
    assert len(list(acts)) == 2


def test_only_who_keeps_the_library_says_who_reads_and_replaces(
    team: Scene, intake: Intake
) -> None:
    piece = add(team, intake, "Policy")
    newer = add(team, intake, "Newer")
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    with pytest.raises(Refused):
        operations.describe(team.session, helper, piece.id, Described(title="X"), now=team.now)
    with pytest.raises(Refused):
        operations.replace_evidence(team.session, helper, piece.id, newer.id, now=team.now)
    own = operations.add_link(
        team.session,
        helper,
        piece.organisation_id,
        "https://example.eu",
        Described(),
        now=team.now,
    )
    operations.describe(team.session, helper, own.id, Described(title="Mine"), now=team.now)
    narrower = Described(confidentiality="aggregate_only")
    with pytest.raises(Refused):
        operations.describe(team.session, helper, own.id, narrower, now=team.now)
    for actor in (team.person(Role.SUPPLIER_ADMIN), team.person(Role.LEAD_BUYER)):
        with pytest.raises(Refused):
            queries.library_piece(team.session, actor, piece.organisation_id, piece.id)
        with pytest.raises(Refused):
            operations.describe(team.session, actor, piece.id, Described(), now=team.now)


def test_a_file_is_read_by_whom_its_own_class_allows(ready: Scene, intake: Intake) -> None:
    open_file = add(ready, intake, "Open")
    closed = add(ready, intake, "Closed", confidentiality="aggregate_only")
    place = (ready.session, ready.signatory)
    for piece in (open_file, closed):
        operations.tie(*place, ready.response.id, "B.01", piece.id, now=ready.now)
    ready.submit()
    buyer, secretariat = ready.person(Role.LEAD_BUYER), ready.person(Role.SECRETARIAT)
    after = ready.dialogue.closes_at
    dialogues.close(ready.session, SYSTEM, ready.dialogue.id, now=after)
    assert titles(ready, buyer) == {"Policy", "Open.pdf"}
    assert read(ready, buyer, open_file).id == open_file.id
    assert read(ready, secretariat, closed).id == closed.id
    with pytest.raises(Refused):
        read(ready, buyer, closed)
    said = Described(title="Open.pdf", confidentiality="aggregate_only")
    operations.describe(*place, open_file.id, said, now=after)
    assert titles(ready, buyer) == {"Policy"}
    with pytest.raises(Refused):
        read(ready, buyer, open_file)
    said = Described(title="Closed.pdf", confidentiality="public")
    operations.describe(*place, closed.id, said, now=after)
    assert titles(ready, buyer) == {"Policy"}
    logged = ready.session.execute(select(Reading.evidence_id, Reading.person_id)).all()
    assert {(open_file.id, buyer.person_id), (closed.id, secretariat.person_id)} == {*logged}
    chain = queries.library_piece(*place, open_file.organisation_id, open_file.id)
    assert [download.person for download in chain.downloads] == [buyer.name]


def test_what_could_be_backed_is_offered_to_who_may_answer_it(team: Scene, intake: Intake) -> None:
    piece = add(team, intake, "Policy")
    operations.tie(team.session, team.signatory, team.response.id, "B.01", piece.id, now=team.now)
    (use,) = queries.uses_of(team.session, team.signatory, piece, now=team.now)
    assert [each.id for each in use.questions] == ["B.01"]
    assert "B.01" not in {each.id for each in use.free}
    assert use.free
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    (seen,) = queries.uses_of(team.session, helper, piece, now=team.now)
    assert (seen.free, seen.is_own) == ((), True)
    assert likely_kind(question(use.questionnaire, "B.01")) in DOCUMENT_KINDS
    count = team.session.scalar(select(func.count()).select_from(AnswerEvidence))
    assert count == 1
