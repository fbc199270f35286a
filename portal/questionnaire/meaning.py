"""What of a questionnaire an answer depends on, and its hash (pure).

A vote stands for as long as this hash is the one voted on: corrections of what suppliers never
answer to (an estimate of minutes, a mark that a clause number was checked, white space) do not
ask eighteen buyers to vote again. Everything else does, wordings in every language included.
"""

from typing import Any

from portal.core.canonical import content_hash
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import ADAPTER

WITHOUT_MEANING = frozenset({"minutes", "competition_review", "verified"})
"""Estimates and editors' own marks, wherever they stand."""


def meaning_hash(questionnaire: Questionnaire) -> str:
    """SHA-256 in hexadecimal of all that an answer depends on."""
    whole = ADAPTER.dump_python(questionnaire, mode="json", by_alias=True, exclude_none=True)
    del whole["version"]
    return content_hash(meaning_of(whole))


def meaning_of(content: Any) -> Any:  # noqa: ANN401 - any JSON
    """The content without what has no meaning, and with white space as single spaces."""
    if isinstance(content, dict):
        return {
            key: meaning_of(value) for key, value in content.items() if key not in WITHOUT_MEANING
        }
    if isinstance(content, list):
        return [meaning_of(item) for item in content]
    return " ".join(content.split()) if isinstance(content, str) else content
