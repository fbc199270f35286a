"""The switch of the interface language, on every page."""

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.blueprints.public import bp
from portal.core.errors import Refused
from portal.identity.operations import choose_language as keep_language
from portal.web.guard import Access, needs
from portal.web.language import LANGUAGES, remember_language
from portal.web.paths import local_path
from portal.web.security import require_own_form


@bp.post("/language")
@needs(Access.ANYONE)
def choose_language() -> ResponseReturnValue:
    """Show the portal in another language from now on, and go back to the same page."""
    require_own_form()
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise Refused
    if g.actor.is_signed_in:
        keep_language(g.session, g.actor, wanted)
    back = local_path(request.form.get("next", ""), url_for("public.home"))
    return remember_language(redirect(back), wanted)
