"""A dialogue in which everything was given to the market that can be, with hostile words in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.brief.operations import Draft, create, publish
from portal.core.db import Session
from portal.dialogue.models import Dialogue
from portal.dialogue.operations import close, extend
from portal.exchange.rules import State
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.invitation import operations as inviting
from portal.invitation.operations import Invitee
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.operations_versions import publish_erratum
from portal.questionnaire.queries import current_version, published_version
from portal.response.answers import AnswerDraft
from tests import factories
from tests.aggregate.market import hand_in, release, suppliers
from tests.exchange.builders import Scene

HOSTILE = '=HYPERLINK("http://127.0.0.1/x")<script>alert(1)</script>'
SECRET = "canary-of-an-answer"
CONTACT = "Pat Nobody-May-Read"
EMAIL = "pat.of.nobody@example.org"
COMPANY = "Invited Makers & Sons"
ADDRESS = "https://parley.example.org/join/"
DAYS = 30


@dataclass
class Consulted:
    """The dialogue, and who runs it."""

    dialogue: Dialogue
    secretariat: Actor
    scene: Scene


def consulted(session: Session, now: datetime, *, answers: int = 12) -> Consulted:
    """Invited, published, extended, corrected, asked, answered, closed, released, briefed."""
    dialogue = factories.dialogue(session, short_name="market", now=now, days=DAYS)
    dialogue.purpose = f"{HOSTILE}\n\nAsk once."
    people = {
        role: factories.member(session, dialogue, role, now=now)
        for role in (
            Role.LEAD_BUYER,
            Role.CO_BUYER,
            Role.SECRETARIAT,
            Role.OBSERVER,
            Role.SUPPLIER_SIGNATORY,
        )
    }
    scene = Scene(session, dialogue, now, people)
    _publish(session, scene)
    _say_more(session, scene)
    _answers(session, scene, answers)
    scene.later(days=DAYS)
    secretariat = people[Role.SECRETARIAT]
    close(session, SYSTEM, dialogue.id, now=scene.now)
    made = release(session, dialogue, at=scene.now)
    scene.later(hours=1)
    for edition in ("public", "buyers"):
        draft = Draft(title=HOSTILE, texts={"summary": HOSTILE})
        brief = create(
            session, secretariat, made.id, draft, edition=edition, language="en", now=scene.now
        )
        publish(session, secretariat, brief.id, now=scene.now)
    session.flush()
    return Consulted(dialogue, secretariat, scene)


def _publish(session: Session, scene: Scene) -> None:
    """Two buyers agree, and two companies are invited."""
    lead, dialogue = scene[Role.LEAD_BUYER], scene.dialogue
    for organisation in (COMPANY, "+Formula Ltd"):
        name = "".join(letter for letter in organisation if letter.isalpha()).lower()
        email = EMAIL if organisation == COMPANY else f"{name}@example.org"
        invitee = Invitee(
            organisation=organisation, country="NL", email=email, contact_name=CONTACT
        )
        inviting.invite(session, lead, dialogue.id, invitee, address=ADDRESS, now=scene.now)
    factories.approve(session, dialogue, lead, factories.questionnaire(), now=scene.now)
    version = current_version(session, dialogue.id)
    assert version is not None
    other = scene[Role.CO_BUYER]
    questionnaires.vote(
        session,
        other,
        version.id,
        organisation_id=factories.own(other),
        approves=True,
        reason="",
        now=scene.now,
    )
    inviting.publish_dialogue(session, lead, dialogue.id, address=ADDRESS, now=scene.now)


def _say_more(session: Session, scene: Scene) -> None:
    """A correction, a later closing time, and a question with its answer."""
    scene.later(days=1)
    version = published_version(session, scene.dialogue.id)
    assert version is not None
    publish_erratum(
        session,
        scene.secretariat,
        version.id,
        subject="question:B.01",
        field="text/en",
        after="Do you have a policy on human rights?",
        reason=HOSTILE,
        now=scene.now,
    )
    scene.later(days=1)
    later = scene.dialogue.closes_at + timedelta(days=1)
    extend(
        session,
        scene.secretariat,
        scene.dialogue.id,
        closes_at=later,
        reason=HOSTILE,
        now=scene.now,
    )
    scene.later(days=1)
    scene.at(State.PUBLISHED)


def _answers(session: Session, scene: Scene, count: int) -> None:
    hand_in(session, scene.dialogue, suppliers(count), now=scene.now)
    said = AnswerDraft(value="yes", comment=SECRET, confidentiality="buyers")
    factories.submitted(session, scene.dialogue, now=scene.now, changes={"B.01": said})
