"""The follow-up report as a workbook: commitments, checks and corrective actions, a sheet each.

Texts are stored as strings, so that none can act as a formula or a link.
"""

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import TypeAlias

from xlsxwriter import Workbook

from portal.core.words import Words
from portal.meeting.queries_follow_up import Report

WIDE, NARROW = 60, 18
Say: TypeAlias = Callable[[str, str], str]
Rows: TypeAlias = Iterator[Sequence[str]]


def follow_up_workbook(report: Report, words: Words, *, say: Say, title: str) -> bytes:
    """The XLSX file in the language of ``words``; ``say`` puts a (kind, value) into words.

    Kinds are state, level and method. ``title`` is the dialogue's.
    """
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        created = report.made_at.replace(tzinfo=None)
        book.set_properties({"title": f"{title}: {report.organisation}", "created": created})
        sheets = (
            (words("Commitments"), _commitments(report, words, say)),
            (words("Checks"), _checks(report, words, say)),
            (words("Corrective actions"), _actions(report, words)),
        )
        for name, rows in sheets:
            _sheet(book, name, rows)
    return file.getvalue()


def _commitments(report: Report, words: Words, say: Say) -> Rows:
    yield [words("Commitment"), words("To whom"), words("Due"), words("State")]
    for line in report.lines:
        to = line.counterpart or words("all the other side jointly")
        yield [line.text, to, line.due_on.isoformat(), say("state", line.state)]


def _checks(report: Report, words: Words, say: Say) -> Rows:
    yield [
        words("Commitment"),
        words("What was checked"),
        words("Clause"),
        words("Level"),
        words("Method"),
        words("Checked on"),
        words("Valid until"),
        words("By"),
    ]
    for line in report.lines:
        for made in report.checks[line.id]:
            check = made.check
            yield [
                line.text,
                made.words,
                check.clause,
                say("level", check.level),
                say("method", check.method),
                check.checked_on.isoformat(),
                check.valid_until.isoformat(),
                made.by,
            ]


def _actions(report: Report, words: Words) -> Rows:
    yield [
        words("Commitment"),
        words("Finding"),
        words("Action"),
        words("Who"),
        words("Due"),
        words("Done"),
    ]
    for line in report.lines:
        for row in report.actions[line.id]:
            done = row.done_at.date().isoformat() if row.done_at else ""
            due = row.due_on.isoformat()
            yield [line.text, row.finding, row.action, row.owner, due, done]


def _sheet(book: Workbook, name: str, rows: Rows) -> None:
    """The first row is the head."""
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            sheet.set_column(place, place, WIDE if place == 0 else NARROW)
            sheet.write_string(number, place, text, wrapped if number else head)
