"""What a reader of the figures must know, in words: the notes of files and the data dictionary."""

from collections.abc import Mapping

from portal.aggregate.policy import Audience
from portal.aggregate.proposals import BAND_WIDTH, SMALLEST_ATOM, SMALLEST_BASE
from portal.core.errors import Message, message

METHOD = message(
    "A release is made once, from the answers that were submitted at its cut-off, and never "
    "changed. Everything that shows or hands out figures reads the same stored cells. A corporate "
    "group counts once, however many of its companies answer. Whatever is written in words is not "
    "counted."
)
RULES: Mapping[str, Message] = {
    "base": message(
        "A column with protected answers is shown only if it holds at least {base} of them. Two "
        "columns, or two releases, that differ do so by at least {atom} protected answers.",
        base=SMALLEST_BASE,
        atom=SMALLEST_ATOM,
    ),
    "band": message(
        "Where protected answers are counted and an exact count might give one away, the share of "
        "n is given in bands of {width} points: the lower bound is in the band, the upper one is "
        "not, and 100 % is in the last.",
        width=BAND_WIDTH,
    ),
    "not_shown": message(
        "A distribution is shown whole or not at all. What is not shown has too few answers, or "
        "somebody could have worked one out from it: the words for both are the same."
    ),
    "numbers": message(
        "Numbers are summed up by their median and quartiles, rounded to two significant digits. "
        "The smallest and the largest number are never given, nor a sum."
    ),
}

FIELDS: Mapping[str, Message] = {
    "section": message("The section of the questionnaire."),
    "question": message("The question's id, which is the same in every version that keeps it."),
    "question_text": message("The question in the language of the file."),
    "row": message("The row of a matrix; in a grid the row and the column, joined by a dot."),
    "row_text": message("The row in the language of the file."),
    "column": message("Which suppliers: all of them, or a segment of the questionnaire."),
    "column_text": message("The column in the language of the file."),
    "option": message("The id of the answer, or the band of numbers it is in."),
    "option_text": message("The answer in the language of the file."),
    "count": message("How many gave this answer."),
    "share": message("The count in whole per cent of n; halves are rounded up."),
    "band": message("The share of n, where the count is not shown."),
    "n": message(
        "Answers to the question in this column; shares are of n, and those of a multiple "
        "choice may add up to more than 100 %."
    ),
    "protected": message(
        "Answers among n that this audience may not read with the supplier's name."
    ),
    "lower_quartile": message("A quarter of the numbers are at or below it."),
    "median": message("Half of the numbers are at or below it."),
    "upper_quartile": message("Three quarters of the numbers are at or below it."),
    "unit": message("What median and quartiles count."),
}
"""Every field of the table, in its order."""

UNITS: Mapping[str, str] = {
    "count": "answers",
    "share": "per cent of n",
    "band": "per cent of n",
    "n": "answers",
    "protected": "answers",
    "lower_quartile": "unit of the question",
    "median": "unit of the question",
    "upper_quartile": "unit of the question",
}

AUDIENCES: Mapping[Audience, Message] = {
    Audience.PUBLIC: message("For anyone."),
    Audience.SUPPLIER: message("For the suppliers and observers of the dialogue."),
    Audience.BUYER: message("For the buyers of the dialogue."),
}
