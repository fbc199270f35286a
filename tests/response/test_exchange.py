import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue, Party
from portal.identity.actor import SYSTEM
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.response import exchange
from portal.response.exchange_import import Imported
from portal.response.loading import given_answers
from portal.response.models import AnswerChange, Reading, Response, Submission, SubmittedCell
from portal.response.queries_submitted import stream_submissions
from tests import factories
from tests.response.builders import COMPLETE, Counted, Scene, draft

ANSWERS: dict[str, Any] = {
    question_id: {"value": value}
    for values in COMPLETE.values()
    for question_id, value in values.items()
}
AT = "2026-08-31T12:00:00Z"


@pytest.fixture
def dialogue(session: Session, now: datetime) -> Dialogue:
    return factories.published(session, now=now)


def line(supplier: str = "Alpha", **others: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps({"supplier": supplier, "answers": ANSWERS, "submitted_at": AT} | others)


def bring(session: Session, dialogue: Dialogue, lines: Iterable[str], now: datetime) -> Imported:
    return exchange.import_responses(session, SYSTEM, dialogue.id, lines, now=now)


def export(
    session: Session, dialogue: Dialogue, now: datetime, role: Role = Role.SECRETARIAT
) -> list[dict[str, Any]]:
    lines = exchange.export_responses(session, SYSTEM, dialogue.id, role=role, now=now)
    return [json.loads(text) for text in lines]


def test_imported_responses_are_submitted_counted_and_can_be_opened(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    done = bring(session, dialogue, [line("Alpha", group="Mother"), "\n", line("Beta")], now)
    assert done == Imported(responses=2, unchanged=0, organisations=3)
    alpha, beta = stream_submissions(session, dialogue.id, now)
    assert (alpha.organisation_name, beta.organisation_name) == ("Alpha", "Beta")
    assert alpha.group_id != alpha.organisation_id
    assert beta.group_id == beta.organisation_id
    assert alpha.segments == ("makers",)
    assert alpha.submitted_at == datetime(2026, 8, 31, 12, tzinfo=UTC)
    answers = given_answers(session, alpha.response_id)
    assert answers["B.06"].confidentiality == "aggregate_only"
    response = session.get_one(Response, alpha.response_id)
    assert (response.state, response.answered, response.shown) == ("submitted", 10, 14)
    cells = session.scalar(
        select(func.count()).where(SubmittedCell.submission_id == alpha.submission_id)
    )
    assert cells == 9
    parties = select(func.count()).where(Party.part == "supplier")
    assert session.scalar(parties) == 2


def test_an_export_says_who_speaks_for_a_group_and_comes_back_unchanged(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    answers = ANSWERS | {
        "B.05": {"not_applicable": "No spend.", "comment": "Ask again."},
        "D.02": {"value": "Secret", "class": "aggregate_only"},
    }
    group = {"group": "Mother", "answers": answers}
    lines = [line("Alpha", **group), line("Mother", **group), line("Beta", segments=["makers"])]
    bring(session, dialogue, lines, now)
    out = export(session, dialogue, now)
    assert [(row["supplier"], row["group"], row["counts"]) for row in out] == [
        ("Alpha", "Mother", False),
        ("Beta", "Beta", True),
        ("Mother", "Mother", True),
    ]
    assert out[0]["answers"]["B.05"] == {
        "not_applicable": "No spend.",
        "comment": "Ask again.",
        "class": "buyers",
    }
    other = factories.published(session, now=now)
    bring(session, other, map(json.dumps, out), now)
    again = export(session, other, now)
    for row in (*out, *again):
        row.pop("sha256")
    assert again == out


def test_each_role_exports_what_it_may_read(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    bring(session, dialogue, [line()], now)
    everything = set(ANSWERS)
    assert export(session, dialogue, now)[0]["answers"].keys() == everything
    buyers = export(session, dialogue, now, Role.LEAD_BUYER)[0]["answers"]
    assert buyers.keys() == everything - {"B.06"}
    for role in (Role.OBSERVER, Role.BUYER_READER, Role.SUPPLIER_ADMIN, Role.ANYONE):
        with pytest.raises(Refused):
            export(session, dialogue, now, role)


def test_a_supplier_exports_its_own_answers_only(ready: Scene) -> None:
    ready.submit()
    bring(ready.session, ready.dialogue, [line()], ready.now)
    place = (ready.session, ready.signatory, ready.dialogue.id)
    own = list(
        exchange.export_responses(
            *place,
            role=Role.SUPPLIER_SIGNATORY,
            organisation_id=ready.response.organisation_id,
            now=ready.now,
        )
    )
    assert len(own) == 1
    assert json.loads(own[0])["answers"].keys() == set(ANSWERS)
    with pytest.raises(Refused):
        exchange.export_responses(*place, role=Role.SECRETARIAT, now=ready.now)


def test_a_persons_export_waits_for_the_closing_and_is_written_down(ready: Scene) -> None:
    ready.submit()
    place = (ready.session, ready.person(Role.LEAD_BUYER), ready.dialogue.id)
    with pytest.raises(NotNow):
        exchange.export_responses(*place, role=Role.LEAD_BUYER, now=ready.now)
    closing = ready.dialogue.closes_at
    assert len(list(exchange.export_responses(*place, role=Role.LEAD_BUYER, now=closing))) == 1
    assert ready.session.scalars(select(Reading.what)).all() == ["export"]
    acts = ready.session.scalars(select(AuditEntry.act)).all()
    assert acts.count("responses_exported") == 1


def test_only_the_secretariat_and_the_portal_import(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    for role in (Role.LEAD_BUYER, Role.SUPPLIER_SIGNATORY, Role.OBSERVER):
        actor = factories.member(session, dialogue, role, now=now)
        with pytest.raises(Refused):
            exchange.import_responses(session, actor, dialogue.id, [line()], now=now)
    secretariat = factories.member(session, dialogue, Role.SECRETARIAT, now=now)
    exchange.import_responses(session, secretariat, dialogue.id, [line()], now=now)
    draft_only = factories.dialogue(session, now=now)
    with pytest.raises(NotNow):
        bring(session, draft_only, [line()], now)


def answers(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"answers": ANSWERS | {key.replace("_", "."): value for key, value in changed.items()}}


FAULTS = {
    "not JSON": ("{", "This is not JSON."),
    "not an object": ("[]", "This is JSON, but not an object in braces."),
    "deep": ("[" * 100_000, "This is not JSON."),
    "no supplier": (line(supplier=""), '"supplier" must be a name of 1 to 200 letters.'),
    "unknown key": (line(suplier="x"), '"suplier" is not a key of a response.'),
    "no answers": (line(answers=[]), '"answers" must be an object with answers by question id.'),
    "unknown question": (
        line(**answers(Z_99={"value": 1})),
        "The questionnaire has no question Z.99.",
    ),
    "wrong value": (
        line(**answers(B_05={"value": 120})),
        "Question B.05: Enter a percentage between 0 and 100.",
    ),
    "misspelt class": (
        line(**answers(B_05={"value": 1, "clas": "buyers"})),
        'Question B.05: "clas" is not a key of an answer.',
    ),
    "wider class": (
        line(**answers(A_02={"value": "1_49", "class": "public"})),
        'Question A.02: its class "public" is not one of buyers, named_buyers, aggregate_only.',
    ),
    "narrower class": (
        line(**answers(A_01={"value": ["brand"], "class": "buyers"})),
        'Question A.01: its class "buyers" is not one of public.',
    ),
    "no exemption": (
        line(**answers(A_02={"not_applicable": "x"})),
        "Question A.02: it cannot be given as not applicable.",
    ),
    "both": (
        line(**answers(B_05={"not_applicable": "x", "value": 1})),
        'Question B.05: give either "value" or "not_applicable".',
    ),
    "hidden question": (
        line(**answers(B_01={"value": "no"})),
        "Question B.02 is not asked, given the other answers.",
    ),
    "hidden row": (
        line(**answers(C_02={"value": {"assembly": {"year": 2030}, "chips": {"year": 2030}}})),
        "Question C.02 has rows or columns that are not asked, given the other answers.",
    ),
    "segment": (
        line(segments=["sellers"]),
        'The segment "sellers" is not in the questionnaire, or does not follow from the answers.',
    ),
    "no time": (
        line(submitted_at="yesterday"),
        '"submitted_at" must be a time such as 2026-03-31T15:00:00Z.',
    ),
    "future": (line(submitted_at="2099-01-01T00:00:00Z"), '"submitted_at" lies in the future.'),
    "twice": (line("First"), "First is in line 1 already."),
    "in a group": (
        line("Alpha", group="Child"),
        "Child itself belongs to Mother. Name that as the group.",
    ),
    "other group": (
        line("Child", group="Other"),
        "On the portal, Child belongs to the group Mother.",
    ),
    "a buyer": (line("City"), "City is on the portal, but not as a supplier."),
}


@pytest.mark.parametrize(("text", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_wrong_line_is_named_in_one_sentence_and_nothing_is_stored(
    session: Session, dialogue: Dialogue, now: datetime, text: str, sentence: str
) -> None:
    kinds = {"City": "buyer", "Mother": "supplier", "Child": "supplier"}
    for name, kind in kinds.items():
        parent = session.scalar(select(Organisation.id).where(Organisation.name == "Mother"))
        session.add(
            Organisation(
                name=name,
                kind=kind,
                created_at=now,
                parent_id=parent if name == "Child" else None,
            )
        )
        session.flush()
    with pytest.raises(Invalid) as refusal:
        bring(session, dialogue, [line("First"), text, line("Last")], now)
    assert str(refusal.value) == f"Line 2: {sentence}"
    assert session.scalar(select(func.count()).select_from(Response)) == 0


def test_a_second_import_revises_what_changed_and_counts_what_did_not(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    bring(session, dialogue, [line("Alpha"), line("Beta")], now)
    changed = ANSWERS | {"B.04": {"value": 0}}
    del changed["D.02"]
    done = bring(session, dialogue, [line("Alpha", answers=changed), line("Beta")], now)
    assert done == Imported(responses=1, unchanged=1, organisations=0)
    alpha, beta = stream_submissions(session, dialogue.id, now)
    assert (alpha.number, beta.number) == (2, 1)
    assert alpha.answers["B.04"]["value"] == 0
    assert "D.02" not in alpha.answers
    history = select(func.count()).where(AnswerChange.response_id == alpha.response_id)
    assert session.scalar(history) == len(ANSWERS) + 2


def test_an_import_never_overwrites_what_a_supplier_is_writing(ready: Scene) -> None:
    name = ready.session.get_one(Organisation, ready.response.organisation_id).name
    with pytest.raises(Invalid, match="is answering on the portal"):
        bring(ready.session, ready.dialogue, [line(name)], ready.now)
    ready.submit()
    assert bring(ready.session, ready.dialogue, [line(name)], ready.now).unchanged == 1


def test_declared_segments_are_kept(session: Session, now: datetime, tmp_path: Path) -> None:
    text = factories.SMALL.read_text().replace(
        "  - id: sellers\n", "  - id: new\n    text: {en: New}\n  - id: sellers\n"
    )
    path = tmp_path / "small.yaml"
    path.write_text(text)
    made = factories.published(session, path=path, now=now)
    bring(session, made, [line(segments=["makers", "new"]), line("Beta")], now)
    alpha, beta = stream_submissions(session, made.id, now)
    assert (alpha.segments, beta.segments) == (("makers", "new"), ("makers",))


def test_a_large_import_takes_few_statements(
    session: Session, dialogue: Dialogue, now: datetime
) -> None:
    with Counted(session) as counted:
        done = bring(session, dialogue, (line(f"Supplier {n:04}") for n in range(250)), now)
    assert done.responses == 250
    assert len([text for text in counted.statements if "audit_entry" not in text]) < 60
    assert session.scalar(select(func.count()).select_from(Submission)) == 250


def test_a_file_is_read_line_by_line_and_must_be_utf_8() -> None:
    good = TextIOWrapper(BytesIO("ä\nb\n".encode()), encoding="utf-8")
    assert list(exchange.lines_of(good)) == ["ä\n", "b\n"]
    bad = TextIOWrapper(BytesIO("ä\n".encode("latin-1")), encoding="utf-8")
    with pytest.raises(Invalid, match="UTF-8"):
        list(exchange.lines_of(bad))


def test_a_line_without_end_is_refused(session: Session, dialogue: Dialogue, now: datetime) -> None:
    long = "x" * (exchange.LINE_LENGTH + 1)
    with pytest.raises(Invalid, match="Line 1: This line is too long"):
        bring(session, dialogue, [long], now + timedelta(0))


def test_answers_given_on_the_portal_survive_an_import_of_others(ready: Scene) -> None:
    ready.submit()
    before = given_answers(ready.session, ready.response.id)
    bring(ready.session, ready.dialogue, [line("Alpha"), line("Beta")], ready.now)
    assert given_answers(ready.session, ready.response.id) == before
    with pytest.raises(NotNow):
        ready.save("D", D_02=draft("x", 1))
