"""What can be chosen in a question or a column (pure)."""

from collections.abc import Sequence

from portal.questionnaire.definition import (
    YES_NO,
    YES_PARTLY_NO,
    Column,
    ColumnType,
    Grid,
    Matrix,
    Multi,
    Option,
    Question,
    Single,
    Table,
    YesNo,
    YesPartlyNo,
)


def column_of(question: Question, column_id: str | None) -> Column | None:
    """The column of this id, in a table or grid."""
    if not isinstance(question, Table | Grid):
        return None
    return next((column for column in question.columns if column.id == column_id), None)


def options_of(question: Question, column_id: str | None = None) -> tuple[Option, ...]:
    """The written options of a question, or of one of its columns, in their order."""
    if isinstance(question, Single | Multi | Matrix):
        return question.options
    column = column_of(question, column_id)
    return column.options if column is not None else ()


def choice_ids(question: Question, column_id: str | None = None) -> Sequence[str]:
    """The ids that an answer or a cell can take, in order; empty where nothing is chosen."""
    if isinstance(question, YesPartlyNo):
        return YES_PARTLY_NO
    column = column_of(question, column_id)
    if isinstance(question, YesNo) or (column is not None and column.type is ColumnType.YES_NO):
        return YES_NO
    return [option.id for option in options_of(question, column_id)]
