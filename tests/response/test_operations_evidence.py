from datetime import date
from pathlib import Path

import pytest

from portal.core.errors import Invalid, NotNow, Refused
from portal.core.files import FileStore
from portal.identity.roles import Role
from portal.response import operations, queries
from portal.response.loading import given_answers
from portal.response.models import Evidence
from portal.response.operations import Described, Intake
from tests.response.builders import Scene, draft
from tests.response.test_uploads import XLSX_FILE

PDF = b"%PDF-1.7\n"


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return Intake(store=FileStore(tmp_path), limit_mb=1)


def add(team: Scene, intake: Intake, name: str = "policy.pdf", content: bytes = PDF) -> Evidence:
    return operations.add_file(
        team.session,
        team.signatory,
        team.response.organisation_id,
        (name, content),
        Described(issued_on=date(2026, 1, 1)),
        intake=intake,
        now=team.now,
    )


def test_a_file_is_kept_under_the_hash_of_its_content(team: Scene, intake: Intake) -> None:
    evidence = add(team, intake, "../Policy 2026.pdf")
    assert (evidence.title, evidence.file_name) == ("Policy 2026.pdf", "Policy 2026.pdf")
    assert (evidence.media_type, evidence.size) == ("application/pdf", len(PDF))
    assert intake.store.get(evidence.sha256) == PDF
    own = queries.evidence_of(team.session, team.signatory, team.response.organisation_id)
    assert [piece.id for piece in own] == [evidence.id]


@pytest.mark.parametrize("content", [b"", b"%PDF-" + bytes(1024 * 1024), b"MZ"])
def test_an_empty_large_or_unknown_file_is_refused(
    team: Scene, intake: Intake, content: bytes
) -> None:
    with pytest.raises(Invalid) as refusal:
        add(team, intake, content=content)
    assert list(refusal.value.fields) == ["file"]


def test_what_the_scan_finds_is_refused(team: Scene, tmp_path: Path) -> None:
    def scan(content: bytes) -> str | None:
        return "bad" if content == PDF else None

    with pytest.raises(Invalid, match="scan"):
        add(team, Intake(store=FileStore(tmp_path), scan=scan))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.eu",
        "//example.eu",
        "https://",
        "https://user:secret@example.eu",
        "https://example.eu/a b",
        "https://example.eu:port/",
        "http://[::1",
        "",
    ],
)
def test_only_web_addresses_are_links(team: Scene, url: str) -> None:
    with pytest.raises(Invalid):
        operations.add_link(
            team.session,
            team.signatory,
            team.response.organisation_id,
            url,
            Described(),
            now=team.now,
        )


def test_validity_cannot_end_before_the_issue(team: Scene) -> None:
    described = Described(issued_on=date(2026, 2, 1), valid_until=date(2026, 1, 1))
    with pytest.raises(Invalid) as refusal:
        operations.add_link(
            team.session,
            team.signatory,
            team.response.organisation_id,
            "https://example.eu",
            described,
            now=team.now,
        )
    assert list(refusal.value.fields) == ["valid_until"]


def test_evidence_is_tied_once_and_to_several_questions(team: Scene, intake: Intake) -> None:
    evidence = add(team, intake)
    place = (team.session, team.signatory, team.response.id)
    for question_id in ("B.01", "B.01", "C.03"):
        operations.tie(*place, question_id, evidence.id, now=team.now)
    tied = queries.tied_evidence(team.session, team.response.id)
    assert {key: len(pieces) for key, pieces in tied.items()} == {"B.01": 1, "C.03": 1}
    with pytest.raises(NotNow, match="2 answers"):
        operations.remove(team.session, team.signatory, evidence.id, now=team.now)


def test_a_file_question_is_answered_while_evidence_is_tied(team: Scene, intake: Intake) -> None:
    evidence = add(team, intake, "sites.xlsx", XLSX_FILE)
    place = (team.session, team.signatory, team.response.id)
    operations.tie(*place, "C.03", evidence.id, now=team.now)
    answer = given_answers(team.session, team.response.id)["C.03"]
    assert (answer.state, answer.value, answer.evidence) == ("done", "provided", 1)
    assert team.save("C", C_03=draft(None, 1, comment="Version 6.4")).changed == ["C.03"]
    assert team.save("C", C_03=draft(None, 2, comment="Version 6.5")).conflicts == []
    operations.untie(*place, "C.03", evidence.id, now=team.now)
    operations.untie(*place, "C.03", evidence.id, now=team.now)
    answer = given_answers(team.session, team.response.id)["C.03"]
    assert (answer.state, answer.value, answer.comment) == ("empty", None, "Version 6.5")
    operations.remove(team.session, team.signatory, evidence.id, now=team.now)
    with pytest.raises(Refused):
        operations.tie(*place, "C.03", evidence.id, now=team.now)


def test_a_question_takes_only_its_kinds_of_evidence(team: Scene, intake: Intake) -> None:
    evidence = add(team, intake, "sites.xlsx", XLSX_FILE)
    place = (team.session, team.signatory, team.response.id)
    for question_id in ("B.01", "A.02"):
        with pytest.raises(Invalid):
            operations.tie(*place, question_id, evidence.id, now=team.now)


def test_evidence_belongs_to_its_supplier(team: Scene, intake: Intake) -> None:
    evidence = add(team, intake)
    stranger = team.person(Role.SUPPLIER_SIGNATORY)
    with pytest.raises(Refused):
        operations.remove(team.session, stranger, evidence.id, now=team.now)
    with pytest.raises(Refused):
        operations.tie(team.session, stranger, team.response.id, "B.01", evidence.id, now=team.now)
    (own,) = stranger.organisations
    foreign = operations.add_link(
        team.session, stranger, own, "https://example.org", Described(), now=team.now
    )
    with pytest.raises(Refused):
        operations.tie(
            team.session, team.signatory, team.response.id, "B.01", foreign.id, now=team.now
        )
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT):
        with pytest.raises(Refused):
            operations.add_link(
                team.session,
                team.person(role),
                team.response.organisation_id,
                "https://example.org",
                Described(),
                now=team.now,
            )
