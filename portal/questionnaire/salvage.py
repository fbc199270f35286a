"""What can still be checked of a questionnaire that does not fit its schema.

The parts that the schema refuses are cut out, as little as possible, so that one mistyped key
does not hide the other faults of the file.
"""

import copy
from dataclasses import dataclass
from typing import Any, TypeAlias

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.faults import KeyPath, Problem
from portal.questionnaire.loader import decode

Kept: TypeAlias = "dict[str, Kept] | list[tuple[int, Kept]] | None"
"""For each entry left in a list: its position in the file, and the same for its own parts."""

SECTION, SECTION_FIELD, QUESTION, QUESTION_FIELD = 2, 3, 4, 5
"""Lengths of paths."""

STAND_INS: dict[int, dict[str, Any]] = {
    1: {"name": "unnamed", "version": "0", "base_language": "", "languages": [], "title": {}},
    SECTION_FIELD: {"title": {}},
    QUESTION_FIELD: {"text": {}},
}
"""What takes the place of a field that must be there, by the length of its path."""

_CUT = object()


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The part of a questionnaire that fits the schema."""

    questionnaire: Questionnaire
    kept: Kept
    faulty: frozenset[str]
    """Ids of questions, segments and instruments that have a fault, cut out or not."""


def salvage(value: object, problems: list[Problem]) -> Salvaged | None:
    """Cut out what the schema refuses; None if too little is left to check."""
    remains = copy.deepcopy(value)
    for problem in problems:
        _cut(remains, _field_path(problem.path))
    compact, kept = _compact(remains)
    for problem in decode(compact)[1]:
        _cut(remains, _entry_path(original_path(kept, problem.path)))
    compact, kept = _compact(remains)
    questionnaire = decode(compact)[0]
    if questionnaire is None:
        return None
    touched = {_id_at(value, _entry_path(problem.path)) for problem in problems}
    return Salvaged(questionnaire, kept, frozenset(touched | (_ids(value) - _ids(compact))))


def original_path(kept: Kept, path: KeyPath) -> KeyPath:
    """Where a path into the salvaged part leads in the file."""
    original: list[str | int] = []
    for step in path:
        if isinstance(kept, list) and isinstance(step, int):
            position, kept = kept[step]
            original.append(position)
        else:
            kept = kept.get(str(step)) if isinstance(kept, dict) else None
            original.append(step)
    return tuple(original)


def _field_path(path: KeyPath) -> KeyPath:
    """The smallest part around a fault that can be left out on its own."""
    if path[:1] != ("sections",):
        return path[:1] if path[:1] not in {("segments",), ("instruments",)} else path[:SECTION]
    return path[: QUESTION_FIELD if "questions" in path[SECTION:SECTION_FIELD] else SECTION_FIELD]


def _entry_path(path: KeyPath) -> KeyPath:
    """The question around a fault, or else the section, segment or instrument."""
    in_question = path[:1] == ("sections",) and "questions" in path[SECTION:SECTION_FIELD]
    return path[: QUESTION if in_question else SECTION]


def _cut(remains: object, path: KeyPath) -> None:
    if not path:
        return
    parent, key = _at(remains, path[:-1]), path[-1]
    if isinstance(parent, dict):
        parent[key] = STAND_INS.get(len(path), {}).get(str(key), _CUT)
    elif isinstance(parent, list) and isinstance(key, int):
        parent[key] = _CUT


def _compact(value: object) -> tuple[Any, Kept]:
    if isinstance(value, dict):
        parts = {key: _compact(part) for key, part in value.items() if part is not _CUT}
        return {key: part for key, (part, _) in parts.items()}, {
            key: kept for key, (_, kept) in parts.items()
        }
    if isinstance(value, list):
        items = [(i, *_compact(item)) for i, item in enumerate(value) if item is not _CUT]
        return [item for _, item, _ in items], [(i, kept) for i, _, kept in items]
    return value, None


def _at(value: Any, path: KeyPath) -> Any:  # noqa: ANN401 - any YAML
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _id_at(value: object, path: KeyPath) -> str:
    entry = _at(value, path)
    return str(entry.get("id")) if isinstance(entry, dict) else ""


def _ids(value: object) -> set[str]:
    """Ids of all entries: questions, sections, segments and instruments."""
    paths: list[KeyPath] = []
    for key in ("sections", "segments", "instruments"):
        paths += [(key, i) for i, _ in enumerate(_list_at(value, (key,)))]
    for i, _ in enumerate(_list_at(value, ("sections",))):
        questions: KeyPath = ("sections", i, "questions")
        paths += [(*questions, j) for j, _ in enumerate(_list_at(value, questions))]
    return {_id_at(value, path) for path in paths}


def _list_at(value: object, path: KeyPath) -> list[Any]:
    found = _at(value, path)
    return found if isinstance(found, list) else []
