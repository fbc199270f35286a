"""What stands beside every question: proof, "does not apply", who reads the answer, a comment.

It is most of a section's markup, and the same for everybody who left all of it as it is. So what
was drawn once for a question, language and class is kept and not drawn again.
"""

from dataclasses import dataclass
from typing import TypeAlias

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from portal.questionnaire.definition import ConfidentialityClass, EvidenceNeed, Question
from portal.response.answers import NOT_APPLICABLE, GivenAnswer, is_narrowed
from portal.response.fields import CELL_LENGTH
from portal.response.rules import NARROWING_REASONS, WHO_READS, allowed_classes
from portal.web.controls import Choice, Control, Maker
from portal.web.language import sentence
from portal.web.outline import READERS
from portal.web.wording import Wording

EVIDENCE_NEEDS = {
    EvidenceNeed.OPTIONAL: _("A file or link helps, but you need not add one."),
    EvidenceNeed.IF_YES: _("Add a file or link if you answer yes."),
    EvidenceNeed.IF_ROWS: _("Add a file or link that backs the rows you fill in."),
    EvidenceNeed.ALWAYS: _("Add a file or link."),
}

PARTS = ("na", "reason", "comment", "narrowing", "until")
MOST_KEPT = 4096
Key: TypeAlias = tuple[int, str, str, str, bool]
_KEPT: dict[Key, tuple[Question, Markup]] = {}
"""What was drawn, with its question: while that is held, its id names no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who will read the answer, and how to let fewer; ``choice`` is None if there is none."""

    short: str
    sentence: str
    is_narrowed: bool
    is_open: bool
    choice: Control | None
    reason: Control
    until: Control


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplicable:
    """The answer "not applicable" with its reason."""

    name: str
    is_checked: bool
    reason: Control


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Everything beside one question."""

    question_id: str
    proof: Wording
    evidence_need: str
    not_applicable: NotApplicable | None
    readers: Readers
    comment: Control


@dataclass(frozen=True, slots=True)
class Beside:
    """The aside of one question and answer, made only where nothing like it was kept."""

    question: Question
    answer: GivenAnswer
    maker: Maker
    may_narrow: bool

    @property
    def kept(self) -> Markup | None:
        """What was drawn before for the same; None if nothing was, or if it is one of a kind."""
        key = self._key()
        found = _KEPT.get(key) if key else None
        return found[1] if found else None

    def keep(self, drawn: Markup) -> Markup:
        """Keep what was drawn, unless somebody's own words are in it, and give it back."""
        key = self._key()
        if key:
            if len(_KEPT) >= MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = self.question, drawn
        return drawn

    @property
    def aside(self) -> Aside:
        """What to draw."""
        question, maker = self.question, self.maker
        need = question.evidence.need if question.evidence else None
        return Aside(
            question_id=question.id,
            proof=maker.speaker.say(question.proof),
            evidence_need=str(EVIDENCE_NEEDS[need]) if need else "",
            not_applicable=self._not_applicable(),
            readers=self._readers(),
            comment=_text(maker, f"{question.id}!comment", gettext("Comment")),
        )

    def _key(self) -> Key | None:
        own = f"{self.question.id}!"
        is_common = (
            self.answer.state != NOT_APPLICABLE
            and not any(self.maker.text(own + part) for part in PARTS)
            and not any(name.startswith(own) for name in self.maker.problems)
        )
        if not is_common:
            return None
        speaker = self.maker.speaker
        return id(self.question), speaker.page, speaker.language, self._class(), self.may_narrow

    def _class(self) -> ConfidentialityClass:
        typed = self.maker.text(f"{self.question.id}!class")
        known = typed if typed in list(ConfidentialityClass) else self.answer.confidentiality
        return ConfidentialityClass(known)

    def _not_applicable(self) -> NotApplicable | None:
        if not self.question.not_applicable and self.answer.state != NOT_APPLICABLE:
            return None
        name = f"{self.question.id}!na"
        label = gettext("Why does this not apply to you?")
        return NotApplicable(
            name=name,
            is_checked=self.maker.text(name) == "1",
            reason=_text(self.maker, f"{self.question.id}!reason", label),
        )

    def _readers(self) -> Readers:
        reason, until = self._reason(), self._until()
        choice = self._class_choice() if self.may_narrow else None
        chosen = self._class()
        errors = (reason.error, until.error, choice.error if choice else "")
        return Readers(
            short=str(READERS[chosen]),
            sentence=sentence(WHO_READS[chosen]),
            is_narrowed=is_narrowed(self.question, chosen),
            is_open=any(errors),
            choice=choice,
            reason=reason,
            until=until,
        )

    def _class_choice(self) -> Control | None:
        classes = allowed_classes(self.question)
        name = f"{self.question.id}!class"
        chosen = self._class()
        if len(classes) == 1 and chosen in classes:
            return None
        choices = tuple(
            Choice(
                id=name if place == 0 else f"{name}/{place}",
                value=str(each),
                text=Wording(str(READERS[each])),
                is_checked=each == chosen,
            )
            for place, each in enumerate(classes)
        )
        return _choice(self.maker, name, "radios", gettext("Who may read this answer?"), choices)

    def _reason(self) -> Control:
        name = f"{self.question.id}!narrowing"
        choices = tuple(
            Choice(
                id=f"{name}/{code}",
                value=code,
                text=Wording(sentence(reason)),
                is_checked=self.maker.text(name) == code,
            )
            for code, reason in NARROWING_REASONS.items()
        )
        label = gettext("If fewer people may read it: why?")
        return _choice(self.maker, name, "select", label, choices)

    def _until(self) -> Control:
        label = gettext("Until when? Leave empty if it has no end.")
        return _text(self.maker, f"{self.question.id}!until", label, "date")


def _text(maker: Maker, name: str, label: str, kind: str = "long") -> Control:
    return Control(
        name=name,
        kind=kind,
        label=Wording(label),
        value=maker.text(name),
        maximum_length=CELL_LENGTH,
        error=maker.error(name),
    )


def _choice(maker: Maker, name: str, kind: str, label: str, choices: tuple[Choice, ...]) -> Control:
    return Control(
        name=name, kind=kind, label=Wording(label), choices=choices, error=maker.error(name)
    )
