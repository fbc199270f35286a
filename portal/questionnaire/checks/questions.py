"""Each question is complete and consistent in itself."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from portal.core.errors import message, plural
from portal.questionnaire.checks.places import PlacedQuestion, placed_columns, placed_questions
from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    EvidenceNeed,
    Grid,
    LongText,
    Matrix,
    Multi,
    Number,
    Percentage,
    Question,
    Questionnaire,
    ShortText,
    Single,
    Table,
    YesNo,
    YesPartlyNo,
)
from portal.questionnaire.faults import KeyPath, Problem

FULL = 100
"""Per cent."""
TOO_SHORT = {
    "options": plural(
        "{question} needs at least {count} option.",
        "{question} needs at least {count} options.",
        1,
    ),
    "rows": plural(
        "{question} needs at least {count} row.", "{question} needs at least {count} rows.", 1
    ),
    "columns": plural(
        "{question} needs at least {count} column.",
        "{question} needs at least {count} columns.",
        1,
    ),
}
MAX_NUMBER_LENGTH = 20


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Lists that are too short, limits that exclude everything, rules on the wrong type."""
    if not 0 < len(questionnaire.version.strip()) <= MAX_NUMBER_LENGTH:
        what = message("The version has 1 to {maximum} characters.", maximum=MAX_NUMBER_LENGTH)
        yield Problem(("version",), what, message('Write, for example, "1.0".'))
    if not questionnaire.sections:
        yield Problem(
            ("sections",), message("There are no sections."), message("Write at least one.")
        )
    for i, section in enumerate(questionnaire.sections):
        if not section.questions:
            what = message("The section {section} has no questions.", section=section.id)
            yield Problem(
                ("sections", i, "questions"), what, message("Write one, or remove the section.")
            )
    for placed in placed_questions(questionnaire):
        yield from _list_problems(placed)
        yield from _limit_problems(placed)
        yield from _exclusive_problems(placed)
        yield from _evidence_problems(placed)
        yield from _band_problems(placed)
        for path, column in placed_columns(placed):
            yield from _column_problems(path, column)


def _list_problems(placed: PlacedQuestion) -> Iterator[Problem]:
    question = placed.question
    needed: dict[str, tuple[int, int]] = {}
    if isinstance(question, Single | Multi | Matrix):
        needed["options"] = (len(question.options), 1 if isinstance(question, Multi) else 2)
    if isinstance(question, Matrix | Grid):
        needed["rows"] = (len(question.rows), 1)
    if isinstance(question, Table | Grid):
        needed["columns"] = (len(question.columns), 1)
    for key, (there, least) in needed.items():
        if there < least:
            what = replace(TOO_SHORT[key], values={"question": question.id}, count=least)
            mend = message("It has {number}: write more.", number=there)
            yield Problem((*placed.path, key), what, mend)


def _limit_problems(placed: PlacedQuestion) -> Iterator[Problem]:
    path, question = placed.path, placed.question
    if question.minutes <= 0:
        what = message("An answer takes more than 0 minutes.")
        yield Problem(
            (*path, "minutes"), what, message("Estimate the minutes of an honest answer.")
        )
    if isinstance(question, ShortText | LongText) and question.maximum_length < 1:
        what = message("`maximum_length` leaves no room for an answer.")
        yield Problem((*path, "maximum_length"), what, message("Write 1 or more."))
    if isinstance(question, Table) and not 0 <= question.minimum_rows <= question.maximum_rows:
        what = message("`minimum_rows` must be from 0 to `maximum_rows`.")
        yield Problem((*path, "minimum_rows"), what, message("Lower it, or raise `maximum_rows`."))
    if isinstance(question, Table) and question.maximum_rows < 1:
        what = message("`maximum_rows` leaves no room for an answer.")
        yield Problem((*path, "maximum_rows"), what, message("Write 1 or more."))
    if isinstance(question, Number):
        yield from _range_problems(path, question.minimum, question.maximum)


def _range_problems(
    path: KeyPath, minimum: float | None, maximum: float | None
) -> Iterator[Problem]:
    if minimum is not None and maximum is not None and minimum > maximum:
        what = message("`minimum` is above `maximum`, so no number would do.")
        yield Problem((*path, "minimum"), what, message("Exchange them."))


def _exclusive_problems(placed: PlacedQuestion) -> Iterator[Problem]:
    lists = {"options": () if isinstance(placed.question, Multi) else options_of(placed.question)}
    if isinstance(placed.question, Matrix | Grid):
        lists["rows"] = placed.question.rows
    for key, options in lists.items():
        for i, option in enumerate(options):
            if option.exclusive:
                path = (*placed.path, key, i, "exclusive")
                what = message("`exclusive` is for the options of a multiple choice.")
                yield Problem(path, what, message("Remove it, or make the type `multi`."))


def _evidence_problems(placed: PlacedQuestion) -> Iterator[Problem]:
    rule, question = placed.question.evidence, placed.question
    if rule is None:
        return
    path = (*placed.path, "evidence", "need")
    if rule.need is EvidenceNeed.IF_YES and not isinstance(question, YesNo | YesPartlyNo):
        what = message(
            "`if_yes` needs a question that can be answered with yes; {question} cannot.",
            question=question.id,
        )
        yield Problem(path, what, message("Use `optional` or `always`."))
    if rule.need is EvidenceNeed.IF_ROWS and not isinstance(question, Table):
        what = message("`if_rows` needs a table; {question} is none.", question=question.id)
        yield Problem(path, what, message("Use `optional` or `always`."))
    if not rule.kinds:
        what = message("Evidence of no kind can be given.")
        yield Problem(
            (*placed.path, "evidence", "kinds"), what, message("Write, for example, `[pdf]`.")
        )


def _band_problems(placed: PlacedQuestion) -> Iterator[Problem]:
    bands = placed.question.release.bands
    path = (*placed.path, "release", "bands")
    if not bands:
        return
    if not isinstance(placed.question, Percentage | Number | Grid):
        what = message(
            "Bands are for numbers and percentages; {question} is neither.",
            question=placed.question.id,
        )
        yield Problem(path, what, message("Remove `bands`."))
    if any(upper <= lower for lower, upper in pairwise(bands)):
        yield Problem(
            path,
            message("The bands do not rise."),
            message("Write each number once, smallest first."),
        )
    if _is_percentage(placed.question) and not (bands[0] >= 0 and bands[-1] < FULL):
        what = message("A band lies outside of 0 to 100 per cent.")
        mend = message("Write upper bounds below 100; the last band, up to 100, needs none.")
        yield Problem(path, what, mend)


def _is_percentage(question: Question) -> bool:
    return isinstance(question, Percentage) or (
        isinstance(question, Grid)
        and any(column.type is ColumnType.PERCENTAGE for column in question.columns)
    )


def _column_problems(path: KeyPath, column: Column) -> Iterator[Problem]:
    chosen = column.type in {ColumnType.SINGLE, ColumnType.MULTI}
    if chosen and not column.options:
        what = message("The column `{column}` has no options to choose from.", column=column.id)
        yield Problem((*path, "options"), what, message("Write its `options`."))
    if column.options and not chosen:
        what = message(
            "The column `{column}` is {type} and has no options.",
            column=column.id,
            type=column.type,
        )
        yield Problem(
            (*path, "options"),
            what,
            message("Remove them, or give it the type `single` or `multi`."),
        )
    if column.unit and column.type is not ColumnType.NUMBER:
        what = message(
            "The column `{column}` is {type} and has no unit.", column=column.id, type=column.type
        )
        yield Problem((*path, "unit"), what, message("Remove it, or make its type `number`."))
    numeric = column.type in {ColumnType.NUMBER, ColumnType.PERCENTAGE}
    for key in ("minimum", "maximum"):
        if getattr(column, key) is not None and not numeric:
            what = message(
                "The column `{column}` is {type} and has no `{key}`.",
                column=column.id,
                type=column.type,
                key=key,
            )
            yield Problem((*path, key), what, message("Remove it, or make its type `number`."))
    yield from _range_problems(path, column.minimum, column.maximum)
    yield from _shape_problems(path, column)
    for i, option in enumerate(column.options):
        if option.exclusive and column.type is not ColumnType.MULTI:
            what = message("`exclusive` is for the options of a multiple choice.")
            where = (*path, "options", i, "exclusive")
            yield Problem(where, what, message("Remove it, or make the type `multi`."))


def _shape_problems(path: KeyPath, column: Column) -> Iterator[Problem]:
    if column.shapes is not None and (column.type is not ColumnType.TEXT or not column.shapes):
        what = message("`shapes` names the kinds of numbers that a text column takes.")
        mend = message("Name at least one kind in a column of the type `text`, or remove it.")
        yield Problem((*path, "shapes"), what, mend)
