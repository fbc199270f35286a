"""What the demo's buyers say of answers: a guide, and marks of two reviewers who partly agree."""

from datetime import UTC, datetime

from portal.commands.demo_data.aftermath import Respondent
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS
from portal.response.operations_guide import write_guide
from portal.response.operations_reading import read_attributed
from portal.response.operations_review import Judgement, give_mark

QUESTION, SECTION = "B.01", "B"
WRITTEN = datetime(2026, 10, 1, 9, tzinfo=UTC)
MARKED = datetime(2026, 11, 19, 10, tzinfo=UTC)
LEVELS = (
    "No policy, or none that the public can read.",
    "A statement of intent, without who is responsible.",
    "A public policy approved at the top, for the company itself.",
    "The policy also binds suppliers, and it is reviewed every two years.",
    "It was written with workers or their unions, and progress is published.",
)
NOTES = (
    ("concern", 1, "The policy does not say whether it covers the second tier."),
    ("look_again", 3, "Better than it looks: see chapter 4 of the report. Ask for the date."),
)
CALM = Judgement(mark="in_order", score=3, guide_version=1)


def judge(stage: Stage, cast: Cast, respondents: list[Respondent]) -> None:
    """Two reviewers mark the first company's policy, and the second's is found in order."""
    lead = cast.actor(stage.session, BUYERS[0].seats[0].staff)
    colleague = cast.actor(stage.session, BUYERS[-1].seats[-1].staff)
    place = (stage.session, lead, cast.dialogue_id)
    write_guide(*place, QUESTION, LEVELS, base_version=0, now=WRITTEN)
    said = [
        Judgement(mark=mark, note=note, score=score, guide_version=1) for mark, score, note in NOTES
    ]
    companies = [each.team.organisation_id for each in respondents[:2]]
    for actor, first in zip((lead, colleague), said, strict=True):
        found = read_attributed(
            stage.session,
            actor,
            cast.dialogue_id,
            organisation_ids=companies,
            section_id=SECTION,
            now=MARKED,
        )
        own = (stage.session, actor, cast.dialogue_id)
        (line,) = [line for line in found.lines if line.question.id == QUESTION]
        columns = zip(found.suppliers, line.answers, strict=True)
        readable = {column.organisation_id for column, answer in columns if answer is not None}
        for company, words in zip(companies, (first, CALM), strict=False):
            if company in readable:
                give_mark(*own, (company, QUESTION), words, now=MARKED)
