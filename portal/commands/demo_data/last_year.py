"""The round before: a finished pilot of the year before, so that there is something to compare.

Its answers are those of the finished dialogue, a little less advanced, brought in from a file.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from portal.aggregate import operations as releases
from portal.commands.demo_data import wording
from portal.commands.demo_data.cast import Cast, Stage
from portal.dialogue import operations as dialogues
from portal.dialogue.operations import Plan
from portal.identity.actor import SYSTEM
from portal.identity.roles import Role
from portal.questionnaire.conditions import deciding_questions
from portal.questionnaire.definition import Maturity, Questionnaire, YesPartlyNo
from portal.response.exchange import export_responses, import_responses

BEFORE = "demo-2025"
VERSION = "0.9"
REWORDED = "B.07"
"""A question whose meaning changed since: it is named as not comparable."""
MOST_SUPPLIERS = 40
"""A pilot is small, however many answer after it."""
LESS_OFTEN = 0.35
"""The chance that an answer was one step less advanced a year before."""
LESS: Mapping[object, object] = {"yes": "partly", "partly": "no", 4: 3, 3: 2, 2: 1, 1: 0}
OPENS = datetime(2025, 9, 1, 8, tzinfo=UTC)
CLOSES = datetime(2025, 10, 15, 16, tzinfo=UTC)


def plan() -> Plan:
    """The pilot's title, words and calendar."""
    return Plan(
        short_name=BEFORE,
        title=wording.BEFORE_TITLE,
        purpose=wording.PURPOSE,
        rules=wording.RULES,
        opens_at=OPENS,
        closes_at=CLOSES,
    )


def earlier_version(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire as it was asked then, with one question put otherwise."""
    return replace(
        questionnaire,
        version=VERSION,
        sections=tuple(
            replace(
                section,
                questions=tuple(
                    replace(each, text={**each.text, "en": wording.BEFORE_QUESTION})
                    if each.id == REWORDED
                    else each
                    for each in section.questions
                ),
            )
            for section in questionnaire.sections
        ),
    )


def answer_and_release(
    stage: Stage, cast: Cast, questionnaire: Questionnaire, finished: UUID, *, now: datetime
) -> None:
    """Bring in the answers as submitted in time, close the pilot and release its figures.

    ``finished`` is the dialogue whose answers are taken; ``now`` is when they are read from it.
    """
    session = stage.session
    lines = export_responses(session, SYSTEM, finished, role=Role.SECRETARIAT, now=now)
    some = islice(lines, MOST_SUPPLIERS)
    earlier = [_a_year_before(line, questionnaire, stage.seed) for line in some]
    import_responses(session, cast.secretariat, cast.dialogue_id, earlier, now=CLOSES)
    dialogues.close(session, cast.secretariat, cast.dialogue_id, now=CLOSES)
    releases.create(
        session,
        cast.secretariat,
        cast.dialogue_id,
        cut_off=CLOSES,
        now=CLOSES + timedelta(days=4),
    )


def _a_year_before(line: str, questionnaire: Questionnaire, seed: int) -> str:
    """A line of the responses file with some answers a step less advanced; never who is asked."""
    content: dict[str, Any] = json.loads(line)
    # By the supplier's name, so that the order of the lines makes no difference.
    chance = Random(f"{seed} {content['supplier']}")  # noqa: S311 - invented answers
    fixed = deciding_questions(questionnaire)
    for question in questionnaire.questions():
        answer = content["answers"].get(question.id)
        if (
            isinstance(question, YesPartlyNo | Maturity)
            and question.id not in fixed
            and answer is not None
            and answer.get("value") in LESS
            and chance.random() < LESS_OFTEN
        ):
            answer["value"] = LESS[answer["value"]]
    content["submitted_at"] = (OPENS + timedelta(days=20)).isoformat()
    return json.dumps(content)
