"""The findings: which questions stand on the first page, by a stated rule, and what is said (pure).

The rule takes nobody's side. Among the questions with at most five answers to choose from that at
least half of the suppliers answered, outside the first section (which describes the suppliers), it
takes the three on which suppliers agree most and the two on which they differ most, at most one
from a section. Questions with two answers come last: "yes, we declare" tells little. Where
questions tie, those on the short path come first, then those asked first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.aggregate.proposals import ALL
from portal.brief.document import Chart, Figure, Finding, Line, Question, Section
from portal.core.words import Words
from portal.questionnaire import definition

LEAST_OPTIONS = 3
MOST_OPTIONS = 5
AGREEING = 3
DIVIDED = 2
LONGEST_LABEL = 56
LONGEST_QUESTION = 200
CHOICES = (
    definition.YesPartlyNo,
    definition.YesNo,
    definition.Maturity,
    definition.Single,
    definition.Percentage,
    definition.Number,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may become a finding, with the figure for all suppliers."""

    order: int
    core: bool
    section_id: str
    question: Question
    figure: Figure
    leading: Line

    @property
    def is_plain(self) -> bool:
        """Only two answers to choose from."""
        return len(self.figure.lines) < LEAST_OPTIONS

    @property
    def share(self) -> float:
        """Share of the most frequent answer, in per cent (the middle of its band)."""
        value = self.leading.values[0]
        return ((value.low or 0) + (value.high or 0)) / 2


def choose(
    questionnaire: definition.Questionnaire, sections: Sequence[Section], groups: int
) -> tuple[list[Candidate], list[Candidate]]:
    """The questions on which suppliers agree most, and those on which they differ most."""
    found = list(_candidates(questionnaire, sections, groups))
    by_agreement = sorted(found, key=lambda c: (c.is_plain, -c.share, not c.core, c.order))
    agreeing = _one_a_section(by_agreement, set(), AGREEING)
    taken = {candidate.section_id for candidate in agreeing}
    by_division = sorted(found, key=lambda c: (c.is_plain, c.share, not c.core, c.order))
    divided = _one_a_section(by_division, taken, DIVIDED)
    return agreeing, divided


def rule(words: Words) -> str:
    """The rule in two sentences, for the reader."""
    return words(
        "A rule chose these questions, not an editor: the three on which suppliers agree most and "
        "the two on which they differ most, at most one from each section. It looks at questions "
        "with up to five answers to choose from (those with only two come last) that at least half "
        "of the suppliers answered, and leaves out the section that describes the suppliers."
    )


def agreement(candidate: Candidate, words: Words) -> Finding:
    """What most suppliers answered."""
    base, value = candidate.figure.bases[0], candidate.leading.values[0]
    if value.count is not None:
        headline = words("{count} of {n}", count=words.number(value.count), n=words.number(base.n))
        sentence = words(
            "{count} of {n} suppliers gave the same answer, “{answer}”, to this question: "
            "{question}",
            count=words.number(value.count),
            n=words.number(base.n),
            answer=_short(candidate.leading.label),
            question=_short(candidate.question.text, LONGEST_QUESTION),
        )
    else:
        headline = value.text
        sentence = words(
            "Between {low} and {high} of suppliers gave the same answer, “{answer}”, to this "
            "question: {question}",
            low=f"{value.low:.0f}",
            high=words.percent(value.high or 0),
            answer=_short(candidate.leading.label),
            question=_short(candidate.question.text, LONGEST_QUESTION),
        )
    return Finding(question_id=candidate.question.id, headline=headline, sentence=sentence)


def division(candidate: Candidate, words: Words) -> Finding:
    """How far apart the answers are: even the most frequent one comes from few."""
    base, value = candidate.figure.bases[0], candidate.leading.values[0]
    gaps = {
        "answer": _short(candidate.leading.label),
        "question": _short(candidate.question.text, LONGEST_QUESTION),
    }
    if value.count is not None:
        sentence = words(
            "Suppliers differ on this question: {question} The most frequent answer, “{answer}”, "
            "comes from {count} of {n}.",
            count=words.number(value.count),
            n=words.number(base.n),
            **gaps,
        )
    else:
        sentence = words(
            "Suppliers differ on this question: {question} The most frequent answer, “{answer}”, "
            "comes from between {low} and {high} of them.",
            low=f"{value.low:.0f}",
            high=words.percent(value.high or 0),
            **gaps,
        )
    return Finding(question_id=candidate.question.id, headline=words("divided"), sentence=sentence)


def chart(candidate: Candidate) -> Chart:
    """The distribution for all suppliers, with labels cut to one or two lines."""
    figure = candidate.figure
    lines = tuple(
        Line(option=line.option, label=_short(line.label), values=line.values[:1])
        for line in figure.lines
    )
    shown = Figure(key=figure.key, label=figure.label, bases=figure.bases[:1], lines=lines)
    return Chart(
        question_id=candidate.question.id,
        text=_short(candidate.question.text, LONGEST_QUESTION),
        figure=shown,
    )


def _candidates(
    questionnaire: definition.Questionnaire, sections: Sequence[Section], groups: int
) -> Iterable[Candidate]:
    written = {question.id: question for question in questionnaire.questions()}
    facts = questionnaire.sections[0].id if questionnaire.sections else ""
    order = 0
    for section in sections:
        for question in section.questions:
            order += 1
            figure = question.blocks[0].figures[0]
            if section.id == facts or not _fits(written[question.id], figure, groups):
                continue
            leading = max(figure.lines, key=lambda line: line.values[0].high or 0)
            core = written[question.id].core
            yield Candidate(order, core, section.id, question, figure, leading)


def _fits(question: definition.Question, figure: Figure, groups: int) -> bool:
    base = figure.bases[0]
    return (
        isinstance(question, CHOICES)
        and base.id == ALL
        and 2 * base.n >= groups
        and len(figure.lines) <= MOST_OPTIONS
        and any(line.values[0].high is not None for line in figure.lines)
    )


def _one_a_section(candidates: Iterable[Candidate], taken: set[str], most: int) -> list[Candidate]:
    chosen: list[Candidate] = []
    seen = set(taken)
    for candidate in candidates:
        if candidate.section_id not in seen and len(chosen) < most:
            seen.add(candidate.section_id)
            chosen.append(candidate)
    return chosen


def _short(text: str, longest: int = LONGEST_LABEL) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(".,;:") + " …"
