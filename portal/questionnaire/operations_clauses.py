"""Which clauses a question of a draft covers, picked from the register."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import NotNow, message
from portal.identity.actor import Actor
from portal.questionnaire.queries_editing import content_at
from portal.questionnaire.recording import Editor, Saved, open_draft
from portal.questionnaire.register import Register, RegisteredInstrument
from portal.questionnaire.subjects import HEAD, Content, question_subject

Reference: TypeAlias = tuple[str, str]
"""Instrument and clause, as the question writes them."""


def pick_clauses(
    session: Session,
    actor: Actor,
    version_id: UUID,
    question_id: str,
    *,
    picked: Collection[Reference],
    register: Register,
    editor: Editor,
    now: datetime,
) -> Saved:
    """Make these the clauses of a question, joined with what others picked meanwhile.

    Instruments that the questionnaire does not list yet are taken from the register, and with them
    whether a clause's number was checked.
    """
    draft = open_draft(session, actor, version_id, editor, now=now)
    subject = question_subject(question_id)
    current = draft.contents.get(subject)
    if current is None:
        raise NotNow(message("This part has been retired meanwhile, so it was not saved."))
    base = _references(content_at(session, version_id, subject, editor.seen, current))
    theirs = _references(current)
    wanted = [each for each in theirs if each in picked or each not in base]
    wanted += [each for each in picked if each not in base and each not in wanted]
    given = {(each["instrument"], each["clause"]): each for each in current.get("clauses", ())}
    clauses = [given.get(each) or _new(each, register) for each in wanted]
    after = draft.contents | {
        subject: current | {"clauses": clauses},
        HEAD: _with_instruments(draft.contents[HEAD], wanted, register),
    }
    return draft.save(after, "changed")


def _references(content: Content) -> list[Reference]:
    return [(each["instrument"], each["clause"]) for each in content.get("clauses", ())]


def _new(reference: Reference, register: Register) -> dict[str, Any]:
    instrument, clause = reference
    found = register.instrument(instrument)
    known = [each for each in found.clauses if each.is_written(clause)] if found else []
    verified = bool(known and known[0].verified)
    return {"instrument": instrument, "clause": clause, "verified": verified}


def _with_instruments(
    head: Content, references: Collection[Reference], register: Register
) -> Content:
    known = {each["id"] for each in head["instruments"]}
    missing = dict.fromkeys(name for name, _ in references if name not in known)
    found = [register.instrument(name) for name in missing]
    languages = set(head["languages"])
    added = [_instrument(each, languages) for each in found if each is not None]
    return head | {"instruments": [*head["instruments"], *added]}


def _instrument(found: RegisteredInstrument, languages: Collection[str]) -> dict[str, Any]:
    """As a questionnaire lists it, in the questionnaire's languages."""

    def own(text: Mapping[str, str]) -> dict[str, str]:
        return {tag: wording for tag, wording in text.items() if tag in languages}

    days = {"valid_from": found.valid_from, "valid_to": found.valid_to}
    return {
        "id": found.id,
        "title": own(found.title),
        "version": found.version,
        "note": own(found.note),
        **{name: day.isoformat() for name, day in days.items() if day is not None},
    }
