"""One demo supplier whose colleagues answer the open dialogue together, and the brand it names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.commands.demo_data import wording
from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS
from portal.commands.demo_data.library import fill_library
from portal.response import operations as responses
from portal.response.answers import AnswerDraft
from portal.response.operations import Terms
from portal.response.operations_marks import mark_ready, review
from portal.response.operations_named import name_buyers
from portal.response.operations_notes import resolve_note, write_note
from portal.response.queries_references import references_page
from portal.response.queries_sources import fresh_profile, sources_page

COMPANY, BRAND = "Noorderwiel Werkplek B.V.", "Aurelith Devices AB"
LEFT_TO_BRAND = ("K.01", "K.03", "K.05")
AGREED = frozenset({"K.03", "K.05"})
"""Of what the reseller leaves to the brand; the third question still waits for it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A supplier's people, their response of the open dialogue, and the day of the visit."""

    stage: Stage
    team: Team
    response_id: UUID
    now: datetime

    def ago(self, days: int, hours: int = 0) -> datetime:
        """An instant before the visit."""
        return self.now - timedelta(days=days, hours=hours)


def work_together(desk: Desk, cast: Cast, brand: Desk) -> None:
    """All that colleagues do in the four days before the visit; the response is begun already."""
    session, contact = desk.stage.session, desk.team.contact
    fill_library(desk.stage, desk.team, desk.response_id, now=desk.ago(4))
    keep_profile(desk)
    _bring_along(desk)
    _share_out(desk)
    _leave_to_brand(desk, brand)
    _review(desk)
    _talk(desk)
    chosen = [cast.organisations[BUYERS[0].name]]
    name_buyers(session, contact, desk.response_id, chosen, now=desk.ago(2))


def keep_profile(desk: Desk) -> None:
    """Write down what the company says of itself, from its own answers."""
    session, contact = desk.stage.session, desk.team.contact
    values = fresh_profile(session, contact, desk.response_id)
    owner = desk.team.organisation_id
    responses.save_company_profile(session, contact, owner, values, now=desk.ago(4))


def _bring_along(desk: Desk) -> None:
    """Suggest what the company said in the finished dialogue wherever nothing is said yet.

    In a demo with few suppliers it did not take part there.
    """
    session, contact = desk.stage.session, desk.team.contact
    page = sources_page(session, contact, desk.response_id, now=desk.ago(4))
    for source in page.sources:
        if source.offer.response_id is not None:
            key = source.offer.key
            responses.take_suggestions(
                session, contact, desk.response_id, key, now=desk.ago(3, 20)
            )


def _share_out(desk: Desk) -> None:
    """A section and two single questions for the contributor, each with a day of its own."""
    for section_id, question_ids, days in (("H", (), 4), ("L", ("L.01",), 2), ("L", (), 0)):
        if section_id == "L" and not question_ids:
            continue
        due_on = (desk.now + timedelta(days=days)).date()
        responses.assign(
            desk.stage.session,
            desk.team.contact,
            desk.response_id,
            section_id,
            [_id(desk.team)],
            terms=Terms(question_ids=question_ids, due_on=due_on),
            now=desk.ago(3),
        )
