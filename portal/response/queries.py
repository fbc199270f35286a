"""Everything that is read of responses: participation here, the rest in modules by reader."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.identity.models import Organisation
from portal.response.models import Response
from portal.response.policy import may_follow
from portal.response.queries_carried import (
    CarriedAnswer,
    EarlierAnswer,
    answers_no_longer_asked,
    carried_answers,
    left_over,
    looks,
)
from portal.response.queries_evidence import (
    EvidenceDesk,
    evidence_desk,
    evidence_of,
    own_evidence,
    tied_evidence,
)
from portal.response.queries_evidence_uses import Backed, uses_of
from portal.response.queries_library import (
    Library,
    Piece,
    Wanted,
    libraries,
    library,
    library_file,
    library_piece,
    require_library,
)
from portal.response.queries_minerals import (
    MineralsReport,
    MineralsStart,
    minerals_report,
    minerals_start,
)
from portal.response.queries_own import (
    AskedQuestion,
    SectionPage,
    section_of,
    section_page,
)
from portal.response.queries_papers import (
    PapersPage,
    PresentPaper,
    SignedPaper,
    SubmissionRow,
    papers_page,
    present_paper,
    signed_paper,
    submissions_of,
)
from portal.response.queries_references import (
    Asking,
    NamingPage,
    OwnReference,
    ReferencesPage,
    naming_page,
    noted_references,
    references_page,
    waiting_requests,
)
from portal.response.queries_rows import RowImport, TablePage, row_import, table_page
from portal.response.queries_signing import (
    CheckPage,
    Gap,
    Receipt,
    check_page,
    quotes_of_submission,
    receipt,
)
from portal.response.queries_sources import (
    OfferedSource,
    ProfilePage,
    SourcesPage,
    fresh_profile,
    has_sources,
    profile_page,
    sources_page,
)
from portal.response.queries_submitted import (
    Attributed,
    AttributedLine,
    SupplierColumn,
    attributed_answers,
    submitted_suppliers,
)
from portal.response.queries_suggested import Pieces, SuggestedFrom, suggested_from, taken_from
from portal.response.queries_tasks import (
    OwnResponse,
    OwnTask,
    Task,
    TaskList,
    own_responses,
    own_tasks,
    task_list,
)
from portal.response.queries_workbook import (
    WorkbookDifference,
    WorkbookPage,
    workbook_difference,
    workbook_page,
)

__all__ = [
    "AskedQuestion",
    "Asking",
    "Attributed",
    "AttributedLine",
    "Backed",
    "CarriedAnswer",
    "CheckPage",
    "EarlierAnswer",
    "EvidenceDesk",
    "Gap",
    "Library",
    "MineralsReport",
    "MineralsStart",
    "NamingPage",
    "OfferedSource",
    "OwnReference",
    "OwnResponse",
    "OwnTask",
    "PapersPage",
    "Participant",
    "Participation",
    "Piece",
    "Pieces",
    "PresentPaper",
    "ProfilePage",
    "Receipt",
    "ReferencesPage",
    "RowImport",
    "SectionPage",
    "SignedPaper",
    "SourcesPage",
    "SubmissionRow",
    "SuggestedFrom",
    "SupplierColumn",
    "TablePage",
    "Task",
    "TaskList",
    "Wanted",
    "WorkbookDifference",
    "WorkbookPage",
    "answers_no_longer_asked",
    "attributed_answers",
    "carried_answers",
    "check_page",
    "evidence_desk",
    "evidence_of",
    "fresh_profile",
    "has_sources",
    "left_over",
    "libraries",
    "library",
    "library_file",
    "library_piece",
    "looks",
    "minerals_report",
    "minerals_start",
    "naming_page",
    "noted_references",
    "own_evidence",
    "own_responses",
    "own_tasks",
    "papers_page",
    "participants",
    "participation",
    "present_paper",
    "profile_page",
    "quotes_of_submission",
    "receipt",
    "references_page",
    "require_library",
    "row_import",
    "section_of",
    "section_page",
    "signed_paper",
    "sources_page",
    "submissions_of",
    "submitted_suppliers",
    "suggested_from",
    "table_page",
    "taken_from",
    "task_list",
    "tied_evidence",
    "uses_of",
    "waiting_requests",
    "workbook_difference",
    "workbook_page",
]


@dataclass(frozen=True, slots=True)
class Participation:
    """How many responses were started (those submitted among them) and how many submitted."""

    started: int
    submitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """How far one supplier is; nothing of its answers."""

    response_id: UUID
    organisation_id: UUID
    supplier: str
    state: str
    answered: int
    shown: int
    started_at: datetime | None
    submitted_at: datetime | None


def participation(session: Session, dialogue_id: UUID) -> Participation:
    """How many suppliers have started and how many have submitted; one query."""
    query = (
        select(
            func.count().filter(Response.state != "not_started"),
            func.count().filter(Response.submitted_at.is_not(None)),
        )
        .select_from(Response)
        .where(Response.dialogue_id == dialogue_id)
    )
    return Participation(*session.execute(query).one())


def participants(session: Session, actor: Actor, dialogue_id: UUID) -> list[Participant]:
    """How far each supplier is, by name; Refused unless the actor may follow the dialogue."""
    if not may_follow(actor, dialogue_id):
        raise Refused
    query = (
        select(Response, Organisation.name)
        .join(Organisation, Organisation.id == Response.organisation_id)
        .where(Response.dialogue_id == dialogue_id)
        .order_by(Organisation.name)
    )
    return [
        Participant(
            response_id=response.id,
            organisation_id=response.organisation_id,
            supplier=supplier,
            state=response.state,
            answered=response.answered,
            shown=response.shown,
            started_at=response.started_at,
            submitted_at=response.submitted_at,
        )
        for response, supplier in session.execute(query)
    ]
