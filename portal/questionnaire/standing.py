"""How each part of a draft stands: its faults, its open translations (pure)."""

from collections import defaultdict
from collections.abc import Sequence

from portal.questionnaire.check import problems
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.faults import KeyPath, Problem
from portal.questionnaire.subjects import HEAD, question_subject, section_subject


def faults_by_subject(questionnaire: Questionnaire) -> dict[str, list[Problem]]:
    """Subject to what the check finds in it; subjects without faults are left out."""
    found: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in problems(questionnaire):
        found[subject_at(questionnaire, problem.path)].append(problem)
    return dict(found)


def subject_at(questionnaire: Questionnaire, path: KeyPath) -> str:
    """The subject that a place in the file belongs to."""
    steps: Sequence[str | int] = path
    if len(steps) < 2 or steps[0] != "sections":  # noqa: PLR2004 - the list and a place in it
        return HEAD
    section = questionnaire.sections[int(steps[1])]
    if len(steps) > 3 and steps[2] == "questions":  # noqa: PLR2004
        return question_subject(section.questions[int(steps[3])].id)
    return section_subject(section.id)
