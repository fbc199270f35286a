"""Words that several of the supplier's pages share."""

from collections.abc import Callable
from datetime import timedelta

from flask_babel import format_timedelta, gettext, ngettext

from portal.questionnaire.definition import Questionnaire, Text
from portal.response.rules import Progress
from portal.web.language import language
from portal.web.wording import Speaker, Wording

STEP = 5
"""Minutes are estimates: they are said in steps of five."""


def say(questionnaire: Questionnaire) -> Callable[[Text], Wording]:
    """Chooses the wording of a questionnaire's texts for the page's reader."""
    return Speaker(language(), questionnaire.base_language, language()).say


def what_was_read(what: str) -> str:
    """What a reader of the answers looked at, as it was written down, in the page's language."""
    name = what.partition(" ")[2]
    known = {
        "all sections": gettext("all sections"),
        "export": gettext("a file with all answers"),
        "letter": gettext("answers beside the figures, to write the feedback letter"),
        "review list": gettext("the list of answers that buyers may want to look at"),
        f"section {name}": gettext("section %(name)s", name=name),
        f"file {name}": gettext("file %(name)s", name=name),
    }
    return str(known.get(what, what))


def how_far(progress: Progress) -> str:
    """``41 of 76 questions, about 50 minutes left``."""
    count = ngettext(
        "%(answered)s of %(num)d question",
        "%(answered)s of %(num)d questions",
        progress.shown,
        answered=progress.answered,
    )
    if not progress.minutes:
        return str(count)
    minutes = STEP * max(1, round(progress.minutes / STEP))
    left = format_timedelta(timedelta(minutes=minutes), granularity="minute", threshold=2)
    return str(gettext("%(count)s, about %(time)s left", count=count, time=left))
