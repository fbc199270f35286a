"""Evidence of the demo's suppliers: small files and links, the same bytes each time."""

import io
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from xlsxwriter import Workbook

from portal.commands.demo_data.answers import PlannedAnswer
from portal.commands.demo_data.companies import Company, dice
from portal.questionnaire.definition import EvidenceNeed
from portal.response.rules import needs_evidence
from portal.response.validity import likely_kind

TITLES = {
    "B.01": "Human rights policy",
    "C.01": "Supplier code of conduct",
    "E.01": "Risk assessment 2026, summary",
    "G.01": "Action plan 2026",
    "H.01": "Complaints channel for workers",
    "I.03": "Reporting templates CMRT and EMRT",
    "I.04": "Minerals policy",
    "J.01": "Restricted substances list",
    "J.05": "Carbon footprint report of the main model",
    "L.01": "Label certificates",
}
KINDS = {
    "B.01": "policy",
    "C.01": "policy",
    "I.03": "minerals",
    "I.04": "policy",
    "L.01": "certificate",
}
"""What these documents are, where the words of the question would mislead."""
SHARE_OF_OPTIONAL = 0.4
MARGIN, LINE_HEIGHT = 72, 18
MADE_AT = datetime(2026, 9, 14, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A link, or a file with its name and content, that backs one answer."""

    title: str
    url: str = ""
    file: tuple[str, bytes] | None = None
    issued_on: date
    valid_until: date | None = None
    document_kind: str = "other"


def proof_of(answer: PlannedAnswer, company: Company, *, seed: int) -> Proof | None:
    """What the supplier adds to this answer, if it needs evidence or offers some anyway."""
    rule = answer.question.evidence
    if rule is None or answer.value is None:
        return None
    chance = dice(seed, company.name, "proof", answer.question.id)
    offers = rule.need is EvidenceNeed.OPTIONAL and chance.random() < SHARE_OF_OPTIONAL
    if not offers and not needs_evidence(answer.question, answer.value):
        return None
    title = TITLES.get(answer.question.id, f"Evidence for {answer.question.id}")
    issued_on = date(chance.choice((2025, 2026)), chance.randint(1, 8), chance.randint(1, 28))
    valid_until = date(2027 + chance.randrange(2), chance.randint(1, 12), 28)
    kinds = [kind for kind in ("url", "pdf", "xlsx") if kind in rule.kinds]
    kind = chance.choice(kinds) if kinds else rule.kinds[0]
    slug = answer.question.id.lower().replace(".", "-")
    name = f"{company.slug}-{slug}.{kind}"
    lines = (company.name, title, f"Issued {issued_on:%d %B %Y}", "An invented document.")
    return Proof(
        title=title,
        url=f"{company.site}/{slug}" if kind == "url" else "",
        file=None if kind == "url" else (name, _xlsx(lines) if kind == "xlsx" else pdf_page(lines)),
        issued_on=issued_on,
        valid_until=valid_until if answer.question.id == "L.01" else None,
        document_kind=KINDS.get(answer.question.id) or likely_kind(answer.question),
    )


def pdf_page(lines: tuple[str, ...]) -> bytes:
    """One page of text; ``invariant`` leaves out the time at which it is made."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setTitle(lines[1])
    for number, line in enumerate(lines):
        canvas.drawString(MARGIN, A4[1] - MARGIN - number * LINE_HEIGHT, line)
    canvas.save()
    return buffer.getvalue()


def _xlsx(lines: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": MADE_AT})
        sheet = workbook.add_worksheet("Declaration")
        for number, line in enumerate(lines):
            sheet.write_string(number, 0, line)
    return buffer.getvalue()
