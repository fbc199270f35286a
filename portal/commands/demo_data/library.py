"""One demo supplier's library: of each kind something, one soon over, one over, one replaced."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.cast import Stage
from portal.commands.demo_data.proofs import pdf_page
from portal.response import operations as responses
from portal.response.operations import Described

CODE, OLD_CODE, AUDIT, CERTIFICATE, CLAUSES, STATEMENT = range(6)


def fill_library(stage: Stage, team: Team, response_id: UUID, *, now: datetime) -> None:
    """Add six documents, tie three of them to answers, and put the newer code in place.

    Their dates are counted from ``now``, so that the library warns whenever the demo is loaded.
    """
    pieces = [_add(stage, team, described, now=now) for described in _documents(now)]
    ties = [("C.01", pieces[OLD_CODE]), ("L.01", pieces[CERTIFICATE]), ("G.01", pieces[AUDIT])]
    responses.tie_many(stage.session, team.contact, response_id, ties, now=now)
    responses.replace_evidence(
        stage.session, team.contact, pieces[OLD_CODE], pieces[CODE], now=now + timedelta(hours=1)
    )


def _documents(now: datetime) -> Iterator[Described]:
    """In the order of the numbers above; all but the last are files."""

    def days(count: int) -> date:
        return (now + timedelta(days=count)).date()

    rows = (
        ("Code for our suppliers, new edition", "policy", -60, None),
        ("Code for our suppliers, first edition", "policy", -900, None),
        ("Site audit of our configuration centre", "audit_report", -760, -25),
        ("Environmental management certificate", "certificate", -1055, 40),
        ("Clauses on due diligence in our purchase contract", "contract", -200, None),
        ("Statement on forced labour", "declaration", -120, 245),
    )
    for title, kind, issued, valid in rows:
        yield Described(
            title=title,
            document_kind=kind,
            issued_on=days(issued),
            valid_until=days(valid) if valid is not None else None,
        )


def _add(stage: Stage, team: Team, described: Described, *, now: datetime) -> UUID:
    session, actor, owner = stage.session, team.contact, team.organisation_id
    if described.document_kind == "declaration":
        url = f"{team.company.site}/statement"
        return responses.add_link(session, actor, owner, url, described, now=now).id
    name = f"{described.title.lower().replace(',', '').replace(' ', '-')}.pdf"
    file = (name, pdf_page((team.company.name, described.title, "An invented document.")))
    intake = responses.Intake(store=stage.store)
    return responses.add_file(session, actor, owner, file, described, intake=intake, now=now).id
