"""What follows on the finished dialogue's release: clarifications, an acceptance, letters.

The release is frozen before any of it, so that its figures and hash stay what they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.aggregate.operations_feedback import send_letters, write_letters
from portal.commands.demo_data import wording
from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.answers import PlannedAnswer, plan
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire
from portal.response import operations as responses
from portal.response.answers import AnswerDraft
from portal.response.operations_accepting import accept
from portal.response.operations_clarifying import (
    ask_to_clarify,
    reply,
    send_clarified,
    send_unchanged,
)

ASKED, ASKED_AGAIN = "Noorderwiel Werkplek B.V.", "Domirel Électronique SAS"
"""Who is asked and has answered, and who is being asked on the day of the visit."""
CORRECTED, LESS = "C.03", 15
"""The share that is put right, if there is one, and by how many points it is lower."""


class After:
    """The instants after the release: the same in every demo."""

    asked = datetime(2026, 11, 10, 10, tzinfo=UTC)
    due = datetime(2026, 11, 20, 16, tzinfo=UTC)
    replied = datetime(2026, 11, 12, 13, 30, tzinfo=UTC)
    signed = datetime(2026, 11, 13, 9, 15, tzinfo=UTC)
    accepted = datetime(2026, 11, 16, 11, tzinfo=UTC)
    written = datetime(2026, 11, 17, 14, tzinfo=UTC)
    sent = datetime(2026, 11, 18, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Respondent:
    """A supplier's people and what they submitted in the finished dialogue."""

    team: Team
    response_id: UUID


def to_be_read(respondents: list[Respondent]) -> list[UUID]:
    """The organisations that a lead buyer compares: the first three, and who is asked after it."""
    first = [each.team for each in respondents[:3]]
    asked = [each.team for each in respondents if each.team.company.name in {ASKED, ASKED_AGAIN}]
    return list(dict.fromkeys(team.organisation_id for team in (*first, *asked)))


def clear_up(
    stage: Stage, cast: Cast, respondents: list[Respondent], questionnaire: Questionnaire
) -> None:
    """One supplier corrects an answer, the first is accepted, both get a letter, one is written.

    In a demo of one supplier the same one gets it all.
    """
    by_name = {each.team.company.name: each for each in respondents}
    asked = by_name.get(ASKED, respondents[-1])
    reader = _reader(stage, cast)
    _clarify(stage, reader, asked, plan(questionnaire, asked.team.company, seed=stage.seed))
    accept(stage.session, reader, respondents[0].response_id, now=After.accepted)
    written = {each.response_id for each in (*respondents[:2], asked)}
    write_letters(
        stage.session,
        cast.secretariat,
        cast.dialogue_id,
        written,
        understood=wording.UNDERSTOOD,
        follows=wording.FOLLOWS,
        now=After.written,
    )
    sent = {asked.response_id, respondents[0].response_id}
    send_letters(stage.session, cast.secretariat, cast.dialogue_id, sent, now=After.sent)


def ask_again(
    stage: Stage,
    cast: Cast,
    respondents: list[Respondent],
    questionnaire: Questionnaire,
    *,
    now: datetime,
) -> None:
    """A round that is open on the day of the visit, if this supplier took part."""
    for each in respondents:
        if each.team.company.name == ASKED_AGAIN:
            planned = plan(questionnaire, each.team.company, seed=stage.seed)
            ask_to_clarify(
                stage.session,
                _reader(stage, cast),
                each.response_id,
                _about(wording.CLARIFY_OPEN, planned),
                due_at=(now + timedelta(days=9)).replace(minute=0, second=0, microsecond=0),
                now=now - timedelta(days=2),
            )


def _about(texts: Mapping[str, str], planned: Mapping[str, PlannedAnswer]) -> dict[str, str]:
    """The texts about questions that this supplier answered."""
    return {key: text for key, text in texts.items() if key in planned}


def _reader(stage: Stage, cast: Cast) -> Actor:
    """The lead buyer who reads answers side by side."""
    return cast.actor(stage.session, BUYERS[0].seats[0].staff)


def _clarify(
    stage: Stage, reader: Actor, asked: Respondent, planned: Mapping[str, PlannedAnswer]
) -> None:
    """One round, from the question to the new signature; or to replies alone."""
    session, team, response_id = stage.session, asked.team, asked.response_id
    texts = _about(wording.CLARIFY, planned)
    ask_to_clarify(session, reader, response_id, texts, due_at=After.due, now=After.asked)
    replies = _about(wording.CLARIFIED, planned)
    reply(session, team.contact, response_id, replies, now=After.replied)
    share = planned[CORRECTED].value if CORRECTED in planned else None
    if share is None or share <= LESS:
        send_unchanged(session, team.signatory, response_id, now=After.signed)
        return
    draft = AnswerDraft(value=share - LESS, base_version=1)
    responses.save_section(
        session, team.contact, response_id, "C", {CORRECTED: draft}, now=After.replied
    )
    send_clarified(
        session,
        team.signatory,
        response_id,
        signatory=team.signatory.name,
        declared=True,
        now=After.signed,
    )
