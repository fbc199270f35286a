from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.errors import Invalid, Refused
from portal.core.mail import OutboxMail
from portal.identity.roles import Role
from portal.response.operations_notes import resolve_note, write_note
from portal.response.queries_notes import notes_page
from tests.response.builders import Scene

LINK = "https://parley.example/responses/1/notes"


def test_notes_are_written_answered_and_resolved_among_colleagues(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    place = (team.session, helper, team.response.id)
    asked = write_note(*place, ("B", "B.02"), "Is it\nthis one?", now=team.now)
    own = (team.session, team.signatory, team.response.id)
    team.now += timedelta(minutes=1)
    write_note(*own, ("B", "B.02"), "Yes.", now=team.now)
    write_note(*own, ("D", ""), "Short, please.", now=team.now)
    write_note(*own, ("", ""), "By Friday.", now=team.now)
    page = notes_page(*own, "B")
    assert [(note.text, note.name) for note in page.notes] == [
        ("Is it\nthis one?", helper.name),
        ("Yes.", team.signatory.name),
    ]
    assert notes_page(*place).places == [("", ""), ("B", "B.02"), ("D", "")]
    for _ in range(2):
        resolve_note(*own, asked.id, now=team.now)
    first = notes_page(*own, "B").notes[0]
    assert (first.resolved_by, first.resolved_at) == (team.signatory.name, team.now)
    details = team.session.scalars(select(AuditEntry.details).where(AuditEntry.act == "noted"))
    assert "this one" not in str(details.all())
    resolved = team.session.scalars(select(AuditEntry).where(AuditEntry.act == "note_resolved"))
    assert len(resolved.all()) == 1


def test_only_chosen_colleagues_get_a_mail_and_it_does_not_hold_the_note(team: Scene) -> None:
    helper = team.colleague(Role.SUPPLIER_CONTRIBUTOR)
    team.colleague(Role.SUPPLIER_ADMIN)
    assert helper.person_id is not None
    own = (team.session, team.signatory, team.response.id, ("B", ""), "Margin is secret.")
    write_note(*own, tell=[helper.person_id], link=LINK, now=team.now)
    team.session.flush()
    (mail,) = team.session.scalars(select(OutboxMail)).all()
    assert mail.recipient == helper.email
    assert LINK in mail.body
    assert "Margin" not in mail.body + mail.subject
    with pytest.raises(Refused):
        write_note(*own, tell=[uuid4()], link=LINK, now=team.now)


def test_nobody_else_reads_writes_or_resolves_notes(team: Scene) -> None:
    note = write_note(
        team.session, team.signatory, team.response.id, ("B", ""), "Ours.", now=team.now
    )
    for role in (Role.LEAD_BUYER, Role.SECRETARIAT, Role.SUPPLIER_ADMIN, Role.OBSERVER):
        place = (team.session, team.person(role), team.response.id)
        with pytest.raises(Refused):
            notes_page(*place)
        with pytest.raises(Refused):
            write_note(*place, ("B", ""), "Theirs.", now=team.now)
        with pytest.raises(Refused):
            resolve_note(*place, note.id, now=team.now)


def test_a_note_needs_a_text_and_a_place(team: Scene) -> None:
    place = (team.session, team.signatory, team.response.id)
    for text in (" ", "x" * 4001):
        with pytest.raises(Invalid) as fault:
            write_note(*place, ("B", ""), text, now=team.now)
        assert list(fault.value.fields) == ["text"]
    for wrong in (("Z", ""), ("A", "B.01"), ("", "Z.01")):
        with pytest.raises(Refused):
            write_note(*place, wrong, "x", now=team.now)
