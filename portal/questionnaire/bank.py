"""Every question that was ever published, each once, with where it was asked (pure)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from portal.questionnaire.choices import options_of
from portal.questionnaire.copying import Picked, with_wordings
from portal.questionnaire.definition import (
    Grid,
    Instrument,
    Matrix,
    Question,
    Questionnaire,
    Section,
    Table,
    Text,
    localised,
)
from portal.questionnaire.kept import kept
from portal.questionnaire.likeness import likeness_key, question_contents
from portal.questionnaire.subjects import assemble, parts, question_subject

WORDS = re.compile(r"[^\W_]+")
KEY_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Use:
    """A published version that asks a question, and in which section."""

    dialogue: str
    """The dialogue's short name."""
    dialogue_title: str
    version_id: UUID
    number: str
    published_at: datetime
    section_id: str
    section_title: Text
    questionnaire: Questionnaire
    """All that the version asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankQuestion:
    """A question as it was published last, with its wordings in every language it ever had.

    ``key`` names it in lists of the bank; ``uses`` are newest first.
    """

    key: str
    question: Question
    base_language: str
    wordings: Text
    instruments: tuple[Instrument, ...]
    uses: tuple[Use, ...]

    @property
    def wording(self) -> str:
        """In the base language of the questionnaire that asked it last."""
        return localised(self.question.text, self.base_language, self.base_language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version as it reads with its corrections."""

    dialogue: str
    dialogue_title: str
    version_id: UUID
    number: str
    published_at: datetime
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; what is empty or None leaves nothing out.

    Words anywhere in a question, the id of an instrument, a clause or a part of one
    (“Art. 8”, “8” and “8(3)” all find “Art. 8(3)”), and words in the title of a section.
    """

    search: str = ""
    instrument: str | None = None
    clause: str | None = None
    topic: str | None = None


def group(published: Iterable[Published]) -> list[BankQuestion]:
    """Questions of the same id and meaning as one, in the order of their ids."""
    found: dict[str, BankQuestion] = {}
    for version in sorted(published, key=lambda each: each.published_at, reverse=True):
        keys = _keys(version.questionnaire)
        for section in version.questionnaire.sections:
            for question in section.questions:
                key, use = keys[question.id], _use(version, section)
                known = found.get(key)
                found[key] = (
                    _first(key, question, version, use)
                    if known is None
                    else replace(
                        known,
                        wordings={**question.text, **known.wordings},
                        uses=(*known.uses, use),
                    )
                )
    return [found[key] for key in sorted(found)]


def sources(entries: Sequence[BankQuestion]) -> list[Picked]:
    """Where to copy questions of the bank from: few versions, so that conditions come along.

    Each question has every wording that it has in any version.
    """
    left, found = list(entries), []
    while left:
        use = _covering(left)
        here = [entry for entry in left if _asks(entry, use.version_id)]
        left = [entry for entry in left if not _asks(entry, use.version_id)]
        source = _in_all_languages(use, here)
        found.append(Picked(source, [entry.question.id for entry in here]))
    return found


def matches(entry: BankQuestion, wanted: Wanted) -> bool:
    """Whether a question is what is looked for."""
    clauses = [
        reference
        for reference in entry.question.clauses
        if wanted.instrument in {None, reference.instrument}
        and (wanted.clause is None or _has_clause(reference.clause, wanted.clause))
    ]
    needs_clause = wanted.instrument is not None or wanted.clause is not None
    if needs_clause and not clauses:
        return False
    if wanted.topic is not None and not any(
        _holds_all(wanted.topic, use.section_title.values()) for use in entry.uses
    ):
        return False
    return _holds_all(wanted.search, _words_of(entry))


def _first(key: str, question: Question, version: Published, use: Use) -> BankQuestion:
    needed = {reference.instrument for reference in question.clauses}
    questionnaire = version.questionnaire
    return BankQuestion(
        key=key,
        question=question,
        base_language=questionnaire.base_language,
        wordings=question.text,
        instruments=tuple(each for each in questionnaire.instruments if each.id in needed),
        uses=(use,),
    )


def _use(version: Published, section: Section) -> Use:
    return Use(
        dialogue=version.dialogue,
        dialogue_title=version.dialogue_title,
        version_id=version.version_id,
        number=version.number,
        published_at=version.published_at,
        section_id=section.id,
        section_title=section.title,
        questionnaire=version.questionnaire,
    )


def _covering(entries: Sequence[BankQuestion]) -> Use:
    """The version that asks most of the questions, the newest of several."""
    uses = {use.version_id: use for entry in entries for use in entry.uses}
    counts = Counter(use.version_id for entry in entries for use in entry.uses)
    return max(uses.values(), key=lambda use: (counts[use.version_id], use.published_at))


def _asks(entry: BankQuestion, version_id: UUID) -> bool:
    return any(use.version_id == version_id for use in entry.uses)


def _in_all_languages(use: Use, entries: Sequence[BankQuestion]) -> Questionnaire:
    """What the version asks, with the wordings that these questions have in other versions only."""
    contents = parts(use.questionnaire)
    for entry in entries:
        subject = question_subject(entry.question.id)
        if entry.wordings.keys() <= contents[subject]["text"].keys():
            continue
        for other in entry.uses:
            more = parts(other.questionnaire)[subject]
            contents[subject] = with_wordings(contents[subject], more)
    return assemble(contents)


def _has_clause(clause: str, wanted: str) -> bool:
    """Whether the words and numbers wanted follow one another in the clause, each whole."""
    whole, part = (f" {' '.join(WORDS.findall(each.casefold()))} " for each in (clause, wanted))
    return part in whole


def _holds_all(search: str, texts: Iterable[str]) -> bool:
    """Whether every word of the search is somewhere in the texts, in whichever case."""
    text = " ".join(texts).casefold()
    return all(word in text for word in search.casefold().split())


def _words_of(entry: BankQuestion) -> Iterator[str]:
    question = entry.question
    yield question.id
    yield from entry.wordings.values()
    for text in (question.hint, question.proof):
        yield from text.values()
    for option in options_of(question):
        yield from option.text.values()
    for row in question.rows if isinstance(question, Matrix | Grid) else ():
        yield from row.text.values()
    for column in question.columns if isinstance(question, Table | Grid) else ():
        yield from column.text.values()


@kept
def _keys(questionnaire: Questionnaire) -> Mapping[str, str]:
    """Each question's key: its id and the beginning of the hash of its meaning."""
    base = questionnaire.base_language
    return {
        question_id: f"{question_id}~{likeness_key(content, base)[:KEY_LETTERS]}"
        for question_id, content in question_contents(questionnaire).items()
    }
