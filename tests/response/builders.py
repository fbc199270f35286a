"""What tests of responses start from: the small questionnaire answered, and people around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import event

from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.questionnaire.definition import Question, Questionnaire
from portal.response import operations
from portal.response.answers import AnswerDraft, GivenAnswer
from portal.response.fields import Value
from portal.response.loading import questionnaire_of
from portal.response.models import Response, Submission
from tests import factories

EVIDENCE = "https://example.eu/policy"
COMPLETE: dict[str, dict[str, Value]] = {
    "A": {"A.01": ["brand"], "A.02": "50_249"},
    "B": {
        "B.01": "yes",
        "B.02": "2026-03-31",
        "B.03": "yes",
        "B.04": 3,
        "B.05": 45.5,
        "B.06": 6,
    },
    "C": {"C.01": {"assembly": "all", "chips": "none"}},
    "D": {"D.02": "Buy less, use longer. Pay for repair."},
}
"""Section → question → value; everything that a brand must answer, less the evidence of B.01."""


@dataclass
class Scene:
    """A published dialogue and a supplier's signatory with a started response."""

    session: Session
    dialogue: Dialogue
    signatory: Actor
    response: Response
    now: datetime

    def colleague(self, role: Role) -> Actor:
        """Somebody else of the supplier."""
        return factories.colleague(self.session, self.dialogue, self.signatory, role, now=self.now)

    def person(self, role: Role) -> Actor:
        """Somebody with a role in the dialogue, of another organisation."""
        return factories.member(self.session, self.dialogue, role, now=self.now)

    def save(self, section: str, actor: Actor | None = None, **drafts: Value) -> operations.Saved:
        """Save a page; a question ``A.01`` is written ``A_01``, with a value or a draft."""
        named = {name.replace("_", "."): value for name, value in drafts.items()}
        return self.send(section, named, actor)

    def send(
        self,
        section: str,
        drafts: Mapping[str, Value],
        actor: Actor | None = None,
        source: str = "",
    ) -> operations.Saved:
        """Save a page with a value or a draft by question id; ``source`` names the tab."""
        return operations.save_section(
            self.session,
            actor or self.signatory,
            self.response.id,
            section,
            {
                question_id: value if isinstance(value, AnswerDraft) else draft(value)
                for question_id, value in drafts.items()
            },
            now=self.now,
            source=source,
        )

    @property
    def questionnaire(self) -> Questionnaire:
        """What is asked."""
        return questionnaire_of(self.session, self.response.version_id)

    def fill(self) -> None:
        """Answer everything that is required, with evidence."""
        for section, values in COMPLETE.items():
            self.send(section, values)
        self.prove("B.01")

    def prove(self, question_id: str) -> UUID:
        """Back an answer with a link."""
        evidence = operations.add_link(
            self.session,
            self.signatory,
            self.response.organisation_id,
            EVIDENCE,
            operations.Described(title="Policy"),
            now=self.now,
        )
        operations.tie(
            self.session,
            self.signatory,
            self.response.id,
            question_id,
            evidence.id,
            now=self.now,
        )
        return evidence.id

    def submit(self) -> Submission:
        """Sign what there is."""
        return operations.submit(
            self.session,
            self.signatory,
            self.response.id,
            signatory="Ada Brand",
            declared=True,
            now=self.now,
        )

    def reload(self, actor: Actor) -> Actor:
        """The actor with the roles held now."""
        assert actor.person_id is not None
        return load_actor(self.session, actor.person_id)


def draft(value: Value, base_version: int = 0, **others: Value) -> AnswerDraft:
    """Something typed over a version."""
    return AnswerDraft(value=value, base_version=base_version, **others)


def given(value: Value = None, **others: Value) -> GivenAnswer:
    """An answer as it is stored."""
    others.setdefault("confidentiality", "buyers")
    others.setdefault("state", "empty" if value is None else "done")
    return GivenAnswer(value=value, **others)


def scene(session: Session, now: datetime) -> Scene:
    """A brand that has just begun to answer the small questionnaire."""
    dialogue = factories.published(session, now=now)
    signatory = factories.supplier(session, dialogue, now=now)
    response = factories.response(session, dialogue, signatory, now=now)
    return Scene(session, dialogue, signatory, response, now)


def question(questionnaire: Questionnaire, question_id: str) -> Question:
    """The question of this id, which must be there."""
    found = questionnaire.question(question_id)
    assert found is not None
    return found


class Counted:
    """The SQL statements that a session sends while the block runs."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.statements: list[str] = []

    def __enter__(self) -> Self:
        self.session.flush()
        event.listen(self.session.get_bind(), "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self.session.flush()
        event.remove(self.session.get_bind(), "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        self.statements.append(statement)

    def __len__(self) -> int:
        return len(self.statements)
