"""Conditions in plain English (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.questionnaire.choices import column_of, options_of
from portal.questionnaire.definition import (
    All,
    Column,
    Condition,
    Grid,
    Matrix,
    Maturity,
    Not,
    Option,
    Question,
    Questionnaire,
    Scalar,
    Some,
    Test,
    localised,
)

YES_PARTLY_NO_WORDS = {"yes": "Yes", "partly": "Partly", "no": "No"}


def sentence(
    condition: Condition,
    questionnaire: Questionnaire,
    language: str,
    *,
    columns: Sequence[Column] = (),
) -> str:
    """Say when the condition holds, to follow "shown if"; labels are in ``language``.

    ``columns`` are those of the table or grid for a condition on cells of the same row.
    """
    questions = {question.id: question for question in questionnaire.questions()}
    return _Speaker(questions, language, questionnaire.base_language, columns).say(condition)


@dataclass(frozen=True, slots=True)
class _Speaker:
    questions: Mapping[str, Question]
    language: str
    base_language: str
    columns: Sequence[Column]

    def say(self, condition: Condition) -> str:
        """The condition as a clause."""
        match condition:
            case All(all=parts):
                return " and ".join(self._part(part) for part in parts)
            case Some(any=parts):
                return " or ".join(self._part(part) for part in parts)
            case Not(negated=part):
                return f"it is not so that {self._part(part)}"
            case _:
                return f"{self._subject(condition)} {self._comparison(condition)}"

    def _part(self, condition: Condition) -> str:
        clause = self.say(condition)
        return clause if isinstance(condition, Test) else f"({clause})"

    def _subject(self, test: Test) -> str:
        column = f"“{self._column(test)}”" if test.column else ""
        if test.question is None:
            return column
        rows = self._rows(test)
        if rows:
            where = f"{rows} of {test.question}"
            return f"{column} in {where}" if column else where
        return test.question

    def _rows(self, test: Test) -> str:
        question = self.questions.get(test.question or "")
        rows = question.rows if isinstance(question, Matrix | Grid) else ()
        if test.row is not None:
            return f"the row “{self._label(rows, test.row)}”"
        if isinstance(test.some_row, tuple):
            named = _either(self._label(rows, row_id) for row_id in test.some_row)
            return f"one of the rows {named}"
        if test.some_row:
            return "at least one row"
        return "the same row" if rows else ""

    def _comparison(self, test: Test) -> str:
        if test.rows is not None:
            return " and ".join(_row_count(sign, count) for sign, count in test.rows.items())
        if test.equals is not None:
            return f"is {self._value(test, test.equals)}"
        if test.differs is not None:
            return f"is answered, but not with {self._value(test, test.differs)}"
        if test.one_of is not None:
            return f"is {_or(self._value(test, value) for value in test.one_of)}"
        if test.has is not None:
            return f"includes {_or(self._value(test, value) for value in test.has)}"
        return self._at_least(test)

    def _at_least(self, test: Test) -> str:
        least = test.at_least if test.at_least is not None else ""
        if isinstance(least, str):
            return f"is {self._value(test, least)} or an option listed after it"
        if isinstance(self.questions.get(test.question or ""), Maturity):
            return f"is {self._value(test, least)} or higher"
        return f"is at least {_number(least)}"

    def _value(self, test: Test, value: Scalar) -> str:
        question = self.questions.get(test.question or "")
        if not isinstance(value, str):
            level = isinstance(question, Maturity)
            return f"level {_number(value)}" if level else _number(value)
        return f"“{self._label(self._options(test, question), value)}”"

    def _options(self, test: Test, question: Question | None) -> Sequence[Option]:
        if question is not None:
            return options_of(question, test.column)
        return next((column.options for column in self.columns if column.id == test.column), ())

    def _column(self, test: Test) -> str:
        question = self.questions.get(test.question or "")
        if question is not None:
            column = column_of(question, test.column)
        else:
            column = next((each for each in self.columns if each.id == test.column), None)
        if column is None:
            return test.column or ""
        return localised(column.text, self.language, self.base_language)

    def _label(self, options: Sequence[Option], option_id: str) -> str:
        option = next((each for each in options if each.id == option_id), None)
        if option is None:
            return YES_PARTLY_NO_WORDS.get(option_id, option_id)
        return localised(option.text, self.language, self.base_language)


def _row_count(sign: str, count: int) -> str:
    rows = "1 row" if count == 1 else f"{count} rows"
    if sign == ">=":
        return f"has at least {rows}"
    return f"has exactly {rows}" if count else "has no rows"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _either(labels: Iterable[str]) -> str:
    return _or(f"“{label}”" for label in labels)


def _or(words: Iterable[str]) -> str:
    *first, last = [*words] or ["nothing"]
    return f"{', '.join(first)} or {last}" if first else last
