"""Our own papers at any time: receipts and answers as PDF, signed answers as a workbook."""

from uuid import UUID

from flask import Response, current_app, g
from flask.typing import ResponseReturnValue

from portal.blueprints.supplier import bp
from portal.blueprints.supplier.workbook_file import Book, workbook_bytes
from portal.brief.own_answers import Subject, answers_pdf, receipt_pdf
from portal.core.files import FileStore
from portal.identity.roles import Permission
from portal.questionnaire.workbook import MEDIA_TYPE
from portal.response.queries import SignedPaper, papers_page, present_paper, signed_paper
from portal.response.workbook_writing import answers_in
from portal.web.downloads import download
from portal.web.guard import needs
from portal.web.language import language
from portal.web.pages import page
from portal.web.reading import as_submitted

PDF = "application/pdf"
SIGNED = "/responses/<uuid:response_id>/submissions/<int:number>"


@bp.get("/responses/<uuid:response_id>/papers")
@needs(Permission.RESPONSE_READ_OWN)
def papers(response_id: UUID) -> ResponseReturnValue:
    """Everything that we ever sent, and the answers as they stand, to download."""
    return page("supplier/papers.html", found=papers_page(g.session, g.actor, response_id))


@bp.get("/responses/<uuid:response_id>/answers.pdf")
@needs(Permission.RESPONSE_READ_OWN)
def draft_answers(response_id: UUID) -> Response:
    """The answers as they stand, marked as a draft."""
    found = present_paper(g.session, g.actor, response_id)
    subject = Subject(
        supplier=found.loaded.supplier,
        dialogue=found.loaded.dialogue.title,
        questionnaire=found.loaded.questionnaire,
        answers={
            key: as_submitted(answer, found.evidence.get(key, ()))
            for key, answer in found.answers.items()
        },
        changed_at=found.changed_at,
    )
    name = f"{found.loaded.dialogue.short_name}-answers-draft.pdf"
    return download(answers_pdf(subject, language(), _files()), name, PDF)


@bp.get(f"{SIGNED}/answers.pdf")
@needs(Permission.RESPONSE_READ_OWN)
def signed_answers(response_id: UUID, number: int) -> Response:
    """The answers of one submission, as they were signed."""
    found = signed_paper(g.session, g.actor, response_id, number)
    content = answers_pdf(_subject(found), language(), _files())
    return download(content, _name(found, "answers", "pdf"), PDF)


@bp.get(f"{SIGNED}/receipt.pdf")
@needs(Permission.RESPONSE_READ_OWN)
def signed_receipt(response_id: UUID, number: int) -> Response:
    """The receipt of one submission, with its hash."""
    found = signed_paper(g.session, g.actor, response_id, number)
    content = receipt_pdf(_subject(found), language(), _files())
    return download(content, _name(found, "receipt", "pdf"), PDF)


@bp.get(f"{SIGNED}/answers.xlsx")
@needs(Permission.RESPONSE_READ_OWN)
def signed_workbook(response_id: UUID, number: int) -> Response:
    """The answers of one submission as a workbook, to be kept."""
    found = signed_paper(g.session, g.actor, response_id, number)
    book = Book(
        response_id=response_id,
        supplier=found.supplier,
        questionnaire=found.questionnaire,
        definition_hash=found.definition_hash,
        dialogue=found.dialogue,
        answers=answers_in(found.answers),
        made_at=found.row.submitted_at,
        submission=number,
    )
    return download(workbook_bytes(book), _name(found, "answers", "xlsx"), MEDIA_TYPE)


def _subject(found: SignedPaper) -> Subject:
    return Subject(
        supplier=found.supplier,
        dialogue=found.dialogue.title,
        questionnaire=found.questionnaire,
        answers=found.answers,
        number=found.row.number,
        signatory=found.row.signatory,
        submitted_at=found.row.submitted_at,
        sha256=found.row.sha256,
        withdrawn_at=found.row.withdrawn_at,
    )


def _name(found: SignedPaper, what: str, extension: str) -> str:
    return f"{found.dialogue.short_name}-{what}-{found.row.number}.{extension}"


def _files() -> FileStore:
    files: FileStore = current_app.extensions["portal.files"]
    return files
