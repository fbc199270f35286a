"""A workbook beside the answers of today and those it was made from, question by question (pure).

The rule is that of a save on a page: what only one side changed is taken from that side, what
both changed waits for a person (``rules.merge``). Who reads an answer is not in a workbook.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from portal.core.errors import Message, message
from portal.questionnaire.definition import File, Question, Questionnaire
from portal.questionnaire.workbook_filling import Place
from portal.response.answers import NOT_APPLICABLE, AnswerDraft, GivenAnswer, drafted, unanswered
from portal.response.fields import CELL_LENGTH, Value
from portal.response.rules import Merge, merge
from portal.response.values import parse
from portal.response.workbook_cells import ANSWER, COMMENT, EVIDENCE, REASON, reads
from portal.response.workbook_reading import ReadCell, ReadWorkbook

MARKS = frozenset({"x", "✓", "✔", "1", "true", "yes", "ja", "oui"})
"""What people put where an x is asked for."""


class Kind(StrEnum):
    """Who changed an answer since the workbook was made."""

    WORKBOOK = "workbook"
    ONLINE = "online"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One question that is not as it was when the workbook was made.

    ``mine`` is what the workbook says, ``base`` what it was made from, ``current`` what there is.
    """

    question: Question
    kind: Kind
    mine: GivenAnswer
    base: GivenAnswer
    current: GivenAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRemark:
    """A sentence about a cell (``sheet!cell``) of a question."""

    question: Question
    where: str
    problem: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A workbook beside the answers; all in page order.

    ``faults``: why a question is not taken. ``forbidden``: changed in the workbook, but somebody
    else's to answer. ``told``: worth knowing, and no obstacle.
    """

    differences: tuple[Difference, ...]
    faults: tuple[CellRemark, ...]
    forbidden: tuple[Question, ...]
    told: tuple[CellRemark, ...]

    def of(self, kind: Kind) -> list[Difference]:
        """The differences of a kind."""
        return [each for each in self.differences if each.kind is kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Answers by question: ``base`` those that the workbook was made from, ``current`` today's."""

    base: Mapping[str, GivenAnswer]
    current: Mapping[str, GivenAnswer]


def touched(questionnaire: Questionnaire, read: ReadWorkbook, sides: Sides) -> ReadWorkbook:
    """The workbook with the cells of those questions only that somebody changed in it."""
    changed = {
        question.id: read.cells[question.id]
        for question in questionnaire.questions()
        if question.id in read.cells
        and (question.id in read.lost or _is_touched(question, read, _before(question, sides)))
    }
    return replace(read, cells=changed)


def compare(
    questionnaire: Questionnaire,
    read: ReadWorkbook,
    sides: Sides,
    writable: Collection[str],
) -> Comparison:
    """What becomes of each question; ``read`` may hold the touched ones only."""
    found = _Found(read.language, questionnaire.base_language)
    for question in questionnaire.questions():
        if question.id in read.versions:
            found.add(question, read, sides, is_writable=question.id in writable)
    return Comparison(
        differences=tuple(found.differences),
        faults=tuple(found.faults),
        forbidden=tuple(found.forbidden),
        told=tuple(found.told),
    )


class _Found:
    """Collects what there is to say, question by question."""

    def __init__(self, language: str, base_language: str) -> None:
        self.languages = (language, base_language)
        self.differences: list[Difference] = []
        self.faults: list[CellRemark] = []
        self.forbidden: list[Question] = []
        self.told: list[CellRemark] = []

    def add(
        self, question: Question, read: ReadWorkbook, sides: Sides, *, is_writable: bool
    ) -> None:
        current = sides.current.get(question.id) or unanswered(question)
        # Who reads it is not in the workbook, nor are files: on these, there is nothing to merge.
        base = _comparable(question, _before(question, sides), current)
        if question.id in read.lost:
            self._lost(question, read.lost[question.id])
            return
        cells = read.cells.get(question.id)
        if cells is None or not _is_touched(question, read, base):
            self._differ(question, Kind.ONLINE, base, base, current)
            return
        self.told += _remarks(question, cells)
        draft, faults = _draft(question, cells, base, self.languages)
        if faults:
            self.faults += faults
            return
        mine = drafted(question, draft, base, evidence=current.evidence)
        kind = _kind(mine, base, current)
        if kind in {Kind.WORKBOOK, Kind.CONFLICT} and not is_writable:
            self.forbidden.append(question)
        else:
            self._differ(question, kind, mine, base, current)

    def _differ(
        self,
        question: Question,
        kind: Kind,
        mine: GivenAnswer,
        base: GivenAnswer,
        current: GivenAnswer,
    ) -> None:
        if not base.says_the_same(current) or not mine.says_the_same(base):
            row = Difference(question=question, kind=kind, mine=mine, base=base, current=current)
            self.differences.append(row)

    def _lost(self, question: Question, sheet: str) -> None:
        text = message(
            "Its rows are not where they were, or the sheet is gone, so it was not read: put them "
            "back, or type the answer on the portal."
        )
        self.faults.append(CellRemark(question=question, where=sheet, problem=text))


def _before(question: Question, sides: Sides) -> GivenAnswer:
    return sides.base.get(question.id) or unanswered(question)


def _kind(mine: GivenAnswer, base: GivenAnswer, current: GivenAnswer) -> Kind:
    """Who changed it."""
    if mine.says_the_same(current):
        return Kind.SAME
    by_merge = {Merge.TAKE: Kind.WORKBOOK, Merge.CONFLICT: Kind.CONFLICT, Merge.KEEP: Kind.ONLINE}
    return by_merge[merge(mine, base, current)]


def _comparable(question: Question, base: GivenAnswer, current: GivenAnswer) -> GivenAnswer:
    """The answer that the workbook was made from, as far as a workbook can differ from it."""
    return replace(
        base,
        value=current.value if isinstance(question, File) else base.value,
        confidentiality=current.confidentiality,
        narrowing_reason=current.narrowing_reason,
        narrowing_until=current.narrowing_until,
        evidence=current.evidence,
    )


def _is_touched(question: Question, read: ReadWorkbook, base: GivenAnswer) -> bool:
    cells = read.cells[question.id]
    return {place: cell.text for place, cell in cells.items()} != reads(question, base)


def _remarks(question: Question, cells: Mapping[Place, ReadCell]) -> Iterator[CellRemark]:
    """Formulas, of which the value is taken, and proof, which a workbook cannot hold."""
    for place, cell in cells.items():
        if place.part == EVIDENCE:
            text = message("Proof is added on the portal: what stands in this cell is not taken.")
        elif cell.is_formula:
            text = message(
                "A formula stands here: its last value is taken, “{text}”", text=cell.text
            )
        else:
            continue
        yield CellRemark(question=question, where=cell.where, problem=text)


def _draft(
    question: Question,
    cells: Mapping[Place, ReadCell],
    base: GivenAnswer,
    languages: tuple[str, str],
) -> tuple[AnswerDraft, list[CellRemark]]:
    """What the workbook asks for; a part that was left alone stays as it was, whole and exact."""
    before = reads(question, base)
    now = {place: cell.text for place, cell in cells.items()}
    faults = [_unread(question, cell) for cell in cells.values() if cell.unread]
    comment, reason = (
        _text(question, part, (now, before), kept)
        for part, kept in ((COMMENT, base.comment), (REASON, base.reason if base.is_exempt else ""))
    )
    value = base.value
    if _part(now, ANSWER) != _part(before, ANSWER):
        value, found = _value(question, cells, languages)
        faults += found
    if reason and _part(now, ANSWER):
        place = Place(question=question.id, part=REASON)
        faults.append(_remark(question, cells[place], _BOTH))
    faults += _too_long(question, cells, (comment, reason))
    state = NOT_APPLICABLE if reason else "done"
    draft = AnswerDraft(
        value=value, state=state, reason=reason, comment=comment, language=languages[0]
    )
    return draft, faults


_BOTH = message("There is an answer and a reason why the question does not apply: keep one of them")


def _part(texts: Mapping[Place, str], part: str) -> dict[Place, str]:
    return {place: text for place, text in texts.items() if place.part == part}


def _text(
    question: Question, part: str, sides: tuple[Mapping[Place, str], Mapping[Place, str]], kept: str
) -> str:
    """The text of a comment or reason; what it was if the cell still reads so."""
    now, before = (side.get(Place(question=question.id, part=part), "") for side in sides)
    return kept if now == before else now


def _too_long(
    question: Question, cells: Mapping[Place, ReadCell], texts: tuple[str, str]
) -> Iterator[CellRemark]:
    for part, text in zip((COMMENT, REASON), texts, strict=True):
        if len(text) > CELL_LENGTH:
            shorten = message("Shorten this to {maximum} characters or fewer.", maximum=CELL_LENGTH)
            yield _remark(question, cells[Place(question=question.id, part=part)], shorten)


def _value(
    question: Question, cells: Mapping[Place, ReadCell], languages: tuple[str, str]
) -> tuple[Value, list[CellRemark]]:
    """The value that the answer cells hold, and what is wrong with it, cell by cell."""
    form: dict[str, list[str]] = {}
    by_name: dict[str, ReadCell] = {}
    faults = []
    for place, cell in cells.items():
        if place.part != ANSWER or cell.unread:
            continue
        name = ":".join(part for part in (question.id, place.row, place.column) if part)
        by_name.setdefault(name, cell)
        if place.option and cell.text.casefold() not in MARKS:
            faults.append(
                _remark(question, cell, message("Put an x here, or leave the cell empty"))
            )
            continue
        form.setdefault(name, []).append(place.option or cell.text)
    if isinstance(question, File):
        return None, faults
    parsed = parse(question, form, *languages)
    fallback = ReadCell(where=next((cell.where for cell in cells.values()), question.id))
    faults += [
        _remark(question, by_name.get(name, fallback), problem)
        for name, problem in parsed.problems.items()
    ]
    return parsed.value, faults


def _unread(question: Question, cell: ReadCell) -> CellRemark:
    if cell.unread.startswith("="):
        text = message("A formula stands here that has no value: type the answer itself")
    else:
        text = message("An error of the spreadsheet stands here: {text}", text=cell.unread)
    return _remark(question, cell, text)


def _remark(question: Question, cell: ReadCell, problem: Message) -> CellRemark:
    return CellRemark(question=question, where=cell.where, problem=problem)
