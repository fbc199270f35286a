"""After copying: what came, what could not come, and where to go on."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.questionnaire.recording import Saved
from portal.questionnaire.subjects import id_in, kind_of
from portal.web.language import listing, sentence

MOST_NAMED = 12


def after_copying(saved: Saved, section_id: str | None) -> ResponseReturnValue:
    """Say what was done, and show the section, or the whole draft for new sections."""
    ids = [id_in(each) for each in saved.subjects if kind_of(each) == "question"]
    text = ngettext(
        "%(num)d question has been copied.", "%(num)d questions have been copied.", len(ids)
    )
    if len(ids) <= MOST_NAMED:
        text += " " + gettext("Here: %(ids)s.", ids=listing(ids))
    flash(text, "success")
    if saved.dropped:
        lost = " ".join(sentence(each) for each in saved.dropped)
        flash(gettext("Not everything could come along. %(lost)s", lost=lost), "notice")
    if section_id is None:
        return redirect(url_for(".editor_home"))
    return redirect(url_for(".section", section_id=section_id))
