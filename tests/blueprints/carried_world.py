"""A supplier's answers, and the versions and corrections that come after them."""

from collections.abc import Mapping
from typing import Any

from portal.core.clock import now
from portal.dialogue.models import Dialogue
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.operations_versions import publish_erratum
from portal.questionnaire.queries import published_version
from portal.response.answers import GivenAnswer
from portal.response.loading import given_answers
from tests.blueprints.supplier_world import Reader, World
from tests.page import Page, text_of
from tests.questionnaire.editions import follow_up, lead_of
from tests.response.editions import publish, publish_second

SIGN_IN_QUERIES = 4
"""Session, person, organisations, roles: the same on every page."""
CARRIED = "Carried over from version 1.0"
NEED_A_LOOK = ("B.01", "B.03", "B.07", "B.08")


def fill(ours: World, reader: Reader) -> None:
    """Answer what is required, and more."""
    ours.fill(reader)
    ours.save(reader, "A", {"A.03:0:name": "Nord", "A.03:0:country": "BE"})
    ours.save(reader, "B", {"B.01!comment": "Since 2019.", "B.06!comment": "Full time."})
    ours.save(reader, "D", {"D.01": "https://example.eu/report"})


def second(ours: World) -> None:
    """The second version is published."""
    with ours.database.transaction() as session:
        publish_second(session, session.get_one(Dialogue, ours.dialogue_id), now=now())


def another(
    ours: World,
    new: Questionnaire,
    origins: Mapping[str, tuple[str, tuple[str, ...]]] | None = None,
) -> None:
    """Any other version is published."""
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        follow_up(session, dialogue, new, origins, now=now())
        publish(session, dialogue, now=now())


def correct(ours: World, subject: str, after: str, field: str = "text/en") -> None:
    """A wording of the published version is corrected."""
    with ours.database.transaction() as session:
        dialogue = session.get_one(Dialogue, ours.dialogue_id)
        version = published_version(session, dialogue.id)
        assert version is not None
        publish_erratum(
            session,
            lead_of(session, dialogue),
            version.id,
            subject=subject,
            field=field,
            after=after,
            reason="A word was missing.",
            now=now(),
        )


def stored(ours: World) -> dict[str, GivenAnswer]:
    with ours.database.session(writes=False) as session:
        return given_answers(session, ours.response_id)


def content(answer: GivenAnswer) -> tuple[Any, ...]:
    """What a reader sees of an answer."""
    return answer.value, answer.reason, answer.comment, answer.readers, answer.evidence


def part(page: Page, element_id: str) -> str:
    """The text of one element."""
    return text_of(next(each for each in page.tree.iter() if each.get("id") == element_id))
