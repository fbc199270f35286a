"""Suggestions among what was sent for a section: left alone, confirmed, or changed.

Saving a section confirms what was carried over and is shown in it. What somebody brought along
from elsewhere waits for its own button. A button that does something else on the way (more rows,
a file, one answer) must not confirm what nobody has looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import g, request

from portal.core.clock import now
from portal.core.errors import Invalid, Refused
from portal.response import operations
from portal.response.answers import AnswerDraft, drafted
from portal.response.operations import Saved
from portal.response.queries import AskedQuestion, section_of, section_page
from portal.response.tabs import tab_of
from portal.web.answers import SectionForm, section_form
from portal.web.language import language

ALL = "*"
"""Confirms every suggestion of the page; no question has this id."""
ON_THE_WAY = (
    "add_rows",
    "add_evidence",
    "open_table",
    "here",
    "write_note",
    "dismiss",
    "use_evidence",
    "name_brand",
)
TAKEN = "taken"
"""What a page sends of a suggestion that somebody brought along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A section's form as it was sent; ``as_it_was`` are suggestions that nobody changed."""

    form: SectionForm
    as_it_was: tuple[str, ...]

    @property
    def drafts(self) -> dict[str, AnswerDraft]:
        """What is to be saved."""
        return {
            question_id: draft
            for question_id, draft in self.form.drafts().items()
            if question_id not in self.as_it_was
        }

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """What the pressed button agrees with."""
        if any(request.form.get(name) for name in ON_THE_WAY):
            return ()
        wanted = request.form.get("confirm")
        if wanted is None:
            return tuple(each for each in self.as_it_was if not _is_taken(each))
        return tuple(each for each in self.as_it_was if wanted in {ALL, each})

    @property
    def next_look(self) -> str:
        """The suggestion after the one that was confirmed; that one again if it was the last."""
        confirmed = request.form.get("confirm") or request.form.get("dismiss", "")
        place = self.as_it_was.index(confirmed) + 1 if confirmed in self.as_it_was else 0
        return next(iter((*self.as_it_was[place:], confirmed)))


def read_sent(response_id: UUID, section_id: str, only: str = "") -> Sent:
    """Read and check what was sent; the stored answers are looked at only for suggestions.

    ``only`` is the id of the one question to read; Refused if the section has no such question.
    """
    questionnaire, asked = section_of(g.session, g.actor, response_id, section_id)
    languages = (language(), questionnaire.base_language)
    questions = [each for each in asked.questions if not only or each.id == only]
    form = section_form(questions, languages, request.form)
    if only and not form.answers:
        raise Refused
    form.validate()
    if not any(name.endswith("!suggested") for name in request.form):
        return Sent(form=form, as_it_was=())
    found = section_page(g.session, g.actor, response_id, section_id)
    drafts = form.drafts()
    return Sent(
        form=form,
        as_it_was=tuple(
            each.question.id for each in found.questions if _is_as_it_was(each, drafts)
        ),
    )


def save_typed(response_id: UUID, section_id: str, sent: Sent) -> Saved:
    """Store what was typed, and nothing that was only shown."""
    tab = request.form.get("tab", "")
    return operations.save_section(
        g.session,
        g.actor,
        response_id,
        section_id,
        sent.drafts,
        now=now(),
        source=tab if tab_of(tab) else "",
    )


def save_and_confirm(response_id: UUID, section_id: str, sent: Sent) -> Saved:
    """Store what was typed, then agree with what the button says.

    A suggestion that cannot be confirmed becomes a fault of the form.
    """
    saved = save_typed(response_id, section_id, sent)
    _dismiss_or_use(response_id, section_id)
    wanted = sent.to_confirm
    if wanted:
        try:
            operations.confirm_suggested(
                g.session, g.actor, response_id, section_id, wanted, now=now()
            )
        except Invalid as fault:
            if not fault.fields:
                raise
            sent.form.refuse(fault.fields)
    return saved


def _dismiss_or_use(response_id: UUID, section_id: str) -> None:
    """What the pressed button says of one suggestion: it is not true any more, or backs ours."""
    dismissed, used = request.form.get("dismiss"), request.form.get("use_evidence")
    place = (g.session, g.actor, response_id, section_id)
    if dismissed:
        operations.dismiss_suggested(*place, [dismissed], now=now())
    elif used:
        operations.use_suggested_evidence(*place, used, now=now())


def _is_taken(question_id: str) -> bool:
    return request.form.get(f"{question_id}!suggested") == TAKEN


def _is_as_it_was(asked: AskedQuestion, drafts: Mapping[str, AnswerDraft]) -> bool:
    """Whether the page showed this very suggestion, and it comes back unchanged."""
    draft, answer = drafts.get(asked.question.id), asked.answer
    if draft is None or not answer.is_suggested or draft.base_version != answer.version:
        return False
    # A suggested file comes along with its evidence only when it is confirmed.
    evidence = len(asked.evidence) or int(answer.value is not None)
    mine = drafted(asked.question, draft, answer, evidence=evidence)
    return mine.content == answer.confirmed.content
