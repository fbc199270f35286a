"""Questionnaires made from others by small changes, and follow-up versions of a dialogue's."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor, role_holders
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.models import Version
from portal.questionnaire.operations import save_draft, vote
from portal.questionnaire.operations_versions import begin_version, set_origin
from portal.questionnaire.subjects import (
    HEAD,
    ORDER,
    assemble,
    flatten,
    parts,
    question_subject,
    section_subject,
    unflatten,
)
from tests import factories

Fields = Mapping[str, Any]


def edited(
    questionnaire: Questionnaire,
    number: str = "2.0",
    *,
    fields: Mapping[str, Fields] | None = None,
    without: Collection[str] = (),
    added: Mapping[str, Collection[Mapping[str, Any]]] | None = None,
) -> Questionnaire:
    """The questionnaire under another number, with fields of questions changed.

    A field that is None is taken out with all below it. ``added``: section id → contents of
    questions for its end; a new section is made if needed.
    """
    contents = parts(questionnaire)
    contents[HEAD] |= {"version": number}
    for question_id, changes in (fields or {}).items():
        subject = question_subject(question_id)
        joined = flatten(contents[subject]) | dict(changes)
        gone = tuple(f"{name}/" for name, value in changes.items() if value is None)
        contents[subject] = unflatten(
            {k: v for k, v in joined.items() if v is not None and not k.startswith(gone)}
        )
    order = [[each, [i for i in ids if i not in without]] for each, ids in contents[ORDER]]
    for section_id, questions in (added or {}).items():
        if section_id not in dict(order):
            order.append([section_id, []])
            contents[section_subject(section_id)] = {"id": section_id, "title": {"en": section_id}}
        dict(order)[section_id].extend(question["id"] for question in questions)
        contents |= {question_subject(each["id"]): dict(each) for each in questions}
    contents[ORDER] = order
    return assemble(contents)


def asked(question_id: str, kind: str = "long", text: str = "", **others: Any) -> dict[str, Any]:  # noqa: ANN401 - any key of a question
    """The content of an optional question."""
    words = {"en": text or f"What about {question_id}?"}
    return {"id": question_id, "type": kind, "text": words, "required": False, **others}


def lead_of(session: Session, dialogue: Dialogue) -> Actor:
    """The dialogue's lead buyer."""
    holders = role_holders(session, dialogue.id)
    return load_actor(
        session, next(each.person_id for each in holders if each.role is Role.LEAD_BUYER)
    )


def follow_up(
    session: Session,
    dialogue: Dialogue,
    questionnaire: Questionnaire,
    origins: Mapping[str, tuple[str, tuple[str, ...]]] | None = None,
    *,
    now: datetime,
) -> Version:
    """A new version of a dialogue with one buyer, approved; ``origins``: id → kind, sources."""
    lead = lead_of(session, dialogue)
    begun = begin_version(
        session,
        lead,
        dialogue.id,
        number=questionnaire.version,
        organisation_id=factories.own(lead),
        now=now,
    )
    version = save_draft(session, lead, dialogue.id, questionnaire, now=now)
    assert version.id == begun.id
    for question_id, (kind, sources) in (origins or {}).items():
        set_origin(session, lead, version.id, question_id, kind=kind, sources=sources, now=now)
    vote(
        session,
        lead,
        version.id,
        organisation_id=factories.own(lead),
        approves=True,
        reason="",
        now=now,
    )
    return version
