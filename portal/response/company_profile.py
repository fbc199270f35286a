"""What a company says of itself once for all, and the questions that it answers (pure).

The page on which it is written, and where questionnaires ask for it, are one file,
``questionnaires/profile.yaml``, that authors extend without programming: a questionnaire itself
says nothing of profiles, so no published one changes for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from portal.core.errors import Invalid, message
from portal.questionnaire.conditions import question_index
from portal.questionnaire.definition import Question, Questionnaire
from portal.questionnaire.document import open_document
from portal.questionnaire.loader import decode
from portal.response.answers import GivenAnswer
from portal.response.carrying import fitting
from portal.response.fields import Value

PROFILE_PATH = Path(__file__).parents[2] / "questionnaires" / "profile.yaml"

ProfileValues: TypeAlias = Mapping[str, tuple[str, Value]]
"""Question of a questionnaire → the field of the profile that answers it, and its value."""


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """The fields as questions of one section; ``asked_in``: field → questionnaire → question."""

    questionnaire: Questionnaire
    asked_in: Mapping[str, Mapping[str, str]]

    @property
    def fields(self) -> list[Question]:
        """What a company is asked of itself."""
        return list(self.questionnaire.questions())


@cache
def profile_form() -> ProfileForm:
    """The form of the file, read once a process; Invalid if it does not fit."""
    document = open_document(PROFILE_PATH)
    content: Any = document.value
    questionnaire, problems = decode(content["form"])
    if questionnaire is None or problems or document.faults:
        raise Invalid(message("The file {path} cannot be read.", path=str(PROFILE_PATH)))
    return ProfileForm(questionnaire, content["asked_in"])


def profile_values(stored: object) -> dict[str, Value]:
    """What is stored of an organisation, as far as it still fits the form."""
    values = stored.get("values", {}) if isinstance(stored, Mapping) else {}
    found = {each.id: fitting(each, values.get(each.id)) for each in profile_form().fields}
    return {field_id: value for field_id, value in found.items() if value is not None}


def saved_at(stored: object) -> datetime | None:
    """When a stored profile was saved last."""
    text = stored.get("saved_at") if isinstance(stored, Mapping) else None
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def to_store(values: Mapping[str, Value], now: datetime) -> dict[str, object]:
    """A profile as it is stored."""
    return {"values": dict(values), "saved_at": now.isoformat()}


def values_for(
    questionnaire: Questionnaire, values: Mapping[str, Value]
) -> dict[str, tuple[str, Value]]:
    """What a profile answers of a questionnaire, where it fits, in the order of the fields."""
    index = question_index(questionnaire)
    found = {}
    for field_id, question_id in _asked(questionnaire).items():
        question = index.get(question_id)
        value = fitting(question, values.get(field_id)) if question is not None else None
        if value is not None:
            found[question_id] = (field_id, value)
    return found


def values_from(
    questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer]
) -> dict[str, Value]:
    """What confirmed answers say of the fields of a profile."""
    fields = question_index(profile_form().questionnaire)
    found = {}
    for field_id, question_id in _asked(questionnaire).items():
        answer = answers.get(question_id)
        if answer is not None and answer.state == "done":
            value = fitting(fields[field_id], answer.value)
            if value is not None:
                found[field_id] = value
    return found


def _asked(questionnaire: Questionnaire) -> dict[str, str]:
    """Field → the question of this questionnaire that it answers."""
    asked_in = profile_form().asked_in
    return {
        field_id: places[questionnaire.name]
        for field_id, places in asked_in.items()
        if questionnaire.name in places
    }
