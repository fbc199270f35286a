"""How colleagues work together, ready for the templates: people, places in words, times."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from uuid import UUID

from flask import g, url_for
from flask_babel import format_timedelta, gettext
from wtforms import SelectChoice

from portal.blueprints.supplier.forms import ROLE_NAMES
from portal.core.clock import now, zone_of
from portal.dialogue.queries import RoleHolder
from portal.identity.roles import SUPPLIER_ROLES, Role
from portal.questionnaire.definition import Questionnaire, Section, localised
from portal.response.marks import Mark
from portal.response.policy import may_assign
from portal.response.queries import SectionPage
from portal.response.queries_team import Beside, Seen, beside
from portal.web.guard import settings
from portal.web.language import language

CHOICE_LENGTH = 90
"""Characters of a question that an entry of a list shows."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of our team, with everything they do."""

    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    duties: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionTeam:
    """What a section's page says of colleagues; ``saves`` are sentences.

    ``may_call_ready``: the reader may answer all of it; ``may_review``: and look at it for others.
    """

    beside: Beside
    mark: Mark
    saves: tuple[str, ...]
    due_on: date | None
    may_share: bool
    may_call_ready: bool
    may_review: bool


def people_of(holders: Iterable[RoleHolder]) -> list[Person]:
    """Each person of a supplier once, by name."""
    found: dict[UUID, Person] = {}
    for each in holders:
        if each.role not in SUPPLIER_ROLES:
            continue
        before = found.get(each.person_id)
        roles = (*(before.roles if before else ()), each.role)
        duties = tuple(ROLE_NAMES[role] for role in roles)
        found[each.person_id] = Person(each.person_id, each.name, each.email, roles, duties)
    return list(found.values())


def section_team(found: SectionPage) -> SectionTeam:
    """How colleagues work on this section; one query."""
    at = now()
    around = beside(
        g.session, g.actor, found.response.id, found.questionnaire, found.section, now=at
    )
    mark = around.marks.get(found.section.id, Mark())
    leads = may_assign(g.actor, found.response.dialogue_id, found.response.organisation_id)
    own = [each for each in around.given if each.person_id == g.actor.person_id]
    saves = {each.name: each for each in reversed(around.saved) if each.name}
    return SectionTeam(
        beside=around,
        mark=mark,
        saves=tuple(
            gettext(
                "%(name)s saved %(question)s %(ago)s.",
                name=each.name,
                question=each.question_id,
                ago=format_timedelta(each.at - at, granularity="minute", add_direction=True),
            )
            for each in saves.values()
        ),
        due_on=min((each.due_on for each in own if each.due_on), default=None),
        may_share=leads,
        may_call_ready=len(found.writable) == len(found.section.questions),
        may_review=leads and mark.ready_by_id != g.actor.person_id,
    )


def where(each: Seen) -> str:
    """``Bea Klein is in this section, at F.03``."""
    if each.question_id:
        place = {"name": each.name, "question": each.question_id}
        return str(gettext("%(name)s is in this section, at %(question)s", **place))
    return str(gettext("%(name)s is in this section", name=each.name))


def question_choices(
    questionnaire: Questionnaire, section: Section, width: int = 1000
) -> list[SelectChoice]:
    """The questions of a section, each with its text, cut off between words after ``width``."""
    base = questionnaire.base_language
    texts = (f"{each.id} {localised(each.text, language(), base)}" for each in section.questions)
    return [
        SelectChoice(question.id, shorten(text, width, placeholder=" …"))
        for question, text in zip(section.questions, texts, strict=True)
    ]


def today() -> date:
    """The day it is where the reader is."""
    return now().astimezone(zone_of(g.actor.time_zone)).date()


def section_link(response_id: UUID, section_id: str) -> str:
    """The page of a section, as mails give it."""
    path = url_for("supplier.section", response_id=response_id, section_id=section_id)
    return settings().public_url + path


def notes_link(response_id: UUID, section_id: str = "", question_id: str = "") -> str:
    """The page of the notes on something, as mails give it."""
    path = url_for(
        "supplier.notes",
        response_id=response_id,
        section=section_id or None,
        question=question_id or None,
    )
    return settings().public_url + path


def check_link(response_id: UUID) -> str:
    """The page with all answers, as mails give it."""
    return settings().public_url + url_for("supplier.check", response_id=response_id)
