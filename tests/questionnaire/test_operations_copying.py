"""Copying questions and sections into a draft, as people do it: one change, in one place."""

from datetime import datetime, timedelta

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.copying import Picked
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Version
from portal.questionnaire.operations import publish
from portal.questionnaire.operations_copying import copy_picked, copy_questions, copy_sections
from portal.questionnaire.operations_editing import Editor, change, import_draft, retire, undo
from portal.questionnaire.operations_versions import begin_version
from portal.questionnaire.queries_editing import changes
from portal.questionnaire.subjects import parts
from tests import factories
from tests.questionnaire.answers import ROUTING, TYPES
from tests.questionnaire.drafts import cast
from tests.questionnaire.editions import asked, edited


@pytest.fixture
def version(session: Session, dialogue: Dialogue, lead: Actor, now: datetime) -> Version:
    """A draft with a question of every type."""
    return import_draft(
        session, lead, dialogue.id, TYPES, organisation_id=factories.own(lead), now=now
    )


def by(actor: Actor, version: Version) -> Editor:
    """Somebody whose page showed the newest revision."""
    return Editor(factories.own(actor), version.revision)


def written(version: Version) -> Questionnaire:
    """The draft as it is stored."""
    return from_json(version.definition)


def test_copying_is_one_change_and_taking_it_back_leaves_nothing(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    ids = [question.id for question in ROUTING.questions()]
    editor = by(lead, version)
    saved = copy_sections(session, lead, version.id, ROUTING, ids, editor=editor, now=now)
    rows = [row for row in changes(session, version.id, limit=200) if row.number == saved.revision]
    assert {row.act for row in rows} == {"copied"}
    undo(session, lead, version.id, saved.revision, editor=by(lead, version), now=now)
    assert written(version) == TYPES


def test_questions_of_several_questionnaires_come_in_one_change(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    picks = [
        Picked(ROUTING, ["C.01"]),
        Picked(edited(TYPES, added={"A": [asked("X.01")]}), ["X.01"]),
    ]
    editor = by(lead, version)
    saved = copy_picked(session, lead, version.id, picks, editor=editor, section_id="A", now=now)
    assert saved.revision == editor.seen + 1
    assert [each.id for each in written(version).sections[0].questions[-2:]] == ["A.06", "X.01"]


def test_two_editors_who_copy_at_once_get_different_ids(
    session: Session, version: Version, lead: Actor, second: Actor, now: datetime
) -> None:
    seen = version.revision
    for actor in (lead, second):
        copy_questions(
            session,
            actor,
            version.id,
            ROUTING,
            ["A.01"],
            editor=Editor(factories.own(actor), seen),
            section_id="A",
            now=now,
        )
    assert [each.id for each in written(version).sections[0].questions[-2:]] == ["A.06", "A.07"]


def test_a_copy_that_somebody_has_worked_on_is_not_taken_back(
    session: Session, version: Version, lead: Actor, second: Actor, now: datetime
) -> None:
    editor = by(lead, version)
    saved = copy_questions(
        session, lead, version.id, ROUTING, ["C.01"], editor=editor, section_id="A", now=now
    )
    content = parts(written(version))["question:A.06"] | {"hint": {"en": "Mine."}}
    change(
        session, second, version.id, "question:A.06", content, editor=by(second, version), now=now
    )
    with pytest.raises(Invalid, match="changed since"):
        undo(session, lead, version.id, saved.revision, editor=by(lead, version), now=now)


def test_nothing_chosen_or_a_section_that_is_gone_is_said_and_changes_nothing(
    session: Session, version: Version, lead: Actor, second: Actor, now: datetime
) -> None:
    def attempt(ids: list[str], section_id: str) -> None:
        editor = Editor(factories.own(lead), 1)
        copy_questions(
            session, lead, version.id, ROUTING, ids, editor=editor, section_id=section_id, now=now
        )

    retire(session, second, version.id, "section:B", editor=by(second, version), now=now)
    before = version.revision
    with pytest.raises(Invalid, match="There is no section “B”"):
        attempt(["A.01"], "B")
    with pytest.raises(Invalid, match="Choose at least one question"):
        attempt(["Z.99"], "A")
    assert version.revision == before


def test_an_id_that_was_published_is_not_given_to_another_question(
    session: Session, dialogue: Dialogue, version: Version, lead: Actor, now: datetime
) -> None:
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    later, own = now + timedelta(days=1), factories.own(lead)
    draft = begin_version(session, lead, dialogue.id, number="2.0", organisation_id=own, now=later)
    for question_id in ("A.02", "A.03"):
        subject = f"question:{question_id}"
        retire(session, lead, draft.id, subject, editor=by(lead, draft), now=later)
    for source in (TYPES, ROUTING):
        copy_questions(
            session,
            lead,
            draft.id,
            source,
            ["A.02" if source is TYPES else "A.03"],
            editor=by(lead, draft),
            section_id="A",
            now=later,
        )
    assert [each.id for each in written(draft).sections[0].questions[-2:]] == ["A.02", "A.06"]


@pytest.mark.parametrize("role", [Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_ADMIN])
def test_only_editors_copy(
    session: Session,
    dialogue: Dialogue,
    version: Version,
    *,
    role: Role,
    now: datetime,
) -> None:
    reader = factories.member(session, dialogue, role, now=now)
    editor = by(reader, version)
    with pytest.raises(Refused):
        copy_sections(session, reader, version.id, ROUTING, ["A.01"], editor=editor, now=now)


def test_nothing_is_copied_into_what_is_published(
    session: Session, dialogue: Dialogue, version: Version, lead: Actor, now: datetime
) -> None:
    cast(session, lead, version, now)
    publish(session, lead, dialogue.id, now=now)
    with pytest.raises(NotNow):
        copy_sections(
            session, lead, version.id, ROUTING, ["A.01"], editor=by(lead, version), now=now
        )
