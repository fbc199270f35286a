"""A questionnaire version as an empty workbook, to be filled in away from the portal.

The first sheet says how; each section has a sheet with its routing written out. Everything but
the answer cells is locked, without a password. Two hidden sheets make it readable again:
``parley`` stamps the version and maps each answer cell to stable ids, ``parley-lists`` gives the
id of each label that is chosen from a list.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO

from xlsxwriter import Workbook

from portal.questionnaire.definition import Questionnaire, Section
from portal.questionnaire.paper import Choice, Paper, Stamp
from portal.questionnaire.workbook_book import MESSAGE_LENGTH, Book, Sheet, cell_text, fitted
from portal.questionnaire.workbook_filling import EMPTY, Filling
from portal.questionnaire.workbook_sheets import TABLE_ROWS, write_section

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MADE = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in every workbook: the same version gives the same bytes, whenever it is made."""
SHORT_HASH = 12
WIDTHS = (34, 100)


def workbook(
    questionnaire: Questionnaire,
    *,
    sha256: str,
    dialogue: str = "",
    deadline: datetime | None,
    is_draft: bool = False,
    language: str,
    countries: Sequence[tuple[str, str]] = (),
    filling: Filling = EMPTY,
) -> bytes:
    """The bytes of a workbook in ``language``, else in the base language text by text.

    ``sha256``: of the version's canonical JSON; ``dialogue``: its title; ``is_draft`` is said
    beside the version; ``countries``: code and name of those that a country cell can be chosen
    from, without which it takes any text; ``filling``: what stands in it, nothing without it.
    """
    paper = Paper(questionnaire, language, tuple(Choice(*country) for country in countries))
    stamp = Stamp(sha256, dialogue, deadline, is_draft)
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as made:
        title = cell_text(paper.line(questionnaire.title))
        created = MADE.replace(tzinfo=None)
        made.set_properties({"title": fitted(title, MESSAGE_LENGTH), "created": created})
        book = Book(made, paper, _footer(paper, stamp), filling)
        front = book.sheet(paper.words("Read me"), WIDTHS)
        wanted = filling.sections or {section.id for section in questionnaire.sections}
        sections = [section for section in questionnaire.sections if section.id in wanted]
        names = [(section, write_section(book, section).name) for section in sections]
        _Front(front, paper, stamp, is_answered=filling.is_answered).write(names)
        book.finish(_stamped(paper, stamp))
    return file.getvalue()


class _Front:
    """Writes the sheet that is read first."""

    def __init__(
        self, sheet: Sheet, paper: Paper, stamp: Stamp, *, is_answered: bool = False
    ) -> None:
        """Keep what it is written from."""
        self.is_answered = is_answered
        self.sheet = sheet
        self.paper = paper
        self.stamp = stamp

    def write(self, sections: Sequence[tuple[Section, str]]) -> None:
        """Write it all; ``sections`` come with the names of their sheets."""
        words = self.paper.words
        self.sheet.worksheet.set_row(0, 34)
        self._line(self.paper.line(self.paper.questionnaire.title), "title")
        for label, text in self._facts():
            self.sheet.write(0, label, "strong")
            self._line(text, "text", 1)
        self._introduction()
        self._heading(words("How to fill it in"))
        for number, rule in enumerate(self._rules(), start=1):
            self.sheet.write(0, str(number), "label")
            self._line(rule, "text", 1)
        self._heading(words("Who reads your answers"))
        self._line(self._readers(), "text", 1)
        self._heading(words("Sections"))
        for section, name in sections:
            self.sheet.write(0, name, "strong")
            self._line(self._about(section), "text", 1)

    def _introduction(self) -> None:
        text = self.paper.text(self.paper.questionnaire.introduction)
        paragraphs = [paragraph for paragraph in text.splitlines() if paragraph.strip()]
        if paragraphs:
            self._heading(self.paper.words("What this is about"))
        for paragraph in paragraphs:
            self._line(paragraph.strip(), "text", 1)

    def _line(self, text: str, style: str, column: int = 0) -> None:
        """The last text of a row, and how high it makes the row; titles may run over the edge."""
        self.sheet.write(column, text, style)
        if style == "text":
            self.sheet.set_height([(text, WIDTHS[column])])
        self.sheet.row += 1

    def _heading(self, text: str) -> None:
        self.sheet.row += 1
        self._line(text, "heading")

    def _facts(self) -> Iterator[tuple[str, str]]:
        words = self.paper.words
        if self.stamp.dialogue:
            yield words("Dialogue"), self.stamp.dialogue
        if self.stamp.deadline is not None:
            yield words("Answer by"), words.moment(self.stamp.deadline)
        yield words("Version"), self.paper.version(self.stamp)
        yield words("Hash (SHA-256)"), self.stamp.sha256
        names = [words.language_name(tag) for tag in self.paper.questionnaire.languages]
        yield words("Languages"), words.listing(names)

    def _rules(self) -> Iterator[str]:
        words = self.paper.words
        if self.is_answered:
            yield words(
                "This workbook holds your answers as they were when it was made. Change them here, "
                "then give the workbook back on the portal: nothing changes before you have seen "
                "what is different."
            )
        yield words("Fill in the tinted cells. Everything else is locked, without a password.")
        yield words("Where a cell has a list, click the cell and choose from the list.")
        yield words("Where several choices may apply, put an x beside each that does.")
        yield words("Leave a question empty where its “Only if” does not hold.")
        yield words("A percentage is a number from 0 to 100. A date is written as 2026-12-31.")
        if self.is_answered:
            yield words(
                "A table has some empty rows at its end. If you need more, add them on the portal."
            )
        else:
            yield words(
                "A table has {count} rows here. If you need more, add them on the portal.",
                count=words.number(TABLE_ROWS),
            )
        yield words("Leave the sheets and rows where they are: answers are found by their places.")
        yield words("Files are sent on the portal. Only what you sign there is your answer.")

    def _readers(self) -> str:
        return self.paper.words(
            "Beside each question stands who will read the answer. On the portal you may narrow "
            "this, with a reason, before you sign. This file itself is read by nobody but those "
            "you give it to."
        )

    def _about(self, section: Section) -> str:
        words = self.paper.words
        count = words.plural("{count} question", "{count} questions", len(section.questions))
        about = f"{self.paper.line(section.title)}: {count}"
        only_if = self.paper.only_if(section.show_if)
        return f"{about}. {only_if}" if only_if else about


def _stamped(paper: Paper, stamp: Stamp) -> dict[str, str]:
    """What a later import checks before it reads an answer."""
    deadline = stamp.deadline.astimezone(UTC).isoformat() if stamp.deadline else ""
    return {
        "name": paper.questionnaire.name,
        "version": paper.questionnaire.version,
        "sha256": stamp.sha256,
        "language": paper.language,
        "dialogue": stamp.dialogue,
        "deadline": deadline,
    }


def _footer(paper: Paper, stamp: Stamp) -> str:
    """On every page: which text this is, and the page; an ampersand begins a code of the format."""
    stamped = fitted(f"{paper.version(stamp)} · {stamp.sha256[:SHORT_HASH]}", MESSAGE_LENGTH // 3)
    return f"&L&8 {stamped.replace('&', '&&')}&R&8&P / &N"
