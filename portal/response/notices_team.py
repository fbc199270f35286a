"""Mails among colleagues: what was given to somebody, noted, sent back, or is to be reviewed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.core.errors import Message, message, plural
from portal.identity.actor import Actor
from portal.identity.news import Reader, tell
from portal.questionnaire.definition import Question, Questionnaire, Section, localised
from portal.response.deadlines import due_dates
from portal.response.loading import Loaded


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the mails of one act share: where it happened, who did it, when, and the one link."""

    session: Session
    loaded: Loaded
    actor: Actor
    link: str
    now: datetime

    @property
    def dialogue(self) -> str:
        """The dialogue's title."""
        return self.loaded.dialogue.title


def notify_assigned(
    occasion: Occasion,
    reader: Reader,
    section: Section,
    questions: Sequence[Question],
    due: Sequence[Message | str],
    *,
    may_wait: bool = True,
) -> None:
    """Tell a colleague what they were given, until when, and where it is.

    Without ``questions`` it is the whole section; ``due`` are the paragraphs that follow.
    """
    language, questionnaire = reader.mailbox.language, occasion.loaded.questionnaire
    tell(
        occasion.session,
        reader,
        message(
            "{dialogue}: section {section} is for you to answer",
            dialogue=occasion.dialogue,
            section=section.id,
        ),
        message(
            "{name} asks you to answer this for {supplier} in “{dialogue}”:",
            name=occasion.actor.name,
            supplier=occasion.loaded.supplier,
            dialogue=occasion.dialogue,
        ),
        "\n".join(_what(questionnaire, section, questions, language)),
        *due,
        occasion.link,
        calendar=due_dates(occasion.session, occasion.loaded, reader.mailbox.person_id, section.id),
        may_wait=may_wait,
        now=occasion.now,
    )


def notify_noted(
    occasion: Occasion, readers: Iterable[Reader], section_id: str, question_id: str
) -> None:
    """Tell colleagues that a note is meant for them; what it says stays on the portal."""
    place = question_id or section_id
    about = message("{place} in “{dialogue}”", place=place, dialogue=occasion.dialogue)
    whole = message("the answers to “{dialogue}”", dialogue=occasion.dialogue)
    for reader in readers:
        tell(
            occasion.session,
            reader,
            message("{dialogue}: a note for you", dialogue=occasion.dialogue),
            message(
                "{name} wrote a note for you on {place}. Only colleagues can read it:",
                name=occasion.actor.name,
                place=about if place else whole,
            ),
            occasion.link,
            now=occasion.now,
        )


def notify_sent_back(occasion: Occasion, readers: Iterable[Reader], section_id: str) -> None:
    """Tell who called a section (or everything) ready that something is still to be done."""
    place = (
        message("section {section}", section=section_id) if section_id else message("the answers")
    )
    for reader in readers:
        tell(
            occasion.session,
            reader,
            message("{dialogue}: sent back to you", dialogue=occasion.dialogue),
            message(
                "{name} looked at {place} and sent it back, with a note that says why:",
                name=occasion.actor.name,
                place=place,
            ),
            occasion.link,
            now=occasion.now,
        )


def notify_review_asked(occasion: Occasion, readers: Iterable[Reader], missing: int) -> None:
    """Tell those who sign that the answers wait for their review."""
    left = plural(
        "{count} question still needs an answer or proof.",
        "{count} questions still need an answer or proof.",
        missing,
    )
    for reader in readers:
        tell(
            occasion.session,
            reader,
            message("{dialogue}: please review our answers", dialogue=occasion.dialogue),
            message(
                "{name} asks you to review the answers of {supplier} in “{dialogue}” before they "
                "are signed.",
                name=occasion.actor.name,
                supplier=occasion.loaded.supplier,
                dialogue=occasion.dialogue,
            ),
            left if missing else message("Nothing is missing."),
            message("Answers are taken until {when}.", when=occasion.loaded.dialogue.closes_at),
            occasion.link,
            now=occasion.now,
        )


def _what(
    questionnaire: Questionnaire, section: Section, questions: Sequence[Question], language: str
) -> Iterable[str]:
    base = questionnaire.base_language
    yield f"{section.id} {localised(section.title, language, base)}"
    for question in questions:
        yield f"- {question.id} {localised(question.text, language, base)}"
