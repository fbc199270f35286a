"""Which wordings of a draft are missing in a language, or older than what they translate (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.subjects import ORDER, Content, flatten, parts


class Edit(Protocol):
    """What is known of a change: see ``queries_editing.ChangeRow``."""

    @property
    def number(self) -> int:
        """Its place in time."""

    @property
    def act(self) -> str:
        """What was done."""

    @property
    def subject(self) -> str:
        """The part."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ."""

    @property
    def note(self) -> str:
        """The language that was confirmed."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is still to be done in one language of one subject: fields without the language."""

    missing: tuple[str, ...]
    outdated: tuple[str, ...]


def open_translations(
    questionnaire: Questionnaire, edits: Iterable[Edit]
) -> dict[str, dict[str, Open]]:
    """Subject and language to what is open there; subjects and languages without are left out.

    A wording is outdated if the base wording was changed after it was last written or confirmed;
    ``edits`` are in the order they were made.
    """
    written = _last_written(edits)
    others = [each for each in questionnaire.languages if each != questionnaire.base_language]
    found: dict[str, dict[str, Open]] = {}
    for subject, content in parts(questionnaire).items():
        if subject == ORDER:
            continue
        wordings = _wordings(content, questionnaire.languages)
        stale = written.get(subject, {})
        states = {
            language: _state(wordings, stale, language, questionnaire.base_language)
            for language in others
        }
        by_language = {name: state for name, state in states.items() if state is not None}
        if by_language:
            found[subject] = by_language
    return found


def _wordings(content: Content, languages: Iterable[str]) -> dict[str, set[str]]:
    """Field of a text to the languages it has a wording in."""
    known = set(languages)
    found: dict[str, set[str]] = {}
    for field, value in flatten(content).items():
        name, _, language = field.rpartition("/")
        if name and language in known and isinstance(value, str):
            languages_of = found.setdefault(name, set())
            if value.strip():
                languages_of.add(language)
    return found


def _last_written(edits: Iterable[Edit]) -> dict[str, dict[str, int]]:
    """Subject and field (with language) to the number of the last change of it.

    ``*/fr`` is when all of a subject's French was confirmed.
    """
    found: dict[str, dict[str, int]] = {}
    for edit in edits:
        numbers = found.setdefault(edit.subject, {})
        names = [f"*/{edit.note}"] if edit.act == "confirmed" else edit.fields
        numbers.update(dict.fromkeys(names, edit.number))
    return found


def _state(
    wordings: Mapping[str, set[str]], written: Mapping[str, int], language: str, base: str
) -> Open | None:
    confirmed = written.get(f"*/{language}", 0)
    missing, outdated = [], []
    for field, languages in wordings.items():
        if base in languages and language not in languages:
            missing.append(field)
        elif written.get(f"{field}/{base}", 0) > max(
            written.get(f"{field}/{language}", 0), confirmed
        ):
            outdated.append(field)
    return Open(tuple(missing), tuple(outdated)) if missing or outdated else None
