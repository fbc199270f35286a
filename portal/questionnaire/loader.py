"""Questionnaires from YAML files and from stored JSON, and back."""

import json
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from portal.core.canonical import canonical_json
from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.document import open_document
from portal.questionnaire.faults import Fault, Problem
from portal.questionnaire.wording import problems_in

ADAPTER: TypeAdapter[Questionnaire] = TypeAdapter(Questionnaire)
CACHED_VERSIONS = 32


def read(path: Path) -> Questionnaire:
    """The questionnaire in a YAML file.

    Raises Invalid with the first fault, its file and line, if the file does not fit the schema;
    whether it makes sense is for ``check`` to say.
    """
    document = open_document(path)
    faults = list(document.faults)
    if document.root is not None:
        questionnaire, problems = decode(document.value)
        faults += [document.place(problem) for problem in problems]
        if questionnaire is not None and not faults:
            return questionnaire
    raise Invalid(message("{fault}", fault=str(min(faults, key=_place))))


def decode(value: object) -> tuple[Questionnaire | None, list[Problem]]:
    """The questionnaire that plain values describe, or None and all that the schema refuses."""
    try:
        return ADAPTER.validate_python(value), []
    except ValidationError as error:
        return None, problems_in(error.errors(include_url=False), value)


def to_json(questionnaire: Questionnaire) -> str:
    """Canonical JSON: the same questionnaire always gives the same text, and so the same hash."""
    content = ADAPTER.dump_python(questionnaire, mode="json", by_alias=True, exclude_none=True)
    return canonical_json(content)


@lru_cache(maxsize=CACHED_VERSIONS)
def from_json(text: str) -> Questionnaire:
    """The questionnaire of a stored version; the same text gives the same object."""
    return ADAPTER.validate_python(json.loads(text))


def _place(fault: Fault) -> tuple[int, int]:
    return fault.line, fault.column
