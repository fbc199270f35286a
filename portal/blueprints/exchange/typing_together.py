"""What a page says when two people write one text, and when a text may tell who asks."""

from collections.abc import Callable

from flask import g
from flask_babel import gettext

from portal.exchange.operations import Telling
from portal.exchange.rules import plain
from portal.exchange.texts import Clash
from portal.web.forms import PortalForm


def kept(form: PortalForm, act: Callable[[], object]) -> dict[str, object] | None:
    """Validate and act; None if it was done, else what the page shows beside the form.

    That is ``clash`` with both texts where somebody else wrote too: the form then begins from
    theirs, so that saving again puts the reader's words in place. And ``traces`` of who asks.
    """
    caught: dict[str, object] = {}

    def watched() -> None:
        try:
            act()
        except Clash as clash:
            caught["clash"] = clash
            form["base"].data = str(clash.revision)
            raise
        except Telling as telling:
            caught["traces"] = telling.found
            raise

    if form.does(watched):
        return None
    g.session.rollback()
    return caught


def said_after(saved: str, typed: str | None, usual: str) -> str:
    """What to say after saving: that somebody else's words were joined, if they were."""
    if saved == plain(typed or ""):
        return usual
    joined: str = gettext(
        "Somebody else wrote at the same time. Both your words are in the text: read it again."
    )
    return joined
