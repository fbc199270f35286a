"""The report on a release, ready for its page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from portal.aggregate.policy import Audience
from portal.aggregate.report import Judged, Line, Report, Verdict
from portal.questionnaire.definition import Questionnaire, Section, Text, localised
from portal.web.language import language, sentence

VERDICTS = {
    Verdict.EXACT: _("Exact"),
    Verdict.BANDS: _("Bands"),
    Verdict.TOO_FEW: _("Too few"),
    Verdict.WITHHELD: _("Withheld"),
}
TONES = {
    Verdict.EXACT: "success",
    Verdict.BANDS: "accent",
    Verdict.TOO_FEW: "",
    Verdict.WITHHELD: "caution",
}
Speaker = Callable[[Text], str]
"""A text in the page's language, else as it was written."""
AUDIENCE_HEADS = {
    Audience.PUBLIC: _("Public"),
    Audience.SUPPLIER: _("Suppliers"),
    Audience.BUYER: _("Buyers"),
}


@dataclass(frozen=True, slots=True)
class JudgedView:
    """One audience's verdict in a word, with a sentence for each reason."""

    head: str
    verdict: str
    tone: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A countable question with a verdict for each audience."""

    id: str
    text: str
    labels: str
    judged: tuple[JudgedView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the report; ``remark`` is what of it is withheld, in a few words."""

    id: str
    title: str
    remark: str
    has_findings: bool
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class TotalView:
    """How much an audience sees: questions by verdict, whole per cent of the cells."""

    head: str
    counts: tuple[tuple[str, int], ...]
    share: int


def report_view(
    report: Report, questionnaire: Questionnaire
) -> tuple[list[TotalView], list[SectionView]]:
    """Totals for each audience, and the sections with their lines."""
    speak = partial(localised, language=language(), base_language=questionnaire.base_language)
    totals = [
        TotalView(
            head=str(AUDIENCE_HEADS[each.audience]),
            counts=tuple((str(VERDICTS[key]), count) for key, count in each.verdicts.items()),
            share=each.share,
        )
        for each in report.totals
    ]
    return totals, [_section(section, lines, speak) for section, lines in report.sections]


def _section(section: Section, lines: Sequence[Line], speak: Speaker) -> SectionView:
    withheld = sum(any(each.verdict is Verdict.WITHHELD for each in line.judged) for line in lines)
    return SectionView(
        id=section.id,
        title=speak(section.title),
        remark=ngettext("%(num)d withheld", "%(num)d withheld", withheld)
        if withheld
        else gettext("nothing withheld"),
        has_findings=withheld > 0,
        lines=tuple(_lines(lines, speak)),
    )


def _lines(lines: Sequence[Line], speak: Speaker) -> Iterator[LineView]:
    for line in lines:
        yield LineView(
            id=line.question.id,
            text=speak(line.question.text),
            labels=" · ".join(speak(label) for label in line.labels),
            judged=tuple(_judged(each, speak) for each in line.judged),
        )


def _judged(each: Judged, speak: Speaker) -> JudgedView:
    """The reasons name the columns that are left out, several with one reason together."""
    by_reason: dict[str, list[str]] = {}
    if each.verdict is not Verdict.WITHHELD:
        for label, reason in each.left_out:
            by_reason.setdefault(sentence(reason), []).append(speak(label))
    reasons = [f"{', '.join(names)}: {reason}." for reason, names in by_reason.items()]
    if each.finding is not None:
        reasons.append(sentence(each.finding))
    return JudgedView(
        head=str(AUDIENCE_HEADS[each.audience]),
        verdict=str(VERDICTS[each.verdict]),
        tone=TONES[each.verdict],
        reasons=tuple(reasons),
    )
