"""One line of a responses file: a supplier's submitted answers as JSON, read and written (pure).

``{"supplier": name, "group": name of the organisation at the top of its corporate group,
"segments": [ids], "answers": {question: {"value", "class", "comment"} or {"not_applicable":
reason, "class", "comment"} or {"by_reference": the name of the company whose answer stands for it,
"class", "comment"}}, "submitted_at": ISO instant}``. An export adds "counts" (whether it
speaks for its group) and "sha256" (of the submission); an import passes over both.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal.core.canonical import canonical_json
from portal.core.errors import Invalid, Message, message
from portal.questionnaire.conditions import Route, question_index, route, segments_of
from portal.questionnaire.definition import Question, Questionnaire
from portal.response.answers import (
    BY_REFERENCE,
    NOT_APPLICABLE,
    GivenAnswer,
    Reference,
    SubmittedResponse,
    values_of,
)
from portal.response.fields import Value, clean
from portal.response.rules import allowed_classes
from portal.response.snapshot import instant
from portal.response.values import check, tidy

LINE_KEYS = frozenset(
    ("supplier", "group", "segments", "answers", "submitted_at", "counts", "sha256")
)
ANSWER_KEYS = frozenset(("value", "class", "comment", "not_applicable", "by_reference"))
NAME_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that fits the questionnaire; ``group`` and ``submitted_at`` are None if not given."""

    supplier: str
    group: str | None
    segments: tuple[str, ...]
    answers: dict[str, GivenAnswer]
    submitted_at: datetime | None
    way: Route


def read_line(text: str, questionnaire: Questionnaire) -> Line:
    """Read and check one line; Invalid with one sentence that names what is wrong."""
    content = _object(text)
    unknown = sorted(content.keys() - LINE_KEYS)
    if unknown:
        raise Invalid(message('"{key}" is not a key of a response.', key=unknown[0]))
    answers = _read_answers(content.get("answers"), questionnaire)
    way = route(questionnaire, values_of(answers))
    _require_asked(answers, way)
    group = content.get("group")
    return Line(
        supplier=_read_name(content.get("supplier"), "supplier"),
        group=None if group is None else _read_name(group, "group"),
        segments=_read_segments(content.get("segments"), questionnaire, way),
        answers=answers,
        submitted_at=_read_instant(content.get("submitted_at")),
        way=way,
    )


def write_line(
    submission: SubmittedResponse, group: str, classes: Collection[str], *, counts: bool
) -> str:
    """The line of a submission with its answers of these classes only."""
    return canonical_json(
        {
            "supplier": submission.organisation_name,
            "group": group,
            "segments": list(submission.segments),
            "answers": {
                question_id: _answer_json(answer)
                for question_id, answer in submission.answers.items()
                if answer["class"] in classes
            },
            "submitted_at": instant(submission.submitted_at),
            "counts": counts,
            "sha256": submission.sha256,
        }
    )


def _answer_json(answer: Mapping[str, Any]) -> dict[str, Any]:
    content = {"class": answer["class"]}
    if answer["state"] == NOT_APPLICABLE:
        content["not_applicable"] = answer["reason"]
    elif answer["state"] == BY_REFERENCE:
        content["by_reference"] = answer["brand"]
    else:
        content["value"] = answer["value"]
    if "comment" in answer:
        content["comment"] = answer["comment"]
    return content


def _object(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(message("This is not JSON.")) from error
    if not isinstance(content, dict):
        raise Invalid(message("This is JSON, but not an object in braces."))
    return content


def _read_name(value: object, key: str) -> str:
    name = " ".join(clean(value).split()) if isinstance(value, str) else ""
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(
            message(
                '"{key}" must be a name of 1 to {maximum} letters.', key=key, maximum=NAME_LENGTH
            )
        )
    return name


def _read_instant(value: object) -> datetime | None:
    """A time without zone is taken as UTC."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise Invalid(message('"submitted_at" must be a time such as 2026-03-31T15:00:00Z.'))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_answers(content: object, questionnaire: Questionnaire) -> dict[str, GivenAnswer]:
    if not isinstance(content, dict):
        raise Invalid(message('"answers" must be an object with answers by question id.'))
    index = question_index(questionnaire)
    answers = {}
    for question_id, entry in content.items():
        question = index.get(question_id)
        if question is None:
            raise Invalid(
                message("The questionnaire has no question {question}.", question=question_id)
            )
        answer = _read_answer(question, entry)
        if answer is not None:
            answers[question_id] = answer
    return answers


def _read_answer(question: Question, entry: object) -> GivenAnswer | None:
    """The answer, None if it has no value."""
    if not isinstance(entry, dict):
        raise _fault(question, message('write an object with "value" or "not_applicable"'))
    unknown = sorted(entry.keys() - ANSWER_KEYS)
    if unknown:
        raise _fault(question, message('"{key}" is not a key of an answer', key=unknown[0]))
    value, reason, comment = entry.get("value"), entry.get("not_applicable"), entry.get("comment")
    brand = _read_brand(question, entry)
    if not isinstance(comment, str | None):
        raise _fault(question, message("the comment must be text"))
    if reason is not None:
        _require_exemption(question, reason, value)
        value = None
    elif value is not None:
        value = _read_value(question, value)
    if value is None and reason is None and brand is None:
        return None
    given = "done" if brand is None else BY_REFERENCE
    return GivenAnswer(
        state=given if reason is None else NOT_APPLICABLE,
        value=value,
        reason=clean(reason or ""),
        comment=clean(comment or ""),
        confidentiality=_read_class(question, entry.get("class")),
        version=1,
        reference=None if brand is None else Reference(brand, agreed=True),
    )


def _read_brand(question: Question, entry: Mapping[str, Any]) -> str | None:
    """The company whose answer was agreed to stand for this one, None if there is none."""
    if entry.get("by_reference") is None:
        return None
    if entry.get("value") is not None or entry.get("not_applicable") is not None:
        problem = message('give only one of "value", "not_applicable" and "by_reference"')
        raise _fault(question, problem)
    return _read_name(entry["by_reference"], "by_reference")


def _require_exemption(question: Question, reason: object, value: object) -> None:
    if not question.not_applicable:
        raise _fault(question, message("it cannot be given as not applicable"))
    if not isinstance(reason, str) or not clean(reason):
        raise _fault(question, message('"not_applicable" must say why'))
    if value is not None:
        raise _fault(question, message('give either "value" or "not_applicable"'))


def _read_value(question: Question, value: object) -> Value:
    faults = check(question, value)
    if faults:
        raise _fault(question, faults[0])
    return tidy(question, value)


def _read_class(question: Question, value: object) -> str:
    if value is None:
        return str(question.confidentiality.default)
    allowed = allowed_classes(question)
    if value not in allowed:
        raise _fault(
            question,
            message(
                'its class "{given}" is not one of {allowed}',
                given=value,
                allowed=", ".join(allowed),
            ),
        )
    return str(value)


def _fault(question: Question, problem: Message) -> Invalid:
    sentence = message("Question {question}: {problem}.", question=question.id, problem=problem)
    return Invalid(sentence)


def _require_asked(answers: Mapping[str, GivenAnswer], way: Route) -> None:
    """Refuse answers that the other answers route away from."""
    shown = {question.id for question in way.questions}
    for question_id, answer in answers.items():
        if question_id not in shown:
            raise Invalid(
                message(
                    "Question {question} is not asked, given the other answers.",
                    question=question_id,
                )
            )
        if answer.value != way.values.get(question_id):
            raise Invalid(
                message(
                    "Question {question} has rows or columns that are not asked, given the "
                    "other answers.",
                    question=question_id,
                )
            )


def _read_segments(content: object, questionnaire: Questionnaire, way: Route) -> tuple[str, ...]:
    """The declared segments; those that follow from answers may stand there if they do follow."""
    if content is None:
        return ()
    if not isinstance(content, list) or not all(isinstance(part, str) for part in content):
        raise Invalid(message('"segments" must be a list of segment ids.'))
    declarable = {segment.id for segment in questionnaire.segments if segment.when is None}
    following = segments_of(questionnaire, way.values)
    for segment_id in content:
        if segment_id not in declarable and segment_id not in following:
            raise Invalid(
                message(
                    'The segment "{segment}" is not in the questionnaire, or does not follow '
                    "from the answers.",
                    segment=segment_id,
                )
            )
    return tuple(segment_id for segment_id in content if segment_id in declarable)
