"""A workbook that was given back, on the page where it is looked at before anything changes."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict

from portal.blueprints.supplier.forms import NotOptional, sheets_of
from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Question
from portal.questionnaire.importers.xlsx import Sheet
from portal.response.operations import Decision
from portal.response.queries import WorkbookDifference
from portal.response.uploads import safe_name
from portal.response.workbook_merge import CellRemark, Difference, Kind
from portal.web.forms import PortalForm
from portal.web.intake import harmless
from portal.web.language import language, sentence
from portal.web.reading import Line, lines_of
from portal.web.wording import Speaker, Wording

SEEN, SIDE = "seen", "side"
WORKBOOK = "workbook"
LARGEST_VERSION = 2**31 - 1


class GiveBackForm(PortalForm):
    """Upload a workbook."""

    file = FileField(_("Your workbook"), validators=[NotOptional()])

    def sheets(self, organisation_id: UUID) -> tuple[tuple[Sheet, ...], str, bytes]:
        """What was sent: its sheets, its name and its content.

        Raises Invalid, naming the field, if nothing, no workbook or a harmful one was sent.
        """
        upload = self.file.data
        if not (upload and upload.filename):
            problem = message("Choose the workbook.")
            raise Invalid(problem, {"file": problem})
        name = safe_name(str(upload.filename))
        content = harmless(upload, organisation_id)
        return sheets_of(content, name), name, content


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question in words: what the workbook says, what is there, what it was."""

    id: str
    text: Wording
    version: int
    mine: Line
    base: Line
    current: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section with rows of one kind."""

    id: str
    title: Wording
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What there is to say about a cell."""

    id: str
    where: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookView:
    """What the page shows."""

    taken: tuple[Part, ...]
    contested: tuple[Part, ...]
    online: tuple[Part, ...]
    same: tuple[str, ...]
    faults: tuple[Told, ...]
    told: tuple[Told, ...]
    forbidden: tuple[tuple[str, Wording], ...]

    @property
    def to_take(self) -> int:
        """How many answers only the workbook changed."""
        return _count(self.taken)

    @property
    def to_choose(self) -> int:
        """How many answers both sides changed."""
        return _count(self.contested)

    @property
    def kept(self) -> int:
        """How many answers were changed online only."""
        return _count(self.online)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take and nothing to choose."""
        return not (self.taken or self.contested)


def workbook_view(found: WorkbookDifference) -> WorkbookView:
    """A workbook's differences in words of the page's language."""
    words = _Words(found)
    compared = found.comparison
    return WorkbookView(
        taken=words.parts(compared.of(Kind.WORKBOOK)),
        contested=words.parts(compared.of(Kind.CONFLICT)),
        online=words.parts(compared.of(Kind.ONLINE)),
        same=tuple(row.question.id for row in compared.of(Kind.SAME)),
        faults=tuple(map(_told, compared.faults)),
        told=tuple(map(_told, compared.told)),
        forbidden=tuple((each.id, words.say(each)) for each in compared.forbidden),
    )


def decision_of(sent: MultiDict[str, str]) -> Decision:
    """What was seen and chosen, as the page's form sends it."""
    seen = {}
    for text in sent.getlist(SEEN):
        question_id, _sign, version = text.rpartition(":")
        if version.isascii() and version.isdecimal() and int(version[:10]) <= LARGEST_VERSION:
            seen[question_id] = int(version)
    prefix = f"{SIDE}:"
    chosen = [
        name.removeprefix(prefix)
        for name, value in sent.items()
        if name.startswith(prefix) and value == WORKBOOK
    ]
    return Decision(from_workbook=frozenset(chosen), seen=seen)


class _Words:
    """Puts both sides of a question in words."""

    def __init__(self, found: WorkbookDifference) -> None:
        self.questionnaire = found.loaded.questionnaire
        self.speaker = Speaker(language(), self.questionnaire.base_language, language())

    def say(self, question: Question) -> Wording:
        return self.speaker.say(question.text)

    def parts(self, rows: list[Difference]) -> tuple[Part, ...]:
        sides = ("mine", "base", "current")
        lines = [
            lines_of(
                self.questionnaire,
                {row.question.id: getattr(row, side) for row in rows},
                language(),
            )
            for side in sides
        ]
        by_id = {row.question.id: row for row in rows}
        return tuple(
            Part(
                id=section.id,
                title=self.speaker.say(section.title),
                rows=tuple(
                    Row(
                        id=question.id,
                        text=self.say(question),
                        version=by_id[question.id].current.version,
                        **{
                            side: found[question.id]
                            for side, found in zip(sides, lines, strict=True)
                        },
                    )
                    for question in section.questions
                    if question.id in by_id
                ),
            )
            for section in self.questionnaire.sections
            if any(question.id in by_id for question in section.questions)
        )


def _count(parts: tuple[Part, ...]) -> int:
    return sum(len(part.rows) for part in parts)


def _told(remark: CellRemark) -> Told:
    return Told(id=remark.question.id, where=remark.where, problem=sentence(remark.problem))
