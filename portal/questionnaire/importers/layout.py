"""Sections from the groups of a form, in the order of its rows.

A group at the top is a section. A group that holds only groups with labels is divided into its
parts, each a section under the condition of both. Groups inside of a section are not shown, and
their conditions pass to their questions. What stands outside of every group is put into sections
of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portal.core.errors import Message, message
from portal.questionnaire.definition import Question, Section, Text
from portal.questionnaire.importers.answers import FORMS
from portal.questionnaire.importers.matrices import is_matrix, matrix_of
from portal.questionnaire.importers.names import Ids
from portal.questionnaire.importers.questions import Desk, questions_of
from portal.questionnaire.importers.repeats import tables_of
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.routing import Meaning, Scope
from portal.questionnaire.importers.structure import Item
from portal.questionnaire.importers.tables import Record
from portal.questionnaire.importers.vocabulary import Kind
from portal.questionnaire.importers.wordings import joined

TWO_GROUPS = 2
FIELD_LIST = "field-list"
"""Shows the questions of a group on one page, as sections do."""


@dataclass(slots=True, eq=False)
class _Page:
    """A section while its questions are found."""

    name: str
    title: Text
    meaning: Meaning = True
    why: Text = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Note:
    """A text between the questions, and the section it stands in."""

    record: Record
    text: Text
    page: _Page


@dataclass(slots=True)
class Layout:
    """Puts the rows of a form into sections, from the first to the last."""

    desk: Desk
    scope: Scope
    title: Text
    """Of the form: it heads what stands outside of every group."""
    introduction: Text = field(default_factory=dict)
    rows: dict[str, Record] = field(default_factory=dict)
    """By question id: where it comes from."""
    _pages: list[_Page] = field(default_factory=list)
    _notes: list[_Note] = field(default_factory=list)

    def sections(self, items: Sequence[Item]) -> tuple[Section, ...]:
        """The sections that hold any question."""
        self._divide(items, "questions", {}, True)  # noqa: FBT003 - a condition's meaning
        for page in self._pages[-1:]:
            self._place_last_notes(page)
        for note in self._notes:
            what = message("There is no question that the text could stand at.")
            self.desk.account.row(note.record, Outcome.NOT_CARRIED, what)
        ids = Ids()
        return tuple(
            Section(
                id=ids.take(page.name, "section"),
                title=page.title,
                why=page.why,
                show_if=self.desk.shown_if([page.meaning]),
                questions=tuple(page.questions),
            )
            for page in self._pages
        )

    def _divide(self, items: Sequence[Item], name: str, around: Text, meaning: Meaning) -> None:
        """Each group is a section; what stands between groups shares one.

        ``around`` is the title of the groups outside; what they head, it stands before.
        """
        title = around or self.title
        loose = _Page(name, title, meaning)
        for item in items:
            if item.kind is not Kind.BEGIN_GROUP or is_matrix(item):
                self._fill(loose, [item], ())
                continue
            loose = _Page(name, title, meaning)
            own = self.desk.condition(item.record, self.scope)
            if own is False:
                self.desk.never_asked(item, self.scope)
                continue
            both: Meaning = self.desk.shown_if([meaning, own]) or True
            if _is_wrapper(item):
                what = message("Each group inside of it is a section, headed by both titles.")
                self.desk.account.row(item.record, Outcome.CHANGED, what)
                label = self.desk.wordings.read(item.record, "label")
                self._divide(item.children, item.name, joined((around, label), " – "), both)
            else:
                heading = joined((around, self.desk.label(item)), " – ")
                page = _Page(item.name, heading, both, self.desk.hint(item.record))
                self._fill(page, item.children, ())
                self._place_last_notes(page)
                self._settle_group(item, page)

    def _settle_group(self, item: Item, page: _Page) -> None:
        if page.questions:
            if item.record.peek("appearance") == FIELD_LIST:
                item.record.get("appearance")
            what = message(
                "A section of its own: “{title}”.", title=next(iter(page.title.values()))
            )
            self.desk.account.row(item.record, Outcome.CARRIED, what)
        else:
            what = message("No question in it is carried, so that there is no section.")
            self.desk.account.row(item.record, Outcome.NOT_CARRIED, what)

    def _fill(self, page: _Page, items: Sequence[Item], conditions: Sequence[Meaning]) -> None:
        for item in items:
            if item.kind is Kind.NOTE:
                self._note(page, item)
                continue
            own = self.desk.condition(item.record, self.scope)
            if own is False:
                self.desk.never_asked(item, self.scope)
                continue
            both = (*conditions, own)
            if item.kind is Kind.BEGIN_GROUP:
                self._inner_group(page, item, both)
            elif item.kind is Kind.BEGIN_REPEAT:
                self._add(page, item, tables_of(self.desk, item, self.scope, both))
            elif item.kind in FORMS:
                self._add(page, item, questions_of(self.desk, item, self.scope, both))
            else:
                self.desk.leave_out(item, self.scope)

    def _inner_group(self, page: _Page, item: Item, conditions: Sequence[Meaning]) -> None:
        matrix = None
        if is_matrix(item):
            matrix = matrix_of(self.desk, item, self.scope, conditions)
        if matrix is not None:
            self._add(page, item, [matrix])
            return
        what = message("The group is not shown: its questions stand in the section around it.")
        self.desk.account.row(item.record, Outcome.CHANGED, what)
        heading = self._text_of(item)
        note = _Note(item.record, heading, page)
        if heading:
            self._notes.append(note)
        self._fill(page, item.children, conditions)
        if self._notes and note is self._notes[-1]:
            self._notes.remove(note)
            what = message("No question in it is carried.")
            self.desk.account.row(item.record, Outcome.NOT_CARRIED, what)

    def _add(self, page: _Page, item: Item, questions: Sequence[Question]) -> None:
        """Put questions on the page, and before them the notes that are waiting."""
        for question in questions:
            self.rows[question.id] = item.record
            page.questions.append(self._with_notes(page, question))
            if self._pages[-1:] != [page]:
                self._pages.append(page)

    # Notes ----------------------------------------------------------------------------------

    def _note(self, page: _Page, item: Item) -> None:
        text = self._text_of(item)
        if item.record.get("relevant"):
            what = message("A text that is not a question is always shown.")
            self.desk.account.cell(item.record, "relevant", Outcome.NOT_CARRIED, what)
        if item.name:
            self.scope.left_out.add(item.name)
        if text:
            self._notes.append(_Note(item.record, text, page))
        else:
            what = message("The note has no text.")
            self.desk.account.row(item.record, Outcome.NOT_CARRIED, what)

    def _text_of(self, item: Item) -> Text:
        label = self.desk.wordings.read(item.record, "label")
        return joined((label, self.desk.hint(item.record)))

    def _with_notes(self, page: _Page, question: Question) -> Question:
        """The question, after the notes before it went to where they are read first."""
        notes, self._notes = self._notes, []
        if page.questions:
            what = message("The text is part of the hint of {id}.", id=question.id)
            return replace(question, hint=joined((self._placed(notes, what), question.hint)))
        ahead = [note for note in notes if not self._pages and note.page is not page]
        what = message("The text is part of the introduction.")
        texts = (self.introduction, self._placed(ahead, what, "\n\n"))
        self.introduction = joined(texts, "\n\n")
        what = message("The text is at the head of the section of {id}.", id=question.id)
        page.why = joined((page.why, self._placed(notes[len(ahead) :], what)))
        return question

    def _place_last_notes(self, page: _Page) -> None:
        """Notes behind the last question of a page are part of its hint."""
        if not page.questions:
            return
        notes, self._notes = self._notes, []
        last = page.questions[-1]
        what = message("The text is part of the hint of {id}.", id=last.id)
        hint = joined((last.hint, self._placed(notes, what)))
        page.questions[-1] = replace(last, hint=hint)

    def _placed(self, notes: Sequence[_Note], what: Message, between: str = " ") -> Text:
        """The texts of notes as one, each accounted for."""
        for note in notes:
            self.desk.account.row(note.record, Outcome.CHANGED, what)
        return joined((note.text for note in notes), between)


def _is_wrapper(item: Item) -> bool:
    """Whether a group only holds groups, two or more of them with a label of their own."""
    asked = [child for child in item.children if child.kind is not Kind.NOTE]
    inner = [child for child in asked if child.kind is Kind.BEGIN_GROUP and not is_matrix(child)]
    outside = [child for child in asked if child.kind in FORMS or child.kind is Kind.BEGIN_REPEAT]
    labelled = [child for child in inner if child.record.headings("label")]
    return not outside and len(labelled) >= TWO_GROUPS
