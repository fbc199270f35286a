"""What the demo's buyers say of the draft that they are reading: remarks, a reply, a suggestion."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS, OBSERVER, SECRETARIAT, Institution
from portal.core.errors import Refused
from portal.identity.actor import Actor
from portal.questionnaire.operations_review import comment, suggest
from portal.questionnaire.queries_editing import draft_of

REMARK = (
    "question:D.01",
    "Many small resellers know only their first tier. May they say so and still be complete?",
)
REPLY = (
    "question:D.01",
    "They may: the next question asks how far they see. We will say it in the hint.",
)
QUESTION = (
    "section:I",
    "Is cobalt meant here as well, or only tin, tantalum, tungsten and gold?",
)
SUGGESTION = (
    "question:B.01",
    "text/en",
    "Do you have a public human rights policy, approved by your highest level of management?",
    "Shorter, and the same in the other three languages.",
)


@dataclass(frozen=True, slots=True)
class _Table:
    """The draft of a dialogue, and who sits around it."""

    stage: Stage
    cast: Cast
    version_id: UUID

    def says(
        self,
        institution: Institution,
        remark: tuple[str, str],
        *,
        to: UUID | None = None,
        now: datetime,
    ) -> UUID:
        """The first person of an institution remarks on a part, or replies to a remark; its id."""
        subject, text = remark
        actor, organisation_id = self.speaker(institution)
        said = comment(
            self.stage.session,
            actor,
            self.version_id,
            subject,
            text,
            organisation_id=organisation_id,
            parent_id=to,
            now=now,
        )
        return said.id

    def speaker(self, institution: Institution) -> tuple[Actor, UUID]:
        """The first person of an institution, and for whom they speak."""
        actor = self.cast.actor(self.stage.session, institution.seats[0].staff)
        return actor, self.cast.organisations[institution.name]


def discuss(stage: Stage, cast: Cast, *, now: datetime) -> None:
    """Four people speak in the three days before ``now``."""
    draft = draft_of(stage.session, cast.dialogue_id)
    if draft is None:
        raise Refused
    table, first = _Table(stage, cast, draft.id), now - timedelta(days=3)
    said = table.says(BUYERS[0], REMARK, now=first)
    table.says(SECRETARIAT, REPLY, to=said, now=first + timedelta(hours=5))
    table.says(OBSERVER, QUESTION, now=first + timedelta(days=1))
    subject, field, after, why = SUGGESTION
    actor, organisation_id = table.speaker(BUYERS[1])
    suggest(
        stage.session,
        actor,
        draft.id,
        subject,
        field=field,
        after=after,
        body=why,
        organisation_id=organisation_id,
        now=first + timedelta(days=1, hours=2),
    )
