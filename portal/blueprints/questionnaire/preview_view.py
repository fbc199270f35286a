"""A preview in words: profiles to start from, answers to choose, what is asked and what is not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext

from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import Maturity, Questionnaire, localised
from portal.questionnaire.previewing import (
    OTHER,
    PROVIDED,
    ROWS,
    Choice,
    Chosen,
    Figures,
    Line,
    Routing,
    accepted,
    figures,
    preview,
    profile_question,
    routing,
)
from portal.questionnaire.sentences import YES_PARTLY_NO_WORDS
from portal.questionnaire.sentences import sentence as in_sentence
from portal.web.language import language, number, sentence
from portal.web.outline import SectionOutline, outline

SHORT, MOST = "_short", "_most"
"""Fields beside the questions, whose ids never begin so: core only, and all that could be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A kind of company, with the addresses of its whole and its short questionnaire."""

    text: str
    href: str
    short_href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A question to choose an answer of: (value, words, whether it is chosen) each."""

    name: str
    label: str
    choices: Sequence[tuple[str, str, bool]]
    takes_several: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenLine:
    """A question that is not asked. ``clause`` follows "only if"."""

    id: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """The whole page. ``is_whole`` is false if some of the address was unknown."""

    profiles: Sequence[Profile]
    controls: Sequence[Control]
    chosen: int
    is_short: bool
    is_most: bool
    is_whole: bool
    now: Figures
    most: Figures
    sections: Sequence[SectionOutline]
    open: Sequence[HiddenLine]
    """Depends on something that is not chosen."""
    closed: Sequence[HiddenLine]
    """Not asked, whatever else is answered."""
    left_out: int
    """Questions that the short path leaves out."""
    other_href: str
    """The same with the other list: all that could be asked, or what is."""


def preview_view(questionnaire: Questionnaire, asked: Chosen) -> PreviewView:
    """The page for the fields of an address."""
    found = routing(questionnaire)
    fields = {name: some for name, some in asked.items() if name not in {SHORT, MOST}}
    chosen, is_whole = accepted(found, fields)
    is_short, is_most = SHORT in asked, MOST in asked
    every = preview(questionnaire, found, chosen)
    lines = [line for line in every if line.question.core or not is_short]
    shown = [line for line in lines if line.is_shown]
    possible = [line for line in lines if line.is_possible]
    hidden = [line for line in lines if not line.is_shown]
    teller = _Teller(questionnaire)
    return PreviewView(
        profiles=list(teller.profiles(profile_question(found), chosen, is_short=is_short)),
        controls=list(teller.controls(found, every, chosen)),
        chosen=len(chosen),
        is_short=is_short,
        is_most=is_most,
        is_whole=is_whole,
        now=figures(shown),
        most=figures(possible),
        sections=_outline(questionnaire, possible if is_most else shown),
        open=teller.hidden(line for line in hidden if line.is_possible),
        closed=teller.hidden(line for line in hidden if not line.is_possible),
        left_out=sum(line.is_shown for line in every) - len(shown),
        other_href=_address(chosen, {SHORT, MOST} & asked.keys() ^ {MOST}),
    )


def _address(chosen: Chosen, ticked: Iterable[str] = ()) -> str:
    """This page with these answers, and these of SHORT and MOST."""
    fields = urlencode({**chosen, **dict.fromkeys(ticked, "1")}, doseq=True)
    return f"{url_for('.preview')}?{fields}"


def _outline(questionnaire: Questionnaire, lines: Iterable[Line]) -> list[SectionOutline]:
    """What is asked, to read; sections without a question are left out."""
    wanted = {line.question.id for line in lines}
    sections = [
        replace(each, questions=tuple(one for one in each.questions if one.id in wanted))
        for each in outline(questionnaire, language())
    ]
    return [each for each in sections if each.questions]


@dataclass(frozen=True, slots=True)
class _Teller:
    questionnaire: Questionnaire

    def profiles(
        self, question: Routing | None, chosen: Mapping[str, Sequence[str]], *, is_short: bool
    ) -> Iterator[Profile]:
        """One for each option of the question that decides most."""
        if question is None:
            return
        for choice in question.choices:
            own = {question.name: [choice.id]}
            yield Profile(
                text=self.label(question, choice),
                href=_address(own),
                short_href=_address(own, [SHORT]),
                is_chosen=dict(chosen) == own and not is_short,
            )

    def controls(
        self, found: Iterable[Routing], lines: Iterable[Line], chosen: Chosen
    ) -> Iterator[Control]:
        """The questions that may be asked, and those that something is chosen of."""
        possible = {line.question.id for line in lines if line.is_possible}
        for each in found:
            if each.question.id not in possible and each.name not in chosen:
                continue
            taken = {choice.id for choice in each.taken(chosen)}
            yield Control(
                name=each.name,
                label=self.name(each),
                choices=[
                    (choice.id, self.label(each, choice), choice.id in taken)
                    for choice in each.choices
                ],
                takes_several=each.takes_several,
            )

    def hidden(self, lines: Iterable[Line]) -> list[HiddenLine]:
        return [
            HiddenLine(
                id=line.question.id,
                text=self.say(line.question.text),
                clause=in_sentence(line.hidden_by, self.questionnaire, language()),
            )
            for line in lines
            if line.hidden_by is not None
        ]

    def name(self, each: Routing) -> str:
        text = f"{each.question.id} {self.say(each.question.text)}"
        if each.name.endswith(ROWS):
            return str(gettext("%(question)s – number of rows", question=text))
        return text

    def label(self, each: Routing, choice: Choice) -> str:
        """An answer in words."""
        if choice.test is not None:
            return in_sentence(choice.test, self.questionnaire, language())
        if each.name.endswith(ROWS):
            return number(int(choice.id))
        if isinstance(each.question, Maturity):
            anchor = self.say(each.question.anchors[int(choice.value)])
            return str(gettext("Level %(level)s: %(anchor)s", level=choice.id, anchor=anchor))
        options = {option.id: option.text for option in options_of(each.question)}
        if choice.id in options:
            return self.say(options[choice.id])
        return self.fixed(choice)

    def fixed(self, choice: Choice) -> str:
        """An answer that no option words: yes or no, a file, a number, a text."""
        if choice.id in YES_PARTLY_NO_WORDS:
            return sentence(YES_PARTLY_NO_WORDS[choice.id])
        words = {OTHER: gettext("something else"), PROVIDED: gettext("a file or link is given")}
        if choice.id in words:
            return str(words[choice.id])
        return choice.id if isinstance(choice.value, str) else number(choice.value)

    def say(self, text: Mapping[str, str]) -> str:
        return localised(text, language(), self.questionnaire.base_language) or "…"
