"""Which words the demo's suppliers let be quoted."""

from datetime import datetime
from uuid import UUID

from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.answers import plan
from portal.commands.demo_data.cast import Stage
from portal.commands.demo_data.companies import Company
from portal.questionnaire.definition import Questionnaire
from portal.response import operations as responses

QUOTED = ("L.08", "L.09", "D.08")
ALWAYS = frozenset({"el", "bg", "pl"})
"""Suppliers who write in these languages are quoted, so that a brief shows their letters."""
SENTENCES = 2


def release_quotes(
    stage: Stage,
    team: Team,
    submission_id: UUID,
    questionnaire: Questionnaire,
    *,
    now: datetime,
) -> None:
    """Let the first sentences of some free texts be quoted, some with the supplier's name."""
    for question_id in QUOTED[: _count(team.company)]:
        answer = plan(questionnaire, team.company, seed=stage.seed).get(question_id)
        if answer is None or not isinstance(answer.value, str):
            continue
        words = responses.Words(
            question_id=question_id,
            text=_beginning(answer.value),
            named=team.company.level == "leader",
            language=answer.language,
        )
        responses.release_quote(stage.session, team.signatory, submission_id, words, now=now)


def _count(company: Company) -> int:
    """From how many of the quoted questions this supplier releases words."""
    if company.language in ALWAYS:
        return 2
    return (0, 1, 3)[company.place % 3]


def _beginning(text: str) -> str:
    """The first sentences, exactly as they stand in the answer."""
    parts = text.split(". ")
    if len(parts) <= SENTENCES:
        return text
    return ". ".join(parts[:SENTENCES]) + "."
