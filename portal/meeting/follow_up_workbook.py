"""The follow-up report as a workbook: commitments, checks and corrective actions, a sheet each.

Texts are stored as strings, so that none can act as a formula or a link.
"""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

from xlsxwriter import Workbook

from portal.core.words import Words
from portal.meeting.queries_follow_up import Report

WIDE, NARROW = 60, 18


def follow_up_workbook(
    report: Report, words: Words, *, say: Callable[[str, str], str], title: str
) -> bytes:
    """The XLSX file in the language of ``words``; ``say`` puts a (kind, value) into words.

    Kinds are state, level and method. ``title`` is the dialogue's.
    """
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        created = report.made_at.replace(tzinfo=None)
        book.set_properties({"title": f"{title}: {report.organisation}", "created": created})
        names = {line.id: line.text for line in report.lines}
        _sheet(
            book,
            words("Commitments"),
            [words("Commitment"), words("To"), words("Due"), words("State")],
            (
                [
                    line.text,
                    line.counterpart or words("the buyers jointly"),
                    line.due_on.isoformat(),
                    say("state", line.state),
                ]
                for line in report.lines
            ),
        )
        _sheet(
            book,
            words("Checks"),
            [
                words("Commitment"),
                words("What was checked"),
                words("Clause"),
                words("Level"),
                words("Method"),
                words("Checked on"),
                words("Valid until"),
                words("By"),
            ],
            (
                [
                    names[key],
                    made.check.checked,
                    made.check.clause,
                    say("level", made.check.level),
                    say("method", made.check.method),
                    made.check.checked_on.isoformat(),
                    made.check.valid_until.isoformat(),
                    made.by,
                ]
                for key, found in report.checks.items()
                for made in found
            ),
        )
        _sheet(
            book,
            words("Corrective actions"),
            [
                words("Commitment"),
                words("Finding"),
                words("Action"),
                words("Who"),
                words("Due"),
                words("Done"),
            ],
            (
                [
                    names[key],
                    row.finding,
                    row.action,
                    row.owner,
                    row.due_on.isoformat(),
                    row.done_at.date().isoformat() if row.done_at else "",
                ]
                for key, found in report.actions.items()
                for row in found
            ),
        )
    return file.getvalue()


def _sheet(book: Workbook, name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    wrapped = book.add_format({"valign": "top", "text_wrap": True})
    for place, text in enumerate(heads):
        sheet.write_string(0, place, text, head)
        sheet.set_column(place, place, WIDE if place == 0 else NARROW)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, wrapped)
