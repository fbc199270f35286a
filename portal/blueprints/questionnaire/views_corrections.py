"""Corrections of published wordings: the meaning stays, everyone is told."""

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import SelectChoice

from portal.blueprints.questionnaire import bp
from portal.blueprints.questionnaire.field_words import field_words
from portal.blueprints.questionnaire.forms_versions import CorrectionForm
from portal.blueprints.questionnaire.history_view import part_name
from portal.core.clock import now
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.errata import correctable
from portal.questionnaire.operations_versions import publish_erratum
from portal.questionnaire.queries import published_version
from portal.questionnaire.queries_versions import Edition, edition_of
from portal.questionnaire.subjects import HEAD, question_subject, section_subject
from portal.web.guard import needs
from portal.web.pages import page


class Corrected:
    """An edition as the pages' helpers read it: with its corrections."""

    def __init__(self, edition: Edition) -> None:
        """Take what it reads now."""
        self.id, self.number = edition.id, edition.number
        self.questionnaire = edition.corrected


@bp.get("/dialogues/<dialogue>/draft/corrections")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def corrections() -> ResponseReturnValue:
    """Choose a part, then one of its texts, and write what it should read."""
    return _page(_published(), CorrectionForm())


@bp.post("/dialogues/<dialogue>/draft/corrections")
@needs(Permission.QUESTIONNAIRE_PUBLISH)
def correct() -> ResponseReturnValue:
    """Publish the correction and tell everyone."""
    known, form = _published(), CorrectionForm()
    if form.does(lambda: _publish(known, request.args.get("part", ""), form)):
        flash(gettext("The correction is published, and everyone is being told."), "success")
        return redirect(url_for(".version_list"))
    return _page(known, form), 422


def _page(known: Corrected, form: CorrectionForm) -> str:
    subject = request.args.get("part", "")
    texts = correctable(known.questionnaire, subject)
    names = {field: field_words(known, subject, field) for field in texts}
    form.field.choices = [SelectChoice(field, name) for field, name in names.items()]
    return page(
        "questionnaire/corrections.html",
        known=known,
        form=form,
        subject=subject if texts else "",
        parts=[(each, part_name(known, each)) for each in _subjects(known.questionnaire)],
        name=part_name(known, subject) if texts else "",
        texts=[(names[field], text) for field, text in texts.items()],
    )


def _published() -> Corrected:
    version = published_version(g.session, g.dialogue.id)
    edition = edition_of(g.session, version.id) if version is not None else None
    if edition is None:
        raise Refused
    return Corrected(edition)


def _subjects(questionnaire: Questionnaire) -> list[str]:
    found = [HEAD]
    for section in questionnaire.sections:
        found.append(section_subject(section.id))
        found += [question_subject(question.id) for question in section.questions]
    return found


def _publish(known: Corrected, subject: str, form: CorrectionForm) -> None:
    publish_erratum(
        g.session,
        g.actor,
        known.id,
        subject=subject,
        field=form.field.data or "",
        after=form.after.data or "",
        reason=form.reason.data or "",
        now=now(),
    )
