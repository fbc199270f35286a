"""Questions copied from another questionnaire, or from elsewhere in the same one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, Message, message
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.ordering import as_content, as_order, with_question
from portal.questionnaire.recording import Editor, Saved, open_draft
from portal.questionnaire.subjects import (
    HEAD,
    ORDER,
    Content,
    flatten,
    parts,
    question_subject,
    unflatten,
)

CONDITIONS = ("show_if", "row_show_if")


def copy_questions(
    session: Session,
    actor: Actor,
    version_id: UUID,
    source: Questionnaire,
    question_ids: Sequence[str],
    *,
    editor: Editor,
    section_id: str,
    now: datetime,
) -> Saved:
    """Add copies at the end of a section, in the source's order.

    A question keeps its id if it is free, so that its answers stay comparable; else it gets the
    next free number. The instruments of its clauses come along. What cannot come along (a condition
    on a question that is not here, wordings in other languages) is named in ``dropped``.
    """
    draft = open_draft(session, actor, version_id, editor, now=now)
    wanted = [question.id for question in source.questions() if question.id in question_ids]
    if not wanted:
        raise Invalid(message("Choose at least one question to copy."))
    after = dict(draft.contents)
    order, originals = as_order(after[ORDER]), parts(source)
    names = _free_names(wanted, {each for _, ids in order for each in ids}, section_id)
    dropped: list[Message] = []
    for question_id in wanted:
        copy = _Copy(names, after, after[HEAD]["languages"])
        content = copy.of(originals[question_subject(question_id)])
        dropped += copy.dropped
        after[question_subject(content["id"])] = content
        order = with_question(order, section_id, content["id"], after=None)
    after[ORDER] = as_content(order)
    after[HEAD] = _with_instruments(after, originals[HEAD], names.values())
    return replace(draft.save(after, "copied"), dropped=tuple(dropped))


class _Copy:
    """Makes one question fit the draft, noting what it loses."""

    def __init__(
        self, names: Mapping[str, str], contents: Mapping[str, Content], languages: Sequence[str]
    ) -> None:
        self.names = names
        self.contents = contents
        self.languages = languages
        self.dropped: list[Message] = []

    def of(self, original: Content) -> Content:
        content = self._in_our_languages(original) | {"id": self.names[original["id"]]}
        for key in CONDITIONS:
            if key in content and not self._is_here(content[key]):
                del content[key]
                self._drop(original, "its condition reads a question that is not in this draft")
        if "prefill" in content and not self._is_here(content["prefill"]):
            del content["prefill"]
            self._drop(original, "its rows start from a table that is not in this draft")
        for column in content.get("columns", ()):
            column.update(_renamed(column, self.names))
        return content | _renamed({k: content[k] for k in CONDITIONS if k in content}, self.names)

    def _in_our_languages(self, original: Content) -> Content:
        theirs = {
            field.rpartition("/")[2]
            for field, value in flatten(original).items()
            if field.startswith("text/") and isinstance(value, str)
        }
        foreign = theirs - set(self.languages)
        if not foreign:
            return unflatten(flatten(original))
        self._drop(original, "its wording in other languages")
        kept = {
            field: value
            for field, value in flatten(original).items()
            if field.rpartition("/")[2] not in foreign
        }
        return unflatten(kept)

    def _is_here(self, rule: Content) -> bool:
        """Whether all that a condition or prefill reads is in the draft or comes along."""
        return all(
            read in self.names or question_subject(read) in self.contents for read in _read(rule)
        )

    def _drop(self, original: Content, what: str) -> None:
        self.dropped.append(message("{id}: {what}.", id=original["id"], what=message(what)))


def _read(rule: Content) -> set[str]:
    """The ids behind every ``question`` key."""
    if isinstance(rule, Mapping):
        own = {str(rule["question"])} if isinstance(rule.get("question"), str) else set()
        return own.union(*(_read(value) for value in rule.values()))
    if isinstance(rule, list):
        return set().union(*(_read(item) for item in rule))
    return set()


def _renamed(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return {
            key: names.get(item, item)
            if key == "question" and isinstance(item, str)
            else _renamed(item, names)
            for key, item in value.items()
        }
    return [_renamed(item, names) for item in value] if isinstance(value, list) else value


def _free_names(wanted: Sequence[str], taken: set[str], section_id: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for question_id in wanted:
        name, number = question_id, 0
        while name in taken:
            number += 1
            name = f"{section_id}.{number:02d}"
        names[question_id] = name
        taken = taken | {name}
    return names


def _with_instruments(
    contents: Mapping[str, Content], source_head: Content, question_ids: Collection[str]
) -> Content:
    """The head with the instruments that copied clauses belong to."""
    head = contents[HEAD]
    known = {instrument["id"] for instrument in head["instruments"]}
    needed = {
        reference["instrument"]
        for question_id in question_ids
        for reference in contents[question_subject(question_id)].get("clauses", ())
    }
    added = [each for each in source_head["instruments"] if each["id"] in needed - known]
    return head | {"instruments": [*head["instruments"], *added]}
