"""Stores imported responses, many in a few statements; a supplier's second one is a revision."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.audit import Act, AuditEntry, record, row_of
from portal.core.db import Base
from portal.core.errors import Invalid, message
from portal.core.ids import new_id
from portal.dialogue.models import Dialogue, Party
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.questionnaire.queries import LoadedVersion
from portal.response.answers import GivenAnswer
from portal.response.carrying_over import bring_forward
from portal.response.counting import cell_rows, packed_row
from portal.response.exchange_lines import Line
from portal.response.history import Hand, answer_row, history_row, write_answers
from portal.response.loading import act_on, given_answers, load
from portal.response.models import (
    Answer,
    AnswerChange,
    PackedCells,
    Response,
    Submission,
    SubmittedCell,
)
from portal.response.models_sources import AnswerReference
from portal.response.operations_submission import store_submission
from portal.response.packing import layout_of
from portal.response.reference_rows import imported_references, replace_references
from portal.response.rules import asked, is_answered
from portal.response.snapshot import Signing, freeze

SIGNATORY = "Imported"
REVISABLE = frozenset({"submitted", "not_started"})
"""States in which an import cannot destroy anything that a supplier is still writing."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many responses were stored, were there already as they are, and new organisations."""

    responses: int = 0
    unchanged: int = 0
    organisations: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """An organisation that exists, or will with the next ``store``."""

    id: UUID
    name: str
    kind: str
    parent_id: UUID | None


@dataclass(slots=True)
class _Rows:
    """Rows waiting to be inserted, by table; in an order that foreign keys allow."""

    waiting: dict[type[Base], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def insert(self, session: Session) -> None:
        order = (Organisation, Party, Response, Answer, AnswerChange, AnswerReference)
        for table in (*order, Submission, SubmittedCell, PackedCells, AuditEntry):
            rows = self.waiting.pop(table, [])
            if rows:
                session.connection().execute(insert(table), rows)


class _Organisations:
    """Finds organisations by name and makes those that are missing."""

    def __init__(self, session: Session, rows: _Rows, now: datetime) -> None:
        self.rows = rows
        self.now = now
        columns = (Organisation.id, Organisation.name, Organisation.kind, Organisation.parent_id)
        known = [_Known(*row) for row in session.execute(select(*columns))]
        self.by_name = {row.name: row for row in known}
        self.by_id = {row.id: row for row in known}
        self.made = 0

    def supplier(self, name: str, group: str | None) -> UUID:
        """The supplier's id; Invalid if the portal knows it otherwise."""
        found = self.by_name.get(name)
        if found is None:
            parent = None if group in {None, name} else self._top(group or name)
            return self._make(name, parent).id
        self._require_supplier(found)
        top = self._climb(found)
        if group is not None and top.name != group:
            raise Invalid(
                message(
                    "On the portal, {supplier} belongs to the group {group}.",
                    supplier=name,
                    group=top.name,
                )
            )
        return found.id

    def _top(self, name: str) -> UUID:
        found = self.by_name.get(name) or self._make(name, None)
        self._require_supplier(found)
        top = self._climb(found)
        if top.id != found.id:
            raise Invalid(
                message(
                    "{group} itself belongs to {top}. Name that as the group.",
                    group=name,
                    top=top.name,
                )
            )
        return found.id

    def _climb(self, organisation: _Known) -> _Known:
        seen = {organisation.id}
        while organisation.parent_id is not None and organisation.parent_id not in seen:
            organisation = self.by_id[organisation.parent_id]
            seen.add(organisation.id)
        return organisation

    def _require_supplier(self, organisation: _Known) -> None:
        if organisation.kind != "supplier":
            raise Invalid(
                message("{name} is on the portal, but not as a supplier.", name=organisation.name)
            )

    def _make(self, name: str, parent_id: UUID | None) -> _Known:
        made = _Known(new_id(), name, "supplier", parent_id)
        self.by_name[name] = self.by_id[made.id] = made
        self.rows.waiting[Organisation].append(
            {
                "id": made.id,
                "name": name,
                "kind": made.kind,
                "country": "",
                "parent_id": parent_id,
                "created_at": self.now,
            }
        )
        self.made += 1
        return made


class Importer:
    """Takes checked lines one by one and stores them in batches."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        dialogue: Dialogue,
        version: LoadedVersion,
        now: datetime,
    ) -> None:
        self.session = session
        self.actor = actor
        self.dialogue = dialogue
        self.version = version
        self.layout = layout_of(version.questionnaire)
        self.hand = Hand(actor.person_id, now)
        self.rows = _Rows()
        self.organisations = _Organisations(session, self.rows, now)
        self.line_of: dict[UUID, int] = {}
        parties = select(Party.organisation_id).where(Party.dialogue_id == dialogue.id)
        self.parties = set(session.scalars(parties))
        responses = select(Response.organisation_id, Response.id).where(
            Response.dialogue_id == dialogue.id
        )
        self.responses = dict(session.execute(responses).all())
        self.stored = self.unchanged = 0

    @property
    def done(self) -> Imported:
        """What was taken so far."""
        return Imported(self.stored, self.unchanged, self.organisations.made)

    def take(self, number: int, line: Line) -> None:
        """Take the line of this number; Invalid if it contradicts the portal or another line."""
        if line.submitted_at is not None and line.submitted_at > self.hand.now:
            raise Invalid(message('"submitted_at" lies in the future.'))
        supplier_id = self.organisations.supplier(line.supplier, line.group)
        if supplier_id in self.line_of:
            raise Invalid(
                message(
                    "{supplier} is in line {line} already.",
                    supplier=line.supplier,
                    line=self.line_of[supplier_id],
                )
            )
        self.line_of[supplier_id] = number
        self._add_party(supplier_id)
        if supplier_id in self.responses:
            self._revise(self.responses[supplier_id], line)
        else:
            self._add(supplier_id, line)

    def store(self) -> None:
        """Write what was taken since the last time."""
        self.rows.insert(self.session)

    def _add_party(self, supplier_id: UUID) -> None:
        if supplier_id not in self.parties:
            self.parties.add(supplier_id)
            self.rows.waiting[Party].append(
                {
                    "id": new_id(),
                    "dialogue_id": self.dialogue.id,
                    "organisation_id": supplier_id,
                    "part": "supplier",
                }
            )

    def _add(self, supplier_id: UUID, line: Line) -> None:
        """A first response, as rows to be inserted with others."""
        response_id, submission_id = new_id(), new_id()
        at = line.submitted_at or self.hand.now
        frozen = freeze(self._signing(line, 1, at), line.way, line.answers, {})
        waiting = self.rows.waiting
        waiting[Response].append(self._response_row(response_id, supplier_id, line, at))
        for question_id, answer in line.answers.items():
            waiting[Answer].append(answer_row(response_id, question_id, answer, self.hand))
            waiting[AnswerChange].append(history_row(response_id, question_id, answer, self.hand))
        waiting[AnswerReference].extend(imported_references(response_id, line.answers, self.hand))
        waiting[Submission].append(
            {
                "id": submission_id,
                "response_id": response_id,
                "dialogue_id": self.dialogue.id,
                "version_id": self.version.id,
                "organisation_id": supplier_id,
                "number": 1,
                "snapshot": frozen.text,
                "sha256": frozen.sha256,
                "signed_by": None,
                "signatory": SIGNATORY,
                "submitted_at": at,
                "withdrawn_at": None,
            }
        )
        counts = (submission_id, self.version.id, frozen.counts)
        waiting[SubmittedCell].extend(cell_rows(*counts))
        waiting[PackedCells].append(packed_row(*counts, self.layout))
        self.stored += 1
        self._note(response_id, supplier_id, frozen.sha256)

    def _response_row(
        self, response_id: UUID, supplier_id: UUID, line: Line, at: datetime
    ) -> dict[str, Any]:
        shown = asked(line.way)
        given = [question for question in shown if question.id in line.answers]
        answered = [q for q in given if is_answered(q, line.answers[q.id], line.way)]
        return {
            "id": response_id,
            "dialogue_id": self.dialogue.id,
            "version_id": self.version.id,
            "organisation_id": supplier_id,
            "state": "submitted",
            "answered": len(answered),
            "shown": len(shown),
            "declared_segments": list(line.segments),
            "created_at": self.hand.now,
            "started_at": at,
            "submitted_at": at,
        }

    def _revise(self, response_id: UUID, line: Line) -> None:
        """A further submission of a response that is there, unless it would say the same."""
        self.store()
        loaded = load(self.session, response_id, lock=True)
        if loaded.response.state not in REVISABLE:
            raise Invalid(
                message(
                    "{supplier} is answering on the portal. Its answers are not overwritten.",
                    supplier=line.supplier,
                )
            )
        is_behind = loaded.response.version_id != self.version.id
        loaded = bring_forward(self.session, self.actor, loaded, now=self.hand.now)
        before = given_answers(self.session, response_id)
        changes = _changes(before, line.answers)
        response = loaded.response
        same_segments = tuple(response.declared_segments or ()) == line.segments
        is_signed = response.state == "submitted" and not is_behind
        if is_signed and not changes and same_segments:
            self.unchanged += 1
            return
        at = line.submitted_at or self.hand.now
        response.declared_segments = list(line.segments)
        write_answers(self.session, loaded, before, changes, self.hand)
        replace_references(self.session, response_id, line.answers, self.hand)
        answers = {**before, **changes}
        submission = store_submission(self.session, loaded, answers, SIGNATORY, at)
        details = {"from": response.state, "to": "submitted", "sha256": submission.sha256}
        response.state, response.submitted_at = "submitted", at
        response.started_at = response.started_at or at
        record(self.session, act_on(response, self.actor, "submitted", details), now=self.hand.now)
        self.stored += 1

    def _signing(self, line: Line, number: int, at: datetime) -> Signing:
        return Signing(
            dialogue=self.dialogue.short_name,
            questionnaire=self.version.questionnaire,
            definition_hash=self.version.sha256,
            supplier=line.supplier,
            number=number,
            submitted_at=at,
            signatory=SIGNATORY,
            declared_segments=line.segments,
        )

    def _note(self, response_id: UUID, supplier_id: UUID, sha256: str) -> None:
        act = Act(
            person_id=self.actor.person_id,
            organisation_id=supplier_id,
            dialogue_id=self.dialogue.id,
            subject=("response", response_id),
            act="submitted",
            details={"from": "not_started", "to": "submitted", "sha256": sha256},
        )
        self.rows.waiting[AuditEntry].append(row_of(act, now=self.hand.now))


def _changes(
    before: dict[str, GivenAnswer], answers: dict[str, GivenAnswer]
) -> dict[str, GivenAnswer]:
    """The answers that differ; those that are gone become empty."""
    gone = {
        question_id: replace(
            answer, state="empty", value=None, reason="", comment="", reference=None
        )
        for question_id, answer in before.items()
        if question_id not in answers and answer.state != "empty"
    }
    new = {
        question_id: answer
        for question_id, answer in answers.items()
        if question_id not in before
        or not answer.says_the_same(before[question_id])
        or answer.reference != before[question_id].reference
    }
    return new | gone
