"""The page on which one part is edited: its form, its clashes, its faults."""

from typing import Any

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.blueprints.questionnaire.field_words import field_words
from portal.blueprints.questionnaire.opened import editor, in_words, shown_languages
from portal.blueprints.questionnaire.part_form import (
    PartForm,
    form_data,
    part_form,
    typed_content,
)
from portal.core.clock import now
from portal.core.errors import Invalid, Refused
from portal.questionnaire.definition import Condition, Questionnaire
from portal.questionnaire.glossary import glossary
from portal.questionnaire.merging import Clash, merge
from portal.questionnaire.operations_editing import Clashes, change
from portal.questionnaire.queries_editing import Draft, all_changes, content_at
from portal.questionnaire.queries_review import comment_counts
from portal.questionnaire.sentences import sentence
from portal.questionnaire.standing import faults_by_subject
from portal.questionnaire.subjects import (
    Content,
    content_of,
    flatten,
    id_in,
    kind_of,
    part_of,
    unflatten,
)
from portal.questionnaire.translating import open_translations
from portal.web.language import language
from portal.web.outline import KINDS
from portal.web.pages import page

TEMPLATES = {
    "head": "questionnaire/head.html",
    "section": "questionnaire/section.html",
    "question": "questionnaire/question.html",
    "column": "questionnaire/column.html",
}
"""The page of each kind of form."""


def part_page(draft: Draft, subject: str, *, column_id: str | None = None) -> str:
    """The part as it is now, ready to be changed; one column of it if its id is given."""
    form = _shown_form(draft, subject, _content(draft, subject), column_id)
    return _page(draft, subject, form)


def save_part(
    draft: Draft, subject: str, target: str, *, column_id: str | None = None
) -> ResponseReturnValue:
    """Save what was typed and go on to ``target``; else the page again with all that was typed."""
    by = editor(draft)
    current = _content(draft, subject)
    base = content_at(g.session, draft.id, subject, by.seen, current)
    form = _made(draft, subject, base, column_id)(data=form_data(_focus(base, column_id)))
    if not form.validate():
        return _page(draft, subject, form), 422
    typed = _put(base, column_id, typed_content(form))
    try:
        saved = change(g.session, g.actor, draft.id, subject, typed, editor=by, now=now())
    except Clashes as refusal:
        both = _with_mine(base, typed, current, refusal.clashes)
        again = _shown_form(draft, subject, both, column_id)
        return _page(draft, subject, again, refusal.clashes), 409
    except Invalid as refusal:
        form.add_fault(refusal)
        return _page(draft, subject, form), 422
    flash(gettext("Saved.") if saved.subjects else gettext("Nothing was changed."), "success")
    return redirect(target)


def _content(draft: Draft, subject: str) -> Content:
    content = content_of(draft.questionnaire, subject)
    if content is None:
        raise Refused
    return content


def _focus(content: Content, column_id: str | None) -> Content:
    """The content, or the column of it that the page is about; Refused if it is not there."""
    if column_id is None:
        return content
    found = [each for each in content.get("columns", ()) if each["id"] == column_id]
    if not found:
        raise Refused
    return found[0]


def _put(content: Content, column_id: str | None, edited: Content) -> Content:
    if column_id is None:
        return edited
    columns = [edited if each["id"] == column_id else each for each in content["columns"]]
    return content | {"columns": columns}


def _made(draft: Draft, subject: str, content: Content, column_id: str | None) -> type[PartForm]:
    kind = kind_of(subject) if column_id is None else "column"
    return part_form(kind, _focus(content, column_id), shown_languages(draft))


def _shown_form(draft: Draft, subject: str, content: Content, column_id: str | None) -> PartForm:
    made = _made(draft, subject, content, column_id)
    form = made(formdata=None, data=form_data(_focus(content, column_id)))
    form.seen.data = str(draft.revision)
    return form


def _with_mine(
    base: Content, mine: Content, theirs: Content, clashes: tuple[Clash, ...]
) -> Content:
    """The joined content with my side of every clash: saving again puts it in place of theirs."""
    fields = flatten(merge(base, mine, theirs).content)
    mine_fields = flatten(mine)
    for clash in clashes:
        mine_below = {
            name: value
            for name, value in mine_fields.items()
            if name == clash.field or name.startswith(f"{clash.field}/")
        }
        fields |= mine_below
    return unflatten(fields)


def _page(draft: Draft, subject: str, form: PartForm, clashes: tuple[Clash, ...] = ()) -> str:
    known = draft.questionnaire
    open_ = open_translations(known, all_changes(g.session, draft.id))
    return page(
        TEMPLATES[form.kind],
        draft=draft,
        subject=subject,
        form=form,
        clashes=clashes,
        open=open_.get(subject, {}),
        faults=faults_by_subject(known).get(subject, []),
        counts=comment_counts(g.session, draft.id).get(subject),
        in_words=lambda text: in_words(draft, text),
        name_of=lambda field: field_words(draft, subject, field),
        **(_of_part(draft, subject) if kind_of(subject) != "head" else {}),
    )


def _of_part(draft: Draft, subject: str) -> dict[str, Any]:
    """The section or question, its conditions as sentences, and what stands beside it."""
    known, part = draft.questionnaire, part_of(draft.questionnaire, subject)
    rows = getattr(part, "row_show_if", None)
    values: dict[str, Any] = {
        "part": part,
        "condition_sentence": _said(known, getattr(part, "show_if", None)),
        "row_sentence": _said(known, rows),
        "kind": str(KINDS.get(getattr(part, "type", ""), "")),
        "terms": glossary().terms_in(_in_base(draft, part), known.base_language),
    }
    for section in known.sections:
        ids = [question.id for question in section.questions]
        if kind_of(subject) == "question" and id_in(subject) in ids:
            place = ids.index(id_in(subject))
            beside = (
                *section.questions[max(place - 1, 0) : place],
                *section.questions[place + 1 : place + 2],
            )
            values |= {"home": section, "neighbours": beside}
    return values


def _in_base(draft: Draft, part: object) -> str:
    """What somebody who translates the part reads."""
    texts = (getattr(part, name, {}) for name in ("text", "title", "why", "hint", "proof"))
    return "\n".join(text.get(draft.questionnaire.base_language, "") for text in texts)


def _said(known: Questionnaire, condition: Condition | None) -> str:
    return sentence(condition, known, language()) if condition is not None else ""
