"""The form of one section: a WTForms form whose fields are the section's questions.

Each field reads all inputs that belong to its question and has them checked by
``portal.response.values``; what is typed is kept, right or wrong, to be shown again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import Field

from portal.core.errors import Message, message
from portal.questionnaire.definition import Question
from portal.response.answers import NOT_APPLICABLE, AnswerDraft, GivenAnswer, is_narrowed
from portal.response.fields import CELL_LENGTH
from portal.response.rules import class_problem
from portal.response.values import Parsed, parse
from portal.web.forms import PortalForm
from portal.web.language import sentence

Inputs = Mapping[str, Sequence[str]]

LARGEST_VERSION = 2**31 - 1
"""Of an answer; a larger number was never sent by one of our pages."""


def inputs_by_question(form: MultiDict[str, str]) -> dict[str, dict[str, list[str]]]:
    """What was sent, grouped by the question each name belongs to."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, values in form.lists():
        question_id = name.split(":", 1)[0].split("!", 1)[0]
        found.setdefault(question_id, {})[name] = values
    return found


class AnswerField(Field):
    """One question of a section."""

    def __init__(
        self,
        question: Question,
        languages: tuple[str, str],
        inputs: Inputs,
        *,
        _form: PortalForm,
    ) -> None:
        """``languages``: the reader's and the questionnaire's own, for labels in messages."""
        super().__init__(name=question.id, _form=_form)
        self.question = question
        self.languages = languages
        self.inputs = inputs
        self.parsed: Parsed = parse(question, inputs, *languages)
        self.data = self.parsed.value
        self.problems: dict[str, Message] = {}

    def pre_validate(self, _form: object) -> None:
        """Collect what is wrong, by input."""
        self.problems = {**self.parsed.problems, **self._control_problems()}
        self.errors = [sentence(problem) for problem in self.problems.values()]

    def draft(self) -> AnswerDraft:
        """What is to be saved."""
        left_out = self._is_left_out
        return AnswerDraft(
            value=None if left_out else self.parsed.value,
            state=NOT_APPLICABLE if left_out else "done",
            reason=self._text("reason") if left_out else "",
            comment=self._text("comment"),
            confidentiality=self._text("class") or None,
            narrowing_reason=self._text("narrowing"),
            narrowing_until=self._day("until"),
            base_version=self._version(),
            language=self.languages[0],
            keeps_rows=self.keeps_rows,
        )

    @property
    def keeps_rows(self) -> bool:
        """Whether the rows of this table were not on the page, so that they stay as they are."""
        return self._text("rows") == "kept"

    @property
    def _is_left_out(self) -> bool:
        return self._text("na") == "1"

    def _text(self, control: str) -> str:
        values = self.inputs.get(f"{self.question.id}!{control}", [""])
        return values[0].strip()

    def _version(self) -> int:
        text = self._text("version")
        is_number = text.isascii() and text.isdecimal() and int(text) <= LARGEST_VERSION
        return int(text) if is_number else 0

    def _day(self, control: str) -> date | None:
        try:
            return date.fromisoformat(self._text(control))
        except ValueError:
            return None

    def _control_problems(self) -> dict[str, Message]:
        """What is wrong with what stands beside the answer, by input."""
        found = {**self._exemption_problems(), **self._reader_problems()}
        if len(self._text("comment")) > CELL_LENGTH:
            found["comment"] = _too_long()
        return {f"{self.question.id}!{name}": fault for name, fault in found.items()}

    def _exemption_problems(self) -> dict[str, Message]:
        if not self._is_left_out:
            return {}
        found = {}
        if self.parsed.value is not None or self.keeps_rows:
            found["na"] = message("You gave an answer and marked it as not applicable: keep one.")
        if not self._text("reason"):
            found["reason"] = message("Say why this does not apply to you.")
        elif len(self._text("reason")) > CELL_LENGTH:
            found["reason"] = _too_long()
        return found

    def _reader_problems(self) -> dict[str, Message]:
        found = {}
        chosen = self._text("class")
        if chosen:
            given = GivenAnswer(confidentiality=chosen, narrowing_reason=self._text("narrowing"))
            fault = class_problem(self.question, given)
            narrows = is_narrowed(self.question, chosen)
            if fault:
                found["narrowing" if narrows else "class"] = fault
        if self._text("until") and self._day("until") is None:
            found["until"] = message("Enter a date, such as 2027-03-31.")
        return found


class SectionForm(PortalForm):
    """The questions of one section that the page showed."""

    @property
    def answers(self) -> list[AnswerField]:
        """Its questions' fields."""
        return [field for field in self if isinstance(field, AnswerField)]

    def answer(self, question_id: str) -> AnswerField | None:
        """The field of one question; None if nothing was sent for it."""
        return next((field for field in self.answers if field.question.id == question_id), None)

    def drafts(self) -> dict[str, AnswerDraft]:
        """What can be saved: every question without a fault."""
        return {field.question.id: field.draft() for field in self.answers if not field.problems}

    def refuse(self, problems: Mapping[str, Message]) -> None:
        """Show what an operation refused, by input, where it was typed."""
        for name, problem in problems.items():
            field = self.answer(name.partition("!")[0])
            if field is not None:
                field.problems = {**field.problems, name: problem}
                field.errors = [*field.errors, sentence(problem)]


def section_form(
    questions: Iterable[Question], languages: tuple[str, str], sent: MultiDict[str, str]
) -> SectionForm:
    """Read what was sent for a section; a question whose inputs are missing is left alone."""
    inputs = inputs_by_question(sent)
    form = SectionForm(formdata=sent)
    for question in questions:
        if question.id in inputs:
            field = AnswerField(question, languages, inputs[question.id], _form=form)
            form._fields[question.id] = field
    return form


def _too_long() -> Message:
    return message("Shorten this to {maximum} characters or fewer.", maximum=CELL_LENGTH)
