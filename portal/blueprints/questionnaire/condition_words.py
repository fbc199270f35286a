"""What a condition decides on, said in words."""

from flask import url_for
from flask_babel import gettext

from portal.blueprints.questionnaire.condition_lines import Builder
from portal.blueprints.questionnaire.condition_view import spoken
from portal.blueprints.questionnaire.opened import in_words
from portal.questionnaire.building import Decision
from portal.questionnaire.checks.places import Reach
from portal.questionnaire.definition import Condition, Section, Segment
from portal.questionnaire.queries_editing import Draft


def heading(draft: Draft, decision: Decision) -> str:
    """The title of the page."""
    part = decision.part
    match decision.reach:
        case Reach.SECTION:
            return str(gettext("When section %(id)s is shown", id=part.id))
        case Reach.ROW:
            return str(gettext("Which rows of %(id)s are asked", id=part.id))
        case Reach.COLUMN if decision.column is not None:
            column = in_words(draft, decision.column.text)
            return str(gettext("When “%(column)s” of %(id)s is asked", column=column, id=part.id))
        case Reach.SEGMENT:
            return str(gettext("Who belongs to “%(segment)s”", segment=_name(draft, decision)))
        case _:
            return str(gettext("When %(id)s is asked", id=part.id))


def said(draft: Draft, builder: Builder, condition: Condition | None) -> str:
    """A whole sentence: what is decided on, and the condition."""
    decision, what = builder.decision, _name(draft, builder.decision)
    if condition is None:
        return _always(decision, what)
    values = {"what": what, "condition": spoken(builder, condition)}
    match decision.reach:
        case Reach.SECTION:
            return str(gettext("Section %(what)s is shown only if %(condition)s.", **values))
        case Reach.ROW:
            return str(gettext("A row of %(what)s is asked only if %(condition)s.", **values))
        case Reach.SEGMENT:
            return str(gettext("A company belongs to “%(what)s” if %(condition)s.", **values))
        case _:
            return str(gettext("%(what)s is asked only if %(condition)s.", **values))


def home(decision: Decision) -> str:
    """The page of what is decided on."""
    match decision.reach:
        case Reach.SECTION:
            return url_for(".section", section_id=decision.part.id)
        case Reach.SEGMENT:
            return url_for(".head")
        case _:
            return url_for(".question", question_id=decision.part.id)


def _always(decision: Decision, what: str) -> str:
    match decision.reach:
        case Reach.SECTION:
            return str(gettext("Section %(what)s is always shown.", what=what))
        case Reach.ROW:
            return str(gettext("Every row of %(what)s is always asked.", what=what))
        case Reach.SEGMENT:
            return str(
                gettext("Companies say themselves whether they belong to “%(what)s”.", what=what)
            )
        case _:
            return str(gettext("%(what)s is always asked.", what=what))


def part_name(draft: Draft, decision: Decision) -> str:
    """What the page of the section, question or head is called."""
    part = decision.part
    if decision.reach is Reach.SEGMENT:
        return in_words(draft, draft.questionnaire.title)
    return f"{part.id} {in_words(draft, part.title if isinstance(part, Section) else part.text)}"


def _name(draft: Draft, decision: Decision) -> str:
    """What is decided on, as it stands in a sentence."""
    part = decision.part
    if decision.column is not None:
        column = in_words(draft, decision.column.text)
        return str(gettext("“%(column)s” in %(id)s", column=column, id=part.id))
    return in_words(draft, part.text) if isinstance(part, Segment) else part.id
