"""Forms and addresses of a review."""

import re
from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from portal.identity.roles import Permission
from portal.response.operations_review import AnswerDesk, Judgement
from portal.response.queries_review import Guide, Wanted
from portal.response.reviewing import MARKS, SCORES, Reason
from portal.web.forms import PortalForm, as_uuid
from portal.web.language import sentence

ALL = "all"
NEXT = "next"
SOME_NUMBER = re.compile(r"[0-9]{1,6}")


class MarkForm(PortalForm):
    """A mark, a note and, where there is a guide, a score."""

    mark = RadioField(
        _("Your mark"),
        choices=lambda: [SelectChoice(each.value, sentence(text)) for each, text in MARKS.items()],
        validators=[InputRequired(_("Choose a mark."))],
    )
    score = RadioField(_("Your score"), default="")
    note = TextAreaField(
        _("Your note"),
        description=_(
            "For the buyers of this dialogue who may read this answer. "
            "No supplier and no observer sees marks, scores or notes."
        ),
    )
    base_version = HiddenField(default="0")
    guide_version = HiddenField(default="0")

    def shows(self, desk: AnswerDesk) -> None:
        """Note what stands beside it now: what is sent next is sent in the light of that."""
        self.base_version.data = str(desk.own.version if desk.own else 0)
        self.guide_version.data = str(desk.guide.version if desk.guide else 0)

    def judgement(self) -> Judgement:
        """What was said."""
        return Judgement(
            mark=self.mark.data or "",
            note=self.note.data or "",
            score=int(self.score.data) if self.score.data else None,
            guide_version=number_in(self.guide_version),
            base_version=number_in(self.base_version),
        )


def _level(label: str, missing: str) -> TextAreaField:
    return TextAreaField(label, validators=[DataRequired(missing)])


class GuideForm(PortalForm):
    """What each score stands for, 0 to 4."""

    level_0 = _level(_("Score 0, the weakest"), _("Write what score 0 stands for."))
    level_1 = _level(_("Score 1"), _("Write what score 1 stands for."))
    level_2 = _level(_("Score 2"), _("Write what score 2 stands for."))
    level_3 = _level(_("Score 3"), _("Write what score 3 stands for."))
    level_4 = _level(_("Score 4, the strongest"), _("Write what score 4 stands for."))
    base_version = HiddenField(default="0")

    @property
    def boxes(self) -> list[TextAreaField]:
        """One for each score."""
        return [self[f"level_{score}"] for score in SCORES]

    def levels(self) -> list[str]:
        """What was typed, for the scores in order."""
        return [box.data or "" for box in self.boxes]


def number_in(field: Field) -> int:
    """The number that a hidden field carries; 0 for anything else."""
    text = str(field.data or "")
    return int(text) if SOME_NUMBER.fullmatch(text) else 0


def mark_form(desk: AnswerDesk) -> MarkForm:
    """The form with the reader's own mark; one given to an earlier answer is given anew."""
    own = desk.own
    version = desk.guide.version if desk.guide else 0
    if own is None:
        form = MarkForm(formdata=None, guide_version=version)
    else:
        holds = own.is_current and own.guide_version == version
        form = MarkForm(
            formdata=None,
            mark=own.mark.value if own.is_current else None,
            score=str(own.score) if holds and own.score is not None else "",
            note=own.note,
            base_version=own.version,
            guide_version=version,
        )
    return with_scores(form, desk.guide)


def with_scores(form: MarkForm, guide: Guide | None) -> MarkForm:
    """The form with the choices of the guide; without one there is nothing to score by."""
    levels = guide.levels if guide else ()
    form.score.choices = [SelectChoice("", gettext("No score"))] + [
        SelectChoice(str(score), f"{score}: {text}") for score, text in enumerate(levels)
    ]
    return form


def guide_form(guide: Guide | None) -> GuideForm:
    """The form with the guide in force."""
    levels = guide.levels if guide else ()
    texts = {f"level_{score}": text for score, text in enumerate(levels)}
    return GuideForm(formdata=None, base_version=guide.version if guide else 0, **texts)


def wanted() -> Wanted:
    """Which answers the address asks for."""
    supplier, reason = request.args.get("supplier"), request.args.get("reason", "")
    return Wanted(
        section_id=request.args.get("section", ""),
        organisation_id=as_uuid(supplier) if supplier else None,
        reason=Reason(reason) if reason in set(Reason) else None,
        everything=request.args.get("show") == ALL or not may_mark(),
    )


def may_mark() -> bool:
    """Whether the reader may mark; who may not goes through all that others left."""
    return bool(g.actor.may(Permission.ANSWER_REVIEW, g.dialogue.id))


def kept(which: Wanted) -> dict[str, Any]:
    """The same as parts of an address."""
    parts = {
        "section": which.section_id,
        "supplier": which.organisation_id,
        "reason": which.reason.value if which.reason else "",
        "show": ALL if which.everything and may_mark() else "",
    }
    return {name: value for name, value in parts.items() if value}
