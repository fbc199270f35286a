"""Picking clauses for a question from the register."""

from collections.abc import Sequence
from datetime import datetime

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.identity.actor import Actor
from portal.questionnaire.definition import ClauseReference, Questionnaire
from portal.questionnaire.loader import from_json
from portal.questionnaire.models import Version
from portal.questionnaire.operations_clauses import Reference, pick_clauses
from portal.questionnaire.operations_editing import Editor, import_draft
from portal.questionnaire.register import register
from tests import factories
from tests.questionnaire.answers import TYPES

STEP = ("oecd-ddg", "step 2.1")


def drafted(session: Session, lead: Actor, dialogue: Dialogue, now: datetime) -> Version:
    own = factories.own(lead)
    return import_draft(session, lead, dialogue.id, TYPES, organisation_id=own, now=now)


def pick(
    session: Session,
    actor: Actor,
    version: Version,
    picked: Sequence[Reference],
    *,
    seen: int | None = None,
    now: datetime,
) -> Questionnaire:
    pick_clauses(
        session,
        actor,
        version.id,
        "A.01",
        picked=picked,
        register=register(),
        editor=Editor(factories.own(actor), version.revision if seen is None else seen),
        now=now,
    )
    return from_json(version.definition)


def clauses(questionnaire: Questionnaire) -> Sequence[ClauseReference]:
    question = questionnaire.question("A.01")
    assert question is not None
    return question.clauses


def test_a_picked_clause_brings_its_instrument_and_its_mark(
    session: Session, dialogue: Dialogue, lead: Actor, now: datetime
) -> None:
    version = drafted(session, lead, dialogue, now)
    after = pick(session, lead, version, [STEP], now=now)
    (reference,) = clauses(after)
    assert (reference.instrument, reference.clause) == STEP
    assert reference.verified
    listed = {instrument.id: instrument for instrument in after.instruments}
    assert set(listed["oecd-ddg"].title) == set(TYPES.languages)
    assert version.state == "in_review"


def test_clauses_that_two_people_pick_at_once_are_both_there(
    session: Session, dialogue: Dialogue, lead: Actor, second: Actor, now: datetime
) -> None:
    version = drafted(session, lead, dialogue, now)
    seen = version.revision
    given = [(each.instrument, each.clause) for each in clauses(TYPES)]
    pick(session, lead, version, [*given, STEP], seen=seen, now=now)
    after = pick(session, second, version, [("ilo", "29")], seen=seen, now=now)
    assert [(each.instrument, each.clause) for each in clauses(after)] == [STEP, ("ilo", "29")]
