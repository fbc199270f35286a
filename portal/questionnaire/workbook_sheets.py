"""The sheets of a workbook for answers: one for each section, and one for each wide table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.questionnaire.definition import (
    Column,
    ColumnType,
    Grid,
    Matrix,
    Multi,
    Question,
    Section,
    Table,
)
from portal.questionnaire.paper import Choice, Entry, Paper
from portal.questionnaire.workbook_book import LINE_HEIGHT, Book, Sheet, height_of
from portal.questionnaire.workbook_filling import Place

NUMBER, QUESTION, LABEL, ANSWER, COMMENT, KIND, ONLY_IF, HINT, PROOF, READERS = range(10)
WIDTHS = (7, 32, 22, 22, 18, 14, 18, 32, 24, 12)
ROOM = len(WIDTHS) - LABEL
"""How many columns a table can have beside its row numbers; a wider one gets its own sheet."""
TABLE_ROWS = 20
OWN_WIDTH = 22
MARK_WIDTH = 14
PROMPT_HEIGHT = 2 * LINE_HEIGHT + 4

TEXT = Entry(type="text")


@dataclass(frozen=True, slots=True)
class _Slot:
    """One column of cells: a column of a table, or one choice of a column that takes several."""

    column: Column
    note: str
    """What a cell takes, and when."""
    entry: Entry
    option: str = ""
    label: str = ""


def write_section(book: Book, section: Section) -> Sheet:
    """A sheet with the section's questions and their answer cells; wide tables come behind it."""
    paper = book.paper
    title = f"{section.id} {paper.line(section.title)}".strip()
    sheet = book.sheet(title, WIDTHS)
    sheet.worksheet.set_row(0, 30)
    sheet.write(NUMBER, title, "title")
    sheet.row += 1
    heads = list(_heads(paper))
    for column, head in enumerate(heads):
        sheet.write(column, head, "head")
    sheet.set_height(zip(heads, WIDTHS, strict=True))
    sheet.row += 1
    sheet.worksheet.freeze_panes(sheet.row, LABEL)
    sheet.worksheet.repeat_rows(0, 1)
    for text, style in (
        (paper.text(section.why), "muted"),
        (paper.only_if(section.show_if), "strong"),
    ):
        if text:
            sheet.write_wide(text, style, WIDTHS)
    for question in section.questions:
        _write_question(sheet, question)
    return sheet


def _heads(paper: Paper) -> Iterator[str]:
    words = paper.words
    yield words("No.")
    yield words("Question")
    yield words("Choice or row")
    yield words("Your answer")
    yield words("Your comment, if any")
    yield words("How to answer")
    yield words("Only if")
    yield words("Why buyers ask, and how to answer")
    yield words("What counts as proof")
    yield words("Read by")


def _write_question(sheet: Sheet, question: Question) -> None:
    labels = _labels(sheet.book.paper, question)
    _write_texts(sheet, question, labels)
    _write_answer(sheet, question, labels)
    _write_beside(sheet, question)


def _labels(paper: Paper, question: Question) -> Sequence[Choice]:
    """What has a row of its own below the question: the choices of several, a matrix's rows."""
    if isinstance(question, Matrix):
        return paper.rows(question)
    return paper.entry(question).choices if isinstance(question, Multi) else ()


def _write_texts(sheet: Sheet, question: Question, labels: Sequence[Choice]) -> None:
    """The question's texts in its first row, and on over the rows of its labels."""
    paper = sheet.book.paper
    texts = {
        QUESTION: (paper.text(question.text), "first_strong"),
        KIND: (_kind(paper, question), "first_muted"),
        ONLY_IF: (_clauses(paper, question), "first_text"),
        HINT: (paper.text(question.hint), "first_muted"),
        PROOF: (paper.text(question.proof), "first_muted"),
        READERS: (_readers(sheet.book, question), "first_muted"),
    }
    sheet.write(NUMBER, question.id, "first_id")
    sheet.write(ANSWER, "", "first_muted")
    sheet.ask(COMMENT, Place(question=question.id, part="comment"), TEXT)
    for column, (text, style) in texts.items():
        sheet.write_over(column, text, style, rows=1 + len(labels))
    needed = max(height_of(text, WIDTHS[column]) for column, (text, _) in texts.items())
    heights = [height_of(label.label, WIDTHS[LABEL]) for label in labels]
    sheet.set_heights([max(PROMPT_HEIGHT, needed - sum(heights)), *heights])


def _readers(book: Book, question: Question) -> str:
    return book.filling.readers.get(question.id) or book.paper.readers(question)


def _kind(paper: Paper, question: Question) -> str:
    is_needed = paper.words("required") if question.required else paper.words("optional")
    return f"{paper.kind(paper.entry(question))}; {is_needed}"


def _clauses(paper: Paper, question: Question) -> str:
    clauses = [paper.clause(question.show_if)] if question.show_if else []
    if isinstance(question, Matrix | Grid) and question.row_show_if:
        clause = paper.clause(question.row_show_if)
        clauses.append(paper.words("In each row, only if {clause}", clause=clause))
    return "\n".join(clauses)


def _write_answer(sheet: Sheet, question: Question, labels: Sequence[Choice]) -> None:
    """The answer cells, from the question's own row; ends below them."""
    entry = sheet.book.paper.entry(question)
    if isinstance(question, Table | Grid):
        _write_table(sheet, question)
    elif isinstance(question, Matrix | Multi):
        _write_choices(sheet, question, labels, entry)
    else:
        part = "evidence" if question.type == "file" else "answer"
        sheet.write(LABEL, "", "first_muted")
        sheet.ask(ANSWER, Place(question=question.id, part=part), entry)
        sheet.row += 1


def _write_choices(
    sheet: Sheet, question: Matrix | Multi, labels: Sequence[Choice], entry: Entry
) -> None:
    words = sheet.book.words
    is_matrix = isinstance(question, Matrix)
    prompt = words("One choice in each row:") if is_matrix else words("An x beside all that apply:")
    sheet.write(LABEL, prompt, "first_muted")
    sheet.row += 1
    for label in labels:
        sheet.write(LABEL, label.label, "label")
        if is_matrix:
            sheet.ask(ANSWER, Place(question=question.id, row=label.id), entry)
        else:
            sheet.ask(ANSWER, Place(question=question.id, option=label.id), Entry(type="multi"))
        sheet.row += 1


def _write_table(sheet: Sheet, question: Table | Grid) -> None:
    """The block of a table or grid below its question, or on a sheet of its own if it is wide."""
    paper = sheet.book.paper
    slots = [slot for column in question.columns for slot in _slots(paper, question, column)]
    if len(slots) <= ROOM:
        sheet.write(LABEL, paper.words("Fill in the table below."), "first_muted")
        sheet.row += 1
        _write_block(sheet, question, slots, WIDTHS[QUESTION:], QUESTION)
        return
    own = _own_sheet(sheet.book, question, slots)
    said = paper.words("Fill in the sheet “{name}”.", name=own.name)
    sheet.write(LABEL, said, "first_strong")
    sheet.row += 1


def _own_sheet(book: Book, question: Table | Grid, slots: Sequence[_Slot]) -> Sheet:
    first = WIDTHS[NUMBER] if isinstance(question, Table) else WIDTHS[QUESTION]
    widths = [first, *(MARK_WIDTH if slot.option else OWN_WIDTH for slot in slots)]
    sheet = book.sheet(book.words("{question} table", question=question.id), widths)
    sheet.write_wide(f"{question.id} {book.paper.text(question.text)}", "heading", widths[:8])
    sheet.worksheet.freeze_panes(sheet.row + 1, 1)
    sheet.worksheet.repeat_rows(sheet.row, sheet.row + 1)
    sheet.worksheet.repeat_columns(0)
    _write_block(sheet, question, slots, widths)
    return sheet


def _write_block(
    sheet: Sheet,
    question: Table | Grid,
    slots: Sequence[_Slot],
    widths: Sequence[float],
    labels: int = 0,
) -> None:
    """Two rows of heads, then the rows with their labels in the column ``labels``.

    ``widths`` are those of that column and the ones behind it.
    """
    _write_heads(sheet, slots, widths[1:], labels + 1)
    rows = _rows(sheet.book, question)
    for column, slot in enumerate(slots, start=labels + 1):
        sheet.validate(column, slot.entry, len(rows))
    for row in rows:
        sheet.write(labels, row.label, "label")
        sheet.set_height([(row.label, widths[0])])
        for column, slot in enumerate(slots, start=labels + 1):
            place = Place(
                question=question.id, row=row.id, column=slot.column.id, option=slot.option
            )
            sheet.answer(column, place, slot.entry)
        sheet.row += 1


def _write_heads(sheet: Sheet, slots: Sequence[_Slot], widths: Sequence[float], first: int) -> None:
    """What each column asks for, over all its choices; below, what a cell takes."""
    paper = sheet.book.paper
    column, heads = first, []
    for _, same in groupby(slots, key=lambda slot: slot.column.id):
        group = list(same)
        text = paper.line(group[0].column.text, group[0].column.id)
        head = f"{text} ({group[0].note})" if group[0].option else text
        sheet.write_over(column, head, "block_head", columns=len(group))
        begun = column - first
        heads.append((head, sum(widths[begun : begun + len(group)])))
        column += len(group)
    sheet.set_height(heads)
    sheet.row += 1
    for column, slot in enumerate(slots, start=first):
        sheet.write(column, slot.label or slot.note, "block_choice" if slot.label else "block_kind")
    sheet.set_height(
        (slot.label or slot.note, width) for slot, width in zip(slots, widths, strict=False)
    )
    sheet.row += 1


def _slots(paper: Paper, question: Table | Grid, column: Column) -> Iterator[_Slot]:
    entry = paper.cell(column)
    notes = [paper.kind(entry)]
    if column.required:
        notes.append(paper.words("required"))
    if column.show_if:
        notes.append(paper.only_if(column.show_if, question.columns))
    note = "; ".join(notes)
    if column.type is ColumnType.MULTI:
        for choice in entry.choices:
            yield _Slot(column, note, Entry(type="multi"), choice.id, choice.label)
    else:
        yield _Slot(column, note, entry)


def _rows(book: Book, question: Table | Grid) -> Sequence[Choice]:
    """The fixed rows of a grid; of a table as many as somebody fills in by hand, or has filled."""
    if isinstance(question, Grid):
        return book.paper.rows(question)
    wanted = max(question.minimum_rows, TABLE_ROWS, book.filling.rows.get(question.id, 0))
    count = min(question.maximum_rows, wanted)
    return [Choice(str(number), str(number)) for number in range(1, count + 1)]


def _write_beside(sheet: Sheet, question: Question) -> None:
    """Cells for the reason why a question does not apply, and for proof."""
    reason = sheet.book.words("Not applicable, because:") if question.not_applicable else ""
    wanted = sheet.book.paper.proof_wanted(question)
    for label, part in ((reason, "not_applicable"), (wanted, "evidence")):
        if label:
            sheet.write(LABEL, label, "label")
            sheet.set_height([(label, WIDTHS[LABEL])])
            sheet.ask(ANSWER, Place(question=question.id, part=part), TEXT)
            sheet.row += 1
