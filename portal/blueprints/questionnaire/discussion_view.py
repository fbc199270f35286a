"""The page of one part of the draft with what is said of it."""

from uuid import UUID

from flask import g
from wtforms import SelectChoice

from portal.blueprints.questionnaire.field_words import field_words
from portal.blueprints.questionnaire.forms_review import RemarkForm, ReplyForm, SuggestionForm
from portal.blueprints.questionnaire.history_view import part_name
from portal.blueprints.questionnaire.opened import part_href
from portal.core.errors import Refused
from portal.identity.roles import Permission
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.queries_review import threads
from portal.questionnaire.subjects import content_of, id_in
from portal.questionnaire.suggesting import text_fields
from portal.web.forms import PortalForm
from portal.web.language import language
from portal.web.outline import QuestionOutline, outline
from portal.web.pages import page


def discussion_page(
    draft: Draft, subject: str, form: PortalForm | None = None, *, about: UUID | None = None
) -> str:
    """The part, its threads and the forms.

    ``form`` is one that could not be saved, ``about`` the remark that it answers.
    """
    found = threads(g.session, g.actor, draft.id, subject)
    if content_of(draft.questionnaire, subject) is None and not found:
        raise Refused
    texts = text_fields(draft.questionnaire, subject)
    remark = form if isinstance(form, RemarkForm) else RemarkForm(formdata=None)
    suggestion = form if isinstance(form, SuggestionForm) else SuggestionForm(formdata=None)
    suggestion.field.choices = [
        SelectChoice(field, field_words(draft, subject, field)) for field in texts
    ]
    return page(
        "questionnaire/discussion.html",
        draft=draft,
        subject=subject,
        name=part_name(draft, subject),
        question=_question(draft, subject),
        threads=found,
        texts=texts,
        name_of=lambda field: field_words(draft, subject, field),
        form=form or remark,
        remark=remark,
        suggestion=suggestion,
        typed={about: form.body.data} if isinstance(form, ReplyForm) else {},
        edit_href=part_href(subject) if g.actor.may(Permission.DRAFT_EDIT, g.dialogue.id) else "",
        may_comment=g.actor.may(Permission.DRAFT_COMMENT, g.dialogue.id),
    )


def _question(draft: Draft, subject: str) -> QuestionOutline | None:
    sections = outline(draft.questionnaire, language())
    questions = (question for section in sections for question in section.questions)
    wanted = id_in(subject)
    return next((each for each in questions if each.id == wanted), None)
