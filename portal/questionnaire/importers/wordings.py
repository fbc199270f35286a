"""Texts in every language of the form, without what a page would show as it is typed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.core.errors import Message, message
from portal.questionnaire.definition import Text
from portal.questionnaire.importers.languages import Languages
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.tables import Account, Heading, Record

MARKUP = re.compile(r"</?[A-Za-z][^<>]*>")
EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
PLACEHOLDER = re.compile(r"\$\{\s*([^{}]*?)\s*\}")

OTHER = {"en": "Other", "fr": "Autre", "nl": "Anders", "de": "Andere"}
SPECIFY = {
    "en": "{question} – other, namely",
    "fr": "{question} – autre, à préciser",
    "nl": "{question} – anders, namelijk",
    "de": "{question} – andere, und zwar",
}
UNITS = {"en": "units", "fr": "unités", "nl": "eenheden", "de": "Einheiten"}
"""Words that a form leaves to its app. Other languages get the English ones."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """Reads the texts of records, and says so where one had to be filled in or simplified."""

    languages: Languages
    account: Account
    spoken: set[tuple[str, int, str]] = field(default_factory=set)

    def read(self, record: Record, role: str, *, instead: str = "") -> Text:
        """The text in every language, or an empty mapping if it has no wording at all.

        A missing wording is that of the base language, or else the first there is. ``instead``
        stands in where there is none.
        """
        found: dict[str, str] = {}
        for heading in record.headings(role):
            self._read_one(record, heading, found)
        if not found and instead:
            what = message("There is no text: “{name}” stands in for it.", name=instead)
            self._say_once(record, role, Outcome.CHANGED, what)
            return self.everywhere(instead)
        lacking = [tag for tag in self.languages.all if tag not in found]
        if found and lacking:
            base = found.get(self.languages.base) or next(iter(found.values()))
            what = message(
                "There is no wording in {languages}: “{wording}” stands in for it.",
                languages=", ".join(lacking),
                wording=base,
            )
            self._say_once(record, role, Outcome.CHANGED, what)
            found |= dict.fromkeys(lacking, base)
        return {tag: found[tag] for tag in self.languages.all} if found else {}

    def everywhere(self, wording: str) -> Text:
        """The same wording in every language."""
        return dict.fromkeys(self.languages.all, wording)

    def ours(self, words: Mapping[str, str]) -> Text:
        """Words of ours, in English where we have none in a language."""
        return {tag: words.get(tag.split("-")[0], words["en"]) for tag in self.languages.all}

    def _read_one(self, record: Record, heading: Heading, found: dict[str, str]) -> None:
        tag = self.languages.tags.get(heading.language)
        written = record.cells[heading]
        wording = simplified(written)
        if tag is None:
            what = message("“{value}”: the language is not known.", value=written)
        elif not wording:
            what = message("“{value}”: texts have no markup.", value=written)
        elif found.setdefault(tag, wording) != wording:
            what = message("“{value}”: there are two wordings in {tag}.", value=written, tag=tag)
        else:
            record.outcomes.setdefault(heading, Outcome.CARRIED)
            if wording != written:
                what = message(
                    "Markup and references to answers are not shown in texts: “{wording}”.",
                    wording=wording,
                )
                self._say_once(record, heading, Outcome.CHANGED, what)
            return
        self._say_once(record, heading, Outcome.NOT_CARRIED, what)

    def _say_once(
        self, record: Record, role: str | Heading, outcome: Outcome, what: Message
    ) -> None:
        """A text may be read by several questions; it is spoken of once."""
        key = (record.sheet, record.number, f"{role} {what}")
        if key not in self.spoken:
            self.spoken.add(key)
            self.account.cell(record, role, outcome, what)


class Distinct:
    """Tells texts apart by their wording in the base language: a second one gets a number."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._taken: set[str] = set()
        self._latest: dict[str, int] = {}

    def take(self, text: Text) -> Text:
        """The text, with the first number that is free if there was one like it."""
        key = comparable(text[self._base])
        number, distinct = self._latest.get(key, 1), text
        while comparable(distinct[self._base]) in self._taken:
            number += 1
            distinct = {tag: f"{wording} ({number})" for tag, wording in text.items()}
        self._latest[key] = number
        self._taken.add(comparable(distinct[self._base]))
        return distinct


def simplified(written: str) -> str:
    """The wording without markup, and with ``[name]`` where it shows an answer."""
    plain = EMPHASIS.sub(r"\2", MARKUP.sub("", written))
    return PLACEHOLDER.sub(r"[\1]", plain).strip()


def joined(texts: Iterable[Text], between: str = " ") -> Text:
    """Several texts as one, in each language, with a full stop where one ends without any."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for tag, wording in text.items():
            pieces = found.setdefault(tag, [])
            if pieces:
                stop = "." if pieces[-1][-1:].isalnum() and between == " " else ""
                pieces.append(f"{stop}{between}")
            pieces.append(wording)
    return {tag: "".join(pieces) for tag, pieces in found.items()}


def comparable(wording: str) -> str:
    """What two texts are compared by: neither case nor spaces tell them apart."""
    return " ".join(wording.casefold().split())
