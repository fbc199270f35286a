"""Reporting templates on minerals: read, looked at, and what they say suggested or taken."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.ids import new_id
from portal.core.words import words
from portal.identity.actor import Actor
from portal.questionnaire.importers.xlsx import Sheet
from portal.response.answers import GivenAnswer
from portal.response.history import Hand, begin, write_answers
from portal.response.imports import keep_import, require_hand, waiting_import
from portal.response.intake import Intake, Vetted
from portal.response.loading import Loaded, act_on, given_answers, load, require_changeable
from portal.response.minerals import Declaration, read_declaration
from portal.response.minerals_answers import answers_from, file_question
from portal.response.minerals_content import from_content, to_content
from portal.response.models_sources import AnswerOrigin
from portal.response.operations_evidence import Described, add_file, tie
from portal.response.operations_suggesting import forget_origins
from portal.response.operations_workbook import Decision
from portal.response.queries_minerals import KIND, made_of

SOURCE = "minerals"
"""What answers from a template are noted as in their history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTemplate:
    """A file that was given: its sheets, and itself; ``intake`` is None if it is not kept."""

    sheets: Sequence[Sheet]
    file: Vetted
    sha256: str
    intake: Intake | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenMinerals:
    """Questions with a new suggestion, questions that were changed, and those to look at again."""

    suggested: tuple[str, ...]
    changed: tuple[str, ...]
    again: tuple[str, ...]


def read_template(
    session: Session, actor: Actor, response_id: UUID, given: GivenTemplate, *, now: datetime
) -> UUID:
    """Keep what a template says, to be looked at; no answer changes.

    With ``intake``, the file itself is kept among the supplier's evidence.
    Raises Refused unless the actor may answer anything, NotNow if answers cannot be changed,
    Invalid if it is no template that is known here.
    """
    declared = read_declaration(given.sheets)
    loaded = load(session, response_id, lock=True)
    require_hand(session, actor, loaded)
    require_changeable(loaded, now)
    evidence_id = _kept(session, actor, loaded, given, declared, now=now)
    return keep_import(
        session,
        actor,
        response_id,
        KIND,
        to_content(declared, evidence_id),
        file_name=given.file.name,
        sha256=given.sha256,
        now=now,
    )


def take_minerals(
    session: Session,
    actor: Actor,
    response_id: UUID,
    import_id: UUID,
    decision: Decision,
    *,
    uses_file: bool = False,
    now: datetime,
) -> TakenMinerals:
    """Suggest what a template says where nobody has answered; change only what was chosen.

    ``decision`` names the answered questions for which the template's answer is wanted, and the
    versions that were seen beside it. ``uses_file``: the kept file answers the question for it.
    Raises Refused (not waiting), NotNow (closed, submitted), Invalid as ``tie``.
    """
    loaded = load(session, response_id, lock=True)
    writable = require_hand(session, actor, loaded)
    require_changeable(loaded, now)
    found = waiting_import(session, response_id, import_id, KIND, lock=True)
    declared, evidence_id = from_content(found.content)
    given = given_answers(session, response_id, {})
    made = made_of(declared, loaded, given, writable)
    suggested = {key: each.mine for key, each in made.items() if each.is_new}
    chosen = {key: made[key] for key in decision.from_workbook & made.keys() - suggested.keys()}
    changed = {
        key: each.mine
        for key, each in chosen.items()
        if decision.seen.get(key) == each.current.version
    }
    again = tuple(key for key in chosen if key not in changed)
    _write(session, actor, loaded, (given, suggested, changed), declared, now=now)
    if uses_file and evidence_id is not None:
        _answer_with_file(session, actor, loaded, declared, evidence_id, now=now)
    if not again:
        found.applied_at = now
    return TakenMinerals(suggested=tuple(suggested), changed=tuple(changed), again=again)


def label_of(declared: Declaration) -> str:
    """``CMRT 6.4 of 12 March 2026``."""
    day = words("en").day(declared.day) if declared.day else ""
    return f"{declared.label} of {day}" if day else declared.label


def _kept(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    given: GivenTemplate,
    declared: Declaration,
    *,
    now: datetime,
) -> UUID | None:
    if given.intake is None:
        return None
    described = Described(
        title=label_of(declared), issued_on=declared.day, document_kind="minerals"
    )
    supplier_id = loaded.response.organisation_id
    kept = add_file(
        session, actor, supplier_id, given.file, described, intake=given.intake, now=now
    )
    return kept.id


def _write(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    answers: tuple[dict[str, GivenAnswer], dict[str, GivenAnswer], dict[str, GivenAnswer]],
    declared: Declaration,
    *,
    now: datetime,
) -> None:
    """One write for suggestions and changes, one audit row, and where each suggestion is from."""
    given, suggested, changed = answers
    if not (suggested or changed):
        return
    hand = Hand(actor.person_id, now, SOURCE)
    write_answers(session, loaded, given, {**suggested, **changed}, hand)
    labels = _labels(session, loaded, suggested, label_of(declared))
    forget_origins(session, loaded.response.id, {*suggested, *changed})
    if suggested:
        _store_origins(session, loaded, labels, declared, hand)
    details: dict[str, object] = {
        "template": label_of(declared),
        "suggested": list(suggested),
        "questions": list(changed),
    }
    details |= begin(loaded.response, now)
    record(session, act_on(loaded.response, actor, "minerals_taken", details), now=now)


def _store_origins(
    session: Session,
    loaded: Loaded,
    labels: Mapping[str, str],
    declared: Declaration,
    hand: Hand,
) -> None:
    """Say of each suggestion where it is from; one statement."""
    at = datetime.combine(declared.day, time(), UTC) if declared.day else None
    rows = [
        {
            "id": new_id(),
            "response_id": loaded.response.id,
            "question_id": question_id,
            "kind": KIND,
            "source_question_id": "",
            "label": label,
            "answered_at": at,
            "taken_by": hand.person_id,
            "taken_at": hand.now,
        }
        for question_id, label in labels.items()
    ]
    session.connection().execute(insert(AnswerOrigin), rows)


def _labels(
    session: Session, loaded: Loaded, question_ids: Collection[str], label: str
) -> dict[str, str]:
    """Where each suggestion is from: two templates may answer one question, each for its part."""
    query = select(AnswerOrigin.question_id, AnswerOrigin.label).where(
        AnswerOrigin.response_id == loaded.response.id,
        AnswerOrigin.question_id.in_(sorted(question_ids)),
        AnswerOrigin.kind == KIND,
    )
    before = dict(session.execute(query).all())
    return {
        key: ", ".join(dict.fromkeys([*before.get(key, label).split(", "), label]))[:300]
        for key in question_ids
    }


def _answer_with_file(
    session: Session,
    actor: Actor,
    loaded: Loaded,
    declared: Declaration,
    evidence_id: UUID,
    *,
    now: datetime,
) -> None:
    near = answers_from(declared, loaded.questionnaire)
    question = file_question(loaded.questionnaire, near)
    if question is not None:
        session.flush()
        tie(session, actor, loaded.response.id, question.id, evidence_id, now=now)
