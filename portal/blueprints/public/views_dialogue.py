"""The home page, a dialogue's public page, its questionnaire, registration and the statements."""

from email.utils import parseaddr

from flask import g, request
from flask.typing import ResponseReturnValue

from portal.blueprints.public import bp
from portal.blueprints.public.forms import RegistrationForm
from portal.brief.queries import published_briefs
from portal.core.clock import now
from portal.core.errors import Invalid, NotNow, Refused, message
from portal.dialogue.queries import parties, public_dialogues
from portal.dialogue.rules import is_closed, is_open
from portal.exchange.queries_public import count_published
from portal.identity.roles import Permission
from portal.invitation.operations import FIRST_CONTACT_ROLES, Invitee, register
from portal.meeting.queries_priorities import has_published
from portal.questionnaire.queries import published_version
from portal.questionnaire.queries_versions import edition_of, errata
from portal.web.corrections import corrections
from portal.web.guard import Access, needs, settings
from portal.web.language import language, own_name
from portal.web.pages import page
from portal.web.questions import outline
from portal.web.shared import same_for_everyone


@bp.get("/")
@needs(Access.ANYONE)
@same_for_everyone
def home() -> ResponseReturnValue:
    """What the portal is, and the dialogues that run on it."""
    return page("public/home.html", dialogues=public_dialogues(g.session), now=now())


@bp.get("/dialogues/<dialogue>")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def dialogue() -> ResponseReturnValue:
    """Purpose, buyers, calendar, rules, questionnaire and briefs of a dialogue."""
    return page(
        "public/dialogue.html",
        buyers=parties(g.session, g.dialogue.id, "buyer"),
        secretariat=parties(g.session, g.dialogue.id, "secretariat"),
        version=published_version(g.session, g.dialogue.id),
        answered=count_published(g.session, g.dialogue.id),
        briefs=published_briefs(g.session, g.dialogue.id),
        has_priorities=has_published(g.session, g.dialogue.id),
        is_open=is_open(g.dialogue, now()),
        is_closed=is_closed(g.dialogue, now()),
        may_answer=bool(g.actor.roles(g.dialogue.id) & set(FIRST_CONTACT_ROLES)),
        may_register=_takes_registrations() and not g.actor.grants_in(g.dialogue.id),
    )


@bp.get("/dialogues/<dialogue>/questionnaire")
@needs(Permission.QUESTIONNAIRE_READ)
@same_for_everyone
def questionnaire() -> ResponseReturnValue:
    """Every question of the published version, as suppliers will see it, routing written out."""
    version = published_version(g.session, g.dialogue.id)
    wanted = request.args.get("language", language())
    edition = edition_of(g.session, version.id) if version else None
    sections = outline(edition.corrected, wanted) if edition else []
    names = {tag: own_name(tag) for tag in version.questionnaire.languages} if version else {}
    return page(
        "public/questionnaire.html",
        version=version,
        sections=sections,
        names=names,
        wanted=wanted,
        corrections=corrections(errata(g.session, version.id)) if version else {},
    )


@bp.get("/dialogues/<dialogue>/register")
@needs(Permission.SUPPLIER_REGISTER)
def registration() -> ResponseReturnValue:
    """Offer registration where it is open."""
    _require_registration()
    return page("public/register.html", form=RegistrationForm())


@bp.post("/dialogues/<dialogue>/register")
@needs(Permission.SUPPLIER_REGISTER)
def register_company() -> ResponseReturnValue:
    """Mail a link to the address given; the page is the same whoever takes part already."""
    _require_registration()
    form = RegistrationForm()
    if not form.validate():
        return page("public/register.html", form=form), 422
    invitee = Invitee(
        organisation=form.organisation.data,
        country=form.country.data,
        email=form.email.data,
        contact_name=form.name.data,
    )
    try:
        register(
            g.session, g.dialogue.id, invitee, address=settings().public_url + "/join/", now=now()
        )
    except Invalid as fault:
        form.add_fault(fault)
        return page("public/register.html", form=form), 422
    return page("public/registered.html", email=form.email.data)


@bp.get("/about/<any(accessibility, privacy, protection):topic>")
@needs(Access.ANYONE)
@same_for_everyone
def statement(topic: str) -> ResponseReturnValue:
    """Accessibility statement, privacy, and how figures are protected."""
    known = settings()
    return page(
        f"public/{topic}.html",
        contact=parseaddr(known.mail_from)[1],
        idle_minutes=known.idle_minutes,
        session_hours=known.session_hours,
    )


def _takes_registrations() -> bool:
    return bool(g.dialogue.open_registration and g.dialogue.published_at) and not is_closed(
        g.dialogue, now()
    )


def _require_registration() -> None:
    if not g.dialogue.open_registration or g.dialogue.published_at is None:
        raise Refused
    if not _takes_registrations():
        raise NotNow(message("Registration has closed."))
