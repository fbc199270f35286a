"""A questionnaire version as an empty form to print: read, discuss and fill in with a pen.

The routing is written out, since paper cannot hide a question: each says when it is asked and
where to go on otherwise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.brief.render import fill, pages, with_properties
from portal.core.errors import message
from portal.core.files import FileStore
from portal.core.words import NO_BREAK
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Condition,
    Grid,
    LongText,
    Matrix,
    Question,
    Questionnaire,
    ShortText,
    Table,
)
from portal.questionnaire.paper import Entry, Goal, Paper, Stamp, question_goals, section_goals

MOST_COLUMNS = 5
"""Of a table, beside each other on a page; a wider one has its columns below each other."""
MOST_BOXES = 6
"""Of a matrix, beside each other; of more choices the number is written."""
SHORT_LABEL = 16
SHORT_LINE = 150
"""Letters of a short text that fit on one line, written by hand."""
TABLE_ROWS = 7
RECORDS = 3
MOST_WHOLE = 16
"""Choices or rows of a question that stays on one page; more may go on on the next."""
LONG_LINES = 7
TOO_LARGE = message(
    "The questionnaire is too large to be laid out for printing. Take the workbook instead."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a column asks for, and in small print what a cell takes."""

    text: str
    note: str = ""
    ticks: tuple[str, ...] = ()
    """Choices that are ticked within the cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Something to fill in; ``kind`` is the macro of the template that draws it.

    ``ticks``: one box a line; ``inline``: boxes beside each other; ``boxes``: a matrix with a box
    for each label and head; ``cells``: empty cells below the heads, one row a label; ``records``:
    the same turned round; ``number``, ``day``, ``lines``: room to write; ``note``: only to read.
    """

    kind: str
    text: str = ""
    labels: tuple[str, ...] = ()
    heads: tuple[Head, ...] = ()
    count: int = 1
    is_numbered: bool = False
    """The labels are row numbers only."""
    for_paper: bool = False
    """It says how to go on on paper, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormQuestion:
    """A question to print; ``route`` says when it is asked, ``about`` how it is answered."""

    id: str
    text: str
    hint: str
    proof: str
    route: str
    about: str
    blocks: tuple[Block, ...]
    is_whole: bool
    """Short enough to stay on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """A section to print."""

    id: str
    title: str
    why: str
    route: str
    questions: tuple[FormQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """All that is printed, in one language."""

    language: str
    title: str
    introduction: tuple[str, ...]
    rules: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    version: str
    sha256: str
    sections: tuple[FormSection, ...]


def form_pdf(
    questionnaire: Questionnaire,
    *,
    sha256: str,
    dialogue: str = "",
    deadline: datetime | None = None,
    is_draft: bool = False,
    language: str,
    files: FileStore | None = None,
) -> bytes:
    """The printed form in ``language``, else in the base language text by text; A4.

    ``sha256``: of the version's canonical JSON; ``dialogue``: its title; ``is_draft`` is said
    beside the version. The same version gives the same bytes. To lay out 60 pages takes 6 s:
    with ``files``, what was laid out once is taken from there. Raises Invalid if the fonts are
    missing or the questionnaire is too large to be laid out.
    """
    form = compose(questionnaire, Stamp(sha256, dialogue, deadline, is_draft), language)
    html = fill("form.html", language, form=form)

    def laid_out() -> bytes:
        properties = {"/Title": form.title, "/Subject": form.version, "/Keywords": sha256}
        return with_properties(pages(html, too_large=TOO_LARGE), properties)

    return files.made(html, laid_out) if files is not None else laid_out()


def compose(questionnaire: Questionnaire, stamp: Stamp, language: str) -> Form:
    """What is printed."""
    paper = Paper(questionnaire, language)
    introduction = paper.text(questionnaire.introduction).splitlines()
    return Form(
        language=language,
        title=paper.line(questionnaire.title, questionnaire.name),
        introduction=tuple(line.strip() for line in introduction if line.strip()),
        rules=tuple(_rules(paper)),
        facts=tuple(_facts(paper, stamp)),
        version=paper.version(stamp),
        sha256=stamp.sha256,
        sections=tuple(_Composer(paper).sections()),
    )


def _rules(paper: Paper) -> Iterator[str]:
    words = paper.words
    yield words("Print this form and go through it with those who know the answers.")
    yield words("Tick the boxes with a pen. “One choice” means one tick.")
    yield words("Write comments in the margin or on the back of the page.")
    yield words(
        "A line that begins with “Only if” says whom a question is for, and where all others go on."
    )
    yield words(
        "With each question stands who will read the answer. On the portal you may narrow this, "
        "with a reason, before you sign."
    )
    yield words("Then type the answers in on the portal. Only what you sign there is your answer.")


def _facts(paper: Paper, stamp: Stamp) -> Iterator[tuple[str, str]]:
    words = paper.words
    if stamp.dialogue:
        yield words("Dialogue"), stamp.dialogue
    if stamp.deadline is not None:
        yield words("Answer by"), words.moment(stamp.deadline)
    yield words("Version"), paper.version(stamp)
    yield words("Hash (SHA-256)"), stamp.sha256
    names = [words.language_name(tag) for tag in paper.questionnaire.languages]
    yield words("Languages"), words.listing(names)


class _Composer:
    """Turns sections and questions into what is printed."""

    def __init__(self, paper: Paper) -> None:
        """Find out where each condition leads."""
        self.paper = paper
        self.words = paper.words
        self.goals = question_goals(paper.questionnaire)
        self.section_goals = section_goals(paper.questionnaire)

    def sections(self) -> Iterator[FormSection]:
        """Every section in page order."""
        for section in self.paper.questionnaire.sections:
            yield FormSection(
                id=section.id,
                title=self.paper.line(section.title),
                why=self.paper.text(section.why),
                route=self._route(section.show_if, self.section_goals.get(section.id)),
                questions=tuple(map(self._question, section.questions)),
            )

    def _route(self, condition: Condition | None, goal: Goal | None) -> str:
        return self.paper.route(condition, goal)

    def _question(self, question: Question) -> FormQuestion:
        paper = self.paper
        blocks = (*self._blocks(question), *self._beside(question))
        return FormQuestion(
            id=question.id,
            text=paper.text(question.text),
            hint=paper.text(question.hint),
            proof=paper.text(question.proof),
            route=self._route(question.show_if, self.goals.get(question.id)),
            about=self._about(question),
            blocks=blocks,
            is_whole=all(len(block.labels) <= MOST_WHOLE for block in blocks),
        )

    def _about(self, question: Question) -> str:
        kind = self.paper.kind(Entry(type=question.type))
        is_needed = self.words("required") if question.required else self.words("optional")
        readers = self.words("read by: {readers}", readers=self.paper.readers(question))
        return f"{kind} · {is_needed} · {readers}"

    def _blocks(self, question: Question) -> Iterator[Block]:
        if isinstance(question, Matrix | Grid) and question.row_show_if:
            clause = self.paper.clause(question.row_show_if)
            yield Block(
                kind="note", text=self.words("In each row, only if {clause}", clause=clause)
            )
        if isinstance(question, Table | Grid):
            yield from self._table(question)
        elif isinstance(question, Matrix):
            yield from self._matrix(question)
        else:
            yield self._simple(question)

    def _simple(self, question: Question) -> Block:
        entry = self.paper.entry(question)
        labels = tuple(choice.label for choice in entry.choices)
        if labels:
            is_short = len(labels) <= MOST_BOXES and max(map(len, labels)) <= SHORT_LABEL
            return Block(kind="inline" if is_short else "ticks", labels=labels)
        if entry.type in {"number", "percentage"}:
            return Block(kind="number", text=entry.unit or "%")
        if entry.type == "date":
            return Block(kind="day")
        return Block(kind="lines", count=_lines(question))

    def _matrix(self, question: Matrix) -> Iterator[Block]:
        labels = tuple(row.label for row in self.paper.rows(question))
        choices = [choice.label for choice in self.paper.entry(question).choices]
        if len(choices) <= MOST_BOXES:
            heads = tuple(Head(text=choice) for choice in choices)
            yield Block(kind="boxes", labels=labels, heads=heads)
        else:
            head = Head(text=self.words("Number of your choice"))
            yield Block(kind="cells", labels=labels, heads=(head,))
            yield Block(kind="note", text=self._numbered(choices))

    def _table(self, question: Table | Grid) -> Iterator[Block]:
        heads = tuple(self._head(column) for column in question.columns)
        if isinstance(question, Grid):
            labels = tuple(row.label for row in self.paper.rows(question))
            for start in range(0, len(heads), MOST_COLUMNS):
                some = heads[start : start + MOST_COLUMNS]
                yield Block(kind="cells", labels=labels, heads=some)
        else:
            about_rows = " ".join(self._about_rows(question))
            if about_rows:
                for_paper = question.prefill is None
                yield Block(kind="note", text=about_rows, for_paper=for_paper)
            labels = tuple(str(number) for number in range(1, _row_count(question) + 1))
            kind = "records" if len(heads) > MOST_COLUMNS else "cells"
            yield Block(kind=kind, labels=labels, heads=heads, is_numbered=True)
        for note in self._notes(question):
            yield Block(kind="note", text=note)

    def _notes(self, question: Table | Grid) -> Iterator[str]:
        for column in question.columns:
            head = self.paper.line(column.text, column.id)
            choices = [choice.label for choice in self.paper.cell(column).choices]
            if choices and column.type is not ColumnType.YES_NO:
                kind = self.paper.kind(Entry(type=column.type.value))
                yield f"{head} ({kind}): {self._numbered(choices)}"
            if column.show_if is not None:
                yield f"{head}: {self.paper.only_if(column.show_if, question.columns)}"

    def _about_rows(self, question: Table) -> Iterator[str]:
        """Above the table: a line below a long one might stand alone on the next page."""
        if question.prefill is not None:
            yield self.words(
                "Begin with the rows of {question}.", question=question.prefill.question
            )
        if question.maximum_rows > _row_count(question):
            yield self.words("If you need more rows, copy this page.")

    def _head(self, column: Column) -> Head:
        entry = self.paper.cell(column)
        labels = tuple(choice.label for choice in entry.choices)
        text = self.paper.line(column.text, column.id)
        if column.type is ColumnType.YES_NO:
            return Head(text=text, ticks=labels)
        if column.type is ColumnType.MULTI:
            return Head(text=text, note=self.words("write the numbers"))
        if labels:
            return Head(text=text, note=self.words("write the number"))
        if column.type is ColumnType.PERCENTAGE:
            return Head(text=text, note="%")
        if column.type is ColumnType.DATE:
            return Head(text=text, note=self.paper.kind(entry))
        return Head(text=text, note=entry.unit)

    def _numbered(self, choices: Sequence[str]) -> str:
        numbered = (f"{number}{NO_BREAK}{choice}" for number, choice in enumerate(choices, start=1))
        return " · ".join(numbered)

    def _beside(self, question: Question) -> Iterator[Block]:
        """Room for the reason why a question does not apply, and for proof."""
        if question.not_applicable:
            yield Block(kind="tick_line", text=self.words("Not applicable, because:"))
        wanted = self.paper.proof_wanted(question)
        if wanted:
            yield Block(kind="named_line", text=f"{wanted}:")


def _row_count(question: Table) -> int:
    """The empty rows of a table, fewer if it may not have so many."""
    usual = RECORDS if len(question.columns) > MOST_COLUMNS else TABLE_ROWS
    return min(question.maximum_rows, usual)


def _lines(question: Question) -> int:
    if isinstance(question, LongText):
        return LONG_LINES
    if isinstance(question, ShortText):
        return 1 if question.maximum_length <= SHORT_LINE else 2
    return 2
