"""Conditions in plain words, in the reader's language (pure).

Every pattern is a whole clause, so that a translation may put its words in another order; it
follows "shown if", as in a subordinate clause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.core.errors import message
from portal.core.words import Words, words
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

YES_PARTLY_NO_WORDS = {"yes": message("Yes"), "partly": message("Partly"), "no": message("No")}


def sentence(
    condition: Condition,
    questionnaire: Questionnaire,
    language: str,
    *,
    columns: Sequence[Column] = (),
) -> str:
    """Say when the condition holds, to follow "shown if"; labels are in ``language`` too.

    ``columns`` are those of the table or grid for a condition on cells of the same row.
    """
    questions = {question.id: question for question in questionnaire.questions()}
    base = questionnaire.base_language
    return _Speaker(questions, language, base, columns, words(language)).say(condition)


@dataclass(frozen=True, slots=True)
class _Speaker:
    questions: Mapping[str, Question]
    language: str
    base_language: str
    columns: Sequence[Column]
    words: Words

    def say(self, condition: Condition) -> str:
        """The condition as a clause."""
        match condition:
            case All(all=parts):
                return self._both([self._part(part) for part in parts])
            case Some(any=parts):
                return self._either([self._part(part) for part in parts])
            case Not(negated=part):
                return self.words("it is not so that {clause}", clause=self._part(part))
            case _:
                return self._test(condition)

    def _both(self, clauses: Sequence[str]) -> str:
        """Clauses that all hold: the word stands between any two, as there are commas in them."""
        said, *rest = clauses or [""]
        for clause in rest:
            said = self.words("{one} and {other}", one=said, other=clause)
        return said

    def _either(self, clauses: Sequence[str]) -> str:
        said, *rest = clauses or [""]
        for clause in rest:
            said = self.words("{one} or {other}", one=said, other=clause)
        return said

    def _part(self, condition: Condition) -> str:
        clause = self.say(condition)
        return clause if isinstance(condition, Test) else f"({clause})"

    def _subject(self, test: Test) -> str:
        column = self._quoted(self._column(test)) if test.column else ""
        if test.question is None:
            return column
        rows = self._rows(test, test.question)
        if column and rows:
            return self.words("{column} in {rows}", column=column, rows=rows)
        return rows or test.question

    def _rows(self, test: Test, question_id: str) -> str:
        """The rows of the question that the test is about, if it is about rows."""
        question = self.questions.get(question_id)
        rows = question.rows if isinstance(question, Matrix | Grid) else ()
        if test.row is not None:
            row = self._quoted(self._label(rows, test.row))
            return self.words("the row {row} of {question}", row=row, question=question_id)
        if isinstance(test.some_row, tuple):
            named = self._or(self._quoted(self._label(rows, row_id)) for row_id in test.some_row)
            return self.words(
                "one of the rows {rows} of {question}", rows=named, question=question_id
            )
        if test.some_row:
            return self.words("at least one row of {question}", question=question_id)
        return self.words("the same row of {question}", question=question_id) if rows else ""

    def _test(self, test: Test) -> str:
        subject = self._subject(test)
        if test.rows is not None:
            counts = test.rows.items()
            return self._both([self._row_count(subject, sign, count) for sign, count in counts])
        if test.equals is not None:
            value = self._value(test, test.equals)
            return self.words("{subject} is {value}", subject=subject, value=value)
        if test.differs is not None:
            value = self._value(test, test.differs)
            return self.words(
                "{subject} is answered, but not with {value}", subject=subject, value=value
            )
        if test.one_of is not None:
            value = self._or(self._value(test, each) for each in test.one_of)
            return self.words("{subject} is {value}", subject=subject, value=value)
        if test.has is not None:
            value = self._or(self._value(test, each) for each in test.has)
            return self.words("{subject} includes {value}", subject=subject, value=value)
        return self._at_least(test, subject)

    def _row_count(self, subject: str, sign: str, count: int) -> str:
        if sign == ">=":
            return self.words.plural(
                "{subject} has at least {count} row",
                "{subject} has at least {count} rows",
                count,
                subject=subject,
            )
        if not count:
            return self.words("{subject} has no rows", subject=subject)
        return self.words.plural(
            "{subject} has exactly {count} row",
            "{subject} has exactly {count} rows",
            count,
            subject=subject,
        )

    def _at_least(self, test: Test, subject: str) -> str:
        least = test.at_least if test.at_least is not None else ""
        value = self._value(test, least)
        if isinstance(least, str):
            return self.words(
                "{subject} is {value} or an option listed after it", subject=subject, value=value
            )
        if isinstance(self.questions.get(test.question or ""), Maturity):
            return self.words("{subject} is {value} or higher", subject=subject, value=value)
        return self.words("{subject} is at least {value}", subject=subject, value=value)

    def _value(self, test: Test, value: Scalar) -> str:
        question = self.questions.get(test.question or "")
        if isinstance(value, bool):  # as the file has it: no question is answered with it
            return self._quoted(str(value).lower())
        if not isinstance(value, str):
            number = self.words.number(value)
            is_level = isinstance(question, Maturity)
            return self.words("level {level}", level=number) if is_level else number
        return self._quoted(self._label(self._options(test, question), value))

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
        if option is not None:
            return localised(option.text, self.language, self.base_language)
        fixed = YES_PARTLY_NO_WORDS.get(option_id)
        return self.words.message(fixed) if fixed else option_id

    def _quoted(self, label: str) -> str:
        return self.words("“{label}”", label=label)

    def _or(self, items: Iterable[str]) -> str:
        return self.words.listing(items, "or") or self.words("nothing")
