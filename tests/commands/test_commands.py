"""What the commands do when everything is right."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from portal.core.db import Session
from portal.dialogue.queries import dialogue_by_name, load_actor
from portal.identity.operations import use_link
from portal.identity.roles import Role
from portal.questionnaire.queries import published_version, votes
from tests import factories
from tests.commands.conftest import Run
from tests.factories import SMALL


def some_lines(path: Path, count: int) -> Path:
    """So many suppliers' responses, every second a reseller."""
    roles = ("brand", "reseller")
    path.write_text(
        "".join(
            json.dumps({"supplier": f"Company {n}", "answers": {"A.01": {"value": [roles[n % 2]]}}})
            + "\n"
            for n in range(count)
        )
    )
    return path


def test_three_commands_lead_from_a_file_to_figures(portal: Run, tmp_path: Path) -> None:
    publish = portal("questionnaire", "publish", SMALL, "--dialogue", "beps")
    assert publish.exit_code == 0, publish.output
    read = portal("responses", "import", "beps", some_lines(tmp_path / "in.jsonl", 24))
    assert read.stdout == "24 responses imported, 0 unchanged, 24 new organisations.\n"
    made = portal("release", "create", "beps")
    assert made.exit_code == 0, made.output
    release_id = UUID(made.stdout.strip())
    for name in (release_id, "beps/latest", "beps/1"):
        path = tmp_path / "out.json"
        file = ("--audience", "public", "--format", "json", "-o", path)
        assert portal("release", "export", name, *file).exit_code == 0
        document = json.loads(path.read_text())
        cells = document["questions"]["A.01"]["columns"]["all"]["cells"]
        assert cells == {"brand": 12, "manufacturer": 0, "reseller": 12}
        assert document["audience"] == "public"


def test_a_release_can_be_made_again_after_a_further_import(portal: Run, tmp_path: Path) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "beps")
    for count in (12, 24):
        portal("responses", "import", "beps", some_lines(tmp_path / "in.jsonl", count))
        assert portal("release", "create", "beps").exit_code == 0
    path = tmp_path / "out.csv"
    file = ("--audience", "buyer", "--format", "csv", "-o", path)
    assert "Release 2" in portal("release", "export", "beps/latest", *file).stdout


def test_what_is_exported_can_be_imported_elsewhere(portal: Run, tmp_path: Path) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "beps")
    portal("responses", "import", "beps", some_lines(tmp_path / "in.jsonl", 4))
    out = tmp_path / "out.jsonl"
    assert portal("responses", "export", "beps", "--as", "SEC", "-o", out).exit_code == 0
    portal("questionnaire", "publish", SMALL, "--dialogue", "again")
    assert portal("responses", "import", "again", out).exit_code == 0
    own = tmp_path / "own.jsonl"
    supplier = ("--supplier", "Company 1", "-o", own)
    assert portal("responses", "export", "beps", "--as", "supplier-admin", *supplier).exit_code == 0
    assert [json.loads(line)["supplier"] for line in own.read_text().splitlines()] == ["Company 1"]


def test_a_new_dialogue_can_be_given_its_calendar(
    portal: Run, session: Session, tmp_path: Path
) -> None:
    times = ("--opens", "2026-09-01", "--closes", "2099-10-01T12:00", "--title", "Trial")
    assert portal("questionnaire", "publish", SMALL, "--dialogue", "beps", *times).exit_code == 0
    made = dialogue_by_name(session, "beps")
    assert made is not None
    assert made.title == "Trial"
    assert made.closes_at == datetime(2099, 10, 1, 12, tzinfo=UTC)
    again = portal("questionnaire", "publish", SMALL, "--dialogue", "beps", "--title", "Other")
    assert again.exit_code == 1
    assert not list(tmp_path.glob("*.part"))


def test_publishing_names_the_buyers_who_have_not_approved(
    portal: Run, session: Session, now: datetime
) -> None:
    made = factories.dialogue(session, short_name="joint", now=datetime.now(UTC))
    leads = [factories.member(session, made, Role.LEAD_BUYER, now=now) for _ in range(2)]
    session.commit()
    publish = ("questionnaire", "publish", SMALL, "--dialogue", "joint")
    refused = portal(*publish, "--approved-by", leads[0].email)
    assert refused.exit_code == 1
    assert "Still missing: " in refused.stderr
    done = portal(*publish, "--approved-by", leads[0].email, "--approved-by", leads[1].email)
    assert done.exit_code == 0, done.output
    session.expire_all()
    version = published_version(session, made.id)
    assert version is not None
    assert all(row.approves for row in votes(session, version.id))


def test_only_a_buyers_own_person_can_be_said_to_approve(
    portal: Run, session: Session, now: datetime
) -> None:
    made = factories.dialogue(session, short_name="joint", now=datetime.now(UTC))
    reader = factories.member(session, made, Role.BUYER_READER, now=now)
    session.commit()
    publish = ("questionnaire", "publish", SMALL, "--dialogue", "joint")
    for email in (reader.email, "unknown@example.org"):
        refused = portal(*publish, "--approved-by", email)
        assert refused.exit_code == 1
        assert email in refused.stderr


def test_a_dialogue_with_suppliers_is_not_closed_by_a_release(
    portal: Run, session: Session
) -> None:
    made = factories.published(session, now=datetime.now(UTC), short_name="joint")
    factories.supplier(session, made, now=datetime.now(UTC))
    session.commit()
    refused = portal("release", "create", "joint")
    assert refused.exit_code == 1
    assert "promised" in refused.stderr
    session.expire_all()
    assert made.state == "published"


def test_an_invited_person_gets_a_link_that_signs_them_in(portal: Run, session: Session) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "beps")
    invite = ("user", "invite", "Ann@Example.org", "--organisation", "Secretariat")
    first = portal(*invite, "--kind", "secretariat", "--name", "Ann")
    assert first.exit_code == 0, first.output
    portal(*invite, "--dialogue", "beps", "--role", "secretariat")
    token = first.stdout.strip().rsplit("/", maxsplit=1)[-1]
    person, _ = use_link(session, token, now=datetime.now(UTC))
    actor = load_actor(session, person.id)
    made = dialogue_by_name(session, "beps")
    assert made is not None
    assert (person.email, person.name) == ("ann@example.org", "Ann")
    assert Role.SECRETARIAT in actor.roles(made.id)


def test_a_brief_is_made_on_demand(portal: Run, tmp_path: Path) -> None:
    portal("questionnaire", "publish", SMALL, "--dialogue", "beps")
    portal("responses", "import", "beps", some_lines(tmp_path / "in.jsonl", 24))
    portal("release", "create", "beps")
    for form, start in (("html", b"<!doctype html>"), ("json", b"{")):
        path = tmp_path / f"brief.{form}"
        done = portal(
            "brief", "export", "beps", "--edition", "public", "--format", form, "-o", path
        )
        assert done.exit_code == 0, done.output
        assert path.read_bytes().lower().startswith(start)


def test_the_schema_is_written(portal: Run, tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    assert portal("questionnaire", "schema", "-o", path).exit_code == 0
    assert json.loads(path.read_text())["type"] == "object"


def test_a_folder_of_questionnaires_is_checked(portal: Run) -> None:
    result = portal("questionnaire", "check", SMALL.parent)
    assert result.exit_code == 0, result.output
    assert "No fault" in result.stdout
