"""Why each part of a release is shown or not, in words for the secretariat alone (pure).

Audiences read one sentence for everything that is not shown (``reading.NOT_SHOWN``); what is said
here would tell them more than that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.aggregate.policy import Audience
from portal.aggregate.proposals import ALL, SMALLEST_ATOM, SMALLEST_BASE, Reason
from portal.aggregate.reading import EVERYBODY
from portal.core.errors import Message, message
from portal.questionnaire.definition import Question, Questionnaire, Section, Text
from portal.response.cells import CellKey, cell_keys, labels_of

REASONS: Mapping[Reason, Message] = {
    Reason.TOO_FEW: message("fewer than {least} protected answers", least=SMALLEST_BASE),
    Reason.TOO_ALIKE: message(
        "it would differ from what was shown before by fewer than {least} answers",
        least=SMALLEST_ATOM,
    ),
    Reason.FEW_CHANGED: message(
        "fewer than {least} answers have changed since the last release", least=SMALLEST_ATOM
    ),
}
AUDIENCE_NAMES: Mapping[Audience, Message] = {
    Audience.PUBLIC: message("the public"),
    Audience.SUPPLIER: message("suppliers and observers"),
    Audience.BUYER: message("buyers"),
}


class Verdict(StrEnum):
    """What an audience sees of one countable question."""

    EXACT = "exact"
    BANDS = "bands"
    TOO_FEW = "too_few"
    """No column may exist."""
    WITHHELD = "withheld"
    """The audit found something that could be worked out."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one audience sees of one countable question, and why not more.

    ``shown`` and the keys of ``left_out`` are labels of columns.
    """

    audience: Audience
    verdict: Verdict
    shown: tuple[Text, ...]
    left_out: tuple[tuple[Text, Message], ...]
    finding: Message | None


@dataclass(frozen=True, slots=True)
class Line:
    """A countable question with each audience's verdict; ``labels`` are its row and column."""

    key: str
    question: Question
    labels: tuple[Text, ...]
    judged: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How much an audience sees: countable questions by verdict, and how many of all cells."""

    audience: Audience
    verdicts: Mapping[Verdict, int]
    cells: int
    all_cells: int

    @property
    def share(self) -> int:
        """Cells shown, in whole per cent of all, rounded down."""
        return 100 * self.cells // self.all_cells if self.all_cells else 0


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report, in page order."""

    sections: tuple[tuple[Section, tuple[Line, ...]], ...]
    totals: tuple[Total, ...]


def read_report(
    content: Mapping[str, Mapping[str, Any]],
    questionnaire: Questionnaire,
    segments: Sequence[str],
    audiences: Sequence[Audience],
) -> Report:
    """Put words to a stored report (``Draft.report``) of a release with these segments."""
    labels = {ALL: EVERYBODY} | {each.id: each.text for each in questionnaire.segments}
    names = {name: labels[name] for name in (ALL, *segments)}
    keys = {key.key: key for question in questionnaire.questions() for key in cell_keys(question)}
    sections = tuple(
        (section, lines)
        for section in questionnaire.sections
        if (lines := tuple(_lines(section, content, keys, names)))
    )
    totals = tuple(
        _total(audience, list(keys.values()), content, len(names)) for audience in audiences
    )
    return Report(sections, totals)


def _lines(
    section: Section,
    content: Mapping[str, Mapping[str, Any]],
    keys: Mapping[str, CellKey],
    names: Mapping[str, Text],
) -> Iterator[Line]:
    for question in section.questions:
        for key in cell_keys(question):
            if key.key in content:
                judged = tuple(
                    _judged(Audience(name), found, {**keys, "": key}, names)
                    for name, found in content[key.key].items()
                )
                yield Line(key.key, question, tuple(labels_of(question, key)), judged)


def _judged(
    audience: Audience,
    found: Mapping[str, Any],
    keys: Mapping[str, CellKey],
    names: Mapping[str, Text],
) -> Judged:
    failed = found.get("failed") or found.get("not_exact")
    return Judged(
        audience=audience,
        verdict=_verdict(found),
        shown=tuple(names[name] for name in found["shown"]),
        left_out=tuple(
            (names[name], REASONS[Reason(reason)]) for name, reason in found["left_out"].items()
        ),
        finding=_finding(failed, keys) if failed else None,
    )


def _verdict(found: Mapping[str, Any]) -> Verdict:
    if found.get("failed"):
        return Verdict.WITHHELD
    if not found["shown"]:
        return Verdict.TOO_FEW
    return Verdict.EXACT if found["exact"] else Verdict.BANDS


def _finding(found: Mapping[str, Any], keys: Mapping[str, CellKey]) -> Message:
    """What could be worked out, by whom; ``keys``: "" is the question itself."""
    option = next(
        (text for name, text in keys[found["about"]].options if name == found["option"]),
        {"en": found["option"]},
    )
    values = {
        "option": next(iter(option.values())),
        "count": found["answers"],
        "reader": AUDIENCE_NAMES[Audience(found["reader"])],
        "about": found["about"],
    }
    if found["about"]:
        return message(
            "From how many were led on here, a reader among {reader} could be sure about "
            "“{option}” in {about} (suppliers concerned: {count}).",
            **values,
        )
    # Trials and releases from before suppliers were taken in twos say only whether it was one.
    pooled = found.get("pooled", int(found.get("insider", False)))
    if pooled == 1:
        return message(
            "With its own answer, a supplier could be sure about “{option}” (other suppliers "
            "concerned: {count}).",
            **values,
        )
    if pooled:
        return message(
            "Two suppliers who tell each other their own answers could be sure about “{option}” "
            "(other suppliers concerned: {count}).",
            **values,
        )
    return message(
        "A reader among {reader} could be sure about “{option}” (suppliers concerned: {count}).",
        **values,
    )


def _total(
    audience: Audience,
    keys: Sequence[CellKey],
    content: Mapping[str, Mapping[str, Any]],
    columns: int,
) -> Total:
    verdicts = dict.fromkeys(Verdict, 0)
    cells = all_cells = 0
    for key in keys:
        found = content.get(key.key, {}).get(audience.value)
        if found is None:
            continue
        verdicts[_verdict(found)] += 1
        cells += len(found["shown"]) * len(key.options)
        all_cells += columns * len(key.options)
    return Total(audience, verdicts, cells, all_cells)
