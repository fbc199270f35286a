"""What happened to a supplier's answers, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext

from portal.response.lasting import reason_of
from portal.response.queries_after import Event
from portal.web.language import sentence


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history; ``words`` are what somebody wrote with it."""

    at: datetime
    text: str
    words: str
    who: str


def happenings(events: Iterable[Event]) -> list[Happening]:
    """The events that buyers read about, the newest first."""
    return [
        Happening(
            event.at,
            _TEXTS[event.act](event.details),
            str(event.details.get("reason") or event.details.get("remark") or "")
            if event.act in _WORDED
            else "",
            event.who if event.act in _NAMED else "",
        )
        for event in events
    ]


def _asked(details: Mapping[str, Any]) -> str:
    count = len(details.get("questions", ()))
    text = ngettext("%(num)d answer was asked about", "%(num)d answers were asked about", count)
    return str(text)


def _answered(details: Mapping[str, Any]) -> str:
    count = len(details.get("questions", ()))
    if not count:
        return str(gettext("The supplier replied, and its answers stayed as they were"))
    text = ngettext(
        "The supplier changed %(num)d answer and signed again",
        "The supplier changed %(num)d answers and signed again",
        count,
    )
    return str(text)


def _stale(details: Mapping[str, Any]) -> str:
    return str(gettext("Marked out of date: %(why)s", why=sentence(reason_of(details))))


def _plain(text: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda _details: str(text())


_TEXTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "submitted": _plain(lambda: gettext("Answers sent")),
    "withdrawn": _plain(lambda: gettext("Answers taken back by the supplier")),
    "reopened": _plain(lambda: gettext("Opened again for changes")),
    "clarification_asked": _asked,
    "clarification_answered": _answered,
    "clarification_ended": _plain(
        lambda: gettext("The questions were not answered in time; what was submitted stands")
    ),
    "accepted": _plain(lambda: gettext("Accepted")),
    "stale": _stale,
    "still_true": _plain(lambda: gettext("The supplier confirmed that its answers are still true")),
    "updated": _plain(lambda: gettext("Opened by the supplier, to update what was out of date")),
}
_WORDED = {"reopened", "still_true"}
"""Acts whose reason or remark was written for buyers; a withdrawal's was not."""
_NAMED = {"reopened", "accepted", "clarification_asked"}
"""Acts of buyers; the people of a supplier are not named to them."""
