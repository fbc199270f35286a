"""A workbook that was given back, on the page where it is looked at before anything changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict

from portal.blueprints.supplier.forms import NotOptional
from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Question
from portal.questionnaire.importers.xlsx import Sheet, read_sheets
from portal.response.answers import GivenAnswer
from portal.response.operations import Decision
from portal.response.queries import WorkbookDifference
from portal.response.uploads import safe_name
from portal.response.workbook_merge import CellRemark, Difference, Kind
from portal.web.forms import PortalForm
from portal.web.language import language, sentence
from portal.web.reading import Line, as_submitted, read_answers
from portal.web.wording import Speaker, Wording

SEEN, SIDE = "seen", "side"
WORKBOOK = "workbook"
LARGEST_VERSION = 2**31 - 1


class GiveBackForm(PortalForm):
    """Upload a workbook."""

    file = FileField(_("Your workbook"), validators=[NotOptional()])

    def sheets(self) -> tuple[tuple[Sheet, ...], str, bytes]:
        """What was sent: its sheets, its name and its content.

        Raises Invalid, naming the field, if nothing or no workbook was sent.
        """
        upload = self.file.data
        if not (upload and upload.filename):
            problem = message("Choose the workbook.")
            raise Invalid(problem, {"file": problem})
        name, content = safe_name(str(upload.filename)), upload.read()
        try:
            return read_sheets(content, name), name, content
        except Invalid as fault:
            raise Invalid(fault.reason, {"file": fault.reason}) from fault


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
            self._lines({row.question.id: getattr(row, side) for row in rows}) for side in sides
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

    def _lines(self, answers: Mapping[str, GivenAnswer]) -> dict[str, Line]:
        given = {key: as_submitted(answer) for key, answer in answers.items()}
        sections = read_answers(self.questionnaire, given, language())
        return {line.id: line for section in sections for line in section.lines}


def _count(parts: tuple[Part, ...]) -> int:
    return sum(len(part.rows) for part in parts)


def _told(remark: CellRemark) -> Told:
    return Told(id=remark.question.id, where=remark.where, problem=sentence(remark.problem))
