from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Version
from portal.questionnaire.operations import publish
from portal.questionnaire.operations_copying import copy_questions
from portal.questionnaire.operations_editing import (
    Clashes,
    Editor,
    add_question,
    add_section,
    change,
    confirm_translation,
    import_draft,
    move,
    retire,
    undo,
)
from portal.questionnaire.queries_editing import (
    all_changes,
    changes,
    draft_of,
    questionnaire_at,
)
from portal.questionnaire.subjects import content_of
from portal.questionnaire.translating import Open, open_translations
from tests import factories
from tests.questionnaire.answers import ROUTING, TYPES
from tests.questionnaire.drafts import cast


@pytest.fixture
def version(session: Session, dialogue: Dialogue, lead: Actor, now: datetime) -> Version:
    """A draft with a question of every type."""
    return import_draft(
        session, lead, dialogue.id, TYPES, organisation_id=factories.own(lead), now=now
    )


def by(actor: Actor, version: Version, seen: int | None = None) -> Editor:
    """Somebody whose page showed the newest revision, or the one given."""
    return Editor(factories.own(actor), version.revision if seen is None else seen)


def content(version: Version, question_id: str, **fields: object) -> dict[str, Any]:
    """A question as the draft has it now, with other fields."""
    found = content_of(from_json(version.definition), f"question:{question_id}")
    return {**(found or {}), **fields}


def written(version: Version) -> Questionnaire:
    return from_json(version.definition)


def order(version: Version) -> list[tuple[str, list[str]]]:
    return [(each.id, [q.id for q in each.questions]) for each in written(version).sections]


def reword(
    session: Session, actor: Actor, version: Version, editor: Editor, now: datetime, **texts: str
) -> None:
    """Write the text of A.01 in some languages, as on a page that showed the other languages."""
    base = questionnaire_at(session, version.id, editor.seen)
    assert base is not None
    typed: dict[str, Any] = {**(content_of(base, "question:A.01") or {})}
    typed["text"] |= texts
    change(session, actor, version.id, "question:A.01", typed, editor=editor, now=now)


def test_a_save_is_recorded_with_person_organisation_and_fields(
    session: Session, version: Version, second: Actor, now: datetime
) -> None:
    reword(session, second, version, by(second, version), now, en="Have you a policy?")
    (newest, *_) = changes(session, version.id)
    assert (newest.subject, newest.fields) == ("question:A.01", ("text/en",))
    assert (newest.person, newest.organisation) == (second.name, "Zürich")
    question = written(version).question("A.01")
    assert question is not None
    assert question.text["en"] == "Have you a policy?"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "draft_changed")).one()
    assert entry.details["subjects"] == ["question:A.01"]


def test_two_editors_of_different_languages_never_overwrite_each_other(
    session: Session, version: Version, lead: Actor, second: Actor, now: datetime
) -> None:
    seen = version.revision
    reword(session, lead, version, by(lead, version, seen), now, en="Have you a policy?")
    reword(session, second, version, by(second, version, seen), now, fr="Une politique ?")
    question = written(version).question("A.01")
    assert question is not None
    assert question.text == {"en": "Have you a policy?", "fr": "Une politique ?"}


def test_two_editors_of_the_same_words_are_shown_both_and_nothing_is_saved(
    session: Session, version: Version, lead: Actor, second: Actor, now: datetime
) -> None:
    seen = version.revision
    reword(session, lead, version, by(lead, version, seen), now, en="Have you a policy?")
    saved = version.definition
    with pytest.raises(Clashes) as refusal:
        reword(session, second, version, by(second, version, seen), now, en="Is there a policy?")
    (clash,) = refusal.value.clashes
    assert (clash.field, clash.mine, clash.theirs) == (
        "text/en",
        "Is there a policy?",
        "Have you a policy?",
    )
    assert version.definition == saved
    assert len(changes(session, version.id)) == 2


def test_saving_what_is_there_already_is_no_change(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    saved = change(
        session,
        lead,
        version.id,
        "question:A.01",
        content(version, "A.01"),
        editor=by(lead, version),
        now=now,
    )
    assert saved.subjects == ()
    assert saved.revision == version.revision == 1


def test_a_question_is_added_behind_another_and_its_id_is_taken_from_then_on(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    added = {"id": "A.99", "type": "yes_no", "text": {"en": "New?", "fr": "Nouveau ?"}}

    def add() -> None:
        editor = by(lead, version)
        add_question(session, lead, version.id, "A", added, editor=editor, after="A.01", now=now)

    add()
    with pytest.raises(Invalid, match=r"“A\.99” is taken") as refusal:
        add()
    assert "id" in refusal.value.fields
    assert order(version)[0][1][:2] == ["A.01", "A.99"]


def test_a_section_is_added_and_moved_and_a_question_moves_into_it(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    title = {"en": "Last", "fr": "Fin"}
    add_section(session, lead, version.id, "Z", title, editor=by(lead, version), after="A", now=now)
    move(session, lead, version.id, "section:Z", editor=by(lead, version), position=99, now=now)
    move(
        session,
        lead,
        version.id,
        "question:A.02",
        editor=by(lead, version),
        section_id="Z",
        position=0,
        now=now,
    )
    assert order(version)[-1] == ("Z", ["A.02"])
    assert written(version).question("A.02") == TYPES.question("A.02")


def test_a_condition_that_reads_later_questions_is_kept_as_a_fault_of_the_draft(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    assert version.state == "in_review"
    later = content(version, "A.01", show_if={"question": "A.02", "==": "yes"})
    change(session, lead, version.id, "question:A.01", later, editor=by(lead, version), now=now)
    assert version.state == "draft"


def test_what_is_still_read_cannot_be_retired(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    own = factories.own(lead)
    version = import_draft(session, lead, dialogue.id, ROUTING, organisation_id=own, now=now)
    first = ROUTING.sections[0].questions[0]
    with pytest.raises(Invalid, match="still depends"):
        retire(
            session,
            lead,
            version.id,
            f"question:{first.id}",
            editor=by(lead, version),
            now=now,
        )
    assert written(version) == ROUTING


def test_a_retired_question_can_be_brought_back_where_it_was(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    before = order(version)
    retired = retire(session, lead, version.id, "question:A.05", editor=by(lead, version), now=now)
    assert written(version).question("A.05") is None
    reword(session, lead, version, by(lead, version), now, en="Have you a policy?")
    undo(session, lead, version.id, retired.revision, editor=by(lead, version), now=now)
    assert order(version) == before
    assert written(version).question("A.05") == TYPES.question("A.05")
    question = written(version).question("A.01")
    assert question is not None
    assert question.text["en"] == "Have you a policy?"


def test_an_edit_of_a_retired_question_is_refused_and_said(
    session: Session, version: Version, lead: Actor, second: Actor, now: datetime
) -> None:
    seen, typed = version.revision, content(version, "A.05", required=False)
    retire(session, lead, version.id, "question:A.05", editor=by(lead, version), now=now)
    with pytest.raises(NotNow, match="retired"):
        change(
            session,
            second,
            version.id,
            "question:A.05",
            typed,
            editor=by(second, version, seen),
            now=now,
        )


def test_taking_back_what_was_changed_since_shows_both(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    reword(session, lead, version, by(lead, version), now, en="First?")
    first = version.revision
    reword(session, lead, version, by(lead, version), now, en="Second?")
    with pytest.raises(Clashes):
        undo(session, lead, version.id, first, editor=by(lead, version), now=now)
    undo(session, lead, version.id, first + 1, editor=by(lead, version), now=now)
    undo(session, lead, version.id, first, editor=by(lead, version), now=now)
    assert written(version) == TYPES


def test_any_earlier_revision_can_be_read_again(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    stages = [written(version)]
    reword(session, lead, version, by(lead, version), now, en="First?")
    stages.append(written(version))
    retire(session, lead, version.id, "question:A.05", editor=by(lead, version), now=now)
    stages.append(written(version))
    move(session, lead, version.id, "section:A", editor=by(lead, version), position=9, now=now)
    stages.append(written(version))
    for revision, stage in enumerate(stages, start=1):
        assert questionnaire_at(session, version.id, revision) == stage


def test_an_imported_file_is_recorded_part_by_part_and_once(
    session: Session, version: Version, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    reword(session, lead, version, by(lead, version), now, en="First?")
    own = factories.own(lead)
    for _ in range(2):
        import_draft(session, lead, dialogue.id, TYPES, organisation_id=own, now=now)
    assert written(version) == TYPES
    assert [(row.act, row.subject) for row in changes(session, version.id)] == [
        ("imported", "question:A.01"),
        ("changed", "question:A.01"),
        ("imported", "head"),
    ]


def test_a_translation_is_outdated_once_the_base_wording_moves_on(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    def state() -> dict[str, dict[str, Open]]:
        return open_translations(written(version), all_changes(session, version.id))

    assert state() == {}
    reword(session, lead, version, by(lead, version), now, en="Have you a policy?")
    assert state()["question:A.01"]["fr"].outdated == ("text",)
    reword(session, lead, version, by(lead, version), now, fr="Une politique ?")
    assert state() == {}
    reword(session, lead, version, by(lead, version), now, en="Have you any policy?")
    confirm_translation(
        session, lead, version.id, "question:A.01", "fr", editor=by(lead, version), now=now
    )
    assert state() == {}
    typed = content(version, "A.01", hint={"en": "Why."})
    change(session, lead, version.id, "question:A.01", typed, editor=by(lead, version), now=now)
    assert state()["question:A.01"]["fr"].missing == ("hint",)


def test_a_copied_question_gets_a_free_id_and_brings_its_instruments(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    saved = copy_questions(
        session,
        lead,
        version.id,
        ROUTING,
        [question.id for question in ROUTING.questions()],
        editor=by(lead, version),
        section_id="A",
        now=now,
    )
    ids = [question.id for question in written(version).questions()]
    assert len(ids) == len(set(ids))
    assert len(ids) == len(list(TYPES.questions())) + len(list(ROUTING.questions()))
    known = {instrument.id for instrument in written(version).instruments}
    used = {
        reference.instrument
        for question in written(version).questions()
        for reference in question.clauses
    }
    assert used <= known
    assert saved.revision == version.revision


def test_a_copied_condition_follows_its_question_or_is_named_as_lost(
    session: Session, version: Version, lead: Actor, now: datetime
) -> None:
    routed = next(question for question in ROUTING.questions() if question.show_if is not None)
    saved = copy_questions(
        session,
        lead,
        version.id,
        ROUTING,
        [routed.id],
        editor=by(lead, version),
        section_id="A",
        now=now,
    )
    copied = written(version).sections[0].questions[-1]
    assert copied.text["en"] == routed.text["en"]
    if copied.show_if is None:
        assert any(routed.id in str(each) for each in saved.dropped)


@pytest.mark.parametrize("role", [Role.BUYER_READER, Role.OBSERVER, Role.SUPPLIER_ADMIN])
def test_only_editors_edit_and_only_for_their_own_organisation(
    session: Session,
    version: Version,
    dialogue: Dialogue,
    *,
    lead: Actor,
    second: Actor,
    role: Role,
    now: datetime,
) -> None:
    reader = factories.member(session, dialogue, role, now=now)
    typed = content(version, "A.01", required=False)
    attempts = [
        (reader, Editor(factories.own(reader), 1)),
        (reader, Editor(None, 1)),
        (second, Editor(factories.own(lead), 1)),
    ]
    for actor, editor in attempts:
        with pytest.raises(Refused):
            change(session, actor, version.id, "question:A.01", typed, editor=editor, now=now)
    assert written(version) == TYPES


def test_a_published_questionnaire_is_not_edited(
    session: Session,
    version: Version,
    dialogue: Dialogue,
    *,
    lead: Actor,
    second: Actor,
    now: datetime,
) -> None:
    for buyer in (lead, second):
        cast(session, buyer, version, now)
    publish(session, lead, dialogue.id, now=now + timedelta(minutes=1))
    assert draft_of(session, dialogue.id) is None
    with pytest.raises(NotNow, match="published"):
        reword(session, lead, version, by(lead, version), now, en="Late?")


def test_the_portal_itself_edits_for_nobody(
    session: Session, version: Version, now: datetime
) -> None:
    typed = content(version, "A.01", required=False)
    change(session, SYSTEM, version.id, "question:A.01", typed, editor=Editor(None, 1), now=now)
    assert changes(session, version.id)[0].organisation == ""
