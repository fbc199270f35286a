"""The glossary: the words of the portal and its questionnaires, one wording each in a language.

It is one file, ``questionnaires/glossary.yaml``, that authors extend without programming. Whoever
translates a question sees the terms that stand in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Id, Text
from portal.questionnaire.document import open_document
from portal.questionnaire.faults import Fault, KeyPath, Problem
from portal.questionnaire.parts import STRICT
from portal.questionnaire.register import text_problems
from portal.questionnaire.wording import problems_in

GLOSSARY_PATH = Path(__file__).parents[2] / "questionnaires" / "glossary.yaml"
BEFORE_THE_WORD = re.compile(r"^to (?=\w)")
"""Verbs are listed as "to approve" and looked for as "approve"."""
ENDINGS = "(?:s|es|d|ed|ing)?"
"""Of English, so that "audits" shows "audit"; other languages are looked for as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word in every language; ``note`` says what it means where the word could be misread."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Id
    text: Text
    note: Text = field(default_factory=dict)

    def is_in(self, text: str, language: str) -> bool:
        """Whether a text in this language uses the term."""
        wording = BEFORE_THE_WORD.sub("", self.text.get(language, ""))
        ending = ENDINGS if language == "en" else ""
        pattern = rf"(?<!\w){re.escape(wording)}{ending}(?!\w)"
        return bool(wording) and re.search(pattern, text, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """All terms, by id."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    terms: tuple[Term, ...]

    def terms_in(self, text: str, language: str) -> list[Term]:
        """The terms that a text uses, the longest first; not those within a longer one."""
        found = [term for term in self.terms if term.is_in(text, language)]
        found.sort(key=lambda term: (-len(term.text[language]), term.id))
        kept: list[Term] = []
        for term in found:
            if not any(term.is_in(longer.text[language], language) for longer in kept):
                kept.append(term)
        return kept


ADAPTER: TypeAdapter[Glossary] = TypeAdapter(Glossary)


@cache
def glossary() -> Glossary:
    """The glossary that comes with the portal, read once.

    Raises Invalid with the first fault, its file and line.
    """
    found, faults = _checked(GLOSSARY_PATH)
    if found is None or faults:
        raise Invalid(message("{fault}", fault=str(faults[0])))
    return found


def glossary_faults(path: Path) -> list[Fault]:
    """Everything that is wrong in the glossary's file, by line; none if it can be used."""
    return _checked(path)[1]


def _checked(path: Path) -> tuple[Glossary | None, list[Fault]]:
    document = open_document(path)
    faults = list(document.faults)
    found: Glossary | None = None
    if document.root is not None:
        try:
            found = ADAPTER.validate_python(document.value)
            problems = list(_problems(found))
        except ValidationError as error:
            problems = problems_in(error.errors(include_url=False), document.value)
        faults += [document.place(problem) for problem in problems]
    return found, sorted(faults, key=lambda fault: (fault.line, fault.column))


def _problems(found: Glossary) -> Iterator[Problem]:
    for i, term in enumerate(found.terms):
        path: KeyPath = ("terms", i)
        yield from text_problems((*path, "text"), term.text)
        if term.note:
            yield from text_problems((*path, "note"), term.note)
    for i, (before, after) in enumerate(pairwise(found.terms), start=1):
        if before.id >= after.id:
            what = message("`{id}` is given twice, or stands in the wrong place.", id=after.id)
            yield Problem(("terms", i, "id"), what, message("Sort the terms by id."))
