"""The check of a questionnaire: every fault, its file and line, and how to mend it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.questionnaire.checks import (
    classes,
    comparisons,
    competition,
    ids,
    instruments,
    questions,
    references,
    texts,
)
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.document import Document, open_document, parse
from portal.questionnaire.faults import Fault, KeyPath, Problem
from portal.questionnaire.loader import decode
from portal.questionnaire.salvage import original_path, salvage

CHECKS: tuple[Callable[[Questionnaire], Iterator[Problem]], ...] = (
    ids.problems,
    texts.problems,
    questions.problems,
    references.problems,
    comparisons.problems,
    classes.problems,
    instruments.problems,
    competition.problems,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file's questionnaire (None if it does not fit the schema) and its faults by line."""

    questionnaire: Questionnaire | None
    faults: list[Fault]


def check_file(path: Path) -> Checked:
    """Read a questionnaire and find everything that its author should mend."""
    return _checked(open_document(path))


def check_text(text: str, name: str) -> Checked:
    """Check an uploaded questionnaire, as ``check_file``; its faults name the file ``name``."""
    return _checked(parse(text, Path(name)))


def problems(questionnaire: Questionnaire) -> list[Problem]:
    """Everything that is wrong with a questionnaire that fits the schema."""
    return [problem for check in CHECKS for problem in check(questionnaire)]


def _checked(document: Document) -> Checked:
    questionnaire: Questionnaire | None = None
    faults = list(document.faults)
    if document.root is not None:
        questionnaire, refused = decode(document.value)
        found = problems(questionnaire) if questionnaire is not None else _others(document, refused)
        faults += [document.place(problem) for problem in [*refused, *found]]
    return Checked(questionnaire, sorted(set(faults), key=_reading_order))


def _others(document: Document, refused: list[Problem]) -> list[Problem]:
    """The problems of what the schema accepts, without consequences of what it refuses."""
    rest = salvage(document.value, refused)
    if rest is None:
        return []
    found = []
    for problem in problems(rest.questionnaire):
        path = original_path(rest.kept, problem.path)
        follows = problem.about in rest.faulty or any(
            _overlap(path, other.path) for other in refused
        )
        if not follows:
            found.append(Problem(path, problem.what, problem.mend))
    return found


def _overlap(one: KeyPath, other: KeyPath) -> bool:
    return all(a == b for a, b in zip(one, other, strict=False))


def _reading_order(fault: Fault) -> tuple[int, int, str]:
    return fault.line, fault.column, str(fault.what)
