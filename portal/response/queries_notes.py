"""Reads of the notes among colleagues; only the supplier's own team gets here."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from portal.dialogue.models import Dialogue
from portal.dialogue.queries import role_holders
from portal.identity.actor import Actor
from portal.identity.models import Person
from portal.identity.roles import SUPPLIER_ROLES
from portal.questionnaire.definition import Questionnaire
from portal.response.loading import load_own
from portal.response.models import Response
from portal.response.models_team import CompanyNote
from portal.response.operations_notes import require_place
from portal.response.queries_team import Note


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesPage:
    """The notes of a response, or of one section of it: by section, then question, then age.

    ``colleagues`` are the (id, name) of who can be told of a note.
    """

    response: Response
    dialogue: Dialogue
    supplier: str
    questionnaire: Questionnaire
    section_id: str
    question_id: str
    notes: tuple[Note, ...]
    colleagues: tuple[tuple[UUID, str], ...]

    @property
    def places(self) -> list[tuple[str, str]]:
        """The (section, question) of the notes in page order, those on everything first."""
        order = [("", "")]
        for section in self.questionnaire.sections:
            order += [(section.id, ""), *((section.id, each.id) for each in section.questions)]
        known = {place: number for number, place in enumerate(order)}
        used = {(note.section_id, note.question_id) for note in self.notes}
        return sorted(used, key=lambda place: (known.get(place, len(known)), place))

    def notes_at(self, place: tuple[str, str]) -> list[Note]:
        """The notes at a (section, question), the oldest first."""
        return [note for note in self.notes if (note.section_id, note.question_id) == place]


def notes_page(
    session: Session, actor: Actor, response_id: UUID, section_id: str = "", question_id: str = ""
) -> NotesPage:
    """The notes of a response, of a section if it is named; three queries.

    Raises Refused outside the supplier's team, and for places that there are not.
    """
    loaded = load_own(session, actor, response_id)
    require_place(loaded, section_id, question_id)
    response = loaded.response
    holders = role_holders(session, response.dialogue_id, response.organisation_id)
    return NotesPage(
        response=response,
        dialogue=loaded.dialogue,
        supplier=loaded.supplier,
        questionnaire=loaded.questionnaire,
        section_id=section_id,
        question_id=question_id,
        notes=tuple(_notes(session, response_id, section_id)),
        colleagues=tuple(
            {
                each.person_id: each.name
                for each in holders
                if each.role in SUPPLIER_ROLES and each.person_id != actor.person_id
            }.items()
        ),
    )


def _notes(session: Session, response_id: UUID, section_id: str) -> list[Note]:
    author, resolver = aliased(Person), aliased(Person)
    query = (
        select(CompanyNote, author.name, resolver.name)
        .outerjoin(author, author.id == CompanyNote.written_by)
        .outerjoin(resolver, resolver.id == CompanyNote.resolved_by)
        .where(CompanyNote.response_id == response_id)
        .order_by(CompanyNote.written_at, CompanyNote.id)
    )
    if section_id:
        query = query.where(CompanyNote.section_id == section_id)
    return [
        Note(
            id=note.id,
            section_id=note.section_id,
            question_id=note.question_id,
            text=note.text,
            name=name or "",
            at=note.written_at,
            resolved_by=resolved_by or "",
            resolved_at=note.resolved_at,
        )
        for note, name, resolved_by in session.execute(query)
    ]
