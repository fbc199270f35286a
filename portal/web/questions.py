"""A question of a response as a page shows it: everything the template needs, nothing to look up.

``question_view`` takes the definition, the stored answer and what was just typed, and gives a
``QuestionView``; ``components/question.html`` draws it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext
from markupsafe import Markup

from portal.core.errors import Message, message
from portal.questionnaire.conditions import Values
from portal.questionnaire.definition import (
    ConfidentialityClass,
    File,
    Grid,
    Matrix,
    Question,
    Questionnaire,
    Table,
)
from portal.response.answers import GivenAnswer
from portal.response.operations_answering import Conflict
from portal.response.values import Form, display
from portal.web.asides import Beside
from portal.web.carried import CarriedView, Shown
from portal.web.controls import Control, Maker
from portal.web.corrections import Correction
from portal.web.language import sentence
from portal.web.outline import READERS, outline
from portal.web.rows import (
    BLANK_ROWS,
    Row,
    TableLook,
    countries_of,
    grid_rows,
    matrix_rows,
    prefilled,
    table_rows,
    typed_of,
)
from portal.web.wording import Speaker, Wording

__all__ = [
    "ConflictView",
    "Entry",
    "EvidenceItem",
    "QuestionView",
    "Setting",
    "Shown",
    "Side",
    "conflict_view",
    "outline",
    "question_view",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """A file or link tied to the question, in words. ``state`` as in ``validity.Standing``."""

    title: str
    href: str
    detail: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two texts in a conflict: the value as ``display`` gives it, and what else differs."""

    shown: Shown
    reason: str = ""
    comment: str = ""
    readers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictView:
    """Somebody else changed the answer meanwhile; ``keep_href`` leads back to what they saved.

    ``by_new_version``: nobody did, but the question changed, and the answer was carried over.
    """

    mine: Side
    theirs: Side
    who: str
    when: str
    version: int
    keep_href: str = ""
    by_new_version: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """Whose answer stands for one's own; if it does not (any more), ``words`` say why."""

    words: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the questions of a page share: ``values`` are those that count, from ``route``."""

    questionnaire: Questionnaire
    language: str
    values: Values = field(default_factory=dict)
    may_narrow: bool = True

    @property
    def speaker(self) -> Speaker:
        """Wordings in the page's language, else in the questionnaire's own."""
        return Speaker(self.language, self.questionnaire.base_language, self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What goes with the stored answer: a form that was not saved, files, a conflict.

    ``carried`` and ``corrections`` are what came with other versions of the question.
    """

    form: Form | None = None
    """All fields as they were sent; None to show the stored answer."""
    problems: Mapping[str, Message] = field(default_factory=dict)
    evidence: tuple[EvidenceItem, ...] = ()
    upload_href: str = ""
    conflict: ConflictView | None = None
    extra_rows: int = BLANK_ROWS
    look: TableLook | None = None
    carried: CarriedView | None = None
    corrections: tuple[Correction, ...] = ()
    reference: ReferenceView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question. ``layout``: field, table, matrix, grid or file.

    ``control`` is set for field, ``rows`` for table and grid, ``matrix`` (and ``heads``) for
    matrix; ``faults`` are (element id, sentence) for the error summary.
    """

    id: str
    text: Wording
    hint: Wording
    layout: str
    is_required: bool
    version: int
    control: Control | None
    rows: tuple[Row, ...]
    matrix: tuple[Control, ...]
    heads: tuple[Wording, ...]
    can_add_rows: bool
    look: TableLook | None
    countries: Markup
    error: str
    beside: Beside
    takes_evidence: bool
    evidence: tuple[EvidenceItem, ...]
    upload_href: str
    conflict: ConflictView | None
    carried: CarriedView | None
    corrections: tuple[Correction, ...]
    reference: ReferenceView | None
    faults: tuple[tuple[str, str], ...]

    @property
    def needs_look(self) -> bool:
        """Whether the answer was carried over or suggested, and waits for somebody."""
        return self.carried is not None and not self.carried.is_evidence

    @property
    def described_by(self) -> str:
        """Ids of what is said of it as a whole, for aria-describedby: hint, look, error."""
        parts = [
            ("hint", bool(self.hint)),
            ("carried", bool(self.carried)),
            ("error", bool(self.error)),
        ]
        return " ".join(f"{self.id}/{part}" for part, is_there in parts if is_there)


def question_view(
    question: Question, answer: GivenAnswer, setting: Setting, entry: Entry | None = None
) -> QuestionView:
    """Put together what the page shows of one question and its answer."""
    entry = entry or Entry()
    typed = entry.form if entry.form is not None else _stored(question, answer, setting)
    maker = Maker(setting.speaker, typed, entry.problems)
    rows = _rows(question, maker, setting, entry)
    return QuestionView(
        id=question.id,
        text=setting.speaker.say(question.text),
        hint=setting.speaker.say(question.hint),
        layout=question.type if isinstance(question, Table | Matrix | Grid | File) else "field",
        is_required=question.required,
        version=entry.conflict.version if entry.conflict else _version(question, answer, typed),
        control=maker.question(question),
        rows=rows,
        matrix=matrix_rows(question, maker, setting.values) if isinstance(question, Matrix) else (),
        heads=_heads(question, setting.speaker),
        can_add_rows=isinstance(question, Table) and len(rows) < question.maximum_rows,
        look=entry.look,
        countries=countries_of(question, setting.language),
        error=maker.error(question.id),
        beside=Beside(question, answer, maker, setting.may_narrow),
        takes_evidence=question.evidence is not None or isinstance(question, File),
        evidence=entry.evidence,
        upload_href=entry.upload_href,
        conflict=entry.conflict,
        carried=entry.carried,
        corrections=entry.corrections,
        reference=entry.reference,
        faults=_faults(question.id, entry.problems),
    )


def conflict_view(
    conflict: Conflict, setting: Setting, *, when: str, keep_href: str = ""
) -> ConflictView:
    """The two texts of a conflict in words; ``when`` says when theirs was saved."""
    return ConflictView(
        mine=_side(conflict.question, conflict.mine, setting),
        theirs=_side(conflict.question, conflict.theirs, setting),
        who=conflict.theirs_by,
        when=when,
        version=conflict.version,
        keep_href=keep_href,
        by_new_version=conflict.theirs.is_suggested,
    )


def _stored(
    question: Question, answer: GivenAnswer, setting: Setting
) -> dict[str, tuple[str, ...]]:
    """The stored answer as the form that would have been sent."""
    value = answer.value
    if value is None and answer.state == "empty":
        value = prefilled(question, setting.values)
    until = answer.narrowing_until
    controls = {
        "na": "1" if answer.is_exempt else "",
        "reason": answer.reason,
        "comment": answer.comment,
        "class": answer.confidentiality,
        "narrowing": answer.narrowing_reason,
        "until": until.isoformat() if until else "",
    }
    fields = {f"{question.id}!{name}": (text,) for name, text in controls.items()}
    return {**typed_of(question, value), **fields}


def _version(question: Question, answer: GivenAnswer, typed: Form) -> int:
    """The version somebody typed over: a form sent again must not pass as having seen a newer."""
    sent = next(iter(typed.get(f"{question.id}!version", ())), "")
    return int(sent) if sent.isdecimal() else answer.version


def _rows(question: Question, maker: Maker, setting: Setting, entry: Entry) -> tuple[Row, ...]:
    if isinstance(question, Table):
        if entry.look and entry.look.is_summarised:
            return ()
        return table_rows(question, maker, setting.questionnaire, entry.extra_rows)
    if isinstance(question, Grid):
        return grid_rows(question, maker, setting.questionnaire, setting.values)
    return ()


def _heads(question: Question, speaker: Speaker) -> tuple[Wording, ...]:
    if not isinstance(question, Matrix):
        return ()
    return tuple(speaker.say(option.text) for option in question.options)


def _side(question: Question, answer: GivenAnswer, setting: Setting) -> Side:
    base = setting.questionnaire.base_language
    shown: Shown = ""
    if answer.is_exempt:
        shown = gettext("Not applicable")
    elif answer.reference is not None:
        shown = str(gettext("By reference to %(brand)s") % {"brand": answer.reference.brand})
    elif answer.value is not None:
        shown = display(question, answer.value, setting.language, base)
    return Side(
        shown=shown,
        reason=answer.reason,
        comment=answer.comment,
        readers=str(READERS[ConfidentialityClass(answer.confidentiality)]),
    )


def _faults(question_id: str, problems: Mapping[str, Message]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, sentence(message("{question}: {problem}", question=question_id, problem=problem)))
        for name, problem in problems.items()
        if name == question_id or name.startswith((f"{question_id}:", f"{question_id}!"))
    )
