"""Rendering pages: assets by content hash, navigation, and one way to answer."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, g, render_template, url_for
from flask_babel import gettext

from portal.dialogue.policy import may_create_dialogue
from portal.identity.actor import Actor
from portal.identity.roles import BUYER_ROLES, SUPPLIER_ROLES, Permission, Role
from portal.web.language import LANGUAGES, language
from portal.web.lifetime import seconds_left, warn_seconds
from portal.web.paths import this_page

BUILD = Path(__file__).parent.parent / "static" / "build"


def init_pages(app: Flask) -> None:
    """Give every template what base.html needs."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


def page(template: str, **values: object) -> str:
    """Render a page of ``portal/templates``."""
    return render_template(template, **values)


def asset(name: str) -> str:
    """The address of a built file; its name holds its content's hash, so it may be cached."""
    return url_for("static", filename=f"build/{_manifest().get(name, name)}")


@cache
def _manifest() -> dict[str, str]:
    path = BUILD / "manifest.json"
    found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _context() -> dict[str, object]:
    actor: Actor | None = g.get("actor")
    return {
        "asset": asset,
        "actor": actor,
        "dialogue": g.get("dialogue"),
        "language": language(),
        "languages": LANGUAGES,
        "nav": _navigation(actor) if actor else [],
        "Permission": Permission,
        "this_page": this_page,
        "seconds_left": seconds_left,
        "warn_seconds": warn_seconds,
    }


def _navigation(actor: Actor) -> list[dict[str, object]]:
    """The few places each reader goes to."""
    held = {grant.role for grant in actor.grants}
    places = [("public.home", gettext("Dialogues"), True)]
    places += [
        ("supplier.responses", gettext("Our answers"), bool(held & SUPPLIER_ROLES)),
        ("buyer.dialogues", gettext("Review"), bool(held & (BUYER_ROLES | {Role.OBSERVER}))),
        ("secretariat.today", gettext("Today"), may_create_dialogue(actor)),
    ]
    return [
        {"href": url_for(endpoint), "text": text, "endpoint": endpoint}
        for endpoint, text, wanted in places
        if wanted
    ]
