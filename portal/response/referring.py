"""Answering by reference: another company's answer in the dialogue stands for one's own (pure).

asked → agreed | declined with a reason; agreed → withdrawn. Only an agreed one counts, and it is
never counted as the company's own value.
"""

from collections.abc import Iterable, Mapping

from portal.core.errors import Invalid, Message, message
from portal.questionnaire.conditions import references
from portal.questionnaire.definition import Question, Questionnaire
from portal.questionnaire.kept import kept
from portal.response.answers import GivenAnswer
from portal.response.fields import clean
from portal.response.suggesting import is_free

ASKED, AGREED, DECLINED, WITHDRAWN = "asked", "agreed", "declined", "withdrawn"
NAME_LENGTH = 200
REASON_LENGTH = 2000


@kept
def own_questions(questionnaire: Questionnaire) -> frozenset[str]:
    """The questions that only the company itself can answer.

    Those that say what it is: they put it in a segment, or decide which sections concern it.
    """
    conditions = [
        *(segment.when for segment in questionnaire.segments),
        *(section.show_if for section in questionnaire.sections),
    ]
    tests = (test for each in conditions if each is not None for test in references(each))
    return frozenset(test.question for test in tests if test.question is not None)


def may_refer(questionnaire: Questionnaire, question: Question, answer: GivenAnswer | None) -> bool:
    """Whether a question can be answered by reference now: it is open, or only suggested."""
    is_open = is_free(answer) or (answer is not None and answer.is_suggested)
    return is_open and question.id not in own_questions(questionnaire)


def told(brand: str) -> Message:
    """What is said to whoever names a company: the same whether it takes part or not."""
    return message(
        "{brand} is asked to agree as soon as it answers in this dialogue. We do not tell you "
        "whether it takes part. Your answers count once it has agreed.",
        brand=normal_name(brand),
    )


def normal_name(name: str) -> str:
    """A company's name as it is kept: single spaces, at most 200 letters."""
    return " ".join(name.split())[:NAME_LENGTH]


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for upper and lower case and spaces."""
    return normal_name(one).casefold() == normal_name(other).casefold()


def require_name(brand: str, own: str) -> str:
    """A named company's name as it is kept; Invalid without one, or if it is one's own."""
    name = normal_name(clean(brand))
    problem = None
    if not name:
        problem = message("Enter the company's name, as it is in the company register")
    elif same_name(name, own):
        problem = message("This is your own company: answer the questions yourselves")
    if problem is not None:
        raise Invalid(problem, {"brand": problem})
    return name


def require_reason(reason: str) -> str:
    """A reason as it is kept, at most 2000 letters; Invalid without one."""
    text = clean(reason)[:REASON_LENGTH]
    if not text:
        problem = message("Say why: the company that named you reads it")
        raise Invalid(problem, {"reason": problem})
    return text


def named_before(names: Iterable[str], answers: Mapping[str, GivenAnswer]) -> list[str]:
    """Names to pick from: those named in references and in tables with a column ``brand``.

    They are the company's own words: who else takes part is not among them.
    """
    found = [normal_name(name) for name in names]
    for answer in answers.values():
        if isinstance(answer.value, list):
            found += [
                normal_name(row["brand"])
                for row in answer.value
                if isinstance(row, dict) and isinstance(row.get("brand"), str)
            ]
    return sorted(dict.fromkeys(name for name in found if name), key=str.casefold)
