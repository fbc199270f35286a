"""A supplier's own papers as PDF: its answers, signed or as they stand, and its receipt.

What was signed never changes, so each is laid out once and kept. Every text in it is a supplier's,
and is printed as text only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.brief.render import fill, pages, with_properties
from portal.brief.text import plain
from portal.core.errors import message
from portal.core.files import FileStore
from portal.core.words import Words, words
from portal.questionnaire.definition import ConfidentialityClass, Question, Questionnaire
from portal.questionnaire.paper import READERS, Paper, Stamp
from portal.response.answers import BY_REFERENCE, NOT_APPLICABLE
from portal.response.rules import NARROWING_REASONS
from portal.response.values import display

MOST_COLUMNS = 7
LONGEST_CELL = 60
"""Beyond either, a table is printed row by row: a cell that is higher than a page has no place."""
TOO_LARGE = message(
    "These answers are too large to be laid out for printing. Take the workbook instead."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose answers to what; ``answers`` are in the form of a submission's snapshot.

    ``number`` is 0 for answers that are not signed; ``changed_at`` is when these were changed last.
    """

    supplier: str
    dialogue: str
    questionnaire: Questionnaire
    answers: Mapping[str, Mapping[str, Any]]
    number: int = 0
    signatory: str = ""
    submitted_at: datetime | None = None
    sha256: str = ""
    withdrawn_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedAnswer:
    """One answer: paragraphs, points of a list, a table with its heads first, or records.

    A record is a row of a wide table: its heads, each with the text below it.
    """

    id: str
    text: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    records: tuple[tuple[tuple[str, str], ...], ...] = ()
    comment: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    readers: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSection:
    """A section that has answers."""

    id: str
    title: str
    answers: tuple[PrintedAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPaper:
    """All that is printed, in one language; ``mark`` stands at the foot of every page."""

    language: str
    kind: str
    title: str
    mark: str
    notices: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[PrintedSection, ...] = field(default=())


def answers_pdf(subject: Subject, language: str, files: FileStore) -> bytes:
    """The answers on A4, in ``language``, else in the base language text by text.

    Laid out once and kept: the same answers give the same bytes. Raises Invalid if the fonts are
    missing or the answers are too large to be laid out.
    """
    return _laid_out(answers_paper(subject, language), files)


def receipt_pdf(subject: Subject, language: str, files: FileStore) -> bytes:
    """The receipt of a submission on one page, with its hash. Raises Invalid without fonts."""
    return _laid_out(receipt_paper(subject, language), files)


def answers_paper(subject: Subject, language: str) -> OwnPaper:
    """What the answers' PDF says."""
    said = words(language)
    kind = said("Answers as signed") if subject.number else said("Answers, draft")
    return OwnPaper(
        language=language,
        kind=kind,
        title=plain(subject.supplier),
        mark=_mark(subject, said),
        notices=tuple(_notices(subject, said)),
        facts=tuple(_facts(subject, language)),
        sections=tuple(_Composer(subject, language).sections()),
    )


def receipt_paper(subject: Subject, language: str) -> OwnPaper:
    """What the receipt's PDF says."""
    said = words(language)
    proof = said(
        "The hash proves what was sent: it was computed over the exact content of the answers and "
        "changes with every letter of them. Compute it over the file of signed answers (JSON) "
        "with any SHA-256 tool and compare."
    )
    return OwnPaper(
        language=language,
        kind=said("Receipt"),
        title=plain(subject.supplier),
        mark=_mark(subject, said),
        notices=(*_notices(subject, said), proof),
        facts=tuple(_facts(subject, language)),
    )


def _laid_out(paper: OwnPaper, files: FileStore) -> bytes:
    html = fill("own_answers.html", paper.language, paper=paper)

    def make() -> bytes:
        properties = {"/Title": f"{paper.kind}: {paper.title}", "/Keywords": paper.mark}
        return with_properties(pages(html, too_large=TOO_LARGE), properties)

    return files.made(html, make)


def _mark(subject: Subject, said: Words) -> str:
    if not subject.number:
        return said("Draft, not signed")
    number = said("Submission {number}", number=subject.number)
    if subject.withdrawn_at:
        number = said("{submission}, withdrawn", submission=number)
    return f"{number} · SHA-256 {subject.sha256}"


def _notices(subject: Subject, said: Words) -> Iterator[str]:
    if not subject.number:
        yield said("Draft: these answers are not signed. Nobody outside the company reads them.")
    elif subject.withdrawn_at:
        at = said.moment(subject.withdrawn_at)
        yield said("These answers were taken back on {moment}. They do not count.", moment=at)


def _facts(subject: Subject, language: str) -> Iterator[tuple[str, str]]:
    said, paper = words(language), Paper(subject.questionnaire, language)
    yield said("Supplier"), plain(subject.supplier)
    yield said("Dialogue"), plain(subject.dialogue)
    yield said("Questionnaire"), paper.line(subject.questionnaire.title)
    yield said("Version"), paper.version(Stamp(""))
    if subject.number:
        yield said("Submission"), str(subject.number)
    if subject.submitted_at:
        seconds = f"{subject.submitted_at:%H:%M:%S}"
        day = said.day(subject.submitted_at)
        yield said("Sent"), said("{day}, {time} UTC", day=day, time=seconds)
        yield said("Signed by"), plain(subject.signatory)
    if subject.sha256:
        yield said("Hash (SHA-256)"), subject.sha256
    if subject.changed_at:
        yield said("Last changed"), said.moment(subject.changed_at)


class _Composer:
    """Puts each answer in words."""

    def __init__(self, subject: Subject, language: str) -> None:
        """Keep what is printed, and how it is said."""
        self.subject = subject
        self.language = language
        self.said = words(language)
        self.paper = Paper(subject.questionnaire, language)

    def sections(self) -> Iterator[PrintedSection]:
        """Every section that has an answer."""
        for section in self.subject.questionnaire.sections:
            given = [each for each in section.questions if each.id in self.subject.answers]
            if given:
                yield PrintedSection(
                    id=section.id,
                    title=plain(self.paper.line(section.title)),
                    answers=tuple(self._answer(each) for each in given),
                )

    def _answer(self, question: Question) -> PrintedAnswer:
        content = self.subject.answers[question.id]
        shown = self._shown(question, content)
        return PrintedAnswer(
            id=question.id,
            text=plain(self.paper.line(question.text)),
            **shown,
            comment=_lines(content.get("comment", "")),
            proofs=tuple(self._proofs(content.get("evidence", ()))),
            readers=self._readers(content),
            note=self.said("Suggested, not confirmed yet") if content.get("suggested") else "",
        )

    def _shown(self, question: Question, content: Mapping[str, Any]) -> dict[str, Any]:
        if content["state"] == NOT_APPLICABLE:
            reason = plain(content.get("reason", ""))
            return {"paragraphs": (self.said("Does not apply to us: {reason}", reason=reason),)}
        if content["state"] == BY_REFERENCE:
            brand = plain(content.get("brand", ""))
            return {"paragraphs": (self.said("As {brand} answers", brand=brand),)}
        if content.get("value") is None:
            return {"paragraphs": (self.said("No answer"),)}
        base = self.subject.questionnaire.base_language
        value = display(question, content["value"], self.language, base)
        if isinstance(value, str):
            return {"paragraphs": _lines(value)}
        if isinstance(value[0], str):
            return {"points": tuple(plain(point) for point in value)}
        return _tabled([[plain(cell) for cell in line] for line in value])

    def _proofs(self, pieces: Sequence[Mapping[str, str]]) -> Iterator[str]:
        for piece in pieces:
            parts = [piece["title"], piece.get("url", "")]
            for name, text in (("issued_on", "issued {day}"), ("valid_until", "valid until {day}")):
                if piece.get(name):
                    day = self.said.day(date.fromisoformat(piece[name]))
                    parts.append(self.said(text, day=day))
            if piece.get("sha256"):
                parts.append(f"SHA-256 {piece['sha256']}")
            yield plain(", ".join(part for part in parts if part))

    def _readers(self, content: Mapping[str, Any]) -> str:
        who = self.said.message(READERS[ConfidentialityClass(content["class"])])
        narrowing = content.get("narrowing") or {}
        reason = NARROWING_REASONS.get(narrowing.get("reason", ""))
        return f"{who} ({self.said.message(reason)})" if reason else who


def _lines(text: str) -> tuple[str, ...]:
    """The paragraphs of a text; a long one may go on on the next page."""
    return tuple(line for each in str(text).splitlines() if (line := plain(each)))


def _tabled(lines: list[list[str]]) -> dict[str, Any]:
    """As a table if it fits the page, else one record for each row."""
    heads, *rows = lines
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if len(heads) <= MOST_COLUMNS and longest <= LONGEST_CELL:
        return {"table": tuple(tuple(line) for line in lines)}
    return {
        "records": tuple(
            tuple((head, cell) for head, cell in zip(heads, row, strict=True) if cell)
            for row in rows
        )
    }
