"""What differs between two texts, in words: question by question, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from flask_babel import gettext

from portal.blueprints.questionnaire.field_words import named
from portal.questionnaire.building import CONDITION, columns_of
from portal.questionnaire.definition import Questionnaire, Section, localised
from portal.questionnaire.differences import Comparison, Fate, FieldChange, PartChange
from portal.questionnaire.fieldnames import value_words
from portal.questionnaire.migration import MigrationMap, in_words
from portal.questionnaire.sentences import sentence as in_sentence
from portal.questionnaire.subjects import (
    ENTRY_LISTS,
    HEAD,
    Content,
    kind_of,
    part_of,
    parts,
    question_subject,
)
from portal.questionnaire.wordwise import Effort, Piece, pieces
from portal.web.language import language, sentence
from portal.web.outline import QuestionOutline, outline
from portal.web.wording import Speaker, Wording

Layout: TypeAlias = Literal["words", "items", "values", "blanks"]

CONDITIONS = frozenset({"show_if", "row_show_if", "when"})
CLAUSES = "clauses"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One field that differs.

    ``layout`` says how: "words" has pieces in a language, "items" what was added and removed of a
    list, "values" what it was and is (empty for nothing), "blanks" only white space that differs.
    """

    name: str
    layout: Layout
    language: str = ""
    pieces: tuple[Piece, ...] = ()
    added: tuple[Wording, ...] = ()
    removed: tuple[Wording, ...] = ()
    is_reordered: bool = False
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """A question, a section or the head, with what became of it."""

    id: str
    title: str
    fate: Fate
    is_moved: bool
    was: str
    came_from: str
    origin: str
    """Where it came from, if an editor has said so."""
    lines: tuple[FieldLine, ...]
    whole: QuestionOutline | None
    """An added or retired question to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A section and its questions."""

    part: PartView
    questions: tuple[PartView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareView:
    """Everything to show, from the head to the last section."""

    head: PartView | None
    sections: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """A text with its parts, and its questions to read."""

    questionnaire: Questionnaire
    contents: Mapping[str, Content]
    outlines: Mapping[str, QuestionOutline]
    speaker: Speaker

    @classmethod
    def of(cls, questionnaire: Questionnaire, wanted: str) -> "Side":
        """Taken apart once for the whole page."""
        sections = outline(questionnaire, wanted)
        outlines = {each.id: each for section in sections for each in section.questions}
        speaker = Speaker(wanted, questionnaire.base_language, language())
        return cls(questionnaire, parts(questionnaire), outlines, speaker)

    def entries(self, content: Content, path: str) -> dict[str, Wording]:
        """The entries of a list, such as the options of a column, in words and in order."""
        found = content
        for step in path.split("/"):
            if isinstance(found, Mapping):
                found = found.get(step, ())
            else:
                found = next((each for each in found if each["id"] == step), {})
        return {
            name: self.speaker.say(text) or Wording(name)
            for name, text in (_name_and_text(*each) for each in enumerate(found))
        }

    def condition(self, subject: str, path: str, value: Any) -> str:  # noqa: ANN401 - any JSON
        """A condition as a clause; empty for none."""
        if value is None:
            return ""
        part = part_of(self.questionnaire, subject) if path.startswith("columns/") else None
        columns = columns_of(part) if part is not None and not isinstance(part, Section) else ()
        condition = CONDITION.validate_python(value)
        return in_sentence(condition, self.questionnaire, language(), columns=columns)


def compare_view(
    old: Questionnaire,
    new: Questionnaire,
    found: Comparison,
    origins: MigrationMap | None = None,
    wanted: str = "",
) -> CompareView:
    """The comparison in the page's language; texts to read in ``wanted``, if that is given."""
    reading = wanted or language()
    teller = _Teller(Side.of(old, reading), Side.of(new, reading), origins)
    return CompareView(
        head=teller.part(found.head) if found.head.is_change else None,
        sections=tuple(
            SectionView(
                part=teller.part(section.part),
                questions=tuple(teller.part(each) for each in section.questions),
            )
            for section in found.sections
        ),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    old: Side
    new: Side
    origins: MigrationMap | None
    effort: Effort = field(default_factory=Effort)
    """Shared by all texts of the page."""

    def part(self, change: PartChange) -> PartView:
        side = self.old if change.fate is Fate.RETIRED else self.new
        part = part_of(side.questionnaire, change.subject) if change.subject != HEAD else None
        text = getattr(part, "text", None) or getattr(part, "title", None)
        is_whole = change.fate in {Fate.ADDED, Fate.RETIRED}
        is_question = kind_of(change.subject) == "question"
        title = text or side.questionnaire.title
        return PartView(
            id=change.id,
            title=localised(title, language(), side.questionnaire.base_language) or "…",
            fate=change.fate,
            is_moved=change.is_moved,
            was=change.was,
            came_from=change.came_from,
            origin=self.origin(change) if is_question else "",
            lines=tuple(self.line(change, each) for each in change.fields),
            whole=side.outlines[change.id] if is_whole and is_question else None,
        )

    def origin(self, change: PartChange) -> str:
        found = self.origins.origins.get(change.id) if self.origins is not None else None
        return sentence(in_words(change.id, found)) if found is not None and found.said else ""

    def line(self, change: PartChange, each: FieldChange) -> FieldLine:
        contents = self.contents(change)
        name = named(self.new.questionnaire, contents, each.field, each.language)
        last = each.field.rpartition("/")[2]
        if each.language:
            return self.words(name, each)
        if last in ENTRY_LISTS:
            return self.entries(name, each, contents)
        if each.field == CLAUSES:
            return _items(name, _clauses(each.before), _clauses(each.after))
        if last in CONDITIONS:
            was = question_subject(change.was) if change.was else change.subject
            return FieldLine(
                name=name,
                layout="values",
                before=self.old.condition(was, each.field, each.before),
                after=self.new.condition(change.subject, each.field, each.after),
            )
        before, after = (
            sentence(value_words(each.field, value)) for value in (each.before, each.after)
        )
        return FieldLine(name=name, layout="values", before=before, after=after)

    def contents(self, change: PartChange) -> Sequence[Content]:
        """What the part consisted of, and what it consists of."""
        was = question_subject(change.was) if change.was else change.subject
        return [self.old.contents[was], self.new.contents[change.subject]]

    def words(self, name: str, each: FieldChange) -> FieldLine:
        """A text, word by word."""
        old, new = each.before or "", each.after or ""
        if old.split() == new.split():
            return FieldLine(name=name, layout="blanks")
        found = pieces(old, new, self.effort)
        return FieldLine(name=name, layout="words", language=each.language, pieces=found)

    def entries(self, name: str, each: FieldChange, contents: Sequence[Content]) -> FieldLine:
        """A list of options, rows or columns: which came and went."""
        before, after = contents
        old, new = self.old.entries(before, each.field), self.new.entries(after, each.field)
        return FieldLine(
            name=name,
            layout="items",
            added=tuple(words for entry, words in new.items() if entry not in old),
            removed=tuple(words for entry, words in old.items() if entry not in new),
            is_reordered=[each for each in old if each in new]
            != [each for each in new if each in old],
        )


def _name_and_text(place: int, entry: Any) -> tuple[str, Mapping[str, str]]:  # noqa: ANN401 - any JSON
    """The id and wording of an entry; a level of a ladder is its wording."""
    return str(entry.get("id", place)), entry.get("text") or entry.get("title") or entry


def _clauses(value: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """Each clause with the instrument it belongs to, and whether its number was checked."""
    names = [(str(value_words(CLAUSES, [each])), each.get("verified")) for each in value or ()]
    return [
        gettext("%(clause)s (number checked)", clause=name) if is_checked else name
        for name, is_checked in names
    ]


def _items(name: str, before: Sequence[str], after: Sequence[str]) -> FieldLine:
    return FieldLine(
        name=name,
        layout="items",
        added=tuple(Wording(each) for each in after if each not in before),
        removed=tuple(Wording(each) for each in before if each not in after),
    )
