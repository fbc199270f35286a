"""Answers by reference in words, for a section's page."""

from collections.abc import Mapping
from typing import Protocol

from flask_babel import gettext

from portal.response.queries import SectionPage
from portal.response.referring import AGREED, ASKED, DECLINED, WITHDRAWN, may_refer
from portal.web.questions import ReferenceView


class Row(Protocol):
    """What is read of a stored reference."""

    brand_name: str
    state: str
    reason: str


def reference_views(rows: Mapping[str, Row]) -> dict[str, ReferenceView]:
    """Question id → whose answer stands for ours, or why it does not any more."""
    return {
        question_id: ReferenceView(words=in_words(row), stands=row.state in {ASKED, AGREED})
        for question_id, row in rows.items()
    }


def in_words(row: Row) -> str:
    """What has become of a reference, in one or two sentences."""
    words = {
        ASKED: gettext("By reference to %(brand)s. It counts once that company has agreed."),
        AGREED: gettext("By reference to %(brand)s, which has agreed."),
        DECLINED: gettext("%(brand)s declined: %(reason)s Answer it yourselves."),
        WITHDRAWN: gettext("%(brand)s took its agreement back: %(reason)s Answer it yourselves."),
    }[row.state]
    reason = row.reason if row.reason.endswith((".", "!", "?")) else f"{row.reason}."
    return str(words % {"brand": row.brand_name, "reason": reason})


def nameable(found: SectionPage) -> frozenset[str]:
    """The questions on a section's page that a manufacturer's answer could stand for."""
    return frozenset(
        each.question.id
        for each in found.questions
        if each.shown
        and each.question.id in found.writable
        and may_refer(found.questionnaire, each.question, each.answer)
    )
