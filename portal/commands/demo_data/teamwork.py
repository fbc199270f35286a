"""One demo supplier whose colleagues answer the open dialogue together, and the brand it names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.commands.demo_data import wording
from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS
from portal.commands.demo_data.library import fill_library
from portal.core.errors import Refused
from portal.response import operations as responses
from portal.response.answers import AnswerDraft
from portal.response.operations import Terms
from portal.response.operations_marks import mark_ready, review
from portal.response.operations_named import name_buyers
from portal.response.operations_notes import resolve_note, write_note
from portal.response.queries_references import references_page
from portal.response.queries_sources import fresh_profile, sources_page

COMPANY, BRAND = "Noorderwiel Werkplek B.V.", "Aurelith Devices AB"
SHARES = (("H", (), 4), ("L", ("L.01",), 2), ("K", ("K.10",), 7))
"""What the contributor is given: a section, questions of it (none: all), due in how many days."""
READY, REVIEWED = ("A", "B", "C", "E"), "A"
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

    @property
    def helper_id(self) -> UUID:
        """Who helps with single sections."""
        if self.team.contributor.person_id is None:
            raise Refused
        return self.team.contributor.person_id

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
            responses.take_suggestions(session, contact, desk.response_id, key, now=desk.ago(3, 20))


def _share_out(desk: Desk) -> None:
    """A section and two single questions for the contributor, each with a day of its own."""
    for section_id, question_ids, days in SHARES:
        responses.assign(
            desk.stage.session,
            desk.team.contact,
            desk.response_id,
            section_id,
            [desk.helper_id],
            terms=Terms(question_ids=question_ids, due_on=(desk.now + timedelta(days=days)).date()),
            now=desk.ago(3),
        )


def _leave_to_brand(desk: Desk, brand: Desk) -> None:
    """The reseller names the brand for what only a maker knows; the brand agrees in part."""
    session, contact = desk.stage.session, desk.team.contact
    responses.ask_reference(
        session,
        contact,
        desk.response_id,
        "K",
        LEFT_TO_BRAND,
        brand=BRAND,
        now=desk.ago(2, 6),
    )
    page = references_page(session, brand.team.contact, brand.response_id)
    agreed = [
        reference_id
        for asking in page.asking
        for reference_id, question in asking.asked
        if question.id in AGREED
    ]
    responses.agree(session, brand.team.contact, brand.response_id, agreed, now=desk.ago(2))


def _review(desk: Desk) -> None:
    """Four sections are called ready: one is reviewed, one was changed since by who signs."""
    session, contact, signatory = desk.stage.session, desk.team.contact, desk.team.signatory
    for section_id in READY:
        mark_ready(session, contact, desk.response_id, section_id, now=desk.ago(1, 20))
    review(session, signatory, desk.response_id, REVIEWED, now=desk.ago(1, 5))
    draft = AnswerDraft(value=2, comment=wording.CORRECTED, base_version=1)
    responses.save_section(
        session, signatory, desk.response_id, "B", {"B.07": draft}, now=desk.ago(1)
    )


def _talk(desk: Desk) -> None:
    """Colleagues leave notes; one of them is settled."""
    team = desk.team
    people = {"contact": team.contact, "helper": team.contributor, "signatory": team.signatory}
    for number, (who, place, text, is_settled) in enumerate(wording.NOTES):
        said_at = desk.ago(1) + timedelta(hours=2 * number)
        session, actor = desk.stage.session, people[who]
        note = write_note(session, actor, desk.response_id, place, text, now=said_at)
        if is_settled:
            resolve_note(
                session, actor, desk.response_id, note.id, now=said_at + timedelta(hours=1)
            )
