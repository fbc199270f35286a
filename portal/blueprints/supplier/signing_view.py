"""What a signatory is told before signing: who will read how many answers, what is unconfirmed."""

from collections import Counter
from collections.abc import Iterable, Mapping

from portal.questionnaire.definition import ConfidentialityClass, Question, Questionnaire
from portal.response.answers import GivenAnswer
from portal.response.rules import WHO_READS
from portal.web.language import sentence


def readers_of(answers: Iterable[GivenAnswer]) -> list[tuple[int, str]]:
    """How many of the given answers each group will read, widest first: count and sentence."""
    given = [each for each in answers if each.state != "empty" and not each.is_suggested]
    count = Counter(each.confidentiality for each in given)
    return [
        (count[found], sentence(WHO_READS[found])) for found in ConfidentialityClass if count[found]
    ]


def suggested_in(
    questionnaire: Questionnaire, answers: Mapping[str, GivenAnswer]
) -> list[tuple[str, Question]]:
    """The questions with a suggestion that nobody has confirmed, each with its section's id."""
    return [
        (section.id, question)
        for section in questionnaire.sections
        for question in section.questions
        if question.id in answers and answers[question.id].is_suggested
    ]
